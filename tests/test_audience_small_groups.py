"""Groups of few people and figures on few records point at somebody: they are left out where names are."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.findings.record import Evidence, Figure, Finding
from pipeline.report.audience import seen_by
from pipeline.report.collect import Collected
from pipeline.report.collect_pec import Warmth
from pipeline.report.pec import _joined_table
from pipeline.report.words import Words
from pipeline.settings import Profile
from tests.audiences import KEY, TEAM


def test_a_team_that_points_at_a_person_is_left_out_with_the_names(data: Collected) -> None:
    sizes = Counter(data.team_of.values())
    smallest = min(sizes.values())
    seen = seen_by(data, Profile(name="x", agents="left_out", smallest_team=smallest + 1), KEY)
    assert set(seen.teams["team"]) == {team for team, size in sizes.items() if size > smallest}
    numbered = seen_by(data, Profile(name="x", agents="numbered", smallest_team=smallest + 1), KEY)
    assert set(numbered.team_of.values()) == {team if size > smallest else "" for team, size in sizes.items()}


def test_single_weeks_of_a_person_on_few_records_are_not_drawn(data: Collected) -> None:
    people = data.lines[data.lines["cut"] == "agent"]
    assert people["value"].isna().any() and not (people["n"] < data.small_group).any()
    assert people.loc[people["n"].isna(), "value"].isna().all()


def test_a_week_in_which_few_of_a_team_were_at_work_is_not_drawn_without_names(data: Collected) -> None:
    weeks = sorted(data.lines["period"].unique())
    team, size = Counter(data.team_of[agent] for agent in data.agents["agent"].unique()).most_common(1)[0]
    assert size > 1
    people = data.lines["cut"] == "agent"
    one = data.lines.loc[people & (data.lines["agent"].map(data.team_of) == team), "agent"].iloc[0]
    away = people & (data.lines["period"] == weeks[-1]) & (data.lines["agent"] != one)
    thinned = replace(data, lines=data.lines[~away])
    for agents, is_drawn in (("named", True), ("left_out", False)):
        lines = seen_by(thinned, Profile(name="x", agents=agents, smallest_team=size), KEY).lines
        drawn = lines[(lines["team"] == team) & (lines["kpi"] == "answered")].set_index("period")["value"]
        assert drawn[weeks[-2]] > 0 and bool(drawn[weeks[-1]] > 0) == is_drawn


def test_teams_are_counted_by_who_has_figures(data: Collected) -> None:
    """Leavers do not hide those who stay."""
    leavers = {f"gone{n}": TEAM for n in range(9)}
    known = {agent for agent in data.agents["agent"] if data.team_of.get(agent) == TEAM}
    padded = replace(data, team_of=data.team_of | leavers, names=data.names | dict.fromkeys(leavers, "Gone"))
    profile = Profile(name="x", agents="left_out", smallest_team=len(known) + 1)
    assert TEAM not in set(seen_by(padded, profile, KEY).teams["team"])


def sized(kind: str, people: int, others: int) -> Finding:
    sizes = {"people": Figure(people, "count"), "others": Figure(others, "count"), "left": Figure(people, "count")}
    return Finding(kind, "seen", {}, ("2026-W40", "2026-W40"), sizes, 1.0, Evidence())


@pytest.mark.parametrize("kind", ["newcomers", "experience", "skills_pec_rate", "leavers", "quarter"])
def test_a_group_that_points_at_few_people_is_left_out_with_the_names(data: Collected, kind: str) -> None:
    whole = replace(data, findings=[sized(kind, 4, 4), sized(kind, 3, 9), sized("nobody", 3, 1)])
    for agents, shown in (("named", [4, 3, 3]), ("numbered", [4, 3]), ("left_out", [4, 3])):
        seen = seen_by(whole, Profile(name="x", agents=agents, smallest_team=4), KEY)
        assert sorted(f.figures["people"].value for f in seen.findings) == sorted(shown)


def test_few_records_of_a_person_are_as_few_on_every_page(data: Collected) -> None:
    """Cases, whom repeats are laid to, findings, and the rate joined with text, as the page of people says."""
    assert data.ledger and data.ledger.laid
    most, agent = int(data.ledger.laid.agents["answered"].max()), min(data.names)
    found = [
        Finding("person", "worse", {"agent": agent}, ("", ""), {"value": Figure(0.5, "share", n=n)}, 1.0, Evidence())
        for n in (most - 1, most)
    ]
    seen = seen_by(replace(data, findings=found), Profile(name="x", agents="named", small_group=most), KEY)
    assert seen.ledger and seen.ledger.laid
    assert seen.ledger.laid.agents["answered"].tolist() == [most] and seen.findings == found[1:]
    assert (seen.ledger.agents.loc[seen.ledger.agents["value"].notna(), "n"] >= most).all()
    assert data.ledger.agents["value"].notna().sum() > seen.ledger.agents["value"].notna().sum()


@pytest.mark.parametrize(("small_group", "shown"), [(5, ["ann", "bob"]), (20, ["ann"])])
def test_a_rate_on_few_judgements_is_withheld_as_the_profile_says(
    data: Collected, small_group: int, shown: list[str]
) -> None:
    judged = [("ann", 30), ("bob", 12)]
    contacts = pd.DataFrame(
        [
            {"agent": who, "team": "T", "stratum": who, "score": n % 3 / 2, "verdict": n % 2}
            for who, rows in judged
            for n in range(rows)
        ]
    )
    warmth = Warmth([], contacts, pd.DataFrame(), pd.DataFrame())
    table = _joined_table(replace(data, small_group=small_group), Words("en"), warmth, "agent", "{}#{}".format)
    assert table and [row[0].text for row in table.rows if not row[4].is_absent] == shown
    assert table.rows[0][0].to == f"agent#{judged[0][0]}"
