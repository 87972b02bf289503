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
BETWEEN = " \0"
"""Two spaces when normalised: no phrase reaches from one text into the next. Texts have no NUL of their own."""
TABLE_SIZE = 0x3000
"""Code points above are taken as symbols, but for their letters' sake nothing above is needed in Russian or English."""
LATIN_TO_CYRILLIC = dict(zip("aceopxyktmhbi3u", "асеорхуктмнвизи", strict=True))
"""Letters that look alike; folded only inside words that have Cyrillic letters too, or English would break."""


@dataclass(frozen=True)
class Batch:
    """`text`: all texts normalised, each between spaces. `origin`: for each of its characters the place in `raw`.

    `begins`: where each text begins in `text`; `raw_begins`: where it begins in `raw`, the code points as they were.
    """

    text: str
    origin: Array
    begins: Array
    raw: Array
    raw_begins: Array

    def __len__(self) -> int:
        return len(self.begins)


@cache
def _tables() -> tuple[Array, Array, Array, Array]:
    """By code point: its plain form (0: taken out), is it Latin, is it Cyrillic, is it upper case."""
    plain = np.full(TABLE_SIZE, SPACE, dtype=np.uint32)
    latin, cyrillic, upper = (np.zeros(TABLE_SIZE, dtype=bool) for _ in range(3))
    for code in range(TABLE_SIZE):
        character = chr(code)
        if unicodedata.category(character) in ("Cf", "Mn"):
            plain[code] = 0
        elif character.isalnum():
            lower = character.lower().replace("ё", "е")
            plain[code] = ord(lower) if len(lower) == 1 else code
            latin[code] = "a" <= lower <= "z"
            cyrillic[code] = "а" <= lower <= "я"
            upper[code] = character != character.lower()
    return plain, latin, cyrillic, upper


def normalise(texts: Sequence[str]) -> Batch:
    """Texts of any length; a text may be empty."""
    raw = _codes(BETWEEN + BETWEEN.join(texts) + " ")
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    raw_begins = 2 + np.concatenate([[0], np.cumsum(lengths[:-1] + 2)]) if len(texts) else lengths
    plain, latin, cyrillic, _ = _tables()
    known = np.minimum(raw, TABLE_SIZE - 1)
    codes = np.where(raw < TABLE_SIZE, plain[known], SPACE)
    kept = np.flatnonzero(
        (codes != 0) & ~((codes == SPACE) & (np.concatenate([[0], codes[:-1]]) == SPACE) & (raw != 0))
    )
    codes, known = codes[kept], known[kept]
    codes = _folded(codes, latin[known], cyrillic[known])
    begins = np.searchsorted(kept, raw_begins)
    return Batch(_text(codes), kept, begins, raw, raw_begins)


def is_upper(raw: Array) -> Array:
    upper: Array = _tables()[3][np.minimum(raw, TABLE_SIZE - 1)] & (raw < TABLE_SIZE)
    return upper


def is_letter(raw: Array) -> Array:
    _, latin, cyrillic, _ = _tables()
    known = np.minimum(raw, TABLE_SIZE - 1)
    letter: Array = (latin[known] | cyrillic[known]) & (raw < TABLE_SIZE)
    return letter


def _codes(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)


def _text(codes: Array) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def _folded(codes: Array, latin: Array, cyrillic: Array) -> Array:
    """Latin look-alikes as Cyrillic inside words of both."""
    word = np.cumsum(codes == SPACE)
    size = int(word[-1]) + 1 if len(word) else 0
    mixed = (np.bincount(word, weights=latin, minlength=size) > 0) & (
        np.bincount(word, weights=cyrillic, minlength=size) > 0
    )
    places = np.flatnonzero(latin & mixed[word]) if size else np.array([], dtype=np.int64)
    if not len(places):
        return codes
    codes = codes.copy()
    fold = np.arange(128, dtype=np.uint32)
    for a, b in LATIN_TO_CYRILLIC.items():
        fold[ord(a)] = ord(b)
    codes[places] = fold[np.minimum(codes[places], 127)]
    return codes
