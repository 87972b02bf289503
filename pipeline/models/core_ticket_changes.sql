-- One row per change of a ticket that clocks depend on, in order; what a source states only as an instant is a change too.
-- A change stamped before its ticket was created counts at the creation: hosts' clocks differ. A status that is none of
-- ours counts as open. Where only the status of now is stated, it holds: an instant of solving says nothing of a ticket that is open
-- again, and of one that is over at no stated instant no course is known. So it is with a history that broke off: a ticket that is
-- over by now, and by no change.
with unfollowed as (
    select core_tickets.*
    from core_tickets
    left join core_ticket_histories as histories
        on histories.source = core_tickets.source and histories.ticket_id = core_tickets.ticket_id
    where histories.ticket_id is null or (not histories.is_ended and core_tickets.status in ('solved', 'closed'))
),

stamped as (
    select
        tickets.ticket_no, 'status' as field,
        case when unfollowed.status in ('open', 'pending', 'hold') then unfollowed.status else 'new' end as value,
        tickets.created_at as happened_at, -1 as turn, '' as event_id, false as is_recorded, false as is_by_robot
    from core_tickets as tickets
    left join unfollowed on unfollowed.ticket_no = tickets.ticket_no
    left join core_ticket_firsts as firsts
        on firsts.source = tickets.source and firsts.ticket_id = tickets.ticket_id and firsts.field = 'status'
    where not tickets.is_thread and (firsts.ticket_id is null or unfollowed.ticket_no is not null)
        and not (coalesce(unfollowed.status in ('solved', 'closed'), false)
            and unfollowed.solved_at is null and unfollowed.closed_at is null)
    union all
    select ticket_no, 'status' as field, 'solved' as value, solved_at as happened_at, 0 as turn, '' as event_id,
        false as is_recorded, false as is_by_robot
    from unfollowed
    where solved_at is not null and coalesce(status, 'solved') not in ('new', 'open', 'pending', 'hold')
    union all
    select ticket_no, 'status' as field, 'closed' as value, closed_at as happened_at, 1 as turn, '' as event_id,
        false as is_recorded, false as is_by_robot
    from unfollowed
    where closed_at is not null and coalesce(status, 'closed') not in ('new', 'open', 'pending', 'hold')
),

events as (
    select source, ticket_id, field, value, happened_at, sequence, event_id, actor
    from raw_ticket_events
    union all
    select source, ticket_id, field, value, timestamp '1900-01-01 00:00:00', -1, event_id, cast(null as varchar)
    from core_ticket_firsts
),

recorded as (
    select
        tickets.ticket_no, events.field,
        case
            when events.field = 'status' and coalesce(names.status, events.value)
                in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')
                then coalesce(names.status, events.value)
            when events.field = 'status' then 'open'
            when events.field in ('queue', 'priority') then coalesce(names.name, events.value)
            else events.value
        end as value,
        greatest(events.happened_at, tickets.created_at) as happened_at,
        coalesce(events.sequence, 0) as turn, events.event_id, true as is_recorded,
        robots.agent is not null as is_by_robot
    from events
    inner join core_tickets as tickets on tickets.source = events.source and tickets.ticket_id = events.ticket_id
    left join unfollowed on unfollowed.ticket_no = tickets.ticket_no
    left join ticket_robots as robots on robots.agent = events.actor
    left join raw_directory as names
        on names.source = events.source and names.entry_id = events.value
        and names.kind = case when events.field = 'queue' then 'group' else events.field end
    where events.field in ('status', 'priority', 'agent', 'queue', 'schedule', 'sla_policy', 'customer_group')
        and (events.field <> 'status' or unfollowed.ticket_no is null)
)

select * from stamped
union all
select * from recorded
