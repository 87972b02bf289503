"""A finding as a sentence of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from pipeline.findings.record import Figure, Finding
from pipeline.kpis import Catalogue
from pipeline.report.words import Words

SUMS = frozenset({"saved", "spent"})
"""Figures that add the time of many contacts up: said in minutes or hours, not as the length of one."""
CHANGE = "_change"
"""Ends the unit of a difference."""
BY_VERDICT = frozenset({"week"})
BY_MEASURE = frozenset({"person", "nobody", "nobody_else"})
"""Kinds worded by their verdict, or by what was measured; the others have a sentence for nothing detectable too, if any."""
QUIET = {"no_detectable_change": "finding.quiet", "too_few": "finding.young"}
"""Verdicts that name nothing, and how many figures have them, in words."""
MOVED = ("improved", "worsened", "changed")
"""Verdicts beside which it is told what is known to have happened in the week."""

Link = Callable[[str, str, str], str]
"""Dimension, key and name of what a sentence speaks of -> the name as a page shows it."""


@dataclass(frozen=True)
class Said:
    """A sentence, the verdict whose sign it bears, and the days it speaks of where it does not say them itself."""

    verdict: str
    text: str
    days: str = ""


def unlinked(dimension: str, key: str, name: str) -> str:
    return name


def sentence(
    words: Words, finding: Finding, catalogue: Catalogue, names: Mapping[str, str], link: Link | None = None
) -> str:
    """Plain text; markup where there is a `link`. Raises KeyError for a finding that the language has no words for."""
    filled, labels = _figures(words, finding), _labels(words, finding, catalogue)
    if slot := labels.get("slot"):
        labels["slot"] = (link or unlinked)("half_hour", finding.labels["slot"], slot)
    whom = Markup(", ").join(
        (link or unlinked)(name, key, _name(names, name, key)) for name, key in finding.whom.items()
    )
    rest = {**filled, **labels, **_asides(words, filled, labels), "week": words.week(finding.weeks[1])}
    parts = [words.marked(key(finding), **rest, whom=whom)]
    if (events := labels.get("events")) and finding.verdict in MOVED:
        parts.append(words.marked("found.events", events=events))
    if "days" in labels and "reason" not in labels:
        parts.append(words.marked("found.short_week", days=labels["days"], usual=labels["usual_days"]))
    text = Markup(" ").join(parts)
    return text if link else text.unescape()


def _figures(words: Words, finding: Finding) -> dict[str, str]:
    told = {
        name: words.time(part.value, part.low, part.high) if name in SUMS and part.unit == "s" else figure(words, part)
        for name, part in finding.figures.items()
        if name != "cost"
    }
    if target := finding.figures.get("target"):
        told["target"] = words.target(target.unit, target.value)
    cost = finding.figures.get("cost")
    return told | {"money": words("found.money", amount=words.number(cost.value), currency=cost.unit) if cost else ""}


def _labels(words: Words, finding: Finding, catalogue: Catalogue) -> dict[str, str]:
    told = dict(finding.labels)
    if "kpi" in told:
        told["kpi"] = catalogue[told["kpi"]].title[words.language]
    if finding.kind == "before_after":
        told["title"] = words.listed([_event(words, part) for part in finding.parts])
    if told.get("slot"):
        told["slot"] = half_hour(words, told["slot"])
    return told


def _event(words: Words, part: Mapping[str, str]) -> str:
    return words("found.event", title=part["title"], day=words.full_day(date.fromisoformat(part["day"])))


def half_hour(words: Words, slot: str) -> str:
    """Of the week: Monday 08:30."""
    weekday, clock = slot.split()
    return f"{words(f'clock.day_{weekday}')} {clock}"


def _asides(words: Words, filled: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Parts of a sentence that are said where they are known."""
    is_favourable = labels.get("bias") == "favourable"
    is_compared = {"handle", "usual"} <= filled.keys()
    return {
        "timed": words("found.timed", handle=filled["handle"], usual=filled["usual"]) if is_compared else "",
        "warmth": _warmth(words, filled, labels),
        "few_teams": words("found.few_teams") if labels.get("teams") == "few" else "",
        "quality": words(f"found.quality_{labels['quality']}") if "quality" in labels else "",
        "goal": _goal(words, filled["target"], labels) if "target" in filled else "",
        "pool": words("found.one_pool"),
        "favour": words("found.favourable") if is_favourable else "",
        "doubt": words("found.favourable_enough") if is_favourable else "",
    }


def _warmth(words: Words, filled: Mapping[str, str], labels: Mapping[str, str]) -> str:
    if labels.get("judged") == "by_others":
        return words("found.warmth_by_others")
    return words("found.warmth", warm=filled["warm"]) if "warm" in filled else ""


def _goal(words: Words, target: str, labels: Mapping[str, str]) -> str:
    return words(f"found.goal_{labels['goal']}" if "goal" in labels else "found.goal", target=target)


def _name(names: Mapping[str, str], dimension: str, key: str) -> str:
    return names.get(key, key) if dimension == "agent" else key


def said_of(
    words: Words, finding: Finding, catalogue: Catalogue, names: Mapping[str, str], link: Link | None = None
) -> Said:
    return Said(finding.verdict, sentence(words, finding, catalogue, names, link), days_of(words, finding))


def days_of(words: Words, finding: Finding) -> str:
    return "" if finding.kind in BY_VERDICT else words.weeks(list(finding.weeks))


def key(finding: Finding) -> str:
    if finding.kind == "week" and finding.labels.get("reason"):
        return f"found.week_untold_{finding.labels['reason']}"
    if finding.kind in BY_VERDICT:
        return f"found.{finding.kind}_{finding.verdict}"
    if finding.kind == "quarter":
        return f"found.quarter_{next(iter(finding.whom), 'centre')}_{finding.verdict}"
    if finding.kind == "topic" and "hours" not in finding.figures:
        return "found.topic_unmeasured"
    if finding.kind == "staffing" and finding.verdict != "seen":
        return "found.staffing_untold" if finding.verdict == "untold" else "found.staffing_enough"
    if finding.kind in BY_MEASURE:
        return f"found.{finding.kind}_{finding.labels['measure']}"
    if finding.kind == "before_after" and finding.verdict == "untold":
        return "found.before_after_alone"
    return f"found.{finding.kind}_none" if finding.verdict == "no_detectable_change" else f"found.{finding.kind}"


def figure(words: Words, part: Figure) -> str:
    """A figure, with its interval where it has one."""
    if part.unit.endswith(CHANGE):
        return _change(words, part, part.unit.removesuffix(CHANGE))
    text = words.figure(part.unit, part.value)
    if part.low is None or part.high is None:
        return text
    return words("found.interval", value=text, span=words.span(part.unit, part.low, part.high))


def _change(words: Words, part: Figure, unit: str) -> str:
    """A difference with its sign; the bounds of one between shares in points, whose name stands once."""
    value = words.difference(unit, part.value)
    if part.low is None or part.high is None:
        return value
    bound, scale = ("points", 100) if unit == "share" else (unit, 1)
    low, high = (words.difference(bound, limit * scale) for limit in (part.low, part.high))
    return words("found.from_to", value=value, low=low, high=high)
