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


def ranks_of(quantiles: list[float], sizes: np.ndarray[Any, np.dtype[Any]]) -> pd.DataFrame:
    """For every group size n and each quantile, by its number, the ranks from 1, 0 where there is none: around the
    quantile's place, and those of its limits."""
    columns = {"n": sizes}
    for number, q in enumerate(quantiles):
        place = (sizes - 1) * q
        ranks = (1 + np.floor(place), 1 + np.ceil(place), *intervals.quantile_ranks(sizes, q))
        columns |= {f"{pick}_{number}": rank.astype(np.int64) for pick, rank in zip(PICKS, ranks, strict=True)}
    return pd.DataFrame(columns)


def quantiles_of(kpis: list[Kpi]) -> list[float]:
    """The quantiles by their numbers."""
    return list(dict.fromkeys(kpi.q or 0.5 for kpi in kpis))


def rank_sql(fact: str, kpis: list[Kpi], cube: Cube) -> str:
    """All quantiles of a fact for all cuts in one scan: for each, the values at the ranks that the table `ranks` gives
    for the size of its group.

    The values of a group are held in memory, once a cut.
    """
    values = list(dict.fromkeys((kpi.counts, kpi.value) for kpi in kpis))
    quantiles = quantiles_of(kpis)
    lists, picks, joins = [], [], []
    for place, value in enumerate(values):
        known = _known(f"({value[0]})", value[1])
        lists += [
            f"{count_of(known)} as n_{place}",
            f"list_sort(list({value[1]}) filter (where {known})) as values_{place}",
        ]
        joins.append(f"left join ranks as ranks_{place} on ranks_{place}.n = listed.n_{place}")
        for kpi in kpis:
            if (kpi.counts, kpi.value) == value:
                picks += _picks(kpi, place, quantiles.index(kpi.q or 0.5))
    return (
        f"with counted as (select {cube.periods}, {fact}.* from {fact} where {cube.counted}), "
        f"listed as (select {', '.join([*cube.keys, *lists])} from counted group by grouping sets ({cube.sets})) "
        f"select {', '.join(['period', *cube.dimensions, 'cut', *picks])} from listed {' '.join(joins)}"
    )


def _picks(kpi: Kpi, place: int, number: int) -> list[str]:
    ranks = {pick: f"nullif(ranks_{place}.{pick}_{number}, 0)" for pick in PICKS}
    return [f"array_extract(values_{place}, {rank}) as {kpi.id}__{pick}" for pick, rank in ranks.items()]


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
