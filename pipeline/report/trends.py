"""A KPI over the weeks: its own limits, what stands outside them, events and changes of definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase

import numpy as np

from pipeline import zones
from pipeline.report import charts
from pipeline.report.cells import absent, column
from pipeline.report.charts import Chart
from pipeline.report.collect import Collected
from pipeline.report.figures import Series, axis_name, series, title
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import headline, verdict_said
from pipeline.report.words import Words

ABOVE_GRID = {"layer": "between"}
"""Of a target, which often lies on a line of the grid that would hide it; charts with a second axis cannot draw there."""


@dataclass(frozen=True)
class Event:
    """A letter on the charts and what it stands for."""

    letter: str
    week: str
    title: str
    kind: str
    when: str


def events(data: Collected, words: Words) -> list[Event]:
    """The events that began in the weeks shown, lettered in order of time; one of several teams is one."""
    found = []
    for event in data.documents["events"]:
        at = datetime.fromisoformat(event["starts_at"])
        week = zones.week_of(at, data.timezone)
        if data.history and data.history[0] <= week <= data.week:
            found.append((week, event["title"], event["kind"], at + zones.offset_at(data.timezone, at)))
    return [
        Event(_letter(i), week, name, words(f"event.{kind}"), words.day(local.date()))
        for i, (week, name, kind, local) in enumerate(dict.fromkeys(found))
    ]


def _letter(place: int) -> str:
    return ascii_uppercase[place % 26] + (str(place // 26) if place >= 26 else "")


def trends(data: Collected, words: Words, marks: Sequence[Event]) -> list[Chart]:
    """One chart for each headline KPI that has at least two weeks."""
    return [trend(data, words, line, marks) for line in headlines(data)]


def headlines(data: Collected) -> list[Series]:
    """Of each headline KPI that has at least two weeks."""
    names = [name for group in headline(data).values() for name in group]
    lines = [series(data, name, data.week_of(name)) for name in names]
    return [line for line in lines if is_drawn(line)]


def is_drawn(line: Series) -> bool:
    """There are two weeks to draw a line between."""
    return bool(np.count_nonzero(~np.isnan(line.values)) >= 2)


def lead(data: Collected, words: Words, lines: Sequence[Series]) -> str:
    """What is drawn in the charts of these lines; that some have no band is said once for all."""
    bands = [has_band(line) for line in lines]
    has = {
        "band": any(bands), "no_band": not all(bands), "odd": any(line.is_odd.any() for line in lines),
        "target": any(not np.isnan(line.target) for line in lines),
    }  # fmt: skip
    return " ".join(words(f"trend.{part}") for part, is_there in has.items() if is_there)


def has_band(line: Series) -> bool:
    """Whether enough weeks are known to say where the figure usually lies."""
    return not (np.isnan(line.chart.upper) or line.chart.is_trial)


def trend(data: Collected, words: Words, line: Series, marks: Sequence[Event], page: str = "trend") -> Chart:
    """`page` tells its chart from those of others."""
    name = title(words, line.kpi)
    verdict = verdict_said(words, line)
    notes = [words("trend.break", week=words.week(line.weeks[line.changed_at]))] if line.changed_at else []
    notes += [words("trend.thin")] if line.thin else []
    shown = _value(words, line, line.weeks[-1], line.values[-1]).text
    return Chart(
        id=f"{page}-{line.kpi.id}",
        title=words("trend.title", kpi=name, said=shown if line.verdict == "too_few" else verdict),
        alt=words(
            "trend.alt", kpi=name, weeks=words.count("unit.weeks", len(line.weeks)), value=shown, verdict=verdict
        ),
        height=230,
        figure=_figure(data, words, line, marks),
        table=_table(words, line, f"{page}-{line.kpi.id}"),
        note=" ".join(notes),
        said=tuple(filter(None, [lead(data, words, [line]), _letters_said(words, line, marks)])),
        axes=(words("trend.weeks_axis"), axis_name(words, line.kpi)),
    )


def _figure(data: Collected, words: Words, line: Series, marks: Sequence[Event]) -> charts.Figure:
    chart, unit, target = line.chart, line.kpi.unit, line.target
    limits = [] if np.isnan(chart.upper) else [chart.lower, chart.upper]
    low, high = charts.bounds([*line.values, *limits, target], pad=0.12)
    xaxis, yaxis = charts.week_axis(words, line.weeks), charts.axis(words, unit, low, high, wanted=4)
    shapes = _shapes(line, marks, yaxis)
    shapes += [] if np.isnan(target) else [charts.level(target, xaxis, "--target") | ABOVE_GRID]
    return charts.figure(_traces(words, line), xaxis, yaxis, shapes=shapes, annotations=_letters(line, marks))


def _traces(words: Words, line: Series) -> list[charts.Figure]:
    texts = [
        f"{words.week(week)}: {_value(words, line, week, value).text}"
        for week, value in zip(line.weeks, line.values, strict=True)
    ]
    places = range(len(line.weeks))
    whole = charts.joined(places, list(line.compared), texts, 5)
    odd, thin = ([i for i in places if line.is_odd[i]], [i for i in places if line.weeks[i] in line.thin])
    signals, apart = (
        charts.points(some, list(line.values[some]), [texts[i] for i in some], colour, marker=marker)
        for some, colour, marker in (
            (odd, "--signal", {"size": 9, "symbol": "diamond"}),
            (thin, "--muted", {"size": 7, "symbol": "circle-open"}),
        )
    )
    return [whole, *(marks for marks in (signals, apart) if marks["x"])]


def _shapes(line: Series, marks: Sequence[Event], yaxis: charts.Figure) -> list[charts.Figure]:
    chart, first, last = line.chart, -0.5, len(line.weeks) - 0.5
    shapes: list[charts.Figure] = []
    if has_band(line):
        shapes.append(charts.box((first, last), (chart.lower, chart.upper), "--band"))
        middle = charts.number(chart.mean)
        shapes.append(charts.rule("--muted", x0=first, x1=last, y0=middle, y1=middle))
    shapes += [
        charts.upright(place, yaxis, "--muted") for place in sorted({_place(line, mark) for mark in marks} - {-1})
    ]
    return shapes + ([charts.upright(line.changed_at - 0.5, yaxis, "--signal", "dash")] if line.changed_at else [])


def _place(line: Series, mark: Event) -> int:
    return line.weeks.index(mark.week) if mark.week in line.weeks else -1


def _letters(line: Series, marks: Sequence[Event]) -> list[charts.Figure]:
    places: dict[int, list[str]] = {}
    for mark in marks:
        places.setdefault(_place(line, mark), []).append(mark.letter)
    style = {"yref": "paper", "yanchor": "bottom", "font": {"color": "--muted", "size": 11}}
    return [charts.note(" ".join(letters), x, 1, **style) for x, letters in sorted(places.items()) if x >= 0]


def _letters_said(words: Words, line: Series, marks: Sequence[Event]) -> str:
    """What the letters on the chart stand for; nothing where there are none."""
    drawn = [mark for mark in marks if _place(line, mark) >= 0]
    said = "; ".join(f"{mark.letter}\xa0{mark.when} · {mark.title} ({mark.kind})" for mark in drawn)
    return f"{words('trend.events')}: {said}." if said else ""


def _table(words: Words, line: Series, name: str) -> Table:
    heads = [Column(words("table.week"), False), Column(words("table.days"), False)]
    columns = [*heads, column(words, line.kpi), Column(words("trend.signal_column"), False)]
    remarks = [_remark(words, line, place) for place in range(len(line.weeks))]
    rows = [
        [text_cell(week), text_cell(words.week(week)), _value(words, line, week, value), text_cell(remark)]
        for week, value, remark in zip(line.weeks, line.values, remarks, strict=True)
    ]
    return Table(name, title(words, line.kpi), columns, rows)


def _remark(words: Words, line: Series, place: int) -> str:
    if line.weeks[place] in line.thin:
        return words("trend.thin_week")
    return words("trend.signal") if line.is_odd[place] else ""


def _value(words: Words, line: Series, week: str, value: float) -> Cell:
    if np.isnan(value):
        return absent(words, line.kpi, line.absence(week))
    return Cell(words.figure(line.kpi.unit, value, line.digits(week)), float(value))
