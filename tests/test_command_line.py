"""The command line: help with an example, and where something is missing or misspelt one line that says what, and the exit code."""

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from unittest import mock

import duckdb
import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.__main__ import app, main
from pipeline.commands.jobs import check_and_build
from pipeline.commands.terminal import Format, show
from pipeline.errors import NoData
from pipeline.expectations import CheckResult
from pipeline.settings import Settings
from tests.tables import publish

ROOT = Path(__file__).parents[1]
MAPPING = 'table = "calls"\ntimezone = "UTC"\n[columns]\ncall_id = "id"\noffered_at = "at"\noutcome = "outcome"\n'


EVALUATIONS = """table = "evaluations"
timezone = "UTC"
[columns]
evaluation_id = "id"
conversation_id = "call"
evaluated_at = "at"
evaluator = "who"
score = "score"
[constants]
criterion = "pec"
"""


def command(home: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command given in `home`."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with chdir(home), redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "argv", ["pipeline", *words]):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def put(home: Path, name: str, text: str) -> None:
    file = home / "data" / "inbox" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_every_command_has_help_with_an_example() -> None:
    names = [*get_command(app).commands]
    assert {"load", "build", "check", "report", "run", "kpis", "explain", "rows", "undo", "accept", "erase"} <= set(
        names
    )
    for name in names:
        shown = CliRunner().invoke(app, [name, "--help"]).output
        assert "Example: python -m pipeline" in shown.replace("\n  ", " "), name


@pytest.mark.parametrize(
    ("manifest", "code", "said"),
    [
        (None, 4, "nothing is published"),
        ('{"layout": "old"}', 3, "another version of the pipeline"),
        ("{", 3, "damaged"),
    ],
)
def test_results_that_cannot_be_read_end_otherwise_than_none(
    tmp_path: Path, manifest: str | None, code: int, said: str
) -> None:
    if manifest:
        file = tmp_path / "data" / "warehouse.results" / "manifest.json"
        file.parent.mkdir(parents=True)
        file.write_text(manifest, "utf-8")
    ended, _, err = command(tmp_path, "kpis")
    assert ended == code and said in err


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    full = duckdb.FatalException("FATAL Error: could not write to file w.duckdb: No space left on device")
    with mock.patch("pipeline.__main__.app", side_effect=full):
        code, _, err = command(tmp_path, "build")
    assert code == 1 and err.startswith("error: FATAL") and "Traceback" not in err


def test_a_run_with_nothing_but_a_refused_file_tells_why(tmp_path: Path) -> None:
    put(tmp_path, "own/mapping.toml", MAPPING)
    put(tmp_path, "own/calls.csv", "number,at,outcome\n1,2026-05-04 10:00:00,answered\n")
    code, _, err = command(tmp_path, "run")
    assert code == 3 and "column id of the mapping is not in the file" in err


@pytest.mark.parametrize(
    ("astray", "text", "said"),
    [
        ("archive/old.csv", "id,at,outcome\n", "data/inbox/archive: no source 'archive'"),
        ("broken/mapping.toml", 'table = "cals"\n', "broken/mapping.toml"),
    ],
    ids=["a folder without a mapping", "a mapping that cannot be"],
)
def test_a_folder_that_nobody_can_read_stops_no_other(tmp_path: Path, astray: str, text: str, said: str) -> None:
    days = "".join(f"{day},2026-05-{day:02} 10:00:00,answered\n" for day in range(4, 20))
    put(tmp_path, "own/mapping.toml", MAPPING)
    put(tmp_path, "own/calls.csv", "id,at,outcome\n" + days)
    put(tmp_path, astray, text)
    code, out, err = command(tmp_path, "run")
    assert code == 3 and "published" in err and "index.html" in out
    assert said in err.split("refused:")[1]


@pytest.mark.parametrize(
    ("option", "said", "code", "says"),
    [
        ("--week", "2026-W99", 2, "'2026-W99' is no ISO week such as 2026-W47"),
        ("--week", "2931-W02", 4, "no data for 2931-W02: that week has yet to begin"),
        ("--lang", "fr", 2, "no language 'fr'; there are en, ru"),
    ],
)
def test_a_run_is_told_of_a_wrong_option_before_it_loads(
    tmp_path: Path, option: str, said: str, code: int, says: str
) -> None:
    put(tmp_path, "own/mapping.toml", MAPPING)
    ended, _, err = command(tmp_path, "run", option, said)
    assert (ended, err) == (code, f"error: {says}\n") and not (tmp_path / "data" / "warehouse.duckdb").exists()


def test_a_zone_of_no_format_is_a_mistake_of_the_settings_and_of_no_folder(tmp_path: Path) -> None:
    put(tmp_path, "own/mapping.toml", MAPPING)
    (tmp_path / "pipeline.toml").write_text('[source_timezones]\nzendesk_api = "UTC"\n', "utf-8")
    code, _, err = command(tmp_path, "run")
    assert code == 2 and "source_timezones: zendesk_api is none of the formats" in err and "refused" not in err


def test_a_run_that_a_check_stops_tells_of_refused_files_too(tmp_path: Path) -> None:
    nobody = "".join(f"{n},2026-05-04 10:00:00,abandoned\n" for n in range(60))
    put(tmp_path, "own/mapping.toml", MAPPING + '[constants]\ndirection = "inbound"\n')
    put(tmp_path, "own/a.csv", "id,at,outcome\n" + nobody)
    put(tmp_path, "own/b.csv", "number,at,outcome\n1,2026-05-04 10:00:00,answered\n")
    code, _, err = command(tmp_path, "run")
    assert code == 3 and "stopped by a check" in err and "column id of the mapping is not in the file" in err


@pytest.mark.parametrize("step", ["check_and_build", "report_week"])
@pytest.mark.parametrize(
    "error",
    [NoData("2031-W01 is not published"), PermissionError(13, "Permission denied", "reports/.lock")],
    ids=["no such week", "no permission"],
)
def test_a_refused_file_is_named_whatever_goes_wrong_behind_it(tmp_path: Path, step: str, error: Exception) -> None:
    put(tmp_path, "own/mapping.toml", MAPPING)
    put(tmp_path, "own/broken.csv", "number,at,outcome\n1,2026-05-04 10:00:00,answered\n")
    others = {"check_and_build": None, "report_week": Path("reports")}
    with contextlib.ExitStack() as steps:
        for name, given in others.items():
            raised = error if name == step else None
            steps.enter_context(mock.patch(f"pipeline.__main__.{name}", return_value=given, side_effect=raised))
        code, _, err = command(tmp_path, "run")
    assert code == 3 and "column id of the mapping is not in the file" in err and str(error) in err


def test_what_was_undone_is_named_with_what_brings_it_back(tmp_path: Path) -> None:
    """Judgements whose calls were undone are no fault of theirs: the command that `run` names mends it."""
    days = [f"2026-05-{day:02d} 10:00:00" for day in range(4, 28)]
    put(tmp_path, "my calls/mapping.toml", MAPPING)
    for name, part in (("a", range(2)), ("b", range(2, 24))):
        put(tmp_path, f"my calls/{name}.csv", "id,at,outcome\n" + "".join(f"{n},{days[n]},answered\n" for n in part))
    put(tmp_path, "judged/mapping.toml", EVALUATIONS)
    judged = "".join(f"{n},{n},2026-05-{18 + n % 7} 12:00:00,e{n % 2},1\n" for n in range(2, 24))
    put(tmp_path, "judged/judged.csv", "id,call,at,who,score\n" + judged)
    for name in ("a", "b"):
        calls = (
            "load",
            f"data/inbox/my calls/{name}.csv",
            "--source",
            "csv",
            "--mapping",
            "data/inbox/my calls/mapping.toml",
        )
        assert command(tmp_path, *calls)[0] == 0
    put(tmp_path, "my calls/c.csv", "id,at,outcome\n99,2026-05-29 10:00:00,answered\n")
    assert command(tmp_path, "undo", "2")[0] == 0
    code, _, err = command(tmp_path, "run")
    assert code == 3
    assert "evaluations: more than half of the judgements are of contacts that are not loaded" in err
    assert "perhaps because batch 2 was undone: the calls of b.csv are missing" in err
    again = err.split("to load it again: `")[1].split("`")[0]
    assert command(tmp_path, *shlex.split(again))[0] == 0
    _, _, err = command(tmp_path, "run")
    assert "undone" not in err and "stopped by a check" not in err


def test_what_checks_warn_of_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    results = [
        CheckResult(1, "calls", "calls_gap", "warn", "failed", failing="a: 3", title_en="weeks without a record"),
        CheckResult(1, "calls", "calls_long_talk", "warn", "passed", title_en="long talks"),
        CheckResult(1, "calls", "calls_gap", "warn", "failed", failing="b: 3", title_en="weeks without a record"),
        CheckResult(2, "calls", "calls_gap", "warn", "failed", "≤ 1", "b: 4", "weeks without a record"),
        CheckResult(2, "calls", "calls_topic", "warn", "failed", title_en="no topics", accepted_reason="none are kept"),
    ]
    with (
        mock.patch("pipeline.expectations.check_batches", return_value=results),
        mock.patch("pipeline.building.build.build", return_value=True),
    ):
        check_and_build(mock.Mock(), Settings())
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]
    assert said == [
        "warning: batch 1, calls: weeks without a record (calls_gap): a: 3",
        "warning: batch 2, calls: weeks without a record (calls_gap, ≤ 1): b: 4",
    ]


