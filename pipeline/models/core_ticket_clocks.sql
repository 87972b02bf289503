-- One row per ticket: what the stretches of its statuses add up to, in calendar and business time. The reading of a ticket
-- that is still open runs up to the data's end.
with marks as (
    select
        source, ticket_id,
        max(case when is_now then status end) as status,
        sum(case when before in ('solved', 'closed') and status not in ('solved', 'closed', 'deleted') then 1 else 0 end)
            as reopens,
        min(case when status <> 'new' and before is not null then from_at end) as moved_at,
        min(case when status in ('solved', 'closed') then from_at end) as first_solved_at,
        max(case when status in ('solved', 'closed') and coalesce(before, 'new') not in ('solved', 'closed') then from_at end)
            as last_solved_at
    from core_ticket_states
    group by source, ticket_id
),

sums as (
    select
        stretches.source, stretches.ticket_id,
        max(case when business_s is null then 1 else 0 end) = 0 as has_business,
        sum(case when status in ('new', 'open', 'hold') then calendar_s else 0 end) as requester_wait_s,
        sum(case when status in ('new', 'open', 'hold') then business_s else 0 end) as requester_wait_business_s,
        sum(case when status in ('new', 'open') then calendar_s else 0 end) as agent_work_s,
        sum(case when status in ('new', 'open') then business_s else 0 end) as agent_work_business_s,
        sum(case when status = 'pending' then calendar_s else 0 end) as agent_wait_s,
        sum(case when status = 'hold' then calendar_s else 0 end) as on_hold_s
    from core_ticket_stretches as stretches
    where kind = 'status'
    group by stretches.source, stretches.ticket_id
),

solutions as (
    select
        stretches.source, stretches.ticket_id,
        sum(case when stretches.from_at < marks.first_solved_at then stretches.business_s else 0 end)
            as first_resolution_business_s,
        sum(case when stretches.from_at < marks.last_solved_at then stretches.business_s else 0 end)
            as full_resolution_business_s
    from core_ticket_stretches as stretches
    inner join marks on marks.source = stretches.source and marks.ticket_id = stretches.ticket_id
    where stretches.kind = 'status'
    group by stretches.source, stretches.ticket_id
)

select sums.*, marks.status, marks.reopens, marks.moved_at, marks.first_solved_at, marks.last_solved_at,
    solutions.first_resolution_business_s, solutions.full_resolution_business_s
from sums
inner join marks on marks.source = sums.source and marks.ticket_id = sums.ticket_id
inner join solutions on solutions.source = sums.source and solutions.ticket_id = sums.ticket_id
