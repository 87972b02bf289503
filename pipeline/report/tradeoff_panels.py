"""Speed against quality: one panel for each outcome, with its chart or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.charts import Chart
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, first_known, row_of, title, why, why_unripe
from pipeline.report.tradeoff import middle, points, teams, unworded
from pipeline.report.tradeoff_charts import chart_of
from pipeline.report.words import Words

Kinds = tuple[tuple[str, tuple[str, ...]], ...]
QUALITY: Kinds = (
    ("pec", ("pec_rate",)),
    ("resolution", RESOLUTION),
    ("effort", ("effort_per_resolved",)),
)
"""Kinds of quality, which name the corners, each with its KPIs in order of preference."""


@dataclass(frozen=True)
class Panel:
    """Speed against one outcome: its chart, or why there is none."""

    id: str
    title: str
    chart: Chart | None
    why: str = ""
    teams: str = ""
    people: int = 0
    has_teams: bool = False


def panels(
    data: Collected, words: Words, speeds: tuple[str, ...] = SPEED, kinds: Kinds = QUALITY, heading: str = "tradeoff"
) -> list[Panel]:
    """One panel a kind of quality; `heading` is the part of the locale that names them."""
    return [_panel(data, words, speeds, kind, names, heading) for kind, names in kinds]


def lead(data: Collected, words: Words, key: str, shown: Sequence[Panel]) -> str:
    """What is said before panels: of people, of teams or of both; nothing where there is no chart."""
    if not any(panel.chart for panel in shown):
        return ""
    has_people = any(panel.people for panel in shown)
    who = ("_people", "")[has_teams(shown)] if has_people else "_teams"
    weeks = words.count("unit.weeks", len(data.pooled))
    return words(f"{key}{who}", weeks=weeks, days=words.weeks(data.pooled))


def has_teams(shown: Sequence[Panel]) -> bool:
    """Whether a diamond is drawn."""
    return any(panel.has_teams for panel in shown)


def _panel(
    data: Collected, words: Words, speeds: tuple[str, ...], kind: str, names: tuple[str, ...], part: str
) -> Panel:
    speed, chosen = first_known(data.centre, speeds), first_known(data.centre, names)
    quality, quick = (title(words, data.catalogue[name]) for name in (chosen or names[0], speed or speeds[0]))
    heading = words(f"{part}.panel", quality=quality, speed=quick[:1].lower() + quick[1:])
    reason = _reason(data, words, None if speed else speeds[0], None if chosen else names[0])
    if reason or speed is None or chosen is None:
        return Panel(kind, heading, None, reason)
    found = points(data, kind, speed, chosen)
    if not found:
        return Panel(kind, heading, None, words("tradeoff.unnamed" if data.leaves_people_out else "tradeoff.nobody"))
    x, y = data.catalogue[speed], data.catalogue[chosen]
    middles = (middle(data, speed), middle(data, chosen))
    people = sum(not point.is_team for point in found)
    beside = teams(words, kind, found) if people else ""
    chart = chart_of(words, kind, (x, y), middles, found, unworded(data, words, kind, found))
    return Panel(kind, heading, chart, teams=beside, people=people, has_teams=people < len(found))


def _reason(data: Collected, words: Words, *missing: str | None) -> str:
    """Why there is no chart, told from the first KPI that is missing; nothing when there can be one."""
    if not data.pooled:
        return why_unripe(data, words, RETURNS)
    name = next((name for name in missing if name), None)
    return why(words, row_of(data.centre, name), "_long") if name else ""
