-- One row per leg at a queue. has_login: whoever answered was logged in at some time of the week; NULL where that is not known.
with zoned as (
    select
        legs.*,
        coalesce(zones.zone, (select site_zone from build_range)) as zone,
        cast(floor(epoch(legs.offered_at) / 900) as bigint) as slot
    from core_calls as legs
    left join queue_zones as zones on zones.queue = legs.queue
)

select
    zoned.source, zoned.call_id, zoned.conversation_id, zoned.customer,
    versions.team, zoned.agent, zoned.queue, zoned.topic, zoned.channel, zoned.direction,
    zoned.offered_at, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    zoned.outcome, zoned.ended_by, zoned.disposition,
    zoned.is_offered,
    zoned.queued_at is not null as is_queued,
    zoned.is_answered,
    zoned.outcome = 'abandoned' as is_abandoned,
    zoned.outcome in ('refused_closed', 'refused_full') as is_refused,
    zoned.ended_by = 'transfer' as is_transferred,
    case when logged.agent is not null then true end as has_login,
    zoned.wait_s, zoned.talk_s, zoned.hold_s, zoned.wrap_s, zoned.handle_s,
    zoned.source_ref, zoned.recording_ref
from zoned
inner join weeks_calendar as calendar on calendar.zone = zoned.zone and calendar.slot = zoned.slot
left join core_logins as logged on logged.agent = zoned.agent and logged.week = calendar.week
left join core_agents as versions
    on versions.agent = zoned.agent
    and versions.valid_from <= zoned.offered_at
    and versions.valid_to > zoned.offered_at
