"""Headline tiles: the figure, its week, its history as a small line, and what can be said of its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.findings.changes import JUDGED
from pipeline.kpis import Kpi
from pipeline.report.collect import Collected
from pipeline.report.figures import (
    RESOLUTION,
    SPEED,
    Series,
    digits,
    first_known,
    known,
    row_of,
    series,
    title,
    why_absent,
    why_unripe,
)
from pipeline.report.sparkline import FEWEST_WEEKS, Sparkline, sparkline
from pipeline.report.targets import beside_target, held, misses, over_weeks
from pipeline.report.words import Words

ALARM_SHARE, ALARM_SHARE_LINKED = 0.029, 0.106
"""Of quiet weeks in which a rule of the chart fires: independent ones with 12 earlier points, and with 25 where each week
correlates by .4 with the one before (see pipeline.statistics.xmr.verdict)."""
Group = tuple[str | tuple[str, ...], ...]
GROUPS: dict[str, Group] = {
    "speed": ("offered", "service_level", "abandonment", "asa", SPEED, "calls_per_hour"),
    "quality": ("pec_rate", "csat", RESOLUTION, "effort_per_resolved", "repeat_7d", "repeat_1d"),
}
"""A tuple stands for the first of it that the data allow."""
WRITTEN: Group = (
    "tickets_created", "first_reply_p50", "first_reply_p90", ("sla_met", "sla_met_stated"), "backlog", "solved_per_opened",
)  # fmt: skip
"""Speed where there are tickets and no calls."""
UNCOUNTED = "fact_ticket_days"
"""A fact whose rows, days of queues, say nothing of how much a figure rests on."""


@dataclass(frozen=True)
class Tile:
    kpi: Kpi
    title: str
    value: str
    week: str
    is_earlier: bool
    rows: str
    change: str
    verdict: str
    signal: str
    target: str
    late: str
    spark: Sparkline | None
    usual: str = ""
    year_ago: str = ""
    why: str = ""
    missed: str = ""
    held: str = ""
    span: str = ""
    """missed: the target, where the figure misses it. held: the target and whether the figure meets it; target: that, and whether
    its weeks do. span: what chance leaves open of a sample."""

    @property
    def direction(self) -> str:
        """Of what only stands out, in which direction; else nothing."""
        return self.signal if self.verdict == "stands_out" else ""


def tiles(data: Collected, words: Words) -> dict[str, list[Tile]]:
    return {group: [tile(data, words, name) for name in names] for group, names in headline(data).items()}


def headline(data: Collected) -> dict[str, list[str]]:
    """The KPIs of each group."""
    is_written = data.written is not None and choose(data, ("offered", "tickets_created")) != "offered"
    groups = GROUPS | {"speed": WRITTEN} if is_written else GROUPS
    return {group: [choose(data, name) for name in names] for group, names in groups.items()}


def choose(data: Collected, names: str | tuple[str, ...]) -> str:
    """The first of the KPIs that has a figure in any week; else the first."""
    if isinstance(names, str):
        return names
    return first_known(data.of_cut(""), names) or names[0]


def tile(data: Collected, words: Words, name: str) -> Tile:
    week, kpi = data.week_of(name), data.catalogue[name]
    line = series(data, name, week)
    row = row_of(data.of_cut(""), name, period=week) if week else None
    absent = row is None or not known(row["value"])
    return Tile(
        kpi=kpi,
        title=title(words, kpi),
        value="" if row is None or absent else beside_target(words, kpi, row, line.target),
        week=words.week(week) if week else "",
        is_earlier=week != data.week,
        rows="" if row is None or absent else counted_rows(data, words, kpi, row),
        change="" if row is None or absent else _change(words, line, row["n"]),
        verdict=line.verdict if len(line.weeks) else "too_few",
        signal="" if absent else signal(words, line),
        target="" if row is None or absent else over_weeks(words, line, row),
        late=_late(data, words, kpi),
        spark=None if absent else _spark(words, line),
        usual=words("tile.usual", span=span) if not absent and (span := usual(words, line)) else "",
        year_ago="" if absent else _year_ago(data, words, kpi, week),
        why="" if not absent else why_unripe(data, words, name) if week is None else why_absent(data, words, name, row),
        missed=words.target(kpi.unit, line.target) if not absent and misses(kpi, line.values[-1], line.target) else "",
        held="" if row is None or absent else held(words, line, row),
        span="" if row is None or absent else _span(words, kpi, row),
    )


def _late(data: Collected, words: Words, kpi: Kpi) -> str:
    """How little has come in for the reported week, where that is why an earlier one is shown."""
    if kpi.of not in JUDGED or data.week_of(kpi.id) == data.week:
        return ""
    row = row_of(data.of_cut(""), kpi.id, period=data.week)
    count = int(row["n"]) if row is not None and known(row["n"]) else 0
    return words("tile.late", rows=_counted(data, words, kpi, count))


def _year_ago(data: Collected, words: Words, kpi: Kpi, week: str | None) -> str:
    """The same ISO week of the year before, where the data reach back that far."""
    year, number = (week or "0000-W00").split("-W")
    then = f"{int(year) - 1:04d}-W{number}"
    row = row_of(data.of_cut(""), kpi.id, period=then)
    if row is None or not known(row["value"]) or then in data.unripe[kpi.id]:
        return ""
    return words("tile.year_ago", value=words.figure(kpi.unit, row["value"], digits(kpi, row["n"])))


def counted_rows(data: Collected, words: Words, kpi: Kpi, row: Mapping[str, Any]) -> str:
    """On how many rows of a fact, or units of such, the figure rests, and which of them it is divided by; nothing of a count."""
    if not is_on_rows(data, kpi):
        return ""
    rows = _counted(data, words, kpi, int(row["n"]))
    part = f"rows.of_{kpi.ratio[1]}" if kpi.ratio else ""
    return words(part, n=words.number(row["denominator"]), rows=rows) if part in words.strings else rows


def is_on_rows(data: Collected, kpi: Kpi) -> bool:
    """Whether the number of its rows says on how much a figure rests."""
    return kpi.kind != "count" and _fact(data, kpi) != UNCOUNTED


def _counted(data: Collected, words: Words, kpi: Kpi, n: int) -> str:
    return words.count(f"rows.{'units_of_' if kpi.is_of_units else ''}{_fact(data, kpi)}", n)


def _fact(data: Collected, kpi: Kpi) -> str:
    return data.catalogue[kpi.ratio[0]].of if kpi.ratio else kpi.of


def _change(words: Words, line: Series, n: float) -> str:
    compared = line.compared[-2:]
    if len(compared) < 2 or np.isnan(compared).any():
        return words("tile.no_week_before")
    places = digits(line.kpi, n)
    difference = words.difference(line.kpi.unit, compared[1] - compared[0], places)
    if not any(figure in difference for figure in "123456789"):
        return words("tile.as_before")
    return words("tile.change", value=difference)


def signal(words: Words, line: Series) -> str:
    """Which rule makes the newest week stand out; nothing when none does."""
    chart = line.chart
    if not len(line.values) or chart.is_trial or line.verdict in ("too_few", "untold", "no_detectable_change"):
        return ""
    rules = {"outside": chart.outside, "run": chart.run, "trend": chart.trend, "two_of_three": chart.two_of_three}
    fired = next((name for name, marks in rules.items() if marks[-1] != 0), None)
    return "" if fired is None else words(f"signal.{fired}_{'high' if rules[fired][-1] > 0 else 'low'}")


def verdict_said(words: Words, line: Series) -> str:
    """The verdict on the newest week; of one that only stands out, in which direction it does."""
    return (line.verdict == "stands_out" and signal(words, line)) or words(f"verdict.{line.verdict}")


def _span(words: Words, kpi: Kpi, row: Mapping[str, Any]) -> str:
    if not (known(row["low"]) and known(row["high"])):
        return ""
    return words.span(kpi.unit, row["low"], row["high"], digits(kpi, row["n"]))


def _spark(words: Words, line: Series) -> Sparkline | None:
    """The last year at most."""
    values, chart = line.compared[-52:], line.chart
    if np.count_nonzero(~np.isnan(values)) < FEWEST_WEEKS:
        return None
    places = line.digits(line.weeks[-1])
    low, high = (words.figure(line.kpi.unit, float(bound), places) for bound in (np.nanmin(values), np.nanmax(values)))
    alt = words("tile.spark", weeks=words.count("unit.weeks", len(values)), low=low, high=high)
    limits = None if np.isnan(chart.upper) or chart.is_trial else (chart.lower, chart.upper)
    alt += " " + words("tile.spark_usual", span=span) if (span := usual(words, line)) else ""
    return sparkline([float(v) for v in values], alt, limits)


def usual(words: Words, line: Series) -> str:
    """The limits of its earlier weeks, none below nought or above the whole, with the decimals of the figure that is read beside
    them; nothing where there are none."""
    chart, unit = line.chart, line.kpi.unit
    if chart.is_trial or not chart.lower < chart.upper:
        return ""
    most = 1.0 if unit == "share" else chart.upper
    return words.span(unit, max(chart.lower, 0.0), min(chart.upper, most), line.digits(line.weeks[-1]))


def judged(shown: dict[str, list[Tile]]) -> list[Tile]:
    return [tile for group in shown.values() for tile in group if tile.value and tile.verdict != "too_few"]


def chances_of_an_alarm(words: Words, count: int) -> dict[str, str]:
    """Share of weeks in which at least one of so many quiet tiles stands out, if weeks are independent and if they are linked."""
    shares = {"share": ALARM_SHARE, "linked": ALARM_SHARE_LINKED}
    return {name: words.percent(1.0 - (1.0 - share) ** count) for name, share in shares.items()}
