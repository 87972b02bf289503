-- One row per agent and week with a login: presence is known. A table of its own, so that a join knows how small it is.
select distinct agent, week
from fact_agent_hours
where login_s is not null
