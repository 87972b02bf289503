-- One row per case that ended unanswered though the house reached the customer afterwards, within the window: with that contact, the
-- first of its kind. It is nothing the customer made, so no part of the chain. Where it stands for the answer of several cases, its
-- time is of the newest alone.
with missed as (
    select steps.source, steps.conversation_id, steps.is_written, steps.customer, steps.started_at, steps.case_until, rule.window_s
    from fact_case_contacts as steps
    cross join case_rule as rule
    where steps.is_last and not steps.is_answered
),

made as (
    select source, conversation_id, customer, started_at, agent, closing_agent, is_resolved, is_written, handle_s
    from core_contacts
    where customer is not null and is_reached and not is_customer_made
),

ranked as (
    select
        missed.source, missed.conversation_id, missed.is_written, missed.started_at as missed_at,
        made.source as made_source, made.conversation_id as made_conversation_id, made.is_written as is_made_written,
        made.started_at, made.agent, made.closing_agent, made.is_resolved, made.handle_s,
        row_number() over (
            partition by missed.source, missed.conversation_id, missed.is_written
            order by made.started_at, made.source, made.conversation_id, made.is_written
        ) as place
    from missed
    inner join made
        on made.customer = missed.customer and made.started_at >= missed.started_at
        and epoch(made.started_at) - epoch(missed.case_until) <= missed.window_s
),

firsts as (
    select
        ranked.*,
        row_number() over (
            partition by made_source, made_conversation_id, is_made_written
            order by missed_at desc, source, conversation_id, is_written
        ) as turn
    from ranked
    where place = 1
)

select
    source, conversation_id, is_written, started_at, agent, closing_agent, is_resolved, is_made_written,
    case when turn = 1 then handle_s when handle_s is not null then 0 end as handle_s
from firsts
