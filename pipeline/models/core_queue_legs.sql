-- Events of calls with the leg they belong to: each entry into a queue begins one. Leg 0 is what came before any entry
-- (the log began in mid-call). Within a second, an event that reports a duration ends or answers an earlier entry.
with events as (
    select
        source, call_id, file_id, line, happened_at, queue, agent, event, wait_s, talk_s,
        coalesce(wait_s, 0) + coalesce(talk_s, 0) > 0 as has_lasted,
        event in (
            'COMPLETEAGENT', 'COMPLETECALLER', 'ABANDON', 'EXITWITHTIMEOUT', 'EXITEMPTY', 'EXITWITHKEY',
            'BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER', 'WITHDRAW', 'SYSCOMPAT'
        ) as is_end
    from raw_queue_events
    where call_id is not null
        and happened_at >= (select since from build_range) and happened_at < (select upto from build_range)
        and event not in ('DID', 'RINGNOANSWER', 'RINGCANCELED', 'INFO', 'PENALTY', 'OUTCALL', 'AGENTDUMP')
        and event not in ('JOINEMPTY', 'JOINUNAVAIL', 'FULL')
),

ordered as (
    select
        events.*,
        case
            when event = 'ENTERQUEUE' then 3
            when is_end and has_lasted then 2
            when has_lasted then 1
            when is_end then 5
            else 4
        end as turn
    from events
)

select
    ordered.*,
    sum(case when event = 'ENTERQUEUE' then 1 else 0 end) over (
        partition by source, call_id order by happened_at, turn, file_id, line
        rows between unbounded preceding and current row
    ) as leg
from ordered
where is_end or event in ('ENTERQUEUE', 'CONNECT')
