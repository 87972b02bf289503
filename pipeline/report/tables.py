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
from pipeline.spreadsheet_text import harmless

MOST = 100
"""Rows that a page shows of a long table; the others stand in a script beside it, read when somebody looks for a name."""
FEW = 20
"""Rows up to which nobody wants to look for a name."""
Value = str | float | int | None


@dataclass(frozen=True)
class Cell:
    """`text` is for people, `value` for files; `low` and `high` bound it, `aside` says them in words.

    link: a file to fetch, of which the aside is the command that makes it. to: the page that tells more, hint: in short what it
    says. is_doubted: the page says why the figure is no ground for a judgement. Text may hold markup of our own; then the value
    says it plainly.
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


def csv_text(table: Table, low: str, high: str, decimal: str = ".") -> str:
    """The table for a spreadsheet; `low` and `high` head the bounds of an interval. Where decimals have a comma, a semicolon
    parts the columns: so write and read the spreadsheets of such a language.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", delimiter=";" if decimal == "," else ",")
    writer.writerow([safe(head) for head in bare_heads(table, low, high)])
    writer.writerows([safe(value, decimal) for value in row] for row in bare_rows(table))
    return "\ufeff" + out.getvalue()


def bare_heads(table: Table, low: str, high: str) -> list[str]:
    """The heads of `bare_rows`."""
    named = [(column.in_files or column.title, column.has_interval) for column in table.columns]
    return [head for name, wide in named for head in ([name, f"{name}, {low}", f"{name}, {high}"] if wide else [name])]


def bare_rows(table: Table) -> Iterator[list[Value]]:
    """Values alone, each bound of an interval in a column of its own."""
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        parts = [[cell.value, cell.low, cell.high] if column.has_interval else [cell.value] for column, cell in cells]
        yield [value for part in parts for value in part]


def safe(value: Value, decimal: str = ".") -> str:
    """Text that a spreadsheet takes as text; numbers to six digits; nothing for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.6g}".replace(".", decimal) if isinstance(value, float) else str(harmless(value))
