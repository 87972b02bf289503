-- One row per stretch of an agent in which nothing of this changes: logged in, paused, available, handling, planned to work or not to.
-- A second counts once, however many chats or queues it was spent on, and what overlaps is seen to overlap. A letter that lay open
-- with somebody for more than a day says nothing of when it was worked on.
with kinds as (
    select
        agent,
        case state when 'logged_in' then 'login' when 'available' then 'available' else 'pause' end as kind,
        starts_at, ends_at
    from core_agent_states
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

lasting as (
    select * from kinds
    where ends_at > starts_at and (kind <> 'handling' or ends_at <= starts_at + interval '1' day)
),

edges as (
    select agent, kind, starts_at as moment, 1 as step from lasting
    union all
    select agent, kind, ends_at as moment, -1 as step from lasting
),

moments as (
    select
        agent, moment,
        sum(case when kind = 'login' then step else 0 end) as login,
        sum(case when kind = 'pause' then step else 0 end) as pause,
        sum(case when kind = 'available' then step else 0 end) as available,
        sum(case when kind = 'handling' then step else 0 end) as handling,
        sum(case when kind = 'planned' then step else 0 end) as planned,
        sum(case when kind = 'planned_off' then step else 0 end) as planned_off
    from edges
    group by agent, moment
),

running as (
    select
        agent, moment as starts_at, lead(moment) over (partition by agent order by moment) as ends_at,
        sum(login) over so_far as login, sum(pause) over so_far as pause, sum(available) over so_far as available,
        sum(handling) over so_far as handling, sum(planned) over so_far as planned, sum(planned_off) over so_far as planned_off
    from moments
    window so_far as (partition by agent order by moment rows between unbounded preceding and current row)
)

select
    agent, starts_at, ends_at, login > 0 as is_logged_in, pause > 0 as is_paused, available > 0 as is_available,
    handling > 0 as is_handling, planned > 0 as is_planned, planned_off > 0 as is_planned_off
from running
where login + pause + available + handling + planned + planned_off > 0
