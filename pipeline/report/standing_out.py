"""What stands out: figures of the centre that moved, the queues that moved with them, and figures of one queue or topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.findings.changes import JUDGED_AS
from pipeline.findings.record import NAMED
from pipeline.report.collect import Collected
from pipeline.report.figures import Series, row_of, series, title
from pipeline.report.tiles import headline, signal
from pipeline.report.words import Words

NEARLY_ALL = 0.9


def moved(data: Collected) -> list[Series]:
    """The centre's figures that changed detectably, or stand out on the first page."""
    named = [f.labels["kpi"] for f in data.findings if f.kind == "week" and f.verdict in NAMED]
    shown = [JUDGED_AS.get(name, name) for names in headline(data).values() for name in names]
    lines = [series(data, name, data.week_of(name)) for name in dict.fromkeys([*named, *shown])]
    return [line for line in lines if line.weeks and line.verdict in (*NAMED, "stands_out")]


def queues(data: Collected) -> dict[str, list[Series]]:
    """Queues whose own chart signals on the side to which the centre moved, with those figures; the farthest out first. One that
    holds nearly all calls is the centre, and no place in it."""
    lines = moved(data)
    keys = [str(key) for key in data.of_cut("queue")["queue"].dropna().unique()]
    found = {key: along(data, key, lines) for key in keys if _share(data, key) < NEARLY_ALL}
    told = {queue: own for queue, own in found.items() if own}
    return dict(sorted(told.items(), key=lambda one: -max(_distance(line) for line in one[1])))


def _share(data: Collected, queue: str) -> float:
    """Of the week's offered calls."""
    own, all_calls = (
        row_of(data.of_cut(cut), "offered", period=data.week, **where)
        for cut, where in (("queue", {"queue": queue}), ("", {}))
    )
    return float(own["value"]) / float(all_calls["value"]) if own and all_calls and all_calls["value"] else 0.0


def along(data: Collected, queue: str, lines: Sequence[Series]) -> list[Series]:
    """Figures of a queue that stand out on the side to which those of the centre moved."""
    pairs = [(line, series(data, line.kpi.id, line.weeks[-1], "queue", queue)) for line in lines]
    return [own for line, own in pairs if own.verdict == "stands_out" and _side(own) == _side(line)]


def _side(line: Series) -> float:
    return float(np.sign(line.compared[-1] - line.chart.mean))


def _distance(line: Series) -> float:
    """From the mean, in widths of the usual band."""
    chart = line.chart
    return abs(float(line.compared[-1]) - chart.mean) / (chart.upper - chart.lower)


def told(data: Collected, words: Words, lines: Iterable[Series]) -> str:
    """Figures with what makes each stand out, and a week that is not the page's: service level 38%, below its usual band."""
    return "; ".join(_told(data, words, line) for line in lines)


def _told(data: Collected, words: Words, line: Series) -> str:
    unit, week = line.kpi.unit, line.weeks[-1]
    value = words.figure(unit, float(line.values[-1]), 0 if unit == "share" else None)
    said = words("answer.now", kpi=title(words, line.kpi), value=value, signal=signal(words, line))
    return said if week == data.week else words("answer.of_week", said=said, days=words.week(week))
