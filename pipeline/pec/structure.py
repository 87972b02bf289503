"""What form says: does a customer shout; does an agent speak to somebody by name, sign, ask a question back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from pipeline.pec.names import is_addressing, is_first_name, is_patronymic, is_title, may_be_name
from pipeline.pec.normal import Batch, is_letter, is_upper
from pipeline.pec.scan import Hits
from pipeline.pec.words import COMMA, OPENERS, SPACE, are_capitalised, ends_of, word_before

Array = np.ndarray[Any, np.dtype[Any]]
LONG_SENTENCE_WORDS = 22
SHOUT_LETTERS, SHOUT_SHARE = 12, 0.6
BEHIND_A_NAME = np.frombuffer(",!.\n—–-".encode("utf-32-le"), dtype=np.uint32)
MOST_NAMES, MOST_INITIALS = 3, 2
STOP = 46
WORDS_OF_ONE_LETTER = [*map(ord, "АВИКОСУЯAI")]
"""No initials where no full stop follows: "Здравствуйте, У Вас сбой", "Hi, I Understand"."""
INITIALS = re.compile(r"(?<![\w'’])[^\W\d_](?:\.|(?![\w'’-]))")
"""In a name as it is known: nobody is called by them."""


def agent_structure(
    batch: Batch,
    texts: Sequence[str],
    names: Sequence[str],
    greeted: Hits,
    signed: Array,
    reproaches: Hits,
) -> dict[str, Array]:
    """Counts of 0 or 1 by feature. `greeted`, `reproaches`: greetings and words of reproach; `signed`: of `signatures`."""
    raw = batch.raw
    asks = raw == 63
    words, ends = summed(batch, raw == 32), summed(batch, asks | (raw == 33) | (raw == 46) | (raw == 10))
    return {
        "by_name": _by_name(batch, texts, names, greeted),
        "own_signature": (signed >= 0).astype(np.int64),
        "question_back": _asks_back(batch, np.sort(batch.origin[reproaches.start])),
        "long_sentences": (words > LONG_SENTENCE_WORDS * np.maximum(ends, 1)).astype(np.int64),
    }


def _asks_back(batch: Batch, reproaches: Array) -> Array:
    """Does any question mark end a sentence without reproach?"""
    ends = np.flatnonzero(np.isin(batch.raw, [*OPENERS]))
    nth = np.flatnonzero(batch.raw[ends] == 63)
    begins, questions = ends[nth - 1] + 1, ends[nth]
    said = np.searchsorted(reproaches, questions) - np.searchsorted(reproaches, begins)
    found = np.zeros(len(batch), dtype=np.int64)
    found[batch.text_at(questions[(said == 0) & (questions > begins)])] = 1
    return found


def shouts(batch: Batch, texts: Sequence[str]) -> Array:
    """Of customers: most of it in capitals, or signs in a row."""
    letters, capitals = summed(batch, is_letter(batch.raw)), summed(batch, is_upper(batch.raw))
    rows = np.array(["!!!" in text or "???" in text for text in texts], dtype=np.int64)
    loud: Array = ((letters >= SHOUT_LETTERS) & (capitals >= SHOUT_SHARE * letters)).astype(np.int64) | rows
    return loud


def summed(batch: Batch, what: Array) -> Array:
    """How many characters of each text are so."""
    if not len(batch):
        return np.array([], dtype=np.int64)
    sums: Array = np.add.reduceat(what, batch.raw_begins, dtype=np.int64)
    return sums


def _by_name(batch: Batch, texts: Sequence[str], names: Sequence[str], greeted: Hits) -> Array:
    """By the name that is known; else by what opens the letter, stands behind a greeting or between commas behind thanks."""
    found = np.zeros(len(texts), dtype=np.int64)
    places = np.concatenate([np.arange(len(texts)), greeted.text])
    starts = np.concatenate([batch.begins, ends_of(batch, greeted.end) + 1])
    is_inside = starts < np.append(batch.begins[1:], len(batch.text) + 1)[places] - 1
    places, starts = places[is_inside], starts[is_inside]
    is_opening = _open(batch, starts)
    starts = np.where(is_opening, starts, _behind_initials(batch, starts))
    may_begin = _may_begin_names(batch, starts)
    for n in np.flatnonzero(may_begin).tolist():
        found[places[n]] |= _is_spoken_to(_names(batch, int(starts[n])), bool(is_opening[n]))
    for n in np.flatnonzero(~may_begin & is_upper(batch.raw[batch.origin[starts]])).tolist():
        found[places[n]] |= is_title(word_before(batch, int(starts[n])))
    found[_called_within(batch)] = 1
    for n, name in enumerate(names):
        if written := [word for word in INITIALS.sub("", name).split() if any(map(str.isalpha, word))]:
            found[n] = bool(_cases(written[0]).search(texts[n]))
    return found


def _open(batch: Batch, starts: Array) -> Array:
    """Those that open a sentence or a letter: a title's full stop ends none."""
    found: Array = np.isin(batch.raw[batch.origin[starts - 1]], [*OPENERS])
    for n in np.flatnonzero(found).tolist():
        found[n] = not is_title(word_before(batch, int(starts[n])))
    return found


