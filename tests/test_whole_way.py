"""The sample through the command line, as `make report` does it: its truth is found again, every command answers."""

import gzip
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import ahocorasick
import numpy as np
import pandas as pd
import pytest

from pipeline.__main__ import main
from pipeline.drill import records_of
from pipeline.findings import Finding, find_all
from pipeline.kpis.measure import Question, measure
from pipeline.results import Results, open_results
from pipeline.settings import Settings
from pipeline.settings_file import read_settings
from pipeline.statistics.ppi import joined_rates
from tests.notebooks import outputs_of
from tests.told import counted, told

ROOT = Path(__file__).parents[1]
EXAMPLE = r"^python -m pipeline ((?:kpis|rows|explain|batches|findings|lists|coach|incident) ?.*)$"


def process(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    full = [sys.executable, "-m", "pipeline", "--config", str(home / "sample" / "pipeline.toml"), *words]
    return subprocess.run(full, capture_output=True, text=True, cwd=home, env={**os.environ, "PYTHONPATH": str(ROOT)})


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The same without a process of its own."""
    full, out, err, code = ["pipeline", "--config", "sample/pipeline.toml", *words], io.StringIO(), io.StringIO(), 0
    with chdir(home), redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "argv", full):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(full, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped sample, loaded, built and reported by `run`, in one language: both are written of the smaller centre."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(ROOT / "data" / "sample", folder / "sample")
    config = folder / "sample" / "pipeline.toml"
    config.write_text(config.read_text("utf-8").replace("../../reports", "../reports"), "utf-8")
    done = process(folder, "run", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "reports/index.html" and "not read" not in done.stderr
    return folder


@pytest.fixture(scope="module")
def results(home: Path) -> Results:
    return open_results(read_settings(home / "sample" / "pipeline.toml").results)


@pytest.fixture(scope="module", autouse=True)
def found() -> Iterator[Callable[..., list[Finding]]]:
    """What is found in a week is found once, whichever command asks for it."""
    known: dict[str, list[Finding]] = {}

    def once(results: Results, settings: Settings, week: str | None = None) -> list[Finding]:
        week = week or results.last_complete_week
        if week not in known:
            known[week] = find_all(results, settings, week)
        return known[week]

    with mock.patch("pipeline.findings.find_all", once):
        yield once


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((ROOT / "data/sample/truth.json").read_text("utf-8"))


def test_weekly_counts_are_those_of_the_simulation(results: Results, truth: dict[str, Any]) -> None:
    weekly = measure(
        results, results.catalogue, Question(("offered", "answered", "abandoned", "service_level"), "week")
    )
    found = weekly.pivot(index="period", columns="kpi", values="value")
    told = pd.DataFrame(truth["weeks"]).T[["offered", "answered", "abandoned", "service_level"]].astype(float)
    assert found.index.tolist() == told.index.tolist()
    for kpi in ("offered", "answered", "abandoned"):
        assert found[kpi].tolist() == told[kpi].tolist(), kpi
    assert (found["service_level"] - told["service_level"]).abs().max() < 5e-5


def test_every_contact_record_of_the_sample_is_accounted_for(results: Results, truth: dict[str, Any]) -> None:
    files = pd.DataFrame(results.document("account")["files"])
    found = files[files["source"] == "amazon_connect_ctr"][["admitted", "duplicate", "quarantined"]].sum()
    told = truth["files"]
    assert found.to_dict() == {
        "admitted": told["contact_records"],
        "duplicate": told["contact_records_superseded"],
        "quarantined": told["contact_records_impossible"] + told["contact_lines_not_json"],
    }


def by_agent(results: Results, truth: dict[str, Any], *kpis: str) -> pd.DataFrame:
    """Pooled over the weeks of contact records: the queue log has no after-call work, so no handle time."""
    frame = measure(results, results.catalogue, Question(kpis, by=("agent",), where="week >= '2026-W34'"))
    wide = frame[frame["agent"].notna()].pivot(index="agent", columns="kpi", values="value")
    return wide.join(pd.DataFrame(truth["agents"]).T)


def test_tickets_are_those_of_the_simulation(results: Results, truth: dict[str, Any]) -> None:
    kpis = ("tickets_created", "tickets_solved", "promises_kept", "identity_given")
    total = measure(results, results.catalogue, Question(kpis)).set_index("kpi")
    written = truth["written"]
    assert total.loc["tickets_created", "value"] == written["tickets"]
    assert total.loc["tickets_solved", "value"] == written["solved_now"]
    reopened = results.frame("select count(*) as n from fact_tickets where reopens > 0")["n"].iloc[0]
    assert reopened == written["reopened"]
    assert total.loc["promises_kept", "numerator"] == written["kept"]
    assert total.loc["identity_given", "value"] == pytest.approx(0.6, abs=0.05)
    weekly = measure(results, results.catalogue, Question(("tickets_created",), "week"))
    assert dict(zip(weekly["period"], weekly["value"], strict=True)) == written["weeks"]


def test_the_backlog_of_every_week_is_the_one_before_with_what_came_and_left(results: Results) -> None:
    kpis = ("opened", "opened_again", "solved", "deleted_open", "backlog")
    weekly = measure(results, results.catalogue, Question(kpis, "week"))
    found = weekly.pivot(index="period", columns="kpi", values="value").fillna(0)
    change = found["opened"] + found["opened_again"] - found["solved"] - found["deleted_open"]
    assert change.cumsum().tolist() == found["backlog"].tolist() and found["opened_again"].sum() > 20


def test_letters_of_warm_agents_are_found_warm(results: Results, truth: dict[str, Any]) -> None:
    marks = results.frame(
        "select agent, avg(case when is_pec then 1.0 else 0.0 end) as pec from fact_evaluations "
        "where conversation_id like 'T-%' group by agent having count(*) >= 5 order by agent"
    )
    planted = marks["agent"].map(truth["written"]["warm_letters"])
    assert marks["pec"].corr(planted, method="spearman") > 0.4


def test_planted_hasty_agents_are_quick_cold_and_repeat(results: Results, truth: dict[str, Any]) -> None:
    agents = by_agent(results, truth, "aht", "pec_rate", "resolution_rate", "repeat_7d")
    hasty = agents["kind"] == "hasty"
    assert hasty.sum() == 6
    assert agents.loc[hasty, "aht"].max() < agents.loc[~hasty, "aht"].quantile(0.2)
    assert agents.loc[hasty, "pec_rate"].mean() < agents.loc[~hasty, "pec_rate"].mean() - 0.2
    assert agents.loc[hasty, "resolution_rate"].mean() < agents.loc[~hasty, "resolution_rate"].mean() - 0.08
    assert agents.loc[hasty, "repeat_7d"].mean() > agents.loc[~hasty, "repeat_7d"].mean() + 0.08


def test_measured_warmth_follows_true_warmth(results: Results, truth: dict[str, Any]) -> None:
    agents = by_agent(results, truth, "pec_rate")
    assert agents["pec_rate"].corr(agents["warmth"].astype(float), method="spearman") > 0.6


def test_intervals_of_persons_are_there_and_in_order(results: Results) -> None:
    frame = measure(
        results,
        results.catalogue,
        Question(("aht", "pec_rate", "csat", "aht_p50", "effort_per_resolved"), by=("agent",)),
    )
    known = frame[frame["value"].notna()]
    assert known["low"].notna().mean() > 0.95
    bounded = known[known["low"].notna()]
    assert ((bounded["low"] <= bounded["value"]) & (bounded["value"] <= bounded["high"])).all()


def test_who_moved_in_mid_week_counts_for_both_teams(results: Results, truth: dict[str, Any]) -> None:
    moved = measure(results, results.catalogue, Question(("answered",), "week", ("team", "agent"), "agent = 'a003'"))
    week = moved[(moved["period"] == "2026-W38") & (moved["value"] > 0)]
    assert sorted(week["team"]) == ["Pilatus", "Rigi"]


def test_nobody_of_the_inputs_is_found_in_what_was_made(home: Path) -> None:
    files = sorted((home / "sample" / "amazon_connect_ctr").glob("*.gz"))
    texts = [gzip.decompress(file.read_bytes()).decode() for file in files]
    found = {address for text in texts for address in re.findall(r'"Address":"([^"]+)","Type"', text)}
    phones = sorted({address[-9:] for address in found if address[-9:].isdigit()})
    mails = sorted(address for address in found if "@" in address)
    wanted = ahocorasick.Automaton()
    for word in phones[:300] + mails[:100]:
        wanted.add_word(word, word)
    wanted.make_automaton()
    made = [
        f
        for part in ("sample-work", "reports")
        for f in (home / part).rglob("*")
        if f.is_file() and f.name != "plotly.min.js"
    ]
    assert len(wanted) > 300 and len(made) > 50
    for file in made:
        assert not list(wanted.iter(file.read_text("latin-1"))), file


@pytest.mark.slow
def test_run_again_changes_nothing(home: Path) -> None:
    def stamps(folder: Path) -> dict[str, int]:
        return {str(f): f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()}

    results, pages = home / "sample-work" / "warehouse.results", home / "reports"
    before = stamps(results)
    again = command(home, "run", "--lang", "en")
    assert again.returncode == 0 and "up to date" in again.stderr
    assert stamps(results) == before
    written = stamps(pages)
    third = command(home, "run", "--lang", "en")
    assert third.stderr.endswith("nothing new: the pages stay as they are\n") and third.stdout == again.stdout
    assert stamps(pages) == written


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("kpis", "--kpi", "xyz"), 2, "no KPI 'xyz'; there are "),
        (("kpis", "--kpi", "servce_level"), 2, "no KPI 'servce_level'; service_level"),
        (("kpis", "--kpi", "login_s", "--by", "topic"), 2, "login_s has no dimension 'topic'; it has team, agent"),
        (
            ("kpis", "--kpi", "service_level", "--by", "team"),
            2,
            "a call that nobody answered has no agent and no team",
        ),
        (
            ("rows", "service_level", "--where", "agent=Keller"),
            2,
            "a call that nobody answered has no agent and no team",
        ),
        (("kpis", "--kpi", "aht", "--where", "team=Rigy"), 2, "error: no team 'Rigy'; there are "),
        (("kpis", "--week", "W47"), 2, "error: 'W47' is no ISO week such as 2026-W47\n"),
        (("kpis", "--from", "16.11.2026"), 2, "error: '16.11.2026' is no day such as 2026-11-16\n"),
        (
            ("kpis", "--from", "2026-11-16", "--to", "2026-11-02"),
            2,
            "error: the first day, 2026-11-16, is after the last, 2026-11-02\n",
        ),
        (("kpis", "--week", "2031-W01"), 4, "no data for 2031-W01"),
        (("kpis", "--from", "2031-01-01"), 4, "no data from 2031-01-01"),
        (("rows", "aht", "--from", "2031-01-01"), 4, "no data from 2031-01-01"),
        (("report", "--week", "2031-W01"), 4, "2031-W01"),
        (("report", "--lang", "fr"), 2, "no language 'fr'"),
        (("rows", "aht", "--met"), 2, "no share"),
        (("rows", "aht", "--where", "queue=cards"), 2, "no queue 'cards'; there are service, technical"),
        (("rows", "aht", "--where", "agent=Keller"), 2, "no agent 'Keller'; there are a001 (Anna Keller), "),
        (("load", "nowhere.csv", "--source", "csv"), 2, "--mapping"),
        (("load", "nowhere.csv", "--source", "asterisk_queue_log"), 2, "no such file"),
        (("load", ".", "--source", "sap"), 2, "no source 'sap'"),
        (("undo", "99"), 2, "there is no batch 99"),
        (("frobnicate",), 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_said_in_one_line(home: Path, words: tuple[str, ...], code: int, says: str) -> None:
    done = command(home, *words)
    assert done.returncode == code and says in done.stderr
    assert "Traceback" not in done.stderr


def test_kpis_as_json(home: Path) -> None:
    asked = (
        "kpis",
        "--kpi",
        "service_level_f2",
        "--kpi",
        "aht",
        "--by",
        "team",
        "--week",
        "2026-W40",
        "--format",
        "json",
    )
    records = json.loads(command(home, *asked).stdout)
    keys = {"kpi", "period", "team", "n", "numerator", "denominator", "value", "low", "high", "unit", "definition"}
    assert all(keys <= set(record) for record in records)
    assert {record["team"] for record in records} >= {"Limmat", "Rigi"}
    level, handled = ([r for r in records if r["kpi"] == kpi and r["n"]] for kpi in ("service_level_f2", "aht"))
    assert level and all(0 <= r["value"] <= 1 and r["low"] is r["high"] is None for r in level), "calls wait together"
    assert handled and all(0 < r["low"] <= r["value"] <= r["high"] for r in handled)


@pytest.fixture(scope="module")
def findings(home: Path) -> list[dict[str, Any]]:
    return json.loads(command(home, "findings", "--format", "json").stdout)


def test_findings_name_the_planted_hasty_people_and_nobody_else(
    findings: list[dict[str, Any]], truth: dict[str, Any]
) -> None:
    planted = {agent for agent, told in truth["agents"].items() if told["is_hasty"]}
    named = [f for f in findings if f["kind"] == "person"]
    assert {f["whom"]["agent"] for f in named} == planted
    assert {f["verdict"] for f in named} == {"worse"}
    assert all(len(f["evidence"]["rows"]) == 20 and f["definition"] for f in named)


def test_findings_recover_what_was_planted_in_the_centre(findings: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    by_kind = {f["kind"]: f["figures"] for f in findings if f["verdict"] == "seen"}
    [beside_own] = [f["figures"] for f in findings if f["kind"] == "hurried"]
    slope = by_kind["slope_turns"]
    assert slope["overall"]["high"] < 0 < slope["within"]["low"]
    assert by_kind["skills_resolution_inferred"]["gain"]["low"] > 0
    assert beside_own["returned"]["value"] > beside_own["others"]["value"], (
        "too few calls to see it: people were planted"
    )
    assert by_kind["price"]["repeats"]["low"] > 0
    assert {f["whom"]["team"] for f in findings if f["kind"] == "mood" and f["verdict"] == "seen"} == {"Rigi"}
    topics = {f["whom"]["topic"]: f["figures"]["repeats"]["value"] for f in findings if f["kind"] == "topic"}
    assert {"fault", "complaint"} <= set(topics)
    assert all(f["text"] for f in findings)


def test_every_finding_counts_its_records(results: Results, home: Path, found: Callable[..., list[Finding]]) -> None:
    findings = found(results, read_settings(home / "sample" / "pipeline.toml"))
    for finding in (f for f in findings if f.evidence.records):
        said = told(finding, results.catalogue[finding.evidence.kpi].better)
        rows = counted(records_of(results, finding.evidence.records))
        assert {name: rows[name] for name in said} == said and rows["rows"], finding.id
    assert {f.kind for f in findings} >= {"newcomers", "nobody", "slope_turns", "mood", "price", "after_complaint"}


def test_letters_are_scored_planned_and_talked_about(home: Path, truth: dict[str, Any]) -> None:
    line = json.dumps(
        {"id": "1", "text": "Dear customer, your request has been processed.", "reply_to": "No connection!"}
    )
    (home / "letter.jsonl").write_text(line, "utf-8")
    scored = json.loads(command(home, "score", "letter.jsonl", "--format", "json").stdout)
    assert scored["score"] < 0.2 and scored["situation"] == "no_connection" and len(scored["lacks"]) == 3
    assert {e["feature"] for e in scored["evidence"]} >= {"office_language", "impersonal_address"}
    plan = command(home, "plan-labels", "--budget", "30", "--out", "sheets", "--format", "json")
    assert len(json.loads(plan.stdout)) == 30 and len(list((home / "sheets").iterdir())) == 3
    talk = json.loads(command(home, "coach", "a001", "--format", "json").stdout)
    assert {row["kind"] for row in talk} == {"warmest", "coldest"}
    assert command(home, "incident", "T-1").returncode == 4


def test_letters_to_read_are_those_whose_writers_lost_patience(home: Path) -> None:
    parts = tomllib.loads((ROOT / "pipeline/sample/letters.toml").read_text("utf-8"))
    said = [sentence for of in parts.values() for temper in ("threat", "rude") for sentence in of[temper]]
    letters = pd.read_csv(home / "sample/letters/letters.csv.gz")
    lost = letters[letters["text"].map(lambda text: any(sentence in text for sentence in said))]
    planted = lost[lost["at"].between("2026-11-15T23", "2026-11-22T23")]
    listed = json.loads(command(home, "lists", "--list", "letters", "--format", "json").stdout)
    assert sorted(row["conversation_id"] for row in listed) == sorted(planted["ticket"])
    assert {row["detail"] for row in listed} == {"violence_threat", "rude"}


def test_joined_warmth_follows_true_warmth(results: Results, truth: dict[str, Any]) -> None:
    contacts = results.frame("select agent, score, verdict from fact_pec where agent is not null and score is not null")
    joined = joined_rates(contacts["agent"], contacts["score"], contacts["verdict"])
    planted = pd.Series(joined.groups).map(truth["written"]["warm_letters"])
    known = ~np.isnan(joined.rate)
    assert known.sum() >= 35 and 0 < joined.weight <= 1
    assert pd.Series(joined.rate)[known].corr(planted[known], method="spearman") > 0.5
    assert (joined.high - joined.low)[known].mean() < 0.45


def test_rows_add_up_to_the_number(home: Path) -> None:
    asked = ("--week", "2026-W40", "--where", "queue=service", "--format", "json")
    number = json.loads(
        command(
            home, "kpis", "--kpi", "service_level", "--by", "queue", "--week", "2026-W40", "--format", "json"
        ).stdout
    )
    service = next(record for record in number if record["queue"] == "service")
    met = json.loads(command(home, "rows", "service_level", "--met", *asked).stdout)
    unmet = json.loads(command(home, "rows", "service_level", "--unmet", *asked).stdout)
    assert (len(met), len(met) + len(unmet)) == (service["numerator"], service["denominator"])
    assert all("source_ref" in row and "customer" not in row for row in met)


@pytest.mark.parametrize(
    "words", [("sources",), ("batches",), ("explain", "fcr_7d"), ("findings",), ("check",)], ids=" ".join
)
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_listings_come_in_three_forms(home: Path, words: tuple[str, ...], form: str) -> None:
    done = command(home, *words, "--format", form)
    assert done.returncode == 0 and done.stdout
    if form == "json":
        assert isinstance(json.loads(done.stdout), list)
    assert "('" not in done.stdout and "{'" not in done.stdout, "no text of Python"


def test_checks_that_passed_are_counted_where_people_read_and_listed_where_programs_do(home: Path) -> None:
    listed = json.loads(command(home, "check", "--format", "json").stdout)
    passed = sum(check["outcome"] == "passed" for check in listed)
    shown = command(home, "check").stdout
    assert passed and "  passed  " not in shown
    assert f"{passed} of {len(listed)} checks passed" in shown.splitlines()[-1]


@pytest.mark.parametrize("line", re.findall(EXAMPLE, (ROOT / "README.md").read_text("utf-8"), re.M))
def test_the_examples_of_the_readme_find_something(home: Path, line: str) -> None:
    done = command(home, *shlex.split(line, comments=True), "--format", "json")
    assert done.returncode == 0 and json.loads(done.stdout), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "charts"),
    [
        ("start_here", 2),
        ("own_question", 2),
        ("kpis", 0),
        ("tickets", 3),
        ("pec_calibration", 1),
        ("speed_and_quality", 2),
    ],
)
def test_the_notebooks_run_on_the_published_results(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, charts: int
) -> None:
    monkeypatch.setenv("CONTACT_QUALITY_CONFIG", str(home / "sample" / "pipeline.toml"))
    outputs = outputs_of(name)
    assert sum("application/vnd.plotly.v1+json" in data for data in outputs) == charts
    if name == "own_question":
        [table] = [data["text/html"] for data in outputs if "asa, s" in data.get("text/html", "")]
        assert all(f"<td>{shift}</td>" in table for shift in ("early", "late"))
    if name == "tickets":
        points = outputs[-1]["application/vnd.plotly.v1+json"]["data"][0]
        assert "Anna Keller" in points["hovertext"]
        assert {"array", "arrayminus"} <= points["error_x"].keys() & points["error_y"].keys()
    if name == "pec_calibration":
        assert ">Anna Keller</td>" in outputs[-1]["text/html"]
