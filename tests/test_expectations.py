"""Batches that are believable pass; each kind of nonsense is named; severity decides what happens."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from pipeline.batches import accept, undo
from pipeline.contracts import read_contracts
from pipeline.errors import UsageError
from pipeline.expectations import CheckResult, check_batches, stopping, titles
from pipeline.expectations.profile import profile_of
from pipeline.expectations.suites import Check, read_suites
from pipeline.files import find_files
from pipeline.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from pipeline.warehouse import open_warehouse
from tests.tables import csv_of, load_table

HEAD = "call_id  offered_at  answered_at  wait_s  talk_s  outcome  agent  topic  customer_key  queue"


def week_of_calls(week: int, calls: int = 40, **changed: str) -> str:
    """A sound week, or one in which a column always says something else."""
    rng = random.Random(week)
    rows = [HEAD]
    for number in range(calls):
        offered = pd.Timestamp("2026-01-05 09:00") + pd.Timedelta(
            days=7 * week + number % 6, seconds=rng.randrange(20_000)
        )
        row = {
            "call_id": f"w{week}n{number}", "offered_at": offered, "answered_at": offered + pd.Timedelta(seconds=10),
            "wait_s": 10, "talk_s": 200, "outcome": "answered", "agent": "ann", "topic": "bills", "customer_key": f"c{number}", "queue": "q",
        } | changed  # fmt: skip
        rows.append("  ".join(str(value) for value in row.values()))
    return "\n".join(rows)


def partly(week: int, column: str, share: int) -> str:
    """A week in which every so many-th call lacks a column."""
    head, *rows = week_of_calls(week).splitlines()
    at = HEAD.split().index(column)
    for number in range(0, len(rows), share):
        cells = rows[number].split("  ")
        rows[number] = "  ".join([*cells[:at], "-", *cells[at + 1 :]])
    return "\n".join([head, *rows])


def check_weeks(
    folder: Path, *weeks: str, settings: dict[str, str] | None = None, accepted: int | None = None
) -> list[CheckResult]:
    chosen = Settings(warehouse=folder / "w.duckdb", checks=settings or {})
    begun = 0
    if weeks[0] == SOUND:
        shutil.copytree(sound_weeks(), folder, dirs_exist_ok=True)
        begun = 1
    with open_warehouse(chosen) as warehouse:
        for number, text in enumerate(weeks[begun:], start=begun):
            load_table(warehouse, chosen, folder, "calls", text, name=f"w{number:02d}.csv")
        if accepted:
            accept(warehouse, accepted, "the centre moved house")
        return check_batches(warehouse, chosen, quiet)


@cache
def sound_weeks() -> Path:
    """A warehouse that holds five sound weeks, judged: most tests begin with it."""
    folder = Path(tempfile.mkdtemp())
    settings = Settings(warehouse=folder / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, folder, "calls", SOUND, name="w00.csv")
        check_batches(warehouse, settings, quiet)
    return folder


def quiet(step: str) -> None:
    """Progress is not the subject."""


def failed(results: list[CheckResult]) -> set[str]:
    return {result.check_name for result in results if result.outcome == "failed"}


SOUND = "\n".join([HEAD, *(row for week in range(5) for row in week_of_calls(week).splitlines()[1:])])
"""Five sound weeks in one batch."""


def test_sound_weeks_pass_whole(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(5), week_of_calls(6))
    assert {result.outcome for result in results} == {"passed"}
    assert {result.batch_id for result in results} == {1, 2, 3}


@pytest.mark.parametrize(
    ("week", "check", "stops"),
    [
        (week_of_calls(5, calls=5), "calls_volume_collapse", True),
        (week_of_calls(5, calls=120), "calls_volume_high", False),
        (week_of_calls(5, calls=60, outcome="abandoned", answered_at="-", talk_s="-"), "calls_none_answered", True),
        (week_of_calls(5, agent="-"), "calls_agent_gone", True),
        (week_of_calls(5, wait_s="-", answered_at="-"), "calls_wait_gone", True),
        (week_of_calls(5, talk_s="-"), "calls_talk_gone", True),
        (week_of_calls(5, topic="-"), "calls_topic_gone", True),
        (week_of_calls(5, queue="-"), "calls_queue_gone", True),
        (week_of_calls(5, customer_key="-"), "calls_customer_gone", True),
        (partly(5, "agent", share=3), "calls_agent_missing", False),
        (partly(5, "topic", share=3), "calls_topic_missing", False),
        (week_of_calls(5, talk_s="20000"), "calls_long_talk", False),
        (week_of_calls(5, talk_s="0"), "calls_empty_talk", False),
        (week_of_calls(5, wait_s="500"), "calls_wait_disagrees", False),
        (week_of_calls(5, queue="elsewhere"), "calls_new_queue", False),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("calls_") else "",
)
def test_each_nonsense_is_named(tmp_path: Path, week: str, check: str, stops: bool) -> None:
    results = check_weeks(tmp_path, SOUND, "\n".join([week, *week_of_calls(6).splitlines()[1:]]))
    named = [result for result in results if result.check_name == check and result.outcome == "failed"]
    assert [result.batch_id for result in named] == [2]
    assert (check in {result.check_name for result in stopping(results)}) == stops
    assert named[0].title_en and named[0].title_ru and named[0].failing


def test_volume_without_history_never_stops(tmp_path: Path) -> None:
    assert not stopping(check_weeks(tmp_path, week_of_calls(0), week_of_calls(1, calls=3), week_of_calls(2)))


TICKETS = "ticket_id  created_at  updated"
VERSIONED = 'table = "tickets"\ntimezone = "UTC"\nversion = "updated"\n[columns]\nticket_id = "ticket_id"\ncreated_at = "created_at"\n'


def tickets(updated: str) -> str:
    return "\n".join([TICKETS, *(f"t{n}  2026-01-05 10:00  {updated}" for n in range(4))])


FIRST_WEEK = tickets("2026-01-05 10:00") + "\nstays  2026-01-05 10:00  2026-01-05 10:00"


@pytest.mark.parametrize(
    ("second", "name", "repeated"),
    [
        (tickets("2026-01-12 10:00"), "w2.csv", set()),  # what changed, as an incremental export says it
        (tickets("2026-01-05 10:00") + "\nnew  2026-01-06 10:00  2026-01-06 10:00", "w0.csv", {2}),
        (tickets("2026-01-12 10:00") + tickets("2026-01-13 10:00").removeprefix(TICKETS), "w2.csv", set()),
        (tickets("2026-01-12 10:00") + tickets("2026-01-12 10:00").removeprefix(TICKETS), "w2.csv", {2}),
    ],
    ids=["newer", "the same", "two newer", "twice the same"],
)
def test_a_newer_version_is_no_repetition(tmp_path: Path, second: str, name: str, repeated: set[int]) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    (tmp_path / "mapping.toml").write_text(VERSIONED, "utf-8")
    source = find_source("csv", str(tmp_path / "mapping.toml"))
    with open_warehouse(settings) as warehouse:
        for text, file in ((FIRST_WEEK, "w1.csv"), (second, name)):
            (tmp_path / file).write_text(csv_of(text), "utf-8")
            [account] = load_files(warehouse, settings, source, find_files([tmp_path / file], source.suffixes))
            assert account.rows_read == account.admitted + account.duplicate
        results = check_batches(warehouse, settings, quiet)
    assert {r.batch_id for r in results if r.check_name == "tickets_duplicates" and r.outcome == "failed"} == repeated


def test_an_accepted_batch_no_longer_stops_and_keeps_its_reason(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(5, agent="-"), week_of_calls(6), accepted=2)
    assert not stopping(results)
    stops = [result for result in results if result.severity == "stop" and result.outcome == "failed"]
    assert [result.accepted_reason for result in stops] == ["the centre moved house"]


@pytest.mark.parametrize(
    ("severity", "stops", "appears"), [("warn", False, True), ("off", False, False), ("stop", True, True)]
)
def test_settings_choose_the_severity(tmp_path: Path, severity: str, stops: bool, appears: bool) -> None:
    results = check_weeks(
        tmp_path,
        SOUND,
        week_of_calls(5, topic="-"),
        settings={"calls_topic_missing": severity, "calls_topic_gone": "off"},
    )
    assert bool(stopping(results)) == stops
    assert ("calls_topic_missing" in failed(results)) == appears


def judgements(of: str, on: str, evaluators: str = "xy") -> str:
    rows = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"]
    rows += [f"e{n}  {of}{n}  {evaluators[n % len(evaluators)]}  {on} 10:00  pec  1" for n in range(24)]
    return "\n".join(rows)


def answers(of: str, on: str) -> str:
    rows = ["survey_id  conversation_id  question  score  answered_at"]
    return "\n".join([*rows, *(f"s{n}  {of}{n}  csat  4  {on} 10:00" for n in range(24))])


def states(*rows: str) -> str:
    return "\n".join(["agent  state  starts_at  ends_at", *rows])


def shifts(agent: str, ends: str = "2026-01-06 17:00") -> str:
    return states(*(f"{agent}  available  2026-01-06 {8 + n // 4:02}:{n % 4 * 15:02}  2026-01-06 {8 + n // 4:02}:{n % 4 * 15 + 10:02}" for n in range(24)), f"{agent}  logged_in  2026-01-06 08:00  {ends}")  # fmt: skip


def events(member: str = "ann", **kinds: int) -> str:
    rows = ["event_id  happened_at  call_id  queue  event  agent"]
    for kind, count in kinds.items():
        agent = {"ADDMEMBER": member, "CONNECT": "ann"}.get(kind, "-")
        rows += [f"{kind}{n}  2026-01-06 {9 + n // 60:02}:{n % 60:02}  c{n}  q  {kind}  {agent}" for n in range(count)]
    return "\n".join(rows)


def agents(*rows: str) -> str:
    return "\n".join(["agent  name  team  valid_from  valid_to", *rows])


ANN = "ann  Ann  red  2025-01-01 00:00  -"
OTHER_TABLES = [
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("nowhere", "2026-01-21"), "contacts_missing", True),
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("nowhere", "2026-01-21"), "contact_unknown", False),
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("w2n", "2026-01-21", "x"), "one_evaluator", False),
    ("surveys", answers("w2n", "2026-01-21"), answers("nowhere", "2026-01-21"), "contacts_missing", True),
    ("surveys", answers("w2n", "2026-01-21"), answers("nowhere", "2026-01-21"), "contact_unknown", False),
    ("agent_states", shifts("ann"), shifts("ann", ends="2026-01-08 09:00"), "day_long", False),
    (
        "agent_states",
        shifts("ann", ends="-"),
        shifts("ann", ends="-") + "\nann  logged_in  2026-01-07 08:00  2026-01-07 17:00",
        "lost_logouts",
        False,
    ),
    ("agent_states", shifts("ann"), shifts("bob"), "strangers", False),
    (
        "agent_states",
        shifts("ann"),
        shifts("ann") + "\nann  logged_in  2026-01-06 16:00  2026-01-06 18:00",
        "overlap",
        False,
    ),
    (
        "agents",
        agents(ANN),
        agents(ANN[:-1] + "2025-06-01 00:00", "ann  Ann  blue  2025-05-01 00:00  -"),
        "overlap",
        False,
    ),
    (
        "queue_events",
        events(ENTERQUEUE=60, CONNECT=40, COMPLETECALLER=40, ABANDON=20),
        events(ENTERQUEUE=60, CONNECT=40, ABANDON=20),
        "unfinished",
        False,
    ),
    (
        "queue_events",
        events(ENTERQUEUE=60, CONNECT=40, COMPLETECALLER=40, ABANDON=20),
        events(ENTERQUEUE=60, ABANDON=60),
        "none_connected",
        True,
    ),
    (
        "queue_events",
        events(ADDMEMBER=3, ENTERQUEUE=40, CONNECT=40, COMPLETECALLER=40),
        events("1001", ADDMEMBER=3, ENTERQUEUE=40, CONNECT=40, COMPLETECALLER=40),
        "named_by_telephone",
        False,
    ),
]


@cache
def judged(table: str, text: str) -> list[CheckResult]:
    """A table of its own beside five sound weeks of calls."""
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(sound_weeks(), Path(place), dirs_exist_ok=True)
        settings = Settings(warehouse=folder / "w.duckdb")
        with open_warehouse(settings) as warehouse:
            account = load_table(warehouse, settings, folder, table, text)
            assert account.error is None and not account.quarantined, account
            return check_batches(warehouse, settings, quiet)


@pytest.mark.parametrize(
    ("table", "sound", "broken", "check", "stops"),
    OTHER_TABLES,
    ids=lambda v: v if str(v).islower() and "\n" not in str(v) else "",
)
def test_other_tables(table: str, sound: str, broken: str, check: str, stops: bool) -> None:
    name = f"{table}_{check}"
    for text, is_bad in ((sound, False), (broken, True)):
        results = judged(table, text)
        assert "broken" not in {result.outcome for result in results}
        assert (name in failed(results)) == is_bad
        assert (name in {result.check_name for result in stopping(results)}) == (is_bad and stops)


def test_calls_of_agents_whom_the_list_does_not_know(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        assert "calls_agent_unknown" not in failed(check_batches(warehouse, settings, quiet))
        load_table(warehouse, settings, tmp_path, "agents", agents(ANN.replace("ann", "bob")))
        assert "calls_agent_unknown" in failed(check_batches(warehouse, settings, quiet))


def test_judgements_outside_the_span_of_the_loaded_calls_do_not_stop(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "evaluations", judgements("old", "2025-06-03"))
        results = check_batches(warehouse, settings, quiet)
    assert "evaluations_contact_unknown" in failed(results) and not stopping(results)


def test_a_handful_of_abandoned_calls_does_not_stop(tmp_path: Path) -> None:
    lost = week_of_calls(0, calls=30, outcome="abandoned", answered_at="-", talk_s="-", agent="-")
    assert not stopping(check_weeks(tmp_path, lost))


def test_weeks_without_a_record_are_named(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(7))
    assert [(r.batch_id, r.failing) for r in results if r.check_name == "calls_gap" and r.outcome == "failed"] == [
        (2, "calls 2026-W09: 3")
    ]


def test_calls_lag_behind_tickets_and_letters(tmp_path: Path) -> None:
    """Of a centre whose calls end in February while it goes on writing."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(
            warehouse, settings, tmp_path, "tickets", "ticket_id  created_at  status\nt1  2026-03-20 10:00  open"
        )
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        assert "calls_behind" in failed(check_batches(warehouse, settings, quiet))


