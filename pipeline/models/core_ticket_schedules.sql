-- One row per stretch of a ticket under one schedule, by what business_segments call it: two sources may have one name. Read "last", the
-- schedule a ticket has in the end holds for all of it.
with changes as (
    select
        ticket_no, value as schedule, happened_at as from_at,
        row_number() over (partition by ticket_no order by happened_at, turn, event_id) as place,
        lead(happened_at) over (partition by ticket_no order by happened_at, turn, event_id) as to_at
    from core_ticket_changes
    where field = 'schedule' and value is not null
),

chosen as (
    select ticket_no, schedule, case when place = 1 then timestamp '1900-01-01 00:00:00' else from_at end as from_at,
        coalesce(to_at, timestamp '9999-01-01 00:00:00') as to_at
    from changes
    where (select schedule_reading from ticket_settings) = 'each'
    union all
    select ticket_no, schedule, timestamp '1900-01-01 00:00:00' as from_at, timestamp '9999-01-01 00:00:00' as to_at
    from changes
    where (select schedule_reading from ticket_settings) = 'last' and to_at is null
),

named as (
    select
        tickets.ticket_no, tickets.source,
        coalesce(chosen.schedule, tickets.schedule, (select default_schedule from ticket_settings)) as schedule,
        coalesce(chosen.from_at, timestamp '1900-01-01 00:00:00') as from_at,
        coalesce(chosen.to_at, timestamp '9999-01-01 00:00:00') as to_at
    from core_tickets as tickets
    left join chosen on chosen.ticket_no = tickets.ticket_no
)

select named.ticket_no, coalesce(own.hours, named.schedule) as schedule, named.from_at, named.to_at
from named
left join source_schedules as own on own.source = named.source and own.schedule = named.schedule
