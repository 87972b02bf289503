"""How a table of text is written: its delimiter, its quotes, and the names of its header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.errors import RefusedFile

LONGEST_LINE = 2_000_000
HEADER_LINES = 20
"""As many as the names of a header may take, each a cell of several lines."""
DELIMITERS = (",", ";", "\t", "|")
ADDRESS = r"[^\s,@]+\s?(?:@|[(\[](?i:at)[)\]])\s?[^\s,]+"
NUMBER = r"\+?\d[\d\s()./_\-\u2010-\u2015\u2212]{5,}\d"
UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"
NO_NAME = r"[\d.,:/ T+-]*\d[\d.,:/ T+-]*"


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written. `delimiter` None: the one that is most frequent in the header.

    `escape`: what stands before a quote within quotes; nothing where that is doubled. `above`: lines of the file above
    the text that is read, whose own first line is the header.
    """

    delimiter: str | None = None
    quote: str = '"'
    escape: str = ""
    above: int = 0


def hidden_names(text: str) -> str:
    """Names of a header for a message: in a file without one they are a record, perhaps with a customer's number.

    What steers a terminal, and makes a log no text to those who search it, is spelled out.
    """
    hidden = re.sub(rf"{ADDRESS}|{NUMBER}", "[hidden]", text[:400])
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", lambda sign: f"\\x{ord(sign[0]):02x}", hidden)


def seems_a_record(name: str) -> bool:
    """Nobody calls a column by digits alone, or by an address."""
    return bool(re.fullmatch(NO_NAME, name) or hidden_names(name) == "[hidden]")


@dataclass(frozen=True)
class Header:
    """`height`: the lines it takes, more than one where a name has a line break in it."""

    names: list[str]
    delimiter: str
    height: int


def header_of(text: Path, dialect: Dialect) -> Header:
    """Raises RefusedFile for an empty file."""
    with text.open(encoding="utf-8-sig", errors="replace", newline="\n") as source:
        lines = [source.readline(LONGEST_LINE) for _ in range(HEADER_LINES)]
    if not lines[0].strip():
        raise RefusedFile(f"{text.name}: line {dialect.above + 1}: empty, a header was expected")
    return header_in(lines, dialect)


def header_in(lines: list[str], dialect: Dialect) -> Header:
    """The header that begins in the first of the lines."""
    delimiter = delimiter_of(_first_record(lines, dialect.quote), dialect)
    cells = cells_of(lines, delimiter, dialect)
    return Header([one_line(name) for name in next(cells, [])], delimiter, cells.line_num)


def fields_in(record: str, dialect: Dialect) -> list[str]:
    """Those of one record, however many lines it takes."""
    return [
        field.strip()
        for field in next(cells_of(io.StringIO(record, newline=""), delimiter_of(record, dialect), dialect), [])
    ]


def cells_of(lines: Iterable[str], delimiter: str, dialect: Dialect) -> Any:
    quoting: dict[str, Any] = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    escaping: dict[str, Any] = {"escapechar": dialect.escape, "doublequote": False} if dialect.escape else {}
    return csv.reader(lines, delimiter=delimiter, **quoting, **escaping)


def _first_record(lines: list[str], quote: str) -> str:
    """The first line, and those behind it as far as the quote that it opens; alone where nothing closes that."""
    records = accumulate(lines[:HEADER_LINES])
    return next((record for record in records if not quote or record.count(quote) % 2 == 0), lines[0])


def one_line(name: str) -> str:
    """A name with plain single spaces, also for the ends of lines in its cell, and without signs that nobody sees."""
    return " ".join(re.sub(UNSEEN, "", name).split())


def delimiter_of(line: str, dialect: Dialect) -> str:
    return dialect.delimiter or max(DELIMITERS, key=line.count)
