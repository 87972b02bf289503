-- Which legs are those of telephones that only rang. A customer gives up once in a hunt, in the end, and not before an answer: what is
-- written as abandoned and was begun before another row's answer, or left the queue before another row, is no abandonment.
with placed as (
    select
        hunts.*,
        max(taken_at) over (partition by source, conversation_id, hunt) as last_taken_at,
        row_number() over (
            partition by source, conversation_id, hunt
            order by
                case when outcome = 'no_call' then 1 else 0 end, coalesce(left_at, entered_at) desc,
                case when outcome = 'abandoned' then 1 else 0 end, offered_at, call_id
        ) as from_last
    from core_hunts as hunts
)

select source, call_id, conversation_id, hunt, offered_at, entered_at
from placed
where outcome = 'no_call' or (outcome = 'abandoned' and (from_last > 1 or last_taken_at >= offered_at))
