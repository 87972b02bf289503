"""Figures of a frame found by what they are of, and the series of a KPI over the weeks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import zones
from pipeline.findings.record import NAMED
from pipeline.kpis import Kpi
from pipeline.report.collect import Collected
from pipeline.report.needs import needs
from pipeline.report.words import Words
from pipeline.statistics import xmr
from pipeline.weeks import RECENT, thin_weeks, with_gaps

SPEED = ("aht", "talk_mean")
RESOLUTION = ("resolution_rate", "resolution_inferred", "resolution_customer", "resolution_stated")
"""In order of preference: the first that the data allow is shown, under its own name."""


NOTHING = (math.nan, math.nan, None)
"""Value, records and reason of a week without a row."""


@dataclass(frozen=True)
class Series:
    """A KPI of the centre or of a queue, topic or channel, calendar week by week; NaN is a week without a figure, `absences`
    why some have none. `thin`: the weeks that others cannot be compared with. `is_short`: the newest is a
    count of fewer days than usual. `changed_at`: where the definition last
    changed, 0 if never; all weeks are told by the new one. `target`: NaN where none is set. `records`: of each week, how many it
    rests on."""

    kpi: Kpi
    weeks: list[str]
    values: NDArray[np.float64]
    changed_at: int
    judged: str | None
    absences: Mapping[str, str] = field(default_factory=dict)
    thin: frozenset[str] = frozenset()
    is_short: bool = False
    target: float = math.nan
    records: Mapping[str, float] = field(default_factory=dict)

    def digits(self, week: str) -> int | None:
        """With how many decimals the figure of a week is written."""
        return digits(self.kpi, self.records.get(week, math.nan))

    @property
    def compared(self) -> NDArray[np.float64]:
        """The values, without those of thin weeks."""
        return np.where([week in self.thin for week in self.weeks], np.nan, self.values)

    def absence(self, week: str) -> str:
        """Why a week has no figure."""
        return self.absences.get(week, "no_rows")

    @cached_property
    def chart(self) -> xmr.XmR:
        return xmr.xmr(self.compared)

    @cached_property
    def is_odd(self) -> NDArray[np.bool_]:
        """Weeks outside what is usual; none while too few are known to say what that is."""
        return self.chart.is_signal & (not self.chart.is_trial)

    @property
    def verdict(self) -> str:
        """Of the findings, whose false alarms are held for the whole page; a chart's own signal is only a reason to look."""
        if self.is_short:
            return self.judged or "no_detectable_change"
        signal = xmr.verdict(self.compared, self.kpi.better)
        if self.judged in NAMED or self.judged == "untold":
            return self.judged
        return "stands_out" if signal in NAMED else self.judged or signal


def series(data: Collected, name: str, last: str | None, dimension: str = "", key: str = "") -> Series:
    """The weekly values of a KPI up to `last`, of the centre or of a queue, topic or channel."""
    weeks = list(with_gaps(tuple(week for week in data.history if last is not None and week <= last)))
    unripe = data.unripe[name]
    by_week = _weekly(Same(data.of_cut(dimension)), dimension).get((name, key), {})
    known_weeks = {week: by_week[week] for week in weeks if week in by_week and week not in unripe}
    values = np.array([known_weeks.get(week, NOTHING)[0] for week in weeks], dtype=float)
    absences = {week: why for week, (_, _, why) in known_weeks.items() if known(why)}
    absences |= {week: data.why_unripe(name, week) for week in unripe}
    changed = [c["week"] for c in data.documents["changes"] if c["kpi"] == name and weeks and c["week"] <= weeks[-1]]
    changed_at = sum(week < max(changed) for week in weeks) if changed else 0
    kpi, judged = data.catalogue[name], None if dimension else data.verdict_of(name)
    records = {week: n for week, (_, n, _) in known_weeks.items()}
    thin = thin_weeks(records) if kpi.is_of_records else frozenset()
    target = data.target(name, dimension, key)
    is_short, aim = data.is_short(name, last), math.nan if target is None else target
    return Series(kpi, weeks, values, changed_at, judged, absences, thin, is_short, aim, records)


def row_before(data: Collected, name: str, week: str, **where: str) -> Mapping[str, Any] | None:
    """The KPI's row of the calendar week before; of one whose outcomes are not known, that alone."""
    before = zones.week_before(week)
    if before in data.unripe[name]:
        return {"value": None, "n": None, "why": data.why_unripe(name, before)}
    return row_of(data.of_cut(next(iter(where), "")), name, period=before, **where) if before in data.history else None


