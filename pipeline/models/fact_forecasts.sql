-- One row per queue and half-hour that was forecast, beside the calls that came. Rows of shorter stretches add up to their half-hour.
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

came as (
    select queue, half_hour_at, count(*) as offered_calls
    from fact_calls
    where is_offered
    group by queue, half_hour_at
)

select
    forecasts.queue, forecasts.week, forecasts.day, forecasts.half_hour, forecasts.half_hour_at,
    forecasts.forecast_calls, coalesce(came.offered_calls, 0) as offered_calls,
    abs(forecasts.forecast_calls - coalesce(came.offered_calls, 0)) as missed_calls,
    forecasts.forecast_handling_s, forecasts.forecast_timed_calls,
    cast(null as varchar) as source_ref, cast(null as varchar) as recording_ref
from forecasts
left join came on came.queue = forecasts.queue and came.half_hour_at = forecasts.half_hour_at
