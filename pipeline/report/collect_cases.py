"""What `collect` asks of the ledger of repeats and of cases."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.findings import ledger
from pipeline.findings.centre import Centre
from pipeline.kpis.measure import Question, measure
from pipeline.report.collect_figures import absences, withhold_unripe
from pipeline.statistics.survival import Curve
from pipeline.weeks import in_weeks

CENTRE = (
    "cases", "contacts_per_case", "case_one_contact", "fcr_7d", "case_resolution", "case_gave_up", "case_complaints",
    "case_elapsed_p50", "effort_per_case", "effort_per_resolved", "aht", "repeat_7d",
)  # fmt: skip
"""Whom a case belongs to, who answered first or last, makes no difference to the whole centre."""
PEOPLE = ("aht", "effort_per_case", "effort_per_case_closed", "repeat_7d")


@dataclass(frozen=True)
class Ledger:
    """Of the ripe weeks, or of younger ones where none is (`told_weeks`). variants, laid, away: as pipeline.findings.ledger has
    them. centre, agents: KPIs of cases."""

    weeks: list[str]
    variants: pd.DataFrame
    laid: ledger.Laid | None
    away: Curve | None
    centre: pd.DataFrame
    agents: pd.DataFrame


def read_ledger(centre: Centre) -> Ledger | None:
    """None where of no contact of a known customer a window has passed."""
    variants = ledger.variants(centre)
    if not variants["ripe"].any():
        return None
    catalogue, weeks, unknown = centre.results.catalogue, ledger.told_weeks(centre), absences(centre)
    frames = [
        withhold_unripe(measure(centre.results, catalogue, Question(kpis, by=by, where=in_weeks(weeks))), unknown)
        for kpis, by in ((CENTRE, ()), (PEOPLE, ("agent",)))
    ]
    people = frames[1].dropna(subset=["agent"]).reset_index(drop=True)
    return Ledger(weeks, variants, ledger.laid(centre), ledger.away(centre), frames[0], people)
