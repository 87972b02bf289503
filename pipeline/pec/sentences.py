"""The sentence around a place in a text: a bare word says little to who judges an incident."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

END = re.compile(r"[.!?…\n](?:(?<=\n)|(?<![.!?…]{2})[.!?…]*+(?=\s|$))")
"""Signs before a space, or a line's end; that it begins with a set of characters makes it twice as quick. A row of dots before a
word is read once, not from each of them."""


def sentence(text: str, place: int) -> str:
    """A line's end ends one, too."""
    begin, end = bounds(text, place)
    return text[begin:end].strip()


def bounds(text: str, place: int) -> tuple[int, int]:
    """Where it begins and ends."""
    ends = _ends(text)
    nth = bisect_right(ends, place)
    return ends[nth - 1] if nth else 0, ends[nth] if nth < len(ends) else len(text)


@lru_cache(maxsize=64)
def _ends(text: str) -> list[int]:
    return [found.end() for found in END.finditer(text)]
