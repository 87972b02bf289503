-- Legs of telephone calls whose conversation's id was another's before. The first keeps the id, unless it was given up and the call-back
-- was answered, which is what others judge by it; another is told by its first leg, too.
with counted as (
    select anew.*, coalesce(max(case when begins_anew then offered_at end) over so_far, first_at) as begun_at
    from core_conversations_anew as anew
    window so_far as (partition by source, conversation_id order by offered_at, call_id)
),

named as (
    select
        counted.*,
        coalesce(min(case when outcome = 'answered' and calls_before = 0 then begun_at end) over (
            partition by source, conversation_id
        ), first_at) as kept_at,
        min(case when offered_at = begun_at then call_id end) over (partition by source, conversation_id, begun_at) as first_leg
    from counted
)

select source, call_id, concat(conversation_id, '#', first_leg) as conversation_id
from named
where begun_at <> kept_at
