"""Delimited, Excel, Parquet and JSON files -> `stage`, as a mapping says."""

from __future__ import annotations

import csv
from collections.abc import Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources import json_mapped
from pipeline.sources.column_words import words_by_column
from pipeline.sources.dialect import Dialect, delimiter_of, header_of, hidden_names, one_line
from pipeline.sources.html_letters import read_html
from pipeline.sources.mapped_headers import check_header, refuse_missing
from pipeline.sources.mapping_file import FILE, Mapping
from pipeline.sources.meant_rows import SAID, fitting_nowhere, keep_meant, present
from pipeline.sources.other_rows import read_other_rows
from pipeline.sources.packed import PACKED
from pipeline.sources.parquet_files import parquet_columns, stage_parquet
from pipeline.sources.plain_text import first_lines, plain_text, with_header, with_one_line_end, without_first
from pipeline.sources.reading import Staged, first_rowid, stage_delimited
from pipeline.sources.row_places import fill_down, number_alike, read_titles
from pipeline.sources.short_rows import filled_up
from pipeline.sources.unpivot import unpivoted
from pipeline.sources.workbooks import sheets_as_csv
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", *json_mapped.SUFFIXES, *PACKED)


def stage_mapped(sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping) -> tuple[Staged, int, list[str]]:
    """Stage a file that has all that the mapping names; how many rows that does not mean, and a sentence for each condition of it
    that fits none.

    Raises RefusedFile naming what is missing.
    """
    staged = stage_file(sql, path, scratch, mapping, mapping.wanted - {FILE})
    staged = replace(staged, columns=staged.columns | {FILE: quoted(path.name)})
    for name in mapping.letters:
        read_html(sql, staged.columns[name])
    for name in dict.fromkeys(name for column in mapping.columns.values() if column.down for name in column.names):
        fill_down(sql, staged, staged.columns[name])
    staged = unpivoted(sql, staged, mapping.unpivot) if mapping.unpivot else staged
    nulls, idle = mapping.reader.null, _with_other_rows(sql, staged, mapping)
    for name in mapping.filled:
        sql.execute(f"delete from stage where ({present(staged.columns[name], nulls)}) is null")
    idle += fitting_nowhere(sql, staged, mapping.excepted.items(), "except", nulls)
    others = keep_meant(sql, staged, mapping)
    wheres = [one for column in mapping.columns.values() if not column.row for one in column.where.items()]
    idle += fitting_nowhere(sql, staged, wheres, "where", nulls)
    for name in (name for name, column in mapping.columns.items() if column.nth):
        number_alike(sql, staged, name, mapping.columns[name].names)
    return staged, others, idle


def _with_other_rows(sql: DuckDBPyConnection, staged: Staged, mapping: Mapping) -> list[str]:
    """Read what stands in other rows, before any row is taken out; a sentence for each condition of theirs that fits none."""
    nulls, idle = mapping.reader.null, []
    for name, column in mapping.columns.items():
        if column.row:
            idle += fitting_nowhere(sql, staged, column.where.items(), "where", nulls)
            idle += read_other_rows(sql, staged, name, column, mapping)
        if column.above:
            idle += fitting_nowhere(sql, staged, column.above.items(), "above", nulls)
            read_titles(sql, staged, name, column, nulls)
    return idle


def stage_file(
    sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping, needed: Set[str] = frozenset()
) -> Staged:
    """Stage the columns of a file that the mapping names; raises RefusedFile where it lacks one of those `needed`."""
    import duckdb

    if path.suffix.lower() == ".parquet":
        staged = _in_its_words(stage_parquet(sql, path, mapping), mapping)
        refuse_missing(path, [*staged.columns], needed, 1, "")
        return staged
    if json_mapped.is_json(path):
        return _stage_json(sql, path, scratch, mapping, needed)
    text, dialect, besides = _text_below(path, scratch, mapping, needed)
    try:
        staged = _stage_text(sql, path, text, dialect, mapping, needed, scratch)
    except (duckdb.InvalidInputException, csv.Error):  # lines that end in several ways, or as on an old Macintosh
        staged = _stage_text(sql, path, with_one_line_end(text, scratch), dialect, mapping, needed, scratch)
    return replace(staged, besides=besides)


