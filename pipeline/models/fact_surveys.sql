-- One row per answer of a customer, dated by the contact asked about.
select
    answers.source, answers.survey_id, contacts.source as contact_source, answers.conversation_id, contacts.is_written,
    answers.question, answers.score, answers.answered_at,
    contacts.team, contacts.agent, contacts.queue, contacts.topic, contacts.channel,
    contacts.started_at, contacts.week, contacts.day, contacts.half_hour, contacts.half_hour_at,
    contacts.source_ref, contacts.recording_ref
from raw_surveys as answers
inner join core_contact_of as contacts
    on contacts.asked_by = answers.source and contacts.conversation_id = answers.conversation_id
