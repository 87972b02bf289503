-- Calls of a telephone queue's log in the shape of the calls table: stays in queues, and calls refused before one.
with entries as (
    select
        source, call_id, min(customer_key) as customer_key
    from raw_queue_events
    where event in ('DID', 'ENTERQUEUE')
    group by source, call_id
),

refused as (
    select
        source, call_id, event, queue, happened_at,
        row_number() over (partition by source, call_id order by happened_at, file_id, line) as refusal
    from raw_queue_events
    where event in ('JOINEMPTY', 'JOINUNAVAIL', 'FULL') and happened_at >= (select since from build_range)
        and happened_at < (select upto from build_range)
),

legs as (
    select
        source, call_id,
        case when stays_of_call = 1 then call_id else concat(call_id, '#', cast(leg as varchar)) end as leg_id,
        queue, agent, offered_at, offered_at as queued_at, answered_at, left_at as ended_at, wait_s, talk_s, outcome,
        case when outcome = 'answered' or ended_by is not null then ended_by end as ended_by
    from core_queue_stays
    union all
    select
        source, call_id, concat(call_id, '#refused', cast(refusal as varchar)) as leg_id,
        queue, cast(null as varchar) as agent, happened_at as offered_at, cast(null as timestamp) as queued_at,
        cast(null as timestamp) as answered_at, happened_at as ended_at, cast(null as double) as wait_s,
        cast(null as double) as talk_s,
        case when event = 'FULL' then 'refused_full' else 'refused_closed' end as outcome, 'system' as ended_by
    from refused
)

select
    legs.source, legs.leg_id as call_id, legs.call_id as conversation_id, 'inbound' as direction, 'voice' as channel,
    legs.queue, cast(null as varchar) as topic, entries.customer_key, legs.agent,
    legs.offered_at, legs.queued_at, legs.answered_at, legs.ended_at, legs.wait_s, legs.talk_s,
    cast(null as double) as hold_s, cast(null as double) as wrap_s, legs.outcome, legs.ended_by,
    cast(null as varchar) as disposition, cast(null as boolean) as is_resolved, legs.call_id as source_ref,
    cast(null as varchar) as recording_ref
from legs
left join entries on entries.source = legs.source and entries.call_id = legs.call_id
