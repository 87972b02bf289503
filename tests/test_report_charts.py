"""Charts: corners only where whole intervals lie, axes that can be read, names that are neither colours nor markup."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.report import charts
from pipeline.report.charts import axis, plain
from pipeline.report.collect import Collected
from pipeline.report.drawn import drawn
from pipeline.report.figures import series
from pipeline.report.tables import Column, Table
from pipeline.report.tradeoff import corner_word, points
from pipeline.report.trends import trends
from pipeline.report.words import Words

AGENTS = """
who     aht  low high  pec  low  high
quick   300  280  320  .80  .70  .90
cool    300  280  320  .20  .10  .30
slow    500  480  520  .20  .10  .30
patient 500  480  520  .80  .70  .90
touches 300  280  400  .80  .70  .90
average 400  380  420  .50  .30  .70
"""


def corners(data: Collected) -> dict[str, str]:
    """What each of AGENTS is called, where the centre stands at 400 s and .5."""
    lines = [line.split() for line in AGENTS.strip().splitlines()[1:]]
    parts = [("aht", 1), ("pec_rate", 4)]
    rows = [
        {
            "kpi": kpi,
            "agent": line[0],
            "value": float(line[i]),
            "low": float(line[i + 1]),
            "high": float(line[i + 2]),
            "why": None,
        }
        for line in lines
        for kpi, i in parts
    ]
    centre = pd.DataFrame([{"kpi": "aht", "value": 400.0, "why": None}, {"kpi": "pec_rate", "value": 0.5, "why": None}])
    small = replace(data, agents=pd.DataFrame(rows), teams=data.teams.iloc[:0], centre=centre)
    return {point.key: corner_word(Words("en"), "pec", point) for point in points(small, "aht", "pec_rate")}


def test_corners_are_named_only_where_the_whole_interval_lies(data: Collected) -> None:
    assert corners(data) == {
        "quick": "quick and warm",
        "cool": "quick but cool",
        "slow": "slow and cool",
        "patient": "unhurried and warm",
        "touches": "not clearly anywhere",
        "average": "not clearly anywhere",
    }


def test_a_name_that_begins_with_dashes_is_no_colour() -> None:
    dots = charts.points([1], [1], ["-- none --"], "--ink")
    figure = charts.figure([dots], axis(Words("en"), "count", 0, 2), charts.named_axis([1], ["--x"]))
    shown = drawn(charts.Chart("c", "T", "A", 200, figure, Table("t", "T", [Column("Name")], []))).to_dict()
    assert (shown["data"][0]["hovertext"], shown["layout"]["yaxis"]["ticktext"]) == (["-- none --"], ["--x"])
    assert shown["data"][0]["marker"]["color"].startswith("#")


def test_texts_in_charts_are_never_markup() -> None:
    assert plain("a & <b>b</b>") == "a &amp; &lt;b&gt;b&lt;/b&gt;"


@pytest.mark.parametrize(
    ("unit", "low", "high", "marks"),
    [
        ("share", 0.17, 1.0, ["20%", "40%", "60%", "80%", "100%"]),
        ("share", 0.41, 0.43, ["41.0%", "41.5%", "42.0%", "42.5%", "43.0%"]),
        ("s", 300, 740, ["6:00", "8:00", "10:00", "12:00"]),
        ("count", 0, 2, ["0", "1", "2"]),
    ],
)
def test_an_axis_has_marks_enough_to_be_read(unit: str, low: float, high: float, marks: list[str]) -> None:
    assert axis(Words("en"), unit, low, high, wanted=4)["ticktext"] == marks


def test_a_changed_definition_breaks_the_trend(data: Collected) -> None:
    change = {"kpi": "aht", "week": "2026-W40", "before": "a", "after": "b"}
    changed = replace(data, documents=data.documents | {"changes": [change]})
    line = series(changed, "aht", changed.week)
    assert line.weeks[line.break_at] == "2026-W40"
    assert not line.chart.is_signal[: line.break_at].any()
    chart = next(c for c in trends(changed, Words("en"), []) if c.id == "trend-aht")
    assert "28 September – 4 October 2026" in chart.note
    assert [
        s
        for s in chart.figure["layout"]["shapes"]
        if s.get("line", {}).get("dash") == "dash" and s.get("x0") == line.break_at - 0.5
    ]


@pytest.mark.parametrize(("weeks", "is_odd"), [(9, False), (30, True)])
def test_no_week_stands_out_while_too_few_are_known(data: Collected, weeks: int, is_odd: bool) -> None:
    values = np.array([10.0, 10.4] * (weeks // 2) + [90.0])
    line = replace(series(data, "offered", None), weeks=[f"2026-W{n:02d}" for n in range(len(values))], values=values)
    assert bool(line.is_odd[-1]) == is_odd
