"""What was done with one team: its people's changes beside those of the others."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.findings import before_after, changes
from pipeline.findings.centre import Centre, look
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Settings
from pipeline.statistics.before_after import change_apart
from tests.tables import publish

PEOPLE = ["a1", "a2", "a3", "b1", "b2", "b3", "b4"]
"""Three of the team a, to which something is done, and four of b."""


def rows_of(changes: list[float]) -> dict[str, list]:
    """Two rows before and two after of each of PEOPLE, who begin at levels of their own and change by so much."""
    found: dict[str, list] = {"outcome": [], "person": [], "stratum": [], "is_after": [], "is_touched": []}
    for level, (who, change) in enumerate(zip(PEOPLE, changes, strict=True)):
        for is_after in (False, False, True, True):
            row = (100 * level + change * is_after, who, "", is_after, who[0] == "a")
            for name, value in zip(found, row, strict=True):
                found[name].append(value)
    return found


def test_people_are_compared_with_themselves_and_their_changes_with_those_of_others() -> None:
    found = change_apart(**rows_of([8, 10, 12, 1, 2, 3, 4]))
    error = np.hypot((8 / 2) ** 0.5 / 3**0.5, (5 / 3) ** 0.5 / 4**0.5)
    assert found.value == pytest.approx(10 - 2.5)
    assert (found.low, found.high) == pytest.approx((7.5 - 4.302653 * error, 7.5 + 4.302653 * error), rel=1e-6)


def test_who_was_there_at_one_time_only_tells_of_no_change() -> None:
    rows = rows_of([8, 10, 12, 1, 2, 3, 4])
    once = {"outcome": 10_000, "person": "b5", "stratum": "", "is_after": True, "is_touched": False}
    found = change_apart(**{name: [*column, once[name]] for name, column in rows.items()})
    assert found.value == pytest.approx(7.5)


def test_two_people_are_not_enough() -> None:
    rows = rows_of([8, 10, 12, 1, 2, 3, 4])
    kept = [n for n, who in enumerate(rows["person"]) if who != "a3"]
    assert np.isnan(change_apart(**{name: [column[n] for n in kept] for name, column in rows.items()}).value)


def test_another_mix_of_matters_is_no_change() -> None:
    """Bills take 100 and cards 300; since then the team has more cards, and everybody takes as long as ever."""
    rows: list[tuple[float, str, str, bool, bool]] = []
    for who in PEOPLE:
        for is_after in (False, True):
            cards = 3 if who[0] == "a" and is_after else 1
            rows += [(100.0, who, "bill", is_after, who[0] == "a")] * (4 - cards)
            rows += [(300.0, who, "card", is_after, who[0] == "a")] * cards
    found = change_apart(*zip(*rows, strict=True))
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0), abs=1e-9)


def test_chance_is_called_a_change_on_one_page_in_twenty_at_most() -> None:
    rng, seen, tries = np.random.default_rng(1), 0, 400
    person = np.repeat(np.arange(20), 40)
    is_after = np.tile(np.arange(40) >= 20, 20)
    for _ in range(tries):
        share = 0.3 + rng.normal(0, 0.05, 20)[person] + rng.normal(0, 0.05, 20)[person] * is_after
        found = change_apart(rng.random(800) < share, person, np.zeros(800), is_after, person < 8)
        seen += found.low > 0 or found.high < 0
    assert seen / tries < 0.05 + 2 * (0.05 * 0.95 / tries) ** 0.5


MONDAY = datetime(2026, 5, 4)
EVENTS = """
kind   title             team  starts_at         ends_at
other  A target          a     2026-06-15 00:00  -
other  Stay <b> calm     a     2026-06-15 00:00  -
other  Only a day        a     2026-06-15 00:00  2026-06-16 00:00
other  Everybody         -     2026-06-15 00:00  -
other  Too new           b     2026-07-06 00:00  -
"""


def centre_of(folder: Path, events: str, changed: str = "a") -> Centre:
    """Ten weeks; from the seventh on, those of teams `changed` take 60 seconds less, give or take what tells people apart."""
    people = [*PEOPLE, *(f"c{n}" for n in range(1, 5) if "c" in changed)]
    agents = ["agent  name  team  valid_from", *(f"{who}  {who}  {who[0]}  2026-01-01" for who in people)]
    calls = ["call_id  customer_key  offered_at  talk_s  hold_s  wrap_s  outcome  agent  topic"]
    for week in range(10):
        for place, who in enumerate(people):
            for day in range(5):
                at = MONDAY + timedelta(weeks=week, days=day, hours=8 + place)
                talk = 300 + 10 * place + day - (60 + place) * (who[0] in changed and week >= 6)
                calls.append(
                    f"{who}-{week}-{day}  c{who}{week}{day}  {at:%Y-%m-%d %H:%M}  {talk}  0  0  answered  {who}  bill"
                )
    results = publish(folder, calls="\n".join(calls), agents="\n".join(agents), events=events)
    return look(results, Settings())


def test_what_was_done_with_a_team_is_told_with_what_it_changed(tmp_path: Path) -> None:
    """An event of a day, of everybody, or with a week since tells nothing; two of one day are told together."""
    centre = centre_of(tmp_path, EVENTS)
    [found] = before_after.find(centre)
    assert (found.whom, found.weeks, found.verdict) == ({"team": "a"}, ("2026-W25", "2026-W27"), "seen")
    handle, returned = found.figures["handle"], found.figures["returned"]
    assert handle.value == pytest.approx(-61, abs=0.5) and -65 < handle.low < handle.high < -57
    assert (returned.value, "warm" in found.figures) == (0, False)
    [event] = before_after.noted(centre)
    both = before_after._changed(event, "handle", before_after._compared(centre, event)["handle"], level=0.975)
    assert (handle.low, handle.high) == (both.low, both.high), (
        "as wide as makes the ranges of both figures hold at once"
    )
    assert (found.figures["people"].value, found.figures["others"].value) == (3, 4)
    said = sentence(Words("en"), found, centre.results.catalogue, {}, lambda dimension, key, name: name)
    assert said.startswith("A target; Stay &lt;b&gt; calm: a, against its own weeks before")
    assert "handle time −1:01 (−1:0" in said


def test_nothing_done_is_no_finding(tmp_path: Path) -> None:
    assert before_after.find(centre_of(tmp_path, EVENTS.replace("  a  ", "  -  "))) == []


ROLLED_OUT = """
kind   title     team  starts_at         ends_at
other  Training  a     2026-06-15 00:00  -
other  Training  {c}     {at} 00:00  -
"""


@pytest.mark.parametrize(("at", "others"), [("2026-06-15", 4), ("2026-06-29", 4), ("2026-01-15", 8)])
def test_a_team_with_which_something_was_done_meanwhile_is_not_compared_with(
    tmp_path: Path, at: str, others: int
) -> None:
    """b is left alone, c was trained too; what is as it has been for months is no change of c."""
    centre = centre_of(tmp_path, ROLLED_OUT.format(c="c", at=at), changed="ac")
    found = {f.whom["team"]: f for f in before_after.find(centre)}
    assert found["a"].figures["others"].value == others
    assert changes.events(centre, "2026-W25") == ["Training"]
    assert found["a"].figures["handle"].value == pytest.approx(-61 if others == 4 else -30, abs=5)


def test_where_every_team_was_touched_nobody_is_left_to_compare_with(tmp_path: Path) -> None:
    centre = centre_of(tmp_path, ROLLED_OUT.format(c="b", at="2026-06-15"), changed="ab")
    found = before_after.find(centre)
    assert [(f.whom["team"], f.verdict, set(f.figures)) for f in found] == [
        ("a", "untold", {"contacts"}),
        ("b", "untold", {"contacts"}),
    ]
    said = sentence(Words("en"), found[0], centre.results.catalogue, {}, lambda dimension, key, name: name)
    assert said.startswith("Training: a has nobody left to compare with")
