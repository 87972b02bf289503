"""Lines that no row and no reject of the reader accounts for: an open quote swallowed them, or they are too long for it.

Of a record that runs on, the reader tells the beginning only; a line as long as its buffer it passes over without a word.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.sources.dialect import LONGEST_LINE
from pipeline.sources.lines import Lines
from pipeline.sources.rejects import Reject


def accounted(rejects: list[Reject], heights: Lines, ends: Lines, blanks: Lines, first: int) -> list[Reject]:
    """The rejects, more of them and wider ones: every line with something in it is a row's or a reject's.

    `heights`, `first`: as `locate` has them.
    """
    lost = len(ends) - first + 1 - len(blanks) - int(heights.sum()) - sum(reject.records for reject in rejects)
    unread = _too_long(rejects, ends)[: max(lost, 0)]
    lost -= len(unread)
    if lost > 0 and rejects:
        rejects = _widened(rejects, _unowned(rejects, unread, heights, ends, blanks, first), lost)
    elif lost > 0:
        rejects = [_at_the_end(ends, blanks, lost)]
    return sorted([*rejects, *unread], key=lambda reject: reject.line)


def _too_long(rejects: list[Reject], ends: Lines) -> list[Reject]:
    """Lines that nothing was said of and that are longer than may be, the longest first."""
    lengths = np.diff(ends, prepend=-1)
    long, told = np.flatnonzero(lengths > LONGEST_LINE), {reject.line for reject in rejects}
    lines = [int(at) + 1 for at in long[np.argsort(-lengths[long])]]
    return [Reject(line, 1, None, "line_size_over_maximum") for line in lines if line not in told]


def _unowned(
    rejects: list[Reject], unread: list[Reject], heights: Lines, ends: Lines, blanks: Lines, first: int
) -> list[int]:
    """How many lines behind each reject, up to the next, are nobody's.

    The rows before a reject are its ordinal less the header, the blank lines and the rejects before it.
    """
    lines = np.array([reject.line for reject in rejects] + [len(ends) + 1])
    blank = np.searchsorted(blanks, lines)
    too_long = np.searchsorted(sorted(reject.line for reject in unread), lines)
    rows = np.array([reject.ordinal - first - at for at, reject in enumerate(rejects)]) - blank[:-1]
    rows = np.append(np.maximum.accumulate(rows).clip(0, len(heights)), len(heights))
    of_rows = np.append(0, np.cumsum(heights))[rows]
    between = np.diff(lines - blank - too_long - of_rows)
    return [int(n) - reject.records for n, reject in zip(between, rejects, strict=True)]


def _widened(rejects: list[Reject], unowned: list[int], lost: int) -> list[Reject]:
    """Each takes what lies behind it; the last what is left, where blank lines were swallowed too."""
    wider = []
    for reject, behind in zip(rejects, unowned, strict=True):
        more = min(max(behind, 0), lost) if reject is not rejects[-1] else lost
        wider.append(replace(reject, records=reject.records + more))
        lost -= more
    return wider


def _at_the_end(ends: Lines, blanks: Lines, lost: int) -> Reject:
    """What swallowed the rest of the file, where the reader says nothing of it."""
    filled = np.setdiff1d(np.arange(1, len(ends) + 1), blanks, assume_unique=True)
    return Reject(int(filled[-lost]), lost, None, "unclosed_quote")
