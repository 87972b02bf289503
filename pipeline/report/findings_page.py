"""Every finding of the week, also those that found nothing, with the way to its records."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from pipeline import zones
from pipeline.findings import MOST
from pipeline.findings.record import Finding
from pipeline.report.backlog import priority_name
from pipeline.report.collect import Collected
from pipeline.report.figures import known
from pipeline.report.monday import PAGES
from pipeline.report.rows_behind import evidence_file
from pipeline.report.said import Link, sentence
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

SHOWN = 15
"""Entries of a list that the page shows at first."""
WHEN = {"unresolved": "first", "lost": "first", "promises": "due", "letters": "sent"}
"""What the instant of a list is called."""
OF_CHANGES = ("week", "quarter", "before_after")


def page(data: Collected, words: Words, link: Link) -> dict[str, Any]:
    heads = [Column(words(f"findings.{name}"), False) for name in ("verdict", "text", "weeks", "rows")]
    young = [finding for finding in data.findings if finding.kind == "week" and finding.verdict == "too_few"]
    rows = [_row(data, words, finding, link) for finding in data.findings if finding not in young]
    rows += [_young_row(data, words, young)] if young else []
    here = {name: frame for name, frame in data.lists.items() if name not in PAGES}
    lists = [list_table(data, words, name, frame) for name, frame in here.items() if len(frame)]
    has_expected = any("expected" in finding.figures for finding in data.findings)
    notes = [words("findings.note_expected")] if has_expected else []
    notes += [words("findings.note_records", most=words.number(MOST), week=data.week)] if data.has_records else []
    said = Table("findings", words("page.findings"), heads, rows)
    return {"lead": words("findings.lead"), "note": " ".join(notes), "said": said, "lists": lists}


def list_table(data: Collected, words: Words, name: str, frame: pd.DataFrame, page: str = "list") -> Table:
    """Whom to call or what to read, the first of them on the page; `page` tells its table from those of others."""
    when = WHEN.get(name, "since")
    instants = {when: "since", **({"last": "last_at"} if when == "first" else {})}
    columns = [
        *instants,
        *(["priority"] if name == "breaches" else []),
        *(column for column in ("agent", "queue", "topic") if frame[column].map(known).any()),
        "detail",
        "reference",
    ]
    called = {"agent": "answered_last"} if name == "unresolved" else {}
    heads = [Column(words(f"findings.{called.get(column, column)}"), False) for column in columns]
    caption = words(f"findings.list_{name}", shown=words.number(min(SHOWN, len(frame))), n=words.number(len(frame)))
    said = _due if name == "promises" else _since
    entries = [
        _entry(data, words, row) | {column: said(data, words, row[at]) for column, at in instants.items()}
        for row in frame.to_dict("records")
    ]
    rows = [[entry[column] for column in columns] for entry in entries]
    return Table(f"{page}-{name}", caption, heads, rows, most=SHOWN, order=words(f"findings.order_{name}"))


def _since(data: Collected, words: Words, at: pd.Timestamp) -> Cell:
    """The site's time, or its day alone for those who may not find the record by it; in files so that they can be sorted."""
    local = _local(data, at)
    if data.has_records:
        return Cell(words.instant(local), f"{local:%Y-%m-%d %H:%M}")
    return Cell(words.day(local.date()), f"{local:%Y-%m-%d}")


def _due(data: Collected, words: Words, at: pd.Timestamp) -> Cell:
    """As _since; what is promised until midnight is promised for the day that ends then."""
    local = _local(data, at).date()
    if at != zones.midnight(local, data.timezone):
        return _since(data, words, at)
    day = local - timedelta(days=1)
    text = words("findings.by_end", day=words.full_day(day)) if data.has_records else words.day(day)
    return Cell(text, day.isoformat())


def _local(data: Collected, at: pd.Timestamp) -> datetime:
    moment: datetime = pd.Timestamp(at).to_pydatetime()
    return moment + zones.offset_at(data.timezone, moment)


def _entry(data: Collected, words: Words, row: dict[Any, Any]) -> dict[str, Cell]:
    """Cells by column."""
    who = data.names.get(row["agent"], row["agent"]) if known(row["agent"]) else "–"
    detail = str(row["detail"])
    if detail.isdigit():
        said = words.count("rows.fact_contacts", int(detail))
    else:
        said = ", ".join(words(f"findings.detail_{part}") for part in detail.split(", "))
    plain = {name: str(row[name]) if known(row[name]) else "–" for name in ("queue", "topic")}
    priority = priority_name(words, row["priority"] if known(row["priority"]) else "")
    texts = {"priority": priority, "agent": who, **plain, "detail": said, "reference": _reference(row)}
    return {column: text_cell(text) for column, text in texts.items()}


def _reference(row: dict[Any, Any]) -> str:
    if known(row["source_ref"]):
        return str(row["source_ref"])
    return f"{row['source']}/{row['conversation_id']}" if known(row["conversation_id"]) else "–"


def _row(data: Collected, words: Words, finding: Finding, link: Link) -> list[Cell]:
    first, last = finding.weeks
    said, plain = (sentence(words, finding, data.catalogue, data.names, how) for how in (link, None))
    return [
        text_cell(words(_verdict(finding))),
        Cell(said, plain),
        text_cell(words.weeks([first, last])),
        _records(data, words, finding),
    ]


def _verdict(finding: Finding) -> str:
    """Only of weeks and quarters, and of what was done meanwhile, is a change what was looked for."""
    is_nothing = finding.verdict == "no_detectable_change" and finding.kind not in OF_CHANGES
    return "verdict.nothing" if is_nothing else f"verdict.{finding.verdict}"


def _young_row(data: Collected, words: Words, young: Sequence[Finding]) -> list[Cell]:
    """All figures of which too few weeks are known: the tiles have their numbers."""
    kpis = "; ".join(data.catalogue[finding.labels["kpi"]].title[words.language] for finding in young)
    weeks = sorted({week for finding in young for week in finding.weeks})
    return [
        text_cell(words("verdict.too_few")),
        text_cell(words.count("findings.young", len(young), kpis=kpis)),
        text_cell(words.weeks(weeks)),
        Cell("–", is_absent=True),
    ]


def _records(data: Collected, words: Words, finding: Finding) -> Cell:
    """The file of its records and the name by which a command lists all, if this reader may have them; files have the command."""
    if not data.has_records or finding.evidence.records is None:
        return Cell(words("findings.no_records" if data.has_records else "findings.withheld"), is_absent=True)
    name, asked = shlex.quote(finding.id), command(finding, data.week)
    return Cell(words("findings.records_link"), asked, aside=name, link=f"../rows/{evidence_file(finding)}")


def command(finding: Finding, week: str) -> str:
    """What to type to see the records behind a finding of a week, safe to paste into a shell."""
    return shlex.join(["python", "-m", "pipeline", "rows", "--finding", finding.id, "--week", week])
