"""Moods leave the warehouse as sums of at least five people, by the weeks of the site's zone."""

from pathlib import Path
from typing import Any

import pytest

from tests.tables import publish

CALLS = "call_id  offered_at        talk_s  outcome   agent\na        2026-05-04 10:00  60      answered  ann"
PEOPLE = ("ann", "bob", "cat", "dan", "eve")
AGENTS = "\n".join(["agent  name  team  valid_from", *(f"{who}  {who}  Red  2026-01-01 00:00" for who in PEOPLE)])


def moods(folder: Path, *answers: tuple[str, str, int]) -> list[dict[str, Any]]:
    """What is published of answers (agent, instant, score)."""
    rows = ["agent  answered_at  score", *(f"{who}  {at}  {score}" for who, at, score in answers)]
    results = publish(folder, "Europe/Zurich", calls=CALLS, agents=AGENTS, moods="\n".join(rows))
    published: list[dict[str, Any]] = results.document("moods")
    return published


@pytest.mark.parametrize(
    ("answers", "published"),
    [
        ([("ann", f"2026-05-0{day} 10:00", 2) for day in range(4, 9)], []),
        ([*((who, "2026-05-04 10:00", 2) for who in PEOPLE[:4]), ("ann", "2026-05-05 10:00", 2)], []),
        ([(who, "2026-05-04 10:00", 2) for who in PEOPLE], [("2026-W19", "Red", 5, 2)]),
        (
            [*((who, "2026-05-04 10:00", 2) for who in PEOPLE), *(("ann", f"2026-05-0{day} 10:00", 2) for day in (5, 6)),
             ("eve", "2026-05-05 10:00", 4)],
            [("2026-W19", "Red", 5, 2.2)],
        ),
        ([(who, "2026-05-03 22:30", 3) for who in PEOPLE], [("2026-W19", "Red", 5, 3)]),
        ([(who, "2026-05-03 21:30", 3) for who in PEOPLE], [("2026-W18", "Red", 5, 3)]),
    ],
    ids=["one person on five days", "four people, five answers", "five people", "each counts once", "Monday in Zurich", "Sunday in Zurich"],
)  # fmt: skip
def test_only_five_people_together_say_how_the_week_was(
    tmp_path: Path, answers: list[tuple[str, str, int]], published: list[tuple[object, ...]]
) -> None:
    """(week, team, n, mean) of the week itself; it also counts in the three that follow."""
    found = [(row["week"], row["team"], row["n"], row["total"] / row["n"]) for row in moods(tmp_path, *answers)]
    assert found[:1] == published and len(found) in (0, 4)


def test_four_weeks_know_how_many_people_answered_and_how_far_they_lie_apart(tmp_path: Path) -> None:
    """Five people in two weeks, ann once more in a week of her own: that one counts nowhere, or a difference would tell hers."""
    own = zip(PEOPLE, (2, 3, 3, 3, 4), strict=True)
    twice = [(who, f"2026-05-{day} 10:00", score) for who, score in own for day in ("04", "11")]
    found = moods(tmp_path, *twice, ("ann", "2026-05-18 10:00", 1))
    columns = ["week", "n", "people", "total", "spread"]
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("2026-W19", 5, 5, 15, 2),
        *((f"2026-W{week}", 10, 5, 30, 8) for week in (20, 21, 22)),
        ("2026-W23", 5, 5, 15, 2),
    ]
    assert {name for row in found for name in row} == {"team", *columns}
