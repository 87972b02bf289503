"""The SQL of a question: one statement a fact for everything that adds up, one a ranked value for a quantile.

Sums are taken over whole thousandths, so that the same rows give the same sum in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.kpis import Catalogue, Kpi

PERIODS = {
    "half_hour": "half_hour",
    "hour": "concat(substr(half_hour, 1, 14), '00', substr(half_hour, 17))",
    "day": "cast(day as varchar)",
    "week": "week",
    "month": "substr(cast(day as varchar), 1, 7)",
    "total": "'total'",
}


@dataclass(frozen=True)
class Question:
    """Which KPIs, cut how. `where` is SQL over the columns that all facts share (week, day)."""

    kpis: tuple[str, ...]
    grain: str = "total"
    by: tuple[str, ...] = ()
    where: str = "true"


@dataclass(frozen=True)
class Cube:
    """Several cuts of the same KPIs at one grain: each cut is the dimensions that its rows are told apart by."""

    kpis: tuple[str, ...]
    grain: str
    cuts: tuple[tuple[str, ...], ...]
    where: str

    @property
    def dimensions(self) -> list[str]:
        return list(dict.fromkeys(dimension for cut in self.cuts for dimension in cut))

    @property
    def group(self) -> list[str]:
        return ["period", *self.dimensions, "cut"]

    def of_fact(self, has: tuple[str, ...]) -> Cube:
        """The cuts that a fact with these dimensions can be asked for."""
        return replace(self, cuts=tuple(cut for cut in self.cuts if set(cut) <= set(has)))


def name_of(cut: tuple[str, ...]) -> str:
    return ",".join(cut)


def _unknown(*conditions: str) -> str:
    return f"cast(sum(case when {' or '.join(conditions)} then 1 else 0 end) as bigint)"


def _thousandths(condition: str, value: str) -> str:
    return f"cast(sum(case when {condition} then cast(round(({value}) * 1000) as bigint) end) as bigint)"


def _millionths_of_squares(condition: str, value: str) -> str:
    """Exact, so that n equal values have no spread; decimal, because the square of 36 days overflows a bigint."""
    thousandths = f"cast(round(({value}) * 1000) as decimal(18, 0))"
    return f"cast(sum(case when {condition} then {thousandths} * {thousandths} end) as double)"


def sums_of(kpi: Kpi) -> list[str]:
    """SQL columns `<kpi>__<part>`: n, total (in thousandths), squares (in millionths) and rows for which it is not known."""
    where, value = f"({kpi.where})", kpi.value
    missing = f"({kpi.count}) is null" if kpi.kind == "count" else f"{where} is null"
    match kpi.kind:
        case "count":
            n = f"cast(sum(case when {kpi.count} then 1 else 0 end) as bigint)"
            parts = {"n": n, "unknown": _unknown(missing)}
        case "share":
            met = f"({kpi.met})"
            parts = {
                "n": f"cast(sum(case when {where} and {met} is not null then 1 else 0 end) as bigint)",
                "total": f"cast(sum(case when {where} and {met} then 1 else 0 end) as bigint)",
                "unknown": _unknown(missing, f"({where} and {met} is null)"),
            }
        case "max":
            parts = {
                "n": f"cast(sum(case when {where} and ({value}) is not null then 1 else 0 end) as bigint)",
                "total": f"max(case when {where} then {value} end)",
                "unknown": _unknown(missing, f"({where} and ({value}) is null)"),
            }
        case "quantile":
            known = f"{where} and ({value}) is not null"
            parts = {
                "n": f"cast(sum(case when {known} then 1 else 0 end) as bigint)",
                "unknown": _unknown(missing, f"({where} and ({value}) is null)"),
            }
        case _:
            known = f"{where} and ({value}) is not null"
            parts = {
                "n": f"cast(sum(case when {known} then 1 else 0 end) as bigint)",
                "total": _thousandths(known, value),
                "squares": _millionths_of_squares(known, value),
                "unknown": _unknown(missing, f"({where} and ({value}) is null)"),
            }
    return [f"{sql} as {kpi.id}__{part}" for part, sql in parts.items()]


def _contribution(kpi: Kpi) -> str:
    """What one row adds to a count or sum."""
    if kpi.kind == "count":
        return f"case when {kpi.count} then 1 else 0 end"
    return f"case when {kpi.where} then coalesce({kpi.value}, 0) else 0 end"


def product_of(catalogue: Catalogue, ratio: Kpi) -> str:
    top, bottom = (_contribution(catalogue[part]) for part in ratio.ratio or ())
    return f"cast(sum(cast(round(({top}) * ({bottom}) * 1000) as bigint)) as bigint) as {ratio.id}__xy"


def sum_sql(fact: str, columns: list[str], cube: Cube) -> str:
    """All sums of a fact for all cuts in one scan. Needs at least one cut."""
    dimensions = cube.dimensions
    sets = ", ".join(f"({', '.join(['period', *cut])})" for cut in cube.cuts)
    mask = " + ".join([f"{2**place} * grouping({name})" for place, name in enumerate(dimensions)] or ["0"])
    named = " ".join(f"when {_mask(cut, dimensions)} then '{name_of(cut)}'" for cut in cube.cuts)
    return (
        f"select {', '.join(['period', *dimensions])}, case {mask} {named} end as cut, {', '.join(columns)} "
        f"from (select {PERIODS[cube.grain]} as period, {fact}.* from {fact} where {cube.where}) as counted "
        f"group by grouping sets ({sets})"
    )


def _mask(cut: tuple[str, ...], dimensions: list[str]) -> int:
    """What `grouping` says of a cut's rows: a bit for every dimension that is not in it."""
    return sum(2**place for place, name in enumerate(dimensions) if name not in cut)


def rank_sql(kpis: list[Kpi], cube: Cube, cut: tuple[str, ...]) -> str:
    """For quantiles of one value over the same rows: the values around each one's place and at the ranks that bound it.

    Names the table ranks (n, <kpi>__low_rank, <kpi>__high_rank).
    """
    group, kpi = ", ".join(["period", *cut]), kpis[0]
    picks = [
        f"max(case when place = {place} then v end) as {quantile.id}__{part}"
        for quantile in kpis
        for part, place in _places(quantile).items()
    ]
    return f"""
    with kept as (
        select {", ".join([f"{PERIODS[cube.grain]} as period", *cut])}, {kpi.value} as v from {kpi.of}
        where ({cube.where}) and ({kpi.where}) and ({kpi.value}) is not null),
    ranked as (
        select kept.*, row_number() over (partition by {group} order by v) as place,
            count(*) over (partition by {group}) as n
        from kept)
    select {group}, '{name_of(cut)}' as cut, {", ".join(picks)}
    from ranked inner join ranks on ranks.n = ranked.n
    group by {group}"""


def _places(kpi: Kpi) -> dict[str, str]:
    exact = f"(ranked.n - 1) * {kpi.q}"
    return {
        "below": f"1 + cast(floor({exact}) as bigint)",
        "above": f"1 + cast(ceil({exact}) as bigint)",
        "rank_low": f"ranks.{kpi.id}__low_rank",
        "rank_high": f"ranks.{kpi.id}__high_rank",
    }
