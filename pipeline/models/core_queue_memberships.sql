-- One row per stretch of an agent in a queue, from one event of its log to the next; queue '' is the log-in to the telephone. An event
-- without a queue is of the person and touches every queue. Who is paused or resumed in a queue is in it. Where a next arrival, or
-- nothing, follows, the departure was lost: the stretch is no longer than a long shift. A departure without an arrival seen counts
-- from the first event of its log when that is less than a day before.
with touches as (
    select
        events.source, events.agent, queues.queue, happened_at, file_id, line, is_arrival, is_departure, is_pause,
        events.queue = queues.queue as is_own, is_departure or events.queue = queues.queue as is_told
    from core_queue_member_events as events
    inner join (select distinct source, agent, queue from core_queue_member_events) as queues
        on queues.source = events.source and queues.agent = events.agent
        and (queues.queue = events.queue or (events.queue = '' and not is_arrival))
),

ordered as (
    select
        touches.*,
        sum(case when is_told then 1 else 0 end) over so_far as telling,
        sum(case when is_arrival or is_departure then 1 else 0 end) over so_far as spell,
        lead(happened_at) over (partition by source, agent, queue order by happened_at, file_id, line) as next_at,
        lead(is_told and not is_arrival) over (
            partition by source, agent, queue order by happened_at, file_id, line
        ) as is_followed
    from touches
    window so_far as (
        partition by source, agent, queue order by happened_at, file_id, line rows between unbounded preceding and current row
    )
)

select
    source, agent, queue, happened_at as starts_at,
    case when is_followed then next_at else least(next_at, happened_at + interval '12' hour) end as ends_at,
    is_pause as is_paused,
    max(case when is_arrival then 1 else 0 end) over (partition by source, agent, queue, spell) = 1 as is_joined,
    max(case when is_told and not is_departure then 1 else 0 end) over (partition by source, agent, queue, telling) = 1
        and not is_pause and queue <> '' as is_free
from ordered
union all
select
    ordered.source, agent, queue, first_at as starts_at, happened_at as ends_at,
    false as is_paused, true as is_joined, false as is_free
from ordered
inner join (select source, min(happened_at) as first_at from raw_queue_events group by source) as began
    on began.source = ordered.source
where is_own and is_departure and spell = 1 and epoch(happened_at) - epoch(first_at) < 86400
