"""What changed in a team before and since an event noted for it, compared with other teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import isnan
from typing import Any, NamedTuple

import pandas as pd

from pipeline.findings import judges
from pipeline.findings.centre import FOLLOWED, POOLED, REPEAT, Centre
from pipeline.findings.record import Figure, Finding, Records, Verdict, seen
from pipeline.kpis import RETURN_DAYS
from pipeline.statistics.before_after import Change, change_apart
from pipeline.weeks import in_weeks, week_end
from pipeline.zones import offset_at, week_start

FEWEST_BEFORE, FEWEST_SINCE = 4, 2
"""Whole weeks."""
UNITS = {"handle": "s_change", "returned": "share_change", "warm": "share_change"}
"""Units of the outcomes compared for each event."""
NEEDED = {"handle", "returned"}
"""Outcomes that must be known on both sides for an event to be told."""
OF_TEAMS = "agent is not null and team is not null"
TIMED = f"is_answered and is_customer_made and not is_written and handle_s > 0 and {OF_TEAMS}"
CONTACTS = f"""select week, agent, team, coalesce(topic, '') as topic, case when {TIMED} then handle_s end as handle,
    case when {FOLLOWED} then case when {REPEAT} then 1.0 else 0.0 end end as returned
from fact_contacts where is_answered and {OF_TEAMS}"""
JUDGED = f"""select week, agent, team, coalesce(topic, '') as topic, warm, evaluator
from {judges.CONTACTS} where {OF_TEAMS}"""


class Event(NamedTuple):
    """An event of one team, with the whole weeks before it (at most a quarter) and those within it, as far as returns
    are known.

    touched: other teams with an event of their own in these weeks; they do not show what chance does.
    """

    team: str
    before: tuple[str, ...]
    since: tuple[str, ...]
    touched: tuple[str, ...] = ()


def find(centre: Centre) -> list[Finding]:
    events = noted(centre)
    compared = {event: _compared(centre, event) for event in events}
    level = 1 - 0.05 / max(sum(map(len, compared.values())), 1)
    found = {event: _findings(centre, event, compared[event], level) for event in events}
    return [replace(f, parts=tuple(events[event])) for event, findings in found.items() for f in findings]


def noted(centre: Centre) -> dict[Event, list[dict[str, str]]]:
    """The events that name a team and have enough weeks before and since; title and day as noted."""
    parts: dict[Event, list[dict[str, str]]] = defaultdict(list)
    rows = centre.results.document("events")
    for row in rows:
        event = _event(centre, row)
        if len(event.before) >= FEWEST_BEFORE and len(event.since) >= FEWEST_SINCE and event.team:
            starts, _ = _span(row)
            day = (starts + offset_at(centre.zone, starts)).date().isoformat()
            told = {"title": str(row["title"]), "day": day}
            parts[event._replace(touched=_touched(centre, event, rows))].append(told)
    return {event: parts[event] for event in sorted(parts)}


def _event(centre: Centre, row: dict[str, Any]) -> Event:
    zone, ripe = centre.zone, centre.ripe_for(RETURN_DAYS)
    starts, ends = _span(row)
    before = [week for week in ripe if week_end(week, zone) <= starts]
    since = [week for week in ripe if week_start(week, zone) >= starts and week_end(week, zone) <= ends]
    return Event(row.get("team") or "", tuple(before[-POOLED:]), tuple(since))


def _touched(centre: Centre, event: Event, rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Other teams for which a noted event begins or ends within the event's weeks."""
    first, last = week_start(event.before[0], centre.zone), week_end(event.since[-1], centre.zone)
    teams = {row.get("team") or "" for row in rows if any(first <= at < last for at in _span(row))}
    return tuple(sorted(teams - {event.team, ""}))


def _span(row: dict[str, Any]) -> tuple[datetime, datetime]:
    starts, ends = row["starts_at"], row["ends_at"]
    return datetime.fromisoformat(starts), datetime.fromisoformat(ends) if ends else datetime.max


