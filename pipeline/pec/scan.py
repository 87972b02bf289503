"""All patterns of all lexicons in one pass over a normalised batch -> hits, without overlap within a feature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Any

import numpy as np

from pipeline.pec.lexicons import Entry
from pipeline.pec.normal import Batch, normalise

Array = np.ndarray[Any, np.dtype[Any]]
GAP_WORDS = 4
SENTENCE_ENDS = frozenset(map(ord, ".!?…\n"))


@dataclass(frozen=True)
class Hits:
    """Arrays of one length, by text, feature and place: which text, which entry, from where to where in the batch's text."""

    text: Array
    entry: Array
    start: Array
    end: Array

    def __len__(self) -> int:
        return len(self.text)


class Scanner:
    """Patterns compiled once. `features`: the names in the order of the counts' columns."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        import ahocorasick

        self.entries = list(entries)
        self.features = sorted({entry.feature for entry in entries})
        column = {name: place for place, name in enumerate(self.features)}
        self.column = np.array([column[entry.feature] for entry in self.entries], dtype=np.int64)
        self.is_opening = np.array([entry.kind == "opening" for entry in self.entries], dtype=bool)
        self._automaton = ahocorasick.Automaton()
        keys: dict[str, list[int]] = {}
        for number, key in dict.fromkeys(literals(self.entries)):
            keys.setdefault(key, []).append(number)
        self._sizes = np.array([len(same) for same in keys.values()], dtype=np.int64)
        self._offsets = np.cumsum(self._sizes) - self._sizes
        self._flat = np.array([number for same in keys.values() for number in same], dtype=np.int64)
        self._length = np.array([len(key) for key in keys], dtype=np.int64)
        self._is_open = np.array([not key.endswith(" ") for key in keys])
        for number, key in enumerate(keys):
            self._automaton.add_word(key, number)
        self._automaton.make_automaton()
        self._rests = {number: _rest(entry) for number, entry in enumerate(self.entries) if entry.rests}
        self._has_gap = np.array([bool(entry.rests) for entry in self.entries], dtype=bool)
        self._exceptions = {
            number: tuple(" " + plain(word) for word in entry.exceptions)
            for number, entry in enumerate(self.entries)
            if entry.exceptions
        }

    def hits(self, batch: Batch) -> Hits:
        """Leftmost, then longest; of one feature no two overlap."""
        flat = np.fromiter(chain.from_iterable(self._automaton.iter(batch.text)), dtype=np.int64).reshape(-1, 2)
        key, end = flat[:, 1], flat[:, 0] + 1
        start = end - self._length[key] + 1
        end = np.where(self._is_open[key], end, end - 1)
        entry, rows = self._entries_of(key)
        start, end = start[rows], end[rows]
        text = np.searchsorted(batch.begins, start, side="right") - 1
        chosen, end = self._whole(batch, entry, end)
        chosen &= self._without_exceptions(batch, entry, start)
        return self._apart(Hits(text[chosen], entry[chosen], start[chosen], end[chosen]))

    def _entries_of(self, key: Array) -> tuple[Array, Array]:
        """Entries of the keys found, and which key each belongs to: several features may share a pattern."""
        sizes = self._sizes[key]
        rows = np.repeat(np.arange(len(key)), sizes)
        nth = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        entries: Array = self._flat[self._offsets[key][rows] + nth]
        return entries, rows

    def of(self, hits: Hits, *features: str) -> Hits:
        """Those of some features."""
        chosen = np.isin(self.column[hits.entry], [self.features.index(name) for name in features])
        return Hits(hits.text[chosen], hits.entry[chosen], hits.start[chosen], hits.end[chosen])

    def counts(self, hits: Hits, size: int) -> Array:
        """How often each feature was found in each text: shape (size, features)."""
        flat = np.bincount(
            hits.text * len(self.features) + self.column[hits.entry], minlength=size * len(self.features)
        )
        counted: Array = flat.reshape(size, len(self.features))
        return counted

    def _without_exceptions(self, batch: Batch, entry: Array, start: Array) -> Array:
        kept = np.ones(len(entry), dtype=bool)
        present = set(self._exceptions).intersection(np.unique(entry).tolist()) if self._exceptions else ()
        for number in present:
            words = self._exceptions[number]
            for place in np.flatnonzero(entry == number):
                kept[place] = not batch.text.startswith(words, int(start[place]) - 1)
        return kept

    def _whole(self, batch: Batch, entry: Array, end: Array) -> tuple[Array, Array]:
        """Which hits have what follows a gap in their pattern, if there is one, in the same sentence; where each ends."""
        kept, end = np.ones(len(entry), dtype=bool), end.copy()
        for place in np.flatnonzero(self._has_gap[entry]).tolist():
            kept[place] = False
            if found := self._rests[int(entry[place])].match(batch.text, int(end[place])):
                between = batch.raw[batch.origin[end[place]] : batch.origin[found.start(1)]]
                kept[place], end[place] = SENTENCE_ENDS.isdisjoint(between.tolist()), found.end(1)
        return kept, end

    def _apart(self, hits: Hits) -> Hits:
        column = self.column[hits.entry]
        order = np.lexsort((-hits.end, hits.start, column, hits.text))
        text, entry, start, end, column = (a[order] for a in (hits.text, hits.entry, hits.start, hits.end, column))
        same = np.concatenate([[False], (text[1:] == text[:-1]) & (column[1:] == column[:-1])])
        touches = same & np.concatenate([[False], start[1:] < end[:-1]])
        if not touches.any():
            return Hits(text, entry, start, end)
        kept, until = np.ones(len(text), dtype=bool), -1
        group_begins = np.flatnonzero(~same)
        crowded = np.unique(np.searchsorted(group_begins, np.flatnonzero(touches), side="right") - 1)
        ends = np.append(group_begins[1:], len(text))
        for group in crowded:
            until = -1
            for place in range(group_begins[group], ends[group]):
                kept[place] = start[place] >= until
                until = end[place] if kept[place] else until
        return Hits(text[kept], entry[kept], start[kept], end[kept])


def literals(entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """(number of the entry, a pattern as it is searched for): from the start of a word, and to the end of one but for stems."""
    spelled = [(number, pattern) for number, entry in enumerate(entries) for pattern in entry.patterns]
    batch = normalise([pattern for _, pattern in spelled])
    bounds = [*batch.begins.tolist(), len(batch.text) + 1]
    ends = ["" if entry.kind == "stem" and not entry.rests else " " for entry in entries]
    return [
        (number, f" {batch.text[begin:end].strip()}{ends[number]}")
        for (number, _), (begin, end) in zip(spelled, pairwise(bounds), strict=True)
    ]


def _rest(entry: Entry) -> re.Pattern[str]:
    """What follows the gap, from the space behind what stands before it."""
    said = "|".join(re.escape(plain(rest)) for rest in sorted(entry.rests, key=len, reverse=True))
    return re.compile(rf" (?:\S+ ){{0,{GAP_WORDS}}}?({said}){'' if entry.kind == 'stem' else '(?= )'}")


@cache
def plain(pattern: str) -> str:
    """As it stands in a normalised text."""
    return normalise([pattern]).text.strip()
