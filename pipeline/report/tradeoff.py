"""Speed against quality: agents and teams as points with their uncertainty, and words for the corners they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True)
class Point:
    """Somebody's speed and quality, each as (value, low, high), and the side of the middle lines each stands on.

    is_worded: a corner may be put in words. is_named: a finding names the person.
    """

    key: str
    name: str
    team: str
    is_team: bool
    x: tuple[float, float, float]
    y: tuple[float, float, float]
    sides: tuple[Side, Side]
    is_worded: bool = True
    is_named: bool = False

    @property
    def is_clear(self) -> bool:
        return "unclear" not in self.sides

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
    doubt = evaluators.doubt(data.warmth) if is_of_contact(kind) else None
    named = {f.whom["agent"] for f in data.findings if f.kind == "person" and f.verdict in NAMED}
    found = []
    for is_team, frame, dimension in ((False, data.agents, "agent"), (True, data.teams, "team")):
        for key in sorted(frame[dimension].dropna().unique(), key=lambda k: data.names.get(k, k)):
            pair = [_figure(row_of(frame, name, **{dimension: key})) for name in (speed, quality)]
            if pair[0] and pair[1]:
                sides = (side(pair[0], middles[0]), side(pair[1], middles[1]))
                name, team = (key, key) if is_team else (data.names.get(key, key), data.team_of.get(key, ""))
                is_worded = kind not in OF_TIME and (not doubt or (is_team and not doubt.is_apart))
                is_named = not is_team and key in named
                found.append(Point(key, name, team, is_team, pair[0], pair[1], sides, is_worded, is_named))
    return found


def is_of_contact(kind: str) -> bool:
    return kind.endswith("pec")


def unworded(data: Collected, words: Words, kind: str, found: Sequence[Point]) -> str:
    """Why corners have no words; nothing where they have."""
    if all(point.is_worded for point in found):
        return ""
    if kind in OF_TIME:
        return words("tradeoff.of_time")
    whom = "people" if any(point.is_worded for point in found) else "anybody"
    return f"{evaluators.warning(words, data.warmth)} {words(f'tradeoff.not_of_{whom}')}"


def _figure(row: object) -> tuple[float, float, float] | None:
    if not isinstance(row, dict) or not all(known(row[part]) for part in ("value", "low", "high")):
        return None
    return float(row["value"]), float(row["low"]), float(row["high"])


def middle(data: Collected, name: str) -> float:
    row = row_of(data.centre, name)
    return float(row["value"]) if row else float("nan")


def corner_word(words: Words, kind: str, point: Point) -> str:
    if not point.is_clear:
        return words("corner.unclear")
    return words(f"corner.{kind}_{point.corner}" if point.is_worded else "corner.unworded")


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
    if not all(point.is_worded for point in people or found):
        return _beyond(words, people, found)
    if not people:
        return teams(words, kind, found)
    counted = Counter(point.corner for point in people if point.is_clear)
    parts = [
        words("tradeoff.count", n=words.number(n), corner=words(f"corner.{kind}_{corner}"))
        for corner, n in sorted(counted.items())
    ]
    total = words.count("unit.of_people", len(people))
    return (
        words("tradeoff.finding", people=total, corners="; ".join(parts))
        if parts
        else words("tradeoff.nobody_clear", people=total)
    )


def _beyond(words: Words, people: Sequence[Point], found: Sequence[Point]) -> str:
    """How many stand clearly anywhere, without words for it."""
    of = words.count("unit.of_people" if people else "unit.of_teams", len(people or found))
    return words("tradeoff.beyond", of=of, n=words.number(sum(point.is_clear for point in people or found)))
