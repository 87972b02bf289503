"""Tickets and letters: clocks, agreements and the published rules of the reported week beside the week before."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from pipeline import zones
from pipeline.kpis import Kpi
from pipeline.report import backlog, ticket_times, tradeoff_charts
from pipeline.report.collect import OUTCOME_DAYS, Collected
from pipeline.report.figures import RESOLUTION, cell, column, count_cell, known, row_of, title
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import digits
from pipeline.report.tradeoff_charts import Panel
from pipeline.report.words import Words

CLOCKS = (
    "tickets_created", "first_reply_p50", "first_reply_p90", "first_reply_business_p50", "never_replied",
    "next_reply_p50", "next_reply_business_p50", "requester_wait_p50", "requester_wait_business_p50",
    "agent_work_p50", "agent_wait_p50", "on_hold_p90", "first_resolution_p50", "full_resolution_p50",
    "full_resolution_p90", "full_resolution_business_p50", "full_resolution_stated_p50", "assignment_p50",
    "replies", "handoffs", "never_reassigned", "one_touch", "one_touch_or_none", "reopened", "solved_in_time",
)  # fmt: skip
AGREEMENTS = (
    "sla_met", "sla_met_first_reply", "sla_met_next_reply", "sla_met_requester_wait", "sla_met_agent_work",
    "sla_met_full_resolution", "sla_broken_open", "cycles_late", "sla_met_stated",
)  # fmt: skip
QUEUES = ("opened", "solved", "backlog", "first_reply_p50", "full_resolution_p50", "sla_met", "reopened")
MOVED = ("opened", "solved", "backlog", "tickets_created")
"""A queue of tickets has one of these; the others are queues of calls."""
REFUSED = "refused_tickets"
SPEED = ("reply_wait",)
QUALITY = (("wait_pec", ("pec_rate",)), ("wait_resolution", RESOLUTION))


@cache
def rules() -> tuple[str, ...]:
    """The KPIs of the department's published rules: the file they stand in says which."""
    text = resources.files("pipeline.kpis").joinpath("regulation.toml").read_text("utf-8")
    return tuple(tomllib.loads(text))


def page(data: Collected, words: Words) -> dict[str, Any]:
    """The context of the page; without tickets only that there are none."""
    if data.written is None:
        return {"is_empty": True}
    refusals = [name for name in rules() if name in data.catalogue.kpis and data.catalogue[name].variant_of == REFUSED]
    panels = written_panels(data, words)
    return {
        "is_empty": False,
        "lead": _lead(data, words),
        "clocks": week_table(data, words, "clocks", CLOCKS, data.ripe[OUTCOME_DAYS]),
        "times": ticket_times.time_charts(data, words),
        "agreements": week_table(data, words, "agreements", AGREEMENTS),
        "agreements_said": agreements_said(data, words),
        "has_policy": data.written.has_policy,
        "backlog": backlog.day_chart(data, words),
        "ages": backlog.ages(words),
        "priorities": backlog.priority_table(data, words),
        "flow": backlog.flow_chart(data, words),
        "queues": queue_table(data, words),
        "rules": week_table(data, words, "rules", [name for name in rules() if name not in refusals]),
        "refusals": refusal_table(data, words, refusals),
        "promises_said": promises_said(data, words),
        "panels": panels,
        "people": max((panel.people for panel in panels), default=0),
    }


def written_panels(data: Collected, words: Words) -> list[Panel]:
    """The wait for a reply against quality, of written contacts alone."""
    if data.written is None:
        return []
    of_letters = replace(data, agents=data.written.agents, teams=data.written.teams, centre=data.written.centre)
    return tradeoff_charts.panels(of_letters, words, SPEED, QUALITY, "tickets")


Row = Mapping[str, Any]


def _two_weeks(data: Collected, kpi: Kpi) -> tuple[str | None, Row | None, Row | None]:
    """The week a KPI is told of, its row and that of the week before."""
    week = data.week_of(kpi.id)
    if week is None:
        return None, None, None
    centre, before = data.of_cut(""), zones.week_before(week)
    earlier = row_of(centre, kpi.id, period=before) if before in data.history else None
    return week, row_of(centre, kpi.id, period=week), earlier


def _row(data: Collected, name: str) -> Row | None:
    return _two_weeks(data, data.catalogue[name])[1] if name in data.catalogue.kpis else None


def _cell(words: Words, kpi: Kpi, row: Row | None) -> Cell:
    """A figure with as many digits as its records bear."""
    return cell(words, kpi, row, digits(kpi, row["n"]) if row is not None and known(row["n"]) else None)


