-- One row per letter or note of a ticket or thread, with who wrote it. Robots, named in the settings, are told from people;
-- turns of calls and chats are not letters, but those of a ticket are, though a call happens to have its id.
with named as (
    select
        letters.source, letters.message_id, letters.conversation_id as ticket_id, letters.sent_at, letters.is_public,
        letters.channel, letters.customer_key, letters.body,
        letters.has_contract_number, letters.has_login,
        coalesce(
            letters.author_role, people.role, case when letters.agent is not null then 'agent' end
        ) as stated_role,
        coalesce(letters.agent, case when people.role = 'agent' then letters.author_id end) as writer
    from raw_messages as letters
    left join raw_directory as people
        on people.source = letters.source and people.kind = 'user' and people.entry_id = letters.author_id
    where letters.conversation_id is not null
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
    named.channel, named.customer_key, named.writer as agent, named.has_contract_number, named.has_login,
    case when robots.agent is not null then 'automatic' else named.stated_role end as author_role,
    lower(coalesce(named.body, '')) as body
from named
left join ticket_robots as robots on robots.agent = named.writer
left join spoken on spoken.conversation_id = named.ticket_id
left join alike on alike.source = named.source and alike.ticket_id = named.ticket_id
where spoken.conversation_id is null or alike.ticket_id is not null
