"""How far the records go: their last instant, and the end of the last week of which all has come. Known before facts are made,
for what is still undone at the end of that week is late."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pipeline import zones
from pipeline.sql_text import quoted
from pipeline.weeks import FEWEST, LOOKED_AT, Delivery, last_complete_week, week_end

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

NEARLY_ALL, SUNDAY_EVENING_S = 0.95, (7 * 24 - 6) * 3600
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
PLACED = """
with threads as (
    select source, min(sent_at) as came_at
    from raw_messages
    where coalesce(is_public, true) and conversation_id is not null
        and (source, conversation_id) not in (select source, ticket_id from raw_tickets)
        and conversation_id not in (
            select coalesce(conversation_id, call_id) from raw_calls
            where coalesce(conversation_id, call_id) in (select conversation_id from raw_messages))
    group by source, conversation_id
),

arrived as (
    select 'fact_calls' as fact, source, queue, offered_at as came_at from raw_calls
    union all
    select 'fact_calls', source, queue, happened_at from raw_queue_events where {of_calls}
    union all
    select 'fact_tickets', source, null, created_at from raw_tickets
    union all
    select 'fact_tickets', source, null, came_at from threads
),

placed as (
    select fact, source, came_at + {ahead_s} * interval 1 second as local_at
    from arrived
    where came_at >= $1
)
"""
"""SQL: what came, and when by its own clock. Of a thread, unless it is a ticket or a call's turns, the first letter that the
customer can see."""
DELIVERIES = f"""
{PLACED}
select fact, source, strftime(local_at, '%G-W%V') as week, count(*),
    max(isodow(local_at)) - 1, quantile_disc(isodow(local_at) - 1, {NEARLY_ALL})
from placed
group by fact, source, week
"""
"""SQL: what came of each source, as rows of Delivery."""
IS_OVER = f"""
{PLACED},

told as (
    select strftime(local_at, '%G-W%V') as week, epoch(local_at) - epoch(date_trunc('week', local_at)) as after_s
    from placed
),

usual as (
    select case when count(*) >= {FEWEST} then quantile_disc(after_s, {NEARLY_ALL}) else {SUNDAY_EVENING_S} end as nearly_all_s
    from told
    where week < $2
)

select max(after_s) >= (select nearly_all_s from usual)
from told
where week = $2
"""
"""SQL: whether the last contact of week $2 came when nearly all had in the weeks before; if few did, on its last evening."""


class Delivered(NamedTuple):
    """until: the data's last instant. complete_week: the last complete one, None without contacts. known_until: `until`, or
    later the end of that week where it is over, by which promises are judged."""

    until: datetime
    complete_week: str | None
    known_until: datetime


def delivered(warehouse: Warehouse, settings: Settings, until: datetime) -> Delivered:
    since: datetime = warehouse.value(WEEKS) or until
    says = {"of_calls": OF_CALLS, "ahead_s": _ahead_s(settings, since)}
    rows = warehouse.sql.execute(DELIVERIES.format(**says), [since]).fetchall()
    if not rows:
        return Delivered(until, None, until)
    complete = last_complete_week([Delivery(*row) for row in rows])
    is_over = warehouse.value(IS_OVER.format(**says), [since, complete])
    return Delivered(until, complete, max(until, week_end(complete, settings.timezone)) if is_over else until)


def _ahead_s(settings: Settings, since: datetime) -> str:
    """SQL: how far the clock of a row's queue is ahead of its instant."""
    own = "".join(
        f" when {quoted(queue)} then {zones.offset_s('came_at', zone, since)}"
        for queue, zone in settings.queue_timezones.items()
    )
    site = zones.offset_s("came_at", settings.timezone, since)
    return f"(case queue{own} else {site} end)" if own else site
