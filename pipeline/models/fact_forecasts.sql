-- One row per queue and half-hour that was forecast, beside the calls that came.
with forecasts as (
    select
        raw.queue, raw.starts_at, sum(raw.offered_calls) as forecast_calls,
        coalesce(max(zones.zone), (select max(site_zone) from build_range)) as zone
    from raw_forecasts as raw
    left join queue_zones as zones on zones.queue = raw.queue
    where raw.starts_at >= (select since from build_range) and raw.starts_at < (select until from build_range)
    group by raw.queue, raw.starts_at
),

came as (
    select queue, half_hour_at, count(*) as offered_calls
    from fact_calls
    where is_offered
    group by queue, half_hour_at
)

select
    forecasts.queue, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    forecasts.forecast_calls, coalesce(came.offered_calls, 0) as offered_calls,
    abs(forecasts.forecast_calls - coalesce(came.offered_calls, 0)) as missed_calls,
    cast(null as varchar) as source_ref, cast(null as varchar) as recording_ref
from forecasts
inner join weeks_calendar as calendar
    on calendar.zone = forecasts.zone and calendar.slot = cast(floor(epoch(forecasts.starts_at) / 900) as bigint)
left join came on came.queue = forecasts.queue and came.half_hour_at = calendar.half_hour_at
