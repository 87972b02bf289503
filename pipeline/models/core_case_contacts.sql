-- The contacts of cases with all that had happened in the case up to and with each of them. Most cases have one contact, which has
-- seen nothing but itself.
with alone as (
    select
        links.*, case when links.is_answered then links.agent end as answering_agent, coalesce(signs.promises, 0) as promises,
        coalesce(signs.complaints, 0) as complaints, coalesce(signs.abuses, 0) as abuses
    from core_case_links as links
    left join core_contact_signs as signs
        on signs.source = links.source and signs.conversation_id = links.conversation_id
    where links.is_alone
)

select
    source, conversation_id, customer, case_no, answering_agent, cast(1 as bigint) as contacts,
    cast(case when is_answered then 1 else 0 end as bigint) as answers,
    cast(case when is_answered then coalesce(handle_s, 0) else 0 end as double) as handled_s,
    cast(case when is_answered and not is_written and handle_s is null then 1 else 0 end as bigint) as unmeasured,
    cast(0 as bigint) as agent_changes, cast(promises as bigint) as promises, cast(complaints as bigint) as complaints,
    cast(abuses as bigint) as abuses, case when is_answered then ended_at end as until,
    cast(case when answering_agent is not null then 1 end as bigint) as last_turn, answering_agent as first_agent, true as is_last,
    source as first_source, conversation_id as first_conversation_id, started_at as first_started_at, queue as first_queue,
    topic as first_topic, channel as first_channel, answering_agent as latest_agent
from alone
union all
select
    source, conversation_id, customer, case_no, answering_agent, contacts, answers, handled_s, unmeasured, agent_changes, promises,
    complaints, abuses, until, last_turn, first_agent, is_last, first_source, first_conversation_id, first_started_at, first_queue,
    first_topic, first_channel, latest_agent
from core_case_steps
