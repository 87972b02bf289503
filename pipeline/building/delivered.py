"""How far the records go: their last instant, and the end of the last week of which all has come. Known before facts are made,
for what is still undone at the end of that week is late."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pipeline import zones
from pipeline.sql_text import quoted
from pipeline.weeks import FRIDAY, LOOKED_AT, Delivery, last_complete_week, week_end

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

OF_CALLS = "event in ('ENTERQUEUE', 'JOINEMPTY', 'JOINUNAVAIL', 'FULL')"
"""SQL: an event with which a call comes to a queue."""
WEEKS = f"""
select min(week) from (
    select distinct date_trunc('week', came_at) as week
    from (
        select offered_at as came_at from raw_calls
        union all select happened_at from raw_queue_events where {OF_CALLS}
        union all select created_at from raw_tickets union all select sent_at from raw_messages)
    order by week desc limit {LOOKED_AT + 1})
"""
"""SQL: since when the weeks are looked at. They are the newest with records, wherever a stray date lies."""
ARRIVED = """
with arrived as (
    select 'fact_calls' as fact, source, queue, offered_at as came_at from raw_calls where offered_at >= $1
    union all
    select 'fact_calls', source, queue, happened_at from raw_queue_events
    where {of_calls} and happened_at >= $1
    union all
    select 'fact_tickets', source, null, created_at from raw_tickets where created_at >= $1
    union all
    select 'fact_tickets', source, null, min(sent_at) from raw_messages
    where sent_at >= $1 and (source, conversation_id) not in (select source, ticket_id from raw_tickets)
    group by source, conversation_id
),

placed as (
    select fact, source, came_at + {ahead_s} * interval 1 second as local_at
    from arrived
)

select fact, source, strftime(local_at, '%G-W%V') as week, count(*),
    max(isodow(local_at)) - 1, quantile_disc(isodow(local_at) - 1, 0.95)
from placed
group by fact, source, week
"""
"""SQL: what came of each source, as rows of Delivery."""


class Delivered(NamedTuple):
    """until: the data's last instant. complete_week: the last complete one, None without contacts. known_until: the
    later of `until` and the end of that week, by which promises are judged."""

    until: datetime
    complete_week: str | None
    known_until: datetime


def delivered(warehouse: Warehouse, settings: Settings, until: datetime) -> Delivered:
    rows = _deliveries(warehouse, settings)
    if not rows:
        return Delivered(until, None, until)
    complete = last_complete_week(rows)
    is_over = len({one.week for one in rows}) > 1 or max(one.last_day for one in rows) >= FRIDAY
    return Delivered(until, complete, max(until, week_end(complete, settings.timezone)) if is_over else until)


def _deliveries(warehouse: Warehouse, settings: Settings) -> list[Delivery]:
    since: datetime | None = warehouse.value(WEEKS)
    if since is None:
        return []
    sql = ARRIVED.format(of_calls=OF_CALLS, ahead_s=_ahead_s(settings, since))
    return [Delivery(*row) for row in warehouse.sql.execute(sql, [since]).fetchall()]


def _ahead_s(settings: Settings, since: datetime) -> str:
    """SQL: how far the clock of a row's queue is ahead of its instant."""
    own = "".join(
        f" when {quoted(queue)} then {zones.offset_s('came_at', zone, since)}"
        for queue, zone in settings.queue_timezones.items()
    )
    site = zones.offset_s("came_at", settings.timezone, since)
    return f"(case queue{own} else {site} end)" if own else site
