"""The SQL that models and catalogue may use: functions that mean the same on DuckDB and on Spark, and how Spark spells them.

Each entry of FUNCTIONS was chosen because both engines agree on it, NULLs included; a rewrite says where the spelling
differs. What is not listed is refused by name when it is read.
"""

from __future__ import annotations

from typing import Any

from pipeline.errors import UsageError

FUNCTIONS = frozenset(
    "and or case if cast coalesce nullif greatest least abs round floor ceil count sum min max avg row_number lag lead "
    "substring length concat lower upper trim replace epoch ln exp power exists grouping regexp_like regexp_extract "
    "array_sort array_extract".split()
)
INSTEAD = {
    "date_diff": "epoch(b) - epoch(a): the engines count boundaries or elapsed time",
    "date_trunc": "a join with calendar",
    "quantile_cont": "row_number() and the place in the order",
    "median": "row_number() and the place in the order",
    "arg_min": "max(case when row = 1 then x end)",
    "arg_max": "max(case when row = 1 then x end)",
    "strftime": "a column of calendar",
    "list": "list_sort(list(x)): only a sorted list is the same on every engine",
}


def check_portable(sql: str, name: str) -> None:
    """Raises UsageError when the SQL does not parse, or names a function that is not on the list."""
    for function in sorted(_functions(_parse(sql, name))):
        if function not in FUNCTIONS:
            instead = INSTEAD.get(function)
            hint = f"; write {instead}" if instead else f"; there are {', '.join(sorted(FUNCTIONS))}"
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


def _functions(tree: Any) -> set[str]:
    from sqlglot import exp

    names = {_name(node) for node in tree.find_all(exp.Func) if not _is_sorted_list(node)}
    return names | ({"qualify"} if tree.find(exp.Qualify) else set())


def _name(node: Any) -> str:
    """What the author wrote, as far as the parser remembers it."""
    from sqlglot import exp

    if isinstance(node, exp.TimeToUnix):
        return "epoch"
    if isinstance(node, exp.ArrayAgg):
        return "list"
    return str(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()


def _is_sorted_list(node: Any) -> bool:
    """A list that is sorted as it is gathered, perhaps of some rows only."""
    from sqlglot import exp

    over = node.parent.parent if isinstance(node.parent, exp.Filter) else node.parent
    return isinstance(node, exp.ArrayAgg) and isinstance(over, exp.ArraySort)


def _spark_function(node: Any) -> Any:
    """epoch(t) has a fraction on DuckDB; Spark's unix_timestamp has none, its unix_micros has. A list's places are counted from 1
    in array_extract and in element_at, whose place is an int."""
    from sqlglot import exp, parse_one

    if isinstance(node, exp.TimeToUnix):
        return parse_one(f"unix_micros({node.this.sql(dialect='spark')}) / 1000000.0D", read="spark")
    if isinstance(node, exp.Anonymous) and node.name.lower() == "array_extract":
        items, place = (part.sql(dialect="spark") for part in node.expressions)
        return parse_one(f"element_at({items}, cast({place} as int))", read="spark")
    return node
