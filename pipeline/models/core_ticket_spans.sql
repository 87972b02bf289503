-- Everything of a ticket that is timed: its statuses; its turns from the customer's word to the reply, cut where the status changes,
-- because an agreement on replies runs only while a ticket is not solved; and where an agent opened it, the time up to that word.
-- A ticket without letters asks as it is created, where its source tells of replies; a call was answered as it was spoken, and has only
-- the time up to the first reply that its source states.
with unwritten as (
    select
        tickets.ticket_no, tickets.created_at, tickets.first_replied_at as replied_at,
        case when tickets.opened_by <> 'agent' and coalesce(tickets.channel, '') <> 'voice' then tickets.created_at end as asked_at
    from core_tickets as tickets
    inner join reply_sources as sources
        on sources.source = tickets.source and sources.replies_from <= tickets.created_at
    left join core_ticket_replies as written on written.ticket_no = tickets.ticket_no and written.turn = 0
    where written.ticket_no is null and not tickets.is_thread
),

asked as (
    select ticket_no, turn, created_at, asked_at, replied_at
    from core_ticket_replies
    union all
    select ticket_no, 0 as turn, created_at, asked_at, replied_at
    from unwritten
),

turns as (
    select asked.*, coalesce(replied_at, greatest((select until from build_range), asked_at)) as ended_at
    from asked
)

select ticket_no, 'status' as kind, status, place, from_at, to_at, is_now as is_running
from core_ticket_states
where from_at < to_at or is_now
union all
select
    turns.ticket_no, 'reply' as kind, states.status, turns.turn as place,
    greatest(turns.asked_at, case when states.place > 1 then states.from_at else turns.asked_at end) as from_at,
    least(turns.ended_at, case when not states.is_now then states.to_at else turns.ended_at end) as to_at,
    turns.replied_at is null and coalesce(states.is_now, true) as is_running
from turns
left join core_ticket_states as states
    on states.ticket_no = turns.ticket_no
    and (states.from_at < turns.ended_at or states.from_at = turns.asked_at or states.place = 1
        or (states.is_now and turns.replied_at is null))
    and (states.to_at > turns.asked_at or states.is_now)
    and (states.from_at < states.to_at or states.is_now)
where turns.asked_at is not null
union all
select
    ticket_no, 'outbound' as kind, cast(null as varchar) as status, turn as place, created_at as from_at,
    coalesce(asked_at, replied_at) as to_at, false as is_running
from turns
where turn = 0 and replied_at is not null and created_at < coalesce(asked_at, replied_at)
