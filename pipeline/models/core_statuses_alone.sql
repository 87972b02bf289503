-- Sources that tell of log-outs and never of a login, as logs of statuses do: whoever has a status is there.
select source
from raw_agent_states
where state in ('logged_in', 'logged_out')
group by source
having max(case when state = 'logged_in' then 1 else 0 end) = 0
