-- One row per ticket: what the stretches of its statuses add up to, in calendar and business time. The reading of a ticket that is
-- still open runs up to the data's end. How long it was in which status only a whole history tells.
with sums as (
    select
        courses.ticket_no,
        max(case when stretches.business_s is null then 1 else 0 end) = 0 as has_business,
        sum(case when stretches.status in ('new', 'open', 'hold') then calendar_s else 0 end) as requester_wait_s,
        sum(case when stretches.status in ('new', 'open', 'hold') then business_s else 0 end) as requester_wait_business_s,
        sum(case when stretches.status in ('new', 'open') then calendar_s else 0 end) as agent_work_s,
        sum(case when stretches.status in ('new', 'open') then business_s else 0 end) as agent_work_business_s,
        sum(case when stretches.status = 'pending' then calendar_s else 0 end) as agent_wait_s,
        sum(case when stretches.status = 'hold' then calendar_s else 0 end) as on_hold_s,
        sum(case when stretches.from_at < courses.last_solved_at then stretches.business_s else 0 end) as full_resolution_business_s
    from core_ticket_courses as courses
    inner join core_ticket_stretches as stretches on stretches.ticket_no = courses.ticket_no and stretches.kind = 'status'
    group by courses.ticket_no
)

select
    courses.ticket_no, courses.status, courses.has_history, courses.moved_at, courses.worked_at,
    courses.last_solved_at, courses.is_solved_then,
    sums.has_business, sums.full_resolution_business_s,
    case when courses.has_history then courses.first_solved_at end as first_solved_at,
    case when courses.has_history or courses.is_cut then courses.reopens end as reopens,
    case when courses.has_history then sums.requester_wait_s end as requester_wait_s,
    case when courses.has_history then sums.requester_wait_business_s end as requester_wait_business_s,
    case when courses.has_history then sums.agent_work_s end as agent_work_s,
    case when courses.has_history then sums.agent_work_business_s end as agent_work_business_s,
    case when courses.has_history then sums.agent_wait_s end as agent_wait_s,
    case when courses.has_history then sums.on_hold_s end as on_hold_s
from core_ticket_courses as courses
inner join sums on sums.ticket_no = courses.ticket_no
