"""The SQL of everything that adds up: one statement a fact.

Sums are taken over whole thousandths, so that the same rows give the same sum in any order: a double holds nine thousand million
million of them exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from pipeline.kpis import Kpi
from pipeline.kpis.cube import Cube, period_of

MILLION = "1e6"


def count_of(condition: str) -> str:
    """How many rows the condition is true for: 0 where there are none. DuckDB adds up conditions, as a hugeint, faster than it
    decides cases."""
    return f"cast(coalesce(count_if({condition}), 0) as bigint)"


def _counted(counts: str, value: str) -> str:
    """How many of the rows that count have the value."""
    return count_of(f"{counts} and ({value}) is not null")


def _thousandths(value: str) -> str:
    return f"cast(round(({value}) * 1000) as double)"


def _sum_of_squares(counts: str, thousandths: str) -> str:
    """The same in any order: decimal, because the square of 36 days overflows a bigint, and a sum of many is beyond a double's
    whole numbers. A single square is a double: of more than 26 hours its last digits are rounded."""
    return f"sum(case when {counts} then cast({thousandths} * {thousandths} as decimal(38, 0)) end)"


def decided(kpi: Kpi) -> str | None:
    """SQL of what a KPI asks of a row that counts: whether it is met, or how many thousandths it adds; None where nothing."""
    match kpi.kind:
        case "share":
            return f"({kpi.met})"
        case "mean" | "sum":
            return _thousandths(kpi.value)
        case _:
            return None


def sums_of(kpi: Kpi, counts: str, asked: str, with_squares: bool) -> dict[str, str]:
    """SQL of each `<kpi>__<part>`: n, total (in thousandths), squares (in millionths), the rows that do not count (excluded), and
    those too near to an end of the data: the unseen, and of the others the young.

    `counts`: SQL that is true for the rows that do. `asked`: SQL of what is `decided` of each.
    """
    match kpi.kind:
        case "count":
            parts = {"n": count_of(counts)}
        case "share":
            parts = {"n": _counted(counts, asked), "total": count_of(f"{counts} and {asked}")}
        case "max":
            parts = {"n": _counted(counts, kpi.value), "total": f"max(case when {counts} then {kpi.value} end)"}
        case "quantile":
            parts = {"n": _counted(counts, kpi.value)}
        case _:
            parts = {"n": _counted(counts, asked), "total": f"sum(case when {counts} then {asked} end)"}
            if with_squares:
                parts["squares"] = _sum_of_squares(counts, asked)
    parts["excluded"] = count_of(f"not {counts}")
    parts |= {part: count_of(condition) for part, condition in _too_near(kpi).items()}
    if kpi.stands_for:
        parts["weight"] = f"max(case when {counts} then cast(round({MILLION} * {kpi.stands_for}) as bigint) end)"
    return {f"{kpi.id}__{part}": sql for part, sql in parts.items()}


def _too_near(kpi: Kpi) -> dict[str, str]:
    """SQL that is true for rows too near to either end of the data: to its beginning, else to its end."""
    unseen = {"unseen": kpi.unseen} if kpi.seen_days else {}
    young = " and not ".join([kpi.young, *unseen.values()])
    return unseen | ({"young": young} if kpi.ripe_days else {})


def _contribution(kpi: Kpi) -> str:
    """What one row adds to a count or sum."""
    return f"case when {kpi.counts} then {'1' if kpi.kind == 'count' else f'coalesce({kpi.value}, 0)'} else 0 end"


def _product(top: Kpi, bottom: Kpi) -> str:
    return f"cast(sum(cast(round(({_contribution(top)}) * ({_contribution(bottom)}) * 1000) as bigint)) as bigint)"


class SumSql(NamedTuple):
    """A statement, and the column of it that holds each `<kpi>__<part>`: what several KPIs ask is summed once."""

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
    """All sums of a fact, and `all_rows`, for all cuts in one scan; what is asked of a row is decided once. Needs a cut.

    `ratios`: those whose `<ratio>__xy` is wanted, the sum of products of what a row adds to either part. `spread`: the KPIs whose
    squares are wanted. With `units` the rows of one unit are added up first: products are of these sums then, and so are squares,
    which every KPI has.
    """
    counted, sums = _of_rows(fact, kpis, cube, frozenset() if units else spread)
    if not units:
        sums |= {f"{name}__xy": _product(*parts) for name, parts in ratios.items()}
    all_rows = "count(*)"
    if units or len(cube.cuts) > 1:
        by = ", ".join(dict.fromkeys([*map(period_of, cube.grains), *cube.dimensions, *units]))
        column_of, columns = _each_once(sums, "part")
        counted = f"(select {by}, {all_rows} as all_rows, {', '.join(columns)} from {counted} group by {by}) as parts"
        all_rows = "cast(sum(all_rows) as bigint)"
        sums = _united(kpis, ratios, column_of) if units else _rolled_up(kpis, column_of)
    column_of, columns = _each_once({name: _as_number(name, sql) for name, sql in sums.items()}, "sum")
    selected = ", ".join([*cube.keys, f"{all_rows} as all_rows", *columns])
    return SumSql(f"select {selected} from {counted} group by grouping sets ({cube.sets})", column_of)


def _of_rows(fact: str, kpis: list[Kpi], cube: Cube, spread: Set[str]) -> tuple[str, dict[str, str]]:
    """SQL of the fact's rows with what is asked of each, and the sums of these."""
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
    """As `sums_of`, out of those of the smallest groups that the cuts are made of: rows are read once, not once a cut."""
    largest = {f"{kpi.id}__total" for kpi in kpis if kpi.kind == "max"}
    added_up = {name: "max({})" if name in largest else "cast(sum({}) as bigint)" for name in column_of}
    added_up |= {name: "sum({})" for name in column_of if name.endswith("__squares")}
    return {name: added_up[name].format(column) for name, column in column_of.items()}


