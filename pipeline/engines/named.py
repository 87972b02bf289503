"""Frames as tables that SQL may name for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection


@contextlib.contextmanager
def named(sql: DuckDBPyConnection, tables: Mapping[str, pd.DataFrame]) -> Iterator[None]:
    """The names are given back whatever becomes of the block."""
    for name, table in tables.items():
        sql.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            sql.unregister(name)
