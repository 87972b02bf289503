"""Employees' own side: how the week was, team by team, and who left how soon."""

from __future__ import annotations

from statistics import median

import numpy as np
import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.findings.record import Figure, Finding
from pipeline.statistics.intervals import mean_interval

RECENT = 4
"""Weeks of moods that are put together."""
SCALE = (1.0, 5.0)
FEWEST_LEAVERS = 3


def find(centre: Centre) -> list[Finding]:
    return [*_moods(centre), *_leavers(centre)]


def _moods(centre: Centre) -> list[Finding]:
    """Teams whose recent answers lie clearly beside those of all others; two teams' answers are no secret of a person."""
    moods = pd.DataFrame(centre.results.document("moods"))
    recent = moods[moods["week"].isin(centre.history[-RECENT:])] if len(moods) else moods
    if recent.empty:
        return []
    teams = recent.groupby("team")[["n", "total", "squares"]].sum()
    every = teams.sum()
    return [_team(centre, str(team), own, every - own) for team, own in teams.iterrows() if every["n"] > own["n"]]


def _team(centre: Centre, team: str, own: pd.Series, others: pd.Series) -> Finding:
    low, high = (float(b) for b in mean_interval(own["n"], own["total"], own["squares"], bounds=SCALE))
    usual = float(others["total"] / others["n"])
    is_usual = bool(np.isnan(low) or low <= usual <= high)
    figures = {
        "mood": Figure(float(own["total"] / own["n"]), "stars", low, high, int(own["n"])),
        "others": Figure(usual, "stars", n=int(others["n"])),
    }
    weeks = {"weeks": str(RECENT)}
    return centre.state(
        "mood", "no_detectable_change" if is_usual else "seen", "", 3.0, figures, labels=weeks, team=team
    )


def _leavers(centre: Centre) -> list[Finding]:
    people = centre.results.document("agents")
    first, last = (pd.Timestamp.fromisocalendar(int(w[:4]), int(w[6:]), 1) for w in (centre.history[0], centre.week))
    left = [p for p in people if p.get("left_on") and first <= pd.Timestamp(p["left_on"]) < last + pd.Timedelta(days=7)]
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
