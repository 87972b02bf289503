-- The legs of conversations in which telephones may only have rung, and which rows are such rings. A customer gives up once, in the end,
-- and not before an answer: what is written as abandoned and was begun before another row's answer, or left the queue before another
-- row, is no abandonment; nor is a telephone's row that its file calls none, which names whose it was. `entered_at`: when it entered the
-- queue; `freed_at`: when the last answered leg before it was over.
with lost as (
    select distinct source, coalesce(conversation_id, call_id) as id
    from raw_calls
    where direction = 'inbound' and channel in ('voice', 'video')
        and (outcome = 'abandoned' or (outcome = 'no_call' and agent is not null))
        and coalesce(conversation_id, call_id) in (
            select coalesce(conversation_id, call_id) from raw_calls
            where offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
        )
),

legs as (
    select
        calls.source, calls.call_id, coalesce(later.conversation_id, lost.id) as conversation_id, calls.outcome, calls.offered_at,
        coalesce(calls.queued_at, calls.offered_at) as entered_at, calls.ended_at,
        coalesce(calls.talk_s, 0) + coalesce(calls.hold_s, 0) as spoken_s,
        coalesce(
            calls.answered_at, case when calls.outcome <> 'answered' then calls.ended_at end,
            coalesce(calls.queued_at, calls.offered_at) + calls.wait_s * interval '1' second
        ) as left_at
    from raw_calls as calls
    inner join lost on lost.source = calls.source and lost.id = coalesce(calls.conversation_id, calls.call_id)
    left join core_later_conversations as later on later.source = calls.source and later.call_id = calls.call_id
    where calls.direction = 'inbound' and calls.channel in ('voice', 'video')
        and (calls.outcome <> 'no_call' or calls.agent is not null)
),

placed as (
    select
        legs.*,
        case when outcome = 'answered' then coalesce(left_at, entered_at) end as taken_at,
        row_number() over (
            partition by source, conversation_id
            order by
                case when outcome = 'no_call' then 1 else 0 end, coalesce(left_at, entered_at) desc,
                case when outcome = 'abandoned' then 1 else 0 end, offered_at, call_id
        ) as from_last
    from legs
)

select
    source, call_id, conversation_id, offered_at, entered_at, left_at,
    max(greatest(taken_at + spoken_s * interval '1' second, case when taken_at is not null then ended_at end)) over (
        partition by source, conversation_id order by offered_at, call_id rows between unbounded preceding and 1 preceding
    ) as freed_at,
    outcome = 'no_call' or (
        outcome = 'abandoned' and (
            from_last > 1 or coalesce(max(taken_at) over (partition by source, conversation_id) >= offered_at, false)
        )
    ) as is_ring
from placed
