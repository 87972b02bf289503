-- Stretches cut at half-hours of the site and where the agent changed team.
with stretches as (
    select
        s.agent, versions.team, s.is_logged_in, s.is_paused, s.is_available, s.is_handling, s.is_elsewhere,
        s.is_planned, s.is_planned_off,
        greatest(s.starts_at, coalesce(versions.valid_from, s.starts_at)) as starts_at,
        least(s.ends_at, coalesce(versions.valid_to, s.ends_at)) as ends_at
    from core_agent_stretches as s
    left join core_agents as versions
        on versions.agent = s.agent and versions.valid_from < s.ends_at and versions.valid_to > s.starts_at
),

days as (
    select
        stretches.*,
        cast(floor(epoch(starts_at - interval '30' minute) / 86400) as bigint) as first_day,
        cast(floor(epoch(ends_at) / 86400) as bigint) as last_day
    from stretches
    where ends_at > starts_at
),

-- One row per UTC day in which half-hours of a stretch begin, so that they are found by equality.
split as (
    select days.*, first_day + day_offsets.n as utc_day
    from days
    inner join day_offsets on day_offsets.n <= days.last_day - days.first_day
),

half_hours as (
    select distinct
        cast(floor(epoch(half_hour_at) / 86400) as bigint) as utc_day, week, day, half_hour, half_hour_at
    from calendar
    where zone = (select site_zone from build_range)
)

select
    split.agent, split.team, split.is_logged_in, split.is_paused, split.is_available, split.is_handling, split.is_elsewhere,
    split.is_planned, split.is_planned_off, half_hours.week, half_hours.day, half_hours.half_hour, half_hours.half_hour_at,
    epoch(least(split.ends_at, half_hours.half_hour_at + interval '30' minute))
        - epoch(greatest(split.starts_at, half_hours.half_hour_at)) as piece_s
from split
inner join half_hours
    on half_hours.utc_day = split.utc_day
    and half_hours.half_hour_at < split.ends_at
    and half_hours.half_hour_at + interval '30' minute > split.starts_at
