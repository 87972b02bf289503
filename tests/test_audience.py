"""Nothing of one audience's report is in another's: searched in every file that was written, workbooks unpacked."""

import html
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from pipeline.findings.record import Evidence, Figure, Finding
from pipeline.jobs import warn_of_teams
from pipeline.report.audience import _numbers, seen_by
from pipeline.report.collect import Collected
from pipeline.report.collect_pec import Warmth
from pipeline.report.funnel_chart import funnel_chart
from pipeline.report.pages import week_pages
from pipeline.report.pec import _joined_table, page
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Profile, Settings
from tests.simulated import LANGUAGES, settings_in, write_pages

KEY = b"a key for tests"
TEAM = "Rigi"
PROFILES = (
    Profile(name="everyone", agents="left_out", smallest_team=1),
    Profile(name="numbers", agents="numbered", smallest_team=1),
    Profile(name="lead", agents="named", teams=(TEAM,)),
)


@pytest.fixture(scope="module")
def out(results: Results, home: Path) -> Path:
    settings = settings_in(home).model_copy(update={"profiles": PROFILES})
    return write_pages(results, settings, None, ("ru",), home / "profiles").parent


def texts(folder: Path) -> dict[str, str]:
    """Every file's text by its place; of a workbook that of all its parts."""
    found = {}
    for file in (f for f in folder.rglob("*") if f.is_file() and "assets" not in f.parts):
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as book:
                text = " ".join(book.read(name).decode() for name in book.namelist())
        else:
            text = file.read_text("utf-8")
        found[file.relative_to(folder).as_posix()] = html.unescape(text)
    return found


def naming(folder: Path, people: dict[str, str]) -> dict[str, set[str]]:
    """File -> the ids and names of these people that are in it."""
    words = [*people, *people.values()]
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in words))
    found = {place: set(pattern.findall(text)) for place, text in texts(folder).items()}
    return {place: names for place, names in found.items() if names}


@pytest.mark.parametrize("name", ["everyone", "numbers"])
def test_nobody_is_named_where_names_are_left_out(out: Path, data: Collected, name: str) -> None:
    assert naming(out / data.week, data.names), "the search finds names where there are some"
    assert naming(out / name, data.names) == {}


def test_a_lead_sees_the_own_people_and_no_others(out: Path, data: Collected) -> None:
    own = {agent: name for agent, name in data.names.items() if data.team_of.get(agent) == TEAM}
    others = {agent: name for agent, name in data.names.items() if agent not in own}
    assert own and others
    assert naming(out / "lead", others) == {}
    assert {name for names in naming(out / "lead", own).values() for name in names} >= set(own.values())
    tables = pd.read_csv(out / "lead" / data.week / "ru" / "teams.csv", encoding="utf-8-sig")
    assert tables.iloc[:, 0].tolist() == [TEAM]


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
        "0 people", "0 of 0", "Everybody is listed by name", "Dark dots are people", "one row a person", "the command that lists",
        "Nobody has enough cases", 'id="table-cases-laid"', "References lead to", "has enough records for both figures",
    ],
)  # fmt: skip
def test_a_report_without_people_says_nothing_that_is_true_of_one_with_them(
    left_out: dict[str, str], bare: dict[str, str], claim: str
) -> None:
    for pages in (left_out, bare):
        assert [name for name, text in pages.items() if name.endswith(".html") and claim in text] == []


def test_without_people_the_charts_are_of_teams(left_out: dict[str, str]) -> None:
    titles = re.findall(r'<h4 id="tradeoff-\w+-title">(.*?)</h4>', left_out["index.html"])
    assert titles and all(title.startswith(("Teams: ", "No team's whole range")) for title in titles)
    assert re.search(r"Average handle time: the whole ranges? of \d of \d teams lie", left_out["people.html"])
    assert "Each diamond is a team" in left_out["index.html"] and "no single person" in left_out["cases.html"]


def test_teams_too_small_to_be_shown_are_not_called_unknown(bare: dict[str, str]) -> None:
    assert "Teams so small that they would point at single people are not shown" in bare["people.html"]


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
        {"ticket_id": [f"t{n}" for n in range(60)], "agent": agents, "team": TEAM, "stratum": agents}
    )
    written = written.assign(score=[n % 7 / 7 for n in range(60)], verdict=[float(n % 2) for n in range(60)])
    assert data.warmth is not None
    judged = replace(data, warmth=replace(data.warmth, contacts=written))
    other = min(set(data.team_of.values()) - {TEAM})
    expected = {
        Profile(name="x", agents="left_out"): "This report speaks of no single person",
        Profile(name="x", agents="left_out", smallest_team=99): "This report speaks of no single person",
        Profile(name="x", agents="named"): "The scorer counted",
        Profile(name="x", agents="named", teams=(other,)): "Of the people shown here fewer than 30",
    }
    for profile, said in expected.items():
        assert page(seen_by(judged, profile, KEY), Words("en"))["joined_said"].startswith(said)


