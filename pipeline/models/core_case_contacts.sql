-- One row per contact of a known customer: its case, and what the case had cost and seen up to then. Most cases have one contact,
-- which has seen nothing but itself. `handled_s` is of calls and chats, NULL where none was answered. A case that had begun before
-- runs on where the customer's newest case stood (`case_tails`), so that a new week needs no old ones. Those are joined apart:
-- numbers of new cases are a customer's own, mostly 1, and a join by them would hold them all in one partition.
with alone as (
    select
        links.*, case when links.is_answered then links.agent end as answering_agent, coalesce(signs.promises, 0) as promises,
        coalesce(signs.complaints, 0) as complaints, coalesce(signs.abuses, 0) as abuses
    from core_case_links as links
    left join core_contact_signs as signs
        on signs.source = links.source and signs.conversation_id = links.conversation_id and signs.is_written = links.is_written
    where links.is_alone
)

select
    source, conversation_id, is_written, true as is_last, own_case_id as case_id, started_at as case_opened_at,
    source_began_at as case_source_began_at, ended_at as case_until, answering_agent as case_agent, queue as case_queue,
    topic as case_topic, channel as case_channel, answering_agent as latest_agent, cast(1 as bigint) as contacts,
    cast(case when is_answered then 1 else 0 end as bigint) as answers,
    cast(case when is_answered and not is_written then coalesce(handle_s, 0) end as double) as handled_s,
    cast(case when is_answered and not is_written and handle_s is null then 1 else 0 end as bigint) as unmeasured,
    cast(0 as bigint) as agent_changes, cast(promises as bigint) as promises, cast(complaints as bigint) as complaints,
    cast(abuses as bigint) as abuses
from alone
union all
select
    source, conversation_id, is_written, is_last, case_id, first_started_at as case_opened_at,
    first_source_began_at as case_source_began_at, until as case_until, first_agent as case_agent, first_queue as case_queue,
    first_topic as case_topic, first_channel as case_channel, latest_agent, contacts, answers, handled_s, unmeasured, agent_changes, promises, complaints, abuses
from core_case_steps
where case_no > 0
union all
select
    steps.source, steps.conversation_id, steps.is_written, steps.is_last, tails.case_id, tails.case_opened_at,
    tails.case_source_began_at, greatest(steps.until, tails.case_until) as case_until,
    coalesce(tails.case_agent, steps.first_agent) as case_agent,
    tails.case_queue, tails.case_topic, tails.case_channel, coalesce(steps.latest_agent, tails.latest_agent) as latest_agent,
    steps.contacts + tails.contacts as contacts, steps.answers + tails.answers as answers,
    coalesce(steps.handled_s + tails.handled_s, steps.handled_s, tails.handled_s) as handled_s,
    steps.unmeasured + tails.unmeasured as unmeasured,
    steps.agent_changes + tails.agent_changes
        + case when steps.last_turn is not null and tails.latest_agent <> steps.first_agent then 1 else 0 end as agent_changes,
    steps.promises + tails.promises as promises, steps.complaints + tails.complaints as complaints,
    steps.abuses + tails.abuses as abuses
from core_case_steps as steps
inner join case_tails as tails on tails.tail_no = -steps.case_no
where steps.case_no < 0