def _united(kpis: list[Kpi], ratios: Mapping[str, tuple[Kpi, Kpi]], column_of: Mapping[str, str]) -> dict[str, str]:
    """As `sums_of`, out of those of each unit, and the products of ratios."""
    sums = {f"{name}__xy": _united_product(*parts, column_of) for name, parts in ratios.items()}
    for kpi in kpis:
        sums |= {f"{kpi.id}__{part}": sql for part, sql in _of_units(kpi, column_of).items()}
        for part in _too_near(kpi):
            sums[f"{kpi.id}__{part}"] = f"cast(sum({column_of[f'{kpi.id}__{part}']}) as bigint)"
    return sums


def _of_units(kpi: Kpi, column_of: Mapping[str, str]) -> dict[str, str]:
    """The parts of a KPI's sums; also how many units have rows that count (`units`), and the sums of squares and products of what
    they hold."""
    n, excluded = column_of[f"{kpi.id}__n"], column_of[f"{kpi.id}__excluded"]
    if kpi.is_of_units:
        total, weight = column_of[f"{kpi.id}__total"], column_of.get(f"{kpi.id}__weight")
        return _of_means(n, total, excluded) | (_weighed(n, total, weight) if weight else {})
    parts = {
        "n": f"cast(sum({n}) as bigint)",
        "excluded": f"cast(sum({excluded}) as bigint)",
        "units": count_of(f"{n} > 0"),
        "n_n": _sum_of_products(n, n),
    }
    if kpi.kind in ("share", "mean", "sum"):
        total = column_of[f"{kpi.id}__total"]
        parts |= {
            "total": f"cast(sum({total}) as bigint)",
            "squares": _sum_of_products(total, total),
            "n_total": _sum_of_products(n, total),
        }
    elif kpi.kind == "max":
        parts["total"] = f"max({column_of[f'{kpi.id}__total']})"
    return parts


def _of_means(n: str, total: str, excluded: str) -> dict[str, str]:
    """The same where each unit is one observation, the mean of its rows: of a unit's rows all but one are left out.

    Means are added up in millionths of what rows are told in, and so exactly.
    """
    mean = f"cast(round({MILLION} * {total} / nullif({n}, 0)) as bigint)"
    return {
        "n": count_of(f"{n} > 0"),
        "excluded": f"cast(sum({excluded} + greatest({n} - 1, 0)) as bigint)",
        "total": f"cast(sum({mean}) as bigint) / {MILLION}",
        "squares": f"{_sum_of_products(mean, mean)} / {MILLION} / {MILLION}",
    }


def _weighed(n: str, total: str, weight: str) -> dict[str, str]:
    """Where each unit stands for others: for how many, of how many of these the share is met, in millionths, and the squares."""
    met = f"cast(round({weight} * {total} / nullif({n}, 0)) as bigint)"
    return {
        "weights": f"cast(sum({weight}) as bigint)",
        "weighed": f"cast(sum({met}) as bigint)",
        "weights_squared": _sum_of_products(weight, weight),
    }


def _sum_of_products(one: str, other: str) -> str:
    """Exact, whatever the order: decimals of 19 and 18 digits, because a product of two of 18 keeps 18."""
    return f"cast(sum(cast({one} as decimal(19, 0)) * cast({other} as decimal(18, 0))) as double)"


def _united_product(top: Kpi, bottom: Kpi, column_of: Mapping[str, str]) -> str:
    one, other = (
        f"{column_of[f'{p.id}__n']} * 1000" if p.kind == "count" else f"coalesce({column_of[f'{p.id}__total']}, 0)"
        for p in (top, bottom)
    )
    return f"{_sum_of_products(one, other)} / 1000"
