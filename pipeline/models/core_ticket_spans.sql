-- Everything of a ticket that is timed: its statuses, and its turns from the customer's word to the reply.
select ticket_no, 'status' as kind, status, place, from_at, to_at, is_now as is_running
from core_ticket_states
where from_at < to_at or is_now
union all
select
    ticket_no, 'reply' as kind, cast(null as varchar) as status, turn as place, asked_at as from_at,
    coalesce(replied_at, (select greatest(until, asked_at) from build_range)) as to_at, replied_at is null as is_running
from core_ticket_replies
where asked_at is not null
