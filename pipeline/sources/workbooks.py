"""Sheets of an Excel workbook -> text, as a mapping will read it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RefusedFile
from pipeline.sources.dialect import one_line
from pipeline.sources.mapping_file import SHEET, Mapping
from pipeline.sources.plain_text import ZIP, first_bytes, what_is

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

OTHERWISE = {
    False: "the mapping's columns are not in them",
    True: "of sheets without headers one is read, the first or [reader] sheet",
}


def sheets_as_csv(path: Path, scratch: Path, mapping: Mapping, needed: Set[str] = frozenset()) -> tuple[Path, str]:
    """The sheets with the needed columns as one CSV below the header of the first; and what to say of several sheets.

    Dates and times are in ISO form. The lines of a sheet follow those of the one before it. Where some are needed, columns are
    called as the mapping does: each sheet may have a name of its own for one.
    """
    copy, book = scratch / f"{path.name}.csv", _opened(path)
    names: list[str] = []
    places: dict[str, str] = {}
    line = mapping.reader.above + 1
    with copy.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        for sheet in _chosen(path, book, mapping, needed):
            header, *rows = _rows(path, book, sheet, mapping) or [[]]
            head = mapping.in_its_words(_header(header)) if needed else _header(header)
            _refuse_doubled(path, sheet, head, needed)
            if not names:
                names = head
                line += _written(write, [names])
            begin = line
            line += _written(write, _in_order(_texts(rows, head, mapping), head, names))
            places[sheet] = f"'{sheet}' ({f'lines {begin} to {line - 1}' if line > begin else 'no rows'})"
    return copy, _said(path, _sheets(book), places, mapping)


def _opened(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        told = error if first_bytes(path).startswith(ZIP) else f"it is {what_is(path)}"
        raise RefusedFile(f"{path}: cannot be read as an Excel workbook: {told}") from None
    except OSError as error:
        raise RefusedFile(f"{path}: cannot be read as an Excel workbook: {error}") from None


def _sheets(book: CalamineWorkbook) -> list[str]:
    from python_calamine import SheetTypeEnum

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _chosen(path: Path, book: CalamineWorkbook, mapping: Mapping, needed: Set[str]) -> list[str]:
    """The sheet that the mapping names, else all that have the columns; the one that lacks the fewest where none has them."""
    sheets, reader = _sheets(book), mapping.reader
    if reader.sheet and reader.sheet not in sheets:
        raise RefusedFile(f"{path}: has no sheet '{reader.sheet}', but {_listed(sheets)}")
    if reader.sheet or reader.names or len(sheets) < 2 or not needed:
        return [reader.sheet] if reader.sheet else sheets[:1]
    heads = {name: _header(next(iter(_rows(path, book, name, mapping, most=1)), [])) for name in sheets}
    lacking = {name: len(needed - {*mapping.in_its_words(head)}) for name, head in heads.items()}
    return [name for name in sheets if not lacking[name]] or [min(sheets, key=lambda name: lacking[name])]


def _rows(path: Path, book: CalamineWorkbook, sheet: str, mapping: Mapping, most: int | None = None) -> list[list[Any]]:
    """Those of a sheet from its header on, which may be the names that the mapping gives its columns; it is as wide as it is."""
    from python_calamine import CalamineError

    reader, upto = mapping.reader, None if most is None else mapping.reader.skip + most
    try:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=upto)[reader.skip :]
    except (CalamineError, OSError) as error:
        raise RefusedFile(f"{path}: cannot be read as an Excel workbook: {error}") from None
    width = len(rows[0]) if rows else 0
    named: list[list[Any]] = [[*reader.names, *[""] * width][:width], *rows] if reader.names else [*rows]
    return _under_its_name(named, sheet) if SHEET in mapping.wanted else named


def _under_its_name(rows: list[list[Any]], sheet: str) -> list[list[Any]]:
    """With the sheet's name as the last column, but of empty rows, which are none, and of headers, however often they come."""
    return [[*row, SHEET if row == rows[0] else sheet if any(cell != "" for cell in row) else ""] for row in rows]


def _header(row: list[Any]) -> list[str]:
    return [one_line(str(name)) for name in row]


def _refuse_doubled(path: Path, sheet: str, head: list[str], needed: Set[str]) -> None:
    if twice := sorted(name for name in needed if head.count(name) > 1):
        raise RefusedFile(f"{path}: sheet '{sheet}': column named twice: {', '.join(twice)}")


def _texts(rows: Iterable[list[Any]], header: list[str], mapping: Mapping) -> Iterator[list[str]]:
    marks = [mapping.decimal_of(name) for name in header]
    return ([_cell(value, mark) for value, mark in zip(row, marks, strict=True)] for row in rows)


def _in_order(rows: Iterator[list[str]], header: list[str], names: list[str]) -> Iterator[list[str]]:
    """Rows with the columns as others name and order them."""
    if header == names:
        return rows
    places = [header.index(name) if name in header else None for name in names]
    return (["" if place is None else row[place] for place in places] for row in rows)


def _written(write: Callable[[list[str]], object], rows: Iterable[list[str]]) -> int:
    """Writes the rows; how many lines they take."""
    lines = 0
    for row in rows:
        write(row)
        lines += 1 + sum(cell.count("\n") for cell in row)
    return lines


def _said(path: Path, sheets: list[str], places: dict[str, str], mapping: Mapping) -> str:
    others = _listed(name for name in sheets if name not in places)
    if mapping.reader.sheet or len(sheets) < 2:
        return ""
    unread = f"; not read, because {OTHERWISE[bool(mapping.reader.names)]}: {others}" if others else ""
    return f"{path.name}: sheets read: {', '.join(places.values())}{unread}"


def _listed(sheets: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sheets)


def _cell(value: Any, mark: str) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", mark)
    if isinstance(value, dt.timedelta):
        total = round(value.total_seconds())
        return f"{total // 3600:02d}:{total % 3600 // 60:02d}:{total % 60:02d}"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)
