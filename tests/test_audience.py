"""Nothing of one audience's report is in another's: searched in every file that was written, workbooks unpacked."""

import html
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from pipeline.commands.weekly import warn_of_profiles
from pipeline.findings.record import Evidence
from pipeline.report.audience import seen_by
from pipeline.report.collect import Collected
from pipeline.results import Results
from pipeline.settings import Profile, Settings
from tests.audiences import KEY, PROFILES, TEAM
from tests.simulated import settings_in, write_pages


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


def referring(folder: Path, references: set[str]) -> set[str]:
    """The files in which one of these stands as a word."""
    return {
        place for place, text in texts(folder).items() if not references.isdisjoint(re.split(r"[\s\"'<>,/]+", text))
    }


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
    tables = pd.read_csv(out / "lead" / data.week / "ru" / "teams.csv", encoding="utf-8-sig", sep=";", decimal=",")
    assert tables.iloc[:, 0].tolist() == [TEAM, "Весь центр"]


def test_evaluators_are_named_only_in_the_whole_report(out: Path, data: Collected) -> None:
    judges = {who: who for who in data.warmth.verdicts["evaluator"].unique()} if data.warmth else {}
    assert judges and naming(out / data.week, judges)
    assert {profile.name: naming(out / profile.name, judges) for profile in PROFILES} == {p.name: {} for p in PROFILES}


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


def test_evidence_is_for_those_who_see_everybody(data: Collected) -> None:
    for profile in PROFILES:
        assert {f.evidence for f in seen_by(data, profile, KEY).findings} == {Evidence()}
    whole = seen_by(data, Profile(name="whole", agents="named"), KEY)
    assert [f.evidence.rows for f in whole.findings] == [f.evidence.rows for f in data.findings]


@pytest.mark.parametrize(
    ("since", "begins"),
    [("2026-11-21 23:30", "2026-11-21 23:00"), ("2026-03-29 12:00", "2026-03-28 23:00"), ("2026-10-25 12:00", "2026-10-24 22:00")],
    ids=["after midnight in Zurich", "clocks go forward", "clocks go back"],
)  # fmt: skip
def test_instants_of_mondays_lists_are_days_where_records_are_not_shown(
    data: Collected, since: str, begins: str
) -> None:
    frame = data.lists["unresolved"].head(1).assign(since=pd.Timestamp(since), last_at=pd.Timestamp(since))
    one = replace(data, lists={"unresolved": frame}, timezone="Europe/Zurich")
    for profile in PROFILES:
        row = seen_by(one, profile, KEY).lists["unresolved"].iloc[0]
        assert row["since"] == row["last_at"] == pd.Timestamp(begins)
        assert row[["source", "conversation_id", "source_ref"]].isna().all()
    whole = seen_by(one, Profile(name="whole", agents="named"), KEY).lists["unresolved"].iloc[0]
    assert (whole["since"], whole["conversation_id"]) == (pd.Timestamp(since), frame["conversation_id"].iloc[0])


def test_the_centres_figures_stay_whole(data: Collected) -> None:
    for profile in PROFILES:
        seen = seen_by(data, profile, KEY)
        pd.testing.assert_frame_equal(seen.centre, data.centre)
        pd.testing.assert_frame_equal(seen.weekly, data.weekly)
        assert [f for f in seen.findings if f.kind == "week"] and len(seen.findings) <= len(data.findings)


@pytest.mark.parametrize("names", [("a", "a"), ("assets",), ("2026-W40",), ("../up",)])
def test_a_profile_is_a_folder_of_its_own(names: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Settings(profiles=tuple(Profile(name=name) for name in names))


def test_a_team_that_is_not_there_is_said(results: Results, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspelt = Profile(name="lead", agents="named", teams=(TEAM, "Rigl"))
    warn_of_profiles(results, settings_in(home).model_copy(update={"profiles": (misspelt,)}), home / "none")
    assert capsys.readouterr().err.startswith("warning: profile lead: no team 'Rigl'; there are ")
