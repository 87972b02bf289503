"""Whom what evaluators say may judge: nobody where they disagree, and nobody for the evaluator that he happened to have."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.findings import changes, judges, people, targets
from pipeline.findings.centre import FEWEST, Centre
from pipeline.findings.judging import Measure, judge, name
from pipeline.findings.look import look
from pipeline.findings.record import Records
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Settings
from tests.tables import publish

pytestmark = pytest.mark.usefixtures("facts_alone")

GIVEN = """
who judges whom           1-e  1-f  1-g  2-e  2-f  2-g  apart
each a team                20    0    0    0   20    0  yes
by lot                      8    6    6    6    8    6  no
one judges all             20    0    0   60    0    0  no
one team has its own       20    0    0    0   20   20  yes
two judge a team alone     10   10    0    0    0   20  yes
one leans to its team      13    7    0    7   13    0  no
a visitor judges little    19    0    1    1   18    1  yes
one team                   20    5    0    0    0    0  no
too few to say              5    0    0    0   20    0  no
each a half, g nobody      10   10    0   10   10    0  no
a quarter are the other's  15    5    0    5   15    0  no
a fifth are the other's    16    4    0    4   16    0  yes
thirty of each             15    0    0    0   15    0  yes
twenty-eight of each       14    0    0    0   14    0  no
"""


@pytest.mark.parametrize("whom", ["team", "agent"])
@pytest.mark.parametrize("line", GIVEN.strip().splitlines()[1:], ids=lambda line: line[:26].strip())
def test_a_team_or_person_with_evaluators_of_its_own_is_apart(line: str, whom: str) -> None:
    cells, counts = GIVEN.split()[3:9], line.split()[-7:]
    rows = [(int(cell[0]), cell[2]) for cell, n in zip(cells, counts[:6], strict=True) for _ in range(2 * int(n))]
    assert judges.are_apart(pd.DataFrame(rows, columns=[whom, "evaluator"]), whom) == (counts[6] == "yes")


@pytest.mark.parametrize(("each", "is_apart"), [(10, True), (9, False)])
def test_evaluators_of_fewer_than_ten_judgements_count_as_one(each: int, is_apart: bool) -> None:
    """Four of each team's own."""
    rows = [(team, f"{team}{who}") for team in "ab" for who in range(4) for _ in range(each)]
    assert judges.are_apart(pd.DataFrame(rows, columns=["team", "evaluator"]), "team") == is_apart


@pytest.mark.parametrize(("contacts", "is_doubted"), [(10, True), (9, False)])
def test_evaluators_disagree_on_ten_contacts_or_it_is_not_told(contacts: int, is_doubted: bool) -> None:
    rows = [(who, str(n), "kim", 0, float((n % 2 == 0) == (who == "e"))) for n in range(contacts) for who in "ef"]
    found = judges.doubt(pd.DataFrame(rows, columns=["evaluator", "conversation_id", "agent", "team", "pec"]))
    assert (found is not None and found.alpha is not None) == is_doubted


