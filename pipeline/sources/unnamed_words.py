"""Words of a file that a mapping takes for "any other", though nobody named them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.sources.mapped_fields import word_of
from pipeline.sources.mapping_column import ANY_OTHER
from pipeline.sources.mapping_file import FIELD, Mapping
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KINDS, LEAST = 20, 2
"""A column with more words, or a word of fewer rows, tells no kinds, nor does a column most of whose words are such: names of
customers and times differ from row to row."""


def unnamed_words(sql: DuckDBPyConnection, staged: Staged, mapping: Mapping) -> dict[str, dict[str, int]]:
    """By canonical column the words that its `"*"` takes, the commonest first, with how many rows have each."""
    taken = {
        name: _not_named(sql, name, staged, mapping)
        for name, column in mapping.columns.items()
        if ANY_OTHER in column.values and FIELD not in column.names
    }
    return {name: words for name, words in taken.items() if words}


def _not_named(sql: DuckDBPyConnection, name: str, staged: Staged, mapping: Mapping) -> dict[str, int]:
    named, word = {word.lower() for word in mapping.columns[name].values}, word_of(name, staged, mapping)
    found = sql.execute(
        "select word, rows, all_rows from (select word, count(*) as rows, sum(count(*)) over () as all_rows "
        f"from (select {word} as word from stage) where word <> '' group by word) "
        f"where rows >= {LEAST} order by rows desc, word limit {KINDS + len(named) + 1}"
    ).fetchall()
    others = {word: rows for word, rows, _ in found if word.lower() not in named}
    left = sum(found[0][2:]) - sum(rows for word, rows, _ in found if word.lower() in named) if found else 0
    return others if len(others) <= KINDS and 2 * sum(others.values()) >= left else {}
