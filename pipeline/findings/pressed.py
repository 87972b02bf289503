"""Human contact by how busy the agent was in the half-hour of the call, within agents: do people cool when pressed?"""

from __future__ import annotations

import numpy as np

from pipeline.findings.centre import Centre
from pipeline.findings.judges import CONTACTS
from pipeline.findings.record import RELATIONS_LEVEL, Figure, Finding, Records, seen
from pipeline.statistics.slopes import slopes

FEWEST_S = 600
"""Staffed seconds of an agent's half-hour below which it says nothing of how busy the agent was."""


def find(centre: Centre) -> list[Finding]:
    rows = centre.frame(
        f"""select e.agent, e.warm, least(1, h.handling_s / h.staffed_s) as busy
        from (select * from {CONTACTS} where {centre.in_ripe}) e
        inner join (select agent, half_hour_at, sum(handling_s) as handling_s, sum(staffed_s) as staffed_s
            from fact_agent_hours where {centre.in_ripe} group by agent, half_hour_at) h
            on h.agent = e.agent and h.half_hour_at = e.half_hour_at
        where h.staffed_s >= {FEWEST_S}"""
    )
    found = slopes(rows["busy"], rows["warm"], rows["agent"], rows["agent"], level=RELATIONS_LEVEL)
    if len(rows) < 100 or np.isnan(found.within_low):
        return []
    step = 0.1
    figures = {
        "slope": Figure(
            step * found.within, "share_change", step * found.within_low, step * found.within_high, len(rows)
        ),
        "busy": Figure(float(rows["busy"].mean()), "share", n=len(rows)),
    }
    verdict = seen(found.within_low, found.within_high)
    return [centre.state("warmth_when_busy", verdict, "pec_rate", 2.0, figures, _evaluations(centre))]


def _evaluations(centre: Centre) -> Records:
    """Judgements of contacts whose agent was on duty in that half-hour, the cold ones first."""
    on_duty = f"""select agent, half_hour_at from fact_agent_hours where {centre.in_ripe}
        group by agent, half_hour_at having sum(staffed_s) >= {FEWEST_S}"""
    return Records("fact_evaluations", f"{centre.judged} and (agent, half_hour_at) in ({on_duty})", "not is_pec")
