"""Speed against quality: one panel for each outcome, with its chart or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.report.charts import Chart, Key
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, first_awaited, first_known, row_of, title, why_absent
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
    names_people: bool = False


def panels(
    data: Collected, words: Words, speeds: tuple[str, ...] = SPEED, kinds: Kinds = QUALITY, heading: str = "tradeoff"
) -> list[Panel]:
    """One panel a kind of quality; `heading` is the part of the locale that names them."""
    found = [_panel(data, words, speeds, kind, names, heading) for kind, names in kinds]
    return [_read(data, words, panel, heading) for panel in found]


def _read(data: Collected, words: Words, panel: Panel, part: str) -> Panel:
    """Its chart with what the page says once for all of them."""
    if panel.chart is None:
        return panel
    chart = panel.chart.below(lead(data, words, part, [panel]), panel.teams and f"{panel.teams}.")
    said = (*chart.said, caution(words, part, [panel]))
    return replace(panel, chart=replace(chart, legend=legend(words, [panel]), said=said))


def around(data: Collected, words: Words, part: str, shown: Sequence[Panel]) -> dict[str, Any]:
    """What stands around the panels of a page, by the names that templates use."""
    return {
        "tradeoff_lead": lead(data, words, part, shown),
        "tradeoff_legend": legend(words, shown),
        "tradeoff_caution": caution(words, part, shown),
    }


def lead(data: Collected, words: Words, part: str, shown: Sequence[Panel]) -> str:
    """What is said before panels: of people, of teams or of both; nothing where there is no chart."""
    if not any(panel.chart for panel in shown):
        return ""
    has_people, has_teams = any(panel.people for panel in shown), any(panel.has_teams for panel in shown)
    who = ("_people", "")[has_teams] if has_people else "_teams"
    weeks = words.count("unit.weeks", len(data.pooled))
    said = words(f"{part}.panels_lead{who}", weeks=weeks, days=words.weeks(data.pooled))
    said += " " + words("tradeoff.known" if data.ripe[RETURNS] else "tradeoff.unknown")
    is_judged = any(panel.id == "pec" and panel.chart and panel.people for panel in shown)
    return f"{said} {words('tradeoff.single_week')}" if is_judged else said


def caution(words: Words, part: str, shown: Sequence[Panel]) -> str:
    """What is said after panels; nothing where there is no chart."""
    if not any(panel.chart for panel in shown):
        return ""
    return words(f"{part}.caution" if any(panel.people for panel in shown) else f"{part}.caution_teams")


def legend(words: Words, shown: Sequence[Panel]) -> tuple[Key, ...]:
    """What dots, diamonds, names and lines are; nothing where nobody is shown."""
    if not any(panel.people for panel in shown):
        return ()
    team = [Key("diamond", "--team", words("tradeoff.legend_team"))] if any(p.has_teams for p in shown) else []
    named = [Key("name", "--text", words("tradeoff.legend_named"))] if any(p.names_people for p in shown) else []
    return (
        Key("dot", "--ink", words("tradeoff.legend_clear")),
        Key("dot", "--faint", words("tradeoff.legend_unclear")),
        *team,
        *named,
        Key("dash", "--muted", words("tradeoff.legend_line")),
    )


def _panel(
    data: Collected, words: Words, speeds: tuple[str, ...], kind: str, names: tuple[str, ...], part: str
) -> Panel:
    speed, chosen = first_known(data.centre, speeds), first_known(data.centre, names)
    quality, quick = (title(words, data.catalogue[name]) for name in (chosen or names[0], speed or speeds[0]))
    heading = words(f"{part}.panel", quality=quality, speed=quick[:1].lower() + quick[1:])
    outcome = None if chosen else first_awaited(data.centre, names) or names[0]
    reason = _reason(data, words, None if speed else speeds[0], outcome)
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
    names_people = any(point.is_named for point in found)
    return Panel(kind, heading, chart, "", beside, people, has_teams=people < len(found), names_people=names_people)


def _reason(data: Collected, words: Words, *missing: str | None) -> str:
    """Why there is no chart, told from the first KPI that is missing; nothing when there can be one."""
    name = next((name for name in missing if name), None)
    return why_absent(data, words, name, row_of(data.centre, name)) if name else ""