def test_a_folder_without_a_file_to_load_is_no_success(tmp_path: Path) -> None:
    put(tmp_path, "own/calls.pdf", "")
    code, _, err = command(tmp_path, "load", "data/inbox/own", "--source", "technion_bank")
    assert code == 2 and "data/inbox/own: no file that technion_bank reads (.txt .gz .zst)" in err


def test_lines_of_json_end_where_json_says(tmp_path: Path) -> None:
    lines = ('{"id": "1", "text": "Hello Emma\u2028I fixed it.\x85Bye"}', '{"id": "2", "text": "Hello Tom"}')
    (tmp_path / "letters.jsonl").write_text("\r\n".join(lines), "utf-8-sig", newline="")
    code, out, _ = command(tmp_path, "score", "letters.jsonl", "--format", "json")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["1", "2"])


def test_scores_stand_in_the_order_of_the_file_and_what_is_empty_has_none(tmp_path: Path) -> None:
    said = {"1": "Hello Emma", "2": "A stone.", "3": " \n> Hello", "4": "I fixed it."}
    (tmp_path / "letters.jsonl").write_text("\n".join(json.dumps({"id": n, "text": text}) for n, text in said.items()))
    _, out, _ = command(tmp_path, "score", "letters.jsonl", "--format", "csv")
    rows = [line.split(",") for line in out.splitlines()[1:]]
    assert list(dict.fromkeys(row[0] for row in rows)) == list(said)
    assert [row[0] for row in rows if not row[1]] == ["3"]


