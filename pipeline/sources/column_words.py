"""What stands in the first rows of a text, by column: its words tell what a column is, whatever it is called."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

from pipeline.sources.dialect import Dialect, cells_of, header_in

READ = 100_000
"""Characters, to the end of their line."""


def words_by_column(text: Path, dialect: Dialect) -> dict[str, set[str]]:
    """The words of each column in lower case, without empty ones and its own name; nothing where the rows cannot be read so."""
    with text.open(encoding="utf-8-sig", errors="replace", newline="\n") as source:
        lines = source.readlines(READ)
    found: dict[str, set[str]] = {}
    with suppress(csv.Error):
        header = header_in(lines, dialect)
        for row in cells_of(lines[header.height :], header.delimiter, dialect):
            for name, word in zip(header.names, row, strict=False):
                found.setdefault(name, set()).add(word.strip().casefold())
    return {name: words - {"", name.casefold()} for name, words in found.items()}
