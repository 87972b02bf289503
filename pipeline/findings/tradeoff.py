"""Speed against quality, overall and within topics, and what a minute saved costs in repeats."""

from __future__ import annotations

from math import isnan

import pandas as pd

from pipeline.findings.centre import REPEAT, Centre
from pipeline.findings.record import RELATIONS_LEVEL, Figure, Finding, Records, seen
from pipeline.statistics.slopes import Slopes, slopes

FEWEST = 20
"""Contacts of an agent on a topic that make a point."""


def find(centre: Centre) -> list[Finding]:
    cells = cells_of(centre.contacts)
    found = slopes_of(cells)
    if isnan(found.within_low):
        return []
    counts = f"{centre.followed} and handle_s > 0 and (agent, topic) in (select agent, topic from cells)"
    records = Records("fact_contacts", counts, REPEAT, keys={"cells": cells[["agent", "topic"]]})
    return [_slope(centre, found, int(cells["n"].sum()), records), *_price(centre, found, cells, records)]


def slopes_of(cells: pd.DataFrame) -> Slopes:
    """Share settled per minute of handle time, between people rather than single calls: what chance adds is removed."""
    x, y, topic, agent, n, error, shared = (
        cells[name] for name in ("minutes", "settled", "topic", "agent", "n", "error", "shared_error")
    )
    return slopes(x, y, topic, agent, n, error, shared, RELATIONS_LEVEL)


def cells_of(contacts: pd.DataFrame) -> pd.DataFrame:
    """One row per agent and topic of calls: n, minutes of handle time, share settled (nobody came back), the variance
    of the error of the minutes (`error`) and its covariance with that of the share (`shared_error`). Both are adjusted
    to a usual week."""
    calls = contacts[(contacts["handle_s"] > 0) & contacts["topic"].notna()]
    calls = calls.assign(minutes=calls["handle_s"] / 60, settled=1.0 - calls["has_returned"])
    calls = calls.assign(**{name: _in_usual_week(calls, name) for name in ("minutes", "settled")})
    calls = calls.assign(square=calls["minutes"] ** 2, product=calls["minutes"] * calls["settled"])
    cells = calls.groupby(["agent", "topic"])[["minutes", "settled", "square", "product"]].mean()
    cells = cells.assign(n=calls.groupby(["agent", "topic"]).size()).query("n >= @FEWEST").reset_index()
    free = cells["n"] - 1
    return cells.assign(
        error=(cells["square"] - cells["minutes"] ** 2) / free,
        shared_error=(cells["product"] - cells["minutes"] * cells["settled"]) / free,
    ).drop(columns=["square", "product"])


def _in_usual_week(calls: pd.DataFrame, name: str) -> pd.Series:
    """The value moved by the difference between its topic's mean and that of its topic's week, so that who worked while
    the whole centre moved does not matter."""
    by_topic, in_week = (calls.groupby(by)[name].transform("mean") for by in (["topic"], ["topic", "week"]))
    return calls[name] - in_week + by_topic


def _slope(centre: Centre, found: Slopes, n: int, records: Records) -> Finding:
    """The slope is an association: people who take longer may differ in more than that."""
    figures = {
        "within": Figure(found.within, "share_change", found.within_low, found.within_high, n),
        "overall": Figure(found.overall, "share_change", found.overall_low, found.overall_high, n),
    }
    if found.is_simpson:
        return centre.state("slope_turns", "seen", "resolution_inferred", 10.0, figures, records)
    verdict = seen(found.within_low, found.within_high)
    return centre.state("slope", verdict, "resolution_inferred", 5.0 * (verdict == "seen"), figures, records)


def _price(centre: Centre, found: Slopes, cells: pd.DataFrame, records: Records) -> list[Finding]:
    """For 100 contacts a minute shorter: the minutes saved, the repeats that go with them, and the time those take.

    A repeat takes a handle time and breeds repeats of its own: handle time / (1 - repeat share), as if independent.
    """
    if found.within_low <= 0:
        return []
    n = cells["n"]
    minutes, repeats = float((cells["minutes"] * n).sum() / n.sum()), 1 - float((cells["settled"] * n).sum() / n.sum())
    each = minutes / (1 - repeats)
    more = [100 * slope for slope in (found.within, found.within_low, found.within_high)]
    figures = {
        "repeats": Figure(more[0], "per_hour", more[1], more[2], int(n.sum())),
        "spent": Figure(60 * more[0] * each, "s", 60 * more[1] * each, 60 * more[2] * each),
        "saved": Figure(6000.0, "s"),
        "share": Figure(more[0] * each / 100, "share", more[1] * each / 100, more[2] * each / 100),
        "aht": Figure(60 * minutes, "s"),
        "effective": Figure(60 * each, "s"),
    }
    figures |= centre.cost(figures["spent"].value / 3600)
    return [centre.state("price", "seen", "repeat_7d", 10 * min(1.0, more[0] * each / 100), figures, records)]
