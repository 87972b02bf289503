"""Parquet, whose columns have types -> text, as a mapping will read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RefusedFile, wants_room
from pipeline.sources import expressions as sql_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.reading import Staged, take_empty_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BETWEEN = ";"
"""What stands between the values of a list."""
MOST_EXACT = "9e15"
"""Below it every whole number is itself as a fraction of 64 bits."""


def stage_parquet(sql: DuckDBPyConnection, path: Path, mapping: Mapping) -> Staged:
    described = parquet_columns(sql, path)
    columns = {name: f"f{i}" for i, (name, _) in enumerate(described)}
    casts = ", ".join(f"{_parquet_text(name, kind, mapping)} as {columns[name]}" for name, kind in described)
    sql.execute("drop table if exists stage")
    _of_parquet(sql, path, f"create temp table stage as select {casts}")
    take_empty_rows(sql, list(columns.values()))
    return Staged(columns, "stage", "stage.rowid + 1", [])


def parquet_columns(sql: DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """Names and types."""
    return [(str(row[0]), str(row[1])) for row in _of_parquet(sql, path, "describe select *")]


def _of_parquet(sql: DuckDBPyConnection, path: Path, asked: str) -> list[tuple[Any, ...]]:
    import duckdb

    try:
        return sql.execute(f"{asked} from read_parquet({sql_of.file_literal(path)})").fetchall()
    except duckdb.Error as error:
        if wants_room(error):
            raise
        raise RefusedFile(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _parquet_text(name: str, sql_type: str, mapping: Mapping) -> str:
    """A column as trimmed text; fractions with the mark that the mapping will read them with, and none of whole numbers:
    pandas makes fractions of a column of phones in which one is missing."""
    column = '"' + name.replace('"', '""') + '"'
    if sql_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        fraction = f"replace(cast({column} as varchar), '.', {sql_of.quoted(mapping.decimal_of(name))})"
        is_whole = f"{column} = trunc({column}) and abs({column}) < {MOST_EXACT}"
        return f"case when {is_whole} then cast(cast({column} as bigint) as varchar) else {fraction} end"
    if sql_type.endswith("[]"):
        column = f"array_to_string(cast({column} as varchar[]), '{BETWEEN}')"
    return f"nullif(trim({_decoded(column) if sql_type == 'BLOB' else f'cast({column} as varchar)'}), '')"


def _decoded(column: str) -> str:
    """Bytes as the UTF-8 text that programs mean which do not mark it as text; other bytes as they are spelled."""
    return f"coalesce(try(decode({column})), cast({column} as varchar))"