def row_of(frame: pd.DataFrame, name: str, **where: str) -> Mapping[str, Any] | None:
    """The first row of a KPI with these values, or None."""
    return _rows(Same(frame), tuple(where)).get((name, *where.values()))


@dataclass(frozen=True, eq=False)
class Same:
    """A frame told from others by identity, so that what is indexed once is found again."""

    frame: pd.DataFrame

    def __hash__(self) -> int:
        return id(self.frame)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.frame is self.frame


@lru_cache(maxsize=32)
def _rows(same: Same, columns: tuple[str, ...]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """The first row of a KPI and these columns' values."""
    lists = {str(name): same.frame[name].tolist() for name in same.frame.columns}
    keys = zip(*(lists[column] for column in ("kpi", *columns)), strict=True)
    rows = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
    return dict(reversed([*zip(keys, rows, strict=True)]))


@lru_cache(maxsize=32)
def _weekly(same: Same, dimension: str) -> dict[tuple[str, str], dict[str, tuple[float, float, Any]]]:
    """KPI and the dimension's value ("" of the centre) -> week -> value, records and why there is none."""
    frame = same.frame
    keys = frame[dimension].tolist() if dimension else [""] * len(frame)
    columns = (frame[name].tolist() for name in ("kpi", "period", "value", "n", "why"))
    found: dict[tuple[str, str], dict[str, tuple[float, float, Any]]] = {}
    for key, kpi, week, *told in zip(keys, *columns, strict=True):
        found.setdefault((kpi, key), {})[week] = tuple(told)
    return found


def digits(kpi: Kpi, n: float) -> int | None:
    """A tenth of a percent is said only of a few hundred records."""
    return 0 if kpi.unit == "share" and n < 400 else None


def known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value)) and value is not pd.NA


def first_known(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """The first of the KPIs that has a figure anywhere in the frame."""
    known_ones = known_kpis(Same(frame))
    return next((name for name in names if name in known_ones), None)


def first_awaited(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """The first of the KPIs whose outcomes were not to be seen so far."""
    waits = frozenset(frame.loc[frame["why"].isin(["not_yet", "not_followed"]), "kpi"])
    return next((name for name in names if name in waits), None)


@lru_cache(maxsize=32)
def known_kpis(same: Same) -> frozenset[str]:
    """The KPIs that have a figure anywhere in the frame."""
    return frozenset(same.frame.loc[same.frame["value"].notna(), "kpi"])


def is_anonymous(data: Collected) -> bool:
    """Whether none of the last weeks' customers is told from others: nobody is then seen to come back, or to wait."""
    rows = data.of_cut("")
    recent = (rows["kpi"] == "identified") & rows["period"].isin(data.history[-RECENT:])
    shares = rows.loc[recent, "value"].dropna()
    return len(shares) > 0 and bool((shares == 0).all())


def reason(row: Mapping[str, Any] | None) -> str:
    """Why there is no figure, as [why] names it."""
    return str(row["why"]) if row is not None and known(row.get("why")) else "no_rows"


def lacking(data: Collected, words: Words, name: str) -> str:
    """What must be delivered for a KPI; nothing if it has a figure in some week."""
    return "" if first_known(data.of_cut(""), [name]) else needs(words, data.catalogue, name)


def why_absent(data: Collected, words: Words, name: str, row: Mapping[str, Any] | None) -> str:
    """Why a KPI has no figure, and what must be delivered for it if that is why."""
    code, what = reason(row), lacking(data, words, name)
    form = "now" if first_known(data.of_cut(""), [name]) else "needs" if what else "long"
    key = f"why.{code}_{form}"
    return words(key if key in words.strings else f"why.{code}_long", what=what)


def why_unripe(data: Collected, words: Words, name: str) -> str:
    """Why the outcomes of no week are known."""
    return words(f"why.{data.why_unripe(name)}_long")


def title(words: Words, kpi: Kpi) -> str:
    return kpi.title[words.language]


def axis_name(words: Words, kpi: Kpi) -> str:
    """The KPI's name; marks of a duration do not say their unit."""
    name = title(words, kpi)
    return words("unit.axis_s", name=name) if kpi.unit == "s" else name
