-- One row per conversation of several legs, in the order they were offered. It belongs to who answered first, is closed by who
-- answered last, and its handling is known when that of every answered leg is. Of the leg that a colleague began, some call that one the caller.
with legs as (
    select *
    from core_calls
    where outcome <> 'no_call'
),

several as (
    select source, conversation_id
    from legs
    group by source, conversation_id
    having count(*) > 1
),

placed as (
    select
        legs.*,
        row_number() over (partition by legs.source, legs.conversation_id order by offered_at, call_id) as leg,
        sum(case when is_answered then 1 else 0 end) over (
            partition by legs.source, legs.conversation_id order by offered_at, call_id
            rows between unbounded preceding and current row
        ) as answers,
        count(customer) over (
            partition by legs.source, legs.conversation_id order by offered_at, call_id
            rows between unbounded preceding and current row
        ) as customers,
        sum(case when is_answered then 1 else 0 end) over (partition by legs.source, legs.conversation_id) as all_answers
    from legs
    inner join several on several.source = legs.source and several.conversation_id = legs.conversation_id
)

select
    source,
    conversation_id,
    min(offered_at) as started_at,
    max(ended_at) as ended_at,
    count(*) as legs,
    max(case when customers = 1 then customer end) as customer,
    max(case when leg = 1 then direction end) = 'inbound' as is_customer_made,
    max(case when leg = 1 then direction end) = 'inbound' and max(case when is_offered then 1 else 0 end) = 1 as is_offered,
    max(all_answers) > 0 as is_answered,
    max(case when leg = 1 then channel end) as channel,
    coalesce(
        max(case when is_answered and answers = 1 then queue end), max(case when leg = 1 then queue end)
    ) as queue,
    coalesce(
        max(case when is_answered and answers = 1 then topic end), max(case when leg = 1 then topic end)
    ) as topic,
    max(case when is_answered and answers = 1 then agent end) as agent,
    max(case when is_answered and answers = all_answers then agent end) as closing_agent,
    max(case when is_answered and answers = all_answers then is_resolved end) as is_resolved,
    case
        when sum(case when is_answered and handle_s is null then 1 else 0 end) = 0
            then sum(case when is_answered then handle_s end)
    end as handle_s,
    max(case when leg = 1 then source_ref end) as source_ref,
    max(case when leg = 1 then recording_ref end) as recording_ref
from placed
group by source, conversation_id
