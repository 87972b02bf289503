"""Queues, topics and channels: the reported week's speed, the ripe week's outcomes, and the weeks before."""

from __future__ import annotations

import numpy as np

from pipeline.kpis import Kpi
from pipeline.report.collect import Collected
from pipeline.report.figures import RESOLUTION, SPEED, cell, column, row_of
from pipeline.report.sparkline import sparkline
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
LINE_WEEKS = 26


def cut_table(data: Collected, words: Words, dimension: str) -> Table | None:
    """One row per queue, topic or channel, by name; None when the data tell none."""
    frame = data.of_cut(dimension)
    names = sorted(str(key) for key in frame.loc[frame["period"] == data.week, dimension].dropna().unique())
    if not names:
        return None
    kpis = [data.catalogue[choose(data, name)] for name in SHOWN]
    kpis = [kpi for kpi in kpis if frame.loc[frame["kpi"] == kpi.id, "value"].notna().any()]
    rows = []
    for name in names:
        figures = [_cell(data, words, kpi, dimension, name) for kpi in kpis]
        rows.append([text_cell(name), *figures, _line(data, words, dimension, name)])
    heads = [column(words, kpi, dimension == "topic" and kpi.unit != "count") for kpi in kpis]
    columns = [Column(words(f"topics.{dimension}"), False), *heads, Column(words("topics.line"), False)]
    return Table(f"{dimension}s", words(f"topics.{dimension}s"), columns, rows)


def _cell(data: Collected, words: Words, kpi: Kpi, dimension: str, name: str) -> Cell:
    week = data.week_of(kpi.id)
    if week is None:
        return Cell(words("why.not_ripe"), is_absent=True)
    frame = data.of_cut(dimension)
    row = row_of(frame, kpi.id, period=week, **{dimension: name})
    return cell(words, kpi, row, 0 if kpi.unit == "share" else None, with_n=True)


def _line(data: Collected, words: Words, dimension: str, name: str) -> Cell:
    """Service level of the last weeks as a small line, and its lowest and highest in words."""
    frame = data.of_cut(dimension)
    rows = frame[(frame["kpi"] == LINE) & (frame[dimension] == name)]
    values = rows.set_index("period")["value"].reindex(data.history[-LINE_WEEKS:]).to_numpy(dtype=float)
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return Cell("–", is_absent=True)
    text = words("topics.from_to", low=words.percent(known.min()), high=words.percent(known.max()))
    return Cell(text, text, line=sparkline([float(v) for v in values], text))
