"""Parquet, whose columns have types -> text, as a mapping will read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RefusedFile, wants_room
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.no_records import take_empty_rows
from pipeline.sources.reading import Staged
from pipeline.sql_text import file_literal, quoted

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
        return sql.execute(f"{asked} from read_parquet({file_literal(path)})").fetchall()
    except duckdb.Error as error:
        if wants_room(error):
            raise
        raise RefusedFile(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _parquet_text(name: str, sql_type: str, mapping: Mapping) -> str:
    """A column as trimmed text; fractions with the mark that the mapping will read them with."""
    return _as_text('"' + name.replace('"', '""') + '"', sql_type, mapping.decimal_of(name))


def _as_text(value: str, sql_type: str, mark: str) -> str:
    if sql_type.endswith("[]"):
        one = _as_text("one", sql_type.removesuffix("[]"), mark)
        return f"nullif(array_to_string(list_transform({value}, lambda one: {one}), '{BETWEEN}'), '')"
    if sql_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        return _fraction(value, mark)
    return f"nullif(trim({_decoded(value) if sql_type == 'BLOB' else f'cast({value} as varchar)'}), '')"


def _fraction(value: str, mark: str) -> str:
    """None of a whole number: pandas makes fractions of a column of phones in which one is missing."""
    is_whole = f"{value} = trunc({value}) and abs({value}) < {MOST_EXACT}"
    fraction = f"replace(cast({value} as varchar), '.', {quoted(mark)})"
    return f"case when {is_whole} then cast(cast({value} as bigint) as varchar) else {fraction} end"


def _decoded(column: str) -> str:
    """Bytes as the UTF-8 text that programs mean which do not mark it as text; other bytes as they are spelled."""
    return f"coalesce(try(decode({column})), cast({column} as varchar))"
