-- One row per change of a ticket that clocks depend on, in order; what a source states only as an instant is a change too.
-- A change stamped before its ticket was created counts at the creation: hosts' clocks differ. A status that is none of
-- ours counts as open.
with stamped as (
    select
        source, ticket_id, created_at, 'status' as field, 'new' as value, cast(null as varchar) as actor,
        created_at as happened_at, -1 as turn, '' as event_id
    from core_tickets
    where not is_thread
    union all
    select
        tickets.source, tickets.ticket_id, tickets.created_at, 'status' as field, stamps.status as value,
        cast(null as varchar) as actor, case when stamps.status = 'solved' then solved_at else closed_at end as happened_at,
        case when stamps.status = 'solved' then 0 else 1 end as turn, '' as event_id
    from core_tickets as tickets
    cross join (select 'solved' as status union all select 'closed' as status) as stamps
    left join (select distinct source, ticket_id from raw_ticket_events where field = 'status') as followed
        on followed.source = tickets.source and followed.ticket_id = tickets.ticket_id
    where followed.ticket_id is null
        and case when stamps.status = 'solved' then solved_at else closed_at end is not null
),

recorded as (
    select
        events.source, events.ticket_id, tickets.created_at, events.field,
        case
            when events.field = 'status' and coalesce(names.status, events.value)
                in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')
                then coalesce(names.status, events.value)
            when events.field = 'status' then 'open'
            when events.field in ('queue', 'priority') then coalesce(names.name, events.value)
            else events.value
        end as value,
        events.actor, greatest(events.happened_at, tickets.created_at) as happened_at,
        coalesce(events.sequence, 0) as turn, events.event_id
    from raw_ticket_events as events
    inner join core_tickets as tickets on tickets.source = events.source and tickets.ticket_id = events.ticket_id
    left join raw_directory as names
        on names.source = events.source and names.entry_id = events.value
        and names.kind = case when events.field = 'queue' then 'group' else events.field end
    where events.field in ('status', 'priority', 'agent', 'queue', 'schedule', 'sla_policy', 'customer_group')
)

select * from stamped
union all
select * from recorded