def test_a_collapse_is_found_when_the_next_week_arrives(tmp_path: Path) -> None:
    """Checked week by week, as a schedule does: on its own day the week might still have been unfinished."""
    settings, stops = Settings(warehouse=tmp_path / "w.duckdb"), []
    with open_warehouse(settings) as warehouse:
        for number, text in enumerate((SOUND, week_of_calls(5, calls=3), week_of_calls(6))):
            load_table(warehouse, settings, tmp_path, "calls", text, name=f"w{number}.csv")
            results = check_batches(warehouse, settings, quiet)
            stops.append([(result.batch_id, result.check_name) for result in stopping(results)])
    assert stops == [[], [], [(2, "calls_volume_collapse")]]


def test_undoing_calls_changes_the_verdict_on_their_judgements(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "evaluations", judgements("w2n", "2026-01-21"))
        assert "evaluations_contact_unknown" not in failed(check_batches(warehouse, settings, quiet))
        undo(warehouse, 1)
        results = check_batches(warehouse, settings, quiet)
    assert "evaluations_contact_unknown" in failed(results)
    assert {result.batch_id for result in results} == {2}


def test_nothing_new_is_not_judged_again(tmp_path: Path) -> None:
    """Also where a corrected delivery has left its first batch empty."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "calls", SOUND + "\n" + week_of_calls(5).splitlines()[1])
        steps: list[str] = []
        first = check_batches(warehouse, settings, steps.append)
        assert steps and {result.batch_id for result in first} == {2}
        steps.clear()
        assert check_batches(warehouse, settings, steps.append) == first
        assert not steps


def test_a_check_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="calls_nonsense"):
        check_weeks(tmp_path, SOUND, settings={"calls_nonsense": "off"})


def test_every_check_has_a_title_in_both_languages() -> None:
    assert len(titles()) > 100
    assert all(set(title) == {"en", "ru"} and all(title.values()) for title in titles().values())


def test_every_table_has_what_its_checks_measure(tmp_path: Path) -> None:
    with open_warehouse(Settings(warehouse=tmp_path / "w.duckdb")) as warehouse:
        for contract in read_contracts():
            suite = read_suites(contract)
            measured = set(profile_of(warehouse, contract, suite, 1))
            assert {check.measure for check in suite.checks} <= measured, contract


def test_a_rule_whose_sql_is_wrong_is_broken_and_the_others_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = read_suites("calls")
    wrong = suite.model_copy(update={"measures": suite.measures | {"answered_share": "avg(no_such_column)"}})
    monkeypatch.setattr(
        "pipeline.expectations.read_suites", lambda name: wrong if name == "calls" else read_suites(name)
    )
    results = check_weeks(tmp_path, week_of_calls(0))
    assert [(r.check_name, r.severity) for r in results if r.outcome == "broken"] == [("calls_none_answered", "stop")]
    assert not stopping(results) and len([r for r in results if r.outcome == "passed"]) == len(results) - 1


def test_a_rule_that_broke_is_told_apart_and_does_not_stop() -> None:
    from pipeline.expectations.judge import Judge  # 4 s, which no other module need wait for

    check = Check(name="x", title={"en": "x", "ru": "x"}, severity="stop", measure="no such column", max=1)
    verdict = Judge().between(pd.DataFrame({"rows": [1]}), [check])[0]
    assert verdict.outcome == "broken" and verdict.observed


def test_nobody_is_named_in_what_failed(tmp_path: Path) -> None:
    phone = "+41791234567"
    results = check_weeks(
        tmp_path, SOUND, week_of_calls(5, queue=f"desk {phone}", customer_key=phone), week_of_calls(6)
    )
    assert "calls_new_queue" in failed(results)
    assert "791234567" not in str(results)


def test_great_expectations_writes_nothing_and_calls_nobody(tmp_path: Path) -> None:
    """In a process of its own, whose home and working folder are empty and whose sockets refuse."""
    script = """
