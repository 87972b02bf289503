"""Swearing in disguise: with signs for letters, letters drawn out or spelled apart, in Latin letters for Russian ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from pipeline.pec.lexicons import Entry
from pipeline.pec.normal import codes_of

Array = np.ndarray[Any, np.dtype[Any]]

SIGNED = re.compile(r"[^\W\d_]+(?:[*#@$%]+[^\W\d_]*)+", re.UNICODE)
"""A word with signs in place of letters."""
APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.,_*-]{1,2}){2,}[^\W\d_](?![^\W_])", re.UNICODE)
"""Single letters with something between them."""
DRAWN = re.compile(r"[^\W\d_]*([^\W\d_])\1{2,}[^\W\d_]*", re.UNICODE)
"""A word in which one letter stands three times or more."""
LATIN = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "yo": "е", "ye": "е",
    "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "y": "й", "j": "й", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "c": "ц", "x": "х",
}  # fmt: skip
ENDINGS = ("", "а", "ый", "ец", "ил", "ли", "ь", "ing", "ed", "er", "s")
LATIN_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
SYLLABLES = re.compile("|".join(sorted(LATIN, key=len, reverse=True)))
SIGNS = "*#@$%"
LAST = 0xFFFF
LATIN_SUSPECT = ("hui huy huj xui xuy xuj bla blya blja pezd pizd eba ebu suka suki mudak pidor pidar gandon").split()
"""Quick to look for, all of them: most texts have none."""


def suspects(texts: Sequence[str]) -> list[int]:
    """Places of the texts worth reading closely: with a sign, a row of single letters, a letter three times, a Latin suspect.

    Told of all texts at once. What lies beyond the basic plane counts as a letter.
    """
    codes = codes_of("\n".join(["", *texts]) + "\n" * 6)
    word, letter, gap, sign = (table[np.minimum(codes, LAST)] for table in _tables())
    long = len(codes) - 6
    a, b, c, d, e, f = (slice(k, long + k) for k in range(6))
    row = ~word[a] & letter[b] & gap[c] & ((letter[d] & gap[e]) | (gap[d] & letter[e] & gap[f]))
    alike = letter[b] & (codes[b] == codes[c]) & (codes[c] == codes[d])
    begins = np.cumsum([1, *(len(text) + 1 for text in texts)])
    at = np.flatnonzero(row | alike | sign[b]) + 1
    places: set[int] = set((np.searchsorted(begins, at, side="right") - 1).tolist())
    lower = [text.lower() for text in texts]
    for known in filter("\n".join(lower).__contains__, LATIN_SUSPECT):
        places.update(n for n, text in enumerate(lower) if known in text)
    return sorted(places)


@cache
def _tables() -> tuple[Array, ...]:
    """Of each code whether it is part of a word, a letter, a gap between letters, a sign for one; as the patterns have it."""
    signs = [chr(code) for code in range(LAST + 1)]
    word = [s.isalnum() or s == "_" for s in signs[:-1]]
    letter = [s.isalnum() and not s.isdecimal() for s in signs[:-1]]
    gap = [s.isspace() or s in ".,_*-" for s in signs[:-1]]
    return (
        np.array([*word, False]),
        np.array([*letter, True]),
        np.array([*gap, False]),
        np.array([s in SIGNS for s in signs]),
    )


class Unmasker:
    """Stems and words of swearing, looked for behind the disguise."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        swear = [entry for entry in entries if entry.feature == "swear"]
        self._stems = tuple(entry.pattern.strip() for entry in swear if entry.kind == "stem")
        self._words = frozenset(entry.pattern.strip() for entry in swear if entry.kind == "word")
        russian = [(p, True) for p in self._stems] + [(p, False) for p in self._words]
        self._russian = [(_sounded(p), is_stem) for p, is_stem in russian if "а" <= p[0] <= "я" and len(p) > 3]

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each disguised word in the text as it was written; slow: for `suspects`."""
        yield from (m.span() for m in SIGNED.finditer(text) if self._fits(m.group().lower()))
        yield from (m.span() for m in APART.finditer(text) if self._is(re.sub(r"[\W_]", "", m.group())))
        yield from (m.span() for m in DRAWN.finditer(text) if self._is(re.sub(r"(.)\1+", r"\1", m.group())))
        yield from (m.span() for m in LATIN_WORD.finditer(text) if self._is_russian(m.group().lower()))

    def _is(self, word: str) -> bool:
        plain = word.lower().replace("ё", "е")
        return plain in self._words or plain.startswith(self._stems)

    def _fits(self, masked: str) -> bool:
        """A sign stands for one to three letters; at least two letters must be seen."""
        if len(re.sub(r"[*#@$%]+", "", masked)) < 2:
            return False
        runs = re.sub(r"([*#@$%])[*#@$%]*", r"\1", masked.replace("ё", "е"))
        pattern = re.compile("".join(r"[^\W\d_]{1,3}" if c in "*#@$%" else re.escape(c) for c in runs))
        return any(map(pattern.fullmatch, self._words)) or any(_begins(pattern, stem) for stem in self._stems)

    def _is_russian(self, word: str) -> bool:
        if not any(known in word for known in LATIN_SUSPECT):
            return False
        spelled = _sounded(SYLLABLES.sub(lambda m: LATIN[m.group()], word))
        return any(spelled == known or (is_stem and spelled.startswith(known)) for known, is_stem in self._russian)


def _sounded(word: str) -> str:
    """Without what Latin letters leave out."""
    return word.replace("й", "и").replace("ь", "").replace("ъ", "").replace("ы", "и")


def _begins(pattern: re.Pattern[str], stem: str) -> bool:
    """The disguised word is the stem, or goes on behind it."""
    return any(pattern.fullmatch(stem + extra) for extra in ENDINGS)
