"""New employees by weeks since they were hired, beside experienced ones on the same topics in the same weeks; training
takes about three months.

New people often get the easy matters, and are there in later weeks. So the experienced are weighted by topic and week
to the mix of the new.
"""

from __future__ import annotations

from math import isnan

import pandas as pd

from pipeline.findings.centre import REPEAT, Centre, mondays, topic_weeks
from pipeline.findings.record import Figure, Finding, Records, seen
from pipeline.statistics.clustered import Share, apart, difference_within, share

BANDS = ((0, 4), (4, 8), (8, 13), (13, 26))
"""Weeks since hire, each band without its last; who was hired earlier is experienced."""
ALIKE = "(coalesce(topic, ''), week) in (select topic, week from alike)"
IN_WEEKS = "(agent, week) in (select agent, week from weeks)"


def find(centre: Centre) -> list[Finding]:
    hired = {row["agent"]: row.get("hired_on") for row in centre.results.document("agents") if row.get("hired_on")}
    contacts = centre.contacts
    since = weeks_since(contacts, hired)
    contacts = contacts.assign(topic=contacts["topic"].fillna(""), topic_week=topic_weeks(contacts))
    old = contacts[since >= BANDS[-1][1]]
    if old["agent"].nunique() < 2:
        return []
    shared = contacts["topic_week"].isin(old["topic_week"])
    bands = [(first, last, contacts[shared & (since >= first) & (since < last)]) for first, last in BANDS]
    shown = [band for band in bands if len(band[2]) >= centre.fewest and band[2]["agent"].nunique() > 1]
    level = 1 - 0.05 / max(len(shown), 1)
    return [*(_finding(centre, *band, old, level) for band in shown), *_experience(centre, centre.contacts, since)]


def _experience(centre: Centre, contacts: pd.DataFrame, since: pd.Series) -> list[Finding]:
    """People hired within half a year: those with earlier work in a contact centre beside those without, within topics
    and weeks."""
    had = {row["agent"]: row.get("has_experience") for row in centre.results.document("agents")}
    new = contacts[(since < BANDS[-1][1]) & contacts["agent"].map(had).notna() & contacts["topic"].notna()]
    is_old_hand = new["agent"].map(had).astype(bool)
    people = new.groupby(is_old_hand)["agent"].nunique()
    if len(people) < 2 or people.min() < 2:
        return []
    gain = difference_within(1 - new["has_returned"], topic_weeks(new), new["agent"], is_old_hand)
    if isnan(gain.low):
        return []
    figures = {
        "gain": Figure(gain.value, "share_change", gain.low, gain.high, len(new)),
        "people": Figure(int(people[True]), "count"),
        "others": Figure(int(people[False]), "count"),
    }
    keys = {"weeks": new[["agent", "week"]].drop_duplicates(), "old_hands": new.loc[is_old_hand, ["agent"]]}
    counts, telling = (
        f"{centre.followed} and topic is not null and {IN_WEEKS}",
        "agent in (select agent from old_hands)",
    )
    records = Records("fact_contacts", counts, telling, keys=keys)
    return [centre.state("experience", seen(gain.low, gain.high), "resolution_inferred", 1.0, figures, records)]


def weeks_since(contacts: pd.DataFrame, hired: dict[str, str]) -> pd.Series:
    """Weeks from the week of hire (0) to each contact; NaN where the day is unknown or later."""
    begun = pd.to_datetime(contacts["agent"].map(hired)).dt.to_period("W-SUN").dt.start_time
    weeks = (mondays(contacts["week"]) - begun).dt.days / 7
    return weeks.where(weeks >= 0)


def alike(own: pd.DataFrame, old: pd.DataFrame) -> pd.Series:
    """A weight for each old contact that gives topic-weeks the frequencies of `own`; weights sum to Kish's effective
    number.

    Source: Kish, Survey Sampling (1965), 11.7.
    """
    wanted = old["topic_week"].map(own["topic_week"].value_counts() / old["topic_week"].value_counts())
    wanted = wanted.fillna(0.0).astype(float)
    return wanted * (wanted.sum() / (wanted**2).sum())


def _settled(contacts: pd.DataFrame, weight: pd.Series) -> Share:
    people = (
        pd.DataFrame({"met": weight * (1 - contacts["has_returned"]), "n": weight}).groupby(contacts["agent"]).sum()
    )
    people = people[people["n"] > 0]
    return share(people["met"], people["n"])


def _handled(own: pd.DataFrame, old: pd.DataFrame, weight: pd.Series) -> dict[str, Figure]:
    """Handle times, where recorded for both sides: letters have none, and some telephone systems record them in part."""
    timed = weight.where(old["handle_s"].notna())
    means = {
        "handle": float(own["handle_s"].mean()),
        "usual": float((timed * old["handle_s"]).sum() / (timed.sum() or float("nan"))),
    }
    return {} if any(map(isnan, means.values())) else {name: Figure(mean, "s") for name, mean in means.items()}


def _finding(centre: Centre, first: int, last: int, own: pd.DataFrame, old: pd.DataFrame, level: float) -> Finding:
    """`level` of the comparison: all bands of a page together are wrong on one page in twenty."""
    as_own = alike(own, old)
    n, settled, usual = len(own), _settled(own, pd.Series(1.0, own.index)), _settled(old, as_own)
    low, high = (min(max(limit, 0.0), 1.0) for limit in settled.limits())
    figures = {
        "settled": Figure(settled.value, "share", low, high, n),
        "experienced": Figure(usual.value, "share", n=int((as_own > 0).sum())),
        "people": Figure(int(own["agent"].nunique()), "count"),
        "others": Figure(int(old["agent"].nunique()), "count"),
        "from": Figure(first, "count"),
        "to": Figure(last - 1, "count"),
        **_handled(own, old, as_own),
    }
    gap = apart(settled, usual, level)
    weight = 10 * n / (n + len(old))
    keys = {"weeks": own[["agent", "week"]].drop_duplicates(), "alike": own[["topic", "week"]].drop_duplicates()}
    records = Records("fact_contacts", f"{centre.followed} and {IN_WEEKS} and {ALIKE}", REPEAT, keys=keys)
    labels = {"band": f"{first}-{last}"}
    return centre.state(
        "newcomers", seen(gap.low, gap.high), "resolution_inferred", weight, figures, records, labels=labels
    )
