-- One row per ticket that an agent began, though its source does not say so: a public letter of an agent is stamped as the ticket is,
-- to the second, and no customer wrote until then. The agent's first letter alone says nothing: what a form asked may be no letter.
select tickets.source, tickets.ticket_id, 'agent' as opened_by
from raw_tickets as tickets
inner join core_messages as letters on letters.source = tickets.source and letters.ticket_id = tickets.ticket_id
where tickets.opened_by is null and letters.is_public
    and floor(epoch(letters.sent_at)) <= floor(epoch(tickets.created_at))
group by tickets.source, tickets.ticket_id
having max(case when letters.author_role = 'customer' then 1 else 0 end) = 0
    and max(case when letters.author_role = 'agent' and floor(epoch(letters.sent_at)) = floor(epoch(tickets.created_at))
        then 1 else 0 end) = 1
