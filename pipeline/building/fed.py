"""Which models need computing: one that nothing feeds has the columns that it always has, and no row.

DuckDB plans a model as long whatever it reads, and of most centres half of the tables have no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.models import read_feeds, read_model

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

_NOTHING: dict[tuple[str, int], str] = {}
"""SQL without a row, by model and by what tells the columns of all tables there are: asked once in a process."""


class Fed:
    """What has a row of all that models read, as they are computed one after the other."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        feeds = read_feeds()
        named = {name for clauses in feeds.values() for clause in clauses for name in clause}
        self.filled = warehouse.filled(sorted(named - feeds.keys()))
        self.columns: int = warehouse.value("select sum(hash(sql)) from duckdb_tables() where not internal")

    def feeds(self, model: str) -> bool:
        return all(self.filled & clause for clause in read_feeds()[model])

    def nothing(self, model: str) -> str:
        """SQL of the model's columns, without a row."""
        key = (model, self.columns)
        if key not in _NOTHING:
            columns = self.warehouse.sql.execute(f"describe {read_model(model)}").fetchall()
            listed = ", ".join(f'cast(null as {sql_type}) as "{name}"' for name, sql_type, *_ in columns)
            _NOTHING[key] = f"select {listed} where false"
        return _NOTHING[key]
