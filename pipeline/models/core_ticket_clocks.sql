-- One row per ticket: what the stretches of its statuses add up to, in calendar and business time. The reading of a ticket
-- that is still open runs up to the data's end.
with marks as (
    select
        ticket_no,
        max(case when is_now then status end) as status,
        sum(case when is_reopening then 1 else 0 end) as reopens,
        min(case when is_move and status <> 'new' then from_at end) as moved_at,
        min(case when is_solving then from_at end) as first_solved_at,
        max(case when is_solving then from_at end) as last_solved_at
    from core_ticket_states
    group by ticket_no
)

select
    marks.ticket_no, max(marks.status) as status, cast(max(marks.reopens) as bigint) as reopens, max(marks.moved_at) as moved_at,
    max(marks.first_solved_at) as first_solved_at, max(marks.last_solved_at) as last_solved_at,
    max(case when stretches.business_s is null then 1 else 0 end) = 0 as has_business,
    sum(case when stretches.status in ('new', 'open', 'hold') then calendar_s else 0 end) as requester_wait_s,
    sum(case when stretches.status in ('new', 'open', 'hold') then business_s else 0 end) as requester_wait_business_s,
    sum(case when stretches.status in ('new', 'open') then calendar_s else 0 end) as agent_work_s,
    sum(case when stretches.status in ('new', 'open') then business_s else 0 end) as agent_work_business_s,
    sum(case when stretches.status = 'pending' then calendar_s else 0 end) as agent_wait_s,
    sum(case when stretches.status = 'hold' then calendar_s else 0 end) as on_hold_s,
    sum(case when stretches.from_at < marks.last_solved_at then stretches.business_s else 0 end)
        as full_resolution_business_s
from marks
inner join core_ticket_stretches as stretches on stretches.ticket_no = marks.ticket_no and stretches.kind = 'status'
group by marks.ticket_no