def _compared(centre: Centre, event: Event) -> dict[str, pd.DataFrame]:
    """Rows of the event's weeks by outcome, for the outcomes whose change can be told."""
    weeks = in_weeks((*event.before, *event.since))
    rows = pd.concat([centre.frame(f"{asked} and {weeks}") for asked in (CONTACTS, JUDGED)], ignore_index=True)
    rows = rows[~rows["team"].isin(event.touched)]
    asked = {name: rows.dropna(subset=[name]) for name in UNITS}
    return {name: known for name, known in asked.items() if not isnan(_changed(event, name, known).low)}


def _changed(event: Event, name: str, rows: pd.DataFrame, level: float = 0.95) -> Change:
    is_since = rows["week"].isin(event.since)
    return change_apart(rows[name], rows["agent"], rows["team"], rows["topic"], is_since, event.team, level)


def _is_by_others(event: Event, judged: pd.DataFrame) -> bool:
    """Whether other evaluators judge either side since the event: the event's own team, or the others."""
    is_own = judged["team"] == event.team
    sides = (judged[is_own], judged[~is_own])
    return any(judges.is_by_others(side, side["week"].isin(event.since)) for side in sides)


def _findings(centre: Centre, event: Event, compared: dict[str, pd.DataFrame], level: float) -> list[Finding]:
    """One finding, or none where there are too few people. `level`: of each range, so that all ranges of a page hold at
    once."""
    if compared.keys() >= NEEDED:
        return [_told(centre, event, compared, level)]
    everybody = _compared(centre, event._replace(touched=())) if event.touched else {}
    return [_alone(centre, event, everybody["handle"])] if everybody.keys() >= NEEDED else []


def _alone(centre: Centre, event: Event, everybody: pd.DataFrame) -> Finding:
    own = everybody[everybody["team"] == event.team]
    figures = {"contacts": Figure(len(own), "count", n=len(own))}
    return _state(centre, event, "untold", figures, _records(event, own))


def _told(centre: Centre, event: Event, compared: dict[str, pd.DataFrame], level: float) -> Finding:
    by_others = "warm" in compared and _is_by_others(event, compared["warm"])
    known = [name for name in compared if name != "warm" or not by_others]
    changes = {name: _changed(event, name, compared[name], level) for name in known}
    figures = {
        name: Figure(change.value, UNITS[name], change.low, change.high, len(compared[name]))
        for name, change in changes.items()
    }
    people = compared["handle"].groupby(compared["handle"]["team"] == event.team)["agent"].nunique()
    figures |= {"people": Figure(int(people[True]), "count"), "others": Figure(int(people[False]), "count")}
    verdicts = {seen(change.low, change.high) for change in changes.values()}
    verdict: Verdict = "seen" if "seen" in verdicts else "no_detectable_change"
    more = {} if all(change.teams for change in changes.values()) else {"teams": "few"}
    more |= {"judged": "by_others"} if by_others else {}
    return _state(centre, event, verdict, figures, _records(event, compared["handle"]), more)


def _state(
    centre: Centre,
    event: Event,
    verdict: Verdict,
    figures: dict[str, Figure],
    records: Records,
    more: dict[str, str] | None = None,
) -> Finding:
    labels = {"band": event.since[0], **(more or {})}
    weight = 5.0 * (verdict == "seen")
    found = centre.state(
        "before_after", verdict, "aht_contact", weight, figures, records, labels=labels, team=event.team
    )
    return replace(found, weeks=(event.since[0], event.since[-1]))


def _records(event: Event, compared: pd.DataFrame) -> Records:
    """The timed contacts of the teams that are compared, first those of the event's own since then."""
    counts = f"{TIMED} and {in_weeks((*event.before, *event.since))} and team in (select team from teams)"
    telling = f"team in (select team from own) and {in_weeks(event.since)}"
    keys = {"teams": compared[["team"]].drop_duplicates(), "own": pd.DataFrame({"team": [event.team]})}
    return Records("fact_contacts", counts, telling, keys=keys)
