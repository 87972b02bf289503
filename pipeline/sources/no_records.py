"""Rows of `stage` that were never records: nothing but delimiters, or the header once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def has_empty_rows(sql: DuckDBPyConnection, columns: list[str]) -> bool:
    return bool(sql.execute(f"select 1 from stage where {_all_null(columns)} limit 1").fetchone())


def take_empty_rows(sql: DuckDBPyConnection, columns: list[str]) -> None:
    """Take out of `stage` what is nothing but delimiters, or formatted cells of a sheet: no record."""
    sql.execute(f"delete from stage where {_all_null(columns)}")


def _all_null(columns: list[str]) -> str:
    return " and ".join(f"{column} is null" for column in columns)


def take_headers(sql: DuckDBPyConnection, columns: dict[str, str], read: list[str]) -> int:
    """Take out of `stage` the rows that say again what the columns are called, as pages of a report do; how many."""
    alike = [
        f"regexp_full_match({column}, {quoted(_spelling(name))})" for name, column in columns.items() if column in read
    ]
    found = sql.execute(f"delete from stage where {' and '.join(alike)}").fetchone() if len(alike) > 1 else None
    return int(found[0]) if found else 0


def _spelling(name: str) -> str:
    """A regular expression: the name with other spaces or ends of lines in it, too."""
    return r"[\s\pZ]+".join(map(re.escape, name.split()))
