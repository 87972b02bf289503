-- One row per ticket: what the stretches of its statuses add up to, in calendar and business time. The reading of a ticket
-- that is still open runs up to the data's end. How long it was in which status only a whole history tells: recorded changes from
-- before its first solving on, or, where its source records them, that it is as it was created. Stamps tell when it was last solved, not what was in between.
-- `worked_at`: when a person was seen to move it. `is_solved_then`: at the end of the days that the settings give it, whatever became of it later.
with states as (
    select
        core_ticket_states.*, tickets.created_at + rule.solved_within_days * interval '1' day as due_at
    from core_ticket_states
    inner join core_tickets as tickets on tickets.ticket_no = core_ticket_states.ticket_no
    cross join ticket_settings as rule
),

marks as (
    select
        ticket_no, max(case when is_now then status end) as status,
        max(case when is_recorded then 1 else 0 end) = 1 as is_recorded,
        max(case when place = 1 and status in ('solved', 'closed') then 1 else 0 end) = 1 as is_cut,
        sum(case when is_reopening then 1 else 0 end) as reopens,
        min(case when is_move and status <> 'new' then from_at end) as moved_at,
        min(case when is_move and status <> 'new' and is_recorded and not is_by_robot then from_at end) as worked_at,
        min(case when is_solving then from_at end) as first_solved_at,
        max(case when is_solving then from_at end) as last_solved_at,
        max(case when status in ('solved', 'closed') and from_at <= due_at and (to_at > due_at or is_now) then 1 else 0 end) = 1
            as is_solved_then
    from states
    group by ticket_no
),

followed as (
    select
        marks.*,
        not marks.is_cut
            and (marks.is_recorded or (sources.source is not null and marks.status in ('new', 'open'))) as has_history
    from marks
    inner join core_tickets as tickets on tickets.ticket_no = marks.ticket_no
    left join followed_sources as sources on sources.source = tickets.source
),

sums as (
    select
        marks.ticket_no,
        max(case when stretches.business_s is null then 1 else 0 end) = 0 as has_business,
        sum(case when stretches.status in ('new', 'open', 'hold') then calendar_s else 0 end) as requester_wait_s,
        sum(case when stretches.status in ('new', 'open', 'hold') then business_s else 0 end) as requester_wait_business_s,
        sum(case when stretches.status in ('new', 'open') then calendar_s else 0 end) as agent_work_s,
        sum(case when stretches.status in ('new', 'open') then business_s else 0 end) as agent_work_business_s,
        sum(case when stretches.status = 'pending' then calendar_s else 0 end) as agent_wait_s,
        sum(case when stretches.status = 'hold' then calendar_s else 0 end) as on_hold_s,
        sum(case when stretches.from_at < marks.last_solved_at then stretches.business_s else 0 end) as full_resolution_business_s
    from marks
    inner join core_ticket_stretches as stretches on stretches.ticket_no = marks.ticket_no and stretches.kind = 'status'
    group by marks.ticket_no
)

select
    followed.ticket_no, followed.status, followed.has_history, followed.moved_at, followed.worked_at,
    followed.last_solved_at, followed.is_solved_then,
    sums.has_business, sums.full_resolution_business_s,
    case when followed.has_history then followed.first_solved_at end as first_solved_at,
    case when followed.has_history or followed.is_cut then cast(followed.reopens as bigint) end as reopens,
    case when followed.has_history then sums.requester_wait_s end as requester_wait_s,
    case when followed.has_history then sums.requester_wait_business_s end as requester_wait_business_s,
    case when followed.has_history then sums.agent_work_s end as agent_work_s,
    case when followed.has_history then sums.agent_work_business_s end as agent_work_business_s,
    case when followed.has_history then sums.agent_wait_s end as agent_wait_s,
    case when followed.has_history then sums.on_hold_s end as on_hold_s
from followed
inner join sums on sums.ticket_no = followed.ticket_no
