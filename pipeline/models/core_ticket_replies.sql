-- One row per turn of a ticket: what the customer wrote since the last reply, and the person's public reply that ended it.
-- The letter with which an agent opens a ticket is no reply, and asks for none: its first turn begins with the customer's word.
-- A letter stamped before its ticket counts at the creation: hosts' clocks differ.
with letters as (
    select
        tickets.ticket_no, messages.message_id, messages.author_role, messages.agent, tickets.created_at,
        greatest(messages.sent_at, tickets.created_at) as sent_at, coalesce(tickets.opened_by, 'customer') = 'agent' as is_outbound,
        row_number() over (
            partition by tickets.ticket_no order by messages.sent_at, messages.message_id
        ) as place
    from core_messages as messages
    inner join core_tickets as tickets
        on tickets.source = messages.source and tickets.ticket_id = messages.ticket_id
    where messages.is_public and messages.author_role in ('customer', 'agent')
),

marked as (
    select
        letters.*,
        author_role = 'agent' and not (place = 1 and is_outbound) as is_reply
    from letters
),

turns as (
    select
        marked.*,
        cast(coalesce(sum(case when is_reply then 1 else 0 end) over (
            partition by ticket_no order by place rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as turn
    from marked
)

select
    ticket_no, turn,
    min(created_at) as created_at,
    min(case when turn = 0 and not is_outbound then created_at when author_role = 'customer' then sent_at end) as asked_at,
    max(case when is_reply then sent_at end) as replied_at,
    max(case when is_reply then agent end) as agent,
    max(case when is_reply then message_id end) as message_id
from turns
group by ticket_no, turn
