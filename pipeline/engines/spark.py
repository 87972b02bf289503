"""Models and KPIs on Spark: the same SQL, translated; inputs and outputs are Parquet files that DuckDB sees too.

DuckDB goes on loading, checking and publishing. Spark reads what the models read, computes them, and leaves each as a folder
of Parquet, which stands in DuckDB as a view of the model's name: publishing does not know which engine computed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.engines.engine_config import NO_WAITING
from pipeline.engines.exchange import Exchange, open_exchange
from pipeline.engines.portable import tables_of, to_spark
from pipeline.errors import UsageError
from pipeline.models import read_model

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.results import Results
    from pipeline.settings import Settings

ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "false",
}
"""What the portable SQL relies on: instants are UTC without a zone, and an overflow is an error instead of a NULL."""


class Spark:
    """One session, and the place where Parquet is exchanged with it."""

    def __init__(self, session: Any, exchange: Exchange) -> None:
        self.session, self.exchange = session, exchange

    def compute(
        self, warehouse: Warehouse, models: Sequence[str], once_read: frozenset[str], progress: Callable[[str], None]
    ) -> None:
        """Every model, as a view of its name here and in DuckDB."""
        self._hand_over(warehouse, models, progress)
        for name in models:
            progress(f"computing {name} on Spark")
            frame = self.session.sql(to_spark(read_model(name), name))
            if name in once_read:
                frame.createOrReplaceTempView(name)
                continue
            frame.write.mode("overwrite").parquet(self.exchange.place(name))
            self._view(name, self.exchange.place(name))
            self.exchange.see(warehouse.sql, name, name)

    def _hand_over(self, warehouse: Warehouse, models: Sequence[str], progress: Callable[[str], None]) -> None:
        """The tables that models read, as they stand: what has not changed since it was last handed over stays where it is."""
        tables = sorted({table for model in models for table in tables_of(read_model(model))} - set(models))
        files = {name: f"{name}-{_content(warehouse, name)}.parquet" for name in tables}
        self.exchange.begin(set(files.values()))
        for name, file in files.items():
            if not self.exchange.has(file):
                progress(f"handing over {name}")
                self.exchange.put(warehouse.sql, f"select * from {name}", file)
            self._view(name, self.exchange.place(file))

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        """The answer to portable SQL over the models; `tables` are frames the SQL may name."""
        for name, table in tables.items():
            with duckdb.connect(config=NO_WAITING) as memory:
                memory.register("handed", table)
                self.exchange.put(memory, "select * from handed", f"{name}.parquet")
            self._view(name, self.exchange.place(f"{name}.parquet"))
        answer: pd.DataFrame = self.session.sql(to_spark(sql, "question")).toArrow().to_pandas()
        return answer

    def see(self, results: Results) -> None:
        """The published tables, as views of their names."""
        for table, files in results.manifest["tables"].items():
            self._view(table, *(str(results.folder.resolve() / file) for file in files.values()))

    def _view(self, name: str, *places: str) -> None:
        self.session.read.parquet(*places).createOrReplaceTempView(name)


def _content(warehouse: Warehouse, table: str) -> str:
    """Tells a table of one content from the same of another, whatever the order of its rows."""
    rows, told = warehouse.sql.execute(f"select count(*), sum(hash(t)) from {table} as t").fetchone() or (0, 0)
    columns = warehouse.sql.execute(f"describe {table}").fetchall()
    return sha256(repr((rows, told, columns)).encode()).hexdigest()[:16]


def open_spark(settings: Settings) -> Spark:
    """The session of these settings, begun once a process. Raises UsageError where pyspark is not installed."""
    engine, own = settings.engine, settings.warehouse.resolve()
    session = _session(engine.master, tuple(sorted((ALWAYS | engine.conf).items())))
    shared = engine.exchange and f"{engine.exchange.rstrip('/')}/{own.stem}-{sha256(str(own).encode()).hexdigest()[:8]}"
    return Spark(session, open_exchange(shared or str(settings.results.with_suffix(".exchange"))))


def open_published(results: Results, settings: Settings) -> Spark:
    """The published tables, to be asked on Spark; its workers must see their files under the same path."""
    spark = open_spark(settings)
    spark.see(results)
    return spark


@cache
def _session(master: str, conf: tuple[tuple[str, str], ...]) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            'engine = "spark" needs pyspark: pip install "contact-quality[spark]", and a Java 17'
        ) from None
    builder: Any = SparkSession.builder
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    for key, value in conf:
        builder = builder.config(key, value)
    return builder.appName("contact-quality").getOrCreate()
