"""What is said to feed a model does so: without it, the SQL has no row."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from sqlglot import exp, parse_one

from pipeline.building.build import MODELS
from pipeline.models import read_feeds, read_model

Clauses = frozenset[frozenset[str]]
"""Sets of tables: of each, one has a row if the query has."""
KEEPS = {("", "CROSS"), ("", "INNER"), ("", ""), ("", "SEMI")}
"""Joins (side and kind) that have no row unless both sides have."""


def feeds(query: Any, known: Mapping[str, Clauses]) -> Clauses:
    """`known`: what feeds the queries that this one may name."""
    if isinstance(query, exp.Table):
        return known.get(query.name, frozenset({frozenset({query.name})}))
    if isinstance(query, exp.Subquery):
        return feeds(query.this, known)
    for named in query.ctes:
        known = {**known, named.alias: feeds(named.this, known)}
    if isinstance(query, exp.Union):
        sides = product(feeds(query.left, known), feeds(query.right, known))
        return frozenset(left | right for left, right in sides)
    assert isinstance(query, exp.Select), query
    return frozenset() if is_one_row(query) else frozenset().union(*(feeds(part, known) for part in sides_of(query)))


def is_one_row(query: exp.Select) -> bool:
    """Whether there may be a row even of nothing: a sum of everything, or no table at all."""
    begins = query.find(exp.From)
    if begins is None or begins.parent is not query:
        return True
    if groups := query.args.get("group"):
        return any(groups.args.get(kind) for kind in ("rollup", "cube", "grouping_sets"))
    sums = [
        part for column in query.expressions for part in column.find_all(exp.AggFunc) if part.parent_select is query
    ]
    return not all(isinstance(part.find_ancestor(exp.AggFunc, exp.Window, exp.Select), exp.Window) for part in sums)


def sides_of(query: exp.Select) -> list[Any]:
    """The first table, and those of joins without whose rows there are none. Of other joins but left ones nothing is known."""
    joins = query.args.get("joins") or []
    kinds = [(join, (join.side.upper(), join.kind.upper())) for join in joins]
    assert all(kind in KEEPS or kind[0] == "LEFT" or kind[1] == "ANTI" for _, kind in kinds), query
    first: Any = query.find(exp.From)
    return [first.this, *(join.this for join, kind in kinds if kind in KEEPS)]


def test_without_what_feeds_it_a_model_has_no_row() -> None:
    """Of each set that is listed, a part or all feeds the model."""
    found = {model: feeds(parse_one(read_model(model), read="duckdb"), {}) for model in MODELS}
    assert read_feeds().keys() == found.keys()
    unproved = [
        (model, listed)
        for model, clauses in read_feeds().items()
        for listed in clauses
        if not any(clause <= listed for clause in found[model])
    ]
    assert not unproved
