-- Presence and pauses of agents from a queue's log, in the shape of agent states. Membership of each queue is a stretch
-- of its own (their union is the presence). A pause holds, whichever queue it names, until the agent resumes anywhere or
-- leaves a queue; an agent may be paused on joining one. What is open at the end of the data lasts until then; a departure
-- without an arrival seen counts from the first event of its log when that is less than a day before.
with events as (
    select
        source, agent, queue, happened_at, file_id, line, event, reason,
        event in ('ADDMEMBER', 'AGENTLOGIN', 'AGENTCALLBACKLOGIN') as is_arrival,
        event in ('REMOVEMEMBER', 'AGENTLOGOFF', 'AGENTCALLBACKLOGOFF') as is_departure,
        event in ('PAUSE', 'PAUSEALL') or (event = 'ADDMEMBER' and reason = 'PAUSED') as is_pause,
        event in ('UNPAUSE', 'UNPAUSEALL') as is_resume
    from raw_queue_events
    where agent is not null
),

began as (
    select source, min(happened_at) as first_at
    from raw_queue_events
    group by source
),

presence as (
    select
        source, agent, happened_at, is_arrival,
        lead(happened_at) over (
            partition by source, agent, queue order by happened_at, is_arrival, file_id, line
        ) as next_at,
        lag(is_arrival) over (
            partition by source, agent, queue order by happened_at, is_arrival, file_id, line
        ) as was_arrival
    from events
    where is_arrival or is_departure
),

pauses as (
    select
        source, agent, happened_at, reason, is_pause,
        lead(happened_at) over (partition by source, agent order by happened_at, is_pause, file_id, line) as next_at
    from events
    where is_pause or is_resume or is_departure
)

select source, agent, 'logged_in' as state, cast(null as varchar) as reason, happened_at as starts_at,
    coalesce(next_at, (select until from build_range)) as ends_at
from presence
where is_arrival
union all
select presence.source, agent, 'logged_in' as state, cast(null as varchar) as reason, first_at as starts_at, happened_at as ends_at
from presence
inner join began on began.source = presence.source
where not is_arrival and was_arrival is null and epoch(happened_at) - epoch(first_at) < 86400
union all
select source, agent, 'break' as state, reason, happened_at as starts_at,
    coalesce(next_at, (select until from build_range)) as ends_at
from pauses
where is_pause
