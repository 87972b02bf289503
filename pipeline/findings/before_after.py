"""What was done with one team and noted as an event: what changed in it beside the other teams, before and since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import isnan
from typing import Any, NamedTuple

import pandas as pd

from pipeline.findings.centre import FOLLOWED, POOLED, REPEAT, Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.kpis import RETURN_DAYS
from pipeline.statistics.before_after import change_apart
from pipeline.statistics.stratified import Difference
from pipeline.weeks import week_end
from pipeline.zones import week_start

FEWEST_BEFORE, FEWEST_SINCE = 4, 2
"""Whole weeks."""
UNITS = {"handle": "s_change", "returned": "share_change", "warm": "share_change"}
"""Of what is asked of each event."""
OF_TEAMS = "agent is not null and team is not null"
TIMED = f"is_answered and is_customer_made and not is_written and handle_s > 0 and {OF_TEAMS}"
CONTACTS = f"""select week, agent, team, coalesce(topic, '') as topic, case when {TIMED} then handle_s end as handle,
    case when {FOLLOWED} then case when {REPEAT} then 1.0 else 0.0 end end as returned
from fact_contacts where is_answered and {OF_TEAMS}"""
JUDGED = f"""select week, agent, team, coalesce(topic, '') as topic, cast(is_pec as double) as warm
from fact_evaluations where is_pec is not null and {OF_TEAMS}"""


class Event(NamedTuple):
    """Something noted of one team: at most a quarter of whole weeks before it, and those in it, as far as returns are known."""

    team: str
    before: tuple[str, ...]
    since: tuple[str, ...]


def find(centre: Centre) -> list[Finding]:
    events = noted(centre)
    compared = {event: _compared(centre, event) for event in events}
    level = 1 - 0.05 / max(sum(map(len, compared.values())), 1)
    found = [_finding(centre, event, title, compared[event], level) for event, title in events.items()]
    return [finding for finding in found if finding]


def noted(centre: Centre) -> dict[Event, str]:
    """The events that name a team and have enough weeks before and since, with their titles."""
    titles = defaultdict(list)
    for row in centre.results.document("events"):
        event = _event(centre, row)
        if len(event.before) >= FEWEST_BEFORE and len(event.since) >= FEWEST_SINCE and event.team:
            titles[event].append(str(row["title"]))
    return {event: "; ".join(titles[event]) for event in sorted(titles)}


def _event(centre: Centre, row: dict[str, Any]) -> Event:
    zone, ripe = str(centre.results.manifest["timezone"]), centre.ripe_for(RETURN_DAYS)
    starts, ends = (
        datetime.fromisoformat(row[name]) if row[name] else datetime.max for name in ("starts_at", "ends_at")
    )
    before = [week for week in ripe if week_end(week, zone) <= starts]
    since = [week for week in ripe if week_start(week, zone) >= starts and week_end(week, zone) <= ends]
    return Event(row.get("team") or "", tuple(before[-POOLED:]), tuple(since))


def _compared(centre: Centre, event: Event) -> dict[str, pd.DataFrame]:
    """Rows of the event's weeks by what is asked of them, where both sides can be told apart."""
    weeks = _in((*event.before, *event.since))
    rows = pd.concat([centre.frame(f"{asked} and {weeks}") for asked in (CONTACTS, JUDGED)], ignore_index=True)
    asked = {name: rows.dropna(subset=[name]) for name in UNITS}
    return {name: known for name, known in asked.items() if not isnan(_changed(event, name, known).low)}


def _changed(event: Event, name: str, rows: pd.DataFrame, level: float = 0.95) -> Difference:
    is_since, is_own = rows["week"].isin(event.since), rows["team"] == event.team
    return change_apart(rows[name], rows["agent"], rows["topic"], is_since, is_own, level)


def _finding(
    centre: Centre, event: Event, title: str, compared: dict[str, pd.DataFrame], level: float
) -> Finding | None:
    """`level`: of each range, so that all of a page hold at once."""
    if not {"handle", "returned"} <= compared.keys():
        return None
    changes = {name: _changed(event, name, rows, level) for name, rows in compared.items()}
    figures = {
        name: Figure(change.value, UNITS[name], change.low, change.high, len(compared[name]))
        for name, change in changes.items()
    }
    own = compared["handle"].query("team == @event.team")
    figures["people"] = Figure(own["agent"].nunique(), "count")
    figures["others"] = Figure(compared["handle"]["agent"].nunique() - own["agent"].nunique(), "count")
    is_seen = any(change.low * change.high > 0 for change in changes.values())
    counts = f"{TIMED} and {_in((*event.before, *event.since))}"
    telling = f"team in (select team from team) and {_in(event.since)}"
    records = Records("fact_contacts", counts, telling, keys={"team": pd.DataFrame({"team": [event.team]})})
    found = centre.state(
        "before_after", "seen" if is_seen else "no_detectable_change", "aht_contact", 5.0 * is_seen, figures, records,
        labels={"title": title, "band": event.since[0]}, team=event.team,
    )  # fmt: skip
    return replace(found, weeks=(event.since[0], event.since[-1]))


def _in(weeks: Sequence[str]) -> str:
    """SQL: a row of the weeks."""
    return f"week in ({', '.join(repr(week) for week in weeks)})"
