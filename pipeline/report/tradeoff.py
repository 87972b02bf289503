"""Speed against quality: agents and teams as points with their uncertainty, and words for the corners they stand in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.findings.centre import FEWEST
from pipeline.findings.record import NAMED
from pipeline.report import evaluators
from pipeline.report.collect import Collected
from pipeline.report.figures import known, row_of
from pipeline.report.words import Words

Side = Literal["low", "high", "unclear"]
MISS_SHARE = 0.05
"""Of intervals at 95 % that miss the truth."""
OF_TIME = frozenset({"effort"})
"""Kinds of quality that contain handle time: who is quick is low there too, whatever became of the matters."""

UNWORDED = "corner.unworded"


@dataclass(frozen=True)
class Point:
    """Somebody's speed and quality, each as (value, low, high), and the side of the middle lines each stands on.

    is_worded: a corner may be put in words. is_doubted: evaluators do not agree, so nobody is told apart by it. is_named: a
    finding names the person, who may be judged by the figures.
    """

    key: str
    name: str
    team: str
    is_team: bool
    x: tuple[float, float, float]
    y: tuple[float, float, float]
    sides: tuple[Side, Side]
    is_worded: bool = True
    is_doubted: bool = False
    is_named: bool = False

    @property
    def is_clear(self) -> bool:
        return "unclear" not in self.sides and not self.is_doubted

    @property
    def corner(self) -> str:
        """`low_high` and so on: handle time first, then the other; "unclear" when an interval crosses a line."""
        return "_".join(self.sides) if self.is_clear else "unclear"


def side(figure: tuple[float, float, float], middle: float) -> Side:
    """Where an interval lies of a line; one that touches it is not clearly anywhere."""
    _, low, high = figure
    return "high" if low > middle else "low" if high < middle else "unclear"


def points(data: Collected, kind: str, speed: str, quality: str) -> list[Point]:
    """Everybody who has both figures with their intervals, by name; agents before teams."""
    middles = (middle(data, speed), middle(data, quality))
    are_worded = {False: _are_people_worded(data, kind), True: _are_teams_worded(data, kind)}
    are_doubted = is_of_contact(kind) and evaluators.are_at_odds(data.warmth)
    named = {f.whom["agent"] for f in data.findings if f.kind == "person" and f.verdict in NAMED}
    found = []
    for is_team, frame, dimension in ((False, data.agents, "agent"), (True, data.teams, "team")):
        for key in sorted(frame[dimension].dropna().unique(), key=lambda k: data.names.get(k, k)):
            rows = [row_of(frame, name, **{dimension: key}) for name in (speed, quality)]
            pair = [_figure(row) for row in rows]
            if pair[0] and pair[1]:
                sides = (side(pair[0], middles[0]), side(pair[1], middles[1]))
                name, team = (key, key) if is_team else (data.names.get(key, key), data.team_of.get(key, ""))
                is_worded = are_worded[is_team] and (is_team or not is_of_contact(kind) or _is_enough(rows[1]))
                is_named = not is_team and key in named and (is_worded or not is_of_contact(kind))
                told = {"is_worded": is_worded, "is_doubted": are_doubted and not is_team, "is_named": is_named}
                found.append(Point(key, name, team, is_team, pair[0], pair[1], sides, **told))
    return found


def is_of_contact(kind: str) -> bool:
    return kind.endswith("pec")


def _are_people_worded(data: Collected, kind: str) -> bool:
    """Of human contact only where evaluators are known to agree."""
    return kind not in OF_TIME and (not is_of_contact(kind) or evaluators.are_agreed(data.warmth))


def _are_teams_worded(data: Collected, kind: str) -> bool:
    doubt = evaluators.doubt(data.warmth) if is_of_contact(kind) else None
    return kind not in OF_TIME and not (doubt and doubt.is_apart)


def _is_enough(row: Mapping[str, Any] | None) -> bool:
    """As many judged contacts as people are compared on."""
    return row is not None and known(row["n"]) and row["n"] >= FEWEST


def unworded(data: Collected, words: Words, kind: str, found: Sequence[Point]) -> str:
    """Why corners have no words; nothing where they have."""
    if all(point.is_worded for point in found):
        return ""
    if kind in OF_TIME:
        return words("tradeoff.of_time")
    if _are_people_worded(data, kind):
        return words("tradeoff.few_judged", n=words.number(FEWEST))
    whom = "people" if any(point.is_worded for point in found) else "anybody"
    return f"{evaluators.silence(words, data.warmth)} {words(f'tradeoff.not_of_{whom}')}"


def chance(words: Words, people: int) -> str:
    """How many of so many people would clear a line by chance, rounded up; nothing of nobody."""
    if not people:
        return ""
    expected = people * MISS_SHARE
    about = words("tradeoff.about", n=words.number(math.ceil(expected)))
    of = words.count("unit.of_people", people)
    return words("tradeoff.chance", of=of, n=about if expected >= 1 else words("tradeoff.under_one"))


def _figure(row: object) -> tuple[float, float, float] | None:
    if not isinstance(row, dict) or not all(known(row[part]) for part in ("value", "low", "high")):
        return None
    return float(row["value"]), float(row["low"]), float(row["high"])


def middle(data: Collected, name: str) -> float:
    row = row_of(data.centre, name)
    return float(row["value"]) if row else float("nan")


def corner_word(words: Words, kind: str, point: Point) -> str:
    if not point.is_clear and not point.is_doubted:
        return words("corner.unclear")
    return words(_corner(kind, point))


def _corner(kind: str, point: Point) -> str:
    return f"corner.{kind}_{point.corner}" if point.is_worded else UNWORDED


def teams(words: Words, kind: str, found: Sequence[Point]) -> str:
    """Which team stands clearly where, without a full stop."""
    shown = [point for point in found if point.is_team and point.is_worded]
    clear = [f"{point.name}: {corner_word(words, kind, point)}" for point in shown if point.is_clear]
    if not shown:
        return ""
    return words("tradeoff.teams", teams="; ".join(clear)) if clear else words("tradeoff.no_team")


def finding(words: Words, kind: str, found: Sequence[Point]) -> str:
    """How many people stand clearly in which corner; of teams alone, which of them."""
    people = [point for point in found if not point.is_team]
    if any(point.is_doubted for point in people):
        return words("tradeoff.untold")
    if not any(point.is_worded for point in people or found):
        return _beyond(words, people, found)
    if not people:
        return teams(words, kind, found)
    counted = Counter(_corner(kind, point) for point in people if point.is_clear)
    corners = sorted(counted, key=lambda corner: (corner == UNWORDED, corner))
    parts = [words("tradeoff.count", n=words.number(counted[corner]), corner=words(corner)) for corner in corners]
    total = words.count("unit.of_people", len(people))
    return (
        words("tradeoff.finding", people=total, corners="; ".join(parts))
        if parts
        else words("tradeoff.nobody_clear", people=total)
    )


def _beyond(words: Words, people: Sequence[Point], found: Sequence[Point]) -> str:
    """How many stand clearly anywhere, without words for it."""
    of = words.count("unit.of_people" if people else "unit.of_teams", len(people or found))
    clear = sum(point.is_clear for point in people or found)
    if not clear:
        return words("tradeoff.nobody_clear", people=of) if people else words("tradeoff.no_team")
    return words("tradeoff.beyond", of=of, n=words.number(clear))
