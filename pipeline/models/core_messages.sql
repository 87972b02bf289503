-- One row per letter or note of a ticket or thread, with who wrote it. Robots, named in the settings, are told from people;
-- turns of calls and chats are not letters, but those of a ticket are, though a call happens to have its id.
with named as (
    select *, conversation_id as ticket_id
    from core_letter_authors
    where conversation_id is not null
),

spoken as (
    select distinct coalesce(conversation_id, call_id) as conversation_id
    from raw_calls
    where coalesce(conversation_id, call_id) in (select ticket_id from named)
),

alike as (
    select tickets.source, tickets.ticket_id
    from raw_tickets as tickets
    inner join spoken on spoken.conversation_id = tickets.ticket_id
)

select
    named.source, named.message_id, named.ticket_id, named.sent_at, coalesce(named.is_public, true) as is_public,
    named.channel, named.customer_key, named.agent, named.has_contract_number, named.has_login,
    case when robots.agent is not null then 'automatic' else named.author_role end as author_role,
    lower(coalesce(named.body, '')) as body
from named
left join ticket_robots as robots on robots.agent = named.agent
left join spoken on spoken.conversation_id = named.ticket_id
left join alike on alike.source = named.source and alike.ticket_id = named.ticket_id
where spoken.conversation_id is null or alike.ticket_id is not null
