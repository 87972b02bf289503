"""How a table of text is written: its delimiter, its quotes, and the names in its first line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import RefusedFile

LONGEST_LINE = 2_000_000
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written. `delimiter` None: the one that is most frequent in the header.

    `above`: lines of the file above the text that is read, whose own first line is the header.
    """

    delimiter: str | None = None
    quote: str = '"'
    above: int = 0


def hidden_names(text: str) -> str:
    """Names of a header for a message: in a file without one they are a record, perhaps with a customer's number."""
    return re.sub(r"[^\s,]+@[^\s,]+|\+?\d[\d ().\-]{5,}\d", "[hidden]", text[:400])


def header_of(text: Path, dialect: Dialect) -> tuple[list[str], str]:
    """The names in the first line, and the delimiter; raises RefusedFile for an empty file."""
    with text.open("rb") as raw:
        first = raw.readline(LONGEST_LINE).decode("utf-8-sig", errors="replace").rstrip("\r\n")
    if not first.strip():
        raise RefusedFile(f"{text.name}: line {dialect.above + 1}: empty, a header was expected")
    return names_in(first, dialect)


def names_in(first: str, dialect: Dialect) -> tuple[list[str], str]:
    """The names in a line read as a header, and the delimiter."""
    delimiter = delimiter_of(first, dialect)
    quoting: dict[str, Any] = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    cells = csv.reader(io.StringIO(first), delimiter=delimiter, **quoting)
    return [name.strip() for name in next(cells, [])], delimiter


def delimiter_of(line: str, dialect: Dialect) -> str:
    return dialect.delimiter or max(DELIMITERS, key=line.count)
