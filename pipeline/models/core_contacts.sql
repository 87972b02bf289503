-- One row per contact: a conversation's legs together, in the order they were offered, or a ticket with its letters. A written
-- contact ends with the last reply; before any it ends where it began, and is not answered. None counts as going on for more than
-- 30 days: what follows later is no return to it.
with legs as (
    select
        source, conversation_id, call_id, customer, direction, channel, queue, topic, agent, offered_at, ended_at,
        wait_s, handle_s, is_answered, is_resolved, source_ref, recording_ref,
        row_number() over (partition by source, conversation_id order by offered_at, call_id) as leg,
        sum(case when is_answered then 1 else 0 end) over (
            partition by source, conversation_id order by offered_at, call_id
            rows between unbounded preceding and current row
        ) as answers,
        sum(case when is_answered then 1 else 0 end) over (partition by source, conversation_id) as all_answers
    from core_calls
    where outcome <> 'no_call'
)

select
    source,
    conversation_id,
    false as is_written,
    min(offered_at) as started_at,
    least(max(ended_at), min(offered_at) + 2592000 * interval '1' second) as ended_at,
    count(*) as legs,
    min(customer) as customer,
    max(case when leg = 1 then direction end) = 'inbound' as is_customer_made,
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
from legs
group by source, conversation_id
union all
select
    source, conversation_id, true as is_written, started_at,
    least(ended_at, started_at + 2592000 * interval '1' second) as ended_at, 1 as legs, customer, is_customer_made, is_answered,
    channel, queue, topic, agent, agent as closing_agent, is_resolved, cast(null as double) as handle_s, source_ref,
    cast(null as varchar) as recording_ref
from core_written_contacts
