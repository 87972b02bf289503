"""The SQL that models and catalogue may use: functions that mean the same on DuckDB and on Spark, and how Spark spells them.

portable.toml lists them, because both engines agree on each, NULLs included. What is not listed is refused by name when it is
read, with what to write instead.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pipeline.errors import UsageError


@cache
def read_functions() -> dict[str, dict[str, dict[str, str]]]:
    """functions, aggregates, windows: name -> `try`, an expression that both engines agree on, and `why`."""
    listed = _catalogue()
    return {group: listed[group] for group in ("functions", "aggregates", "windows")}


@cache
def read_refused() -> dict[str, str]:
    """What is often written and differs between engines: name -> what to write instead."""
    refused: dict[str, str] = _catalogue()["refused"]
    return refused


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("portable.toml").read_text("utf-8"))


def check_portable(sql: str, name: str) -> None:
    """Raises UsageError when the SQL does not parse, or names a function that is not on the list."""
    listed = {function for group in read_functions().values() for function in group}
    for function in sorted(functions_of(sql, name) - listed):
        instead = read_refused().get(function)
        hint = f"; write {instead}" if instead else f"; there are {', '.join(sorted(listed))}"
        raise UsageError(f"{name}: function {function} is not portable between engines{hint}")


def to_spark(sql: str, name: str) -> str:
    """The same query in Spark's words. Raises UsageError for what cannot be said there."""
    from sqlglot import ErrorLevel, UnsupportedError

    check_portable(sql, name)
    try:
        return str(
            _parse(sql, name).transform(_spark_function).sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
        )
    except UnsupportedError as error:
        raise UsageError(f"{name}: cannot be said in Spark's SQL: {error}") from None


def tables_of(sql: str) -> set[str]:
    """The tables a query reads, those it names itself left out."""
    from sqlglot import exp

    tree = _parse(sql, "query")
    own = {part.alias for part in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - own


def _parse(sql: str, name: str) -> Any:
    from sqlglot import ParseError, parse_one

    try:
        return parse_one(sql, read="duckdb")
    except ParseError as error:
        raise UsageError(f"{name}: cannot be parsed: {error}") from None


def functions_of(sql: str, name: str = "query") -> set[str]:
    """The functions that a query uses, by the names of the catalogue."""
    from sqlglot import exp

    tree = _parse(sql, name)
    names = {_name(node) for node in tree.find_all(exp.Func) if not _is_sorted_list(node)}
    return names | ({"qualify"} if tree.find(exp.Qualify) else set())


def _name(node: Any) -> str:
    """What the author wrote, for which the parser has names of its own."""
    from sqlglot import exp

    if isinstance(node, exp.TimeToUnix):
        return "epoch"
    if isinstance(node, exp.ArrayAgg):
        return "list"
    parsed = str(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    return str(_catalogue()["written"].get(parsed, parsed))


def _is_sorted_list(node: Any) -> bool:
    """A list that is sorted as it is gathered, perhaps of some rows only."""
    from sqlglot import exp

    over = node.parent.parent if isinstance(node.parent, exp.Filter) else node.parent
    return isinstance(node, exp.ArrayAgg) and isinstance(over, exp.ArraySort)


def _spark_function(node: Any) -> Any:
    """epoch(t) has a fraction on DuckDB; Spark's unix_timestamp has none, its unix_micros has. A list's places are counted from 1
    in array_extract and in try_element_at, whose place is an int and which gives NULL beyond the end, too."""
    from sqlglot import exp, parse_one

    if isinstance(node, exp.TimeToUnix):
        return parse_one(f"unix_micros({node.this.sql(dialect='spark')}) / 1000000.0D", read="spark")
    if isinstance(node, exp.Anonymous) and node.name.lower() == "array_extract":
        items, place = (part.sql(dialect="spark") for part in node.expressions)
        return parse_one(f"try_element_at({items}, cast({place} as int))", read="spark")
    return node
