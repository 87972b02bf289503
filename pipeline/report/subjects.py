"""What has a page of its own, and where on the pages each team, person, queue, topic and half-hour is found."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from pipeline.report.collect import Collected
from pipeline.report.figures import known
from pipeline.report.people import keys

MOST = 40
"""Queues, and topics, that have pages: those with most contacts. The others are rows of a table."""
TOGETHER = 40
"""People on one page."""
LETTERS = 40
"""Of a name in the name of a file."""
SHORT = "service.html#short"
"""Where the half-hours stand that are short of people."""


@dataclass(frozen=True)
class Subject:
    """A page: of a queue, of a topic, or of a team with `people` of it (their ids); a team "" is people without one."""

    dimension: str
    key: str
    file: str
    people: tuple[str, ...] = ()
    part: int = 1

    @property
    def anchors(self) -> dict[str, str]:
        """Of each person on the page."""
        return file_names("person", self.people)


def subjects(data: Collected) -> list[Subject]:
    """Every page there is, teams first, each kind by name."""
    return [*_teams(data), *(page for dimension in ("queue", "topic") for page in _cuts(data, dimension))]


def _teams(data: Collected) -> list[Subject]:
    """Teams and whoever of their people has figures; a large team fills several pages."""
    members: dict[str, list[str]] = {team: [] for team in keys(data, "team")}
    for agent in keys(data, "agent"):
        members.setdefault(data.team_of.get(agent, ""), []).append(agent)
    named = file_names("team", list(members))
    return [
        Subject("team", team, named[team] if part == 1 else f"{named[team]}.{part}", tuple(people), part)
        for team, everybody in members.items()
        for part, people in enumerate(_pages(everybody), 1)
    ]


def _pages(people: Sequence[str]) -> list[Sequence[str]]:
    return [people[first : first + TOGETHER] for first in range(0, max(len(people), 1), TOGETHER)]


def _cuts(data: Collected, dimension: str) -> list[Subject]:
    frame = data.of_cut(dimension)
    rows = frame[(frame["period"] == data.week) & frame[dimension].notna()]
    size = rows.groupby(dimension)["n"].max().sort_values(ascending=False, kind="stable")
    chosen = sorted(str(key) for key in size.index[:MOST])
    named = file_names(dimension, chosen)
    return [Subject(dimension, key, named[key]) for key in chosen]


def file_names(dimension: str, names: Sequence[str]) -> dict[str, str]:
    """Name -> file name without its ending, or an anchor: the letters of the name; alike ones are told by a digest."""
    short = {name: "-".join(re.findall(r"[^\W_]+", name.casefold()))[:LETTERS] or "other" for name in names}
    alike = Counter(short.values())
    return {
        name: f"{dimension}-{text}" + (f"-{hashlib.sha256(name.encode()).hexdigest()[:8]}" if alike[text] > 1 else "")
        for name, text in short.items()
    }


class Places:
    """Where each is found; nothing for what has no page."""

    def __init__(self, data: Collected) -> None:
        self.subjects = subjects(data)
        short = (part["slot"] for finding in data.findings if finding.kind == "staffing" for part in finding.parts)
        self._found: dict[tuple[str, str], str] = {("half_hour", slot): SHORT for slot in short}
        for page in self.subjects:
            self._found.setdefault((page.dimension, page.key), f"{quote(page.file)}.html")
            for agent, anchor in page.anchors.items():
                self._found["agent", agent] = f"{quote(page.file)}.html#{quote(anchor)}"

    def __call__(self, dimension: str, key: object) -> str:
        return self._found.get((dimension, str(key)), "") if known(key) else ""

    def link(self, dimension: str, key: str, text: str) -> str:
        """The text, as a link where there is a page."""
        place = self(dimension, key)
        return Markup('<a href="{}">{}</a>').format(place, text) if place else text
