-- One row per local day, queue, priority and age band with open tickets at the day's end, opened or solved ones in it; of a day with
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
        days.day, cells.queue, cells.priority, cells.band,
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

passed as (
    select queue, priority, day, 'opened' as what from fact_tickets where not is_thread
    union all
    select tickets.queue, tickets.priority, calendar.day, 'solved' as what
    from fact_tickets as tickets
    inner join calendar
        on calendar.slot = cast(floor(epoch(tickets.solved_at) / 900) as bigint)
        and calendar.zone = (select site_zone from build_range)
    where tickets.is_solved
),

flows as (
    select
        queue, priority, day, cast(sum(case when what = 'opened' then 1 else 0 end) as bigint) as opened_n,
        cast(sum(case when what = 'solved' then 1 else 0 end) as bigint) as solved_n
    from passed
    group by queue, priority, day
),

counted as (
    select day, queue, priority, band, open_n, 0 as opened_n, 0 as solved_n
    from open
    where open_n > 0
    union all
    select day, queue, priority, cast(null as varchar) as band, 0 as open_n, opened_n, solved_n
    from flows
)

select
    days.day, days.week, days.is_week_end, counted.queue, counted.priority, counted.band, coalesce(counted.opened_n, 0) as opened_n,
    case when knows_solving then coalesce(counted.open_n, 0) end as open_n,
    case when knows_solving then coalesce(counted.solved_n, 0) end as solved_n,
    cast(null as varchar) as half_hour, cast(null as timestamp) as half_hour_at
from days
cross join ticket_settings
left join counted on counted.day = days.day
where counted.day is not null or days.last_slot >= (
    select floor(epoch(min(created_at)) / 900) from raw_tickets where coalesce(status, 'open') <> 'deleted'
)
