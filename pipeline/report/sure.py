"""How sure the answers of the first screen are: what verdicts and ranges are held to, and what would have been seen."""

from __future__ import annotations

from pipeline.findings.record import NAMED
from pipeline.report import evaluators
from pipeline.report.collect import Collected
from pipeline.report.figures import RESOLUTION, SPEED, title
from pipeline.report.said import Said
from pipeline.report.tiles import choose
from pipeline.report.words import Words

MARGINS = ("service_level", SPEED, "pec_rate", RESOLUTION, "repeat_7d")
"""Figures of which it is said how large a lone change would have been named in half of the cases."""
SLOPES = frozenset({"slope", "slope_turns", "price", "warmth_when_busy"})
"""Kinds of findings whose ranges are of RELATIONS_LEVEL."""


def sure(data: Collected, words: Words) -> list[Said]:
    """What the verdicts are held to, and how large a lone change of the week would have been named in half of the cases."""
    margins = [margin for names in MARGINS if (margin := _margin(data, words, choose(data, names)))]
    told = [_held(data, words), reason_to_ask(data, words)]
    told += [words("answer.margins", margins="; ".join(margins))] if margins else []
    doubts = (evaluators.warning(words, data.warmth), evaluators.chosen(words, data.warmth))
    return [Said("seen", text) for text in (*told, *doubts) if text]


def reason_to_ask(data: Collected, words: Words) -> str:
    """That what is said of a person is no verdict; nothing where nobody is named."""
    are_named = any("agent" in f.whom and f.verdict in NAMED for f in data.findings)
    return words("answer.ask") if are_named else ""


def _held(data: Collected, words: Words) -> str:
    """The level of the verdicts, and of the ranges that this week has."""
    ranged = {f.kind for f in data.findings if f.verdict != "untold"}
    return words("answer.held", slopes=words("answer.held_slopes") if ranged & SLOPES else "")


def _margin(data: Collected, words: Words, name: str) -> str:
    """Half the range beyond which the week would have been named, though nothing else changed; nothing for what is not judged."""
    found = next((f for f in data.findings if f.kind == "week" and f.labels["kpi"] == name), None)
    expected = found and found.figures.get("unnamed")
    if not expected or expected.low is None or expected.high is None:
        return ""
    half = words.difference(expected.unit, (expected.high - expected.low) / 2).lstrip("+")
    return words("answer.margin", kpi=title(words, data.catalogue[name]), half=half)
