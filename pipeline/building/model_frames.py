"""The small tables that models may name besides raw_ and core_ ones: calendar, range to compute, what the settings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import zones
from pipeline.building import case_tails
from pipeline.building.plan import MARGIN, Plan
from pipeline.building.ticket_frames import ticket_frames
from pipeline.scorecards import scorecard_frame
from pipeline.settings.service_levels import limits
from pipeline.weeks import week_end

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

LONG_SHIFT = timedelta(hours=12)
SQL_TYPES = {
    "string": "varchar", "int32": "integer", "int64": "bigint", "Int64": "bigint", "float64": "double", "bool": "boolean",
    "datetime64[us]": "timestamp",
}  # fmt: skip


def prepare(warehouse: Warehouse, settings: Settings, plan: Plan, cases: dict[str, Path]) -> None:
    """Make them, for the weeks of the plan. `cases`: week -> file of fact_case_contacts, of the weeks before."""
    case_tails.prepare(warehouse, settings, cases, plan.start)
    until = plan.read_until + timedelta(days=2)
    begin = _oldest(warehouse, plan) - MARGIN
    frames = {
        "calendar": pd.concat([zones.calendar(zone, begin, until) for zone in settings.zones]),
        "build_range": _range(settings, plan, _present_until(warehouse, settings, plan)),
        "queue_zones": pd.DataFrame(settings.queue_timezones.items(), columns=["queue", "zone"], dtype="string"),
        "answer_limits": _answer_limits(settings),
        "day_offsets": pd.DataFrame({"n": range((until - plan.since).days + 2)}),
        "minute_files": warehouse.frame("select file_id from files where is_to_minute"),
        "scorecards": scorecard_frame(settings.scorecards, settings.timezone),
        **ticket_frames(warehouse, settings, plan.since, plan.until),
    }
    for name, frame in frames.items():
        _make_table(warehouse, name, frame)
    warehouse.sql.execute(
        f"create or replace temp table weeks_calendar as select * from calendar where {plan.weeks.condition}"
    )


def _make_table(warehouse: Warehouse, name: str, frame: pd.DataFrame) -> None:
    """An empty frame is declared: to hand it over takes ten times as long."""
    if frame.empty:
        columns = ", ".join(f'"{column}" {SQL_TYPES[str(kind)]}' for column, kind in frame.dtypes.items())
        warehouse.sql.execute(f"create or replace temp table {name} ({columns})")
        return
    with warehouse.named(frame=frame):
        warehouse.sql.execute(f"create or replace temp table {name} as select * from frame")


def _answer_limits(settings: Settings) -> pd.DataFrame:
    """A row a queue, a channel (queue NULL) or a channel within a queue whose calls have a limit of their own."""
    own = limits(settings.service_levels, settings.parameters.answer_within_s)
    rows = [(one.queue, one.channel, one.answer_within_s) for one in own]
    frame = pd.DataFrame(rows, columns=["queue", "channel", "answer_within_s"])
    return frame.astype({"queue": "string", "channel": "string", "answer_within_s": "float64"})


def _oldest(warehouse: Warehouse, plan: Plan) -> datetime:
    """Where days begin: what was open, solved or answered in the weeks to compute may have been written long before them."""
    oldest: datetime | None = warehouse.value(
        """select least(
            (select min(tickets.created_at) from raw_tickets as tickets
             left join (
                select source, ticket_id from raw_ticket_events where happened_at >= $1
                union select source, conversation_id from raw_messages where sent_at >= $1) as changed
             using (source, ticket_id)
             where coalesce(solved_at, closed_at) >= $1 or changed.ticket_id is not null
                or coalesce(lower(status), 'open') not in ('solved', 'closed', 'deleted')),
            (select min(opened_at) from (
                select min(sent_at) as opened_at from raw_messages
                group by source, conversation_id having max(sent_at) >= $1)))""",
        [plan.since],
    )
    return min(oldest or plan.since, plan.since)


def _present_until(warehouse: Warehouse, settings: Settings, plan: Plan) -> datetime:
    """Where the reading of presence and plans stops: people log out after the data's last call. Later than a long shift after
    it no clock of theirs is believed, and no week begins that has nothing but a night's end."""
    if plan.read_until < plan.until:
        return plan.read_until
    last: datetime | None = warehouse.value(
        "select max(seen_at) from (select starts_at as seen_at from raw_agent_states "
        "union all select ends_at from raw_agent_states) where seen_at <= $1",
        [plan.until + LONG_SHIFT],
    )
    monday = week_end(zones.week_of(plan.until, settings.timezone), settings.timezone)
    return max(min(last or plan.until, monday), plan.until)


def _range(settings: Settings, plan: Plan, present_until: datetime) -> pd.DataFrame:
    """The table build_range, a row: see Plan; `present_until` is where the reading of presence stops.
    The weeks to compute lie between `weeks_from` and `weeks_to`: what stands for itself is not computed for the windows around
    them. `start` and `end` are Mondays of the earliest zone; the latest has its own up to 26 hours after."""
    never = datetime.max.replace(microsecond=0)
    instants = {
        "weeks_from": plan.start - MARGIN if plan.start else plan.since,
        "weeks_to": plan.end + 2 * MARGIN if plan.end else never,
        "since": plan.since,
        "until": plan.until,
        "known_until": plan.known_until,
        "upto": plan.upto or never,
        "present_until": present_until,
        "seen_until": plan.seen_until,
    }
    frame = pd.DataFrame({name: [instant] for name, instant in instants.items()}).astype("datetime64[us]")
    return frame.assign(site_zone=settings.timezone, answer_within_s=float(settings.parameters.answer_within_s))
