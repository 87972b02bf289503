"""Rows of `stage` that a mapping means by the words in them: `only` of all that it reads, `where` of one column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.sources.dialect import hidden_names
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.reading import Staged
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAID = 8
"""So many words of a file at most are told; a column with more holds no words for kinds."""


def conditions(staged: Staged, where: dict[str, tuple[str, ...]]) -> str:
    """SQL: the columns of the file have one of the words named for each, in whatever case."""
    return " and ".join(_has_one(staged.columns[name], words) for name, words in where.items())


def _has_one(column: str, words: tuple[str, ...]) -> str:
    return f"lower({column}) in ({', '.join(f'lower({quoted(word)})' for word in words)})"


def keep_meant(sql: DuckDBPyConnection, staged: Staged, mapping: Mapping) -> int:
    """Take the rows out of `stage` that have none of the words a record must have to be meant; how many."""
    if not mapping.only:
        return 0
    found = sql.execute(f"delete from stage where ({conditions(staged, mapping.only)}) is not true").fetchone()
    return int(found[0]) if found else 0


def fitting_nowhere(sql: DuckDBPyConnection, staged: Staged, mapping: Mapping) -> list[str]:
    """A sentence for each `where` of a column whose words no row has, though there are rows: which words they have."""
    asked = dict.fromkeys(one for mapped in mapping.columns.values() for one in mapped.where.items())
    return [
        f"where {name} = {json.dumps(words, ensure_ascii=False)} fits no row; {_words_in(sql, staged.columns[name])}"
        for name, words in asked
        if sql.execute(
            f"select bool_or(coalesce({_has_one(staged.columns[name], words)}, false)) from stage"
        ).fetchone()
        == (False,)
    ]


def _words_in(sql: DuckDBPyConnection, column: str) -> str:
    query = f"select distinct {column} from stage where {column} is not null order by all limit {SAID + 1}"
    words = [word for (word,) in sql.execute(query).fetchall()]
    if len(words) > SAID:
        return f"the file has more than {SAID} others"
    return f"the file has {hidden_names(', '.join(words)) or 'nothing there'}"
