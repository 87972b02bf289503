"""A week beside the week before, one row a KPI: each column under its days, and what can be said of the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline import zones
from pipeline.kpis import Kpi
from pipeline.report.cells import cell, count_cell, head_cell
from pipeline.report.collect import Collected
from pipeline.report.figures import Series, digits, known, row_before, row_of, series
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import chances_of_an_alarm, signal, usual
from pipeline.report.words import Words

Row = Mapping[str, Any]


def two_weeks(data: Collected, kpi: Kpi, week: str) -> tuple[Row | None, Row | None]:
    """A KPI's row of the week and of the week before; nothing of a week too young for it."""
    newest = data.week_of(kpi.id)
    if newest is None or newest < week:
        return None, None
    return row_of(data.of_cut(""), kpi.id, period=week), row_before(data, kpi.id, week)


def week_table(
    data: Collected,
    words: Words,
    key: str,
    kpis: Sequence[str],
    week: str,
    judged: Mapping[str, Series] | None = None,
) -> Table | None:
    """One row a KPI that has a figure: the week, the week before, the verdict, on how many records, and what it counts.

    key: of its caption among the words; its file is named by it, too.
    judged: the lines of those that are held against earlier weeks, in a column of their own where one can be judged.
    """
    if not any(line.verdict != "too_few" for line in (judged or {}).values()):
        judged = None
    rows = []
    for kpi in those_of(data, kpis):
        row, before = two_weeks(data, kpi, week)
        if has_figure(row, before):
            figures = [figure_cell(words, kpi, row), figure_cell(words, kpi, before, with_n=True)]
            figures += [] if judged is None else [_verdict_cell(words, judged.get(kpi.id))]
            counted = [count_cell(words, row, "n"), text_cell(kpi.meaning[words.language])]
            rows.append([head_cell(words, kpi), *figures, *counted])
    heads = [Column(words("tickets.figure"), False), *(Column(days) for days in days_of(words, week))]
    heads += [] if judged is None else [Column(words("tickets.verdict"), False)]
    columns = [*heads, Column(words("tickets.counted")), Column(words("service.counts"), False)]
    return Table(key.replace(".", "-"), words(key), columns, rows, folds=True) if rows else None


def days_of(words: Words, week: str) -> list[str]:
    """The days of the week and of the week before, for the heads of their columns."""
    return [words.week(of) for of in (week, zones.week_before(week))]


def lines(data: Collected, kpis: Sequence[str], week: str) -> dict[str, Series]:
    """The weeks up to this one of each KPI that has a figure in it. Findings judge a KPI's newest week and no other."""
    found = {}
    for kpi in those_of(data, kpis):
        if has_figure(two_weeks(data, kpi, week)[0]):
            line = series(data, kpi.id, week)
            found[kpi.id] = line if data.week_of(kpi.id) == week else replace(line, judged=None)
    return found


def alarm_note(words: Words, judged: Mapping[str, Series]) -> str:
    """How easily chance alone makes one of so many figures stand out, or that none can be judged yet; nothing of none."""
    n = sum(line.verdict != "too_few" for line in judged.values())
    said = words("tickets.alarm_note", n=words.number(n), **chances_of_an_alarm(words, n)) if n else ""
    return said or (words("tile.no_alarm_note") if judged else "")


def _verdict_cell(words: Words, line: Series | None) -> Cell:
    """The verdict in words, the rule that made it, and where the figure usually lies."""
    if line is None:
        return Cell("–", is_absent=True)
    rule = signal(words, line)
    said = words(f"verdict.{line.verdict}") + (f" ({rule})" if rule else "")
    span = usual(words, line)
    return Cell(said, said, aside=words("tile.spark_usual", span=span) if span else "")


def figure_cell(words: Words, kpi: Kpi, row: Row | None, with_n: bool = False) -> Cell:
    """A figure with as many digits as its records bear."""
    places = digits(kpi, row["n"]) if row is not None and known(row["n"]) else None
    return cell(words, kpi, row, places, with_n)


def has_figure(*rows: Row | None) -> bool:
    return any(row is not None and known(row["value"]) for row in rows)


def those_of(data: Collected, names: Iterable[str]) -> list[Kpi]:
    """Those of the KPIs that this centre's catalogue has: rules can be switched off."""
    return [data.catalogue[name] for name in names if name in data.catalogue.kpis]
