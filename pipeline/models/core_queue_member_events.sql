-- One row per event of a queue log that begins or ends a stretch of an agent in a queue; queue '' is the log-in to the telephone, or an
-- event of the person that touches every queue.
select
    source, agent, happened_at, file_id, line,
    case when event in ('PAUSEALL', 'UNPAUSEALL') then '' else coalesce(queue, '') end as queue,
    event in ('ADDMEMBER', 'AGENTLOGIN', 'AGENTCALLBACKLOGIN') as is_arrival,
    event in ('REMOVEMEMBER', 'AGENTLOGOFF', 'AGENTCALLBACKLOGOFF') as is_departure,
    event in ('PAUSE', 'PAUSEALL') or coalesce(event = 'ADDMEMBER' and reason = 'PAUSED', false) as is_pause
from raw_queue_events
where agent is not null and event in (
    'ADDMEMBER', 'AGENTLOGIN', 'AGENTCALLBACKLOGIN', 'REMOVEMEMBER', 'AGENTLOGOFF', 'AGENTCALLBACKLOGOFF',
    'PAUSE', 'PAUSEALL', 'UNPAUSE', 'UNPAUSEALL'
)
