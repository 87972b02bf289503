"""What targets do: whom a handle-time target would reward and a quality target punish, and the reverse.

Handle time is unadjusted, as a target takes it; quality is adjusted for case mix, which people do not choose.
"""

from __future__ import annotations

import pandas as pd
from scipy import special

from pipeline.findings.centre import FEWEST, Centre
from pipeline.findings.judging import Judged
from pipeline.findings.people import compared
from pipeline.findings.record import Figure, Finding, Records, Verdict
from pipeline.kpis.measure import Question, measure

QUALITY = ("settled", "pec")
"""Quality measures of people; the second only where people may be judged by it."""
MISS_ON_A_SIDE = 0.025
"""Share of 95 % ranges that by chance lie wholly above the truth, and the share wholly below."""


def find(centre: Centre) -> list[Finding]:
    if "aht" not in centre.results.catalogue.kpis or not centre.ripe:
        return []
    known = qualities(centre)
    quality = tuple(one.measure.name for one in known)
    pace = measure(centre.results, centre.results.catalogue, Question(("aht",), by=("agent",), where=centre.in_ripe))
    sorted_out = sort_people(pd.concat([pace[pace["agent"].notna()], *map(evened, known)]), quality)
    if len(sorted_out) < max(5, centre.settings.report.small_group):
        return []
    figures = {
        "people": Figure(len(sorted_out), "count"),
        "quick_only": Figure(int((sorted_out["is_quick"] & sorted_out["is_poor"]).sum()), "count"),
        "good_only": Figure(int((sorted_out["is_slow"] & sorted_out["is_good"]).sum()), "count"),
        "chance": Figure(by_chance(sorted_out, quality), "per_hour"),
        "target": Figure(float(sorted_out["aht"].median()), "s"),
    }
    verdict = verdict_on(sorted_out, quality)
    weight = 10 * (figures["quick_only"].value + figures["good_only"].value) / len(sorted_out) * (verdict == "seen")
    labels = {"quality": "both" if len(quality) > 1 else quality[0]}
    return [centre.state("targets", verdict, "aht", weight, figures, _records(centre, sorted_out), labels=labels)]


def qualities(centre: Centre) -> list[Judged]:
    """The quality measures that people are judged by here."""
    return [one for one in compared(centre) if one.measure.name in QUALITY]


def evened(judged: Judged) -> pd.DataFrame:
    """Everybody's quality, adjusted for case mix, as figures of people."""
    found = judged.found
    limits = {"value": found.excess, "low": found.low, "high": found.high}
    return pd.DataFrame({"agent": judged.agents, "kpi": judged.measure.name, "n": judged.n, **limits})


def _records(centre: Centre, people: pd.DataFrame) -> Records:
    """Calls of everybody sorted, first those of people who are quick and poor."""
    aht = centre.results.catalogue["aht"]
    everybody = people.rename_axis("agent").reset_index()
    keys = {
        "people": everybody[["agent"]],
        "quick": everybody.loc[everybody["is_quick"] & everybody["is_poor"], ["agent"]],
    }
    counts = f"({aht.counts}) and {centre.in_ripe} and agent in (select agent from people)"
    return Records(aht.of, counts, "agent in (select agent from quick)", keys=keys)


def sort_people(figures: pd.DataFrame, quality: tuple[str, ...]) -> pd.DataFrame:
    """One row per person with all figures: on which side of the median person's figure each whole range lies.

    is_quick and is_slow by handle time; is_poor: some quality clearly below; is_good: some clearly above and none
    below.
    """
    enough = figures[figures["n"] >= FEWEST].pivot(index="agent", columns="kpi", values=["value", "low", "high"])
    enough = enough.dropna()
    if not quality or not len(enough) or not {"aht", *quality} <= set(enough["value"]):
        return pd.DataFrame({name: [] for name in ("aht", "is_quick", "is_slow", "is_poor", "is_good")})
    middles = enough["value"].median()
    below, above = enough["high"] < middles, enough["low"] > middles
    is_poor = below[list(quality)].any(axis=1)
    is_good = above[list(quality)].any(axis=1) & ~is_poor
    return pd.DataFrame(
        {
            "aht": enough["value"]["aht"],
            "is_quick": below["aht"],
            "is_slow": above["aht"],
            "is_poor": is_poor,
            "is_good": is_good,
        }
    )


def by_chance(people: pd.DataFrame, quality: tuple[str, ...]) -> float:
    """How many of the clearly quick or slow people would seem poor or good if everybody had the same quality."""
    return float((people["is_quick"] | people["is_slow"]).sum()) * MISS_ON_A_SIDE * len(quality)


def verdict_on(people: pd.DataFrame, quality: tuple[str, ...]) -> Verdict:
    """Seen if more people stand on the wrong side of one of the targets than chance puts there in 19 of 20 cases."""
    apart = int((people["is_quick"] | people["is_slow"]).sum())
    wrong = int((people["is_quick"] & people["is_poor"] | people["is_slow"] & people["is_good"]).sum())
    is_seen = special.bdtrc(wrong - 1, apart, MISS_ON_A_SIDE * len(quality)) <= 0.05
    return "seen" if is_seen else "no_detectable_change"
