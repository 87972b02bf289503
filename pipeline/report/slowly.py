"""What moved within a quarter, in sentences: figures of the centre, better or worse, and teams that went ways of their own."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipeline.findings.record import Finding, Verdict
from pipeline.report.collect import Collected
from pipeline.report.figures import title
from pipeline.report.said import Link, Said, figure, unlinked
from pipeline.report.words import Words

VERDICTS: tuple[Verdict, ...] = ("worsened", "improved", "changed")
PART_OF = {"talk_mean": "aht"}
"""Figures that say nothing more beside the one that holds them."""
FIGURES = TEAMS = 3
"""Named in a sentence."""


def moved(data: Collected) -> list[Finding]:
    """Of the centre, without what is part of another that is named."""
    found = [f for f in data.findings if f.kind == "quarter" and not f.whom]
    named = {f.labels["kpi"] for f in found}
    return [f for f in found if PART_OF.get(f.labels["kpi"]) not in named]


def centre(data: Collected, words: Words) -> list[Said]:
    found = {verdict: [f for f in moved(data) if f.verdict == verdict] for verdict in VERDICTS}
    return [
        Said(verdict, words(f"answer.slow_{verdict}", figures=_figures(data, words, own)), _days(words, own))
        for verdict, own in found.items()
        if own
    ]


def teams(data: Collected, words: Words, link: Link | None) -> list[Said]:
    found = [f for f in data.findings if f.kind == "quarter" and f.whom]
    places = [*dict.fromkeys(f.whom["team"] for f in found)]
    named = [_team(data, words, link, team, [f for f in found if f.whom["team"] == team]) for team in places[:TEAMS]]
    if rest := len(places) - len(named):
        named.append(Markup.escape(words.count("answer.more", rest)))
    text = words.marked("answer.team_moved", teams=Markup("; ").join(named))
    return [Said("changed", text if link else text.unescape(), _days(words, found))] if named else []


def _team(data: Collected, words: Words, link: Link | None, team: str, own: Sequence[Finding]) -> Markup:
    called = (link or unlinked)("team", team, team)
    return words.marked("answer.team", team=called, figures=_figures(data, words, own))


def _figures(data: Collected, words: Words, found: Sequence[Finding]) -> str:
    told = [_then(data, words, f) for f in found[:FIGURES]]
    if rest := len(found) - len(told):
        told.append(words.count("answer.more", rest))
    return "; ".join(told)


def _then(data: Collected, words: Words, finding: Finding) -> str:
    levels = {name: figure(words, finding.figures[name]) for name in ("now", "before")}
    return words("answer.then", kpi=title(words, data.catalogue[finding.labels["kpi"]]), **levels)


def _days(words: Words, found: Sequence[Finding]) -> str:
    return words.weeks([min(f.weeks[0] for f in found), max(f.weeks[1] for f in found)]) if found else ""
