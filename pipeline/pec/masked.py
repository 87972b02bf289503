"""Swearing in disguise: with signs for letters, letters drawn out or spelled apart, in Latin letters for Russian ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.pec.lexicons import Entry
from pipeline.pec.suspects import LATIN as BEGINNINGS

SIGNED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[*#@$%]+[^\W\d_]*)+", re.UNICODE)
"""A word with signs in place of letters."""
APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.,_*-]{1,2}){2,}[^\W\d_](?![^\W_])", re.UNICODE)
"""Single letters with something between them."""
DRAWN = re.compile(r"(?<![^\W\d_])[^\W\d_]*([^\W\d_])\1{2,}[^\W\d_]*", re.UNICODE)
"""A word in which one letter stands three times or more."""
LATIN = {
    "shch": "щ", "sch": "щ", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я", "yo": "е", "ye": "е",
    "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "y": "й", "j": "й", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "c": "ц", "x": "х",
}  # fmt: skip
ENDINGS = ("", "а", "ый", "ец", "ил", "ли", "ь", "ing", "ed", "er", "s")
MAY_INSULT = ("apart", "drawn")
"""Disguises in which insults are looked for, too."""
LATIN_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
SYLLABLES = re.compile("|".join(sorted(LATIN, key=len, reverse=True)))


class Unmasker:
    """Stems and words of swearing, looked for behind the disguise; insults, where letters were drawn out or spelled apart."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        swear = [entry for entry in entries if entry.feature == "swear"]
        said = [e for e in entries if e.feature == "insult" and e.kind in ("stem", "word") and e.pattern.isalpha()]
        self._insult_stems = tuple(entry.pattern for entry in said if entry.kind == "stem")
        self._insults = frozenset(entry.pattern for entry in said)
        self._stems = tuple(entry.pattern.strip() for entry in swear if entry.kind == "stem")
        self._words = frozenset(entry.pattern.strip() for entry in swear if entry.kind == "word")
        russian = [(p, True) for p in self._stems] + [(p, False) for p in self._words]
        self._russian = [(_sounded(p), is_stem) for p, is_stem in russian if "а" <= p[0] <= "я" and len(p) > 3]
        self._disguises: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
            "signed": (SIGNED, self._fits),
            "apart": (APART, lambda row: self._is_any(re.sub(r"[\W_]", "", row))),
            "drawn": (DRAWN, lambda drawn: self._is_any(re.sub(r"(.)\1+", r"\1", drawn))),
            "latin": (LATIN_WORD, self._is_russian),
        }

    def found(self, text: str, disguise: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each word in that disguise in the text as it was written; slow: for `suspects`."""
        pattern, is_swearing = self._disguises[disguise]
        return (found.span() for found in pattern.finditer(text) if is_swearing(found.group().lower()))

    def _is(self, word: str) -> bool:
        plain = word.replace("ё", "е")
        return plain in self._words or plain.startswith(self._stems)

    def _is_any(self, word: str) -> bool:
        plain = word.replace("ё", "е")
        return self._is(word) or plain in self._insults or plain.startswith(self._insult_stems)

    def _fits(self, masked: str) -> bool:
        """A sign stands for one to three letters; at least two letters must be seen."""
        if len(re.sub(r"[*#@$%]+", "", masked)) < 2:
            return False
        runs = re.sub(r"([*#@$%])[*#@$%]*", r"\1", masked.replace("ё", "е"))
        pattern = re.compile("".join(r"[^\W\d_]{1,3}" if c in "*#@$%" else re.escape(c) for c in runs))
        return any(map(pattern.fullmatch, self._words)) or any(_begins(pattern, stem) for stem in self._stems)

    def _is_russian(self, word: str) -> bool:
        if not any(known.decode() in word for known in BEGINNINGS):
            return False
        spelled = _sounded(SYLLABLES.sub(lambda m: LATIN[m.group()], word))
        return any(spelled == known or (is_stem and spelled.startswith(known)) for known, is_stem in self._russian)


def _sounded(word: str) -> str:
    """Without what Latin letters leave out."""
    return word.replace("й", "и").replace("ь", "").replace("ъ", "").replace("ы", "и")


def _begins(pattern: re.Pattern[str], stem: str) -> bool:
    """The disguised word is the stem, or goes on behind it."""
    return any(pattern.fullmatch(stem + extra) for extra in ENDINGS)
