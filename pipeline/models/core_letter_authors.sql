-- One row per letter, note or turn, with who wrote it: as it says itself, else as the directory says of the author's id, else
-- whom it names. What an employee of the directory wrote is his or hers.
select
    letters.source, letters.message_id, letters.conversation_id, letters.sent_at, letters.is_public, letters.channel,
    letters.customer_key, letters.body, letters.has_contract_number, letters.has_login,
    coalesce(letters.author_role, people.role, case when letters.agent is not null then 'agent' end) as author_role,
    coalesce(letters.agent, case when people.role = 'agent' then letters.author_id end) as agent
from raw_messages as letters
left join raw_directory as people
    on people.source = letters.source and people.kind = 'user' and people.entry_id = letters.author_id
