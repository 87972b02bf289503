"""Which texts of a batch may hold a word in disguise, and in which disguise: quick, and never too few."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from pipeline.pec.normal import Batch

Array = np.ndarray[Any, np.dtype[Any]]
LATIN = tuple(b"hui huy huj xui xuy xuj bla pezd pizd eba ebu suka suki mudak pidor pidar gandon".split())
"""Russian swearing in Latin letters has one of these, three letters or more."""
KNOWN = 0x10000
"""Code points above are taken as letters: all of them are of no script that is spelled with gaps or signs."""
LETTER, DIGIT, UNDERLINE, STAR, SIGN, GAP, OTHER = b"LD_*SG "
"""Kinds of characters, beside Latin letters, which stand for themselves in lower case."""
LATIN_LETTERS = bytes(range(ord("a"), ord("z") + 1))
LETTERS = bytes([LETTER]) + LATIN_LETTERS
WORD = bytes([DIGIT, UNDERLINE]) + LETTERS
GAPS = bytes([GAP, UNDERLINE, STAR])
SIGNS = bytes([SIGN, STAR])


def suspects(batch: Batch) -> dict[str, list[int]]:
    """Texts by disguise, each in order."""
    kinds = _kinds(batch.raw)
    found = {
        "signed": np.flatnonzero(_among(kinds, SIGNS)),
        "apart": _rows_of_letters(kinds),
        "drawn": _thrice(kinds, batch.raw),
        "latin": _latin(kinds),
    }
    return {name: np.unique(batch.text_at(places)).tolist() for name, places in found.items()}


def _rows_of_letters(kinds: bytes) -> Array:
    """Single letters with one or two gaps between them: where the first stands."""
    word, letter, gap = (np.append(_among(kinds, of), [False] * 4) for of in (WORD, LETTERS, GAPS))
    at = np.flatnonzero(letter[1:-4] & gap[2:-3] & ~word[:-5]) + 1
    near, far = letter[at + 2] & gap[at + 3], gap[at + 2] & letter[at + 3] & gap[at + 4]
    rows: Array = at[near | far]
    return rows


def _thrice(kinds: bytes, raw: Array) -> Array:
    """The same letter three times."""
    alike = raw[1:] == raw[:-1]
    return np.flatnonzero(alike[1:] & alike[:-1] & _among(kinds, LETTERS)[2:])


def _latin(kinds: bytes) -> Array:
    """Where one of the Latin beginnings stands: by three letters first, which few words have."""
    first, second, third = (
        _among(kinds, bytes(letters)) for letters in zip(*(known[:3] for known in LATIN), strict=True)
    )
    at = np.flatnonzero(first[:-2] & second[1:-1] & third[2:])
    whole = np.frombuffer(kinds, dtype=np.uint8)
    at = at[np.isin(_three(whole[at], whole[at + 1], whole[at + 2]), [_three(*known[:3]) for known in LATIN])]
    return at[[kinds.startswith(LATIN, place) for place in at.tolist()]]


def _three(first: Any, second: Any, third: Any) -> Any:
    """Three bytes as one number."""
    return (np.int32(65536) * first + np.int32(256) * second) + third


def _among(kinds: bytes, chosen: bytes) -> Array:
    table = bytes(code in chosen for code in range(256))
    return np.frombuffer(kinds.translate(table), dtype=bool)


def _kinds(raw: Array) -> bytes:
    """The kind of each character, a byte each."""
    known = raw if raw.dtype == np.uint16 else np.minimum(raw, KNOWN)
    of: bytes = _table()[known].tobytes()
    return of


@cache
def _table() -> Array:
    return np.frombuffer(bytes(_kind(chr(code)) for code in range(KNOWN)) + bytes([LETTER]), dtype=np.uint8)


def _kind(character: str) -> int:
    """As the patterns of disguises have it."""
    lower = character.lower()
    if len(lower) == 1 and lower in LATIN_LETTERS.decode():
        return ord(lower)
    if character in "_*":
        return UNDERLINE if character == "_" else STAR
    if character.isalnum():
        return DIGIT if character.isdecimal() else LETTER
    if character in "#@$%":
        return SIGN
    return GAP if character.isspace() or character in ".,-" else OTHER
