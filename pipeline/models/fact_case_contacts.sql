-- One row per contact of a known customer: its case, and what the case had cost and seen up to then. Runs on where the customer's
-- newest case stood before (`case_tails`), so that a new week needs no old ones.
with carried as (
    select
        links.source, links.conversation_id, links.until, links.answering_agent, links.is_last,
        coalesce(tails.case_id, concat(links.first_source, '/', links.first_conversation_id)) as case_id,
        coalesce(tails.case_opened_at, links.first_started_at) as case_opened_at,
        coalesce(tails.case_agent, links.first_agent) as case_agent,
        case when tails.tail_no is null then links.first_queue else tails.case_queue end as case_queue,
        case when tails.tail_no is null then links.first_topic else tails.case_topic end as case_topic,
        case when tails.tail_no is null then links.first_channel else tails.case_channel end as case_channel,
        greatest(links.until, tails.case_until) as case_until,
        coalesce(links.latest_agent, tails.latest_agent) as latest_agent,
        links.contacts + coalesce(tails.contacts, 0) as contacts,
        links.answers + coalesce(tails.answers, 0) as answers,
        links.handled_s + coalesce(tails.handled_s, 0) as handled_s,
        links.unmeasured + coalesce(tails.unmeasured, 0) as unmeasured,
        links.agent_changes + coalesce(tails.agent_changes, 0)
            + case when links.last_turn is not null and tails.latest_agent <> links.first_agent then 1 else 0 end
            as agent_changes,
        links.promises + coalesce(tails.promises, 0) as promises,
        links.complaints + coalesce(tails.complaints, 0) as complaints,
        links.abuses + coalesce(tails.abuses, 0) as abuses
    from core_case_contacts as links
    left join case_tails as tails on tails.tail_no = -links.case_no
)

select
    contacts.source, contacts.conversation_id, contacts.customer, contacts.team, contacts.agent, contacts.queue,
    contacts.topic, contacts.channel, contacts.started_at, contacts.ended_at, contacts.week, contacts.day,
    contacts.half_hour, contacts.half_hour_at, contacts.is_written, contacts.is_answered, contacts.is_resolved,
    contacts.contacts_30d, contacts.observed_s, contacts.return_after_s, contacts.handle_s,
    carried.case_id, carried.case_opened_at, carried.case_until, carried.case_agent, carried.case_queue,
    carried.case_topic, carried.case_channel, carried.latest_agent, carried.contacts, carried.answers, carried.handled_s,
    carried.unmeasured, carried.agent_changes, carried.promises, carried.complaints, carried.abuses, carried.is_last,
    contacts.source_ref, contacts.recording_ref
from carried
inner join fact_contacts as contacts
    on contacts.source = carried.source and contacts.conversation_id = carried.conversation_id
