-- Presence and pauses of agents from a queue's log, in the shape of agent states. Being in any queue is presence. A person is paused
-- while paused in a queue and free in none: a call can still come to who is.
with edges as (
    select
        source, agent, starts_at as moment,
        case when is_paused then 1 else 0 end as paused, case when is_free then 1 else 0 end as free
    from core_queue_memberships
    union all
    select
        source, agent, ends_at as moment,
        case when is_paused then -1 else 0 end as paused, case when is_free then -1 else 0 end as free
    from core_queue_memberships
),

moments as (
    select source, agent, moment, sum(paused) as paused, sum(free) as free
    from edges
    group by source, agent, moment
),

running as (
    select
        source, agent, moment as starts_at, lead(moment) over (partition by source, agent order by moment) as ends_at,
        sum(paused) over so_far as paused, sum(free) over so_far as free
    from moments
    window so_far as (partition by source, agent order by moment rows between unbounded preceding and current row)
)

select source, agent, 'logged_in' as state, starts_at, ends_at
from core_queue_memberships
where is_joined
union all
select source, agent, 'break' as state, starts_at, ends_at
from running
where paused > 0 and free = 0
