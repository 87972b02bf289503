-- One row per contact in which something was promised, complained of or abusive: what a case remembers of it.
with promised as (
    select contact_source as source, conversation_id, count(*) as promises
    from core_promises
    group by contact_source, conversation_id
),

abused as (
    select source, ticket_id as conversation_id, 1 as is_abusive
    from fact_letters
    where not is_agents and insult + swear + masked_swear + harassment + violence_threat > 0
    group by source, ticket_id
),

complained as (
    select source, ticket_id as conversation_id, 1 as is_complaint
    from fact_tickets
    where is_complaint
)

select
    coalesce(promised.source, abused.source, complained.source) as source,
    coalesce(promised.conversation_id, abused.conversation_id, complained.conversation_id) as conversation_id,
    coalesce(max(promised.promises), 0) as promises,
    coalesce(max(abused.is_abusive), 0) as abuses,
    coalesce(max(complained.is_complaint), 0) as complaints
from promised
full join abused on abused.source = promised.source and abused.conversation_id = promised.conversation_id
full join complained
    on complained.source = coalesce(promised.source, abused.source)
    and complained.conversation_id = coalesce(promised.conversation_id, abused.conversation_id)
group by 1, 2
