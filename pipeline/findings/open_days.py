"""Days on which next to nothing came: a holiday makes no change of what is counted by the week, and hides none for a year."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.kpis import Kpi
from pipeline.sql_text import quoted
from pipeline.weeks import SOME, USUAL

FEWEST = 8
"""Records a weekday usually has: of fewer a quiet day is no closed one."""
LEAST = 0.5
"""Of a week's usual records: a week with fewer open days is compared with none."""


class OpenDays(NamedTuple):
    """By week the share of a usual week's records that its open days bear, and how many they are of how many `usual` ones."""

    share: pd.Series
    days: pd.Series
    usual: pd.Series


def open_days(centre: Centre, kpi: Kpi) -> OpenDays | None:
    """Of what counts records; None of all else, whose figures a closed day does not make smaller."""
    if kpi.kind != "count":
        return None
    weeks = centre.known_weeks(kpi.id)
    where = f"grain = 'day' and cut = '' and kpi = {quoted(kpi.id)} and week <= {quoted(centre.week)}"
    frame = centre.frame(f"select week, period, value from kpi_values where {where}")
    weekday = pd.to_datetime(frame["period"]).dt.day_of_week
    counts = frame.pivot_table(index="week", columns=weekday, values="value", aggfunc="sum")
    return told(counts.reindex(index=weeks, columns=range(7)).fillna(0.0))


def told(counts: pd.DataFrame) -> OpenDays:
    """Of counts by week and weekday: a day is open with a quarter of what its weekday usually had in the quarter up to it."""
    usual = counts.rolling(USUAL + 1, min_periods=1).median()
    usual = usual.where(usual >= FEWEST, 0.0)
    is_open = (counts >= SOME * usual) & (usual > 0)
    share = ((is_open * usual).sum(axis=1) / usual.sum(axis=1)).fillna(1.0)
    return OpenDays(share.where(share >= LEAST), is_open.sum(axis=1), (usual > 0).sum(axis=1))
