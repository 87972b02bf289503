"""Who can be compared at all: people with the same kinds of work, or linked by people who do both kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Places = np.ndarray[Any, np.dtype[np.int64]]
MOST = 0.9
"""Share of somebody's contacts that makes their levels this person's work; the rest is chance (a chat agent's one
call)."""


def groups(agent: ArrayLike, strata: Mapping[str, ArrayLike]) -> Places:
    """The number of the comparable group of each contact's agent. Between two groups, the effect of a stratum (all
    chats are one group's) cannot be told from that of the people."""
    people = pd.factorize(np.asarray(agent))[0]
    parts = [_parts(people, pd.factorize(np.asarray(levels))[0]) for levels in strata.values()]
    whole = np.unique(np.column_stack(parts), axis=0, return_inverse=True)[1] if parts else np.zeros(0, dtype=np.int64)
    return np.asarray(whole.ravel()[people] if parts else np.zeros_like(people), dtype=np.int64)


def _parts(people: Places, levels: Places) -> Places:
    """For each person, the connected part of the graph of people and levels that the person is in."""
    cells = pd.DataFrame({"who": people, "level": levels}).value_counts().reset_index(name="n")
    before = cells.groupby("who")["n"].cumsum() - cells["n"]
    cells = cells[before < MOST * cells.groupby("who")["n"].transform("sum")]
    count = people.max(initial=-1) + 1
    size = count + levels.max(initial=-1) + 1
    graph = sparse.coo_array((np.ones(len(cells)), (cells["who"], count + cells["level"])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:count], dtype=np.int64)
