-- Calls of files that only say that a telephone rang. A customer gives up once, in the end, and not before an answer: of a conversation,
-- what is written as abandoned and was begun before another row's answer, or left the queue before another row, is no abandonment.
with lost as (
    select distinct source, coalesce(conversation_id, call_id) as conversation_id
    from raw_calls
    where outcome = 'abandoned' and direction = 'inbound' and channel in ('voice', 'video')
        and coalesce(conversation_id, call_id) in (
            select coalesce(conversation_id, call_id) from raw_calls
            where offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
        )
),

legs as (
    select
        calls.source, calls.call_id, lost.conversation_id, calls.outcome, calls.offered_at,
        coalesce(
            calls.answered_at, case when calls.outcome <> 'answered' then calls.ended_at end,
            coalesce(calls.queued_at, calls.offered_at) + coalesce(calls.wait_s, 0) * interval '1' second
        ) as left_at
    from raw_calls as calls
    inner join lost on lost.source = calls.source and lost.conversation_id = coalesce(calls.conversation_id, calls.call_id)
    where calls.outcome <> 'no_call' and calls.direction = 'inbound' and calls.channel in ('voice', 'video')
),

placed as (
    select
        legs.*,
        max(case when outcome = 'answered' then left_at end) over (partition by source, conversation_id) as last_answered_at,
        row_number() over (
            partition by source, conversation_id
            order by left_at desc, case when outcome = 'abandoned' then 1 else 0 end, offered_at, call_id
        ) as from_last
    from legs
)

select source, call_id
from placed
where outcome = 'abandoned' and (from_last > 1 or last_answered_at >= offered_at)
