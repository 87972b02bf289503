-- One row per leg at a queue. has_login: whoever answered was logged in at some time of the week; NULL where that is not known.
-- answer_within_s: the limit of the channel in the queue, or else of the queue, of the channel, of all.
with zoned as (
    select
        legs.*,
        coalesce(zones.zone, (select site_zone from build_range)) as zone,
        cast(floor(epoch(legs.offered_at) / 900) as bigint) as slot,
        coalesce(
            of_both.answer_within_s, of_queue.answer_within_s, of_channel.answer_within_s,
            (select answer_within_s from build_range)
        ) as answer_within_s
    from core_calls as legs
    left join queue_zones as zones on zones.queue = legs.queue
    left join answer_limits as of_both on of_both.queue = legs.queue and of_both.channel = legs.channel
    left join answer_limits as of_queue on of_queue.queue = legs.queue and of_queue.channel is null
    left join answer_limits as of_channel on of_channel.channel = legs.channel and of_channel.queue is null
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
    zoned.wait_s, zoned.talk_s, zoned.hold_s, zoned.wrap_s, zoned.handle_s, zoned.answer_within_s,
    zoned.source_ref, zoned.recording_ref
from zoned
inner join weeks_calendar as calendar on calendar.zone = zoned.zone and calendar.slot = zoned.slot
left join core_logins as logged on logged.agent = zoned.agent and logged.week = calendar.week
left join core_agents as versions
    on versions.agent = zoned.agent
    and versions.valid_from <= zoned.offered_at
    and versions.valid_to > zoned.offered_at
