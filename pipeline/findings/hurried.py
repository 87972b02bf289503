"""Hurried calls: far below their topic's usual length and ended by the agent, and what came after them."""

from __future__ import annotations

from math import isnan, sqrt

import pandas as pd
from scipy.special import ndtr

from pipeline.findings.centre import Centre, topic_weeks
from pipeline.findings.kept import kept
from pipeline.findings.record import Figure, Finding, Records, seen, weight_of
from pipeline.statistics.clustered import difference_within, share_limits
from pipeline.statistics.stratified import Difference

IS_HURRIED = "(source, conversation_id) in (select source, conversation_id from hurried)"
USUAL = 0.5
"""Share of the topic's median handle time below which a call is much shorter than usual."""


@kept
def hurried(centre: Centre) -> pd.DataFrame:
    """Phone contacts that one person handled alone and whose end is known (who ended it), with `is_hurried`."""
    calls = centre.contacts.merge(centre.frame(_alone(centre)), on=["source", "conversation_id"])
    calls = calls[calls["handle_s"].notna()]
    usual = calls.groupby(["topic", "channel"], dropna=False)["handle_s"].transform("median")
    is_short = (calls["handle_s"] < USUAL * usual) & (calls["ended_by"] == "agent")
    return calls.assign(is_hurried=is_short.astype(int), usual_s=usual)


def judged_calls(centre: Centre) -> str:
    """SQL: the contacts that `hurried` looks at."""
    alone = f"select source, conversation_id from ({_alone(centre)}) as alone"
    return f"{centre.followed} and handle_s is not null and (source, conversation_id) in ({alone})"


def _alone(centre: Centre) -> str:
    """SQL: conversations with one answered leg, ended by its agent or the customer. Where somebody else took over, the
    length belongs to both, and who answered first did not end it."""
    return f"""select source, conversation_id, max(ended_by) as ended_by
        from fact_calls where is_answered and {centre.around_ripe} group by source, conversation_id
        having count(*) = 1 and max(ended_by) in ('agent', 'customer')"""


def keys_of(calls: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The table that IS_HURRIED names."""
    return {"hurried": calls.loc[calls["is_hurried"] == 1, ["source", "conversation_id"]]}


def find(centre: Centre) -> list[Finding]:
    calls = hurried(centre)
    short, others = calls[calls["is_hurried"] == 1], calls[calls["is_hurried"] == 0]
    gap = _gap(calls)
    if len(short) < centre.settings.report.small_group or isnan(gap.value):
        return []
    returned, (low, high) = float(short["has_returned"].mean()), _limits(short)
    like = min(max(returned - gap.value, 0.0), 1.0)
    figures = {
        "calls": Figure(len(short), "count", n=len(calls)),
        "share": Figure(len(short) / len(calls), "share", n=len(calls)),
        "returned": Figure(returned, "share", low, high, len(short)),
        "others": Figure(like, "share", n=len(others)),
        "length": Figure(float(short["handle_s"].median()), "s"),
        "usual": Figure(float(short["usual_s"].median()), "s"),
    }
    records = Records("fact_contacts", f"{judged_calls(centre)} and {IS_HURRIED}", keys=keys_of(calls))
    verdict, weight = seen(gap.low, gap.high), _weight(returned, like, len(short))
    return [centre.state("hurried", verdict, "aht", weight, figures, records)]


def _limits(short: pd.DataFrame) -> tuple[float, float]:
    """Limits of the share of calls with a return; one customer's returns come together."""
    own = short.groupby("customer")["has_returned"].agg(["sum", "size"]).astype(float)
    met, n = own["sum"], own["size"]
    low, high = share_limits(len(own), met.sum(), n.sum(), met @ met, n @ n, met @ n)
    return float(low), float(high)


def _gap(calls: pd.DataFrame) -> Difference:
    """How much more often customers come back after hurried calls than after other calls of the same people on the
    topic.

    Each call is compared with its topic's week first, because people's own weeks hold too few calls to compare within.
    """
    beyond = _beyond_week(calls)
    calls = calls.assign(beyond=beyond, of_person=calls.groupby(["agent", "topic"], dropna=False).ngroup())[
        beyond.notna()
    ]
    return difference_within(calls["beyond"], calls["of_person"], calls["agent"], calls["is_hurried"])


def _beyond_week(calls: pd.DataFrame) -> pd.Series:
    """A call's return, less the share of returns among its topic's other unhurried calls of the week; NaN without any.
    The call itself is left out, so that a small week does not look surer."""
    week, is_other = topic_weeks(calls), 1 - calls["is_hurried"]
    returned, n = (rows.groupby(week).transform("sum") - rows for rows in (is_other * calls["has_returned"], is_other))
    return calls["has_returned"] - returned / n


def _weight(returned: float, like: float, n: int) -> float:
    error = sqrt(like * (1 - like) / n)
    return weight_of(2 * float(ndtr(-abs(returned - like) / error))) if error else 0.0
