"""The sentence around a place in a text: a bare word says little to who judges an incident."""

from __future__ import annotations

import re

END = re.compile(r"[.!?…]+(?=\s|$)|\n")


def sentence(text: str, place: int) -> str:
    """A line's end ends one, too."""
    ends = [found.end() for found in END.finditer(text)]
    begin = max((end for end in ends if end <= place), default=0)
    return text[begin : min((end for end in ends if end > place), default=len(text))].strip()
