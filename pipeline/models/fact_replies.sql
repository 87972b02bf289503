-- One row per answered turn of a ticket, dated by the ticket: how long the customer waited for this person's reply. Business time
-- is known where that of every stretch is.
with waits as (
    select ticket_no, place, sum(calendar_s) as wait_s,
        case when count(business_s) = count(*) then sum(business_s) end as wait_business_s
    from core_ticket_stretches
    where kind = 'reply'
    group by ticket_no, place
)

select
    tickets.source, turns.message_id, tickets.ticket_id, tickets.ticket_id as conversation_id, true as is_written,
    turns.turn,
    versions.team, turns.agent, tickets.queue, tickets.topic, tickets.channel, tickets.created_at,
    tickets.week, tickets.day, tickets.half_hour, tickets.half_hour_at,
    tickets.age_s, turns.asked_at, turns.replied_at, turns.turn = 0 as is_first, waits.wait_s, waits.wait_business_s,
    tickets.source_ref, tickets.recording_ref
from core_ticket_replies as turns
inner join core_ticket_heads as tickets on tickets.ticket_no = turns.ticket_no
left join waits on waits.ticket_no = turns.ticket_no and waits.place = turns.turn
left join core_agents as versions
    on versions.agent = turns.agent
    and versions.valid_from <= turns.replied_at and versions.valid_to > turns.replied_at
where turns.replied_at is not null
