"""Where a person signs a letter: with a name at its end, or above the post, department and number that house rules put there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pipeline.pec.names import is_farewell, is_first_name, is_title, may_be_name
from pipeline.pec.normal import Batch
from pipeline.pec.words import FULL_STOPS, LINE_BREAK, SPACE, are_capitalised, word_at, word_before

Array = np.ndarray[Any, np.dtype[Any]]
MOST_WORDS, MOST_LINES, LONGEST_LINE = 3, 5, 60
BEFORE_A_NAME = np.frombuffer(",!.?\n\0—–-".encode("utf-32-le"), dtype=np.uint32)
SENTENCE_END = re.compile(r"(?:\w\w[.]|[!?…:;])$")
"""An initial's full stop ends none."""
PART = re.compile(r"(?:[^,|/()—–·\s-]|(?<=\S)-(?=\S)|[ ](?!-))+")
"""Of a line: what stands between commas, strokes and dashes."""
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]*(?:['’-][^\W\d_]+)*|\.?(?:[^\W\d_]\.)?)")
"""A word, or initials."""


def signatures(batch: Batch, texts: Sequence[str]) -> Array:
    """Where in each text the name begins with which its writer signs; -1: nobody does."""
    at = _closing(batch)
    for n in np.flatnonzero(at < 0).tolist():
        if "\n" in texts[n]:
            at[n] = _above_a_block(texts[n])
    return at


def _closing(batch: Batch) -> Array:
    """Names of up to three words that end the letter and stand for themselves."""
    found = np.full(len(batch), -1, dtype=np.int64)
    if not len(batch):
        return found
    closes = np.append(batch.begins[1:] - 1, len(batch.text))
    last = np.searchsorted(batch.spaces, closes - 1, side="left") - 1
    is_word = np.ones(len(batch), dtype=bool)
    for nth in range(MOST_WORDS):
        starts = batch.spaces[np.maximum(last - nth, 0)] + 1
        is_word = is_word & (starts >= batch.begins) & (starts < closes - 1)
        is_word[is_word] = are_capitalised(batch, starts[is_word])
        for n in np.flatnonzero(is_word).tolist():
            is_word[n] = may_be_name(word_at(batch, starts[n]))
            if is_word[n] and _stands_alone(batch, int(starts[n]), int(closes[n]) - 1):
                found[n] = batch.origin[starts[n]] - batch.raw_begins[n]
    return found


def _stands_alone(batch: Batch, start: int, close: int) -> bool:
    """A first name behind a sign; another on a line of its own without a full stop, or behind a farewell."""
    place = int(batch.origin[start]) - 1
    before = batch.raw[place - 1] if batch.raw[place] == SPACE and place else batch.raw[place]
    if before not in BEFORE_A_NAME:
        return False
    if is_first_name(word_at(batch, start)):
        return True
    is_line = before == LINE_BREAK and batch.raw[batch.origin[close]] not in FULL_STOPS
    return bool(is_line) or is_farewell(word_before(batch, start))


def _above_a_block(text: str) -> int:
    """Where a name begins among the short lines without a full stop that close the letter."""
    is_behind_farewell = False
    for begin, line in reversed(list(_last_lines(text))):
        parts = [(found.start(), found.group().split()) for found in PART.finditer(line)]
        for start, words in parts:
            farewells = [n for n, word in enumerate(words) if is_farewell(word.lower())]
            is_behind_farewell |= bool(farewells)
            name = words[farewells[-1] + 1 :] if farewells else words
            if name:
                if _is_name(name, is_behind_farewell):
                    return begin + line.index(name[0], start)
                is_behind_farewell = False
                break
    return -1


def _last_lines(text: str) -> Iterator[tuple[int, str]]:
    """(begin, line) from the last one upwards, never the letter's first: a name there is the customer's."""
    end = len(text.rstrip())
    for _ in range(MOST_LINES):
        begin = text.rfind("\n", 0, end) + 1
        line = text[begin:end]
        if not begin or len(line) > LONGEST_LINE or SENTENCE_END.search(line):
            return
        yield begin, line
        end = len(text[:begin].rstrip())


def _is_name(words: list[str], is_behind_farewell: bool) -> bool:
    """Capitalised words with a first name among them, or two behind a farewell, initials counted."""
    plain = [word.lower().replace("ё", "е").strip(".") for word in words if not is_title(word.lower().strip("."))]
    if not 1 <= len(plain) <= MOST_WORDS or not all(map(_is_capitalised, words)):
        return False
    pieces = [piece for word in plain for piece in word.split("-")]
    if not all(map(may_be_name, pieces)):
        return False
    return any(map(is_first_name, pieces)) or (is_behind_farewell and len(plain) > 1)


def _is_capitalised(word: str) -> bool:
    return bool(NAME.fullmatch(word)) and word[:1].isupper() and not word[1:2].isupper()
