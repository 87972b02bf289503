"""On which physical line of its file each record begins: with quotes, empty lines and rejected records in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.sources.packed import CHUNK
from pipeline.sources.rejects import Reject, breaks_in, without_blanks

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Lines = np.ndarray[Any, np.dtype[np.int64]]

NEWLINE, RETURN = 10, 13


def one_each(rows: int) -> Lines:
    """Heights of records that take one line each."""
    return np.ones(rows, dtype=np.int64)


def none() -> Lines:
    return np.zeros(0, dtype=np.int64)


def line_ends(text: Path) -> tuple[Lines, Lines]:
    """Byte positions at which lines end, and the numbers (from 1) of the lines with nothing in them."""
    content = np.memmap(text, dtype=np.uint8, mode="r")
    pieces = [np.flatnonzero(content[i : i + CHUNK] == NEWLINE) + i for i in range(0, len(content), CHUNK)]
    if content[-1] != NEWLINE:
        pieces.append(np.array([len(content)]))
    ends = np.concatenate(pieces).astype(np.int64)
    begins = np.concatenate([[0], ends[:-1] + 1])
    is_blank = (ends == begins) | ((ends == begins + 1) & (content[begins] == RETURN))
    return ends, np.flatnonzero(is_blank) + 1


def locate(heights: Lines, rejects: list[Reject], blanks: Lines, first: int) -> Lines:
    """The physical line on which each accepted row begins: in order, the lines that nobody else takes.

    `heights`: lines with something in them that each row takes. `first`: the line of the first record.
    """
    last = first + int(heights.sum()) + sum(r.records for r in rejects) + len(blanks)
    filled = np.setdiff1d(np.arange(first, last + 1), blanks, assume_unique=True)
    is_taken = np.zeros(len(filled), dtype=bool)
    for reject in rejects:
        at = np.searchsorted(filled, reject.line)
        is_taken[at : at + reject.records] = True
    begins = np.cumsum(heights) - heights
    lines: Lines = filled[~is_taken][begins].astype(np.int64)
    return lines


def placed(rejects: list[Reject], ends: Lines) -> list[Reject]:
    """Rejects that know their byte, with the line it is on."""
    lines = np.searchsorted(ends, [r.line for r in rejects]) + 1
    return [replace(reject, line=int(line)) for reject, line in zip(rejects, lines, strict=True)]


def heights_of(sql: DuckDBPyConnection, columns: list[str], rows: int, begin: int) -> Lines:
    """Lines with something in them that each row takes: empty lines inside a quoted field are nobody's.

    `begin`: the first rowid of `stage`.
    """
    heights = one_each(rows)
    joined = "(" + " || '|' || ".join(f"coalesce({column}, '')" for column in columns) + ")"
    breaks = breaks_in([without_blanks(joined)])
    query = f"select rowid - {begin}, {breaks} as breaks from stage where contains({joined}, chr(10))"
    for row, more in sql.execute(query).fetchall():
        heights[row] += more
    return heights
