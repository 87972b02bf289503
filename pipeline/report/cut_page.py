"""The page of a queue or of a topic: its figures beside the centre's, its weeks, what was found, whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.kpis import Kpi
from pipeline.report import standing_out
from pipeline.report.cells import cell, head_cell, line_cell
from pipeline.report.collect import LINE_WEEKS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, Series, row_before, row_of, series
from pipeline.report.findings_page import list_table
from pipeline.report.said import Said, said_of
from pipeline.report.service import UNANSWERED
from pipeline.report.subjects import Subject
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import Group, choose
from pipeline.report.topics import CALLED, OUTCOMES, WRITTEN, decimals_of, figure_cell, kpis_of, lead
from pipeline.report.trends import Event, is_drawn, trend
from pipeline.report.trends import lead as trend_lead
from pipeline.report.words import Words

DRAWN: Group = (
    "service_level", SPEED, "first_reply_p50", ("sla_met", "sla_met_stated"), "backlog", RESOLUTION, "repeat_7d",
)  # fmt: skip


def page(data: Collected, words: Words, marks: Sequence[Event], subject: Subject) -> dict[str, Any]:
    lines = _lines(data, subject)
    return {
        "lead": lead(data, words),
        "said": _said(data, words, subject, lines),
        "figures": _figures(data, words, subject),
        "charts": [trend(data, words, line, marks, subject.file) for line in lines],
        "trend_lead": trend_lead(data, words, lines),
        "events": marks,
        "lists": _lists(data, words, subject),
    }


def _said(data: Collected, words: Words, subject: Subject, lines: Sequence[Series]) -> list[Said]:
    """What was found of this queue or topic, and which of its charts stand out."""
    about = [f for f in data.findings if f.whom.get(subject.dimension) == subject.key]
    figures = standing_out.told(data, words, [line for line in lines if line.verdict == "stands_out"])
    odd = [Said("stands_out", words("subject.stands_out", figures=figures))] if figures else []
    return [*(said_of(words, finding, data.catalogue, data.names) for finding in about), *odd]


def _figures(data: Collected, words: Words, subject: Subject) -> Table:
    """A row a KPI known here: the newest week, the one before it, the whole centre in the same week, the weeks as a line."""
    lines = [_line(data, kpi.id, subject) for kpi in kpis_of(data, CALLED + UNANSWERED[1:] + WRITTEN + OUTCOMES)]
    rows = [_row(data, words, line, subject) for line in lines if not np.isnan(line.values).all()]
    told = [
        Column(words(f"subject.{part}"), has_interval=any(row[place].low is not None for row in rows))
        for place, part in enumerate(("here", "before", "centre"), start=1)
    ]
    rest = [Column(words("table.days"), False), Column(words("subject.line"), False)]
    heads = [Column(words("subject.figure"), False), *told, *rest]
    return Table(f"{subject.file}-figures", words("subject.figures"), heads, rows)


def _line(data: Collected, name: str, subject: Subject) -> Series:
    return series(data, name, data.week_of(name), subject.dimension, subject.key)


def _row(data: Collected, words: Words, line: Series, subject: Subject) -> list[Cell]:
    kpi = line.kpi
    week = data.week_of(kpi.id)
    was = row_before(data, kpi.id, week, **{subject.dimension: subject.key}) if week else None
    centre = row_of(data.of_cut(""), kpi.id, period=week) if week else None
    most = decimals_of(data, words, kpi, subject.dimension, [subject.key])
    return [
        kpi_cell(words, kpi),
        figure_cell(data, words, kpi, subject.dimension, subject.key, most),
        *(cell(words, kpi, row, most) for row in (was, centre)),
        text_cell(words.week(week) if week else "–"),
        line_cell(words, kpi, line.compared[-LINE_WEEKS:]),
    ]


def kpi_cell(words: Words, kpi: Kpi) -> Cell:
    """The name of a KPI, with the way to its definition."""
    return replace(head_cell(words, kpi), to=f"definitions.html#{kpi.id}", hint=kpi.meaning[words.language])


def _lines(data: Collected, subject: Subject) -> list[Series]:
    """Of DRAWN, and of what names the queue on the first page."""
    names = [choose(data, name) for name in DRAWN]
    lines = [_line(data, name, subject) for name in names]
    if subject.dimension == "queue":
        odd = standing_out.along(data, subject.key, standing_out.moved(data))
        lines += [line for line in odd if line.kpi.id not in names]
    return [line for line in lines if is_drawn(line)]


def _lists(data: Collected, words: Words, subject: Subject) -> list[Table]:
    """Monday's lists, as far as they are about this queue or topic."""
    own = {name: frame[frame[subject.dimension] == subject.key] for name, frame in data.lists.items()}
    return [list_table(data, words, name, frame, subject.file) for name, frame in own.items() if len(frame)]
