-- One row per stretch of a ticket in one status, the last one up to the data's end. A change to the same status is a stretch
-- of its own. A ticket that was solved before its first recorded change was solved at an unknown instant, and no solving of it is told.
with changes as (
    select
        ticket_no, value as status, happened_at, is_recorded, is_by_robot,
        lag(value) over (partition by ticket_no order by happened_at, turn, event_id) as before,
        lead(happened_at) over (partition by ticket_no order by happened_at, turn, event_id) as next_at,
        row_number() over (partition by ticket_no order by happened_at, turn, event_id) as place
    from core_ticket_changes
    where field = 'status'
)

select
    ticket_no, before, status, happened_at as from_at, next_at is null as is_now, place, is_recorded, is_by_robot,
    coalesce(next_at, greatest((select until from build_range), happened_at)) as to_at,
    status in ('solved', 'closed') and coalesce(before, 'solved') not in ('solved', 'closed') as is_solving,
    coalesce(before, 'new') in ('solved', 'closed') and status not in ('solved', 'closed', 'deleted') as is_reopening,
    before is not null and before <> status as is_move
from changes
