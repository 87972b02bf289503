"""Every finding of the week, also those that found nothing, with the way to its records."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import Any

import pandas as pd

from pipeline import zones
from pipeline.findings.record import Finding
from pipeline.report.collect import Collected
from pipeline.report.figures import known
from pipeline.report.rows_behind import FEWER, evidence_name
from pipeline.report.said import Link, sentence
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words, monday_of

SHOWN = 15
"""Entries of a list on the page; the command `lists` has all."""


def page(data: Collected, words: Words, link: Link) -> dict[str, Any]:
    heads = [Column(words(f"findings.{name}"), False) for name in ("verdict", "text", "weeks", "rows")]
    rows = [_row(data, words, finding, link) for finding in data.findings]
    lists = [list_table(data, words, name, frame) for name, frame in data.lists.items() if len(frame)]
    lead = words("findings.lead", most=words.number(FEWER))
    return {"lead": lead, "said": Table("findings", words("page.findings"), heads, rows), "lists": lists}


def list_table(data: Collected, words: Words, name: str, frame: pd.DataFrame, page: str = "list") -> Table:
    """The first of whom to call; `page` tells its table from those of others."""
    heads = [
        Column(words(f"findings.{column}"), False)
        for column in ("since", "agent", "queue", "topic", "detail", "reference")
    ]
    caption = words(f"findings.list_{name}", shown=words.number(min(SHOWN, len(frame))), n=words.number(len(frame)))
    return Table(
        f"{page}-{name}", caption, heads, [_entry(data, words, row) for row in frame.head(SHOWN).to_dict("records")]
    )


def _entry(data: Collected, words: Words, row: dict[Any, Any]) -> list[Cell]:
    since = pd.Timestamp(row["since"]).to_pydatetime()
    who = data.names.get(row["agent"], row["agent"]) if known(row["agent"]) else "–"
    detail = str(row["detail"])
    said = detail if detail.isdigit() else words(f"findings.detail_{detail}")
    said = words.count("rows.fact_contacts", int(detail)) if detail.isdigit() else said
    plain = [str(row[name]) if known(row[name]) else "–" for name in ("queue", "topic")]
    reference = str(row["source_ref"]) if known(row["source_ref"]) else f"{row['source']}/{row['conversation_id']}"
    local = since + zones.offset_at(data.timezone, since)
    return [text_cell(text) for text in (words.instant(local), who, *plain, said, reference)]


def _row(data: Collected, words: Words, finding: Finding, link: Link) -> list[Cell]:
    first, last = finding.weeks
    said, plain = (sentence(words, finding, data.catalogue, data.names, how) for how in (link, None))
    return [
        text_cell(words(f"verdict.{finding.verdict}")),
        Cell(said, plain),
        text_cell(words.weeks([first, last])),
        _records(data, words, finding),
    ]


def _records(data: Collected, words: Words, finding: Finding) -> Cell:
    """The file of its first records where this reader may have one, and the command that lists all."""
    if not finding.evidence.kpi:
        return Cell(words("findings.no_records" if data.has_records else "findings.withheld"), is_absent=True)
    asked = command(finding)
    if not data.has_records:
        return Cell(asked, asked)
    link = f"../rows/{evidence_name(data.findings, finding)}.csv"
    return Cell(words("findings.records_link"), asked, aside=asked, link=link)


def command(finding: Finding) -> str:
    """What to type to see the records behind a finding, safe to paste into a shell."""
    first, last = finding.weeks
    sunday = monday_of(last) + timedelta(days=6)
    when = ["--week", first] if first == last else ["--from", f"{monday_of(first)}", "--to", f"{sunday}"]
    where = [(name, value) for name, value in finding.evidence.where.items() if name != "week"]
    words = ["python", "-m", "pipeline", "rows", finding.evidence.kpi, *when]
    return shlex.join([*words, *(part for name, value in where for part in ("--where", f"{name}={value}"))])
