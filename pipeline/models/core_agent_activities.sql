-- What agents were seen to do, or were planned to, each with its kind, start and end: login, available, pause; call (answered, of
-- inbound voice) and handling of all else; planned and planned_off.
select
    agent,
    case state when 'logged_in' then 'login' when 'available' then 'available' else 'pause' end as kind,
    starts_at, ends_at
from core_agent_states
union all
select
    agent, case when channel = 'voice' and direction = 'inbound' then 'call' else 'handling' end as kind,
    answered_at as starts_at,
    answered_at + coalesce(
        talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0), epoch(ended_at) - epoch(answered_at)
    ) * interval '1' second as ends_at
from core_calls
where is_answered and agent is not null
union all
select agent, 'handling' as kind, starts_at, coalesce(ends_at, starts_at) as ends_at
from raw_agent_segments
where kind <> 'alert'
    and starts_at >= (select since from build_range) and starts_at < (select upto from build_range)
union all
select
    agent, case activity when 'work' then 'planned' else 'planned_off' end as kind,
    greatest(starts_at, (select since from build_range)) as starts_at,
    least(ends_at, (select present_until from build_range)) as ends_at
from raw_planned_shifts
