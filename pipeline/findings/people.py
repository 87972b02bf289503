"""Who differs from the middle person of the centre more than people do, given the cases each had, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.findings.centre import REPEAT, Centre
from pipeline.findings.hurried import IS_HURRIED, hurried, judged_calls, keys_of
from pipeline.findings.record import Figure, Finding, Records, Verdict, weight_of
from pipeline.statistics.case_mix import Family, expected
from pipeline.statistics.comparable import groups
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.unusual import Unusual, unusual_means, unusual_shares

Array = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
RATE = 0.02
"""Of pages on which people differ by chance alone, the share that names somebody."""
FEWEST = 30
"""Rows below which nobody is judged."""
FEWEST_PEOPLE = 3
"""People of one kind of work below which these are not compared."""
STRATA = ("topic", "channel", "hour")


@dataclass(frozen=True)
class Measure:
    """A figure of persons. rows: week, agent, outcome and the strata. better: the good side, None where there is none.

    behind: the same rows as published; `telling` are those of outcome 1, and `order` is the outcome that is no share.
    """

    name: str
    kpi: str
    unit: str
    better: str | None
    family: Family
    rows: pd.DataFrame
    behind: Records


@dataclass(frozen=True)
class Judged:
    """One measure of everybody: arrays by agent. centre: of all rows, which a person with many of them moves."""

    measure: Measure
    agents: list[str]
    n: Array
    value: Array
    centre: float
    found: Unusual

    @property
    def usual(self) -> float:
        """What the middle person would have with the cases of the whole centre; verdicts compare with that."""
        return self.centre + self.found.middle

    def beyond(self, place: int) -> float:
        return float(self.found.excess[place]) - self.found.middle


def find(centre: Centre) -> list[Finding]:
    fewest = max(FEWEST, centre.settings.report.small_group)
    judged = [one for one in (judge(measure, fewest) for measure in measures(centre)) if one.agents]
    named = name([one.found for one in judged])
    return [f for one, who in zip(judged, named, strict=True) for f in _findings(centre, one, who)]


def name(found: Sequence[Unusual]) -> list[Flags]:
    """Per measure, who may be named: the false discoveries of all measures and people together held at RATE."""
    sizes = [one.p.size for one in found]
    flags = benjamini_hochberg(np.concatenate([one.p for one in found]) if found else [], RATE)
    return np.split(flags, np.cumsum(sizes)[:-1]) if found else []


def measures(centre: Centre) -> list[Measure]:
    contacts = centre.contacts
    spoken, short = contacts[contacts["handle_s"] > 0], hurried(centre)
    settled = contacts.assign(outcome=1 - contacts["has_returned"])
    timed = spoken.assign(outcome=np.log(spoken["handle_s"]))
    hasty = short.assign(outcome=short["is_hurried"])
    behind = {
        "settled": Records("fact_contacts", centre.followed, f"({REPEAT}) is not true"),
        "handle": Records("fact_contacts", f"{centre.followed} and handle_s > 0", order="handle_s"),
        "hurried": Records("fact_contacts", judged_calls(centre), IS_HURRIED, keys=keys_of(short)),
        "pec": Records("fact_evaluations", centre.judged, "is_pec"),
    }
    made = [
        Measure("settled", "resolution_inferred", "share", "higher", "binomial", settled, behind["settled"]),
        Measure("handle", "aht", "s", None, "gaussian", timed, behind["handle"]),
        Measure("hurried", "aht", "share", "lower", "binomial", hasty, behind["hurried"]),
        Measure("pec", "pec_rate", "share", "higher", "binomial", _evaluations(centre), behind["pec"]),
    ]
    return [measure for measure in made if len(measure.rows)]


def _evaluations(centre: Centre) -> pd.DataFrame:
    """Judged contacts: one that several judged is one, with the mean of what they said."""
    return centre.frame(
        f"""select week, agent, topic, channel, substr(half_hour, 12, 2) as hour,
            avg(case when is_pec then 1.0 else 0.0 end) as outcome
        from fact_evaluations where {centre.judged}
        group by contact_source, conversation_id, week, agent, topic, channel, substr(half_hour, 12, 2)"""
    )


def judge(measure: Measure, fewest: int = FEWEST) -> Judged:
    """Everybody with at least `fewest` rows, beside what the strata of those rows lead one to expect."""
    rows = _comparable(measure.rows.groupby("agent").filter(lambda own: len(own) >= fewest))
    if not len(rows):
        return Judged(measure, [], *(np.zeros(0),) * 2, float("nan"), unusual_shares(*(np.zeros((0, 1)),) * 3))
    rows = pd.concat([_expecting(own, measure.family) for _, own in rows.groupby("group")])
    rows = rows.assign(rest=rows["outcome"] - rows["expected"])
    rows = rows.assign(square=rows["rest"] ** 2)
    n, seen, told, rest, square = (
        rows.pivot_table(index="agent", columns="week", values=column, aggfunc=how, fill_value=0).sort_index()
        for column, how in (
            ("outcome", "size"),
            ("outcome", "sum"),
            ("expected", "sum"),
            ("rest", "sum"),
            ("square", "sum"),
        )
    )
    found = unusual_shares(seen, told, n) if measure.family == "binomial" else unusual_means(rest, square, n)
    size, total = (table.to_numpy(dtype=float).sum(axis=1) for table in (n, seen))
    return Judged(measure, n.index.tolist(), size, total / size, float(rows["outcome"].mean()), found)


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of people who share their kinds of work with two others at least, with the `group` that can be compared."""
    rows = rows.assign(group=groups(rows["agent"], _strata(rows)))
    return rows[rows.groupby("group")["agent"].transform("nunique") >= FEWEST_PEOPLE]


