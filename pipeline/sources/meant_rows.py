"""Rows of `stage` that a mapping means by the words in them: `only` and `except` of all that it reads, `where` of one column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.sources.dialect import hidden_names
from pipeline.sources.mapping_column import ANY_OTHER, MappedColumn
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.reading import Staged
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAID = 8
"""So many words of a file at most are told; a column with more holds no words for kinds."""


def present(column: str, nulls: tuple[str, ...]) -> str:
    """SQL: a column of `stage`, NULL also where it holds a word that means nothing."""
    return f"case when {column} not in ({', '.join(map(quoted, nulls))}) then {column} end" if nulls else column


def said_of(staged: Staged, mapped: MappedColumn, nulls: tuple[str, ...]) -> str:
    """SQL: what a row of `stage` says in a column's sources, NULL where it says nothing."""
    return f"nullif(concat_ws(' ', {', '.join(present(staged.columns[one], nulls) for one in mapped.names)}), '')"


def conditions(staged: Staged, where: dict[str, tuple[str, ...]], nulls: tuple[str, ...]) -> str:
    """SQL: the columns of the file have one of the words named for each, in whatever case."""
    return " and ".join(_has_one(staged.columns[name], words, nulls) for name, words in where.items())


def _has_one(column: str, words: tuple[str, ...], nulls: tuple[str, ...]) -> str:
    """SQL: "" among the words is an empty field or a word for nothing, "*" anything else, "Agent: *" anything that begins so."""
    begun = [word.removesuffix(ANY_OTHER) for word in words if word.endswith(ANY_OTHER) and word != ANY_OTHER]
    named = [f"lower({quoted(word)})" for word in words if word and not word.endswith(ANY_OTHER)]
    fits = [f"coalesce(lower({column}) in ({', '.join(named)}), false)"] if named else []
    fits += [f"coalesce(starts_with(lower({column}), lower({quoted(word)})), false)" for word in begun]
    fits += [f"({present(column, nulls)}) is null"] if "" in words else []
    fits += [f"({present(column, nulls)}) is not null"] if ANY_OTHER in words else []
    return f"({' or '.join(fits)})"


def records(staged: Staged, mapping: Mapping) -> str:
    """SQL: a row of `stage` is a record, by `filled`, `only` and `except`."""
    filled = [f"({present(staged.columns[name], mapping.reader.null)}) is not null" for name in mapping.filled]
    return " and ".join([*filled, *(f"not {one}" for one in _unmeant(staged, mapping))]) or "true"


def _unmeant(staged: Staged, mapping: Mapping) -> list[str]:
    """SQL: a row has none of the words that `only` asks for, or one that `except` names."""
    nulls = mapping.reader.null
    unmeant = [f"(not {_has_one(staged.columns[name], words, nulls)})" for name, words in mapping.only.items()]
    return unmeant + [_has_one(staged.columns[name], words, nulls) for name, words in mapping.excepted.items()]


def keep_meant(sql: DuckDBPyConnection, staged: Staged, mapping: Mapping) -> int:
    """Take the rows out of `stage` that have none of the words a record must have to be meant, or one that none has; how many."""
    unmeant = _unmeant(staged, mapping)
    if not unmeant:
        return 0
    found = sql.execute(f"delete from stage where {' or '.join(unmeant)}").fetchone()
    return int(found[0]) if found else 0


def fitting_nowhere(
    sql: DuckDBPyConnection,
    staged: Staged,
    asked: Iterable[tuple[str, tuple[str, ...]]],
    key: str,
    nulls: tuple[str, ...],
) -> list[str]:
    """A sentence for each column, asked for under a key of the mapping, whose words no row has, though there are rows: which they
    have."""
    return [
        f"{key} {name} = {json.dumps(words, ensure_ascii=False)} fits no row; {_words_in(sql, staged.columns[name])}"
        for name, words in dict.fromkeys(asked)
        if sql.execute(f"select bool_or({_has_one(staged.columns[name], words, nulls)}) from stage").fetchone()
        == (False,)
    ]


def _words_in(sql: DuckDBPyConnection, column: str) -> str:
    query = f"select distinct {column} from stage where {column} is not null order by all limit {SAID + 1}"
    words = [word for (word,) in sql.execute(query).fetchall()]
    if len(words) > SAID:
        return f"the file has more than {SAID} others"
    return f"the file has {hidden_names(', '.join(words)) or 'nothing there'}"
