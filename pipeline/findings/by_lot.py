"""Whether judged contacts look randomly drawn, as far as what is known of every contact can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from pipeline.findings.centre import FOLLOWED, REPEAT
from pipeline.kpis.measure import Connection
from pipeline.statistics import ppi
from pipeline.statistics.stratified import drawn_apart
from pipeline.weeks import in_weeks

UNITS = {"returned": "share", "handle": "s"}
BY_LOT = 0.02
"""Of centres whose judged contacts were drawn by lot, the largest share that is doubted, once for scores and once for
the rest."""
CONTACTS = f"""
with judged as (
    select distinct contact_source, conversation_id, is_written
    from fact_evaluations
    where is_pec is not null
)

select contacts.agent, contacts.week, contacts.is_written, judged.conversation_id is not null as is_judged,
    case when {FOLLOWED} then case when {REPEAT} then 1.0 else 0.0 end end as returned,
    case when contacts.handle_s > 0 then contacts.handle_s end as handle
from fact_contacts as contacts
left join judged on judged.contact_source = contacts.source and judged.conversation_id = contacts.conversation_id
    and judged.is_written = contacts.is_written
where contacts.is_answered and contacts.agent is not null"""


class Chosen(NamedTuple):
    """How far judged contacts lie from others of the same people and weeks, in the variable `name`."""

    name: str
    apart: float
    unit: str


def chosen(asked: Connection, weeks: Sequence[str]) -> list[Chosen]:
    """The variables in which the judged contacts of these weeks differ from others by more than random drawing
    explains."""
    found = asked.frame(f"select * from ({CONTACTS}) as contacts where {in_weeks(weeks)} order by agent, week")
    stratum = found.groupby(["agent", "week", "is_written"]).ngroup()
    told = {name: _apart(found[name], found["is_judged"], stratum, BY_LOT / len(UNITS)) for name in UNITS}
    return [Chosen(name, apart, UNITS[name]) for name, apart in told.items() if apart is not None]


def scored_apart(contacts: pd.DataFrame) -> float | None:
    """How much higher judged contacts score than others of their stratum and week; None if random drawing explains it,
    or below the number of judged contacts that joined rates need."""
    is_judged = contacts["score"].notna() & contacts["verdict"].notna()
    if is_judged.sum() < ppi.FEWEST_POOLED:
        return None
    return _apart(contacts["score"], is_judged, contacts.groupby(["stratum", "week"]).ngroup(), BY_LOT)


def _apart(values: pd.Series, is_judged: pd.Series, stratum: pd.Series, doubted: float) -> float | None:
    """How far judged contacts lie above others of their stratum; None if random drawing gives as much with probability
    `doubted` or more."""
    known = values.notna()
    apart, chance = drawn_apart(values[known], is_judged[known], stratum[known])
    return apart if chance < doubted else None
