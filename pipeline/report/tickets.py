"""Tickets and letters: clocks, agreements and the published rules of the reported week beside the week before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.kpis import published_rules
from pipeline.report import backlog, ticket_tables, ticket_times, tradeoff_panels
from pipeline.report.collect import REPLIES, Collected
from pipeline.report.figures import RESOLUTION, known, series, why_unripe
from pipeline.report.tiles import tile
from pipeline.report.tradeoff_panels import Panel
from pipeline.report.week_tables import Row, alarm_note, lines, two_weeks, week_table
from pipeline.report.words import Words

OPENING = (
    "tickets_created", "first_reply_p50", "full_resolution_p50", "solved_in_time", "backlog", "solved_per_opened",
)  # fmt: skip
"""The figures that the page is about: what comes in, how long it takes, what is left."""

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
REFUSED = "refused_tickets"
SPEED = ("reply_wait",)
QUALITY = (("wait_pec", ("pec_rate",)), ("wait_resolution", RESOLUTION))


def page(data: Collected, words: Words) -> dict[str, Any]:
    """The context of the page; without tickets only that there are none."""
    if data.written is None:
        return {"is_empty": True}
    refusals = [
        name for name in published_rules() if name in data.catalogue.kpis and data.catalogue[name].variant_of == REFUSED
    ]
    panels = written_panels(data, words)
    week = data.ripe[REPLIES] or data.week
    judged = lines(data, CLOCKS, week)
    opening = {name: series(data, name, data.week_of(name)) for name in OPENING}
    return {
        "is_empty": False,
        "tiles": [tile(data, words, name) for name in OPENING],
        "lead": _lead(data, words),
        "clocks": week_table(data, words, "tickets.clocks", CLOCKS, week, judged),
        "clocks_note": alarm_note(words, opening | judged),
        "times": ticket_times.time_charts(data, words),
        "agreements": week_table(data, words, "tickets.agreements", AGREEMENTS, data.week),
        "agreements_said": agreements_said(data, words),
        "has_policy": data.written.has_policy,
        "backlog": backlog.day_chart(data, words),
        "knows_solved": backlog.knows_solved(data),
        "priorities": backlog.priority_table(data, words),
        "flow": backlog.flow_chart(data, words),
        "queues": ticket_tables.queue_table(data, words),
        "rules": week_table(
            data, words, "tickets.rules", [n for n in published_rules() if n not in refusals], data.week
        ),
        "refusals": ticket_tables.refusal_table(data, words, refusals),
        "promises_said": promises_said(data, words),
        "panels": panels,
        **tradeoff_panels.around(data, words, "tickets", panels),
    }


def written_panels(data: Collected, words: Words) -> list[Panel]:
    """The wait for a reply against quality, of written contacts alone."""
    if data.written is None:
        return []
    of_letters = replace(data, agents=data.written.agents, teams=data.written.teams, centre=data.written.centre)
    return tradeoff_panels.panels(of_letters, words, SPEED, QUALITY, "tickets")


def _row(data: Collected, name: str) -> Row | None:
    """A KPI's row of the reported week."""
    return two_weeks(data, data.catalogue[name], data.week)[0] if name in data.catalogue.kpis else None


def _lead(data: Collected, words: Words) -> str:
    """How many came in the reported week, and of which week it is told what became of them."""
    ripe, row = data.ripe[REPLIES], _row(data, "tickets_created")
    said = {"week": words.week(data.week), **_numbers(words, {"created": row["value"] if row else 0})}
    return (
        words("tickets.lead", days=words.week(ripe), **said)
        if ripe
        else words("tickets.lead_young", why=why_unripe(data, words, REPLIES), **said)
    )


def agreements_said(data: Collected, words: Words) -> str:
    """Targets kept of the reported week, and those broken that still run, in a sentence."""
    kept, still = _row(data, "sla_met"), _row(data, "sla_broken_open")
    if kept is None or still is None or not known(kept["value"]):
        return ""
    parts = {"kept": kept["numerator"], "all": kept["denominator"], "open": still["value"]}
    return words("tickets.agreements_said", days=words.week(data.week), **_numbers(words, parts))


def promises_said(data: Collected, words: Words) -> str:
    """Promises given in the reported week whose time has come, in a sentence; nothing without any."""
    row = _row(data, "promises_kept")
    if row is None or not known(row["value"]):
        return ""
    kept, every = row["numerator"], row["denominator"]
    numbers = _numbers(words, {"kept": kept, "all": every, "missed": every - kept})
    return words("tickets.promises_said", days=words.week(data.week), **numbers)


def _numbers(words: Words, values: Mapping[str, float]) -> dict[str, str]:
    return {name: words.number(value if known(value) else 0) for name, value in values.items()}
