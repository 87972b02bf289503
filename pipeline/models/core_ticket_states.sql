-- One row per stretch of a ticket in one status, the last one up to the data's end. A change to the same status is none.
with changes as (
    select
        source, ticket_id, created_at, value as status, happened_at, turn, event_id,
        lag(value) over (partition by source, ticket_id order by happened_at, turn, event_id) as before
    from core_ticket_changes
    where field = 'status'
)

select
    source, ticket_id, created_at, before, status, happened_at as from_at,
    coalesce(
        lead(happened_at) over (partition by source, ticket_id order by happened_at, turn, event_id),
        (select greatest(until, happened_at) from build_range)
    ) as to_at,
    row_number() over (partition by source, ticket_id order by happened_at, turn, event_id) as place,
    row_number() over (partition by source, ticket_id order by happened_at desc, turn desc, event_id desc) = 1 as is_now
from changes
where before is null or before <> status
