"""Rows with fewer fields than the header, as programs write them that leave empty cells at the end out -> rows as wide as it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources.dialect import Dialect, fields_in, header_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.packed import CHUNK
from pipeline.sources.reading import MOST_TOLD

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BREAKS = "\r\n"


@dataclass(frozen=True)
class _Short:
    """Where it begins and ends in the file, how many fields it lacks, and whether it is whole without them."""

    begin: int
    end: int
    lacks: int
    is_whole: bool


def filled_up(sql: DuckDBPyConnection, text: Path, dialect: Dialect, mapping: Mapping, scratch: Path) -> Path | None:
    """A copy of the text that was staged, of the same name, in which such rows have all fields; None where there are none.

    A row before one that is not whole may be the first half of a record with a line break in it, and stays as it is.
    """
    header = header_of(text, dialect)
    names, size = mapping.in_its_words(header.names), text.stat().st_size
    found = list(_short_rows(sql, names, replace(dialect, delimiter=header.delimiter), mapping, size))
    whole = [
        row
        for row, after in zip_longest(found, found[1:])
        if row.is_whole and not (after and not after.is_whole and after.begin <= row.end + len(BREAKS))
    ]
    if not whole:
        return None
    copy = scratch / "filled" / text.name
    copy.parent.mkdir(exist_ok=True)
    part = copy.with_name(f"{text.name}.part")  # the text may be such a copy itself
    with text.open("rb") as source, part.open("wb") as target:
        for row in whole:
            target.write(source.read(row.end - source.tell()) + header.delimiter.encode() * row.lacks)
        shutil.copyfileobj(source, target, CHUNK)
    return part.replace(copy)


def _short_rows(
    sql: DuckDBPyConnection, names: list[str], dialect: Dialect, mapping: Mapping, size: int
) -> Iterator[_Short]:
    """What the reader has just rejected for nothing but fields that it lacks, where it tells all of it."""
    rejected = sql.execute(
        "select line_byte_position - 1, any_value(csv_line) from stage_rejects group by 1 "
        f"having bool_and(cast(error_type as varchar) = 'MISSING COLUMNS') and max(strlen(csv_line)) < {MOST_TOLD} order by 1"
    ).fetchall()
    for byte, line in rejected:
        end = byte + len(line.rstrip(BREAKS).encode())
        fields = fields_in(line.strip(BREAKS), dialect)
        lacks = len(names) - len(fields)
        is_cut = end >= size and any(names[len(fields) :])
        is_whole = lacks > 0 and not is_cut and _is_whole(dict(zip(names, fields, strict=False)), mapping)
        yield _Short(byte + len(line) - len(line.lstrip(BREAKS)), end, lacks, is_whole)


def _is_whole(row: dict[str, str], mapping: Mapping) -> bool:
    """It has what the table requires, or is no record by what the mapping says."""
    canonical = mapping.contract.columns
    required = {
        source
        for name, column in mapping.columns.items()
        if canonical[name].required and canonical[name].default is None and "" not in column.values
        for source in column.names
    }
    nothing = ("", *mapping.reader.null)
    return all(row.get(name) for name in required) or any(row.get(name, "") in nothing for name in mapping.filled)
