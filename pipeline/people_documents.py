"""What is published of employees besides their figures: names, hire, attested skills, and moods of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.warehouse import Warehouse

AGENTS = """
with hired as (
    select agent, min(hired_on) as hired_on, max(left_on) as left_on, bool_or(has_experience) as has_experience
    from raw_agents
    group by agent
),

named as (
    select agent, arg_max(name, valid_from) as name, arg_max(team, valid_from) as team
    from core_agents
    where is_version
    group by agent
)

select named.agent, named.name, named.team, hired.hired_on, hired.left_on, hired.has_experience
from named
left join hired using (agent)
order by named.agent
"""
SKILLS = "select agent, skill, level, valid_from, valid_to from raw_skills where result = 'passed' order by all"
FEWEST_MOODS = 5
MOODS = f"""
select strftime(moods.answered_at, '%G-W%V') as week, versions.team, count(*) as n, sum(moods.score) as total,
    sum(moods.score * moods.score) as squares
from raw_moods as moods
inner join core_agents as versions
    on versions.agent = moods.agent
    and versions.valid_from <= moods.answered_at and versions.valid_to > moods.answered_at
group by all
having count(*) >= {FEWEST_MOODS}
order by all
"""
"""No person's mood leaves the warehouse: a team's week of fewer answers is left out."""


def people_documents(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    """Documents by name: agents, skills (those confirmed) and moods (sums by week and team)."""
    return {name: warehouse.records(sql) for name, sql in (("agents", AGENTS), ("skills", SKILLS), ("moods", MOODS))}
