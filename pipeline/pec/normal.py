"""Texts -> one array of plain code points: lower case, ё as е, one space for all that is no letter or digit, look-alikes folded.

Everything is done on whole batches with look-up tables; every position leads back to its place in the original.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
SPACE = 32
LATIN, CYRILLIC = 1, 2
BETWEEN = " \0"
"""Two spaces when normalised: no phrase reaches from one text into the next. Texts have no NUL of their own."""
TABLE_SIZE = 0x3000
"""Code points above are taken as symbols, but for their letters' sake nothing above is needed in Russian or English."""
FOLD = str.maketrans("aceopxyktmhbi3u", "асеорхуктмнвизи")
"""Letters that look alike; folded only inside words that have Cyrillic letters too, or English would break."""


@dataclass(frozen=True)
class Batch:
    """`text`: all texts normalised, each between spaces. `origin`: for each of its characters the place in `raw`.

    `begins`: where each text begins in `text`; `raw_begins`: where it begins in `raw`, the code points as they were.
    `spaces`: where words end in `text`.
    """

    text: str
    origin: Array
    begins: Array
    raw: Array
    raw_begins: Array
    spaces: Array

    def __len__(self) -> int:
        return len(self.begins)

    def text_at(self, places: Array) -> Array:
        """Which text each place in `raw` belongs to; what stands before the first is of the first."""
        found: Array = np.maximum(np.searchsorted(self.raw_begins, places, side="right") - 1, 0)
        return found


@cache
def _tables() -> tuple[Array, Array, Array]:
    """By code point: its plain form (0: taken out), its script, is it upper case."""
    plain = np.full(TABLE_SIZE, SPACE, dtype=np.uint16)
    script, upper = np.zeros(TABLE_SIZE, dtype=np.uint8), np.zeros(TABLE_SIZE, dtype=bool)
    for code in range(TABLE_SIZE):
        character = chr(code)
        if unicodedata.category(character) in ("Cf", "Mn"):
            plain[code] = 0
        elif character.isalnum():
            lower = character.lower().replace("ё", "е")
            plain[code] = ord(lower) if len(lower) == 1 and ord(lower) < TABLE_SIZE else code
            script[code] = LATIN if "a" <= lower <= "z" else CYRILLIC if "а" <= lower <= "я" else 0
            upper[code] = character != character.lower()
    return plain, script, upper


def normalise(texts: Sequence[str]) -> Batch:
    """Texts of any length; a text may be empty."""
    raw = codes_of(BETWEEN + BETWEEN.join(texts) + " ")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    raw_begins = 2 + np.concatenate([[0], np.cumsum(lengths[:-1] + 2)]) if len(texts) else lengths
    plain, script, _ = _tables()
    known = _within(raw)
    codes = plain[known]
    is_space = codes == SPACE
    dropped = is_space[1:] & is_space[:-1] & (raw[1:] != 0)
    kept = np.flatnonzero(np.concatenate([[True], (codes[1:] != 0) & ~dropped]))
    codes = codes[kept]
    text = _folded(_text(codes), script[codes])
    return Batch(text, kept, np.searchsorted(kept, raw_begins), raw, raw_begins, np.flatnonzero(codes == SPACE))


def _within(raw: Array) -> Array:
    """Code points beyond the tables as their last entry, which is a space."""
    return raw if raw.max(initial=0) < TABLE_SIZE else np.minimum(raw, TABLE_SIZE - 1)


def is_upper(raw: Array) -> Array:
    upper: Array = _tables()[2][_within(raw)]
    return upper


def is_letter(raw: Array) -> Array:
    letter: Array = _tables()[1][_within(raw)] > 0
    return letter


def codes_of(text: str) -> Array:
    """Code points: two bytes each where that is enough for all of them."""
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, dtype=np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _text(codes: Array) -> str:
    return codes.tobytes().decode("utf-16-le")


def _folded(text: str, script: Array) -> str:
    """Latin look-alikes as Cyrillic inside words of both: such words have the two side by side somewhere."""
    meets = np.flatnonzero((script[1:] ^ script[:-1]) == LATIN + CYRILLIC)
    if not len(meets):
        return text
    parts, until = [], 0
    for place in meets.tolist():
        if place < until:
            continue
        begin, end = text.rfind(" ", 0, place + 1) + 1, text.find(" ", place)
        parts += [text[until:begin], text[begin:end].translate(FOLD)]
        until = end
    return "".join([*parts, text[until:]])
