"""The report for machines: report.json of a week, and the feed of all weeks."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as xml

from pipeline.report import evaluators
from pipeline.report.answers import in_short
from pipeline.report.collect import Collected
from pipeline.report.figures import known, row_of, series
from pipeline.report.said import sentence
from pipeline.report.service import UNANSWERED
from pipeline.report.tiles import headline, tile
from pipeline.report.words import LOCALES, Words

ATOM = "http://www.w3.org/2005/Atom"
TOLD = ("better", "next")
"""Answers that the feed gives: it is read by many and kept for long, so that it names nobody."""


def document(data: Collected) -> dict[str, Any]:
    """Headline figures and those of who got no answer, every finding in words of each language, and what they rest on. doubt: why
    figures of human contact say little of people."""
    return {
        "week": data.week,
        "timezone": data.timezone,
        "data_until": f"{data.until.isoformat()}Z",
        "is_simulated": data.is_simulated,
        "headline": [_headline(data, name) for group in headline(data).values() for name in group],
        "unanswered": [_headline(data, name) for name in UNANSWERED],
        "findings": [
            finding.document()
            | {"text": {lang: sentence(Words(lang), finding, data.catalogue, data.names) for lang in LOCALES}}
            for finding in data.findings
        ],
        "doubt": {lang: evaluators.warning(Words(lang), data.warmth) for lang in LOCALES},
        "in_short": {lang: _in_short(data, Words(lang)) for lang in LOCALES},
    }


def _in_short(data: Collected, words: Words) -> list[str]:
    """What the feed says of the week."""
    return [said.text for answer in in_short(data, words) if answer.question in TOLD for said in answer.said]


def as_text(content: dict[str, Any]) -> str:
    return json.dumps(_plain(content), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def _headline(data: Collected, name: str) -> dict[str, Any]:
    kpi, week = data.catalogue[name], data.week_of(name)
    row = row_of(data.of_cut(""), name, period=week) if week else None
    return {
        "kpi": name,
        "title": kpi.title,
        "meaning": kpi.meaning,
        "unit": kpi.unit,
        "definition": data.catalogue.definition(name),
        "week": week,
        "value": row["value"] if row and known(row["value"]) else None,
        "why": None if row and known(row["value"]) else {lang: tile(data, Words(lang), name).why for lang in LOCALES},
        "n": row["n"] if row else 0,
        "verdict": series(data, name, week).verdict if week else "too_few",
        "target": data.targets.get(name),
    }


def _plain(value: Any) -> Any:
    """JSON knows neither NaN nor infinity; nine digits, beyond which sums differ by the order of adding."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if not isinstance(value, float):
        return value
    return float(f"{value:.9g}") if math.isfinite(value) else None


def feed(weeks: list[dict[str, Any]], title: str, words: Words, places: Mapping[str, str]) -> str:
    """Atom of the weeks' documents, the newest first; `places` of their pages are relative to the feed's own."""
    root = xml.Element("feed", {"xmlns": ATOM, "xml:lang": words.language})
    identity = weeks[0]["warehouse"] if weeks else ""
    _add(root, "id", uuid5(NAMESPACE_URL, f"contact-quality {identity}").urn)
    _add(root, "title", title)
    _add(root, "updated", max((week["data_until"] for week in weeks), default="1970-01-01T00:00:00Z"))
    _add(xml.SubElement(root, "author"), "name", "contact-quality")
    for week in weeks:
        entry = xml.SubElement(root, "entry")
        _add(entry, "id", uuid5(NAMESPACE_URL, f"contact-quality {identity} {week['week']}").urn)
        _add(entry, "title", words("page.week", number=int(week["week"][-2:]), days=words.week(week["week"])))
        _add(entry, "updated", week["data_until"])
        xml.SubElement(entry, "link", {"href": places[week["week"]], "type": "text/html"})
        _add(entry, "summary", "\n".join(week.get("in_short", {}).get(words.language, [])))
    xml.indent(root)
    return xml.tostring(root, "unicode", xml_declaration=True) + "\n"


def _add(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, name).text = text
