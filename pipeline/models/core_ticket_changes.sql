-- One row per change of a ticket that clocks depend on, in order; what a source states only as an instant is a change too.
-- Where only the status of now is stated, it holds: an instant of solving says nothing of a ticket that is open again, and of one
-- that is over at no stated instant no course is known. So it is with a history that broke off: a ticket that is over by now, and by
-- no change.
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
    where tickets.tells_status and (firsts.ticket_id is null or unfollowed.ticket_no is not null)
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
)

select * from stamped
union all
select
    events.ticket_no, events.field, events.value, events.happened_at, events.turn, events.event_id, true as is_recorded,
    events.is_by_robot
from core_ticket_events as events
left join unfollowed on unfollowed.ticket_no = events.ticket_no
where events.field <> 'status' or unfollowed.ticket_no is null
