"""Words that a mapping takes for "any other": each is told once for a source, for it may mean something else."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from pipeline.sources.dialect import hidden_names

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

SAID = 8
"""So many words of a column at most are told."""
Words = dict[str, int]
"""Each with the rows that have it."""


def first_unnamed(warehouse: Warehouse, key: bytes, source: str, taken: dict[str, Words], file: str) -> list[str]:
    """A sentence for each column with words that no file of the source had so far, of which signs are noted."""
    if not taken:
        return []
    name = f"other words of {source}"
    known: set[str] = {*json.loads(warehouse.noted(name) or "[]")}
    signs = {(column, word): _sign(key, column, word) for column, words in taken.items() for word in words}
    warehouse.note({name: json.dumps(sorted(known.union(signs.values())))})
    new = {c: {word: n for word, n in words.items() if signs[c, word] not in known} for c, words in taken.items()}
    return [
        f'{file}: {column}: "*" of values takes for the first time {_told(words)}'
        for column, words in new.items()
        if words
    ]


def _sign(key: bytes, column: str, word: str) -> str:
    """It may be somebody's name, which the warehouse does not keep."""
    return hmac.digest(key, f"{column} {word}".encode(), "sha256").hex()[:16]


def _told(words: Words) -> str:
    told = ", ".join(f"{hidden_names(word)} ({rows})" for word, rows in [*words.items()][:SAID])
    return told + (f" and {len(words) - SAID} words more" if len(words) > SAID else "")
