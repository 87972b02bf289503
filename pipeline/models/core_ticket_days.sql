-- Changes of the number of open tickets, by local day, queue, priority and age band: one in as a ticket is opened, reopened,
-- restored or grows into a band, one out as it is solved, deleted or grows out of it.
with flips as (
    select
        states.ticket_no, states.from_at, states.status in ('solved', 'closed', 'deleted') as is_end,
        lead(states.from_at) over (partition by states.ticket_no order by states.place) as to_at
    from core_ticket_states as states
    where states.place = 1
        or (states.status in ('solved', 'closed', 'deleted')) <> (states.before in ('solved', 'closed', 'deleted'))
),

aged as (
    select
        heads.queue, heads.priority, bands.band,
        greatest(flips.from_at, heads.created_at + bands.from_days * interval '1' day) as in_at,
        least(coalesce(flips.to_at, timestamp '9999-01-01 00:00:00'), heads.created_at + bands.to_days * interval '1' day)
            as out_at
    from flips
    inner join core_ticket_heads as heads on heads.ticket_no = flips.ticket_no
    inner join age_bands as bands
        on heads.created_at + bands.from_days * interval '1' day < coalesce(flips.to_at, timestamp '9999-01-01 00:00:00')
        and heads.created_at + bands.to_days * interval '1' day > flips.from_at
    where not flips.is_end
),

moves as (
    select queue, priority, band, in_at as moved_at, 1 as step from aged
    union all
    select queue, priority, band, out_at as moved_at, -1 as step from aged
),

summed as (
    select
        queue, priority, band, cast(floor(epoch(greatest(moved_at, (select since from build_range))) / 900) as bigint) as slot,
        sum(step) as step
    from moves
    where moved_at <= (select until from build_range)
    group by 1, 2, 3, 4
)

select summed.queue, summed.priority, summed.band, calendar.day, sum(summed.step) as step
from summed
inner join calendar on calendar.slot = summed.slot and calendar.zone = (select site_zone from build_range)
group by summed.queue, summed.priority, summed.band, calendar.day
