"""Human contact by how busy the agent otherwise was in the call's half-hour, within agents: do people cool when
pressed?

The judged call itself is left out: warm calls last longer and would fill their own half-hours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.findings.judges import CONTACTS
from pipeline.findings.record import RELATIONS_LEVEL, Figure, Finding, Records, seen
from pipeline.findings.typical_week import HALF_HOUR_S
from pipeline.statistics.slopes import slopes

FEWEST_S = 600
"""Staffed seconds of an agent's half-hour, without the judged call, below which it does not show how busy the agent
was."""
CONTACT = "contact_source, conversation_id, is_written"
BEGUN_S = "epoch(calls.offered_at) + coalesce(calls.wait_s, 0)"
HANDLED_S = "coalesce(calls.talk_s, 0) + coalesce(calls.hold_s, 0) + coalesce(calls.wrap_s, 0)"
WITHIN_S = f"""greatest(0, least({BEGUN_S} + {HANDLED_S}, epoch(judged.half_hour_at) + {HALF_HOUR_S})
    - greatest({BEGUN_S}, epoch(judged.half_hour_at)))"""
"""SQL: seconds of the judged call that its half-hour holds."""


def find(centre: Centre) -> list[Finding]:
    rows = judged_when_busy(centre)
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
    return [centre.state("warmth_when_busy", verdict, "pec_rate", 2.0, figures, _evaluations(centre, rows))]


def judged_when_busy(centre: Centre) -> pd.DataFrame:
    """Judged calls and chats with `busy`: the agent's occupancy in the rest of the half-hour. A letter's is that in which its
    customer wrote, which says nothing of who answers it."""
    return centre.frame(
        f"""with judged as (select * from {CONTACTS} where agent is not null and {centre.in_ripe}),
        own as (
            select judged.agent, judged.half_hour_at, {CONTACT}, judged.warm, sum({WITHIN_S}) as own_s
            from judged
            inner join (select source, conversation_id as call_of, agent, offered_at, wait_s, talk_s, hold_s, wrap_s
                from fact_calls where is_answered) as calls
                on calls.source = judged.contact_source and calls.call_of = judged.conversation_id
                and calls.agent = judged.agent and not judged.is_written
            group by judged.agent, judged.half_hour_at, {CONTACT}, judged.warm),
        hours as (
            select agent, half_hour_at, sum(handling_s) as handling_s, sum(staffed_s) as staffed_s
            from fact_agent_hours where {centre.in_ripe} group by agent, half_hour_at)
        select own.agent, {CONTACT}, warm, greatest(0, least(1, (handling_s - own_s) / (staffed_s - own_s))) as busy
        from own
        inner join hours on hours.agent = own.agent and hours.half_hour_at = own.half_hour_at
        where staffed_s - own_s >= {FEWEST_S} order by own.agent, {CONTACT}"""
    )


def _evaluations(centre: Centre, rows: pd.DataFrame) -> Records:
    """Judgements of the contacts that were compared, the cold ones first."""
    counts = (
        f"{centre.judged} and (contact_source, conversation_id) in (select contact_source, conversation_id from busy)"
    )
    keys = {"busy": rows[["contact_source", "conversation_id"]].drop_duplicates()}
    return Records("fact_evaluations", counts, "not is_pec", keys=keys)
