"""A finding as a sentence of one language."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.findings.record import Figure, Finding
from pipeline.kpis import Catalogue
from pipeline.report.words import Words

BY_VERDICT = frozenset({"week"})
BY_MEASURE = frozenset({"person", "nobody", "nobody_else"})
"""Kinds worded by their verdict, or by what was measured; the others have a sentence for nothing detectable too, if any."""


def sentence(words: Words, finding: Finding, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    """Raises KeyError for a finding that the language has no words for."""
    filled = {name: figure(words, part) for name, part in finding.figures.items() if name != "cost"}
    if (target := finding.figures.get("target")) and target.unit == "share":
        filled["target"] = words.percent(target.value, int(round(target.value, 2) != round(target.value, 3)))
    labels = dict(finding.labels)
    if "kpi" in labels:
        labels["kpi"] = catalogue[labels["kpi"]].title[words.language]
    if labels.get("slot"):
        weekday, clock = labels["slot"].split()
        labels["slot"] = f"{words(f'clock.day_{weekday}')} {clock}"
    whom = ", ".join(names.get(value, value) if name == "agent" else value for name, value in finding.whom.items())
    cost = finding.figures.get("cost")
    money = words("found.money", amount=words.number(cost.value), currency=cost.unit) if cost else ""
    text = words(key(finding), **filled, money=money, **labels, whom=whom, week=words.week(finding.weeks[1]))
    events = labels.get("events")
    return f"{text} {words('found.events', events=events)}" if events and finding.verdict in MOVED else text


MOVED = ("improved", "worsened", "changed")


def key(finding: Finding) -> str:
    if finding.kind in BY_VERDICT:
        return f"found.{finding.kind}_{finding.verdict}"
    if finding.kind in BY_MEASURE:
        return f"found.{finding.kind}_{finding.labels['measure']}"
    return f"found.{finding.kind}_none" if finding.verdict == "no_detectable_change" else f"found.{finding.kind}"


def figure(words: Words, part: Figure) -> str:
    """A figure, with its interval where it has one."""
    if part.unit == "share_change":
        if part.low is None or part.high is None:
            return words.difference("share", part.value)
        low, high = (words.difference("points", bound * 100) for bound in (part.low, part.high))
        return words("found.from_to", value=words.difference("share", part.value), low=low, high=high)
    text = words.figure(part.unit, part.value)
    if part.low is None or part.high is None:
        return text
    return words("found.interval", value=text, span=words.span(part.unit, part.low, part.high))
