"""The file and the command beside a finding hold the records that it counts, of every kind that a simulated centre has."""

import io
import json
import shlex
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.asking.explore import Exploration
from pipeline.errors import UsageError
from pipeline.findings import MOST, SHOWN
from pipeline.findings.record import Evidence, Finding
from pipeline.report import findings_page
from pipeline.report.answers import UNMOVED
from pipeline.report.collect import Collected, collect
from pipeline.report.findings_page import OF_CHANGES, command, list_table
from pipeline.report.rows_behind import evidence_file, evidence_files
from pipeline.report.said import unlinked
from pipeline.report.words import Words
from pipeline.results import Results
from tests.simulated import results_with, settings_in
from tests.told import counted, told

WRITTEN = ("letters", "tickets", "ticket_events", "skills", "moods", "planned_shifts")
KINDS = (
    "abuse hurried nobody_else person promises_broken skills_resolution_inferred skills_pec_rate slope staffing "
    "targets topic warmth_when_busy week"
).split()
WITHOUT = {"mood", "leavers"}
"""Kinds that rest on means of teams or on who left."""


@pytest.fixture(scope="module")
def home(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calls_and_tickets")
    shutil.copytree(centre, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def results(home: Path) -> Results:
    return results_with(home, *WRITTEN)


@pytest.fixture(scope="module")
def data(results: Results, home: Path) -> Collected:
    return collect(results, settings_in(home), None)


@pytest.fixture(scope="module")
def files(data: Collected) -> dict[str, str]:
    return evidence_files(data)


def asked(home: Path, line: str) -> pd.DataFrame:
    """What a command line that a page shows lists."""
    python, module, name, *words = shlex.split(line)
    assert (python, module, name) == ("python", "-m", "pipeline")
    warehouse = str(home / "work" / "test.duckdb")
    done = CliRunner().invoke(app, ["--warehouse", warehouse, *words, "--format", "json"], catch_exceptions=False)
    return pd.DataFrame(json.loads(done.stdout))


def keys(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple(str(row[name]) for name in ("source", "conversation_id")) for row in rows]


def test_file_command_and_evidence_are_the_records_counted(
    data: Collected, home: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.findings.find_all", lambda *_: data.findings)
    seen = set()
    for finding in data.findings:
        if finding.evidence.records is None:
            assert finding.kind in WITHOUT
            continue
        seen.add(finding.kind)
        rows = asked(home, command(finding, data.week))
        file = pd.read_csv(io.StringIO(files[evidence_file(finding)].lstrip("\ufeff")), dtype=str)
        listed = keys(rows.to_dict("records"))
        said = told(finding, data.catalogue[finding.evidence.kpi].better)
        assert {name: counted(rows)[name] for name in said} == said, finding.id
        assert keys(file.to_dict("records")) == listed[:MOST] and listed, finding.id
        assert keys(list(finding.evidence.rows)) == listed[:SHOWN], finding.id
        assert "customer" not in rows
        if "is_telling" in rows:
            assert rows["is_telling"].is_monotonic_decreasing and rows["is_telling"].any(), finding.id
    assert seen >= set(KINDS)


def test_the_command_finds_the_finding_anew(data: Collected, home: Path) -> None:
    finding = next(f for f in data.findings if f.kind == "promises_broken")
    rows = asked(home, command(finding, data.week))
    assert len(rows) == finding.figures["met"].value
    assert {"promised_at", "due_at", "kept_at"} <= set(rows) and (
        rows["kept_at"].isna() | (rows["kept_at"] > rows["due_at"])
    ).all()


def test_a_file_of_promises_says_when(data: Collected, files: dict[str, str]) -> None:
    finding = next(f for f in data.findings if f.kind == "promises_broken")
    head = files[evidence_file(finding)].splitlines()[0].lstrip("\ufeff").split(",")
    assert {"promised_at", "due_at", "kept_at"} <= set(head)


def test_a_file_of_records_is_that_of_its_finding_wherever_it_stands(data: Collected, files: dict[str, str]) -> None:
    assert evidence_files(replace(data, findings=data.findings[::-1])) == files


def said(due_at: datetime) -> str:
    """Days promised in letters end at midnight."""
    day = due_at - timedelta(days=1)
    return f"by the end of {day.day} {day:%B %Y}" if due_at.hour == 0 else Words("en").instant(due_at)


def test_lists_say_the_time_of_the_page(data: Collected, home: Path) -> None:
    rows = asked(home, "python -m pipeline lists --list promises")
    frame = data.lists["promises"]
    table = list_table(data, Words("en"), "promises", frame)
    assert len(rows) == len(frame) > 0 and rows["since"].str.contains(r"\+0[12]:00$").all()
    shown = [said(datetime.fromisoformat(since).replace(tzinfo=None)) for since in rows["since"]]
    assert shown[: len(table.rows)] == [row[0].text for row in table.rows]
    assert (pd.to_datetime(rows["since"], utc=True).dt.tz_localize(None) == frame["since"]).all()


def test_only_a_change_that_was_looked_for_is_said_to_be_missing(data: Collected) -> None:
    shown = [f for f in data.findings if (f.kind, f.verdict) != ("week", "too_few")]
    rows = findings_page.page(data, Words("en"), unlinked)["said"].rows
    quiet = {f.kind in OF_CHANGES: row[0].text for f, row in zip(shown, rows, strict=False) if f.verdict == UNMOVED}
    assert quiet == {True: "no detectable change", False: "nothing detectable"}


def test_ids_tell_findings_apart(data: Collected) -> None:
    ids = [finding.id for finding in data.findings]
    assert len(set(ids)) == len(ids) and "week-aht" in ids and "person-hurried-a005" in ids


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "wanted: a KPI, or --finding"),
        (["aht", "--finding", "week-aht"], "wanted: a KPI, or --finding"),
        (["--finding", "week-aht", "--unmet"], "nothing but --week"),
        (["--finding", "week-aht", "--from", "2026-11-16"], "nothing but --week"),
        (["--finding", "week-nothing"], "no finding 'week-nothing' in the last complete week"),
    ],
)
def test_what_is_no_question_is_refused(home: Path, data: Collected, words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["--warehouse", str(home / "work" / "test.duckdb"), "rows", *words])
    assert isinstance(done.exception, UsageError) and said in str(done.exception)


def test_means_of_teams_have_no_records(results: Results, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mood = Finding("mood", "seen", {"team": "Rigi"}, ("2026-W35", "2026-W46"), {}, 1.0, Evidence())
    monkeypatch.setattr("pipeline.findings.find_all", lambda *_: [mood])
    with pytest.raises(UsageError, match="no single records"):
        Exploration(settings_in(home)).records("mood-Rigi")
