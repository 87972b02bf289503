"""The SQL of everything that is a sum: one statement a fact."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from pipeline.kpis import Kpi
from pipeline.kpis.cube import Cube, period_of
from pipeline.kpis.row_sums import decided, product, sums_of
from pipeline.kpis.unit_sums import united


class SumSql(NamedTuple):
    """A statement, and its column for each `<kpi>__<part>`: what several KPIs share is summed once."""

    text: str
    columns: dict[str, str]


def sum_sql(
    fact: str,
    kpis: list[Kpi],
    ratios: Mapping[str, tuple[Kpi, Kpi]],
    cube: Cube,
    spread: Set[str],
    units: tuple[str, ...] = (),
) -> SumSql:
    """All sums of a fact, and `all_rows`, for all cuts in one scan; what is asked of a row is decided once. Needs a
    cut.

    `ratios`: those that need `<ratio>__xy`, the sum of products of what a row adds to either part. `spread`: the KPIs
    that need squares. With `units`, the rows of one unit are summed first: products are then of these sums, and so are
    squares, which every KPI has. Those of days need the squares of their rows too.
    """
    counted, sums = _of_rows(fact, kpis, cube, {kpi.id for kpi in kpis if kpi.is_of_day} if units else spread)
    if not units:
        sums |= {f"{name}__xy": product(*parts) for name, parts in ratios.items()}
    all_rows = "count(*)"
    if units or len(cube.cuts) > 1:
        by = ", ".join(dict.fromkeys([*map(period_of, cube.grains), *cube.dimensions, *units]))
        column_of, columns = _each_once(sums, "part")
        counted = f"(select {by}, {all_rows} as all_rows, {', '.join(columns)} from {counted} group by {by}) as parts"
        all_rows = "cast(sum(all_rows) as bigint)"
        sums = united(kpis, ratios, column_of) if units else _rolled_up(kpis, column_of)
    column_of, columns = _each_once({name: _as_number(name, sql) for name, sql in sums.items()}, "sum")
    selected = ", ".join([*cube.keys, f"{all_rows} as all_rows", *columns])
    return SumSql(f"select {selected} from {counted} group by grouping sets ({cube.sets})", column_of)


def _of_rows(fact: str, kpis: list[Kpi], cube: Cube, spread: Set[str]) -> tuple[str, dict[str, str]]:
    """SQL of the fact's rows with what is asked of each, and the sums over them."""
    asked = [sql for kpi in kpis for sql in (f"({kpi.counts})", decided(kpi)) if sql]
    names = {sql: f"decided_{place}" for place, sql in enumerate(dict.fromkeys(asked))}
    sums: dict[str, str] = {}
    for kpi in kpis:
        sums |= sums_of(kpi, names[f"({kpi.counts})"], names.get(decided(kpi) or "", ""), kpi.id in spread)
    rows = ", ".join([cube.periods, *(f"{sql} as {name}" for sql, name in names.items()), f"{fact}.*"])
    return f"(select {rows} from {fact} where {cube.counted}) as counted", sums


def _each_once(sums: dict[str, str], prefix: str) -> tuple[dict[str, str], list[str]]:
    """The column of each name, and the columns in SQL."""
    columns = {sql: f"{prefix}_{place}" for place, sql in enumerate(dict.fromkeys(sums.values()))}
    return {name: columns[sql] for name, sql in sums.items()}, [f"{sql} as {name}" for sql, name in columns.items()]


def _as_number(name: str, total: str) -> str:
    """Sums of squares leave the engine as doubles: no frame holds decimals of 38 digits."""
    return f"cast({total} as double)" if name.endswith("__squares") else total


def _rolled_up(kpis: list[Kpi], column_of: Mapping[str, str]) -> dict[str, str]:
    """As `sums_of`, rolled up from the smallest groups of all cuts: rows are read once, not once a cut."""
    largest = {f"{kpi.id}__total" for kpi in kpis if kpi.kind == "max"}
    added_up = {name: "max({})" if name in largest else "cast(sum({}) as bigint)" for name in column_of}
    added_up |= {name: "sum({})" for name in column_of if name.endswith("__squares")}
    return {name: added_up[name].format(column) for name, column in column_of.items()}
