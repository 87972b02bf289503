"""Excel and Parquet, whose cells have types -> text, as a mapping will read it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RefusedFile, wants_room
from pipeline.sources import expressions as sql_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_EXACT = "9e15"
"""Below it every whole number is itself as a fraction of 64 bits."""


def stage_parquet(sql: DuckDBPyConnection, path: Path, mapping: Mapping) -> Staged:
    described = parquet_columns(sql, path)
    columns = {name: f"f{i}" for i, (name, _) in enumerate(described)}
    casts = ", ".join(f"{_parquet_text(name, kind, mapping)} as {columns[name]}" for name, kind in described)
    sql.execute("drop table if exists stage")
    _of_parquet(sql, path, f"create temp table stage as select {casts}")
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
    return f"nullif(trim(cast({column} as varchar)), '')"


def sheet_as_csv(path: Path, scratch: Path, mapping: Mapping) -> Path:
    """The first sheet (or the one named) from its header on as CSV, dates and times in ISO form."""
    from python_calamine import CalamineError, CalamineWorkbook

    copy = scratch / f"{path.name}.csv"
    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(mapping.reader.sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
        rows = _named(rows[mapping.reader.skip :], mapping.reader.names)
    except (CalamineError, OSError, IndexError) as error:
        raise RefusedFile(f"{path}: cannot be read as an Excel workbook: {error}") from None
    marks = [mapping.decimal_of(str(name).strip()) for name in rows[0]] if rows else []
    with copy.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(
            [_cell(value, mark) for value, mark in zip(row, marks, strict=True)] for row in rows
        )
    return copy


def _named(rows: list[list[Any]], names: tuple[str, ...]) -> list[list[Any]]:
    """The rows of a sheet below the names that the mapping gives its columns, if it does; the sheet is as wide as it is."""
    width = len(rows[0]) if rows else 0
    return [[*names, *[""] * width][:width], *rows] if names else rows


def _cell(value: Any, mark: str) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", mark)
    if isinstance(value, dt.timedelta):
        total = round(value.total_seconds())
        return f"{total // 3600:02d}:{total % 3600 // 60:02d}:{total % 60:02d}"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)
