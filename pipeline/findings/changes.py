"""What changed this week: each headline figure of the centre against its own earlier weeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.drill import counted
from pipeline.findings import judges
from pipeline.findings.centre import POOLED, Centre
from pipeline.findings.open_days import open_days
from pipeline.findings.record import Figure, Finding, Records, Verdict, weight_of
from pipeline.kpis import Kpi
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.forecast import Surprise, surprise
from pipeline.weeks import arrived_week, in_weeks, straying, thin_weeks, week_end, with_gaps
from pipeline.zones import week_start

KPIS = (
    "offered", "service_level", "abandonment", "asa", "aht", "talk_mean", "calls_per_hour", "pec_rate", "csat", "fcr_7d",
    "repeat_7d", "repeat_1d", "resolution_rate", "effort_per_resolved", "contacts_per_case", "tickets_created",
    "first_reply_p50",
)  # fmt: skip
"""Figures that get a verdict: the pages' headlines, and those of cases and letters. Shares among them are of records:
`scaled` uses their n."""
JUDGED_AS = {"resolution_inferred": "repeat_7d"}
"""Complements, one minus the other over the same rows: one change, which is judged and counted once."""
RATE = 0.025
"""Of pages without a change, the share that reports one; people and quarters have rates of their own."""
JUDGED = ("fact_evaluations", "fact_surveys")
"""Facts that arrive days after the contact they judge."""


def find(centre: Centre) -> list[Finding]:
    names = [name for name in KPIS if name in centre.results.catalogue.kpis]
    lines = {name: weekly_line(centre, centre.results.catalogue[name], centre.weekly) for name in names}
    lines = {name: line for name, line in lines.items() if len(line) and not np.isnan(line["value"].iloc[-1])}
    untold = {name: reason for name, line in lines.items() if (reason := _untold(centre, name, line))}
    kpis = [centre.results.catalogue[name] for name in lines]
    compared = [
        np.full(len(line), np.nan) if name in untold else line["compared"].to_numpy() for name, line in lines.items()
    ]
    seen = judge(compared, kpis, [line["records"].tolist() for line in lines.values()])
    judged = sum(not np.isnan(found.p) for found, _ in seen)
    alone = 1 - RATE / max(judged, 1)
    return [
        _finding(
            centre, kpi, lines[kpi.id], one, "untold" if kpi.id in untold else verdict, alone, untold.get(kpi.id, "")
        )
        for kpi, (one, verdict) in zip(kpis, seen, strict=True)
    ]


def _untold(centre: Centre, name: str, line: pd.DataFrame) -> str:
    """Why the newest week is not compared with earlier ones; empty where it is."""
    if centre.results.catalogue[name].kind == "count" and np.isnan(line["compared"].iloc[-1]):
        return "closed"
    return "others" if _is_by_others(centre, name, str(line.index[-1])) else ""


def _is_by_others(centre: Centre, name: str, week: str) -> bool:
    """Whether the week's contacts were judged by other evaluators than those of the quarter before."""
    if centre.results.catalogue[name].of != "fact_evaluations":
        return False
    weeks = [known for known in centre.history if known <= week][-POOLED - 1 :]
    judged = centre.frame(f"select week, evaluator from {judges.CONTACTS} where {in_weeks(weeks)}")
    return judges.is_week_by_others(judged, week)


def judge(lines: list[np.ndarray], kpis: list[Kpi], records: list[list[float]]) -> list[tuple[Surprise, Verdict]]:
    """What can be said of the newest value of each series, with false discoveries over all of them held at RATE.

    `records`: how many each value rests on; for counts and sums it makes no difference.
    """
    wider = [straying(n) if kpi.is_of_records else 1.0 for n, kpi in zip(records, kpis, strict=True)]
    shown = [scaled(line, kpi.unit, n) for line, kpi, n in zip(lines, kpis, records, strict=True)]
    least = [_least(line, kpi.unit, n) for line, kpi, n in zip(lines, kpis, records, strict=True)]
    found = [surprise(*series) for series in zip(shown, wider, least, strict=True)]
    named = benjamini_hochberg([s.p for s in found], RATE)
    return [
        (s, _verdict(s, bool(is_named), line[-1], kpi))
        for s, is_named, line, kpi in zip(found, named, shown, kpis, strict=True)
    ]


def _least(line: np.ndarray, unit: str, records: Sequence[float]) -> float:
    """A lower bound for how much weeks vary, on the scale of `scaled`: chance alone if the middle week has no record of
    one kind, because such weeks look more alike than they are; otherwise 0."""
    known = ~np.isnan(line[:-1])
    shares, n = line[:-1][known], np.asarray(records[:-1], dtype=np.float64)[known]
    if unit != "share" or not known.any() or 0 < np.median(shares) < 1:
        return 0.0
    return 0.5 / float(np.sqrt(np.median(n) + 0.5))


