"""The SQL of a question: one statement a fact for everything that adds up, one for all its quantiles.

Sums are taken over whole thousandths, so that the same rows give the same sum in any order: a double holds nine thousand million
million of them exactly.
"""

from __future__ import annotations

from collections.abc import Set

from pipeline.kpis import Catalogue, Kpi
from pipeline.kpis.cube import Cube, period_of

PICKS = ("below", "above", "rank_low", "rank_high")
"""The ranks wanted of a quantile: around its place, and those that bound it."""


def _rows(condition: str) -> str:
    """How many rows the condition is true for: 0 where there are none."""
    return f"count(case when {condition} then 1 end)"


def _counted(counts: str, value: str) -> str:
    """How many of the rows that count have the value."""
    return f"count(case when {counts} then {value} end)"


def _thousandths(value: str) -> str:
    return f"cast(round(({value}) * 1000) as double)"


def _sum_of_squares(counts: str, thousandths: str) -> str:
    """The same in any order: decimal, because the square of 36 days overflows a bigint, and a sum of many is beyond a double."""
    return f"cast(sum(case when {counts} then cast({thousandths} * {thousandths} as decimal(38, 0)) end) as double)"


def _known(condition: str, value: str) -> str:
    """The rows whose value a quantile rests on."""
    return f"{condition} and ({value}) is not null"


def decided(kpi: Kpi) -> str | None:
    """SQL of what a KPI asks of a row that counts: whether it is met, or how many thousandths it adds; None where nothing."""
    match kpi.kind:
        case "share":
            return f"({kpi.met})"
        case "mean" | "sum":
            return _thousandths(kpi.value)
        case _:
            return None


def sums_of(kpi: Kpi, counts: str, asked: str, with_squares: bool) -> list[str]:
    """SQL columns `<kpi>__<part>`: n, total (in thousandths), squares (in millionths), and the rows that do not count.

    `counts`: SQL that is true for the rows that do. `asked`: SQL of what is `decided` of each.
    """
    match kpi.kind:
        case "count":
            parts = {"n": _rows(counts)}
        case "share":
            parts = {"n": _counted(counts, asked), "total": _rows(f"{counts} and {asked}")}
        case "max":
            parts = {"n": _counted(counts, kpi.value), "total": f"max(case when {counts} then {kpi.value} end)"}
        case "quantile":
            parts = {"n": _counted(counts, kpi.value)}
        case _:
            parts = {"n": _counted(counts, asked), "total": f"sum(case when {counts} then {asked} end)"}
            if with_squares:
                parts["squares"] = _sum_of_squares(counts, asked)
    return [f"{sql} as {kpi.id}__{part}" for part, sql in parts.items()] + [
        f"{_rows(f'not {counts}')} as {kpi.id}__excluded"
    ]


def _contribution(kpi: Kpi) -> str:
    """What one row adds to a count or sum."""
    if kpi.kind == "count":
        return f"case when {kpi.count} then 1 else 0 end"
    return f"case when {kpi.where} then coalesce({kpi.value}, 0) else 0 end"


def product_of(catalogue: Catalogue, ratio: Kpi) -> str:
    top, bottom = (_contribution(catalogue[part]) for part in ratio.ratio or ())
    return f"cast(sum(cast(round(({top}) * ({bottom}) * 1000) as bigint)) as bigint) as {ratio.id}__xy"


