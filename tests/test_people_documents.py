"""Moods leave the warehouse as means of at least five people, by the weeks of the site's zone."""

from pathlib import Path

import pytest

from tests.tables import publish

CALLS = "call_id  offered_at        talk_s  outcome   agent\na        2026-05-04 10:00  60      answered  ann"
PEOPLE = ("ann", "bob", "cat", "dan", "eve")
AGENTS = "\n".join(["agent  name  team  valid_from", *(f"{who}  {who}  Red  2026-01-01 00:00" for who in PEOPLE)])


def moods(folder: Path, *answers: tuple[str, str, int]) -> list[tuple[object, ...]]:
    """(week, team, n, mean) of what is published of answers (agent, instant, score)."""
    rows = ["agent  answered_at  score", *(f"{who}  {at}  {score}" for who, at, score in answers)]
    results = publish(folder, "Europe/Zurich", calls=CALLS, agents=AGENTS, moods="\n".join(rows))
    return [(row["week"], row["team"], row["n"], row["total"] / row["n"]) for row in results.document("moods")]


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
    assert moods(tmp_path, *answers) == published
