"""What was done with one team: its people's changes beside those of the others."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from pipeline.findings import before_after, changes
from pipeline.findings.centre import Centre
from pipeline.findings.look import look
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Settings
from pipeline.statistics.before_after import _evened, change_apart
from tests.tables import publish

pytestmark = pytest.mark.usefixtures("facts_alone")

PEOPLE = ["a1", "a2", "a3", "b1", "b2", "b3", "b4"]
"""Three of the team a, to which something is done, and four of b."""


def rows_of(changes: list[float]) -> dict[str, list]:
    """Two rows before and two after of each of PEOPLE, who begin at levels of their own and change by so much."""
    found: dict[str, list] = {"outcome": [], "person": [], "team": [], "stratum": [], "is_after": []}
    for level, (who, change) in enumerate(zip(PEOPLE, changes, strict=True)):
        for is_after in (False, False, True, True):
            row = (100 * level + change * is_after, who, who[0], "", is_after)
            for name, value in zip(found, row, strict=True):
                found[name].append(value)
    return found


def test_people_are_compared_with_themselves_and_their_changes_with_those_of_others() -> None:
    found = change_apart(**rows_of([8, 10, 12, 1, 2, 3, 4]), touched="a")
    error = np.hypot((8 / 2) ** 0.5 / 3**0.5, (5 / 3) ** 0.5 / 4**0.5)
    assert found.value == pytest.approx(10 - 2.5)
    assert (found.low, found.high) == pytest.approx((7.5 - 4.302653 * error, 7.5 + 4.302653 * error), rel=1e-6)


def test_the_error_of_a_team_that_one_person_bears_is_that_of_leaving_each_out() -> None:
    """a1 has ten times the rows of a2 and a3; the four of b have as many each."""
    changes, rows = np.array([8.0, 14, 2, 1, 2, 3, 4]), rows_of([8, 14, 2, 1, 2, 3, 4])
    times = [10 if who == "a1" else 1 for who in rows["person"]]
    found = change_apart(**{name: np.repeat(column, times) for name, column in rows.items()}, touched="a")
    own, weights = changes[:3], np.array([10, 1, 1])
    without = [np.average(np.delete(own, n), weights=np.delete(weights, n)) for n in range(3)]
    mean = np.average(own, weights=weights)
    error = np.hypot((2 / 3 * sum((one - mean) ** 2 for one in without)) ** 0.5, (5 / 3 / 4) ** 0.5)
    assert (found.value, found.high - found.value) == pytest.approx((mean - 2.5, 4.302653 * error), rel=1e-6)


def test_who_was_there_at_one_time_only_tells_of_no_change() -> None:
    rows = rows_of([8, 10, 12, 1, 2, 3, 4])
    once = {"outcome": 10_000, "person": "b5", "team": "b", "stratum": "", "is_after": True}
    found = change_apart(**{name: [*column, once[name]] for name, column in rows.items()}, touched="a")
    assert found.value == pytest.approx(7.5)


def test_two_people_are_not_enough() -> None:
    rows = rows_of([8, 10, 12, 1, 2, 3, 4])
    kept = [n for n, who in enumerate(rows["person"]) if who != "a3"]
    assert np.isnan(
        change_apart(**{name: [column[n] for n in kept] for name, column in rows.items()}, touched="a").value
    )


def test_another_mix_of_matters_is_no_change() -> None:
    """Bills take 100 and cards 300; since then the team has more cards, and everybody takes as long as ever."""
    rows: list[tuple[float, str, str, str, bool]] = []
    for who in PEOPLE:
        for is_after in (False, True):
            cards = 3 if who[0] == "a" and is_after else 1
            rows += [(100.0, who, who[0], "bill", is_after)] * (4 - cards)
            rows += [(300.0, who, who[0], "card", is_after)] * cards
    found = change_apart(*zip(*rows, strict=True), touched="a")
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0), abs=1e-9)


def test_more_of_what_slow_people_do_is_no_change_of_theirs() -> None:
    """The team takes 50 longer than others whatever the matter, has most of the cards, and since then more of them."""
    rows: list[tuple[float, str, str, str, bool]] = []
    for who in PEOPLE:
        for is_after in (False, True):
            own, cards = 50.0 * (who[0] == "a"), (30 if is_after else 20) if who[0] == "a" else 4
            rows += [(100.0 + own, who, who[0], "bill", is_after)] * (40 - cards)
            rows += [(300.0 + own, who, who[0], "card", is_after)] * cards
    found = change_apart(*zip(*rows, strict=True), touched="a")
    assert abs(found.value) < 1, "by means of cards and bills the team would be quicker by 8"


def test_chance_is_called_a_change_on_one_page_in_twenty_at_most() -> None:
    rng, seen, tries = np.random.default_rng(1), 0, 400
    person = np.repeat(np.arange(20), 40)
    is_after = np.tile(np.arange(40) >= 20, 20)
    for _ in range(tries):
        share = 0.3 + rng.normal(0, 0.05, 20)[person] + rng.normal(0, 0.05, 20)[person] * is_after
        found = change_apart(rng.random(800) < share, person, person < 8, np.zeros(800), is_after, "True")
        seen += found.low > 0 or found.high < 0
    assert seen / tries < 0.05 + 2 * (0.05 * 0.95 / tries) ** 0.5


def pages_seen(effect: float, shock: float, pages: int = 200) -> float:
    """Share of pages that see a change in one of five teams of six, whose people take 300 give or take 20, each of them and each
    team with changes of its own."""
    rng, seen = np.random.default_rng(2), 0
    person = np.repeat(np.arange(30), 20)
    is_after = np.tile(np.arange(20) >= 10, 30)
    for _ in range(pages):
        own = rng.normal(0, 5, 30)[person] + rng.normal(0, shock, 5)[person % 5] + effect * (person % 5 == 0)
        y = 300 + rng.normal(0, 20, 600) + own * is_after
        found = change_apart(y, person, person % 5, np.zeros(600), is_after, "0")
        seen += found.low > 0 or found.high < 0
    return seen / pages


def test_what_befalls_a_team_as_a_whole_is_no_effect() -> None:
    """Teams that change by ten, more or less, whatever is done; an effect is found all the same, without that more often."""
    assert pages_seen(effect=0, shock=10) < 0.09
    assert pages_seen(effect=0, shock=0) < 0.06
    assert pages_seen(effect=-40, shock=10) > 0.5
    assert pages_seen(effect=-30, shock=0) > 0.95


def once_before_and_after(changes: dict[str, list[int]]) -> list[tuple[float, str, str, str, bool]]:
    """Of each person of each team a row of 0 before and a row of the change after."""
    return [
        (float(change * is_after), f"{team}{n}", team, "", is_after)
        for team, of in changes.items()
        for n, change in enumerate(of)
        for is_after in (False, True)
    ]


def test_limits_follow_how_much_teams_differ_and_so_their_degrees_of_freedom() -> None:
    """Four other teams changed by -3, -1, 1 and 3, of people who are all alike; the team's own people by 9, 10 and 11."""
    changes = {"a": [9, 10, 11]} | {team: [by] * 3 for team, by in zip("bcde", (-3, -1, 1, 3), strict=True)}
    found = change_apart(*zip(*once_before_and_after(changes), strict=True), touched="a")
    own, between = 1 / 3, 20 / 3
    degrees = (own + 1.25 * between) ** 2 / (own**2 / 2 + (1.25 * between) ** 2 / 3)
    half = special.stdtrit(degrees, 0.975) * (own + 1.25 * between) ** 0.5
    assert (found.value, found.low, found.high, found.teams) == pytest.approx((10, 10 - half, 10 + half, 4))


