-- One row per queue and half-hour of the days that were forecast, beside the calls that came: where others of the day have a forecast and
-- one has none, none was expected. Rows of shorter stretches add up to their half-hour.
with zoned as (
    select
        raw.queue, raw.offered_calls, raw.handle_s, cast(floor(epoch(raw.starts_at) / 900) as bigint) as slot,
        coalesce(zones.zone, (select site_zone from build_range)) as zone
    from raw_forecasts as raw
    left join queue_zones as zones on zones.queue = raw.queue
),

forecasts as (
    select
        zoned.queue, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
        round(sum(zoned.offered_calls), 3) as forecast_calls,
        round(sum(zoned.offered_calls * zoned.handle_s), 3) as forecast_handling_s,
        round(sum(case when zoned.handle_s is not null then zoned.offered_calls end), 3) as forecast_timed_calls
    from zoned
    inner join weeks_calendar as calendar on calendar.zone = zoned.zone and calendar.slot = zoned.slot
    where calendar.half_hour_at >= (select since from build_range) and calendar.half_hour_at < (select until from build_range)
    group by zoned.queue, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at
),

days as (
    select distinct queue, day from forecasts
),

came as (
    select calls.queue, calls.week, calls.day, calls.half_hour, calls.half_hour_at, count(*) as offered_calls
    from fact_calls as calls
    inner join days on days.queue = calls.queue and days.day = calls.day
    where calls.is_offered
    group by calls.queue, calls.week, calls.day, calls.half_hour, calls.half_hour_at
),

both_sides as (
    select
        queue, week, day, half_hour, half_hour_at, forecast_calls, 0 as offered_calls, forecast_handling_s, forecast_timed_calls
    from forecasts
    union all
    select
        queue, week, day, half_hour, half_hour_at, 0 as forecast_calls, offered_calls,
        cast(null as double) as forecast_handling_s, cast(null as double) as forecast_timed_calls
    from came
),

added as (
    select
        queue, week, day, half_hour, half_hour_at,
        sum(forecast_calls) as forecast_calls, sum(offered_calls) as offered_calls,
        sum(forecast_handling_s) as forecast_handling_s, sum(forecast_timed_calls) as forecast_timed_calls
    from both_sides
    group by queue, week, day, half_hour, half_hour_at
)

select
    queue, week, day, half_hour, half_hour_at, forecast_calls, cast(offered_calls as bigint) as offered_calls,
    abs(forecast_calls - offered_calls) as missed_calls, forecast_handling_s, forecast_timed_calls,
    cast(null as varchar) as source_ref, cast(null as varchar) as recording_ref
from added