def test_a_team_without_names_is_still_what_its_agents_contacts_are(data: Collected) -> None:
    """Of one agent's 190 contacts 3 in 10 judged ones are warm, of another's 10 all but one: .95 * .3 + .05 * .9."""
    marks = [("ann", m) for m in [1.0] * 6 + [0.0] * 14 + [None] * 170] + [("bob", m) for m in [1.0] * 9 + [0.0]]
    written = pd.DataFrame(marks, columns=["agent", "verdict"]).assign(team=TEAM, score=0.5)
    written["stratum"] = written["agent"].factorize()[0]
    assert data.warmth is not None
    judged = replace(data, warmth=replace(data.warmth, contacts=written))
    seen = seen_by(judged, Profile(name="x", agents="left_out", smallest_team=1), KEY)
    table = seen.warmth and _joined_table(seen, Words("en"), seen.warmth, "team")
    assert table and [[cell.value for cell in row[3:]] for row in table.rows] == [[pytest.approx(0.33)] * 2]


def test_how_the_scorer_errs_is_not_told_of_contacts_that_cannot_be_compared(data: Collected) -> None:
    written = pd.DataFrame(
        {"agent": "a", "team": TEAM, "stratum": 1, "score": 0.5, "verdict": [n % 2 for n in range(60)]}
    )
    assert data.warmth is not None
    alike = replace(data, warmth=replace(data.warmth, contacts=written.assign(ticket_id=range(60))))
    assert "cannot be told: too few judgements" in page(alike, Words("en"))["joined_said"]


def test_evaluators_are_named_only_in_the_whole_report(out: Path, data: Collected) -> None:
    judges = {who: who for who in data.warmth.verdicts["evaluator"].unique()} if data.warmth else {}
    assert judges and naming(out / data.week, judges)
    assert {profile.name: naming(out / profile.name, judges) for profile in PROFILES} == {p.name: {} for p in PROFILES}


def test_numbers_stand_for_the_same_people_from_week_to_week(data: Collected) -> None:
    numbers = Profile(name="numbers", agents="numbered")
    first = seen_by(data, numbers, KEY)
    later = seen_by(replace(data, agents=data.agents.iloc[::-1].reset_index(drop=True)), numbers, KEY)
    figures = [
        dict(zip(seen.agents["agent"] + seen.agents["kpi"], seen.agents["value"].fillna(-1), strict=True))
        for seen in (first, later)
    ]
    assert figures[0] == figures[1] and all(name.startswith("№ ") for name in first.names)
    assert seen_by(data, numbers, b"another key").agents["agent"].tolist() != first.agents["agent"].tolist()


def test_numbers_stand_in_their_own_order_not_in_that_of_ids(data: Collected) -> None:
    tied = [replace(data.findings[0], kind="person", whom={"agent": agent}) for agent in sorted(data.names)]
    seen = seen_by(replace(data, findings=tied), Profile(name="numbers", agents="numbered"), KEY)
    assert seen.ledger and seen.ledger.laid
    frames = [seen.agents, seen.lines.query("cut == 'agent'"), seen.ledger.agents, seen.ledger.laid.agents]
    shown = [frame["agent"].drop_duplicates().tolist() for frame in frames]
    for order in [*shown, [finding.whom["agent"] for finding in seen.findings]]:
        assert order == sorted(order) and len(order) > 5


def test_the_funnel_holds_people_by_name(data: Collected) -> None:
    chart = funnel_chart(data, Words("en"))
    assert chart
    traces = [trace["hovertext"] for trace in chart.figure["data"] if trace["mode"] == "markers"]
    assert sum(map(len, traces)) > 5 and all(texts == sorted(texts) for texts in traces)


def test_who_comes_changes_nobodys_number(data: Collected) -> None:
    numbers = Profile(name="numbers", agents="numbered")
    before = set(seen_by(data, numbers, KEY).names)
    more = {f"new{n}": f"New {n}" for n in range(3)}
    after = set(seen_by(replace(data, names=data.names | more), numbers, KEY).names)
    assert before < after and len(after) == len(before) + len(more)


def test_among_many_people_a_number_is_as_long_as_it_must_be() -> None:
    people = {f"a{n}" for n in range(3000)}
    numbers = _numbers(people, KEY, "x")
    assert len(set(numbers.values())) == len(people) and {len(number) for number in numbers.values()} >= {6, 7}
    later = _numbers(people | {"new"}, KEY, "x")
    assert all(later[one].startswith(number) for one, number in numbers.items())


def test_people_who_are_in_no_list_of_agents_are_people(data: Collected) -> None:
    unlisted = replace(data, names={}, team_of={})
    named = seen_by(unlisted, Profile(name="named", agents="named"), KEY)
    assert (
        set(named.agents["agent"]) == set(data.agents["agent"]) and len(named.names) >= named.agents["agent"].nunique()
    )


