"""The same build on DuckDB and on a standalone Spark cluster of two workers, a core each: where Spark begins to pay.

Wants the venv of Spark: `make bench-spark`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.data import MILLION
from tests.bench.timing import Row, times
from tests.bench.warehouses import Bench
from tests.spark_cluster import standalone

CONF = {
    "spark.sql.shuffle.partitions": "4", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "2g", "spark.executor.memory": "3g",
    "spark.cores.max": "2", "spark.executor.cores": "1",
}  # fmt: skip


def rows(folder: Path, millions: list[float]) -> list[Row]:
    with tempfile.TemporaryDirectory() as logs, standalone(Path(logs), memory="4g") as (master, _):
        return [_of_size(Bench(folder / f"{size:g}m-spark", folder / "files"), size, master) for size in millions]


def _of_size(bench: Bench, size: float, master: str) -> Row:
    """Both engines publish the same files of the same warehouse; the loading is DuckDB's in either case."""
    bench.fill(int(size * MILLION))
    own = bench.pipeline("build")
    expected = bench.contents()
    bench.forget_results()
    bench.spark(master, CONF)
    spark = bench.pipeline("build")
    differing = sum(bench.contents()[table][0] != n for table, (n, _) in expected.items())
    return Row(
        f"{size:g} M calls, build on Spark / on DuckDB", times(spark.seconds / own.seconds), "",
        f"{spark.seconds:,.0f} s and {own.seconds:,.0f} s; tables of another number of rows: {differing}",
    )  # fmt: skip
