"""Every finding of the week, also those that found nothing, with the way to its records."""

from __future__ import annotations

from typing import Any

from pipeline.findings.record import Finding
from pipeline.report.collect import Collected
from pipeline.report.said import sentence
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words


def page(data: Collected, words: Words) -> dict[str, Any]:
    heads = [
        Column(words(f"findings.{name}"), name == "weight") for name in ("verdict", "text", "weeks", "weight", "rows")
    ]
    rows = [_row(data, words, finding) for finding in data.findings]
    return {"said": Table("findings", words("page.findings"), heads, rows)}


def _row(data: Collected, words: Words, finding: Finding) -> list[Cell]:
    first, last = finding.weeks
    return [
        text_cell(words(f"verdict.{finding.verdict}")),
        text_cell(sentence(words, finding, data.catalogue, data.names)),
        text_cell(words.weeks([first, last])),
        Cell(words.number(finding.weight, 1), finding.weight),
        text_cell(command(finding)),
    ]


def command(finding: Finding) -> str:
    """What shows the records behind a finding."""
    if not finding.evidence.kpi:
        return "–"
    where = [f"--week {finding.evidence.where['week']}"] if "week" in finding.evidence.where else []
    where += [f"--where {name}={value}" for name, value in finding.evidence.where.items() if name != "week"]
    return " ".join(["rows", finding.evidence.kpi, *where])