@pytest.mark.parametrize(("others", "teams"), [("bcd", 3), ("bc", 0)])
def test_two_other_teams_do_not_show_how_teams_differ(others: str, teams: int) -> None:
    changes = {"a": [9, 10, 11]} | {team: [1, 2, 3] for team in others} | {"z": [1, 2]}
    assert change_apart(*zip(*once_before_and_after(changes), strict=True), touched="a").teams == teams


@pytest.mark.parametrize(("times", "left"), [(1, -20.0), (100, -0.49)])
def test_what_few_rows_say_of_a_matter_is_half_believed(times: int, left: float) -> None:
    """Cards take 10 longer than bills, and one of two people 100 longer: by plain means cards take 43 longer."""
    minutes, person, is_card = [110, 110, 100, 10, 0, 0], [0, 0, 0, 1, 1, 1], [1, 1, 0, 1, 0, 0]
    evened = _evened(*(np.repeat(column, times) for column in (minutes, person, is_card)))
    assert evened[0] - evened[2 * times] == pytest.approx(left, abs=0.01)


MONDAY = datetime(2026, 5, 4)
EVENTS = """
kind   title             team  starts_at         ends_at
other  A target          a     2026-06-15 00:00  -
other  Stay <b> calm     a     2026-06-15 00:00  -
other  Only a day        a     2026-06-15 00:00  2026-06-16 00:00
other  Everybody         -     2026-06-15 00:00  -
other  Too new           b     2026-07-06 00:00  -
"""


