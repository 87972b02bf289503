"""What targets do: whom a handle-time target would reward and a target of quality punish, and the other way round."""

from __future__ import annotations

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.kpis.measure import Question, measure

QUALITY = ("fcr_7d", "pec_rate")
FEWEST = 30


def find(centre: Centre) -> list[Finding]:
    names = [name for name in ("aht", *QUALITY) if name in centre.results.catalogue.kpis]
    if len(names) < 3 or not centre.ripe:
        return []
    people = measure(
        centre.results, centre.results.catalogue, Question(tuple(names), by=("agent",), where=centre.in_ripe)
    )
    sorted_out = sort_people(people[people["agent"].notna()])
    if len(sorted_out) < max(5, centre.settings.report.small_group):
        return []
    counts = sorted_out.groupby(["is_quick", "is_good"]).size()
    cell = {key: int(counts.get(key, 0)) for key in ((True, True), (True, False), (False, True), (False, False))}
    figures = {
        "people": Figure(len(sorted_out), "count"),
        "both": Figure(cell[True, True], "count"),
        "quick_only": Figure(cell[True, False], "count"),
        "good_only": Figure(cell[False, True], "count"),
        "neither": Figure(cell[False, False], "count"),
        "target": Figure(float(sorted_out["aht"].median()), "s"),
    }
    weight = 10 * (cell[True, False] + cell[False, True]) / len(sorted_out)
    return [centre.state("targets", "seen", "aht", weight, figures, _records(centre, sorted_out))]


def _records(centre: Centre, people: pd.DataFrame) -> Records:
    """Calls of all who were sorted, first those of people who are quick and not good."""
    aht = centre.results.catalogue["aht"]
    everybody = people.rename_axis("agent").reset_index()
    keys = {
        "people": everybody[["agent"]],
        "quick": everybody.loc[everybody["is_quick"] & ~everybody["is_good"], ["agent"]],
    }
    counts = f"({aht.counts}) and {centre.in_ripe} and agent in (select agent from people)"
    return Records(aht.of, counts, "agent in (select agent from quick)", keys=keys)


def sort_people(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a person with all three figures: is_quick (handle time at most the median), is_good (no quality below its median).

    By point figures, as a target would: who lies near the line is on either side by chance.
    """
    enough = figures[figures["n"] >= FEWEST].pivot(index="agent", columns="kpi", values="value").dropna()
    if "aht" not in enough or not set(QUALITY) <= set(enough):
        return enough.iloc[:0].assign(aht=[], is_quick=[], is_good=[])
    good = (enough[list(QUALITY)] >= enough[list(QUALITY)].median()).all(axis=1)
    return enough.assign(is_quick=enough["aht"] <= enough["aht"].median(), is_good=good)
