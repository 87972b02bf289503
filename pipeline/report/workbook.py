"""The tables of a page as one workbook, a sheet each: numbers as numbers, the same tables the same bytes."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, count
from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.report.tables import Table, Value, bare_heads, bare_rows
from pipeline.report.words import Words

if TYPE_CHECKING:
    import xlsxwriter

LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MADE = datetime(2000, 1, 1)
"""A day that every workbook says it was made on: that of its making would make each copy another file."""


def workbook(tables: Sequence[Table], words: Words) -> bytes:
    """The file's bytes, a sheet a table of the page."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": MADE})
        bold, wide = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        names = sheet_names([table.caption for table in tables])
        for table, name in zip(tables, names, strict=True):
            sheet = book.add_worksheet(name)
            _write(sheet, table, words, bold, wide)
    return out.getvalue()


def sheet_names(captions: Sequence[str]) -> list[str]:
    """The first words of each, as many as a sheet may be called by; those that are alike then, capitals aside, are numbered."""
    found: dict[str, str] = {}
    for caption in captions:
        name = _allowed(caption)
        ends = chain([""], (f"-{n}" for n in count(2)))
        free = next(one for end in ends if (one := name[: LONGEST_NAME - len(end)] + end).casefold() not in found)
        found[free.casefold()] = free
    return list(found.values())


def _allowed(caption: str) -> str:
    """Without the signs that Excel forbids in the name of a sheet."""
    words = " ".join(FORBIDDEN.sub(" ", caption).split())
    return (shorten(words, LONGEST_NAME, placeholder="") or words[:LONGEST_NAME]).strip(" ',;") or "-"


def _write(sheet: xlsxwriter.worksheet.Worksheet, table: Table, words: Words, bold: object, wide: object) -> None:
    sheet.write_string(0, 0, table.caption, bold)
    if any(table.doubted):
        sheet.write_string(1, 0, words("table.doubted"))
    heads = bare_heads(table, words)
    sheet.write_row(2, 0, heads, bold)
    sheet.freeze_panes(3, 1)
    sheet.set_column(0, 0, 28, wide)
    sheet.set_column(1, max(len(heads) - 1, 1), 16, wide)
    for number, row in enumerate(bare_rows(table, words), start=3):
        sheet.write_row(number, 0, [_number(value) for value in row])


def _number(value: Value) -> Value:
    """Six digits, as the CSV has them: sums of many rows differ beyond by the order of adding."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
