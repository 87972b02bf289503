-- What a leg that the customer began went on with, where it was handed on: how many legs, until when, for how long they were handled (NULL
-- where that of one is not known), and who answered last.
with legs as (
    select
        handovers.first_call_id, calls.source, calls.call_id, calls.offered_at, calls.ended_at, calls.is_answered, calls.handle_s,
        calls.agent, calls.is_resolved,
        row_number() over (
            partition by calls.source, handovers.first_call_id
            order by case when calls.is_answered then 0 else 1 end, calls.offered_at desc, calls.call_id desc
        ) as from_last
    from core_handovers as handovers
    inner join core_calls as calls on calls.source = handovers.source and calls.call_id = handovers.call_id
)

select
    source, first_call_id, count(*) as legs, max(ended_at) as ended_at,
    case
        when sum(case when is_answered and handle_s is null then 1 else 0 end) = 0
            then sum(case when is_answered then handle_s else 0 end)
    end as handle_s,
    max(case when is_answered then 1 else 0 end) = 1 as is_answered,
    max(case when from_last = 1 and is_answered then agent end) as closing_agent,
    max(case when from_last = 1 and is_answered then is_resolved end) as is_resolved
from legs
group by source, first_call_id
