"""Topics with more repeats than the centre's share, and the hours that these take."""

from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd
from scipy.special import stdtr

from pipeline.findings.centre import REPEAT, Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.kpis import RETURN_DAYS
from pipeline.statistics.clustered import share_limits
from pipeline.statistics.discovery import benjamini_hochberg

SHOWN = 3
MEASURED = 0.95
"""Share of calls whose handle time must be known; otherwise the hours of the rest would count as zero."""


def find(centre: Centre) -> list[Finding]:
    contacts = centre.contacts[centre.contacts["topic"].notna()]
    if not len(contacts):
        return []
    hours = hours_of(_returned(centre), _following(centre))
    usual = float(contacts["has_returned"].mean())
    topics = told_of(contacts, centre.fewest).join(hours.rename("hours"))
    costly = topics.sort_values("more", ascending=False).head(SHOWN)
    return [_finding(centre, str(topic), row, usual, len(contacts)) for topic, row in costly.iterrows()]


def told_of(contacts: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """The topics whose contacts are followed by a return more often than contacts in general.

    contacts: topic, customer, has_returned. Indexed by topic: contacts, returns, limits of their share, and the returns
    beyond the general share (`more`). One customer's returns come together, so the variance is of each customer's
    excess, and at least that of independent contacts.
    """
    usual = contacts["has_returned"].mean()
    own = contacts.groupby(["topic", "customer"])["has_returned"].agg(["size", "sum"])
    own = own.assign(
        rows_rows=own["size"] ** 2, met_met=own["sum"] ** 2, rows_met=own["size"] * own["sum"], customers=1
    )
    topics = own.groupby("topic").sum().query("size >= @fewest and customers > 1")
    parts = ("customers", "sum", "size", "met_met", "rows_rows", "rows_met")
    customers, met, rows, met_met, rows_rows, rows_met = (topics[part].astype(float) for part in parts)
    low, high = share_limits(customers, met, rows, met_met, rows_rows, rows_met)
    more = met - usual * rows
    spread = (met_met - 2 * usual * rows_met + usual**2 * rows_rows) * customers / (customers - 1)
    error = np.sqrt(np.maximum(spread, usual * (1 - usual) * rows))
    with np.errstate(invalid="ignore"):
        is_named = benjamini_hochberg(stdtr(customers - 1, -more / error))
    return topics.assign(low=low, high=high, more=more)[is_named & (low > usual)]


def hours_of(returned: pd.DataFrame, following: pd.DataFrame) -> pd.Series:
    """Hours of the contacts that customers came back with, whatever these were about, by topic of the contacts before;
    NaN where too few were measured. Both frames have the customer and back_s, the instant of coming back. If several
    contacts came before, it counts for the one that ended last."""
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
        where {centre.followed} and {REPEAT} and topic is not null
        order by back_s, customer, ended_at, source, conversation_id, is_written"""
    )


def _following(centre: Centre) -> pd.DataFrame:
    """The contacts that customers came back with, including those of the weeks after."""
    return centre.frame(
        f"""select customer, epoch(started_at) as back_s, handle_s,
            case when is_answered and not is_written then 1 else 0 end as is_call
        from fact_contacts
        where is_customer_made and since_previous_s <= {RETURN_DAYS * 86400} and {centre.around_ripe}
        order by back_s, customer, source, conversation_id, is_written"""
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
