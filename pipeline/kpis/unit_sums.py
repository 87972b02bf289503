"""SQL of the sums over units of dependent rows, KPI by KPI."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.kpis import Kpi
from pipeline.kpis.row_sums import MILLION, count_of, too_near


def united(kpis: list[Kpi], ratios: Mapping[str, tuple[Kpi, Kpi]], column_of: Mapping[str, str]) -> dict[str, str]:
    """As `sums_of`, from the sums of each unit, and the products of ratios."""
    sums = {f"{name}__xy": _united_product(*parts, column_of) for name, parts in ratios.items()}
    for kpi in kpis:
        sums |= {f"{kpi.id}__{part}": sql for part, sql in _of_units(kpi, column_of).items()}
        for part in too_near(kpi):
            sums[f"{kpi.id}__{part}"] = f"cast(sum({column_of[f'{kpi.id}__{part}']}) as bigint)"
    return sums


def _of_units(kpi: Kpi, column_of: Mapping[str, str]) -> dict[str, str]:
    """The parts of a KPI's sums; also how many units have rows that count (`units`), and the sums of squares and
    products over units."""
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
        if kpi.is_of_day:
            parts["squares_of_rows"] = f"cast(sum({column_of[f'{kpi.id}__squares']}) as double)"
    elif kpi.kind == "max":
        parts["total"] = f"max({column_of[f'{kpi.id}__total']})"
    return parts


def _of_means(n: str, total: str, excluded: str) -> dict[str, str]:
    """The same where each unit is one observation, the mean of its rows: all but one of a unit's rows are left out.

    Means are summed exactly, in millionths of the unit of the rows.
    """
    mean = f"cast(round({MILLION} * {total} / nullif({n}, 0)) as bigint)"
    return {
        "n": count_of(f"{n} > 0"),
        "excluded": f"cast(sum({excluded} + greatest({n} - 1, 0)) as bigint)",
        "total": f"cast(sum({mean}) as bigint) / {MILLION}",
        "squares": f"{_sum_of_products(mean, mean)} / {MILLION} / {MILLION}",
    }


def _weighed(n: str, total: str, weight: str) -> dict[str, str]:
    """Where each unit stands for others: the sum of how many, of those among them that meet the share (in millionths),
    and of squares."""
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
