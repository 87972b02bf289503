-- The legs of conversations in which telephones may only have rung, and the hunt for somebody that each belongs to: ten minutes in which
-- nothing of the conversation went on end one. A row that its file calls no call is of a telephone if it names whose it was.
-- `entered_at`: when it entered the queue; `left_at`: when it was answered or left, if known; `freed_at`: when the last answered leg
-- before it was over.
with lost as (
    select distinct source, coalesce(conversation_id, call_id) as id
    from raw_calls
    where direction = 'inbound' and channel in ('voice', 'video')
        and (outcome = 'abandoned' or (outcome = 'no_call' and agent is not null))
        and offered_at >= (select since from build_range) - interval '1' day
        and offered_at < (select upto from build_range) + interval '1' day
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
        and calls.offered_at >= (select since from build_range) - interval '1' day
        and calls.offered_at < (select upto from build_range) + interval '1' day
),

timed as (
    select
        legs.*, case when outcome = 'answered' then coalesce(left_at, entered_at) end as taken_at,
        greatest(ended_at, coalesce(left_at, entered_at) + spoken_s * interval '1' second) as over_at
    from legs
),

followed as (
    select
        timed.*,
        max(over_at) over so_far as over_before,
        max(case when taken_at is not null then over_at end) over so_far as freed_at
    from timed
    window so_far as (
        partition by source, conversation_id order by offered_at, call_id rows between unbounded preceding and 1 preceding
    )
)

select
    source, call_id, conversation_id, outcome, offered_at, entered_at, left_at, taken_at, freed_at,
    sum(case when over_before + interval '10' minute < offered_at then 1 else 0 end) over (
        partition by source, conversation_id order by offered_at, call_id rows between unbounded preceding and current row
    ) as hunt
from followed
