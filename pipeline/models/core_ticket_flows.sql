-- What came to the open tickets and left them, by local day, queue and priority: tickets opened, opened again, solved (each time they
-- were) and deleted while open. Together they are the change of the backlog; of a ticket over at an unknown instant the opening alone is told.
-- Tickets of a source that never says how one stands are in no backlog; they are told where no source says so, as all that came.
with moves as (
    select queue, priority, created_at as moved_at, 'opened' as what
    from core_ticket_heads
    where not is_thread and (tells_status or (select count(*) from status_sources) = 0)
    union all
    select
        heads.queue, heads.priority, states.from_at as moved_at,
        case
            when states.status in ('solved', 'closed') then 'solved'
            when states.status = 'deleted' then 'deleted'
            else 'reopened'
        end as what
    from core_ticket_states as states
    inner join core_ticket_heads as heads on heads.ticket_no = states.ticket_no
    where (states.status in ('solved', 'closed', 'deleted')) <> (states.before in ('solved', 'closed', 'deleted'))
)

select
    moves.queue, moves.priority, calendar.day,
    cast(sum(case when what = 'opened' then 1 else 0 end) as bigint) as opened_n,
    cast(sum(case when what = 'reopened' then 1 else 0 end) as bigint) as reopened_n,
    cast(sum(case when what = 'solved' then 1 else 0 end) as bigint) as solved_n,
    cast(sum(case when what = 'deleted' then 1 else 0 end) as bigint) as deleted_n
from moves
inner join calendar
    on calendar.slot = cast(floor(epoch(moves.moved_at) / 900) as bigint)
    and calendar.zone = (select site_zone from build_range)
group by moves.queue, moves.priority, calendar.day
