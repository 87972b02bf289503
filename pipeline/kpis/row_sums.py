"""SQL of the sums over a fact's rows, KPI by KPI.

Sums are of whole thousandths, so that the same rows give the same sum in any order: a double holds nine thousand
million million of them exactly.
"""

from __future__ import annotations

from pipeline.kpis import Kpi

MILLION = "1e6"


def count_of(condition: str) -> str:
    """SQL of the number of rows for which the condition is true, 0 without rows. DuckDB adds up conditions, as a
    hugeint, faster than it evaluates CASE."""
    return f"cast(coalesce(count_if({condition}), 0) as bigint)"


def _counted(counts: str, value: str) -> str:
    """How many of the rows that count have the value."""
    return count_of(f"{counts} and ({value}) is not null")


def _thousandths(value: str) -> str:
    return f"cast(round(({value}) * 1000) as double)"


def _sum_of_squares(thousandths: str) -> str:
    """The same in any order: decimal, because the square of 36 days overflows a bigint, and a sum of many exceeds a
    double's whole numbers. A single square is a double: above 26 hours its last digits are rounded."""
    return f"sum(cast({thousandths} * {thousandths} as decimal(38, 0)))"


def decided(kpi: Kpi) -> str | None:
    """SQL of what a KPI asks of a row: whether it is met, or how many thousandths it adds, NULL unless it counts; None
    if nothing. CASE is dear, so it is evaluated once for all sums."""
    match kpi.kind:
        case "share":
            return f"({kpi.met})"
        case "mean" | "sum":
            return f"case when {kpi.counts} then {_thousandths(kpi.value)} end"
        case _:
            return None


def sums_of(kpi: Kpi, counts: str, asked: str, with_squares: bool) -> dict[str, str]:
    """SQL of each `<kpi>__<part>`: n, total (in thousandths), squares (in millionths), the rows that do not count
    (excluded), and those too near an end of the data: the unseen, and of the others the young.

    `counts`: SQL that is true for the rows that count. `asked`: SQL of what is `decided` for each.
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
            parts = {"n": f"count({asked})", "total": f"sum({asked})"}
            if with_squares:
                parts["squares"] = _sum_of_squares(asked)
    parts["excluded"] = count_of(f"not {counts}")
    parts |= {part: count_of(condition) for part, condition in too_near(kpi).items()}
    if kpi.stands_for:
        parts["weight"] = f"max(case when {counts} then cast(round({MILLION} * {kpi.stands_for}) as bigint) end)"
    return {f"{kpi.id}__{part}": sql for part, sql in parts.items()}


def too_near(kpi: Kpi) -> dict[str, str]:
    """SQL that is true for rows too near an end of the data: its beginning, or else its end."""
    unseen = {"unseen": kpi.unseen} if kpi.seen_days else {}
    young = " and not ".join([kpi.young, *unseen.values()])
    return unseen | ({"young": young} if kpi.ripe_days else {})


def _contribution(kpi: Kpi) -> str:
    """What one row adds to a count or sum."""
    return f"case when {kpi.counts} then {'1' if kpi.kind == 'count' else f'coalesce({kpi.value}, 0)'} else 0 end"


def product(top: Kpi, bottom: Kpi) -> str:
    return f"cast(sum(cast(round(({_contribution(top)}) * ({_contribution(bottom)}) * 1000) as bigint)) as bigint)"
