-- One row per promised instant: those that were recorded, and days that agents promised in letters ("until the 12th",
-- "до 12.05"): the first such day after the letter, kept when the ticket was next solved by the end of it. Of a thread, and of a ticket
-- that was solved at no stated instant, that is not known: no course tells it.
with written as (
    select
        source, message_id, ticket_id, agent, sent_at,
        regexp_extract(body, '{promised_day}', 1) as said
    from core_messages
    where author_role = 'agent' and is_public and regexp_matches(body, '{promised_day}')
),

read as (
    select
        written.*,
        cast(regexp_extract(said, '^([0-9]+)', 1) as integer) as month_day,
        case when regexp_matches(said, '[.][0-9]') then cast(regexp_extract(said, '[.]([0-9]+)', 1) as integer) end as month
    from written
),

dated as (
    select
        read.source, read.message_id, read.ticket_id, read.agent, read.sent_at,
        min(days.ends_at) as due_at
    from read
    inner join promise_days as days
        on days.month_day = read.month_day and (read.month is null or days.month = read.month)
        and days.ends_at > read.sent_at and days.ends_at <= read.sent_at + interval '60' day
    group by read.source, read.message_id, read.ticket_id, read.agent, read.sent_at
)

select
    noted.source, noted.promise_id, coalesce(contacts.source, noted.source) as contact_source, noted.conversation_id,
    contacts.is_written, noted.agent, noted.promised_at, noted.due_at, noted.kept_at, true as is_followed
from raw_promises as noted
left join core_contact_of as contacts
    on contacts.asked_by = noted.source and contacts.conversation_id = noted.conversation_id
union all
select
    dated.source, dated.message_id as promise_id, dated.source as contact_source, dated.ticket_id as conversation_id,
    true as is_written, dated.agent, dated.sent_at as promised_at, dated.due_at,
    min(states.from_at) as kept_at, courses.ticket_no is not null as is_followed
from dated
left join core_tickets as tickets on tickets.source = dated.source and tickets.ticket_id = dated.ticket_id
left join core_ticket_clocks as courses on courses.ticket_no = tickets.ticket_no
left join core_ticket_states as states
    on states.ticket_no = tickets.ticket_no and states.is_solving and states.from_at >= dated.sent_at
group by dated.source, dated.message_id, dated.ticket_id, dated.agent, dated.sent_at, dated.due_at, courses.ticket_no
