"""Half-hours of a typical week: the calls that waited in them, the people who were there for calls, and who answered in time."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.zones import offset_s, week_start

HALF_HOUR_S = 1800
WEEK = 7 * 48
"""Half-hours."""
OPEN_SHARE = 0.25
"""Share of its weeks in which an open half-hour has somebody there throughout; with less, it is the end of a day, with
its last callers."""


def half_hours(centre: Centre) -> pd.DataFrame:
    """Half-hours of the ripe weeks by weekday and clock: mean calls, handle time, people on duty, share answered in
    time."""
    calls = centre.frame(
        f"""select half_hour_at, {slot_of_week(centre)} as slot, count(*) as offered, sum(handle_s) as handled_s,
            count(handle_s) as handled, sum(case when is_answered then 1 else 0 end) as answered, sum(wait_s) as wait_s,
            count(wait_s) as waits, count(case when is_abandoned then wait_s end) as abandoned_waits,
            sum(case when is_abandoned then 1 else 0 end) as abandoned,
            sum(case when is_answered and wait_s <= answer_within_s then 1 else 0 end) as met
        from fact_calls where {waiting_calls(centre)} group by half_hour_at"""
    )
    staff = centre.frame(
        f"""select half_hour_at, {slot_of_week(centre)} as slot, sum(staffed_s - elsewhere_s) / {HALF_HOUR_S} as agents,
            max(login_s) as longest_s
        from fact_agent_hours where staffed_s > 0 and {centre.in_ripe} and (agent, week) in ({_on_the_line(centre)})
        group by half_hour_at"""
    )
    return typical(calls, staff)


def limits_of_calls(centre: Centre) -> pd.DataFrame:
    """The number of calls by half-hour of the week, queue and limit."""
    waiting = (
        f"select {slot_of_week(centre)} as slot, queue, answer_within_s from fact_calls where {waiting_calls(centre)}"
    )
    by = "slot, queue, answer_within_s"
    return centre.frame(f"select {by}, count(*) as calls from ({waiting}) as waiting group by {by} order by {by}")


def slot_of_week(centre: Centre) -> str:
    """SQL: the half-hour of the week by the site's clock, whatever the queue's; 0 is Monday, 00:00. 1970 began on a Thursday."""
    since = week_start(centre.span[0], centre.zone) - timedelta(days=1)
    half_hour = (
        f"floor((epoch(half_hour_at) + {offset_s('half_hour_at', centre.zone, since)}) / {HALF_HOUR_S}) + {3 * 48}"
    )
    return f"cast({half_hour} - {WEEK} * floor(({half_hour}) / {WEEK}) as integer)"


def clock(slot: int) -> str:
    """Weekday and clock, such as "1 08:30"."""
    return f"{slot // 48 + 1} {slot % 48 // 2:02d}:{slot % 2 * 30:02d}"


def waiting_calls(centre: Centre) -> str:
    """SQL: calls answered or queued, in weeks whose presence is known; where a source records no queueing, all offered."""
    queueing = f"select source from fact_calls where is_queued and {centre.in_ripe}"
    present = f"select week from fact_agent_hours where staffed_s > 0 and {centre.in_ripe}"
    reached = f"(is_answered or is_queued or source not in ({queueing}))"
    return f"is_offered and channel = 'voice' and {reached} and week in ({present})"


def _on_the_line(centre: Centre) -> str:
    """SQL: who answered calls in which week. Others who were logged in, such as chat teams, are not free for calls."""
    answered = "is_answered and channel = 'voice' and direction = 'inbound'"
    return f"select agent, week from fact_calls where {answered} and {centre.in_ripe}"


def typical(calls: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """One row per half-hour of the week: means over the weeks in which it was staffed or had calls.

    A half-hour without people in some weeks counts in them. One that nobody ever works in is closed, and so is one in
    which rarely somebody is on duty throughout (staff: longest_s), breaks included.
    """
    both = calls.merge(staff, on=["half_hour_at", "slot"], how="outer").set_index("half_hour_at").fillna(0)
    both = both.assign(people=np.ceil(both["agents"]), is_open=both["longest_s"] >= HALF_HOUR_S)
    slots = both.groupby("slot").agg(
        weeks=("offered", "size"), offered=("offered", "mean"), agents=("agents", "mean"), people=("people", "mean"),
        open_share=("is_open", "mean"),
        calls=("offered", "sum"), handled_s=("handled_s", "sum"), handled=("handled", "sum"), met=("met", "sum"),
        answered=("answered", "sum"), wait_s=("wait_s", "sum"), abandoned=("abandoned", "sum"),
        waits=("waits", "sum"), abandoned_waits=("abandoned_waits", "sum"),
    )  # fmt: skip
    is_open = (slots["agents"] > 0) & (slots["open_share"] >= OPEN_SHARE)
    slots = slots[(slots["weeks"] >= 3) & is_open & (slots["handled_s"] > 0)].reset_index()
    return slots.assign(handle_s=slots["handled_s"] / slots["handled"])
