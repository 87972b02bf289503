-- One row per leg at a queue, of files and of queues' logs, under the conversation that it belongs to. A telephone that only rang is no call;
-- where some rang one after the other, the customer waited since the first.
select
    calls.source, calls.call_id,
    coalesce(later.conversation_id, calls.conversation_id, calls.call_id) as conversation_id, calls.direction, calls.channel,
    calls.queue, calls.topic, calls.customer_key, calls.agent, coalesce(waits.offered_at, calls.offered_at) as offered_at,
    case when calls.queued_at is not null then least(calls.queued_at, waits.entered_at) end as queued_at,
    calls.answered_at, calls.ended_at,
    greatest(calls.wait_s, case when minute_files.file_id is null then waits.waited_s end) as wait_s,
    calls.talk_s, calls.hold_s, calls.wrap_s, case when rings.call_id is null then calls.outcome else 'no_call' end as outcome,
    calls.ended_by, calls.disposition, calls.is_resolved, calls.source_ref, calls.recording_ref,
    minute_files.file_id is not null as is_to_minute
from raw_calls as calls
left join minute_files on minute_files.file_id = calls.file_id
left join core_later_conversations as later on later.source = calls.source and later.call_id = calls.call_id
left join core_rings as rings on rings.source = calls.source and rings.call_id = calls.call_id
left join core_ring_waits as waits on waits.source = calls.source and waits.call_id = calls.call_id
where coalesce(calls.conversation_id, calls.call_id) in (
    select coalesce(conversation_id, call_id) from raw_calls
    where offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
)
    and (
        calls.channel not in ('voice', 'video')
        or (
            calls.offered_at >= (select since from build_range) - interval '1' day
            and calls.offered_at < (select upto from build_range) + interval '1' day
        )
    )
union all
select
    source, call_id, conversation_id, direction, channel,
    queue, topic, customer_key, agent, offered_at, queued_at, answered_at, ended_at, wait_s, talk_s, hold_s, wrap_s,
    outcome, ended_by, disposition, is_resolved, source_ref, recording_ref, false as is_to_minute
from core_queue_calls
