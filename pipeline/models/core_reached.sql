-- For each contact that a known customer made and nobody answered, letters apart: how long after its end somebody of the house next
-- spoke or wrote to that customer in a contact that began since, whoever began it; a letter of the customer's own counts when it was
-- answered. Nothing is looked for beyond 30 days.
with missed as (
    select distinct customer
    from core_contacts
    where customer is not null and is_customer_made and not is_answered and not is_written
),

contacts as (
    select
        contacts.source, contacts.conversation_id, contacts.is_written, contacts.customer, contacts.started_at, contacts.ended_at,
        contacts.reached_at, contacts.is_customer_made and not contacts.is_answered and not contacts.is_written as is_missed
    from core_contacts as contacts
    inner join missed on missed.customer = contacts.customer
),

followed as (
    select
        source, conversation_id, is_written, ended_at, is_missed,
        min(reached_at) over (
            partition by customer order by started_at range between current row and unbounded following
        ) as reached_at
    from contacts
)

select source, conversation_id, is_written, greatest(0, epoch(reached_at) - epoch(ended_at)) as reached_after_s
from followed
where is_missed and epoch(reached_at) - epoch(ended_at) <= 2592000
