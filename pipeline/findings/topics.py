"""Repeats by topic: what customers come back with more often than with others, and the hours that takes."""

from __future__ import annotations

from math import isnan

import pandas as pd

from pipeline.findings.centre import REPEAT, Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.statistics.intervals import wilson

SHOWN = 3
MEASURED = (
    "count(handle_s) >= 0.95 * sum(case when is_answered and not is_written then 1 else 0 end) and count(handle_s) > 0"
)
"""Where nearly every call's handle time is known: hours of the rest would be taken for nought."""


def find(centre: Centre) -> list[Finding]:
    contacts = centre.contacts[centre.contacts["topic"].notna()]
    if not len(contacts):
        return []
    hours = centre.frame(
        f"""select topic, case when {MEASURED} then sum(handle_s) / 3600 end as hours from fact_contacts
        where is_customer_made and since_previous_s <= 7 * 86400 and {centre.in_ripe} group by topic"""
    ).set_index("topic")["hours"]
    topics = contacts.groupby("topic")["has_returned"].agg(["size", "sum"]).assign(hours=hours)
    topics = topics[topics["size"] >= max(30, centre.settings.report.small_group)]
    usual = float(contacts["has_returned"].mean())
    topics["low"], topics["high"] = wilson(topics["sum"], topics["size"])
    topics = topics.assign(more=topics["sum"] - usual * topics["size"]).query("low > @usual")
    costly = topics.sort_values("more", ascending=False).head(SHOWN)
    return [_finding(centre, str(topic), row, usual, len(contacts)) for topic, row in costly.iterrows()]


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
