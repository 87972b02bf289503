-- The one contact that a conversation id names, by who asks: judgements, answers and promises know an id, not whose it is. Of all
-- that ever had the id it is the one of the asking source itself, else a call before a ticket; where that began outside of the weeks read, none:
-- whose an answer is must not hang on which weeks are computed.
with asked_about as (
    select source, conversation_id from raw_evaluations
    union
    select source, conversation_id from raw_surveys
    union
    select source, conversation_id from raw_promises
),

asked_here as (
    select source, conversation_id
    from asked_about
    where conversation_id in (select conversation_id from fact_contacts)
),

ids as (
    select distinct conversation_id from asked_here
),

owners as (
    select calls.source, ids.conversation_id, false as is_written
    from raw_calls as calls
    left join core_later_conversations as later on later.source = calls.source and later.call_id = calls.call_id
    inner join ids on ids.conversation_id = coalesce(later.conversation_id, calls.conversation_id, calls.call_id)
    where calls.outcome <> 'no_call'
    union
    select events.source, ids.conversation_id, false as is_written
    from raw_queue_events as events
    inner join ids on ids.conversation_id = events.call_id
    union
    select tickets.source, ids.conversation_id, true as is_written
    from raw_tickets as tickets
    inner join ids on ids.conversation_id = tickets.ticket_id
    where coalesce(tickets.status, 'open') <> 'deleted'
    union
    select threads.source, ids.conversation_id, true as is_written
    from core_ticket_threads as threads
    inner join ids on ids.conversation_id = threads.ticket_id
),

numbered as (
    select
        asked_here.source as asked_by, owners.*,
        row_number() over (
            partition by asked_here.source, asked_here.conversation_id
            order by case when owners.source = asked_here.source then 0 else 1 end, owners.is_written, owners.source
        ) as choice
    from asked_here
    inner join owners on owners.conversation_id = asked_here.conversation_id
)

select numbered.asked_by, contacts.*
from numbered
inner join fact_contacts as contacts
    on contacts.source = numbered.source and contacts.conversation_id = numbered.conversation_id
    and contacts.is_written = numbered.is_written
where numbered.choice = 1
