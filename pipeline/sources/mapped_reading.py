"""Delimited, Excel and Parquet files -> `stage`, as a mapping says."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Set
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import LacksColumns, RefusedFile, wants_room
from pipeline.sources import expressions as sql_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.plain_text import first_lines, plain_text, with_header, with_one_line_end, without_first
from pipeline.sources.reading import (
    LONGEST_LINE,
    Dialect,
    Staged,
    delimiter_of,
    harmless,
    header_of,
    names_in,
    stage_delimited,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_EXACT = "9e15"
"""Below it every whole number is itself as a fraction of 64 bits."""
LINES_SEARCHED = 21
"""The first line, and as many as a title, a period and an empty line may take."""
NO_NAME = r"[\d.,:/ T+-]*\d[\d.,:/ T+-]*"
NAMELESS = (
    '; line 1 seems to be a record: the columns of a file without a header are told by [reader] names = ["…", "…"]'
)
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".gz", ".zst")


def stage_mapped(sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping) -> Staged:
    """Stage a file that has all that the mapping names; raises RefusedFile naming what is missing."""
    staged = stage_file(sql, path, scratch, mapping, mapping.wanted)
    for name in mapping.filled:
        sql.execute(f"delete from stage where {staged.columns[name]} is null")
    return staged


def stage_file(
    sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping, needed: Set[str] = frozenset()
) -> Staged:
    """Stage the columns of a file that the mapping names; raises RefusedFile where it lacks one of those `needed`."""
    import duckdb

    if path.suffix.lower() == ".parquet":
        staged = _in_its_words(_stage_parquet(sql, path, mapping), mapping)
        _refuse_missing(path, [*staged.columns], needed, 1, "")
        return staged
    text, dialect = _text_below(path, scratch, mapping)
    try:
        return _stage_text(sql, path, text, dialect, mapping, needed)
    except (duckdb.InvalidInputException, csv.Error):  # lines that end in several ways, or as on an old Macintosh
        return _stage_text(sql, path, with_one_line_end(text, scratch), dialect, mapping, needed)


def _text_below(path: Path, scratch: Path, mapping: Mapping) -> tuple[Path, Dialect]:
    """The file as text that begins with its header."""
    reader = mapping.reader
    if path.suffix.lower() == ".xlsx":
        return _excel_as_csv(path, scratch, mapping), Dialect(",", above=reader.above)
    text = without_first(plain_text(path, reader.encoding, scratch), reader.skip, scratch)
    dialect = mapping.dialect_of(path)
    return with_header(text, _own_header(text, dialect, reader.names), scratch) if reader.names else text, dialect


def _own_header(text: Path, dialect: Dialect, names: tuple[str, ...]) -> str:
    """The mapping's names of columns as a line of the file would hold them."""
    delimiter = delimiter_of(next(iter(first_lines(text)), ""), dialect)
    return delimiter.join(
        dialect.quote + name.replace(dialect.quote, dialect.quote * 2) + dialect.quote if dialect.quote else name
        for name in names
    )


def _stage_text(
    sql: DuckDBPyConnection, path: Path, text: Path, dialect: Dialect, mapping: Mapping, needed: Set[str]
) -> Staged:
    if needed:
        _check_header(path, text, dialect, mapping, needed)
    has_text = any(column.type == "text" for column in mapping.contract.columns.values())
    spellings = {name for others in mapping.renamed.values() for name in others}
    staged = _in_its_words(stage_delimited(sql, text, dialect, mapping.wanted | spellings, has_text), mapping)
    rejects = [replace(reject, line=reject.line + dialect.above) for reject in staged.rejects]
    return replace(staged, line=f"({staged.line} + {dialect.above})", rejects=rejects)


def _in_its_words(staged: Staged, mapping: Mapping) -> Staged:
    return replace(
        staged, columns=dict(zip(mapping.in_its_words(staged.columns), staged.columns.values(), strict=True))
    )


def _check_header(path: Path, text: Path, dialect: Dialect, mapping: Mapping, needed: Set[str]) -> None:
    further_down = partial(_further_down, text, dialect, mapping, needed)
    try:
        names = header_of(text, dialect)[0]
    except RefusedFile as empty:
        raise RefusedFile(f"{empty}{further_down()}") from None
    if not needed <= {*mapping.in_its_words(names)}:
        _refuse_missing(path, mapping.in_its_words(names), needed, dialect.above + 1, further_down())


def _refuse_missing(path: Path, names: list[str], needed: Set[str], line: int, hint: str) -> None:
    missing, has = sorted(needed - {*names}), ", ".join(filter(None, names))
    if missing:
        hint = hint or ('; it is not UTF-8 text: [reader] encoding = "cp1252"' if "\ufffd" in has else "")
        hint = hint or (NAMELESS if any(re.fullmatch(NO_NAME, name) for name in names) else "")
        hint = hint or f'; where it is called otherwise: renamed = {{ "{missing[0]}" = ["…"] }}'
        raise LacksColumns(
            f"{path}: line {line}: column {', '.join(missing)} of the mapping is not in the file, which has {harmless(has)}{hint}"
        )


def _further_down(text: Path, dialect: Dialect, mapping: Mapping, needed: Set[str]) -> str:
    """What to write where the header is one of the lines behind the first: a title and a period may stand above it."""
    with text.open(encoding="utf-8-sig", errors="replace", newline="\n") as source:
        lines = [source.readline(LONGEST_LINE) for _ in range(LINES_SEARCHED)]
    for number, line in enumerate(lines[1:], dialect.above + 2):
        with suppress(csv.Error):
            if needed <= {*mapping.in_its_words(names_in(line, dialect)[0])}:
                return f"; the mapping's columns are in line {number}: [reader] skip = {number - 1}"
    return ""


def _stage_parquet(sql: DuckDBPyConnection, path: Path, mapping: Mapping) -> Staged:
    import duckdb

    file = sql_of.file_literal(path)
    try:
        described = sql.execute(f"describe select * from read_parquet({file})").fetchall()
        columns = {str(row[0]): f"f{i}" for i, row in enumerate(described)}
        casts = ", ".join(f"{_parquet_text(row[0], row[1], mapping)} as {columns[row[0]]}" for row in described)
        sql.execute("drop table if exists stage")
        sql.execute(f"create temp table stage as select {casts} from read_parquet({file})")
    except duckdb.Error as error:
        if wants_room(error):
            raise
        raise RefusedFile(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    return Staged(columns, "stage", "stage.rowid + 1", [])


def _parquet_text(name: str, sql_type: str, mapping: Mapping) -> str:
    """A column as trimmed text; fractions with the mark that the mapping will read them with, and none of whole numbers:
    pandas makes fractions of a column of phones in which one is missing."""
    column = '"' + name.replace('"', '""') + '"'
    if sql_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        fraction = f"replace(cast({column} as varchar), '.', {sql_of.quoted(mapping.decimal_of(name))})"
        is_whole = f"{column} = trunc({column}) and abs({column}) < {MOST_EXACT}"
        return f"case when {is_whole} then cast(cast({column} as bigint) as varchar) else {fraction} end"
    return f"nullif(trim(cast({column} as varchar)), '')"


def _excel_as_csv(path: Path, scratch: Path, mapping: Mapping) -> Path:
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
