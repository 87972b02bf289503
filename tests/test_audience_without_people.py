"""A report without people says nothing that is true only of one with them, and why a team or a rate is not there."""

import html
import re
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.report.audience import seen_by
from pipeline.report.collect import Collected
from pipeline.report.pages import week_pages
from pipeline.report.pec import _joined_table, page
from pipeline.report.subjects import Places
from pipeline.report.words import Words
from pipeline.settings import Profile
from tests.audiences import KEY, TEAM
from tests.simulated import LANGUAGES


def pages_without_people(data: Collected, smallest_team: int) -> dict[str, str]:
    seen = seen_by(data, Profile(name="x", agents="left_out", smallest_team=smallest_team), KEY)
    files = week_pages(seen, Words("en"), LANGUAGES, "")
    return {name: html.unescape(text) for name, text in files.items() if isinstance(text, str)}


@pytest.fixture(scope="module")
def left_out(data: Collected) -> dict[str, str]:
    """The pages of a report without people, as the README has it."""
    return pages_without_people(data, 1)


@pytest.fixture(scope="module")
def bare(data: Collected) -> dict[str, str]:
    """The same without teams: each is too small."""
    return pages_without_people(data, 99)


@pytest.mark.parametrize(
    "claim",
    [
        "0 people", "0 of 0", "Everybody is listed by name", "Bold dots are people", "one row per person", "the command that lists",
        "Nobody has enough cases", 'id="table-cases-laid"', "References lead to", "has enough records for both figures",
    ],
)  # fmt: skip
def test_a_report_without_people_says_nothing_that_is_true_of_one_with_them(
    left_out: dict[str, str], bare: dict[str, str], claim: str
) -> None:
    said = re.compile(rf"(?<!\d){re.escape(claim)}")
    for pages in (left_out, bare):
        assert [name for name, text in pages.items() if name.endswith(".html") and said.search(text)] == []


def test_without_people_the_charts_are_of_teams(left_out: dict[str, str]) -> None:
    titles = re.findall(r'<h4 id="tradeoff-\w+-title">(.*?)</h4>', left_out["index.html"])
    assert titles and all(
        title.startswith(("Teams: ", "No team is clear", "Clear of both lines: ")) for title in titles
    )
    assert re.search(
        r"Average handle time: \d of \d teams ha(s a range|ve ranges) wholly on one side", left_out["people.html"]
    )
    assert (
        "Each diamond is a team" in left_out["index.html"]
        and "does not show individual people" in left_out["cases.html"]
    )


def test_teams_too_small_to_be_shown_are_not_called_unknown(bare: dict[str, str]) -> None:
    assert "The teams are so small that they would reveal individual people" in bare["people.html"]


@pytest.mark.parametrize(
    ("agents", "teams", "is_known", "said"),
    [
        ("left_out", (), True, "small_teams"), ("left_out", (), False, "no_teams"), ("named", (), False, "no_teams"),
        ("named", ("elsewhere",), True, "own_teams"),
    ],
)  # fmt: skip
def test_why_there_is_no_team(data: Collected, agents: str, teams: tuple[str, ...], is_known: bool, said: str) -> None:
    known = data if is_known else replace(data, team_of={}, teams=data.teams.iloc[:0])
    assert seen_by(known, Profile(name="x", agents=agents, teams=teams, smallest_team=99), KEY).teamless == said


def test_judgements_joined_by_team_alone_are_not_called_too_few(data: Collected) -> None:
    agents = sorted(data.team_of)[:6] * 10
    written = pd.DataFrame(
        {"source": "mail", "ticket_id": [f"t{n}" for n in range(60)], "agent": agents, "team": TEAM, "stratum": agents}
    )
    written = written.assign(
        week="2026-W46", score=[n % 7 / 7 for n in range(60)], verdict=[float(n % 2) for n in range(60)]
    )
    assert data.warmth is not None
    judged = replace(data, warmth=replace(data.warmth, contacts=written))
    other = min(set(data.team_of.values()) - {TEAM})
    expected = {
        Profile(name="x", agents="left_out"): "This report does not show individual people",
        Profile(name="x", agents="left_out", smallest_team=99): "This report does not show individual people",
        Profile(name="x", agents="named"): "The scorer has a weight",
        Profile(name="x", agents="named", teams=(other,)): "Fewer than 30 written contacts of the people shown here",
    }
    for profile, said in expected.items():
        assert page(seen_by(judged, profile, KEY), Words("en"), Places(judged))["joined_said"].startswith(said)


def test_a_team_without_names_is_still_what_its_agents_contacts_are(data: Collected) -> None:
    """Of one agent's 190 contacts 3 in 10 judged ones are warm, of another's 10 all but one: .95 * .3 + .05 * .9."""
    marks = [("ann", m) for m in [1.0] * 6 + [0.0] * 14 + [None] * 170] + [("bob", m) for m in [1.0] * 9 + [0.0]]
    written = pd.DataFrame(marks, columns=["agent", "verdict"]).assign(team=TEAM, score=0.5)
    written["stratum"] = written["agent"].factorize()[0]
    assert data.warmth is not None
    judged = replace(data, warmth=replace(data.warmth, contacts=written))
    seen = seen_by(judged, Profile(name="x", agents="left_out", smallest_team=1), KEY)
    table = seen.warmth and _joined_table(seen, Words("en"), seen.warmth, "team", Places(seen))
    assert table and [[cell.value for cell in row[3:]] for row in table.rows] == [[pytest.approx(0.33)] * 2]


def test_how_the_scorer_errs_is_not_told_of_contacts_that_cannot_be_compared(data: Collected) -> None:
    written = pd.DataFrame(
        {
            "source": "mail",
            "agent": "a",
            "team": TEAM,
            "stratum": 1,
            "week": "2026-W46",
            "score": 0.5,
            "verdict": [n % 2 for n in range(60)],
        }
    )
    assert data.warmth is not None
    alike = replace(data, warmth=replace(data.warmth, contacts=written.assign(ticket_id=[str(n) for n in range(60)])))
    assert "for different people: too few judgements" in page(alike, Words("en"), Places(alike))["joined_said"]