def test_the_centres_figures_stay_whole(data: Collected) -> None:
    for profile in PROFILES:
        seen = seen_by(data, profile, KEY)
        pd.testing.assert_frame_equal(seen.centre, data.centre)
        pd.testing.assert_frame_equal(seen.weekly, data.weekly)
        assert [f for f in seen.findings if f.kind == "week"] and len(seen.findings) <= len(data.findings)


def test_a_team_that_points_at_a_person_is_left_out_with_the_names(data: Collected) -> None:
    sizes = Counter(data.team_of.values())
    smallest = min(sizes.values())
    seen = seen_by(data, Profile(name="x", agents="left_out", smallest_team=smallest + 1), KEY)
    assert set(seen.teams["team"]) == {team for team, size in sizes.items() if size > smallest}
    numbered = seen_by(data, Profile(name="x", agents="numbered", smallest_team=smallest + 1), KEY)
    assert set(numbered.team_of.values()) == {team if size > smallest else "" for team, size in sizes.items()}


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


def sized(kind: str, people: int, others: int) -> Finding:
    sizes = {"people": Figure(people, "count"), "others": Figure(others, "count"), "left": Figure(people, "count")}
    return Finding(kind, "seen", {}, ("2026-W40", "2026-W40"), sizes, 1.0, Evidence())


@pytest.mark.parametrize("kind", ["newcomers", "experience", "skills_pec_rate", "leavers"])
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
    table = _joined_table(replace(data, small_group=small_group), Words("en"), warmth, "agent")
    assert table and [row[0].text for row in table.rows if not row[4].is_absent] == shown


def test_teams_are_counted_by_who_has_figures(data: Collected) -> None:
    """Leavers do not hide those who stay."""
    leavers = {f"gone{n}": TEAM for n in range(9)}
    known = {agent for agent in data.agents["agent"] if data.team_of.get(agent) == TEAM}
    padded = replace(data, team_of=data.team_of | leavers, names=data.names | dict.fromkeys(leavers, "Gone"))
    profile = Profile(name="x", agents="left_out", smallest_team=len(known) + 1)
    assert TEAM not in set(seen_by(padded, profile, KEY).teams["team"])


def test_records_stand_beside_the_whole_report_only(out: Path, data: Collected) -> None:
    assert list((out / data.week / "rows").iterdir())
    for profile in PROFILES:
        assert not list((out / profile.name / data.week / "rows").iterdir())
        assert "../rows/" not in (out / profile.name / data.week / "ru" / "index.html").read_text("utf-8")


def test_references_to_contacts_are_in_the_whole_report_only(out: Path, results: Results, data: Collected) -> None:
    contacts = results.frame("select conversation_id, source_ref from fact_contacts")
    references = set(contacts["conversation_id"]) | set(contacts["source_ref"].dropna())
    whole = referring(out / data.week, references)
    assert {"report.json", "ru/findings.html"} <= whole
    assert {profile.name: referring(out / profile.name, references) for profile in PROFILES} == {
        "everyone": set(), "numbers": set(), "lead": set(),
    }  # fmt: skip


def referring(folder: Path, references: set[str]) -> set[str]:
    """The files in which one of these stands as a word."""
    return {
        place for place, text in texts(folder).items() if not references.isdisjoint(re.split(r"[\s\"'<>,/]+", text))
    }


def test_instants_of_mondays_lists_are_days_where_records_are_not_shown(data: Collected) -> None:
    since = pd.Timestamp("2026-11-21 23:30")
    frame = data.lists["unresolved"].head(1).assign(since=since)
    one = replace(data, lists={"unresolved": frame}, timezone="Europe/Zurich")
    for profile in PROFILES:
        row = seen_by(one, profile, KEY).lists["unresolved"].iloc[0]
        assert row["since"] == pd.Timestamp("2026-11-21 23:00"), "the first instant of 22 November in Zurich"
        assert row[["source", "conversation_id", "source_ref"]].isna().all()
    whole = seen_by(one, Profile(name="whole", agents="named"), KEY).lists["unresolved"].iloc[0]
    assert (whole["since"], whole["conversation_id"]) == (since, frame["conversation_id"].iloc[0])


def test_evidence_is_for_those_who_see_everybody(data: Collected) -> None:
    for profile in PROFILES:
        assert {f.evidence for f in seen_by(data, profile, KEY).findings} == {Evidence()}
    whole = seen_by(data, Profile(name="whole", agents="named"), KEY)
    assert [f.evidence.rows for f in whole.findings] == [f.evidence.rows for f in data.findings]


@pytest.mark.parametrize("names", [("a", "a"), ("assets",), ("2026-W40",), ("../up",)])
def test_a_profile_is_a_folder_of_its_own(names: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Settings(profiles=tuple(Profile(name=name) for name in names))


def test_a_team_that_is_not_there_is_said(results: Results, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspelt = Profile(name="lead", agents="named", teams=(TEAM, "Rigl"))
    warn_of_teams(results, settings_in(home).model_copy(update={"profiles": (misspelt,)}))
    assert capsys.readouterr().err.startswith("warning: profile lead: no team 'Rigl'; there are ")
