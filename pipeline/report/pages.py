"""Collected figures -> the pages of one week in one language, as text by file name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline import zones
from pipeline.report import (
    cases,
    cut_page,
    data_quality,
    definitions,
    findings_page,
    funnel_chart,
    half_hours,
    pec,
    people,
    service,
    team_page,
    tickets,
    topics,
    trends,
    whiskers,
)
from pipeline.report.answers import part_of_week
from pipeline.report.charts import Chart
from pipeline.report.collect import Collected
from pipeline.report.main_page import main_page
from pipeline.report.subjects import Places, Subject
from pipeline.report.tables import Table, csv_text, rest_script
from pipeline.report.tiles import tile
from pipeline.report.words import Words
from pipeline.report.workbook import workbook

PAGES = ("index", "findings", "people", "cases", "pec", "service", "tickets", "topics", "data-quality", "definitions")
Context = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What a page shows: charts, tables and texts. `parent`: the page of the menu that it belongs to."""

    template: str
    parent: str
    heading: str
    context: Context


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
    made.filters["coded"] = coded
    return made


def coded(text: str) -> Markup:
    """As code what stands between backticks."""
    return Markup(re.sub("`(.*?)`", r"<code>\1</code>", str(escape(text))))


def render(template: str, context: Context) -> str:
    return environment().get_template(template).render(context)


def week_pages(data: Collected, words: Words, languages: Sequence[str], title: str) -> dict[str, str | bytes]:
    """File name -> content: the pages, a workbook of the tables of each, and a CSV for each table."""
    base = _base(data, words, languages, title)
    pages: dict[str, str | bytes] = {}
    for name, page in all_pages(data, words).items():
        tables = tables_of(page.context)
        around = {"page": name, "parent": page.parent, "heading": page.heading, "has_tables": bool(tables)}
        pages[f"{name}.html"] = render(f"{page.template}.html", base | page.context | around)
        pages |= {f"{table.id}.csv": csv_text(table, words) for table in tables}
        pages |= {f"{table.id}.js": rest_script(table) for table in tables if table.has_rest}
        pages |= {f"{name}.xlsx": workbook(tables, words)} if tables else {}
    return pages


def all_pages(data: Collected, words: Words) -> dict[str, Page]:
    """Every page by its name: those of the menu, then those of teams, queues and topics."""
    places = Places(data)
    menu = {name: Page(name, name, words(f"page.{name}"), shown) for name, shown in _menu(data, words, places).items()}
    return menu | {page.file: _subject(data, words, page) for page in places.subjects}


def _subject(data: Collected, words: Words, subject: Subject) -> Page:
    if subject.dimension == "team":
        heading = words("subject.team", name=subject.key) if subject.key else words("subject.no_team")
        heading += words("subject.part", part=subject.part) if subject.part > 1 else ""
        return Page("team", "people", heading, team_page.page(data, words, subject))
    heading = words(f"subject.{subject.dimension}", name=subject.key)
    return Page("cut", "topics", heading, cut_page.page(data, words, trends.events(data, words), subject))


def _menu(data: Collected, words: Words, places: Places) -> dict[str, Context]:
    return {
        "index": main_page(data, words, places),
        "findings": findings_page.page(data, words, places.link),
        "people": people_page(data, words, places),
        "cases": cases.page(data, words),
        "service": service_page(data, words),
        "pec": pec.page(data, words, places),
        "tickets": tickets.page(data, words),
        "topics": topics_page(data, words, places),
        "data-quality": data_page(data, words),
        "definitions": {
            "groups": definitions.groups(data, words),
            "parameters": definitions.parameters(data, words),
            "changes": definitions.changes(data, words),
        },
    }


def _base(data: Collected, words: Words, languages: Sequence[str], title: str) -> Context:
    return {
        "words": words,
        "language": words.language,
        "languages": languages,
        "pages": PAGES,
        "title": title or words("page.title"),
        "data": data,
        "week": data.week,
        "part_of_week": part_of_week(data, words),
        "definitions": definitions.definitions(data, words),
        "warnings": data_quality.warnings(data, words),
        "assets": "../../assets",
        "feed": f"../../feed-{words.language}.xml",
        "data_until": words.instant(data.until + zones.offset_at(data.timezone, data.until)),
    }


def tables_of(context: Context) -> list[Table]:
    """Every table of a page, those of its charts too."""
    items = [*_items(context), *(chart.table for chart in charts_of(context))]
    return list({item.id: item for item in items if isinstance(item, Table)}.values())


def charts_of(context: Context) -> list[Chart]:
    """Every chart of a page, those in panels too."""
    return [chart for item in _items(context) if isinstance(chart := getattr(item, "chart", item), Chart)]


def _items(context: Context) -> list[Any]:
    """What a page shows, lists of it unfolded."""
    return [item for value in context.values() for item in (value if isinstance(value, list) else [value])]


def people_page(data: Collected, words: Words, places: Places) -> Context:
    tables = {
        f"{d}_table": people.people_table(data, words, d, places) if people.keys(data, d) else None
        for d in ("team", "agent")
    }
    return tables | {
        "funnel": funnel_chart.funnel_chart(data, words),
        "whiskers": whiskers.whiskers(data, words),
        "doubt": people.doubt(data, words),
        "missing": people.missing(data, words),
        "small_group": data.small_group,
    }


def service_page(data: Collected, words: Words) -> Context:
    lead, of_letters = service.lead(data, words), service.letters_note(data, words)
    drawn = {"clock": half_hours.by_clock(data, words), "heat": half_hours.heatmap(data, words)}
    return {
        **{name: chart and chart.below(lead, of_letters) for name, chart in drawn.items()},
        "lead": lead,
        "is_called": service.is_called(data),
        "met": service.met_table(data, words),
        "met_lead": service.met_lead(data, words),
        **service.staffing(data, words),
        "tiles": [tile(data, words, name) for name in service.OPENING],
        "channels": service.channels_note(data, words),
        **service.unanswered(data, words),
        **service.other_figures(data, words),
        "variants": service.variants_table(data, words) if service.is_called(data) else None,
    }


def topics_page(data: Collected, words: Words, places: Places) -> Context:
    lead = topics.lead(data, words)
    judged = data.week_of("pec_rate")
    lead += " " + words("topics.late", days=words.week(judged)) if judged and judged != data.week else ""
    tables = [topics.cut_tables(data, words, dimension, places) for dimension in ("queue", "topic", "channel")]
    return {"lead": lead, "tables": [table for some in tables for table in some]}


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
