"""Collected figures -> the pages of one week in one language, as text by file name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline import zones
from pipeline.findings.record import NAMED, Finding
from pipeline.report import (
    cases,
    data_quality,
    definitions,
    findings_page,
    funnel_chart,
    half_hours,
    pec,
    people,
    service,
    tickets,
    topics,
    tradeoff,
    tradeoff_charts,
    trends,
    whiskers,
)
from pipeline.report import tiles as headline
from pipeline.report.collect import OUTCOME_DAYS, Collected
from pipeline.report.said import figure, sentence
from pipeline.report.tables import Table, csv_text
from pipeline.report.words import Words

SHORT = 12
"""Findings on the main page; the rest are on their own."""
PAGES = ("index", "findings", "people", "cases", "pec", "service", "tickets", "topics", "data-quality", "definitions")
Context = dict[str, Any]


@cache
def environment() -> Environment:
    loader = PackageLoader("pipeline.report", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.policies["json.dumps_kwargs"] = {
        "sort_keys": True,
        "ensure_ascii": False,
        "separators": (",", ":"),
        "allow_nan": False,
    }
    return made


def render(template: str, context: Context) -> str:
    return environment().get_template(template).render(context)


def week_pages(data: Collected, words: Words, languages: Sequence[str], title: str) -> dict[str, str]:
    """File name -> text: the pages, and a file for a spreadsheet for each of their tables."""
    base = _base(data, words, languages, title)
    contexts = {
        "index": main_page(data, words),
        "findings": findings_page.page(data, words),
        "people": people_page(data, words),
        "cases": cases.page(data, words),
        "service": service_page(data, words),
        "pec": pec.page(data, words),
        "tickets": tickets.page(data, words),
        "topics": topics_page(data, words),
        "data-quality": data_page(data, words),
        "definitions": {"parameters": definitions.parameters(data, words), "changes": definitions.changes(data, words)},
    }
    pages = {}
    for name, context in contexts.items():
        pages[f"{name}.html"] = render(f"{name}.html", base | context | {"page": name})
        pages |= {f"{t.id}.csv": csv_text(t, words("table.low"), words("table.high")) for t in tables_of(context)}
    return pages


def _base(data: Collected, words: Words, languages: Sequence[str], title: str) -> Context:
    return {
        "words": words,
        "language": words.language,
        "languages": languages,
        "pages": PAGES,
        "title": title or words("page.title"),
        "data": data,
        "week": data.week,
        "definitions": definitions.definitions(data, words),
        "warnings": data_quality.warnings(data, words),
        "assets": "../../assets",
        "data_until": words.instant(data.until + zones.offset_at(data.timezone, data.until)),
    }


def tables_of(context: Context) -> list[Table]:
    """Every table of a page, those of its charts too."""
    found: dict[str, Table] = {}
    for value in context.values():
        for item in value if isinstance(value, list) else [value]:
            chart = getattr(item, "chart", None)
            table = item if isinstance(item, Table) else getattr(chart or item, "table", None)
            if isinstance(table, Table):
                found.setdefault(table.id, table)
    return list(found.values())


def main_page(data: Collected, words: Words) -> Context:
    shown = headline.tiles(data, words)
    marks = trends.events(data, words)
    judged = len(headline.judged(shown))
    panels = tradeoff_charts.panels(data, words)
    people = max((panel.people for panel in panels), default=0)
    return {
        "tiles": shown,
        "findings": findings(data, words),
        "judged": judged,
        "alarms": words.percent(headline.chance_of_an_alarm(judged)),
        "ripe_note": _ripe_note(data, words),
        "panels": panels,
        "people": people,
        "chance": words.number(math.ceil(people * tradeoff.MISS_SHARE)),
        "trends": trends.trends(data, words, marks),
        "events": marks,
    }


def _ripe_note(data: Collected, words: Words) -> str:
    week = data.ripe[OUTCOME_DAYS]
    if week is None:
        return words("tile.no_ripe_note", days=OUTCOME_DAYS)
    return words("tile.ripe_note", days=OUTCOME_DAYS, week=words.week(week))


@dataclass(frozen=True)
class Said:
    verdict: str
    text: str


def findings(data: Collected, words: Words) -> list[Said]:
    """What was found, the weightiest first, each in a sentence; then how much did not change or is too young to say."""
    loud = [f for f in data.findings if f.verdict in NAMED or f.verdict == "seen"]
    groups = [list(group) for _, group in groupby(sorted_by_subject(loud), subject)]
    said = [Said(group[0].verdict, _sentence(data, words, group)) for group in groups[:SHORT]]
    judged = [f.verdict for f in data.findings if f.kind == "week"]
    for verdict, key in (("no_detectable_change", "finding.quiet"), ("too_few", "finding.young")):
        count = sum(given == verdict for given in judged)
        said += [Said(verdict, words.count(key, count))] if count else []
    return said


def subject(finding: Finding) -> tuple[str, ...]:
    """What a line of the main page is about: persons of one measure and side share theirs."""
    if finding.kind == "person":
        return finding.kind, finding.labels["measure"], finding.verdict
    return finding.kind, *finding.whom.values(), *finding.labels.values()


def sorted_by_subject(found: Sequence[Finding]) -> list[Finding]:
    """In the order of the first of each subject."""
    order = {subject(finding): place for place, finding in reversed(list(enumerate(found)))}
    return sorted(found, key=lambda finding: order[subject(finding)])


def _sentence(data: Collected, words: Words, group: Sequence[Finding]) -> str:
    if len(group) == 1:
        return sentence(words, group[0], data.catalogue, data.names)
    named = [f"{data.names[f.whom['agent']]} {figure(words, f.figures['adjusted'])}" for f in group]
    centre = figure(words, group[0].figures["centre"])
    return words(f"found.people_{group[0].labels['measure']}", people="; ".join(named), centre=centre)


def people_page(data: Collected, words: Words) -> Context:
    tables = {
        f"{d}_table": people.people_table(data, words, d) if people.keys(data, d) else None for d in ("team", "agent")
    }
    missing = [kpi.title[words.language] for kpi in people.missing_kpis(data)]
    listed = words.listed(missing) if missing else ""
    return tables | {
        "funnel": funnel_chart.funnel_chart(data, words),
        "whiskers": whiskers.whiskers(data, words),
        "missing": listed,
        "small_group": data.small_group,
    }


def service_page(data: Collected, words: Words) -> Context:
    return {
        "clock": half_hours.by_clock(data, words),
        "heat": half_hours.heatmap(data, words),
        "met": service.met_table(data, words),
        "met_lead": service.met_lead(data, words),
        "variants": service.variants_table(data, words),
        "answer_within": words.number(data.documents["settings"]["parameters"]["answer_within_s"]),
    }


def topics_page(data: Collected, words: Words) -> Context:
    week = data.ripe[OUTCOME_DAYS]
    lead = words("topics.lead", days=words.week(week)) if week else words("topics.lead_no_ripe")
    judged = data.week_of("pec_rate")
    lead += " " + words("topics.late", days=words.week(judged)) if judged and judged != data.week else ""
    tables = [topics.cut_table(data, words, dimension) for dimension in ("queue", "topic", "channel")]
    return {"lead": lead, "tables": [table for table in tables if table]}


def data_page(data: Collected, words: Words) -> Context:
    checks = data.documents["checks"]
    passed = sum(check["outcome"] == "passed" for check in checks)
    return {
        "sources": data_quality.source_table(data, words),
        "sum": data_quality.sum_sentence(data, words),
        "files": data_quality.file_table(data, words),
        "quarantine": data_quality.quarantine_table(data, words),
        "checks": data_quality.check_table(data, words, has_passed=False),
        "passed_checks": data_quality.check_table(data, words, has_passed=True),
        "passed": words("data.checks_passed", passed=words.number(passed), all=words.number(len(checks))),
        "has_broken": any(check["outcome"] == "broken" for check in checks),
        "coverage": data_quality.coverage_table(data, words),
    }
