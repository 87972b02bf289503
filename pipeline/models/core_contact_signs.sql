-- One row per contact in which something was promised, complained of or abusive: what a case remembers of it.
with signs as (
    select contact_source as source, conversation_id, is_written, 1 as promises, 0 as complaints, 0 as abuses
    from core_promises
    union all
    select source, ticket_id as conversation_id, true as is_written, 0 as promises, 0 as complaints, 1 as abuses
    from fact_letters
    where is_abusive
    union all
    select source, ticket_id as conversation_id, true as is_written, 0 as promises, 1 as complaints, 0 as abuses
    from fact_tickets
    where is_complaint
)

select
    source, conversation_id, is_written, sum(promises) as promises, max(complaints) as complaints, max(abuses) as abuses
from signs
group by source, conversation_id, is_written
