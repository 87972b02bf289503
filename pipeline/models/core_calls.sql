-- One row per leg at a queue, from every source, with what can be derived of its instants and durations. An answered leg that another
-- one was transferred from ended by that transfer. A talk that nobody recorded is the time from the answer to the end, less the hold; where
-- no answer is recorded, what the talk and the hold leave of the time up to the end was the wait. Times to the minute tell no wait.
with handed_on as (
    select distinct source, transferred_from
    from raw_calls
    where transferred_from is not null
),

waited as (
    select
        legs.*,
        outcome = 'answered' as is_answered,
        case when channel in ('voice', 'video') then epoch(ended_at) - epoch(answered_at) - coalesce(hold_s, 0) end as spoken_s,
        coalesce(
            wait_s,
            case
                when is_to_minute and channel in ('voice', 'video') then null
                when outcome = 'answered' and answered_at is null and channel in ('voice', 'video')
                    and epoch(ended_at) - epoch(coalesce(queued_at, offered_at)) >= talk_s + coalesce(hold_s, 0)
                    then epoch(ended_at) - epoch(coalesce(queued_at, offered_at)) - talk_s - coalesce(hold_s, 0)
                when outcome = 'answered' then epoch(answered_at) - epoch(coalesce(queued_at, offered_at))
                when outcome in ('abandoned', 'timed_out', 'overflowed', 'voicemail', 'callback_requested')
                    then epoch(ended_at) - epoch(coalesce(queued_at, offered_at))
            end
        ) as known_wait_s
    from core_legs as legs
),

answered as (
    select
        waited.*,
        case
            when is_answered then coalesce(answered_at, offered_at + coalesce(known_wait_s, 0) * interval '1' second)
        end as known_answered_at,
        coalesce(talk_s, case when is_answered and spoken_s between 0 and 86400 then spoken_s end) as known_talk_s
    from waited
)

select
    answered.source, call_id, conversation_id, direction, channel, queue, topic, agent,
    coalesce(keys.customer, answered.customer_key) as customer,
    offered_at, queued_at, known_answered_at as answered_at,
    coalesce(
        ended_at,
        known_answered_at + (coalesce(known_talk_s, 0) + coalesce(hold_s, 0)) * interval '1' second,
        offered_at + coalesce(known_wait_s, 0) * interval '1' second
    ) as ended_at,
    known_wait_s as wait_s, known_talk_s as talk_s, hold_s, wrap_s, known_talk_s + hold_s + wrap_s as handle_s,
    outcome, case when is_answered and handed_on.transferred_from is not null then 'transfer' else ended_by end as ended_by,
    disposition, {is_offered} as is_offered,
    is_answered, is_resolved, source_ref, recording_ref
from answered
left join core_customers as keys on keys.customer_key = answered.customer_key
left join handed_on on handed_on.source = answered.source and handed_on.transferred_from = answered.call_id
