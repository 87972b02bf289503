-- One row per stay of a call in a queue, or of a call first seen in mid-call. A stay without an answer and without an
-- end went on to the call's next queue, or is still waiting: it is no call yet, and counts once its end is known.
with stays as (
    select
        source, call_id, leg,
        min(case when event = 'ENTERQUEUE' then happened_at end) as entered_at,
        min(case when event = 'CONNECT' then happened_at end) as connected_at,
        max(case when is_end then happened_at end) as left_at,
        min(case when is_end then event end) as ending,
        max(queue) as queue,
        max(agent) as agent,
        coalesce(max(case when event = 'CONNECT' then wait_s end), max(case when is_end then wait_s end)) as wait_s,
        max(case when is_end then talk_s end) as talk_s
    from core_queue_legs
    group by source, call_id, leg
),

judged as (
    select
        stays.*,
        max(leg) over (partition by source, call_id) as last_leg,
        count(*) over (partition by source, call_id) as stays_of_call,
        case
            when connected_at is not null or talk_s is not null then 'answered'
            when ending = 'ABANDON' then 'abandoned'
            when ending = 'EXITWITHTIMEOUT' then 'timed_out'
            when ending is not null then 'overflowed'
        end as known_outcome,
        case
            when ending = 'COMPLETEAGENT' then 'agent'
            when ending in ('COMPLETECALLER', 'ABANDON') then 'customer'
            when ending in ('BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER') then 'transfer'
            when ending is not null then 'system'
        end as ended_by
    from stays
),

answered as (
    select
        judged.*,
        coalesce(known_outcome, case when leg < last_leg then 'overflowed' else 'no_call' end) as outcome,
        coalesce(
            connected_at,
            case when known_outcome = 'answered' then left_at - coalesce(talk_s, 0) * interval '1' second end
        ) as answered_at
    from judged
)

select
    source, call_id, leg, stays_of_call, queue, agent, outcome, ended_by,
    coalesce(entered_at, coalesce(answered_at, left_at) - coalesce(wait_s, 0) * interval '1' second) as offered_at,
    answered_at, left_at, wait_s,
    case when outcome = 'answered' then coalesce(talk_s, epoch(left_at) - epoch(answered_at)) end as talk_s
from answered
