-- One row per answered turn of a ticket, dated by the ticket: how long the customer waited for this person's reply.
with waits as (
    select source, ticket_id, place, sum(calendar_s) as wait_s, sum(business_s) as wait_business_s
    from core_ticket_stretches
    where kind = 'reply'
    group by source, ticket_id, place
)

select
    turns.source, turns.message_id, turns.ticket_id, turns.ticket_id as conversation_id, turns.turn,
    versions.team, turns.agent, tickets.queue, tickets.topic, tickets.channel, tickets.created_at,
    tickets.week, tickets.day, tickets.half_hour, tickets.half_hour_at,
    turns.asked_at, turns.replied_at, turns.turn = 0 as is_first, waits.wait_s, waits.wait_business_s,
    tickets.source_ref, tickets.recording_ref
from core_ticket_replies as turns
inner join fact_tickets as tickets on tickets.source = turns.source and tickets.ticket_id = turns.ticket_id
left join waits on waits.source = turns.source and waits.ticket_id = turns.ticket_id and waits.place = turns.turn
left join core_agents as versions
    on versions.agent = turns.agent
    and versions.valid_from <= turns.replied_at and versions.valid_to > turns.replied_at
where turns.replied_at is not null
