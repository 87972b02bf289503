"""What stands out: figures of the centre that moved, the queues that moved with them, and figures of one queue or topic."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline.findings.changes import JUDGED_AS
from pipeline.findings.record import NAMED
from pipeline.report.collect import Collected
from pipeline.report.figures import Series, series, title
from pipeline.report.tiles import headline
from pipeline.report.words import Words


def moved(data: Collected) -> list[Series]:
    """The centre's figures that changed detectably, or stand out on the first page."""
    named = [f.labels["kpi"] for f in data.findings if f.kind == "week" and f.verdict in NAMED]
    shown = [JUDGED_AS.get(name, name) for names in headline(data).values() for name in names]
    lines = [series(data, name, data.week_of(name)) for name in dict.fromkeys([*named, *shown])]
    return [line for line in lines if line.weeks and line.verdict in (*NAMED, "stands_out")]


def queues(data: Collected) -> dict[str, list[Series]]:
    """Queues whose own chart signals on the side to which the centre moved, with those figures; the farthest out first."""
    found: dict[str, list[Series]] = {}
    for line in moved(data):
        for own in _beside(data, line):
            if own[1].verdict == "stands_out" and _side(own[1]) == _side(line):
                found.setdefault(own[0], []).append(own[1])
    return dict(sorted(found.items(), key=lambda one: -max(_distance(line) for line in one[1])))


def _beside(data: Collected, line: Series) -> list[tuple[str, Series]]:
    """The same figure of each queue."""
    if "queue" not in data.catalogue.dimensions(line.kpi.id):
        return []
    rows, week = data.of_cut("queue"), line.weeks[-1]
    keys = rows.loc[(rows["kpi"] == line.kpi.id) & (rows["period"] == week), "queue"].dropna()
    return [(str(key), series(data, line.kpi.id, week, "queue", str(key))) for key in keys]


def _side(line: Series) -> float:
    return float(np.sign(line.compared[-1] - line.chart.mean))


def _distance(line: Series) -> float:
    """From the mean, in widths of the usual band."""
    chart = line.chart
    return abs(float(line.compared[-1]) - chart.mean) / (chart.upper - chart.lower)


def told(words: Words, lines: Iterable[Series]) -> str:
    """Figures beside those of the week before: service level 38%, 72% the week before."""
    return "; ".join(_told(words, line) for line in lines)


def _told(words: Words, line: Series) -> str:
    unit = line.kpi.unit
    before, now = (
        "" if np.isnan(value) else words.figure(unit, float(value), 0 if unit == "share" else None)
        for value in (np.nan, *line.values)[-2:]
    )
    key = "answer.now_and_before" if before else "answer.now"
    return words(key, kpi=title(words, line.kpi), value=now, before=before)
