-- One row per local day, queue, priority and age band with open tickets at the day's end, or any that came to them or left them in it; of a day with
-- none of these, since there are tickets, one row of noughts. How many are open or solved is known where sources say when they are solved.
with days as (
    select
        day, min(week) as week, max(slot) as last_slot,
        row_number() over (partition by min(week) order by day desc) = 1 as is_week_end
    from calendar
    where zone = (select site_zone from build_range) and slot <= (select floor(epoch(until) / 900) from build_range)
    group by day
),

cells as (
    select distinct queue, priority, band from core_ticket_days
),

open as (
    select
        days.day, days.week, days.is_week_end, cells.queue, cells.priority, cells.band,
        cast(coalesce(sum(moves.step) over (
            partition by cells.queue, cells.priority, cells.band order by days.day
            rows between unbounded preceding and current row
        ), 0) as bigint) as open_n
    from days
    cross join cells
    left join core_ticket_days as moves
        on moves.day = days.day and moves.band = cells.band
        and moves.queue is not distinct from cells.queue and moves.priority is not distinct from cells.priority
),

busy as (
    select day, week, is_week_end, queue, priority, band, open_n, 0 as opened_n, 0 as reopened_n, 0 as solved_n, 0 as deleted_n
    from open
    where open_n > 0
    union all
    select flows.day, days.week, days.is_week_end, flows.queue, flows.priority, cast(null as varchar) as band, 0 as open_n,
        flows.opened_n, flows.reopened_n, flows.solved_n, flows.deleted_n
    from core_ticket_flows as flows
    inner join days on days.day = flows.day
),

quiet as (
    select
        days.day, days.week, days.is_week_end, cast(null as varchar) as queue, cast(null as varchar) as priority,
        cast(null as varchar) as band, 0 as open_n, 0 as opened_n, 0 as reopened_n, 0 as solved_n, 0 as deleted_n
    from days
    left join (select distinct day from busy) as seen on seen.day = days.day
    where seen.day is null and days.last_slot >= (
        select floor(epoch(min(created_at)) / 900) from raw_tickets where coalesce(lower(status), 'open') <> 'deleted'
    )
)

select
    day, week, is_week_end, queue, priority, band, opened_n, case when knows_solving then open_n end as open_n,
    case when knows_solving then reopened_n end as reopened_n, case when knows_solving then solved_n end as solved_n,
    case when knows_solving then deleted_n end as deleted_n, cast(null as varchar) as half_hour, cast(null as timestamp) as half_hour_at
from (select * from busy union all select * from quiet) as counted
cross join ticket_settings