def test_many_evaluators_who_draw_lots_are_hardly_ever_apart() -> None:
    rng = np.random.default_rng(1)
    drawn = [
        judges.are_apart(pd.DataFrame({"team": np.arange(320) // 40, "evaluator": rng.integers(20, size=320)}), "team")
        for _ in range(100)
    ]
    assert sum(drawn) <= 1


MONDAY = datetime(2026, 5, 4)
AGENTS = [f"{team}{n}" for team in "ab" for n in range(4)]


def centre_of(folder: Path, second: bool = False, is_apart: bool = False, stands_in_from: int = 99) -> Centre:
    """Ten weeks of 32 calls; a0 is cold in all. A second evaluator says the opposite of half of them, a third stands in for both."""
    calls = ["call_id  customer_key  offered_at  talk_s  hold_s  wrap_s  outcome  agent  topic"]
    marks = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score  score_min  score_max"]
    for n in range(8 * 40):
        who, at = AGENTS[n % 8], MONDAY + timedelta(weeks=n // 32, days=n // 8 % 4, hours=9, minutes=n % 8)
        calls.append(f"c{n}  k{n}  {at:%Y-%m-%d %H:%M}  300  0  0  answered  {who}  bill")
        warm = int(n // 8 % 10 < (0 if who == "a0" else 7))
        judge = "x" if n // 32 >= stands_in_from else who[0] if is_apart else "ef"[n // 8 % 2]
        marks.append(f"{judge}{n}  c{n}  {judge}  {at:%Y-%m-%d} 20:00  pec  {warm}  0  1")
        if second and n % 2:
            marks.append(f"z{n}  c{n}  z  {at:%Y-%m-%d} 21:00  pec  {1 - warm}  0  1")
    agents = ["agent  name  team  valid_from", *(f"{who}  {who}  {who[0]}  2026-01-01" for who in AGENTS)]
    tables = {"calls": calls, "evaluations": marks, "agents": agents}
    return look(publish(folder, **{name: "\n".join(rows) for name, rows in tables.items()}), Settings())


@pytest.mark.parametrize(
    ("second", "is_apart", "said"),
    [(False, False, ""), (True, False, "evaluators do not agree enough (alpha −"), (False, True, "")],
)
def test_nobody_is_judged_by_evaluators_who_disagree(tmp_path: Path, second: bool, is_apart: bool, said: str) -> None:
    """Those of one evaluator are held against each other; that he has people of his own is said."""
    centre = centre_of(tmp_path, second, is_apart)
    of_contact = [f for f in people.find(centre) if f.labels["measure"] == "pec"]
    assert {f.kind for f in of_contact} == ({"unjudged"} if said else {"person", "nobody_else"})
    if said:
        assert said in sentence(Words("en"), of_contact[0], centre.results.catalogue, {})
    assert (centre.doubt == judges.Doubt(None, True, True)) == is_apart
    assert people.compared(centre) is people.compared(centre), "models are fitted once"
    assert [one.measure.name for one in targets.qualities(centre)] == (["settled"] if said else ["settled", "pec"])


@pytest.mark.parametrize(("tied", "apart"), [(1.0, True), (0.7, True), (0.0, False)])
def test_a_harsh_evaluator_makes_nobody_worse_and_hides_nobody(tied: float, apart: bool) -> None:
    """Each of eight evaluators judges five people, one of each team, and others as far as they are not `tied`. One of them says
    yes in 30 % where the others do in 60, and one of the people is cold."""
    rng = np.random.default_rng(4)
    agent = np.tile(np.repeat(np.arange(40), 5), 12)
    evaluator = np.where(rng.random(2400) < tied, agent // 5, rng.integers(8, size=2400))
    yes = np.where(agent == 7, 0.05, np.where(evaluator == 0, 0.3, 0.6))
    rows = pd.DataFrame(
        {
            "week": np.repeat(np.arange(12), 200), "agent": agent, "team": agent % 5, "topic": "", "channel": "", "hour": "",
            "evaluator": evaluator.astype(str), "outcome": 1.0 * (rng.random(2400) < yes),
        }
    )  # fmt: skip
    judged = judge(
        Measure("pec", "pec_rate", "share", "higher", "binomial", rows, Records("fact_evaluations", "true")), FEWEST
    )
    assert np.array(judged.agents)[name([judged.found])[0]].tolist() == [7]
    assert (judges.are_apart(rows, "agent"), judges.are_apart(rows, "team")) == (apart, False)


@pytest.mark.usefixtures("every_figure")
@pytest.mark.parametrize(("stands_in_from", "verdict"), [(99, "too_few"), (8, "untold")])
def test_a_week_that_others_judged_is_not_held_against_the_weeks_before(
    tmp_path: Path, stands_in_from: int, verdict: str
) -> None:
    centre = centre_of(tmp_path, stands_in_from=stands_in_from)
    [found] = [f for f in changes.find(centre) if f.labels["kpi"] == "pec_rate"]
    assert found.verdict == verdict and set(found.figures) == {"value"}
    said = sentence(Words("en"), found, centre.results.catalogue, {})
    assert ("mostly other evaluators judged than in the weeks before" in said) == (verdict == "untold")


WEEKS = """
who judged         w1        w2        w3        w4        others
by lot             10e-10f   12e-8f    9e-11f    8e-12f    no
a stand-in         10e-10f   12e-8f    9e-11f    20x       yes
for most           10e-10f   12e-8f    9e-11f    6e-14x    yes
for fewer          10e-10f   12e-8f    9e-11f    12e-8x    no
for two weeks      10e-10f   12e-8f    20x       20x       yes
in turns           20e       20f       20g       20e       no
several together   10e-10f   12e-8f    9e-11f    40?-20e   no
also a stand-in    10e-10f   12e-8f    9e-11f    40?-24x   yes
all together       10e-10f   12e-8f    9e-11f    40?       no
too few to say     10e-10f   12e-8f    9e-11f    19x       no
the first week     -         -         -         20x       no
"""


@pytest.mark.parametrize("line", WEEKS.strip().splitlines()[1:], ids=lambda line: line[:18].strip())
def test_a_stand_in_is_told_from_evaluators_who_take_turns(line: str) -> None:
    *weeks, is_others = line[18:].split()
    rows = [
        (f"w{week}", part[-1].replace("?", "") or None)
        for week, parts in enumerate(weeks, start=1)
        for part in parts.strip("-").split("-")
        for _ in range(int(part[:-1] or 0))
    ]
    assert judges.is_week_by_others(pd.DataFrame(rows, columns=["week", "evaluator"]), "w4") == (is_others == "yes")
