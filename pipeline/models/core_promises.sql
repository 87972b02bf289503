-- One row per promised instant: those that were recorded, and the days promised in letters. `kept_at`: when the ticket was next
-- solved; `answered_at`: when a person next wrote to the customer. Of a thread, of a ticket that was solved at no stated instant, and of
-- a letter with which the ticket was solved, it is not known whether a promise was kept: nothing that came later tells it.
with answered as (
    select dated.source, dated.message_id, min(letters.sent_at) as answered_at
    from core_promised_days as dated
    inner join core_messages as letters
        on letters.source = dated.source and letters.ticket_id = dated.ticket_id and letters.sent_at > dated.sent_at
    where letters.author_role = 'agent' and letters.is_public
    group by dated.source, dated.message_id
)

select
    noted.source, noted.promise_id, coalesce(contacts.source, noted.source) as contact_source, noted.conversation_id,
    contacts.is_written, noted.agent, noted.promised_at, noted.due_at, noted.kept_at,
    cast(null as timestamp) as answered_at, true as is_followed
from raw_promises as noted
left join core_contact_of as contacts
    on contacts.asked_by = noted.source and contacts.conversation_id = noted.conversation_id
union all
select
    dated.source, dated.message_id as promise_id, dated.source as contact_source, dated.ticket_id as conversation_id,
    true as is_written, dated.agent, dated.sent_at as promised_at, dated.due_at,
    min(states.from_at) as kept_at, answered.answered_at,
    courses.ticket_no is not null and coalesce(min(states.from_at) > dated.sent_at + interval '10' minute, true) as is_followed
from core_promised_days as dated
left join answered on answered.source = dated.source and answered.message_id = dated.message_id
left join core_tickets as tickets on tickets.source = dated.source and tickets.ticket_id = dated.ticket_id
left join core_ticket_clocks as courses on courses.ticket_no = tickets.ticket_no
left join core_ticket_states as states
    on states.ticket_no = tickets.ticket_no and states.is_solving and states.from_at >= dated.sent_at
group by dated.source, dated.message_id, dated.ticket_id, dated.agent, dated.sent_at, dated.due_at, answered.answered_at,
    courses.ticket_no