def test_a_key_that_no_letter_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters.jsonl").write_text('{"text": "Hello"}\n{"rol": "customer", "text": "Hello"}\n')
    code, out, err = command(tmp_path, "score", "letters.jsonl")
    assert (code, out) == (2, "") and "letters.jsonl: line 2:" in err and "no key 'rol'" in err


def test_an_empty_listing_says_so(tmp_path: Path) -> None:
    assert command(tmp_path, "batches") == (0, "", "no rows\n")


def test_records_say_when_they_were_also_where_they_have_no_instant(tmp_path: Path) -> None:
    calls = "call_id  offered_at        talk_s  outcome   agent\na        2026-05-04 10:00  600     answered  ann\n"
    states = "agent  state      starts_at         ends_at\nann    logged_in  2026-05-04 09:30  2026-05-04 10:30\n"
    publish(tmp_path, calls=calls, agent_states=states)
    for kpi, is_dated in (("login_s", True), ("answered", False)):
        code, out, _ = command(tmp_path, "--warehouse", "warehouse.duckdb", "rows", kpi)
        heads = out.split("\n", 2)[1].split()
        assert code == 0 and ("half_hour" in heads) is is_dated, out
        assert "2026-05-04 10:00" in out, out


LISTED = {
    "name": "=1+1", "few": 99.44, "many": 1234.6, "calls": 12345, "is_met": True, "at": datetime(2026, 5, 4, 10, 30),
    "never": pd.NaT, "unknown": float("nan"), "teams": ("Rigi", "Sihl"), "parts": {"talk": 60},
}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (Format.table, "=1+1   99.44   1,235   12,345   yes   2026-05-04 10:30:00   -   -   Rigi, Sihl   talk 60"),
        (Format.csv, """'=1+1,99.44,1234.6,12345,True,2026-05-04T10:30:00,,,"[""Rigi"", ""Sihl""]","{""talk"": 60}\""""),
        (Format.json, '"at": "2026-05-04T10:30:00", "never": null, "unknown": null, "teams": [ "Rigi", "Sihl" ], "parts": { "talk": 60 } } ]'),
    ],
)  # fmt: skip
def test_people_and_programs_read_values_in_their_own_way(
    capsys: pytest.CaptureFixture[str], form: Format, said: str
) -> None:
    show([LISTED], form)
    assert " ".join(capsys.readouterr().out.split()).endswith(" ".join(said.split()))


def test_what_is_too_wide_for_a_table_stands_record_by_record(capsys: pytest.CaptureFixture[str]) -> None:
    row = {f"measure_{n}": n for n in range(40)} | {"nothing": None}
    show([row, row], Format.table)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["measure_0   0", "measure_1   1"] and len(lines) == 2 * (40 + 1)


def test_a_python_without_the_dependencies_says_which_one_has_them() -> None:
    done = subprocess.run([sys.executable, "-IS", "-c", BARE], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and ". .venv/bin/activate" in done.stderr and "Traceback" not in done.stderr


def test_a_terminal_that_cannot_show_a_name_shows_its_numbers(tmp_path: Path) -> None:
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    (tmp_path / "pipeline.toml").write_text('[tickets]\nofficial_channels = ["сайт"]\n', "utf-8")
    words = [sys.executable, "-m", "pipeline", "explain", "official_channel"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env=os.environ | bare)
    assert done.returncode == 0 and "\\u0441\\u0430\\u0439\\u0442" in done.stdout, done.stderr


BARE = "import sys; sys.path.insert(0, '.'); import pipeline.__main__"
