-- One row per unbroken stretch of an agent being logged in, paused, available or handling, or planned to work or not to. Overlapping stretches of a
-- kind are one, so that a second counts once however many chats or queues it was spent on.
with told as (
    select agent, state, starts_at, ends_at from raw_agent_states
    union all
    select agent, state, starts_at, ends_at from core_queue_states
),

-- Nothing is known of what lies beyond the data's last instant, and nothing before the range is asked for.
states as (
    select
        agent, state,
        greatest(starts_at, (select since from build_range)) as starts_at,
        least(coalesce(ends_at, (select read_until from build_range)), (select read_until from build_range)) as ends_at
    from told
),

stretches as (
    select
        agent,
        case state when 'logged_in' then 'login' when 'available' then 'available' else 'pause' end as kind,
        starts_at, ends_at
    from states
    union all
    select
        agent, 'handling' as kind, answered_at as starts_at,
        answered_at + coalesce(
            talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0), epoch(ended_at) - epoch(answered_at)
        ) * interval '1' second as ends_at
    from core_calls
    where is_answered and agent is not null
    union all
    select agent, 'handling' as kind, starts_at, coalesce(ends_at, starts_at) as ends_at
    from raw_agent_segments
    where kind <> 'alert'
        and starts_at >= (select since from build_range) and starts_at < (select upto from build_range)
    union all
    select
        agent, case activity when 'work' then 'planned' else 'planned_off' end as kind,
        greatest(starts_at, (select since from build_range)) as starts_at,
        least(ends_at, (select read_until from build_range)) as ends_at
    from raw_planned_shifts
),

reached as (
    select
        agent, kind, starts_at, ends_at,
        max(ends_at) over (
            partition by agent, kind order by starts_at, ends_at rows between unbounded preceding and 1 preceding
        ) as reached_at
    from stretches
    where ends_at > starts_at
),

islands as (
    select
        agent, kind, starts_at, ends_at,
        sum(case when reached_at >= starts_at then 0 else 1 end) over (
            partition by agent, kind order by starts_at, ends_at rows between unbounded preceding and current row
        ) as island
    from reached
)

select agent, kind, min(starts_at) as starts_at, max(ends_at) as ends_at
from islands
group by agent, kind, island