def _stage_json(sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping, needed: Set[str]) -> Staged:
    """JSON often leaves out what is empty: what no object has is empty in every row, if a record can do without it."""
    text, told = json_mapped.json_as_csv(path, scratch, mapping)
    has = mapping.in_its_words(told)
    sought = needed & mapping.indispensable
    hint = json_mapped.under_numbers(has) or json_mapped.further_down(has, sought)
    refuse_missing(path, has, sought, 1, hint)
    absent = sorted(needed - {*has})
    staged = _stage_text(sql, path, text, Dialect(","), mapping, needed - {*absent}, scratch)
    columns = dict.fromkeys([*has, *absent], "null") | staged.columns
    return replace(
        staged, columns=columns, line=f"stage.rowid - {first_rowid(sql)} + 1", besides=_besides(path, has, needed)
    )


def _besides(path: Path, has: Sequence[str], needed: Set[str]) -> str:
    """What to say of columns that no object has, and of those that are JSON themselves."""
    absent = sorted(needed - {*has})
    said = [f"{path.name}: no object has {', '.join(absent)}: empty in every row"] if absent else []
    for whole in sorted(needed & {*has}):
        if parts := sorted(name for name in has if name.startswith(f"{whole}."))[:SAID]:
            names = hidden_names(", ".join(parts))
            said.append(f"{path.name}: {whole} is JSON itself, whose parts have names of their own: {names}")
    return "; ".join(said)


def as_text(path: Path, scratch: Path, mapping: Mapping) -> Path:
    """A table as delimited text in UTF-8: a sheet is copied as one; a Parquet file stays what it is."""
    match path.suffix.lower():
        case ".parquet":
            return path
        case ".xlsx":
            return sheets_as_csv(path, scratch, mapping)[0]
        case _:
            return plain_text(path, mapping.reader.encoding, scratch)


def column_names(sql: DuckDBPyConnection, text: Path, dialect: Dialect) -> list[str]:
    """Those of a delimited text or of a Parquet file."""
    if text.suffix.lower() == ".parquet":
        return [name for name, _ in parquet_columns(sql, text)]
    return header_of(text, dialect).names


def _text_below(path: Path, scratch: Path, mapping: Mapping, needed: Set[str]) -> tuple[Path, Dialect, str]:
    """The file as text that begins with its header, and what to say of its parts."""
    if path.suffix.lower() == ".xlsx":
        text, besides = sheets_as_csv(path, scratch, mapping, needed)
        return text, Dialect(",", above=mapping.reader.above), besides
    reader, text = mapping.reader, plain_text(path, mapping.reader.encoding, scratch)
    text = without_first(text, reader.skip, scratch)
    dialect = mapping.dialect_of(path)
    text = with_header(text, _own_header(text, dialect, reader.names), scratch) if reader.names else text
    return text, dialect, ""


def _own_header(text: Path, dialect: Dialect, names: tuple[str, ...]) -> str:
    """The mapping's names of columns as a line of the file would hold them."""
    delimiter = delimiter_of(next(iter(first_lines(text)), ""), dialect)
    return delimiter.join(
        dialect.quote + name.replace(dialect.quote, (dialect.escape or dialect.quote) + dialect.quote) + dialect.quote
        if dialect.quote
        else name
        for name in names
    )


def _stage_text(
    sql: DuckDBPyConnection,
    path: Path,
    text: Path,
    dialect: Dialect,
    mapping: Mapping,
    needed: Set[str],
    scratch: Path,
) -> Staged:
    if needed:
        check_header(path, text, dialect, mapping, needed)
    has_text = any(column.type == "text" for column in mapping.contract.columns.values())
    spellings = {name for others in mapping.renamed.values() for name in others}
    wanted = {one_line(name) for name in mapping.wanted | spellings}
    stage = partial(stage_delimited, sql, dialect=dialect, wanted=wanted, multiline=has_text)
    staged = stage(text)
    while staged.rejects and (whole := filled_up(sql, text, dialect, mapping, scratch)):
        text, staged = whole, stage(whole)  # again, for of a file with many rejects DuckDB does not read the end
    staged = _in_its_words(staged, mapping)
    rejects = [replace(reject, line=reject.line + dialect.above) for reject in staged.rejects]
    has_signs = any(column.words for column in mapping.contract.columns.values())
    words = words_by_column(text, dialect) if has_signs else {}
    return replace(staged, line=f"({staged.line} + {dialect.above})", rejects=rejects, words=words)


def _in_its_words(staged: Staged, mapping: Mapping) -> Staged:
    return replace(
        staged, columns=dict(zip(mapping.in_its_words(staged.columns), staged.columns.values(), strict=True))
    )
