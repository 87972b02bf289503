"""Quantiles: which ranks of a group's values are needed, and the SQL that finds them, one statement a fact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.kpis import Kpi
from pipeline.kpis.cube import PERIODS, Cube
from pipeline.kpis.row_sums import count_of
from pipeline.statistics import intervals

PICKS = ("below", "above", "rank_low", "rank_high")
"""The ranks needed for a quantile: around its place, and those of its limits."""

HELD = 8_000_000
"""Values that a question about quantiles may hold in memory at once: some 300 MB."""


def ranks_of(kpi: Kpi, n: np.ndarray[Any, np.dtype[Any]]) -> pd.DataFrame:
    """For every group size its ranks from 1, NA where there is none: around the quantile's place, and those of its
    limits."""
    sizes = np.unique(np.nan_to_num(n)).astype(np.int64)
    place = (sizes - 1) * (kpi.q or 0.5)
    low, high = intervals.quantile_ranks(sizes, kpi.q or 0.5)
    ranks = (1 + np.floor(place), 1 + np.ceil(place), low, high)
    picks = {pick: pd.Series(rank, dtype="Int64").where(rank > 0) for pick, rank in zip(PICKS, ranks, strict=True)}
    return pd.DataFrame({"n": sizes} | picks)


def rank_sql(fact: str, kpis: list[Kpi], cube: Cube) -> str:
    """All quantiles of a fact for all cuts in one scan: for each, the values at the ranks that its table names.

    Names a table `<kpi>__ranks` for each KPI: a row per group size n with the PICKS as ranks from 1. The values of a
    group are held in memory, once a cut.
    """
    values = list(dict.fromkeys((kpi.counts, kpi.value) for kpi in kpis))
    lists, picks, joins = [], [], []
    for place, value in enumerate(values):
        alike = [kpi for kpi in kpis if (kpi.counts, kpi.value) == value]
        known = _known(f"({value[0]})", value[1])
        lists += [
            f"{count_of(known)} as n_{place}",
            f"list_sort(list({value[1]}) filter (where {known})) as values_{place}",
        ]
        picks += [f"array_extract(values_{place}, {k.id}__ranks.{p}) as {k.id}__{p}" for k in alike for p in PICKS]
        joins += [f"left join {k.id}__ranks on {k.id}__ranks.n = listed.n_{place}" for k in alike]
    return (
        f"with counted as (select {cube.periods}, {fact}.* from {fact} where {cube.counted}), "
        f"listed as (select {', '.join([*cube.keys, *lists])} from counted group by grouping sets ({cube.sets})) "
        f"select {', '.join(['period', *cube.dimensions, 'cut', *picks])} from listed {' '.join(joins)}"
    )


def portions(grain: str, sizes: pd.Series) -> list[str]:
    """SQL that splits the periods of a grain, in order, into stretches of HELD values."""
    if sizes.sum() <= HELD:
        return ["true"]
    portion = (sizes.cumsum() // HELD).to_numpy()
    ends = sizes.index.to_series().groupby(portion).agg(["first", "last"])
    return [f"{PERIODS[grain]} between '{row.first}' and '{row.last}'" for row in ends.itertuples()]


def _known(condition: str, value: str) -> str:
    """The rows whose value a quantile uses."""
    return f"{condition} and ({value}) is not null"
