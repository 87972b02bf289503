"""Changes that came slowly, or some weeks ago: the newest four weeks beside the four a quarter before them.

A week is judged against the weeks just before it, and these follow a slow decline. Teams are judged by how they moved
beside the centre: what moved everybody is no team's doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from pipeline.drill import counted
from pipeline.findings.centre import Centre
from pipeline.findings.changes import JUDGED, KPIS, back, records_behind, scaled, weekly_line
from pipeline.findings.record import Figure, Finding, Verdict, weight_of
from pipeline.kpis import Kpi
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.moved import APART, MEAN_OF, Moved, moved
from pipeline.weeks import thin_weeks

RATE = 0.01
"""Of pages on which nothing moved, the share that reports a move."""
OWN = 0.05
"""p that a team's own figures must also reach: if one other team moves the centre, all others seem to move the other
way."""


class Course(NamedTuple):
    """A KPI by week, of the centre or of one team: `line` on the scale of `scaled`, `beside` what is judged, `records`
    how many each week rests on."""

    kpi: Kpi
    team: str
    line: pd.Series
    beside: pd.Series
    records: pd.Series

    def back(self, level: float, since: int, until: int | None) -> float:
        """A level on the scale of `line`, over the weeks between two places, as a figure."""
        records = self.records.iloc[since:until][self.line.iloc[since:until].notna()]
        return back(level, self.kpi.unit, float(records.mean()))

    def now(self, level: float) -> float:
        return self.back(level, -MEAN_OF, None)

    def before(self, level: float) -> float:
        return self.back(level, -MEAN_OF - APART, -APART)


def find(centre: Centre) -> list[Finding]:
    courses = list(_courses(centre))
    seen = [moved(course.beside) for course in courses]
    named = benjamini_hochberg([one.p for one in seen], RATE)
    own = [
        (course, judged, moved(course.line))
        for course, judged, is_named in zip(courses, seen, named, strict=True)
        if is_named
    ]
    return [_finding(centre, course, mine, judged.p) for course, judged, mine in own if _is_own(judged, mine)]


def _is_own(judged: Moved, mine: Moved) -> bool:
    return mine.p < OWN and (mine.now > mine.before) == (judged.now > judged.before)


def _courses(centre: Centre) -> Iterator[Course]:
    """All KPIs but judgements and counts: within a quarter other evaluators judge, and another season comes."""
    catalogue, of_teams = centre.results.catalogue, dict(tuple(centre.weekly_of_teams.groupby("kpi")))
    for kpi in (catalogue[name] for name in KPIS if name in catalogue.kpis):
        if kpi.kind == "count" or kpi.of in JUDGED:
            continue
        whole = weekly_line(centre, kpi, centre.weekly)
        line = pd.Series(scaled(whole["compared"], kpi.unit, whole["records"]), whole.index)
        if not len(line):
            continue
        yield Course(kpi, "", line, line, whole["records"])
        if kpi.id in of_teams:
            lines, records = _by_team(of_teams[kpi.id], kpi, centre.known_weeks(kpi.id))
            for team, own in lines.reindex(line.index).items():
                yield Course(kpi, str(team), own, own - line, records[team].reindex(line.index))


def _by_team(rows: pd.DataFrame, kpi: Kpi, weeks: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For each team (columns) in these weeks, what is compared, as in `_courses` for the centre, and its records."""
    value, n = (rows.pivot(index="period", columns="team", values=name).reindex(weeks) for name in ("value", "n"))
    if kpi.is_of_records:
        value = value.mask(n.apply(lambda own: own.index.isin(thin_weeks(own.to_dict()))))
    return pd.DataFrame(scaled(value, kpi.unit, n), value.index, value.columns), n


def _finding(centre: Centre, course: Course, mine: Moved, p: float) -> Finding:
    kpi, weeks = course.kpi, [str(week) for week in course.line.index[-MEAN_OF:]]
    figures = {"now": Figure(course.now(mine.now), kpi.unit), "before": Figure(course.before(mine.before), kpi.unit)}
    figures |= {"gain": _gain(course, mine), **_people(centre, course)}
    is_better = (mine.now > mine.before) == (kpi.better == "higher")
    verdict: Verdict = "changed" if kpi.better is None else "improved" if is_better else "worsened"
    whom = {"team": course.team} if course.team else {}
    records = records_behind(counted(centre.results.catalogue, kpi.id), weeks, course.team)
    found = centre.state("quarter", verdict, kpi.id, weight_of(p), figures, records, labels={"kpi": kpi.id}, **whom)
    return replace(found, weeks=(weeks[0], weeks[-1]))


def _gain(course: Course, mine: Moved) -> Figure:
    """The difference between the four weeks, with its range, in the KPI's own unit."""
    now, low, high = (course.now(level) for level in (mine.now, mine.before + mine.low, mine.before + mine.high))
    before = course.before(mine.before)
    return Figure(now - before, f"{course.kpi.unit}_change", low - before, high - before)


def _people(centre: Centre, course: Course) -> dict[str, Figure]:
    """The number of people behind a team's figures in the week with fewest: a team of one is that person."""
    if not course.team:
        return {}
    compared = course.line.iloc[[*range(-MEAN_OF - APART, -APART), *range(-MEAN_OF, 0)]].dropna()
    rows = records_behind(counted(centre.results.catalogue, course.kpi.id), compared.index.tolist(), course.team)
    sql = f"select count(distinct agent) as n from {rows.fact} where {rows.counts} group by week"
    found = centre.results.frame(sql, **rows.keys)
    return {"people": Figure(int(found["n"].min()), "count")}