def _expecting(rows: pd.DataFrame, family: Family) -> pd.DataFrame:
    return rows.assign(expected=expected(rows["outcome"], rows["agent"], _strata(rows), family))


def _strata(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: rows[name].fillna("") for name in STRATA}


def _findings(centre: Centre, judged: Judged, named: Flags) -> list[Finding]:
    people = [_person(centre, judged, int(place)) for place in np.flatnonzero(named)]
    figures = {
        "people": Figure(len(judged.agents) - len(people), "count"),
        "usual": Figure(_shown(judged, judged.usual), judged.measure.unit),
    }
    labels = {"measure": judged.measure.name}
    kind = "nobody_else" if people else "nobody"
    records = _of_others(judged, named)
    return [
        *people,
        centre.state(kind, "no_detectable_change", judged.measure.kpi, 0.0, figures, records, labels=labels),
    ]


def _person(centre: Centre, judged: Judged, place: int) -> Finding:
    measure, found, agent = judged.measure, judged.found, judged.agents[place]
    beyond, n = judged.beyond(place), int(judged.n[place])
    adjusted, low, high = (
        _shown(judged, judged.centre + float(part[place])) for part in (found.excess, found.low, found.high)
    )
    figures = {
        "value": Figure(_shown(judged, float(judged.value[place])), measure.unit, n=n),
        "adjusted": Figure(adjusted, measure.unit, low, high, n),
        "usual": Figure(_shown(judged, judged.usual), measure.unit),
    }
    labels = {"measure": measure.name, "side": "above" if beyond > 0 else "below"}
    weight, records = weight_of(float(found.p[place])), _of_person(measure, agent, beyond)
    verdict = _side(measure, beyond)
    return centre.state("person", verdict, measure.kpi, weight, figures, records, labels=labels, agent=agent)


def _shown(judged: Judged, value: float) -> float:
    """In the measure's own unit: durations are judged as logarithms, so the figure is a typical one; shares stay in 0..1."""
    return float(np.exp(value)) if judged.measure.family == "gaussian" else min(1.0, max(0.0, value))


def _side(measure: Measure, beyond: float) -> Verdict:
    if measure.better is None:
        return "different"
    return "better" if (beyond > 0) == (measure.better == "higher") else "worse"


def _of_person(measure: Measure, agent: str, beyond: float) -> Records:
    """The person's records that pull away from the middle person: of a share just those, else the farthest first."""
    own = _of_agents(measure, [agent])
    if not own.telling:
        return replace(own, order=own.order if beyond > 0 else f"-({own.order})")
    pulling = f"({own.telling}) is {'true' if beyond > 0 else 'not true'}"
    return replace(own, counts=f"{own.counts} and {pulling}", telling="")


def _of_others(judged: Judged, named: Flags) -> Records:
    """The records of all who are not named, those on the bad side first."""
    measure = judged.measure
    others = _of_agents(measure, [agent for agent, is_named in zip(judged.agents, named, strict=True) if not is_named])
    return replace(others, telling=f"not ({others.telling})") if measure.better == "higher" else others


def _of_agents(measure: Measure, agents: Sequence[str]) -> Records:
    behind = measure.behind
    keys = behind.keys | {"people": pd.DataFrame({"agent": agents})}
    return replace(behind, counts=f"{behind.counts} and agent in (select agent from people)", keys=keys)
