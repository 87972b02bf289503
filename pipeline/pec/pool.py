"""Who can judge: evaluators who are there, who is left out and why, and whose contacts are their own under whatever id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.errors import NoData
from pipeline.results import Results

SILENT_WEEKS = 8
"""Without a judgement for so long before the newest one of all, an evaluator is taken for gone."""
NOBODY_YET = "evaluator"
"""Stands on the sheets of a centre in which nobody has judged yet, until somebody writes a name."""


@dataclass(frozen=True)
class Pool:
    """`there`: evaluators to deal to. `left_out`: why not, by evaluator. `ids`: agents' ids by the evaluator whose they are."""

    there: list[str]
    left_out: dict[str, str]
    ids: dict[str, set[str]]


def pool_of(results: Results, asked: Sequence[str], day: date) -> Pool:
    """Those asked for, else those who have judged, who are there on the day of the work. Raises NoData where nobody is."""
    people, judged = results.document("agents"), _judged(results)
    whom = sorted(set(asked) or judged) or [NOBODY_YET]
    ids = {evaluator: ids_of(evaluator, people) for evaluator in whom}
    left_out = {} if asked else _silent(judged) | _unlisted(ids, people)
    left_out |= {who: why for who in whom if (why := _gone((p for p in people if p["agent"] in ids[who]), day))}
    there = [evaluator for evaluator in whom if evaluator not in left_out]
    if not there:
        said = "; ".join(f"{who} {why}" for who, why in left_out.items())
        raise NoData(f"nobody is there to judge: {said}; --evaluator names others")
    return Pool(there, left_out, ids)


def ids_of(evaluator: str, people: Iterable[dict[str, Any]]) -> set[str]:
    """The ids of agents that are this evaluator's: the same but for capitals, named so, or of the same name as one that is."""
    people = list(people)
    known = {_plain(evaluator)}
    known |= {_plain(p["name"]) for p in people if p["name"] and _plain(p["agent"]) == _plain(evaluator)}
    same = {p["agent"] for p in people if known & {_plain(p["agent"]), _plain(p["name"] or "")}}
    return {evaluator, *same}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _judged(results: Results) -> dict[str, date]:
    """When each evaluator judged last."""
    rows = results.frame(
        "select evaluator, cast(max(evaluated_at) as date) as last_on from fact_evaluations "
        "where evaluator is not null group by evaluator"
    )
    return {who: at.date() for who, at in zip(rows["evaluator"], rows["last_on"], strict=True)}


def _silent(judged: dict[str, date]) -> dict[str, str]:
    newest = max(judged.values(), default=date.min)
    long_ago = {who: on for who, on in judged.items() if newest - on > timedelta(weeks=SILENT_WEEKS)}
    return {who: f"has not judged since {on} (others until {newest})" for who, on in long_ago.items()}


def _unlisted(ids: dict[str, set[str]], people: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Where more than half of the evaluators stand in the agents' table, those who do not, or no more."""
    listed = {person["agent"] for person in people}
    unlisted = [who for who, own in ids.items() if not own & listed]
    return {} if 2 * len(unlisted) >= len(ids) else dict.fromkeys(unlisted, "is not in the agents' table")


def _gone(people: Iterable[dict[str, Any]], day: date) -> str:
    """Why who is in the agents' table, perhaps under several ids, is not there under any; else nothing."""
    ends = [person["until"] for person in people]
    return f"was there until {max(ends)}" if ends and all(ends) and max(ends) < day.isoformat() else ""