import socket, sys
def refuse(*a, **k): raise SystemExit("network: " + repr(a))
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
from pipeline.expectations import check_batches
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse
settings = Settings(warehouse=Path(sys.argv[1]))
with open_warehouse(settings) as warehouse:
    print(len(check_batches(warehouse, settings, lambda step: None)))
"""
    settings, home = Settings(warehouse=tmp_path / "w.duckdb"), tmp_path / "home"
    home.mkdir()
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
    root = str(Path(__file__).parent.parent)
    env = {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.warehouse)], cwd=home, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0 and int(done.stdout) > 20, done.stderr
    assert not done.stderr.strip(), done.stderr
    assert list(home.rglob("*")) == []


MEASURED = """
import sys, time
from pathlib import Path
from pipeline.expectations import check_batches
from pipeline.expectations.judge import Judge
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse
def peak(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
settings = Settings(warehouse=Path(sys.argv[1]))
with open_warehouse(settings) as warehouse:
    Judge()
    before, began = peak(), time.monotonic()
    check_batches(warehouse, settings, lambda step: None)
    print(time.monotonic() - began, before, peak())
"""


@pytest.mark.slow
def test_a_million_rows_are_judged_in_bounded_memory(tmp_path: Path) -> None:
    """Memory beyond what Great Expectations takes when imported, in a process that did nothing else.

    VmHWM begins anew with the process; ru_maxrss would keep the parent's peak.
    """
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        warehouse.sql.execute(
            "insert into raw_calls by name select r.* replace (r.call_id || 'x' || n as call_id, "
            "r.offered_at + to_days((n % 30)::integer * 7) as offered_at) from raw_calls r, range(5000) t(n)"
        )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(settings.warehouse)], env=env, capture_output=True, text=True, check=True
    )
    seconds, before, after = map(float, done.stdout.split())
    print(f"{seconds:.1f} s, {before:.0f} MB imported, {after - before:.0f} MB more")
    assert seconds < 30 and after - before < 600
