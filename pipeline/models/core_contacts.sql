-- One row per contact: a conversation's legs together, or a ticket with its letters. A written contact ends with the last reply;
-- before any it ends where it began, and is not answered. None counts as going on for more than 30 days: what follows later is
-- no return to it. A leg without a conversation that goes on with what another handed on is none of the customer's making: its time is that of
-- the leg it goes on with, too. `is_offered`: a leg of it asked for an agent. `is_waiting`: a ticket that is open and not answered.
-- `reached_at`: when the house got through to its customer; of calls and chats, when they began. `zone` and `slot` find its start in the
-- calendar: as columns of a table, since of computed ones DuckDB expects too few rows of that join, and holds all contacts for the next.
with contacts as (
    select
        calls.source, calls.conversation_id, false as is_written, calls.offered_at as started_at,
        greatest(calls.ended_at, continued.ended_at) as ended_at, 1 + coalesce(continued.legs, 0) as legs,
        calls.customer, calls.direction = 'inbound' and handovers.call_id is null as is_customer_made,
        calls.is_offered and handovers.call_id is null as is_offered, calls.is_answered,
        calls.is_answered and handovers.call_id is null as is_reached, calls.offered_at as reached_at, false as is_waiting, calls.channel,
        calls.queue, calls.topic,
        case when calls.is_answered then calls.agent end as agent,
        case when continued.is_answered then continued.closing_agent when calls.is_answered then calls.agent end as closing_agent,
        case when continued.is_answered then continued.is_resolved when calls.is_answered then calls.is_resolved end as is_resolved,
        case
            when calls.is_answered and continued.source is not null then calls.handle_s + continued.handle_s
            when calls.is_answered then calls.handle_s
        end as handle_s,
        calls.source_ref, calls.recording_ref
    from core_calls as calls
    left join core_conversations as several
        on several.source = calls.source and several.conversation_id = calls.conversation_id
    left join core_handovers as handovers on handovers.source = calls.source and handovers.call_id = calls.call_id
    left join core_continued as continued on continued.source = calls.source and continued.first_call_id = calls.call_id
    where calls.outcome <> 'no_call' and several.source is null
    union all
    select
        source, conversation_id, false as is_written, started_at, ended_at, legs, customer, is_customer_made, is_offered, is_answered,
        is_answered as is_reached, started_at as reached_at, false as is_waiting, channel, queue, topic, agent, closing_agent, is_resolved, handle_s,
        source_ref, recording_ref
    from core_conversations
    union all
    select
        source, conversation_id, true as is_written, started_at, ended_at, 1 as legs, customer, is_customer_made, false as is_offered, is_answered,
        is_reached, reached_at, is_waiting, channel, queue, topic, agent, agent as closing_agent, is_resolved, cast(null as double) as handle_s,
        source_ref, cast(null as varchar) as recording_ref
    from core_written_contacts
)

select
    contacts.source, contacts.conversation_id, contacts.is_written, contacts.started_at,
    least(contacts.ended_at, contacts.started_at + 2592000 * interval '1' second) as ended_at,
    cast(contacts.legs as bigint) as legs, contacts.customer,
    contacts.is_customer_made, contacts.is_offered, contacts.is_answered, contacts.is_reached,
    case when contacts.is_reached then contacts.reached_at end as reached_at, contacts.is_waiting, contacts.channel, contacts.queue,
    contacts.topic, contacts.agent, contacts.closing_agent, contacts.is_resolved, contacts.handle_s, contacts.source_ref,
    contacts.recording_ref,
    coalesce(zones.zone, (select site_zone from build_range)) as zone,
    cast(floor(epoch(contacts.started_at) / 900) as bigint) as slot
from contacts
left join queue_zones as zones on zones.queue = contacts.queue
