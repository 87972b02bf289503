"""Words of a batch, by where they begin in its text."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.pec.normal import Batch, is_upper

Array = np.ndarray[Any, np.dtype[Any]]
SHORTEST_NAME, LONGEST_NAME = 3, 20
FULL_STOPS = np.frombuffer(".!?…".encode("utf-32-le"), dtype=np.uint32)
SPACE, LINE_BREAK, COMMA = 32, 10, 44
OPENERS = {*FULL_STOPS.tolist(), LINE_BREAK, 0}
"""Signs before a sentence or a letter."""


def word_at(batch: Batch, start: int) -> str:
    return batch.text[start : batch.text.index(" ", start)]


def word_before(batch: Batch, start: int) -> str:
    return batch.text[max(0, start - 1 - LONGEST_NAME) : start - 1].rpartition(" ")[2]


def ends_of(batch: Batch, starts: Array) -> Array:
    """Of the words that begin there."""
    ends: Array = batch.spaces[np.minimum(np.searchsorted(batch.spaces, starts), len(batch.spaces) - 1)]
    return ends


def are_capitalised(batch: Batch, starts: Array) -> Array:
    """Is the word that begins there capitalised, and of a name's length?"""
    if not len(starts):
        return np.array([], dtype=bool)
    size = ends_of(batch, starts) - starts
    good = is_upper(batch.raw[batch.origin[starts]]) & (size >= SHORTEST_NAME) & (size <= LONGEST_NAME)
    second = batch.origin[np.minimum(starts + 1, len(batch.origin) - 1)]
    capitalised: Array = good & ~is_upper(batch.raw[second])
    return capitalised
