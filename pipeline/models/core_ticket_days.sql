-- Changes of the number of open tickets, by local day, queue, priority and age band: one in as a ticket is opened, reopened
-- or grows into a band, one out as it is solved or grows out of it.
with spans as (
    select
        states.source, states.ticket_id, states.created_at, states.from_at,
        case when states.is_now then timestamp '9999-01-01 00:00:00' else states.to_at end as to_at,
        tickets.queue, tickets.priority
    from core_ticket_states as states
    inner join core_tickets as tickets on tickets.source = states.source and tickets.ticket_id = states.ticket_id
    where states.status not in ('solved', 'closed', 'deleted') and coalesce(tickets.status, 'open') <> 'deleted'
),

aged as (
    select
        spans.queue, spans.priority, bands.band,
        greatest(spans.from_at, spans.created_at + bands.from_days * interval '1' day) as in_at,
        least(spans.to_at, spans.created_at + bands.to_days * interval '1' day) as out_at
    from spans
    inner join age_bands as bands
        on spans.created_at + bands.from_days * interval '1' day < spans.to_at
        and spans.created_at + bands.to_days * interval '1' day > spans.from_at
),

moves as (
    select queue, priority, band, in_at as moved_at, 1 as step from aged
    union all
    select queue, priority, band, out_at as moved_at, -1 as step from aged
),

slotted as (
    select moves.*, cast(floor(epoch(greatest(moved_at, (select since from build_range))) / 900) as bigint) as slot
    from moves
    where moved_at <= (select until from build_range)
)

select slotted.queue, slotted.priority, slotted.band, calendar.day, sum(slotted.step) as step
from slotted
inner join calendar on calendar.slot = slotted.slot and calendar.zone = (select site_zone from build_range)
group by slotted.queue, slotted.priority, slotted.band, calendar.day
