"""Moods leave the warehouse as sums of at least five people, by the weeks of the site's zone; skills while they are confirmed."""

from pathlib import Path
from typing import Any

import pytest

from tests.tables import publish

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = "call_id  offered_at        talk_s  outcome   agent\na        2026-05-04 10:00  60      answered  ann"
ATTESTED = """
agent  skill  result  valid_from        valid_to
ann    loans  passed  2026-07-01 00:00  -
ann    loans  failed  2026-09-01 00:00  -
bob    loans  passed  2026-07-01 00:00  2026-08-01 00:00
bob    loans  failed  2026-09-01 00:00  -
cat    loans  failed  2026-07-01 00:00  -
cat    loans  passed  2026-09-01 00:00  -
dan    loans  passed  2026-07-01 00:00  2026-10-01 00:00
dan    cards  failed  2026-09-01 00:00  -
"""
PEOPLE = ("ann", "bob", "cat", "dan", "eve")
Answer = tuple[str, str, int]
"""Who, when, how many stars."""
ANSWERS: dict[str, tuple[list[Answer], list[tuple[str, int, float]]]] = {
    "one person on five days": ([("ann", f"2026-05-0{day} 10:00", 2) for day in range(4, 9)], []),
    "four people, five answers": ([*((who, "2026-05-04 10:00", 2) for who in PEOPLE[:4]), ("ann", "2026-05-05 10:00", 2)], []),
    "five people": ([(who, "2026-05-04 10:00", 2) for who in PEOPLE], [("2026-W19", 5, 2)]),
    "each counts once": (
        [*((who, "2026-05-04 10:00", 2) for who in PEOPLE), *(("ann", f"2026-05-0{day} 10:00", 2) for day in (5, 6)),
         ("eve", "2026-05-05 10:00", 4)],
        [("2026-W19", 5, 2.2)],
    ),
    "Monday in Zurich": ([(who, "2026-05-03 22:30", 3) for who in PEOPLE], [("2026-W19", 5, 3)]),
    "Sunday in Zurich": ([(who, "2026-05-03 21:30", 3) for who in PEOPLE], [("2026-W18", 5, 3)]),
}  # fmt: skip
"""Team -> its answers and (week, n, mean) of the first week that is published of it."""
TWO_WEEKS = [
    *((who, f"2026-05-{day} 10:00", score) for who, score in zip(PEOPLE, (2, 3, 3, 3, 4), strict=True) for day in ("04", "11")),
    ("ann", "2026-05-18 10:00", 1),
]  # fmt: skip


def test_a_skill_is_confirmed_until_it_is_attested_anew(tmp_path: Path) -> None:
    found = publish(tmp_path, calls=CALLS, skills=ATTESTED).document("skills")
    assert [(row["agent"], row["valid_from"][:10], row["valid_to"] and row["valid_to"][:10]) for row in found] == [
        ("ann", "2026-07-01", "2026-09-01"),
        ("bob", "2026-07-01", "2026-08-01"),
        ("cat", "2026-09-01", None),
        ("dan", "2026-07-01", "2026-10-01"),
    ]


def test_namesakes_are_told_apart_by_their_team_and_those_of_one_team_by_their_id(tmp_path: Path) -> None:
    agents = """
    agent  name          team   valid_from
    a1     Amelia_Patel  Sales  2026-01-01 00:00
    a2     Amelia_Patel  Tech   2026-01-01 00:00
    b1     Oscar_Green   Tech   2026-01-01 00:00
    b2     Oscar_Green   Tech   2026-01-01 00:00
    c1     Grace_Botha   -      2026-01-01 00:00
    c2     Grace_Botha   Sales  2026-01-01 00:00
    d1     Anna_Keller   Sales  2026-01-01 00:00
    """
    assert list(publish(tmp_path, calls=CALLS, agents=agents).names.values()) == [
        "Amelia_Patel (Sales)",
        "Amelia_Patel (Tech)",
        "Oscar_Green (Tech, b1)",
        "Oscar_Green (Tech, b2)",
        "Grace_Botha",
        "Grace_Botha (Sales)",
        "Anna_Keller",
    ]


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What is published of all teams."""
    agents, rows = ["agent  name  team  valid_from"], ["agent  answered_at  score"]
    teams = {team: answers for team, (answers, _) in ANSWERS.items()} | {"two weeks": TWO_WEEKS}
    for n, (team, answers) in enumerate(teams.items()):
        agents += [f"{who}{n}  {who}  {team}  2026-01-01 00:00" for who in PEOPLE]
        rows += [f"{who}{n}  {at}  {score}" for who, at, score in answers]
    folder = tmp_path_factory.mktemp("moods")
    results = publish(folder, "Europe/Zurich", calls=CALLS, agents="\n".join(agents), moods="\n".join(rows))
    published: list[dict[str, Any]] = results.document("moods")
    return published


@pytest.mark.parametrize("team", ANSWERS)
def test_only_five_people_together_say_how_the_week_was(moods: list[dict[str, Any]], team: str) -> None:
    """Of the week itself; it also counts in the three that follow."""
    found = [(row["week"], row["n"], row["total"] / row["n"]) for row in moods if row["team"] == team]
    assert found[:1] == ANSWERS[team][1] and len(found) in (0, 4)


def test_four_weeks_know_how_many_people_answered_and_how_far_they_lie_apart(moods: list[dict[str, Any]]) -> None:
    """Five people in two weeks, ann once more in a week of her own: that one counts nowhere, or a difference would tell hers."""
    found = [row for row in moods if row["team"] == "two weeks"]
    columns = ["week", "n", "people", "total", "spread"]
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("2026-W19", 5, 5, 15, 2),
        *((f"2026-W{week}", 10, 5, 30, 8) for week in (20, 21, 22)),
        ("2026-W23", 5, 5, 15, 2),
    ]
    assert {name for row in found for name in row} == {"team", *columns}