def _has_figure(*rows: Row | None) -> bool:
    return any(row is not None and known(row["value"]) for row in rows)


def _of(data: Collected, names: Iterable[str]) -> list[Kpi]:
    """Those of the KPIs that this centre's catalogue has: rules can be switched off."""
    return [data.catalogue[name] for name in names if name in data.catalogue.kpis]


def _lead(data: Collected, words: Words) -> str:
    ripe = data.ripe[OUTCOME_DAYS]
    return words("tickets.lead", days=words.week(ripe)) if ripe else words("tickets.lead_young")


def week_table(data: Collected, words: Words, name: str, kpis: Sequence[str], told: str | None = None) -> Table | None:
    """One row a KPI that has a figure: its week, the week before, on how many records, and what it counts.

    A title names its days where they are not those of `told`, by default the reported week.
    """
    rows = []
    for kpi in _of(data, kpis):
        week, row, before = _two_weeks(data, kpi)
        if _has_figure(row, before):
            figures = [_cell(words, kpi, row), _cell(words, kpi, before), count_cell(words, row, "n")]
            rows.append([_name(words, kpi, week, told or data.week), *figures, text_cell(kpi.meaning[words.language])])
    heads = [Column(words(f"tickets.{key}")) for key in ("this_week", "week_before", "counted")]
    columns = [Column(words("tickets.figure"), False), *heads, Column(words("service.counts"), False)]
    return Table(f"tickets-{name}", words(f"tickets.{name}"), columns, rows) if rows else None


def _name(words: Words, kpi: Kpi, week: str | None, told: str) -> Cell:
    said = title(words, kpi)
    return text_cell(said if week in (None, told) else f"{said} ({words.week(week or told)})")


def agreements_said(data: Collected, words: Words) -> str:
    """Targets kept of the reported week, and those broken that still run, in a sentence."""
    kept, still = _row(data, "sla_met"), _row(data, "sla_broken_open")
    if kept is None or still is None or not known(kept["value"]):
        return ""
    parts = {"kept": kept["numerator"], "all": kept["denominator"], "open": still["value"]}
    return words("tickets.agreements_said", **_numbers(words, parts))


def promises_said(data: Collected, words: Words) -> str:
    """Promises given in the reported week whose time has come, in a sentence; nothing without any."""
    row = _row(data, "promises_kept")
    if row is None or not known(row["value"]):
        return ""
    kept, every = row["numerator"], row["denominator"]
    return words("tickets.promises_said", **_numbers(words, {"kept": kept, "all": every, "missed": every - kept}))


def _numbers(words: Words, values: Mapping[str, float]) -> dict[str, str]:
    return {name: words.number(value if known(value) else 0) for name, value in values.items()}


def refusal_table(data: Collected, words: Words, reasons: Sequence[str]) -> Table | None:
    """Why tickets of the reported week were refused, and how many."""
    rows = []
    for kpi in _of(data, reasons):
        _, row, before = _two_weeks(data, kpi)
        if _has_figure(row, before):
            figures = [count_cell(words, row, "numerator"), _cell(words, kpi, row), _cell(words, kpi, before)]
            rows.append([text_cell(title(words, kpi)), *figures])
    heads = [Column(words(f"tickets.{key}")) for key in ("tickets", "share", "share_before")]
    columns = [Column(words("tickets.reason"), False), *heads]
    return Table("tickets-refusals", words("tickets.refusals"), columns, rows) if rows else None


def queue_table(data: Collected, words: Words) -> Table | None:
    """The reported week by queue, each figure of the week it is told of; None where tickets name none."""
    frame = data.of_cut("queue")
    told = {kpi.id: data.week_of(kpi.id) for kpi in _of(data, QUEUES)}
    busy = frame[(frame["period"] == data.week) & frame["kpi"].isin(MOVED) & (frame["value"] > 0)]
    names = sorted(str(name) for name in busy["queue"].dropna().unique())
    if not names:
        return None
    own = frame[frame["queue"].isin(names) & frame["value"].notna() & (frame["period"] == frame["kpi"].map(told))]
    kpis = [kpi for kpi in _of(data, QUEUES) if (own["kpi"] == kpi.id).any()]
    rows = [[text_cell(n), *(_cell(words, k, row_of(own, k.id, queue=n)) for k in kpis)] for n in names]
    columns = [Column(words("topics.queue"), False), *(column(words, kpi) for kpi in kpis)]
    return Table("tickets-queues", words("tickets.queues"), columns, rows)
