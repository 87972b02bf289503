-- One row per stretch of an agent in which nothing of this changes: logged in, paused, available, handling, handling only what
-- is no inbound call (is_elsewhere), planned to work or not to. A second counts once, however many chats or queues it was spent on, and
-- what overlaps is seen to overlap. A letter that lay open with somebody for more than a day says nothing of when it was worked on.
-- What reaches into the weeks to compute. States and plans have three digits of a number each, so that one running sum counts how many
-- of every kind are open: a thousand of one kind at once would be told as one of the next.
with lasting as (
    select
        agent, starts_at, ends_at, case when kind = 'call' then 1 else 0 end as called,
        case when kind in ('call', 'handling') then 1 else 0 end as handled,
        case kind
            when 'login' then 1 when 'pause' then 1000 when 'available' then 1000000 when 'planned' then 1000000000
            when 'planned_off' then 1000000000000 else 0
        end as unit
    from core_agent_activities
    where ends_at > starts_at and (kind not in ('call', 'handling') or ends_at <= starts_at + interval '1' day)
        and ends_at > (select weeks_from from build_range) and starts_at < (select weeks_to from build_range)
),

edges as (
    select agent, starts_at as moment, unit, called, handled from lasting
    union all
    select agent, ends_at as moment, -unit as unit, -called as called, -handled as handled from lasting
),

moments as (
    select
        agent, moment, cast(sum(unit) as bigint) as unit, cast(sum(called) as bigint) as called,
        cast(sum(handled) as bigint) as handled
    from edges
    group by agent, moment
),

running as (
    select
        agent, moment as starts_at, lead(moment) over (partition by agent order by moment) as ends_at,
        cast(sum(unit) over so_far as bigint) as units, sum(called) over so_far as calling, sum(handled) over so_far as handling
    from moments
    window so_far as (partition by agent order by moment rows between unbounded preceding and current row)
)

select
    agent, starts_at, ends_at, units % 1000 > 0 as is_logged_in, units % 1000000 >= 1000 as is_paused,
    units % 1000000000 >= 1000000 as is_available, units % 1000000000000 >= 1000000000 as is_planned,
    units >= 1000000000000 as is_planned_off, handling > 0 as is_handling,
    handling > 0 and calling = 0 as is_elsewhere
from running
where units > 0 or handling > 0
