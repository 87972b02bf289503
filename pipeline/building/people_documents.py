"""What is published of employees besides their figures: names, hire, attested skills, and moods of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.zones import week_before, week_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse

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
),

newest as (
    select agent, least(left_on, cast(valid_to - interval '1' second as date)) as until,
        row_number() over (partition by agent order by valid_from desc, source) as place
    from raw_agents
)

select named.agent, named.name, named.team, hired.hired_on, hired.left_on, hired.has_experience, newest.until
from named
left join hired using (agent)
left join newest on newest.agent = named.agent and newest.place = 1
order by named.agent
"""
"""until: the last day of the newest version; empty while it lasts, also for who had left and came back."""
SKILLS = """
with attested as (
    select agent, skill, level, result, valid_from,
        least(valid_to, lead(valid_from) over (partition by source, agent, skill order by valid_from)) as valid_to
    from raw_skills
)

select agent, skill, level, valid_from, valid_to
from attested
where result = 'passed'
order by all
"""
"""A skill holds until it is attested anew, passed or not."""
FEWEST_PEOPLE = 5
MOOD_WEEKS = 4
"""Weeks of moods that are put together."""
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
    """Documents by name: agents, skills (those confirmed) and moods (sums by team, weeks of the site's zone)."""
    found = {name: warehouse.records(sql) for name, sql in (("agents", AGENTS), ("skills", SKILLS))}
    return found | {"moods": moods_of_teams(warehouse.records(MOODS), timezone)}


def moods_of_teams(answers: list[dict[str, Any]], timezone: str) -> list[dict[str, Any]]:
    """Of a team and the MOOD_WEEKS up to each week: answers (n: one a person and week), their sum, people and spread.

    No person's mood leaves the warehouse: a week in which fewer people of the team answered counts nowhere. Spread is the sum
    over people of (their total - their answers at the team's mean) squared.
    """
    if not answers:
        return []
    import pandas as pd

    frame = pd.DataFrame(answers)
    weeks = {at: week_of(at, timezone) for at in {answer["answered_at"] for answer in answers}}
    frame["week"] = frame["answered_at"].map(weeks)
    scores = frame.groupby(["week", "team", "agent"])["score"].mean().reset_index()
    scores = scores[scores.groupby(["week", "team"])["agent"].transform("size") >= FEWEST_PEOPLE]
    weeks_on = [{week: week_before(week, -on) for week in scores["week"].unique()} for on in range(MOOD_WEEKS)]
    later = [scores.assign(week=scores["week"].map(moved)) for moved in weeks_on]
    return _added_up(pd.concat(later).assign(n=1))


def _added_up(scores: pd.DataFrame) -> list[dict[str, Any]]:
    columns = ["n", "score"]
    own = scores.groupby(["week", "team", "agent"])[columns].sum()
    teams = own.groupby(["week", "team"])[columns].sum()
    usual = own["n"] * (teams["score"] / teams["n"]).reindex(own.index.droplevel("agent")).to_numpy()
    apart = (
        own.assign(people=1, spread=(own["score"] - usual) ** 2).groupby(["week", "team"])[["people", "spread"]].sum()
    )
    records: list[dict[str, Any]] = (
        teams.join(apart).rename(columns={"score": "total"}).reset_index().to_dict("records")
    )
    return records