def centre_of(folder: Path, events: str, changed: str = "a", evaluators: str = "") -> Centre:
    """Ten weeks; from the seventh on, those of teams `changed` take 60 seconds less, give or take what tells people apart.

    `evaluators`: who judges every call before and since, the second one half as often warm."""
    people = [*PEOPLE, *(f"c{n}" for n in range(1, 5) if "c" in changed)]
    agents = ["agent  name  team  valid_from", *(f"{who}  {who}  {who[0]}  2026-01-01" for who in people)]
    calls = ["call_id  customer_key  offered_at  talk_s  hold_s  wrap_s  outcome  agent  topic"]
    judged = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score  score_min  score_max"]
    for week in range(10):
        for place, who in enumerate(people):
            for day in range(5):
                at = MONDAY + timedelta(weeks=week, days=day, hours=8 + place)
                talk = 300 + 10 * place + day - (60 + place) * (who[0] in changed and week >= 6)
                calls.append(
                    f"{who}-{week}-{day}  c{who}{week}{day}  {at:%Y-%m-%d %H:%M}  {talk}  0  0  answered  {who}  bill"
                )
                by = evaluators[week >= 6 : (week >= 6) + 1]
                warm = int(day < (2 if by == "x" else 4))
                judged.append(f"e{who}-{week}-{day}  {who}-{week}-{day}  {by}  {at:%Y-%m-%d} 20:00  pec  {warm}  0  1")
    tables = {"calls": calls, "agents": agents} | ({"evaluations": judged} if evaluators else {})
    results = publish(folder, **{name: "\n".join(rows) for name, rows in tables.items()}, events=events)
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
    days = [f"{part['day'][-2:]} June 2026" for part in found.parts]
    events = (
        f"After “A target” ({days[0]}) and “Stay &lt;b&gt; calm” ({days[1]}): a, compared with its own weeks before"
    )
    assert said.startswith(events)
    assert "handle time −1:01 (−1:0" in said and "Fewer than three other teams" in said


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
    assert said.startswith("After “Training” (15 June 2026): no team is left to compare a with")


@pytest.mark.parametrize(
    ("evaluators", "told"), [("ee", ", human contact "), ("ex", "because other evaluators judge it now")]
)
def test_warmth_that_others_judge_since_then_is_no_change(tmp_path: Path, evaluators: str, told: str) -> None:
    centre = centre_of(tmp_path, EVENTS, evaluators=evaluators)
    [found] = before_after.find(centre)
    assert ("warm" in found.figures) == (evaluators == "ee")
    assert told in sentence(Words("en"), found, centre.results.catalogue, {}, lambda dimension, key, name: name)
