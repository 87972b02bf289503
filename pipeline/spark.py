"""Models and KPIs on Spark: the same SQL, translated; inputs and outputs are Parquet files that DuckDB sees too.

DuckDB goes on loading, checking and publishing. Spark reads what the models read, computes them, and leaves each as a folder
of Parquet, which stands in DuckDB as a view of the model's name: publishing does not know which engine computed it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.models import read_model
from pipeline.portable import tables_of, to_spark
from pipeline.sources.expressions import file_literal

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.results import Results
    from pipeline.settings import Settings
    from pipeline.warehouse import Warehouse

ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "false",
}
"""What the portable SQL relies on: instants are UTC without a zone, and an overflow is an error instead of a NULL."""


class Spark:
    """One session, and the folder through which files are exchanged with it."""

    def __init__(self, session: Any, exchange: Path) -> None:
        self.session, self.exchange = session, exchange

    def compute(
        self, warehouse: Warehouse, models: Sequence[str], once_read: frozenset[str], progress: Callable[[str], None]
    ) -> None:
        """Every model, as a view of its name here and in DuckDB."""
        shutil.rmtree(self.exchange, ignore_errors=True)
        self.exchange.mkdir(parents=True)
        for name in sorted({table for model in models for table in tables_of(read_model(model))} - set(models)):
            progress(f"handing over {name}")
            file = self.exchange / f"{name}.parquet"
            warehouse.sql.execute(f"copy (select * from {name}) to {file_literal(file)} (format parquet)")
            self._view(name, file)
        for name in models:
            progress(f"computing {name} on Spark")
            frame = self.session.sql(to_spark(read_model(name), name))
            if name in once_read:
                frame.createOrReplaceTempView(name)
                continue
            folder = self.exchange / name
            frame.write.mode("overwrite").parquet(str(folder))
            self._view(name, folder)
            warehouse.sql.execute(
                f"create or replace temp view {name} as select * from read_parquet({file_literal(folder)} || '/*.parquet')"
            )

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        """The answer to portable SQL over the models; `tables` are frames the SQL may name."""
        for name, table in tables.items():
            file = self.exchange / f"{name}.parquet"
            table.to_parquet(file, index=False)
            self._view(name, file)
        answer: pd.DataFrame = self.session.sql(to_spark(sql, "question")).toArrow().to_pandas()
        return answer

    def see(self, results: Results) -> None:
        """The published tables, as views of their names."""
        for table, files in results.manifest["tables"].items():
            self._view(table, *(results.folder.resolve() / file for file in files.values()))

    def _view(self, name: str, *places: Path) -> None:
        self.session.read.parquet(*map(str, places)).createOrReplaceTempView(name)


def open_spark(settings: Settings) -> Spark:
    """The session of these settings, begun once a process. Raises UsageError where pyspark is not installed."""
    engine = settings.engine
    exchange = engine.exchange or settings.results.with_suffix(".exchange")
    return Spark(_session(engine.master, tuple(sorted((ALWAYS | engine.conf).items()))), exchange.resolve())


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
            'engine = "spark" wants pyspark: pip install "contact-quality[spark]", and a Java 17'
        ) from None
    builder: Any = SparkSession.builder
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    for key, value in conf:
        builder = builder.config(key, value)
    return builder.appName("contact-quality").getOrCreate()
