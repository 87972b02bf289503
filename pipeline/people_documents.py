"""What is published of employees besides their figures: names, hire, attested skills, and moods of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.zones import week_of

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
FEWEST_PEOPLE = 5
MOODS = """
select moods.agent, versions.team, moods.answered_at, cast(moods.score as double) as score
from raw_moods as moods
inner join core_agents as versions
    on versions.agent = moods.agent
    and versions.valid_from <= moods.answered_at and versions.valid_to > moods.answered_at
where versions.team is not null
order by all
"""


def people_documents(warehouse: Warehouse, timezone: str) -> dict[str, list[dict[str, Any]]]:
    """Documents by name: agents, skills (those confirmed) and moods (sums by week and team, weeks of the site's zone)."""
    found = {name: warehouse.records(sql) for name, sql in (("agents", AGENTS), ("skills", SKILLS))}
    return found | {"moods": moods_of_teams(warehouse.records(MOODS), timezone)}


def moods_of_teams(answers: list[dict[str, Any]], timezone: str) -> list[dict[str, Any]]:
    """Of a team's week: people who answered (n), sum of their means and of the squares of these.

    No person's mood leaves the warehouse: a week in which fewer people of the team answered is left out.
    """
    if not answers:
        return []
    frame = pd.DataFrame(answers)
    weeks = {at: week_of(at, timezone) for at in {answer["answered_at"] for answer in answers}}
    frame["week"] = frame["answered_at"].map(weeks)
    people = frame.groupby(["week", "team", "agent"])["score"].mean()
    people = people.to_frame("total").assign(n=1, squares=people**2)
    teams = people.groupby(["week", "team"])[["n", "total", "squares"]].sum().reset_index()
    records: list[dict[str, Any]] = teams[teams["n"] >= FEWEST_PEOPLE].to_dict("records")
    return records
