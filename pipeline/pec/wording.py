"""What is the same in letters from one template: their words without greeting, names and numbers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.pec.normal import Batch, is_upper

if TYPE_CHECKING:
    from pipeline.pec.score import Reading

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST_WORDS = 5
"""With fewer left, short answers that have nothing in common would be alike: then all words count."""


def wordings(found: Reading) -> list[str]:
    """A sign for each text: the same for letters that differ in greeting, capitalised words and numbers only."""
    batch = found.batch
    starts = batch.spaces[:-1] + 1
    starts = starts[
        [batch.text[at] != " " for at in starts.tolist()]
    ]  # a text cut away at its beginning leaves two in a row
    kept = ~is_upper(batch.raw[batch.origin[starts]]) & ~_are_greetings(found, starts)
    bounds = np.searchsorted(starts, [*batch.begins.tolist(), len(batch.text)]).tolist()
    return [_sign(_words(batch, n), kept[bounds[n] : bounds[n + 1]]) for n in range(len(batch))]


def _words(batch: Batch, n: int) -> list[str]:
    end = batch.begins[n + 1] if n + 1 < len(batch) else len(batch.text)
    return batch.text[batch.begins[n] : end].split()


def _are_greetings(found: Reading, starts: Array) -> Array:
    inside, hits = np.zeros(len(starts), dtype=bool), found.hits
    numbers = [n for n, entry in enumerate(found.scanner.entries) if entry.feature == "greeting"]
    is_greeting = np.isin(hits.entry, numbers)
    firsts, lasts = (np.searchsorted(starts, at[is_greeting]) for at in (hits.start, hits.end))
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        inside[first:last] = True
    return inside


def _sign(words: list[str], kept: Array) -> str:
    own = [word for word, is_kept in zip(words, kept, strict=True) if is_kept and not any(map(str.isdigit, word))]
    return hashlib.md5(" ".join(own if len(own) >= FEWEST_WORDS else words).encode()).hexdigest()