def _behind_initials(batch: Batch, starts: Array) -> Array:
    """The surname behind an initial or two, "J. Smith", "А.И. Иванов"; where none is, the places as they were."""
    moved = starts
    for _ in range(MOST_INITIALS):
        ends = ends_of(batch, moved)
        behind = batch.raw[batch.origin[ends]]
        letters = batch.raw[batch.origin[moved]]
        is_named = (behind == STOP) | ((behind == SPACE) & ~np.isin(letters, WORDS_OF_ONE_LETTER))
        is_initial = (ends - moved == 1) & is_upper(letters) & is_named
        moved = np.where(is_initial, np.minimum(ends + 1, len(batch.text) - 1), moved)
    return np.where(_may_begin_names(batch, moved), moved, starts)


def _called_within(batch: Batch) -> Array:
    """The texts in which a known name stands behind a comma and a word that is said to somebody: "Thank you, Emma, for"."""
    starts = batch.spaces[:-1] + 1
    starts = starts[batch.raw[batch.origin[starts - 1]] == COMMA]
    starts = starts[_may_begin_names(batch, starts)]
    called = [
        at for at in starts.tolist() if is_addressing(word_before(batch, at)) and _has_known_name(_names(batch, at))
    ]
    return batch.text_at(batch.origin[np.array(called, dtype=np.int64)])


def _may_begin_names(batch: Batch, starts: Array) -> Array:
    """Capitalised words with a sign behind them, or another such word."""
    capitalised, ends = are_capitalised(batch, starts), ends_of(batch, starts)
    behind = batch.raw[batch.origin[ends]]
    next_starts = np.minimum(ends + 1, len(batch.text) - 1)
    may: Array = capitalised & (
        np.isin(behind, BEHIND_A_NAME) | ((behind == SPACE) & is_upper(batch.raw[batch.origin[next_starts]]))
    )
    return may


def _is_spoken_to(names: list[str], is_opening: bool) -> bool:
    """Any names within the greeting's sentence; where they open a sentence, with a known first name or a patronymic."""
    if not is_opening:
        return bool(names) and all(map(may_be_name, names))
    return _has_known_name(names)


def _has_known_name(names: list[str]) -> bool:
    return bool(names) and (is_first_name(names[0]) or any(map(is_patronymic, names[1:])))


def _names(batch: Batch, start: int) -> list[str]:
    """The capitalised words from there to the next sign, where they are few."""
    words = []
    for _ in range(MOST_NAMES):
        if start >= len(batch.text) or not chr(batch.raw[batch.origin[start]]).isupper():
            break
        end = batch.text.index(" ", start)
        words.append(batch.text[start:end])
        if batch.raw[batch.origin[end]] in BEHIND_A_NAME:
            return words
        start = end + 1
    return []


@lru_cache(maxsize=4096)
def _cases(name: str) -> re.Pattern[str]:
    """A first name in any of its cases."""
    last = name[-1].lower()
    endings = {"а": "а|ы|и|е|у|ой|ою", "я": "я|и|е|ю|ей", "й": "й|я|ю|е|ем", "ь": "ь|я|и|ю|е|ем|ью"}.get(
        last, "|а|у|ом|е|'s|s"
    )
    stem = name[:-1] if last in "аяйь" else name
    return re.compile(rf"(?<!\w){re.escape(stem)}(?:{endings})(?!\w)", re.IGNORECASE)
