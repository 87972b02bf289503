-- One row per recorded change of a ticket that clocks depend on, and one per value that the first of them tells of the time before:
-- ids as names. A change stamped before its ticket was created counts at the creation: hosts' clocks differ. A status that is none
-- of ours counts as open.
with events as (
    select source, ticket_id, field, value, happened_at, sequence, event_id, actor
    from raw_ticket_events
    union all
    select source, ticket_id, field, value, timestamp '1900-01-01 00:00:00', -1, event_id, cast(null as varchar)
    from core_ticket_firsts
)

select
    tickets.ticket_no, events.field,
    case
        when events.field = 'status' and coalesce(names.status, lower(events.value))
            in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')
            then coalesce(names.status, lower(events.value))
        when events.field = 'status' then 'open'
        when events.field in ('queue', 'priority') then coalesce(names.name, events.value)
        else events.value
    end as value,
    greatest(events.happened_at, tickets.created_at) as happened_at,
    coalesce(events.sequence, 0) as turn, events.event_id, robots.agent is not null as is_by_robot
from events
inner join core_tickets as tickets on tickets.source = events.source and tickets.ticket_id = events.ticket_id
left join ticket_robots as robots on robots.agent = events.actor
left join raw_directory as names
    on names.source = events.source and names.entry_id = events.value
    and names.kind = case when events.field = 'queue' then 'group' else events.field end
where events.field in ('status', 'priority', 'agent', 'queue', 'schedule', 'sla_policy', 'customer_group')
