"""Closed days: a holiday is no change in what is counted by the week, and hides none."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.kpis import Kpi
from pipeline.sql_text import quoted
from pipeline.weeks import SOME, USUAL

FEWEST = 8
"""Records that a weekday usually has; with fewer, a quiet day is no sign of a closed one."""
LEAST = 0.5
"""Share of a usual week's records; a week whose open days bear less is compared with none."""


class OpenDays(NamedTuple):
    """By week: the share of a usual week's records that its open days bear, the number of open days, and of `usual`
    ones."""

    share: pd.Series
    days: pd.Series
    usual: pd.Series


def open_days(centre: Centre, kpi: Kpi) -> OpenDays | None:
    """The open days for a KPI that counts records; None for others, whose figures a closed day does not lower."""
    if kpi.kind != "count":
        return None
    weeks = centre.known_weeks(kpi.id)
    where = f"grain = 'day' and cut = '' and kpi = {quoted(kpi.id)} and week <= {quoted(centre.week)}"
    frame = centre.frame(f"select week, period, value from kpi_values where {where}")
    weekday = pd.to_datetime(frame["period"]).dt.day_of_week
    counts = frame.pivot_table(index="week", columns=weekday, values="value", aggfunc="sum")
    return told(counts.reindex(index=weeks, columns=range(7)).fillna(0.0))


def told(counts: pd.DataFrame) -> OpenDays:
    """The same from counts by week and weekday: a day is open with at least a quarter of its weekday's usual count in
    the quarter up to it."""
    usual = counts.rolling(USUAL + 1, min_periods=1).median()
    usual = usual.where(usual >= FEWEST, 0.0)
    is_open = (counts >= SOME * usual) & (usual > 0)
    share = ((is_open * usual).sum(axis=1) / usual.sum(axis=1)).fillna(1.0)
    return OpenDays(share.where(share >= LEAST), is_open.sum(axis=1), (usual > 0).sum(axis=1))
