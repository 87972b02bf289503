"""Repeats by topic: what customers come back with more often than with others, and the hours that takes."""

from __future__ import annotations

from math import isnan

import pandas as pd

from pipeline.findings.centre import REPEAT, Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.kpis import RETURN_DAYS
from pipeline.statistics.intervals import wilson

SHOWN = 3
MEASURED = 0.95
"""Of calls whose handle time is known: below that, the hours of the rest would be taken for nought."""


def find(centre: Centre) -> list[Finding]:
    contacts = centre.contacts[centre.contacts["topic"].notna()]
    if not len(contacts):
        return []
    hours = hours_of(_returned(centre), _following(centre))
    topics = contacts.groupby("topic")["has_returned"].agg(["size", "sum"]).assign(hours=hours)
    topics = topics[topics["size"] >= max(30, centre.settings.report.small_group)]
    usual = float(contacts["has_returned"].mean())
    topics["low"], topics["high"] = wilson(topics["sum"], topics["size"])
    topics = topics.assign(more=topics["sum"] - usual * topics["size"]).query("low > @usual")
    costly = topics.sort_values("more", ascending=False).head(SHOWN)
    return [_finding(centre, str(topic), row, usual, len(contacts)) for topic, row in costly.iterrows()]


def hours_of(returned: pd.DataFrame, following: pd.DataFrame) -> pd.Series:
    """By topic of the contacts that customers came back after: hours of the contacts they came back with, whatever these were
    about; NaN where too few were measured. Both have the customer and back_s, the instant of coming back. One that several came
    before is laid to the one that ended last."""
    instant = returned["back_s"].round(3)
    once = returned[~returned.assign(back_s=instant).duplicated(["customer", "back_s"], keep="last")]
    pairs = pd.merge_asof(once, following, on="back_s", by="customer", direction="nearest", tolerance=1e-3)
    topics = pairs.groupby("topic").agg(
        known=("handle_s", "count"), calls=("is_call", "sum"), spent_s=("handle_s", "sum")
    )
    is_measured = (topics["known"] > 0) & (topics["known"] >= MEASURED * topics["calls"])
    return (topics["spent_s"] / 3600).where(is_measured)


def _returned(centre: Centre) -> pd.DataFrame:
    return centre.frame(
        f"""select customer, topic, epoch(ended_at) + return_after_s as back_s from fact_contacts
        where {centre.followed} and {REPEAT} and topic is not null order by back_s, customer, ended_at, source, conversation_id"""
    )


def _following(centre: Centre) -> pd.DataFrame:
    """The contacts that customers came back with: also those of the weeks after."""
    return centre.frame(
        f"""select customer, epoch(started_at) as back_s, handle_s,
            case when is_answered and not is_written then 1 else 0 end as is_call
        from fact_contacts
        where is_customer_made and since_previous_s <= {RETURN_DAYS * 86400} and {centre.around_ripe}
        order by back_s, customer, source, conversation_id"""
    )


def _finding(centre: Centre, topic: str, row: dict[str, float], usual: float, contacts: int) -> Finding:
    counts = f"{centre.followed} and {REPEAT} and topic in (select topic from those)"
    records = Records("fact_contacts", counts, keys={"those": pd.DataFrame({"topic": [topic]})})
    figures = {
        "repeats": Figure(
            float(row["sum"] / row["size"]), "share", float(row["low"]), float(row["high"]), int(row["size"])
        ),
        "centre": Figure(usual, "share"),
    }
    if not isnan(row["hours"]):
        figures["hours"] = Figure(float(row["hours"]) / len(centre.ripe), "h")
        figures |= centre.cost(figures["hours"].value)
    return centre.state("topic", "seen", "repeat_7d", 10 * float(row["more"]) / contacts, figures, records, topic=topic)
