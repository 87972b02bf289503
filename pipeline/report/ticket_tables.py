"""Tables of tickets: why they were refused, and their queues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.kpis import Kpi
from pipeline.report.cells import column, count_cell, head_cell, in_files
from pipeline.report.collect import Collected
from pipeline.report.figures import row_of, title
from pipeline.report.tables import Column, Table, text_cell
from pipeline.report.week_tables import days_of, figure_cell, has_figure, those_of, two_weeks
from pipeline.report.words import Words

QUEUES = ("opened", "solved", "backlog", "first_reply_p50", "full_resolution_p50", "sla_met", "reopened")
MOVED = ("opened", "solved", "backlog", "tickets_created")
"""A queue of tickets has one of these; the others are queues of calls."""


def refusal_table(data: Collected, words: Words, reasons: Sequence[str]) -> Table | None:
    """Why tickets of the reported week were refused, and how many."""
    rows = []
    for kpi in those_of(data, reasons):
        row, before = two_weeks(data, kpi, data.week)
        if has_figure(row, before):
            shares = [figure_cell(words, kpi, of, with_n=True) for of in (row, before)]
            rows.append([head_cell(words, kpi), count_cell(words, row, "numerator"), *shares])
    shares_of = [Column(words("tickets.share_of", days=days)) for days in days_of(words, data.week)]
    heads = [Column(words("tickets.tickets")), *shares_of]
    columns = [Column(words("tickets.reason"), False), *heads]
    return Table("tickets-refusals", words("tickets.refusals"), columns, rows) if rows else None


def queue_table(data: Collected, words: Words) -> Table | None:
    """Queues, each figure of the week in its head; None where tickets name none."""
    frame = data.of_cut("queue")
    told = {kpi.id: week for kpi in those_of(data, QUEUES) if (week := data.week_of(kpi.id))}
    busy = frame[(frame["period"] == data.week) & frame["kpi"].isin(MOVED) & (frame["value"] > 0)]
    names = sorted(str(name) for name in busy["queue"].dropna().unique())
    if not names:
        return None
    own = frame[frame["queue"].isin(names) & frame["value"].notna() & (frame["period"] == frame["kpi"].map(told))]
    kpis = [kpi for kpi in those_of(data, QUEUES) if (own["kpi"] == kpi.id).any()]
    rows = [
        [text_cell(n), *(figure_cell(words, k, row_of(own, k.id, queue=n), with_n=True) for k in kpis)] for n in names
    ]
    columns = [Column(words("topics.queue"), False), *(_dated_column(words, kpi, told[kpi.id]) for kpi in kpis)]
    return Table("tickets-queues", words("tickets.queues"), columns, rows)


def _dated_column(words: Words, kpi: Kpi, week: str) -> Column:
    said = words.week(week)
    return replace(
        column(words, kpi), title=f"{title(words, kpi)} ({said})", in_files=f"{in_files(words, kpi)} ({said})"
    )
