"""Which figures of single people are no ground for a judgement: human contact where evaluators disagree (grey on pages)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.results import Results
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

DISAGREE = "evaluators_disagree"
"""Stands in `why` beside such a figure."""
IS_WARM = "is_pec"
"""What KPIs of human contact count as met."""


def in_doubt(results: Results, settings: Settings, kpis: Iterable[str], week: str | None = None) -> list[str]:
    """Those of the KPIs that judge human contact, if the evaluators of the weeks that the report of `week` pools (of the last
    complete week) clearly agree too little; else none."""
    judged = [name for name in kpis if results.catalogue[name].met == IS_WARM]
    chosen = week or results.manifest["last_complete_week"]
    if not judged or chosen is None or not results.has("fact_evaluations"):
        return []
    from pipeline.findings.look import look

    doubt = look(results, settings, chosen).doubt
    return [] if doubt is None or doubt.alpha is None else judged


def marked(frame: pd.DataFrame, doubted: Iterable[str]) -> pd.Series:
    """The `why` of figures by agent, DISAGREE of people's that are in doubt."""
    of_people = frame["kpi"].isin(list(doubted)) & frame["agent"].notna() & frame["value"].notna()
    return frame["why"].mask(of_people, DISAGREE)


def marked_sql(doubted: Iterable[str]) -> str:
    """As `marked`, of stored figures."""
    kpis = ", ".join(f"'{name}'" for name in doubted) or "''"
    is_in_doubt = f"kpi in ({kpis}) and agent is not null and value is not null"
    return f"case when {is_in_doubt} then '{DISAGREE}' else why end"
