-- One row per contact: a conversation with all its legs, and what came before and after it, as far as the data reach. `is_offered`: a call,
-- chat or video call of the customer's that asked for an agent; NULL where the source would not tell had nobody answered.
select
    contacts.source, contacts.conversation_id, contacts.customer,
    versions.team, contacts.agent, contacts.closing_agent, contacts.queue, contacts.topic, contacts.channel,
    contacts.started_at, contacts.ended_at,
    calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    greatest(0, least(epoch((select until from build_range)) - epoch(contacts.started_at), 2592000)) as age_s,
    contacts.is_written, contacts.legs, contacts.is_customer_made,
    case
        when not contacts.is_offered or contacts.channel in ('email', 'messenger') then false
        when alone.source is null then true
    end as is_offered,
    contacts.is_answered,
    contacts.is_reached, contacts.is_waiting, contacts.customer is not null as is_identified, contacts.is_resolved, contacts.handle_s,
    returns.return_after_s, returns.since_previous_s, returns.quiet_before_s, reached.reached_after_s,
    coalesce(returns.contacts_30d, 1) as contacts_30d,
    case
        when horizon.last_end is not null
            then greatest(0, least(epoch(horizon.last_end) - epoch(contacts.ended_at), 2592000))
    end as observed_s,
    case
        when beginnings.first_at is not null
            then greatest(0, least(epoch(contacts.started_at) - epoch(beginnings.first_at), 2592000))
    end as seen_before_s,
    contacts.source_ref, contacts.recording_ref
from core_contacts as contacts
cross join core_horizon as horizon
inner join calendar on calendar.zone = contacts.zone and calendar.slot = contacts.slot
left join core_beginnings as beginnings
    on beginnings.source = contacts.source and beginnings.is_written = contacts.is_written
left join core_returns as returns
    on returns.source = contacts.source and returns.conversation_id = contacts.conversation_id
    and returns.is_written = contacts.is_written
left join core_reached as reached
    on reached.source = contacts.source and reached.conversation_id = contacts.conversation_id
    and reached.is_written = contacts.is_written
left join core_answered_alone as alone on alone.source = contacts.source and alone.channel = contacts.channel
left join core_agents as versions
    on versions.agent = contacts.agent
    and versions.valid_from <= contacts.started_at
    and versions.valid_to > contacts.started_at
