-- Legs of telephone calls whose conversation's id goes on for more than an hour, or has calls that agents began: numbers of systems begin
-- again, and a case's number has the calls of several days. A conversation is over when nothing of it went on for an hour, and none goes on
-- for a day; a callback belongs to what asked for it. Whom nobody answered in it, and an agent rings of its own accord, was gone before: at
-- once, the caller was sent on. `calls_before`: how often the id had been over; `begins_anew`: another conversation begins with this leg.
with stretched as (
    select source, conversation_id, min(offered_at) as first_at
    from raw_calls
    where channel in ('voice', 'video') and conversation_id in (
        select conversation_id from raw_calls
        where offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
    )
    group by source, conversation_id
    having max(epoch(offered_at)) - min(epoch(offered_at)) > 3600 or max(case when direction = 'outbound' then 1 else 0 end) = 1
),

legs as (
    select
        calls.source, calls.call_id, calls.conversation_id, calls.direction, calls.outcome, calls.offered_at, stretched.first_at,
        {call_end} as over_at
    from raw_calls as calls
    inner join stretched on stretched.source = calls.source and stretched.conversation_id = calls.conversation_id
    where calls.channel in ('voice', 'video')
        and calls.offered_at >= (select since from build_range) - interval '1' day
        and calls.offered_at < (select upto from build_range) + interval '1' day
),

followed as (
    select
        legs.*,
        max(over_at) over so_far as over_before,
        coalesce(max(over_at) over so_far + interval '1' hour < offered_at and direction <> 'callback', offered_at > first_at) as is_long_after
    from legs
    window so_far as (
        partition by source, conversation_id order by offered_at, call_id rows between unbounded preceding and 1 preceding
    )
),

joined as (
    select followed.*, count(case when is_long_after then 1 end) over so_far as calls_before
    from followed
    window so_far as (partition by source, conversation_id order by offered_at, call_id)
),

parted as (
    select
        joined.*,
        is_long_after or coalesce(
            over_before + interval '1' minute < offered_at and direction = 'outbound'
            and max(case when outcome in ('answered', 'callback_requested') then 1 else 0 end) over so_far = 0, false
        ) as begins_anew
    from joined
    window so_far as (
        partition by source, conversation_id, calls_before order by offered_at, call_id
        rows between unbounded preceding and 1 preceding
    )
)

select source, call_id, conversation_id, outcome, offered_at, first_at, calls_before, begins_anew
from parted
