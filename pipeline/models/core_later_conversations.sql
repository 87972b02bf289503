-- Legs of telephone calls whose conversation's id was another's before: numbers of systems begin again, and a case's number has the calls
-- of several days. A conversation is over when nothing of it went on for an hour; a callback belongs to what asked for it. The first
-- keeps the id, which is all that judgements and answers know.
with long as (
    select source, conversation_id
    from raw_calls
    where conversation_id in (
        select conversation_id from raw_calls
        where offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
    )
    group by source, conversation_id
    having max(epoch(offered_at)) - min(epoch(offered_at)) > 3600
),

legs as (
    select
        calls.source, calls.call_id, calls.conversation_id, calls.direction, calls.offered_at,
        greatest(
            calls.ended_at,
            coalesce(calls.answered_at, calls.offered_at + coalesce(calls.wait_s, 0) * interval '1' second)
            + (coalesce(calls.talk_s, 0) + coalesce(calls.hold_s, 0)) * interval '1' second
        ) as over_at
    from raw_calls as calls
    inner join long on long.source = calls.source and long.conversation_id = calls.conversation_id
    where calls.channel in ('voice', 'video')
),

followed as (
    select
        legs.*,
        max(over_at) over (
            partition by source, conversation_id order by offered_at, call_id
            rows between unbounded preceding and 1 preceding
        ) + interval '1' hour < offered_at and direction <> 'callback' as begins_anew
    from legs
),

counted as (
    select
        followed.*,
        sum(case when begins_anew then 1 else 0 end) over (
            partition by source, conversation_id order by offered_at, call_id
            rows between unbounded preceding and current row
        ) as earlier
    from followed
)

select source, call_id, concat(conversation_id, '#', cast(earlier + 1 as varchar)) as conversation_id
from counted
where earlier > 0
