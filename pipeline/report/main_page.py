"""The first page of a week: what was found in a few sentences, tiles, speed beside quality, trends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipeline.findings.record import NAMED, Finding
from pipeline.report import monday, tradeoff, tradeoff_charts, trends
from pipeline.report import tiles as headline
from pipeline.report.collect import OUTCOME_DAYS, Collected
from pipeline.report.said import figure, sentence
from pipeline.report.words import Words

SHORT = 12
"""Findings on the main page; the rest are on their own."""


def main_page(data: Collected, words: Words) -> dict[str, Any]:
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
        **monday.monday(data, words),
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
