"""Where a change of the centre is seen: the queues whose own weeks stand out with it, on the first page and on their own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.record import Evidence, Finding, Verdict
from pipeline.report.answers import QUEUES, where
from pipeline.report.collect import Collected
from pipeline.report.cut_page import page
from pipeline.report.subjects import Places, Subject
from pipeline.report.words import Words
from tests.simulated import EVIL

EN = Words("en")
FELL, ROSE, STAYED = (0.72, 0.38), (0.72, 0.95), (0.72, 0.71)
"""Of the week before the newest, and of the newest."""


def told(data: Collected, verdict: Verdict = "worsened", **newest: tuple[float, float]) -> Collected:
    """A centre that knows its service level alone, of some queues too, all at 70 to 73 % in the weeks before."""
    weeks = pd.DataFrame({"period": data.history}).assign(kpi="service_level", why=None, n=500.0)
    parts = [
        weeks.assign(
            cut="queue" if queue else "",
            queue=queue or None,
            topic=None,
            value=[*np.where(np.arange(len(weeks) - 2) % 2, 0.70, 0.73), *values],
        )
        for queue, values in {"": FELL, **newest}.items()
    ]
    week = (data.week, data.week)
    of_level = Finding("week", verdict, {}, week, {}, 1.0, Evidence("service_level"), {"kpi": "service_level"})
    nobody = Finding("nobody", "no_detectable_change", {}, week, {}, 0.0, Evidence(""), {"measure": "repeat"})
    return replace(data, weekly=pd.concat(parts), findings=[of_level, nobody])


def said(data: Collected) -> list[tuple[str, str]]:
    return [(one.verdict, one.text) for one in where(data, EN)]


def test_the_queue_that_fell_with_the_centre_is_named(data: Collected) -> None:
    """A queue that stayed, and one that stands out on the other side, are not where it became worse."""
    moved = told(data, hotline=FELL, sales=STAYED, cards=ROSE)
    assert said(moved) == [
        (
            "stands_out",
            "Queues that stand out against their own weeks (each judged on its own, so a weaker sign than a change): "
            "hotline (Service level 38%, below its usual band).",
        )
    ]


def test_a_figure_that_only_stands_out_has_its_queue_too(data: Collected) -> None:
    assert "hotline" in said(told(data, "no_detectable_change", hotline=FELL))[0][1]


def test_where_something_moved_it_is_not_said_that_nothing_stands_out(data: Collected) -> None:
    assert said(told(data, sales=STAYED)) == [("no_detectable_change", EN("answer.no_place"))]
    quiet = told(data, "no_detectable_change", **{"": STAYED})
    assert said(quiet) == [("no_detectable_change", EN("answer.nowhere"))]


def test_of_many_queues_the_farthest_out_are_named(data: Collected) -> None:
    moved = told(data, **{f"queue {n}": (0.72, 0.5 - n / 100) for n in range(QUEUES + 2)})
    [(_, text)] = said(moved)
    assert [f"queue {n} (" in text for n in range(QUEUES + 2)] == [False, False, True, True, True]
    assert text.endswith("; and 2 more.")


def test_names_of_queues_are_text_on_the_page(data: Collected) -> None:
    moved = told(data, **{EVIL: FELL})
    assert EVIL not in where(moved, EN, Places(moved).link)[0].text and EVIL in where(moved, EN)[0].text


def test_the_page_of_a_queue_says_what_its_charts_say(data: Collected) -> None:
    moved = told(data, hotline=FELL, sales=STAYED)
    pages = {queue: page(moved, EN, [], Subject("queue", queue, queue)) for queue in ("hotline", "sales")}
    assert pages["hotline"]["charts"][0].title == "Service level: below its usual band" and not pages["sales"]["said"]
    assert [one.text for one in pages["hotline"]["said"]] == [
        "Stands out against its own weeks (each figure judged on its own, so a weaker sign than a change): "
        "Service level 38%, below its usual band."
    ]


def test_what_names_a_queue_on_the_first_page_is_drawn_on_its_own(data: Collected) -> None:
    """Of some figures a queue's page has no chart but for that."""
    moved = told(data, hotline=FELL, sales=STAYED)
    of_waits = replace(moved, weekly=moved.weekly.assign(kpi="asa"), findings=[])
    shown = {queue: page(of_waits, EN, [], Subject("queue", queue, queue)) for queue in ("hotline", "sales")}
    assert [chart.id for chart in shown["hotline"]["charts"]] == ["hotline-asa"] and shown["hotline"]["said"]
    assert [chart.id for chart in shown["sales"]["charts"]] == []
    assert "hotline" in said(of_waits)[0][1]


@pytest.mark.parametrize(("calls", "is_named"), [(440.0, True), (460.0, False)])
def test_a_queue_that_holds_nearly_all_calls_is_no_place(data: Collected, calls: float, is_named: bool) -> None:
    moved = told(data, hotline=FELL)
    newest = moved.weekly[moved.weekly["period"] == data.week].assign(kpi="offered")
    offered = newest.assign(value=np.where(newest["cut"] == "", 500.0, calls))
    assert ("hotline" in said(replace(moved, weekly=pd.concat([moved.weekly, offered])))[0][1]) == is_named