def sum_sql(
    fact: str, kpis: list[Kpi], products: list[str], cube: Cube, spread: Set[str], units: tuple[str, ...] = ()
) -> str:
    """All sums of a fact, and `all_rows`, for all cuts in one scan; what is asked of a row is decided once. Needs a cut.

    `spread`: the KPIs whose squares are wanted. With `units` the rows of one unit are added up first: `products` are of these
    sums then, and so are the squares.
    """
    asked = [sql for kpi in kpis for sql in (f"({kpi.counts})", decided(kpi)) if sql]
    names = {sql: f"decided_{place}" for place, sql in enumerate(dict.fromkeys(asked))}
    columns = [
        column
        for kpi in kpis
        for column in sums_of(
            kpi, names[f"({kpi.counts})"], names.get(decided(kpi) or "", ""), not units and kpi.id in spread
        )
    ]
    rows = ", ".join([cube.periods, *(f"{sql} as {name}" for sql, name in names.items()), f"{fact}.*"])
    counted = f"(select {rows} from {fact} where {cube.where}) as counted"
    all_rows = "count(*) as all_rows"
    if units:
        held = ", ".join(dict.fromkeys([*map(period_of, cube.grains), *cube.dimensions, *units]))
        counted = f"(select {held}, {', '.join([all_rows, *columns])} from {counted} group by {held}) as united"
        all_rows = "cast(sum(all_rows) as bigint) as all_rows"
        columns = [column for kpi in kpis for column in _united(kpi)]
    return (
        f"select {', '.join([*cube.keys, all_rows, *columns, *products])} from {counted} "
        f"group by grouping sets ({cube.sets})"
    )


def _united(kpi: Kpi) -> list[str]:
    """The columns of `sums_of` out of those of each unit; how many units have rows that count (`units`), and the sums of squares
    and products of their rows and totals."""
    n, total = f"{kpi.id}__n", f"{kpi.id}__total"
    parts = {
        "n": f"cast(sum({n}) as bigint)",
        "excluded": f"cast(sum({kpi.id}__excluded) as bigint)",
        "units": _rows(f"{n} > 0"),
        "n_n": _sum_of_products(n, n),
    }
    if kpi.kind in ("share", "mean", "sum"):
        parts |= {
            "total": f"cast(sum({total}) as bigint)",
            "squares": _sum_of_products(total, total),
            "n_total": _sum_of_products(n, total),
        }
    elif kpi.kind == "max":
        parts["total"] = f"max({total})"
    return [f"{sql} as {kpi.id}__{part}" for part, sql in parts.items()]


def _sum_of_products(one: str, other: str) -> str:
    """Exact, whatever the order: decimals of 19 and 18 digits, because a product of two of 18 keeps 18."""
    return f"cast(sum(cast({one} as decimal(19, 0)) * cast({other} as decimal(18, 0))) as double)"


def united_product(catalogue: Catalogue, ratio: Kpi) -> str:
    """As `product_of`, of the sums of each unit."""
    parts = [catalogue[part] for part in ratio.ratio or ()]
    top, bottom = (f"{p.id}__n * 1000" if p.kind == "count" else f"coalesce({p.id}__total, 0)" for p in parts)
    return f"{_sum_of_products(top, bottom)} / 1000 as {ratio.id}__xy"


def rank_sql(fact: str, kpis: list[Kpi], cube: Cube) -> str:
    """All quantiles of a fact for all cuts in one scan: of each the values at the ranks that its table names.

    Names a table `<kpi>__ranks` for each KPI: a row per size n with the PICKS as ranks from 1. The values of a group are held
    in memory, once a cut.
    """
    values = list(dict.fromkeys((kpi.where, kpi.value) for kpi in kpis))
    lists, picks, joins = [], [], []
    for place, value in enumerate(values):
        alike = [kpi for kpi in kpis if (kpi.where, kpi.value) == value]
        known = _known(f"({value[0]})", value[1])
        lists += [
            f"{_rows(known)} as n_{place}",
            f"list_sort(list({value[1]}) filter (where {known})) as values_{place}",
        ]
        picks += [f"array_extract(values_{place}, {k.id}__ranks.{p}) as {k.id}__{p}" for k in alike for p in PICKS]
        joins += [f"left join {k.id}__ranks on {k.id}__ranks.n = listed.n_{place}" for k in alike]
    return (
        f"with counted as (select {cube.periods}, {fact}.* from {fact} where {cube.where}), "
        f"listed as (select {', '.join([*cube.keys, *lists])} from counted group by grouping sets ({cube.sets})) "
        f"select {', '.join(['period', *cube.dimensions, 'cut', *picks])} from listed {' '.join(joins)}"
    )
