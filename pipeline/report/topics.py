"""Queues, topics and channels: the reported week's speed, the ripe week's outcomes, and the weeks before."""

from __future__ import annotations

import pandas as pd

from pipeline.kpis import Kpi
from pipeline.report.cells import cell, column, line_cell
from pipeline.report.collect import LINE_WEEKS, RETURNS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, Same, known_kpis, row_of, series, why_unripe
from pipeline.report.subjects import Places
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import choose
from pipeline.report.words import Words

SHOWN = (
    "offered",
    "service_level",
    "abandonment",
    "asa",
    SPEED,
    "pec_rate",
    RESOLUTION,
    "effort_per_resolved",
    "repeat_7d",
)
LINE = "service_level"


def shown_kpis(data: Collected, frame: pd.DataFrame) -> list[Kpi]:
    """Those that the frame has a figure of."""
    kpis = [data.catalogue[choose(data, name)] for name in SHOWN]
    return [kpi for kpi in kpis if kpi.id in known_kpis(Same(frame))]


def lead(data: Collected, words: Words) -> str:
    """Of which weeks the figures are."""
    week = data.ripe[RETURNS]
    if week:
        return words("topics.lead", days=words.week(week))
    return words("topics.lead_no_ripe", why=why_unripe(data, words, RETURNS))


def cut_table(data: Collected, words: Words, dimension: str, places: Places) -> Table | None:
    """One row per queue, topic or channel, by name; None when the data tell none."""
    frame = data.of_cut(dimension)
    names = sorted(str(key) for key in frame.loc[frame["period"] == data.week, dimension].dropna().unique())
    if not names:
        return None
    kpis = shown_kpis(data, frame)
    rows = []
    for name in names:
        figures = [figure_cell(data, words, kpi, dimension, name) for kpi in kpis]
        line = series(data, LINE, data.week, dimension, name)
        rows.append(
            [
                text_cell(name, places(dimension, name)),
                *figures,
                line_cell(words, line.kpi, line.compared[-LINE_WEEKS:]),
            ]
        )
    heads = [column(words, kpi, dimension == "topic" and kpi.unit != "count" and not kpi.is_of_queue) for kpi in kpis]
    columns = [Column(words(f"topics.{dimension}"), False), *heads, Column(words("topics.line"), False)]
    return Table(f"{dimension}s", words(f"topics.{dimension}s"), columns, rows)


def figure_cell(data: Collected, words: Words, kpi: Kpi, dimension: str, name: str) -> Cell:
    """The newest figure of a KPI whose outcomes are known."""
    week = data.week_of(kpi.id)
    if week is None:
        return Cell(words(f"why.{data.why_unripe(kpi.id)}"), is_absent=True)
    frame = data.of_cut(dimension)
    row = row_of(frame, kpi.id, period=week, **{dimension: name})
    return cell(words, kpi, row, 0 if kpi.unit == "share" else None, with_n=True)
