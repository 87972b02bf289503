"""What form says of an agent's letter: is somebody spoken to by name, does somebody sign, is a question asked back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from pipeline.pec.normal import Batch, is_upper

Array = np.ndarray[Any, np.dtype[Any]]
LONG_SENTENCE_WORDS = 22
BEHIND_A_NAME = np.frombuffer(",!.\n—–-".encode("utf-32-le"), dtype=np.uint32)
BEFORE_A_NAME = np.frombuffer(",!.?\n\0—–-".encode("utf-32-le"), dtype=np.uint32)
SHORTEST_NAME, LONGEST_NAME = 3, 20
NO_NAMES = frozenset(
    "hello dear thanks thank regards yes sorry well sure please good best hi hey now then okay great tomorrow today "
    "monday tuesday wednesday thursday friday saturday sunday team support service customer sincerely yours kind and but "
    "also first second here there once after before until however therefore your our the this that unfortunately done "
    "help care bank desk centre center department management company office morning afternoon evening day "
    "здравствуйте добрый день вечер утро спасибо уважением привет приветствую доброе простите извините конечно хорошо "
    "завтра сегодня служба поддержка поддержки клиент пожалуйста увы кстати да нет готово ваш ваша наш наша команда "
    "отдел благодарим благодарю если когда клиентов клиента банка банк сервис администрация компания".split()
)


def agent_structure(
    batch: Batch, texts: Sequence[str], names: Sequence[str], greeted: tuple[Array, Array]
) -> dict[str, Array]:
    """Counts of 0 or 1 by feature. `greeted`: (text, end) of the greetings found in the batch."""
    raw = batch.raw
    asks = raw == 63
    words, ends = summed(batch, raw == 32), summed(batch, asks | (raw == 33) | (raw == 46) | (raw == 10))
    return {
        "by_name": _by_name(batch, texts, names, greeted),
        "own_signature": _signed(batch),
        "question_back": (summed(batch, asks) > 0).astype(np.int64),
        "long_sentences": (words > LONG_SENTENCE_WORDS * np.maximum(ends, 1)).astype(np.int64),
    }


def summed(batch: Batch, what: Array) -> Array:
    """How many characters of each text are so."""
    if not len(batch):
        return np.array([], dtype=np.int64)
    sums: Array = np.add.reduceat(what, batch.raw_begins, dtype=np.int64)
    return sums


def _by_name(batch: Batch, texts: Sequence[str], names: Sequence[str], greeted: tuple[Array, Array]) -> Array:
    """By the name that is known; else by a name that opens the letter or follows its greeting."""
    found = np.zeros(len(texts), dtype=np.int64)
    places = np.concatenate([np.arange(len(texts)), greeted[0]])
    word_ends = batch.spaces[np.minimum(np.searchsorted(batch.spaces, greeted[1]), len(batch.spaces) - 1)]
    starts = np.concatenate([batch.begins, word_ends + 1])
    is_inside = starts < np.append(batch.begins[1:], len(batch.text) + 1)[places] - 1
    opened = _are_names(batch, starts[is_inside], BEHIND_A_NAME)
    found[places[is_inside][opened]] = 1
    for n, name in enumerate(names):
        if name:
            found[n] = bool(_cases(name.split()[0]).search(texts[n]))
    return found


def _signed(batch: Batch) -> Array:
    """A name of one or two words that ends the letter and stands for itself."""
    if not len(batch):
        return np.array([], dtype=np.int64)
    closes = np.append(batch.begins[1:] - 1, len(batch.text))
    last = np.searchsorted(batch.spaces, closes - 1, side="left") - 1
    found = np.zeros(len(batch), dtype=bool)
    is_word = np.ones(len(batch), dtype=bool)
    for _ in range(2):
        starts = batch.spaces[np.maximum(last, 0)] + 1
        is_word = is_word & (starts >= batch.begins) & (starts < closes - 1)
        is_word[is_word] = _are_names(batch, starts[is_word], None)
        found[is_word] |= _stands_alone(batch, starts[is_word])
        last = last - 1
    return found.astype(np.int64)


def _stands_alone(batch: Batch, starts: Array) -> Array:
    """Before it is a line's or a sentence's end, or a comma."""
    place = batch.origin[starts] - 1
    before = np.where(batch.raw[place] == 32, batch.raw[np.maximum(place - 1, 0)], batch.raw[place])
    alone: Array = np.isin(before, BEFORE_A_NAME)
    return alone


def _are_names(batch: Batch, starts: Array, behind: Array | None) -> Array:
    """Is the word that begins there capitalised, of a name's length, none of NO_NAMES, with such a sign behind it?"""
    if not len(starts):
        return np.array([], dtype=bool)
    ends = batch.spaces[np.minimum(np.searchsorted(batch.spaces, starts), len(batch.spaces) - 1)]
    size = ends - starts
    good = is_upper(batch.raw[batch.origin[starts]]) & (size >= SHORTEST_NAME) & (size <= LONGEST_NAME)
    good &= ~is_upper(batch.raw[batch.origin[np.minimum(starts + 1, len(batch.origin) - 1)]])
    if behind is not None:
        good &= np.isin(batch.raw[batch.origin[ends]], behind)
    places = np.flatnonzero(good)
    text = batch.text
    named = [text[a:b] not in NO_NAMES for a, b in zip(starts[places].tolist(), ends[places].tolist(), strict=True)]
    good[places] = named
    return good


@lru_cache(maxsize=4096)
def _cases(name: str) -> re.Pattern[str]:
    """A first name in any of its cases."""
    last = name[-1].lower()
    endings = {"а": "а|ы|и|е|у|ой|ою", "я": "я|и|е|ю|ей", "й": "й|я|ю|е|ем", "ь": "ь|я|и|ю|е|ем|ью"}.get(
        last, "|а|у|ом|е|'s|s"
    )
    stem = name[:-1] if last in "аяйь" else name
    return re.compile(rf"(?<!\w){re.escape(stem)}(?:{endings})(?!\w)", re.IGNORECASE)
