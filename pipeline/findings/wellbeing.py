"""The employees' side: how teams felt in the week, and who left how soon."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from pipeline.building.people_documents import MOOD_WEEKS
from pipeline.findings.centre import Centre, mondays
from pipeline.findings.record import Figure, Finding, Verdict, weight_of
from pipeline.statistics.clustered import Share, score, together, welch
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.zones import week_before

SCALE = (1.0, 5.0)
RATE = 0.04
"""False discoveries among teams: with so few people, Welch's test then names one on 2 to 7 % of pages on which all feel
alike."""
FEWEST_LEAVERS = 3


def find(centre: Centre) -> list[Finding]:
    return [*_moods(centre), *_leavers(centre)]


def _moods(centre: Centre) -> list[Finding]:
    """Teams whose recent answers clearly differ from those of all others; the means of two teams give away no person's
    answer."""
    moods = pd.DataFrame(centre.results.document("moods"))
    if "people" not in moods:
        return []
    moods = moods[moods["week"] == centre.week]
    pairs = beside_others(moods)
    named = named_teams(pairs)
    return [_team(centre, team, *pairs[team], bool(is_named)) for team, is_named in zip(pairs, named, strict=True)]


def beside_others(moods: pd.DataFrame) -> dict[str, tuple[Share, Share]]:
    """Each team's mean mood and that of all others, from the sums of one week; empty for fewer than two teams."""
    rows = {str(row.team): row for row in moods.itertuples()}
    own = {team: score(SCALE, row.n, row.total, row.people, row.spread) for team, row in rows.items()}
    others = {team: [name for name in own if name != team] for team in own}
    return {
        team: (own[team], together([own[o] for o in rest], [rows[o].n for o in rest]))
        for team, rest in others.items()
        if rest
    }


def named_teams(pairs: dict[str, tuple[Share, Share]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which teams may be said to differ, with false discoveries among them held at RATE."""
    return benjamini_hochberg([welch(own, others) for own, others in pairs.values()], RATE)


def _team(centre: Centre, team: str, own: Share, others: Share, is_named: bool) -> Finding:
    figures = {"mood": _stars(own), "others": _stars(others)}
    verdict: Verdict = "seen" if is_named else "no_detectable_change"
    weeks, weight = {"weeks": str(MOOD_WEEKS)}, weight_of(welch(own, others))
    found = centre.state("mood", verdict, "", weight, figures, labels=weeks, team=team)
    return replace(found, weeks=(week_before(centre.week, MOOD_WEEKS - 1), centre.week))


def _stars(mean: Share) -> Figure:
    low, high = (min(SCALE[1], max(SCALE[0], limit)) for limit in mean.limits())
    return Figure(mean.value, "stars", low, high, int(mean.people))


def _leavers(centre: Centre) -> list[Finding]:
    first, last = mondays(pd.Series([centre.history[0], centre.week]))
    people = _there(centre.results.document("agents"), first, last + pd.Timedelta(days=7))
    left = [p for p in people if p.get("left_on") and pd.Timestamp(p["left_on"]) < last + pd.Timedelta(days=7)]
    stayed = [(pd.Timestamp(p["left_on"]) - pd.Timestamp(p["hired_on"])).days / 7 for p in left if p.get("hired_on")]
    if len(left) < FEWEST_LEAVERS or not stayed:
        return []
    figures = {
        "left": Figure(len(left), "count", n=len(people)),
        "share": Figure(len(left) / len(people), "share", n=len(people)),
        "stayed": Figure(median(stayed), "count"),
        "weeks": Figure(len(centre.history), "count"),
    }
    return [centre.state("leavers", "seen", "", 10 * len(left) / len(people), figures)]


def _there(people: list[dict[str, Any]], begin: pd.Timestamp, end: pd.Timestamp) -> list[dict[str, Any]]:
    """People there at some time in the period: not gone before it began, nor hired after it ended."""
    return [
        person
        for person in people
        if not (person.get("left_on") and pd.Timestamp(person["left_on"]) < begin)
        and not (person.get("hired_on") and pd.Timestamp(person["hired_on"]) >= end)
    ]
