-- One row per stretch of an agent in a state, with its end. Where the source says none, a login lasts until the agent's next login
-- or log-out, any other state until whatever the agent does next, and neither longer than a long shift: a log-out that was lost before a
-- weekend is no weekend of work. Who logs out and in at one instant is in. In a log of statuses alone there is presence from any state on
-- until the next. The end of the data is no later end, so weeks that are published stay as they are.
with ordered as (
    select
        source, agent, state, starts_at, ends_at,
        lead(starts_at) over (
            partition by source, agent, case when state in ('logged_in', 'logged_out') then 'presence' else state end
            order by starts_at, case when state = 'logged_out' then 0 else 1 end
        ) as again_at,
        lead(starts_at) over (
            partition by source, agent
            order by starts_at,
                case state when 'logged_out' then 0 when 'logged_in' then 1 when 'available' then 2 else 3 end, state
        ) as next_at
    from raw_agent_states
),

told as (
    select
        agent, state, starts_at,
        coalesce(
            ends_at, least(case when state = 'logged_in' then again_at else next_at end, starts_at + interval '12' hour)
        ) as ends_at
    from ordered
    where state <> 'logged_out'
    union all
    select ordered.agent, 'logged_in' as state, ordered.starts_at, least(ordered.next_at, ordered.starts_at + interval '12' hour) as ends_at
    from ordered
    inner join core_statuses_alone as alone on alone.source = ordered.source
    where ordered.state <> 'logged_out'
    union all
    select agent, state, starts_at, ends_at from core_queue_states
)

-- Nothing is known of what lies beyond the last instant of presence, and nothing before the range is asked for.
select
    agent, state,
    greatest(starts_at, (select since from build_range)) as starts_at,
    least(ends_at, (select present_until from build_range)) as ends_at
from told
