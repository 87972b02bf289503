"""Tickets still open: day by day and by age, by priority, and what came in against what was settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from pipeline import zones
from pipeline.report import charts
from pipeline.report.cells import cell, column
from pipeline.report.charts import Chart, Key
from pipeline.report.collect import Collected
from pipeline.report.figures import first_known, known, row_of
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words, monday_of
from pipeline.weeks import RECENT

AGES = {"1": "--age-day", "3": "--age-days", "7": "--age-week", "30": "--age-month", "more": "--age-old"}
"""Age bands, youngest first, and their colours."""
OLD = ("30", "more")
FLOW = ("opened", "opened_again", "solved", "deleted_open", "solved_per_opened", "backlog")
CAME, LEFT = ("opened", "opened_again"), ("solved", "deleted_open")
"""What makes the backlog grow, and shrink."""
FLOWS = {"came": "--faint", "left": "--ink"}
PRIORITIES = ("urgent", "high", "normal", "low")
"""As most systems order them; other words follow by name."""


def last_weeks(data: Collected) -> list[str]:
    return data.history[-RECENT:] or [data.week]


def knows_solved(data: Collected) -> bool:
    """Whether the data say when tickets are solved: else neither what was solved nor what is open can be counted."""
    return first_known(data.of_cut(""), ("solved",)) is not None


def open_now(data: Collected) -> tuple[int, int]:
    """Tickets open at the end of the reported week, and how many of them for more than seven days."""
    frame = data.written.backlog if data.written else pd.DataFrame(columns=["band", "n"])
    return int(frame["n"].sum()), int(frame.loc[frame["band"].isin(OLD), "n"].sum())


def day_chart(data: Collected, words: Words) -> Chart | None:
    """Open tickets at the end of each day of the last weeks; None where none was open, or none is known to be."""
    frame = data.written.days if data.written else pd.DataFrame()
    if frame.empty:
        return None
    days = _days(data)
    grid = frame.pivot(index="day", columns="band", values="n").reindex(index=days, columns=list(AGES)).fillna(0)
    open_n = {band: [int(n) for n in grid[band]] for band in AGES}
    said = _finding(words, open_n)
    alt = words("tickets.backlog_alt", finding=said, weeks=words.count("unit.weeks", len(last_weeks(data))))
    ages = tuple(Key("square", colour, words(f"tickets.age_{band}")) for band, colour in AGES.items())
    figure, axes = _day_figure(data, words, days, open_n), (words("trend.weeks_axis"), words("tickets.backlog_axis"))
    return Chart("tickets-backlog", said, alt, 320, figure, _day_table(words, days, open_n), legend=ages, axes=axes)


def _days(data: Collected) -> list[str]:
    """Every day of the last weeks that the data reach."""
    weeks = last_weeks(data)
    until = (data.until + zones.offset_at(data.timezone, data.until)).date()
    first, last = monday_of(weeks[0]), min(monday_of(weeks[-1]) + timedelta(days=6), until)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _finding(words: Words, open_n: dict[str, list[int]]) -> str:
    totals = [sum(day) for day in zip(*open_n.values(), strict=True)]
    said = {"open": words.number(totals[-1]), "old": words.number(sum(open_n[band][-1] for band in OLD))}
    if len(totals) < 8:
        return words("tickets.backlog_first", **said)
    return words("tickets.backlog_title", change=words.difference("count", totals[-1] - totals[-8]), **said)


def _day_figure(data: Collected, words: Words, days: list[str], open_n: dict[str, list[int]]) -> charts.Figure:
    names = [words.day(date.fromisoformat(day)) for day in days]
    traces = []
    for band, colour in AGES.items():
        age = words(f"tickets.age_{band}")
        texts = [f"{name}, {age}: {words.number(n)}" for name, n in zip(names, open_n[band], strict=True)]
        traces.append(charts.bars(range(len(days)), open_n[band], texts, colour, outline="--age-week"))
    top = max(sum(day) for day in zip(*open_n.values(), strict=True))
    named = charts.week_axis(words, last_weeks(data))
    xaxis = charts.named_axis([7 * i for i in named["tickvals"]], named["ticktext"], range=[-2, len(days)])
    return charts.figure(
        traces, xaxis, charts.axis(words, "count", 0, top * 1.06, wanted=4), barmode="stack", bargap=0.1
    )


def _day_table(words: Words, days: list[str], open_n: dict[str, list[int]]) -> Table:
    rows = []
    for place, day in enumerate(days):
        numbers = [open_n[band][place] for band in AGES]
        rows.append([text_cell(words.day(date.fromisoformat(day))), *_counts(words, numbers)])
    heads = [Column(words("table.day"), False), *_age_columns(words)]
    return Table("tickets-backlog", words("tickets.backlog_table"), heads, rows)


def _age_columns(words: Words) -> list[Column]:
    return [*(Column(words(f"tickets.age_{band}")) for band in AGES), Column(words("data.all"))]


def _counts(words: Words, numbers: Sequence[int]) -> list[Cell]:
    """Numbers and their sum."""
    return [Cell(words.number(n), n) for n in (*numbers, sum(numbers))]


def priority_table(data: Collected, words: Words) -> Table | None:
    """Open tickets at the end of the reported week, by priority and age."""
    frame = data.written.backlog if data.written else pd.DataFrame()
    if frame.empty:
        return None
    found: dict[str, dict[str, int]] = {}
    for priority, band, n in zip(frame["priority"], frame["band"], frame["n"], strict=True):
        found.setdefault(priority if known(priority) else "", {})[band] = int(n)
    numbers = {name: [found[name].get(band, 0) for band in AGES] for name in sorted(found, key=_order)}
    rows = [
        [Cell(priority_name(words, name), name or priority_name(words, name)), *_counts(words, of)]
        for name, of in numbers.items()
    ]
    rows.append(
        [text_cell(words("data.all")), *_counts(words, [sum(of) for of in zip(*numbers.values(), strict=True)])]
    )
    heads = [Column(words("tickets.priority"), False), *_age_columns(words)]
    return Table("tickets-priorities", words("tickets.priorities"), heads, rows)


def priority_name(words: Words, name: str) -> str:
    """In words where it is one that most systems have, else as the source says it."""
    if name in PRIORITIES:
        return words(f"tickets.priority_{name}")
    return name or words("tickets.no_priority")


def _order(priority: str) -> tuple[int, str]:
    place = PRIORITIES.index(priority) if priority in PRIORITIES else len(PRIORITIES)
    return (place if priority else len(PRIORITIES) + 1, priority)


def flow_chart(data: Collected, words: Words) -> Chart | None:
    """What came against what left, week by week; None where neither happened, or it is not known when tickets are solved."""
    weeks, numbers = last_weeks(data), {name: _weekly(data, name) for name in (*CAME, *LEFT)}
    if not knows_solved(data) or not any(map(any, numbers.values())):
        return None
    came, left = (
        [sum(week) for week in zip(*(numbers[name] for name in names), strict=True)] for names in (CAME, LEFT)
    )
    verdict = "flow_grows" if left[-1] < came[-1] else "flow_shrinks" if left[-1] > came[-1] else "flow_level"
    said = words(f"tickets.{verdict}", **{name: words.number(values[-1]) for name, values in numbers.items()})
    alt, figure = words("tickets.flow_alt", finding=said), _flow_figure(words, weeks, {"came": came, "left": left})
    legend = tuple(Key("square", colour, words(f"tickets.{name}")) for name, colour in FLOWS.items())
    axes, table = (words("trend.weeks_axis"), words("tickets.tickets")), _flow_table(data, words, weeks)
    return Chart("tickets-flow", said, alt, 260, figure, table, legend=legend, axes=axes)


def _weekly(data: Collected, name: str) -> list[float]:
    """A count of the centre in each of the last weeks; a week without any is zero."""
    centre = data.of_cut("")
    rows = centre[centre["kpi"] == name]
    values = rows.set_index("period")["value"].reindex(last_weeks(data)).fillna(0)
    return [float(value) for value in values]


def _flow_figure(words: Words, weeks: Sequence[str], numbers: dict[str, list[float]]) -> charts.Figure:
    traces = []
    for name, values in numbers.items():
        said = words(f"tickets.{name}")
        texts = [f"{words.week(w)}, {said}: {words.number(n)}" for w, n in zip(weeks, values, strict=True)]
        traces.append(charts.bars(range(len(weeks)), values, texts, FLOWS[name]))
    top = max(max(values) for values in numbers.values())
    return charts.figure(
        traces,
        charts.week_axis(words, weeks),
        charts.axis(words, "count", 0, top * 1.06, wanted=4),
        barmode="group",
        bargap=0.3,
    )


def _flow_table(data: Collected, words: Words, weeks: Sequence[str]) -> Table:
    centre = data.of_cut("")
    kpis = [data.catalogue[name] for name in FLOW]
    rows = [
        [text_cell(words.week(week)), *(cell(words, kpi, row_of(centre, kpi.id, period=week)) for kpi in kpis)]
        for week in weeks
    ]
    heads = [Column(words("table.week"), False), *(column(words, kpi) for kpi in kpis)]
    return Table("tickets-flow", words("tickets.flow_table"), heads, rows)
