"""The SQL of a question: one statement a fact for everything that adds up, one a ranked value for a quantile.

Sums are taken over whole thousandths, so that the same rows give the same sum in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def group(self) -> list[str]:
        return ["period", *self.by]


def _unknown(*conditions: str) -> str:
    return f"cast(sum(case when {' or '.join(conditions)} then 1 else 0 end) as bigint)"


def _thousandths(condition: str, value: str) -> str:
    return f"cast(sum(case when {condition} then cast(round(({value}) * 1000) as bigint) end) as bigint)"


def _millionths_of_squares(condition: str, value: str) -> str:
    """Exact, so that n equal values have no spread; decimal, because a bigint overflows at a few hundred million rows."""
    thousandths = f"cast(round(({value}) * 1000) as bigint)"
    return f"cast(sum(case when {condition} then cast({thousandths} * {thousandths} as decimal(38, 0)) end) as double)"


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


def _group_sql(question: Question) -> str:
    return ", ".join([f"{PERIODS[question.grain]} as period", *question.by])


def sum_sql(fact: str, columns: list[str], question: Question) -> str:
    positions = ", ".join(str(i + 1) for i in range(len(question.group)))
    return (
        f"select {_group_sql(question)}, {', '.join(columns)} from {fact} where {question.where} group by {positions}"
    )


def rank_sql(kpis: list[Kpi], question: Question) -> str:
    """For quantiles of one value over the same rows: the values around each one's place and at the ranks that bound it.

    Names the table ranks (n, <kpi>__low_rank, <kpi>__high_rank).
    """
    group, kpi = ", ".join(question.group), kpis[0]
    picks = [
        f"max(case when place = {place} then v end) as {quantile.id}__{part}"
        for quantile in kpis
        for part, place in _places(quantile).items()
    ]
    return f"""
    with kept as (
        select {_group_sql(question)}, {kpi.value} as v from {kpi.of}
        where ({question.where}) and ({kpi.where}) and ({kpi.value}) is not null),
    ranked as (
        select kept.*, row_number() over (partition by {group} order by v) as place,
            count(*) over (partition by {group}) as n
        from kept)
    select {group}, {", ".join(picks)}
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
