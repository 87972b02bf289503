"""Charts: corners only where whole intervals lie, axes that can be read, names that are neither colours nor markup."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.report import cases_charts, charts, whiskers
from pipeline.report.charts import axis, plain
from pipeline.report.collect import Collected
from pipeline.report.drawn import drawn, palette
from pipeline.report.figures import series
from pipeline.report.half_hours import by_clock, half_hours, heatmap
from pipeline.report.names_apart import apart
from pipeline.report.service import met_lead
from pipeline.report.tables import Column, Table
from pipeline.report.tradeoff import corner_word, points
from pipeline.report.tradeoff_panels import panels
from pipeline.report.trends import trend, trends
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


def placed(data: Collected) -> Collected:
    """AGENTS and a team that is quick and cool, where the centre stands at 400 s and .5; effort lies where PEC does."""
    lines = [line.split() for line in AGENTS.strip().splitlines()[1:]]
    parts = [("aht", 1), ("pec_rate", 4), ("effort_per_resolved", 4)]
    rows = [
        {
            "kpi": kpi,
            "agent": line[0],
            "value": float(line[i]),
            "low": float(line[i + 1]),
            "high": float(line[i + 2]),
            "n": 30,
            "why": None,
        }
        for line in lines
        for kpi, i in parts
    ]
    middles = {"aht": 400.0, "pec_rate": 0.5, "effort_per_resolved": 0.5}
    centre = pd.DataFrame([{"kpi": kpi, "value": value, "why": None} for kpi, value in middles.items()])
    agents = pd.DataFrame(rows)
    team = agents[agents["agent"] == "cool"].drop(columns="agent").assign(team="Red")
    return judged(replace(data, agents=agents, teams=team, centre=centre), [n // 3 % 2 for n in range(60)])


def judged(data: Collected, second: list[int], shared: int = 60) -> Collected:
    """With the verdicts of a second evaluator beside a first's, on so many contacts that both judged."""
    rows = [("first", f"c{n}", n // 3 % 2) for n in range(60)]
    rows += [("second", f"c{n}" if n < shared else f"d{n}", pec) for n, pec in enumerate(second)]
    verdicts = pd.DataFrame(rows, columns=["evaluator", "conversation_id", "pec"]).assign(team=1, agent="a")
    assert data.warmth is not None
    return replace(data, warmth=replace(data.warmth, verdicts=verdicts))


def corners(data: Collected, kind: str = "pec", quality: str = "pec_rate") -> dict[str, str]:
    """What each of them is called."""
    return {point.key: corner_word(Words("en"), kind, point) for point in points(data, kind, "aht", quality)}


def test_corners_are_named_only_where_the_whole_interval_lies(data: Collected) -> None:
    assert corners(placed(data)) == {
        "quick": "quick and warm",
        "cool": "quick but cool",
        "slow": "slow and cool",
        "patient": "unhurried and warm",
        "touches": "not clearly anywhere",
        "average": "not clearly anywhere",
        "Red": "quick but cool",
    }


def test_where_evaluators_disagree_no_person_is_called_warm_or_cool(data: Collected) -> None:
    doubtful = judged(placed(data), [1 - n // 3 % 2 for n in range(60)])
    people = ("quick", "cool", "slow", "patient", "touches", "average")
    assert corners(doubtful) == dict.fromkeys(people, "not put in words") | {"Red": "quick but cool"}
    panel = panels(doubtful, Words("en"))[0]
    assert panel.chart and panel.chart.title == "Evaluators do not agree, so nobody is told apart by human contact"
    assert [len(trace["x"]) for trace in panel.chart.figure["data"]] == [6, 1], "people are drawn alike, faint"
    assert [[cell.is_doubted for cell in row] for row in panel.chart.table.rows][5:] == [
        [False, False, False, True, False], [False] * 5,
    ]  # fmt: skip
    assert "do not agree enough" in panel.chart.note and "no person is called warm or cool" in panel.chart.note
    assert (panel.teams, panel.chart.figure["layout"]["annotations"]) == ("Teams: Red: quick but cool", [])


def test_human_contact_is_put_in_words_from_thirty_judged_contacts_on_and_where_evaluators_are_known_to_agree(
    data: Collected,
) -> None:
    few = placed(data)
    few = replace(few, agents=few.agents.assign(n=few.agents["n"].mask(few.agents["agent"] == "cool", 29)))
    chart = panels(few, Words("en"))[0].chart
    assert chart and chart.title.endswith("1 slow and cool; 1 quick and warm; 1 not put in words")
    assert chart.note.startswith("Nobody with fewer than 30 judged contacts is called warm or cool.")
    assert chart.note.endswith("Of 6 people, fewer than one would be clear of any one line by chance alone.")
    assert corners(few, "resolution")["cool"] == "quick but unsettled"
    unknown = judged(placed(data), [0, 1] * 30, shared=9)
    assert {corners(unknown)[who] for who in ("quick", "cool")} == {"not put in words"}
    note = panels(unknown, Words("ru"))[0].chart
    assert note and note.note.startswith("Обращений, которые оценили двое и больше, всего 9")


def test_where_a_team_has_evaluators_of_its_own_no_team_is_called_anything(data: Collected) -> None:
    rows = [(f"judge of {team}", f"{team}{n}", team, n % 2) for team in (1, 2) for n in range(30)]
    assert data.warmth is not None
    verdicts = pd.DataFrame(rows, columns=["evaluator", "conversation_id", "team", "pec"]).assign(agent="a")
    doubtful = replace(placed(data), warmth=replace(data.warmth, verdicts=verdicts))
    assert set(corners(doubtful).values()) == {"not put in words", "not clearly anywhere"}
    panel = panels(doubtful, Words("en"))[0]
    assert panel.chart and "rarely judge the others" in panel.chart.note and "nobody is called" in panel.chart.note


def test_effort_contains_the_time_it_is_drawn_against_and_calls_nobody_anything(data: Collected) -> None:
    effort = panels(placed(data), Words("en"))[2]
    assert effort.chart and effort.chart.title == "Clear of both lines: 4 of 6 people"
    assert "includes handle time" in effort.chart.note and not effort.teams
    assert [column.title for column in effort.chart.table.columns][-1] == "Effort per resolved contact"
    wide = placed(data)
    unclear = panels(replace(wide, agents=wide.agents.assign(low=0.0, high=900.0)), Words("en"))[2].chart
    assert unclear and unclear.title == "Of 6 people, nobody is clear of both lines"


def test_axes_say_the_unit_of_durations(data: Collected) -> None:
    chart = panels(placed(data), Words("en"))[0].chart
    assert chart and [chart.figure["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")] == [
        "Average handle time, min:s", "Personal emotional contact (PEC)"
    ]  # fmt: skip


def test_people_whom_a_finding_names_bear_their_names_on_the_chart(data: Collected) -> None:
    finding = next(finding for finding in data.findings if finding.kind == "week")
    named = replace(finding, kind="person", verdict="worse", whom={"agent": "slow"})
    chart = panels(replace(placed(data), findings=[named], names={"slow": "Sue"}), Words("en"))[0].chart
    assert chart
    shown = [name for trace in chart.figure["data"] for name in trace.get("text", []) if name]
    assert shown == ["Sue", "Red"]
    assert "with a name: a finding is about this person" in [key.text for key in chart.legend]
    unsure = panels(replace(judged(placed(data), [0, 1] * 30), findings=[named]), Words("en"))[0].chart
    assert unsure and [name for trace in unsure.figure["data"] for name in trace.get("text", []) if name] == ["Red"]
    assert "with a name: a finding is about this person" not in [key.text for key in unsure.legend]


def test_a_name_that_begins_with_dashes_is_no_colour() -> None:
    dots = charts.points([1], [1], ["-- none --"], "--ink")
    figure = charts.figure([dots], axis(Words("en"), "count", 0, 2), charts.named_axis([1], ["--x"]))
    shown = drawn(charts.Chart("c", "T", "A", 200, figure, Table("t", "T", [Column("Name")], []))).to_dict()
    assert (shown["data"][0]["hovertext"], shown["layout"]["yaxis"]["ticktext"]) == (["-- none --"], ["--x"])
    assert shown["data"][0]["marker"]["color"].startswith("#")


def test_a_chart_alone_says_what_a_page_says_around_it() -> None:
    axes = charts.axis(Words("en"), "count", 0, 2), charts.axis(Words("en"), "s", 0, 90)
    key = charts.Key("square", "--ink", "solved <or deleted>")
    chart = charts.Chart("c", "Fewer", "A", 200, charts.figure([], *axes), Table("t", "T", [], []), "Of 7.",
                         legend=(key,), said=("Of one week.",), axes=("Week", "Open tickets of all queues there are"))  # fmt: skip
    layout = drawn(chart.below("Simulated.", "")).to_dict()["layout"]
    said = re.sub("<(?!br).*?>", "", layout["title"]["text"]).split("<br>")
    assert said == ["Fewer", "■ solved &lt;or deleted&gt;", "Simulated. Of one week. Of 7."]
    assert f"<span style='color:{palette()['--ink']}'>■</span>" in layout["title"]["text"]
    names = [layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis")]
    assert names == ["Week", "Open tickets of all<br>queues there are"]


@pytest.mark.parametrize(
    ("marks", "stand"),
    [
        ([("Anna", 5, 5), ("Zoe", 5, 5)], {"Anna": "top right", "Zoe": "top left"}),
        ([("Anna", 9.9, 5)], {"Anna": "top left"}),
        ([(name, 5, 5) for name in "abcde"], {"a": "top right", "b": "top left", "c": "bottom right", "d": "bottom left"}),
        ([("Anna", 5, 5), ("", 5.3, 5.4)], {"Anna": "top left"}),
        ([("Anna", 5, 7.6)], {"Anna": "bottom right"}),
        ([("Anna", 5, 5), *(("", 5 + x, 5 + y) for x in (-.6, 0, .6) for y in (-.4, 0, .4))], {}),
    ],
    ids=["one above the other", "at the edge", "more than there is room for", "beside a mark", "below a line", "in a crowd"],
)  # fmt: skip
def test_names_in_a_chart_alone_cover_neither_each_other_nor_marks_lines_and_its_edge(
    marks: list[tuple[str, float, float]], stand: dict[str, str]
) -> None:
    names, across, up = zip(*marks, strict=True)
    sides = ["top right"] * len(names)
    trace = charts.points(across, up, names, "--ink", mode="markers+text", text=list(names), textposition=sides)
    ten = {"range": [0, 10]}
    lines = [charts.level(8, ten, "--muted")]
    margin = {"l": 50, "r": 50, "t": 50, "b": 50}
    layout = {"xaxis": ten, "yaxis": ten, "width": 500, "height": 400, "margin": margin, "shapes": lines}
    [placed_apart] = apart([trace], layout)
    shown = zip(placed_apart["text"], placed_apart["textposition"], strict=True)
    assert {name: side for name, side in shown if name} == stand
    [always] = apart([trace | {"meta": charts.ALWAYS}], layout)
    shown = ["" if name == "e" else name for name in names]
    assert always["text"] == shown, "teams are named, but not over each other's names"


@pytest.mark.parametrize(("high", "stands"), [([9, 3], "top right"), ([9, 7], "top left")])
def test_names_cover_as_few_whiskers_of_others_as_they_can(high: list[float], stands: str) -> None:
    bars = charts.whisker([5, 2], [5, 2], high, "--ink")
    names = {"mode": "markers+text", "text": ["Anna", ""], "textposition": ["top right"] * 2}
    ten = {"range": [0, 10]}
    layout = {"xaxis": ten, "yaxis": ten, "width": 500, "height": 400, "margin": dict.fromkeys("lrtb", 50)}
    [shown] = apart([charts.points([5, 5.3], [5, 2], ["Anna", "Zoe"], "--ink", error_y=bars, **names)], layout)
    assert shown["textposition"][0] == stands


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


@pytest.mark.parametrize(
    ("targets", "turns_at", "title"),
    [
        ({"service_level": 0.8}, 0.8, "the target of 80% was missed"),
        ({"service_level": 1.0}, 0.99, "the target of 100% was missed"),
        ({}, 0.5, "fewer than half of the calls were answered in time"),
    ],
)
def test_a_half_hour_looks_good_only_from_the_target_on(
    data: Collected, targets: dict[str, float], turns_at: float, title: str
) -> None:
    heat = heatmap(replace(data, targets=targets), Words("en"))
    assert heat and [at for at, _ in heat.figure["data"][0]["colorscale"]] == [0, turns_at, 1]
    halves = half_hours(data)
    few = sum(half.share < (0.5 if not targets else targets["service_level"]) - 1e-9 for half in halves)
    assert heat.title == f"In {few} of {len(halves)} half-hours {title}"


def test_half_hours_of_one_clock_are_one_field_and_still_two_half_hours(data: Collected) -> None:
    """One queue's half-hour was answered in time by all, another's of the same clock in the east by nobody."""
    one = data.half_hours[data.half_hours["kpi"] == "service_level"].head(1)
    west = one.assign(period="2026-11-16T10:00+01:00", numerator=10, denominator=10)
    east = one.assign(period="2026-11-16T10:00+10:00", numerator=0, denominator=30)
    both = replace(data, half_hours=pd.concat([west, east]), targets={"service_level": 0.8})
    heat = heatmap(both, Words("en"))
    assert heat and heat.figure["data"][0]["z"] == [[0.25]]
    assert heat.title == "In 1 of 2 half-hours the target of 80% was missed"
    assert met_lead(both, Words("en")).startswith("1 of 2 half-hours")


def halves_at(data: Collected, **met: tuple[int, int]) -> Collected:
    """Half-hours of one Monday: the hour as a word, and how many of how many calls were answered in time."""
    one = data.half_hours[data.half_hours["kpi"] == "service_level"].head(1)
    rows = [
        one.assign(period=f"2026-11-16T{clock[1:3]}:{clock[3:]}+01:00", numerator=few, denominator=calls)
        for clock, (few, calls) in met.items()
    ]
    return replace(data, half_hours=pd.concat(rows))


def test_the_chart_of_the_day_names_the_half_hour_with_most_late_calls(data: Collected) -> None:
    """At seven the only caller waited too long; at nine twelve of forty did."""
    chart = by_clock(halves_at(data, h0700=(0, 1), h0900=(28, 40), h0930=(40, 40)), Words("en"))
    assert chart and chart.title == "Most calls not answered in time at 09:00: 12 of 40"


def test_half_hours_without_calls_have_their_place(data: Collected) -> None:
    """Closed from 9:30 to 11: no line leads over it, and no field of the week is left out."""
    told, words = halves_at(data, h0900=(2, 4), h1100=(3, 3)), Words("en")
    chart, heat = by_clock(told, words), heatmap(told, words)
    assert chart and heat
    bars, line = chart.figure["data"]
    assert (bars["y"], line["y"]) == ([4, 0, 0, 0, 3], [0.5, None, None, None, 1])
    assert heat.figure["data"][0]["z"] == [[0.5, None, None, None, 1]]
    assert [row[0].text for row in heat.table.rows] == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert [row[0].text for row in chart.table.rows] == ["09:00", "11:00"]


def test_a_changed_definition_is_marked_and_cuts_no_trend(data: Collected) -> None:
    change = {"kpi": "aht", "week": "2026-W40", "before": "a", "after": "b"}
    changed = replace(data, documents=data.documents | {"changes": [change]})
    line = series(changed, "aht", changed.week)
    assert line.weeks[line.changed_at] == "2026-W40"
    before = series(data, "aht", data.week)
    assert (line.verdict, line.chart.mean, line.chart.is_trial) == (before.verdict, before.chart.mean, False)
    chart = next(c for c in trends(changed, Words("en"), []) if c.id == "trend-aht")
    assert "28 September – 4 October 2026" in chart.note
    assert [
        s
        for s in chart.figure["layout"]["shapes"]
        if s.get("line", {}).get("dash") == "dash" and s.get("x0") == line.changed_at - 0.5
    ]


def test_a_target_is_drawn_above_the_grid(data: Collected) -> None:
    """Below it a target of 80 % would lie under the grid's own line of 80 %."""
    chart = trend(data, Words("en"), series(data, "service_level", data.week), [])
    lines = [shape for shape in chart.figure["layout"]["shapes"] if shape.get("line", {}).get("color") == "--target"]
    assert [line["layer"] for line in lines] == ["between"]


def test_a_week_without_a_figure_says_why(data: Collected) -> None:
    """Calls were answered, and nobody recorded how long they took."""
    weekly = data.weekly.copy()
    unknown = weekly["kpi"].eq("aht") & weekly["cut"].eq("") & weekly["period"].isin(data.history[:2])
    weekly.loc[unknown, ["value", "why"]] = [np.nan, "not_recorded"]
    line = series(replace(data, weekly=weekly), "aht", data.week)
    shown = trend(data, Words("en"), line, [])
    assert {row[2].text for row in shown.table.rows[:2]} == {"not recorded"}
    assert all(text.endswith(": not recorded") for text in shown.figure["data"][0]["hovertext"][:2])
    last = replace(line, weeks=line.weeks[:1], values=line.values[:1], changed_at=0)
    assert "last not recorded:" in trend(data, Words("en"), last, []).alt


@pytest.mark.parametrize(("weeks", "is_odd"), [(9, False), (30, True)])
def test_no_week_stands_out_while_too_few_are_known(data: Collected, weeks: int, is_odd: bool) -> None:
    values = np.array([10.0, 10.4] * (weeks // 2) + [90.0])
    line = replace(series(data, "offered", None), weeks=[f"2026-W{n:02d}" for n in range(len(values))], values=values)
    assert bool(line.is_odd[-1]) == is_odd


def test_who_certainly_stands_elsewhere_bears_a_name_on_the_slopes(data: Collected) -> None:
    assert data.ledger is not None
    shifts = cases_charts.shifted(data.ledger)
    moved = shifts.assign(has_moved=shifts.index == 1)
    drawn = cases_charts.shift(data, Words("en"), data.ledger, moved).figure["data"]
    assert [trace["text"] for trace in drawn if "text" in trace] == [[plain(data.names[shifts["agent"][1]])]]


def test_long_names_of_two_people_are_cut_where_they_still_differ() -> None:
    alike = [f"Konstantin Voskresensky-{name}" for name in ("Orlov", "Petrov")]
    shown = whiskers.short(["Anna Keller", *alike, "Maximilian von Hohenstein", "x" * 40, "x" * 30])
    assert shown[:4] == ["Anna Keller", "Konstantin …ensky-Orlov", "Konstantin …nsky-Petrov", "Maximilian von Hohenst…"]
    assert shown[4:] == ["x" * 40, "x" * 30], "what no cut tells apart is whole"
