-- One row per span of a ticket under one schedule, with its calendar and business seconds: NULL where the schedule's hours
-- are not known. `open_s` is the schedule's clock at the start. Each end finds its stretch of the day by schedule and day.
with pieces as (
    select
        spans.ticket_no, spans.kind, spans.status, spans.place, spans.is_running, schedules.schedule,
        greatest(spans.from_at, schedules.from_at) as from_at, least(spans.to_at, schedules.to_at) as to_at
    from core_ticket_spans as spans
    inner join core_ticket_schedules as schedules
        on schedules.ticket_no = spans.ticket_no
        and schedules.from_at <= spans.to_at and schedules.to_at > spans.from_at
),

timed as (
    select
        pieces.*,
        epoch(from_at) as from_s, epoch(to_at) as to_s,
        cast(floor(epoch(from_at) / 86400) as bigint) as from_day,
        cast(floor(epoch(to_at) / 86400) as bigint) as to_day
    from pieces
),

placed as (
    select
        timed.*,
        case
            when timed.schedule = 'always' then timed.from_s
            else starts.open_before_s + case when starts.is_open then timed.from_s - starts.from_s else 0 end
        end as open_s,
        case
            when timed.schedule = 'always' then timed.to_s
            else ends.open_before_s + case when ends.is_open then timed.to_s - ends.from_s else 0 end
        end as open_until_s
    from timed
    left join business_segments as starts
        on starts.schedule = timed.schedule and starts.day = timed.from_day
        and starts.from_s <= timed.from_s and starts.to_s > timed.from_s
    left join business_segments as ends
        on ends.schedule = timed.schedule and ends.day = timed.to_day
        and ends.from_s <= timed.to_s and ends.to_s > timed.to_s
)

select
    ticket_no, kind, status, place, is_running, schedule, from_at, to_at, from_s, open_s,
    to_s - from_s as calendar_s, open_until_s - open_s as business_s
from placed
