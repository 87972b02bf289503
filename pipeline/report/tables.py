"""Tables as data: the page shows their words, the file beside it holds their numbers."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from pipeline.report.sparkline import Sparkline
from pipeline.report.words import Words
from pipeline.spreadsheet_text import harmless

MOST = 100
"""Rows that a page shows of a long table; the others stand in a script beside it, read when somebody looks for a name."""
FEW = 20
"""Rows up to which nobody wants to look for a name."""
Value = str | float | int | None


@dataclass(frozen=True)
class Cell:
    """`text` is for people, `value` for files; `low` and `high` bound it, `aside` says them in words.

    link: a file to fetch, of which the aside is the name. to: the page that tells more, hint: in short what it
    says. is_doubted: evaluators disagree, so that the figure is no ground for a judgement. Text may hold markup of our own; then
    the value says it plainly. unrecorded: the KPI that is absent because the source does not record what it needs.
    """

    text: str
    value: Value = None
    low: float | None = None
    high: float | None = None
    aside: str = ""
    is_absent: bool = False
    is_doubted: bool = False
    line: Sparkline | None = None
    link: str = ""
    to: str = ""
    hint: str = ""
    unrecorded: str = ""


@dataclass(frozen=True)
class Column:
    """`in_files`: its head where numbers stand bare, if that must say more."""

    title: str
    is_number: bool = True
    has_interval: bool = False
    kpi: str = ""
    in_files: str = ""


@dataclass(frozen=True)
class Table:
    """`id` names the file beside the page; the first column heads its rows. most: rows that the page itself holds.
    folds: on a phone, what is no number stands under the figures of its row. order: of the rows, in words, where that is not
    the one of the first column.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)
    most: int = MOST
    folds: bool = False
    order: str = ""

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        """The rows that the page itself holds."""
        return self.rows if len(self.rows) <= self.most else self.rows[: self.most]

    @property
    def has_rest(self) -> bool:
        return len(self.rows) > self.most

    @property
    def is_long(self) -> bool:
        return len(self.rows) > min(FEW, self.most)

    @property
    def doubted(self) -> list[bool]:
        """Of each column, whether it has a doubted figure."""
        return [any(row[n].is_doubted for row in self.rows) for n in range(len(self.columns))]

    @property
    def unrecorded(self) -> list[str]:
        """The KPIs that are absent for want of what the source does not record."""
        return list(dict.fromkeys(cell.unrecorded for row in self.rows for cell in row if cell.unrecorded))

    @property
    def anchors(self) -> list[str]:
        """An address for each row, from its head: agents-anna-keller; of equal heads the later ones are numbered."""
        seen: Counter[str] = Counter()
        found = []
        for row in self.rows:
            name = "-".join([self.id, *re.findall(r"\w+", row[0].text.lower())])
            seen[name] += 1
            found.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
        return found


def text_cell(text: str, to: str = "") -> Cell:
    return Cell(text, text, to=to)


def rest_script(table: Table) -> str:
    """The rows that the page leaves out, as a script that works without a server: anchor, then text, aside, sort (1: absent,
    2: doubted), link."""
    rest = zip(table.anchors[table.most :], table.rows[table.most :], strict=True)
    rows = [[anchor, *(_told(cell) for cell in row)] for anchor, row in rest]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"(window.REST_OF_TABLES ??= {{}})[{json.dumps(table.id)}] = {text};\n"


def _told(cell: Cell) -> list[str | int]:
    text = str(cell.value) if isinstance(cell.text, Markup) else cell.text
    sort, link = 1 if cell.is_absent else 2 * cell.is_doubted, cell.to or cell.link
    return [text, cell.aside, sort, *([link] if link else [])]


def csv_text(table: Table, words: Words) -> str:
    """The table for a spreadsheet. Where decimals have a comma, a semicolon parts the columns: so write and read the spreadsheets
    of such a language.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", delimiter=";" if words.decimal == "," else ",")
    writer.writerow([safe(head) for head in bare_heads(table, words)])
    writer.writerows([safe(value, words.decimal) for value in row] for row in bare_rows(table, words))
    return "\ufeff" + out.getvalue()


def bare_heads(table: Table, words: Words) -> list[str]:
    """The heads of `bare_rows`."""
    heads = []
    for column, is_doubted in zip(table.columns, table.doubted, strict=True):
        name = column.in_files or column.title
        beside = [*(("low", "high") if column.has_interval else ()), *(("doubt",) if is_doubted else ())]
        heads += [name, *(f"{name}, {words(f'table.{part}')}" for part in beside)]
    return heads


def bare_rows(table: Table, words: Words) -> Iterator[list[Value]]:
    """Values alone; in columns of their own each bound of an interval, and why a figure that the page shows grey is in doubt."""
    doubted = table.doubted
    for row in table.rows:
        values: list[Value] = []
        for column, cell, is_doubted in zip(table.columns, row, doubted, strict=True):
            values += [cell.value, cell.low, cell.high] if column.has_interval else [cell.value]
            why = words("table.disagree") if cell.is_doubted and not cell.is_absent else None
            values += [why] if is_doubted else []
        yield values


def safe(value: Value, decimal: str = ".") -> str:
    """Text that a spreadsheet takes as text; numbers to six digits; nothing for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.6g}".replace(".", decimal) if isinstance(value, float) else str(harmless(value))
