-- One row per contact of a known customer, with its case and what the case had cost and seen up to then.
select
    contacts.source, contacts.conversation_id, contacts.customer, contacts.team, contacts.agent, contacts.queue,
    contacts.topic, contacts.channel, contacts.started_at, contacts.ended_at, contacts.week, contacts.day,
    contacts.half_hour, contacts.half_hour_at, contacts.is_written, contacts.is_answered, contacts.is_waiting, contacts.is_resolved,
    contacts.contacts_30d, contacts.age_s, contacts.seen_before_s, contacts.observed_s, contacts.return_after_s, contacts.handle_s,
    steps.case_id, steps.case_opened_at, steps.case_source_began_at, steps.case_until, steps.case_agent, steps.case_queue,
    steps.case_topic, steps.case_channel, steps.latest_agent, steps.contacts, steps.answers, steps.handled_s,
    steps.unmeasured, steps.agent_changes, steps.promises, steps.complaints, steps.abuses, steps.is_last,
    contacts.source_ref, contacts.recording_ref
from core_case_contacts as steps
inner join fact_contacts as contacts
    on contacts.source = steps.source and contacts.conversation_id = steps.conversation_id
    and contacts.is_written = steps.is_written