def weekly_line(centre: Centre, kpi: Kpi, figures: pd.DataFrame) -> pd.DataFrame:
    """The KPI by calendar week, up to the newest whose outcomes and judgements are in: its value; `compared`, the value
    of a week with all its days open, NaN in weeks that cannot be compared; and `records`. `figures`: stored ones of the
    centre or of one group."""
    weeks = centre.known_weeks(kpi.id)
    rows = figures[figures["kpi"] == kpi.id].set_index("period").reindex(weeks)
    if kpi.of in JUDGED and len(rows):
        rows = rows.iloc[: arrived_week(rows["n"].fillna(0).tolist()) + 1]
    value = rows["value"].astype(float)
    compared = value.mask(rows.index.isin(thin_weeks(rows["n"].to_dict()))) if kpi.is_of_records else value
    if opened := open_days(centre, kpi):
        compared = value / opened.share.reindex(value.index)
    found = pd.DataFrame({"value": value, "compared": compared, "records": rows["n"].fillna(0)})
    return found.reindex(list(with_gaps(tuple(rows.index))))


def scaled(line: ArrayLike, unit: str, records: ArrayLike) -> np.ndarray:
    """Values on the scale on which weeks vary alike: angles of shares, logarithms of what is above zero.

    Near 0 and 1, plain angles of few records vary more than others: Anscombe 1948 adds 3/8 of a record to either kind.
    """
    values, n = np.asarray(line, dtype=np.float64), np.asarray(records, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = (np.clip(values, 0, 1) * n + 3 / 8) / (n + 3 / 4)
        scaled = np.arcsin(np.sqrt(shares)) if unit == "share" else np.log(values)
    return np.where(np.isfinite(scaled), scaled, np.nan)


def back(value: float, unit: str, records: float) -> float:
    """The inverse of `scaled`, for a figure of so many records."""
    if unit != "share":
        return float(np.exp(value))
    share = float(np.sin(np.clip(value, 0, np.pi / 2)) ** 2)
    return min(1.0, max(0.0, share + 3 / 4 * (share - 1 / 2) / records))


def _verdict(found: Surprise, is_named: bool, newest: float, kpi: Kpi) -> Verdict:
    if np.isnan(found.p):
        return "too_few"
    if not is_named:
        return "no_detectable_change"
    if kpi.better is None:
        return "changed"
    is_up = newest > found.expected
    return "improved" if is_up == (kpi.better == "higher") else "worsened"


def _finding(
    centre: Centre, kpi: Kpi, line: pd.DataFrame, found: Surprise, verdict: Verdict, alone: float, untold: str
) -> Finding:
    """`alone`: the level at which the figure would be named if no other had changed. `untold`: why it is not compared."""
    week, value, compared = str(line.index[-1]), float(line["value"].iloc[-1]), float(line["compared"].iloc[-1])
    figures = {"value": Figure(value, kpi.unit)}
    if not np.isnan(found.p):
        part, n = value / compared if kpi.kind == "count" else 1.0, float(line["records"].iloc[-1])
        expected, low, high = (part * back(bound, kpi.unit, n) for bound in (found.expected, found.low, found.high))
        figures["expected"] = Figure(expected, kpi.unit, low, high)
        least, most = (part * back(bound, kpi.unit, n) for bound in found.within(alone))
        figures["unnamed"] = Figure(expected, kpi.unit, least, most)
    weight = 0.0 if np.isnan(found.p) else weight_of(found.p)
    labels = {"kpi": kpi.id, "events": "; ".join(events(centre, week)), **_closed(centre, kpi, week)}
    labels |= {"reason": untold} if untold else {}
    records = records_behind(counted(centre.results.catalogue, kpi.id), [week])
    return centre.state("week", verdict, kpi.id, weight, figures, records, week=week, labels=labels)


def _closed(centre: Centre, kpi: Kpi, week: str) -> dict[str, str]:
    """How many of its usual days a week had, if some are missing."""
    opened = open_days(centre, kpi)
    if not opened or opened.days[week] >= opened.usual[week]:
        return {}
    return {"days": str(opened.days[week]), "usual_days": str(opened.usual[week])}


def records_behind(kpi: Kpi, weeks: list[str], team: str = "") -> Records:
    """All rows with a value, of the centre or of a team; first those that speak against a share, are longest, or are
    worst on a scale."""
    known = f" and ({kpi.met or kpi.value}) is not null" if kpi.met or kpi.value else ""
    is_good = kpi.better == "higher"
    telling = kpi.met and (f"not ({kpi.met})" if is_good else kpi.met)
    order = kpi.value and (f"-({kpi.value})" if is_good else kpi.value)
    keys = {"teams": pd.DataFrame({"team": [team]})} if team else {}
    whose = " and team in (select team from teams)" if team else ""
    return Records(kpi.of, f"{in_weeks(weeks)}{whose} and ({kpi.counts}){known}", telling or "", order, keys)


def events(centre: Centre, week: str) -> list[str]:
    """Titles of what is known to have happened in a week."""
    first, last = week_start(week, centre.zone), week_end(week, centre.zone)
    titles = [
        str(event["title"])
        for event in centre.results.document("events")
        if pd.Timestamp(event["starts_at"]) < last and pd.Timestamp(event["ends_at"] or event["starts_at"]) >= first
    ]
    return list(dict.fromkeys(titles))
