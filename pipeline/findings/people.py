"""Who differs from the middle person of the centre by more than people usually do, given their case mix, and how sure
that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.findings.centre import CLOCK, REPEAT, Centre, with_weekday
from pipeline.findings.hurried import IS_HURRIED, hurried, judged_calls, keys_of
from pipeline.findings.judges import CONTACTS
from pipeline.findings.judging import Flags, Judged, Measure, judge, name
from pipeline.findings.kept import kept
from pipeline.findings.record import Figure, Finding, Records, Verdict, weight_of


def find(centre: Centre) -> list[Finding]:
    known, alpha = compared(centre), _disagreement(centre)
    named = name([one.found for one in known])
    found = [f for one, who in zip(known, named, strict=True) for f in _findings(centre, one, who)]
    return found if alpha is None else [*found, _unjudged(centre, alpha)]


@kept
def compared(centre: Centre) -> list[Judged]:
    """Every measure, with everybody whom it compares; human contact only if evaluators do not clearly disagree."""
    asked = [measure for measure in measures(centre) if measure.name != "pec" or _disagreement(centre) is None]
    return [one for one in (judge(measure, centre.fewest) for measure in asked) if one.agents]


def _disagreement(centre: Centre) -> float | None:
    return centre.doubt.alpha if centre.doubt else None


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
    return with_weekday(
        centre.frame(f"select week, agent, topic, channel, {CLOCK}, evaluator, warm as outcome from {_judged(centre)}")
    )


def _judged(centre: Centre) -> str:
    return f"{CONTACTS} where agent is not null and {centre.in_ripe}"


def _unjudged(centre: Centre, alpha: float) -> Finding:
    """States that nobody is judged by human contact, because evaluators disagree."""
    records = Records("fact_evaluations", centre.judged)
    n = int(centre.frame(f"select count(*) as n from {_judged(centre)}")["n"].iloc[0])
    figures = {"judged": Figure(n, "count", n=n), "alpha": Figure(alpha, "alpha")}
    return centre.state("unjudged", "untold", "pec_rate", 0.0, figures, records, labels={"measure": "pec"})


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
    """In the measure's own unit: durations are judged as logarithms, so their figure is a typical one; shares stay in
    0..1."""
    return float(np.exp(value)) if judged.measure.family == "gaussian" else min(1.0, max(0.0, value))


def _side(measure: Measure, beyond: float) -> Verdict:
    if measure.better is None:
        return "different"
    return "better" if (beyond > 0) == (measure.better == "higher") else "worse"


def _of_person(measure: Measure, agent: str, beyond: float) -> Records:
    """The person's records that pull away from the middle person: for a share only those, otherwise the farthest first."""
    own = _of_agents(measure, [agent])
    if not own.telling:
        return replace(own, order=own.order if beyond > 0 else f"-({own.order})")
    pulling = f"({own.telling}) is {'true' if beyond > 0 else 'not true'}"
    return replace(own, counts=f"{own.counts} and {pulling}", telling="")


def _of_others(judged: Judged, named: Flags) -> Records:
    """The records of everybody not named, those on the bad side first."""
    measure = judged.measure
    others = _of_agents(measure, [agent for agent, is_named in zip(judged.agents, named, strict=True) if not is_named])
    return replace(others, telling=f"not ({others.telling})") if measure.better == "higher" else others


def _of_agents(measure: Measure, agents: Sequence[str]) -> Records:
    behind = measure.behind
    keys = behind.keys | {"people": pd.DataFrame({"agent": agents})}
    return replace(behind, counts=f"{behind.counts} and agent in (select agent from people)", keys=keys)
