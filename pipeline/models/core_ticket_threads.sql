-- One row per thread of letters that is no ticket of its source.
with placed as (
    select
        core_messages.*,
        row_number() over (partition by source, ticket_id order by sent_at, message_id) as place
    from core_messages
    where is_public
)

select
    placed.source, placed.ticket_id,
    coalesce(min(placed.channel), 'email') as channel,
    max(placed.customer_key) as customer_key,
    max(case when placed.place = 1 then placed.author_role end) as opened_by,
    min(placed.sent_at) as created_at,
    max(placed.sent_at) as last_at
from placed
left join raw_tickets as known on known.source = placed.source and known.ticket_id = placed.ticket_id
where known.ticket_id is null
group by placed.source, placed.ticket_id
