-- Cases once more, each with who answered last in it, and known as far back as the source of its last contact.
select
    cases.source, cases.conversation_id, cases.case_id, cases.customer, versions.team, cases.closing_agent as agent, cases.queue,
    cases.topic, cases.channel, cases.started_at, cases.week, cases.day, cases.half_hour, cases.half_hour_at, cases.age_s,
    cases.closing_seen_before_s as seen_before_s, cases.contacts, cases.contacts_30d, cases.handle_s, cases.is_spoken,
    cases.is_over, cases.is_resolved, cases.ending, cases.source_ref, cases.recording_ref
from fact_cases as cases
left join core_agents as versions
    on versions.agent = cases.closing_agent
    and versions.valid_from <= cases.started_at and versions.valid_to > cases.started_at
