-- One row per ticket: when its statuses moved it, solved it and opened it again. A whole history has recorded changes from before its
-- first solving on, or is of a source that records them and says that the ticket is as it was created. Stamps tell when it was
-- last solved, not what was in between.
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
)

select
    marks.ticket_no, marks.status, marks.moved_at, marks.worked_at, marks.first_solved_at, marks.last_solved_at,
    marks.is_solved_then, marks.is_cut, cast(marks.reopens as bigint) as reopens,
    not marks.is_cut
        and (marks.is_recorded or (sources.source is not null and marks.status in ('new', 'open'))) as has_history
from marks
inner join core_tickets as tickets on tickets.ticket_no = marks.ticket_no
left join followed_sources as sources on sources.source = tickets.source
