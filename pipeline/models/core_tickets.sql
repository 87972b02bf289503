-- One row per ticket or thread of letters that was open since the rebuild begins, its ids as names. `ticket_no` is its number
-- within this build, by which the other models join. `tells_status`: its source says of tickets whether they are open or solved.
with changed as (
    select older.source, older.ticket_id
    from raw_tickets as older
    inner join raw_ticket_events as events on events.source = older.source and events.ticket_id = older.ticket_id
    where older.created_at < (select since from build_range) and events.happened_at >= (select since from build_range)
    union
    select older.source, older.ticket_id
    from raw_tickets as older
    inner join raw_messages as letters on letters.source = older.source and letters.conversation_id = older.ticket_id
    where older.created_at < (select since from build_range) and letters.sent_at >= (select since from build_range)
),

recorded as (
    select
        tickets.source, tickets.ticket_id, tickets.channel, coalesce(queues.name, tickets.queue) as queue, tickets.topic,
        coalesce(urgencies.name, tickets.priority) as priority, coalesce(statuses.status, lower(tickets.status)) as status,
        tickets.customer_key, tickets.customer_group, tickets.agent,
        coalesce(
            tickets.opened_by, openings.opened_by,
            case when coalesce(tickets.channel, '') <> 'voice' then entered.role end, 'customer'
        ) as opened_by,
        tickets.schedule,
        tickets.created_at, tickets.first_replied_at, tickets.solved_at, tickets.closed_at, tickets.source_ref, false as is_thread
    from raw_tickets as tickets
    left join changed on changed.source = tickets.source and changed.ticket_id = tickets.ticket_id
    left join core_ticket_openings as openings
        on openings.source = tickets.source and openings.ticket_id = tickets.ticket_id
    left join raw_directory as queues
        on queues.source = tickets.source and queues.kind = 'group' and queues.entry_id = tickets.queue
    left join raw_directory as statuses
        on statuses.source = tickets.source and statuses.kind = 'status' and statuses.entry_id = tickets.status
    left join raw_directory as entered
        on entered.source = tickets.source and entered.kind = 'user' and entered.entry_id = tickets.opened_by_id
        and entered.role = 'agent'
    left join raw_directory as urgencies
        on urgencies.source = tickets.source and urgencies.kind = 'priority' and urgencies.entry_id = tickets.priority
    where changed.ticket_id is not null
        or tickets.created_at >= (select since from build_range)
        or coalesce(tickets.solved_at, tickets.closed_at) >= (select since from build_range)
        or coalesce(statuses.status, lower(tickets.status), 'open') not in ('solved', 'closed', 'deleted')
),

everything as (
    select * from recorded
    union all
    select
        source, ticket_id, channel, cast(null as varchar) as queue, cast(null as varchar) as topic,
        cast(null as varchar) as priority, cast(null as varchar) as status, customer_key,
        cast(null as varchar) as customer_group, cast(null as varchar) as agent, opened_by,
        cast(null as varchar) as schedule, created_at, cast(null as timestamp) as first_replied_at,
        cast(null as timestamp) as solved_at, cast(null as timestamp) as closed_at, cast(null as varchar) as source_ref,
        true as is_thread
    from core_ticket_threads
    where last_at >= (select since from build_range)
)

select
    everything.*, not everything.is_thread and telling.source is not null as tells_status,
    coalesce(keys.customer, everything.customer_key) as customer,
    row_number() over (order by everything.created_at, everything.source, everything.ticket_id) as ticket_no
from everything
left join core_customers as keys on keys.customer_key = everything.customer_key
left join status_sources as telling on telling.source = everything.source
