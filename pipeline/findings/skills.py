"""What a confirmed skill does on its topic: contacts of people who have it beside those of people who do not."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pandas as pd

from pipeline.findings.centre import Centre, mondays, topic_weeks
from pipeline.findings.judges import CONTACTS
from pipeline.findings.record import Figure, Finding, Records, seen
from pipeline.statistics.clustered import difference_within


def find(centre: Centre) -> list[Finding]:
    skills = pd.DataFrame(centre.results.document("skills"))
    if skills.empty:
        return []
    settled = centre.contacts.assign(outcome=1 - centre.contacts["has_returned"])
    judged = centre.frame(
        f"select week, agent, topic, warm as outcome from {CONTACTS} where agent is not null and {centre.in_ripe}"
    )
    found = [
        _compared(centre, "resolution_inferred", settled, skills, Records("fact_contacts", centre.followed)),
        _compared(centre, "pec_rate", judged, skills, Records("fact_evaluations", centre.judged)),
    ]
    return [finding for finding in found if finding]


def confirmed(contacts: pd.DataFrame, skills: pd.DataFrame) -> pd.Series:
    """Per contact: was the agent's skill in its topic confirmed in the week of the contact?"""
    held = contacts.assign(place=range(len(contacts)), monday=mondays(contacts["week"])).merge(
        skills, left_on=["agent", "topic"], right_on=["agent", "skill"]
    )
    begins, ends = (pd.to_datetime(held[name]) for name in ("valid_from", "valid_to"))
    passed = held[(begins <= held["monday"]) & (ends.isna() | (ends > held["monday"]))]
    return pd.Series(range(len(contacts)), index=contacts.index).isin(passed["place"])


def _compared(centre: Centre, kpi: str, rows: pd.DataFrame, skills: pd.DataFrame, records: Records) -> Finding | None:
    """Within topic-weeks that have contacts of both kinds; those who are given a skill may be better to begin with."""
    rows = rows[rows["topic"].isin(skills["skill"])]
    with_skill = confirmed(rows, skills)
    if with_skill.nunique() < 2:
        return None
    gain = difference_within(rows["outcome"], topic_weeks(rows), rows["agent"], with_skill)
    if isnan(gain.low):
        return None
    figures = {
        "gain": Figure(gain.value, "share_change", gain.low, gain.high, len(rows)),
        "with": Figure(int(with_skill.sum()), "count", n=len(rows)),
        "people": Figure(int(rows.loc[with_skill, "agent"].nunique()), "count"),
        "others": Figure(int(rows.loc[~with_skill, "agent"].nunique()), "count"),
    }
    verdict = seen(gain.low, gain.high)
    weight = 10 * float(with_skill.mean())
    behind = _of_skills(records, skills, rows[with_skill])
    return centre.state(f"skills_{kpi}", verdict, kpi, weight, figures, behind)


def _of_skills(records: Records, skills: pd.DataFrame, skilled: pd.DataFrame) -> Records:
    """Contacts on topics that are skills, those of skilled people first."""
    names = ["agent", "topic", "week"]
    return replace(
        records,
        counts=f"{records.counts} and topic in (select skill from skills)",
        telling="(agent, topic, week) in (select agent, topic, week from skilled)",
        keys={"skills": skills[["skill"]].drop_duplicates(), "skilled": skilled[names].drop_duplicates()},
    )
