"""Batches that are believable pass; each kind of nonsense is named; severity decides what happens."""

import random
from pathlib import Path

import pandas as pd
import pytest

from pipeline.batches import accept
from pipeline.expectations import CheckResult, check_batches, stopping
from pipeline.expectations.judge import Judge
from pipeline.expectations.suites import Check
from pipeline.settings import Settings
from pipeline.warehouse import open_warehouse
from tests.tables import load_table

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


def check_weeks(
    folder: Path, *weeks: str, settings: dict[str, str] | None = None, accepted: int | None = None
) -> list[CheckResult]:
    chosen = Settings(warehouse=folder / "w.duckdb", checks=settings or {})
    with open_warehouse(chosen) as warehouse:
        for number, text in enumerate(weeks):
            load_table(warehouse, chosen, folder, "calls", text, name=f"w{number:02d}.csv")
        if accepted:
            accept(warehouse, accepted, "the centre moved house")
        return check_batches(warehouse, chosen, lambda step: None)


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
        (week_of_calls(5, outcome="abandoned", answered_at="-", talk_s="-"), "calls_none_answered", True),
        (week_of_calls(5, agent="-"), "calls_agent_missing", True),
        (week_of_calls(5, wait_s="-", answered_at="-"), "calls_wait_missing", True),
        (week_of_calls(5, talk_s="-"), "calls_talk_missing", True),
        (week_of_calls(5, topic="-"), "calls_topic_missing", False),
        (week_of_calls(5, customer_key="-"), "calls_customer_missing", False),
        (week_of_calls(5, talk_s="20000"), "calls_long_talk", False),
        (week_of_calls(5, talk_s="0"), "calls_empty_talk", False),
        (week_of_calls(5, wait_s="500"), "calls_wait_disagrees", False),
        (week_of_calls(5, queue="elsewhere"), "calls_new_queue", False),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("calls_") else "",
)
def test_each_nonsense_is_named(tmp_path: Path, week: str, check: str, stops: bool) -> None:
    results = check_weeks(tmp_path, SOUND, week, week_of_calls(6))
    named = [result for result in results if result.check_name == check and result.outcome == "failed"]
    assert [result.batch_id for result in named] == [2]
    assert (check in {result.check_name for result in stopping(results)}) == stops
    assert named[0].title_en and named[0].title_ru and named[0].failing


def test_volume_without_history_never_stops(tmp_path: Path) -> None:
    assert not stopping(check_weeks(tmp_path, week_of_calls(0), week_of_calls(1, calls=3), week_of_calls(2)))


def test_an_accepted_batch_no_longer_stops_and_keeps_its_reason(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(5, agent="-"), week_of_calls(6), accepted=2)
    assert not stopping(results)
    stops = [result for result in results if result.severity == "stop" and result.outcome == "failed"]
    assert [result.accepted_reason for result in stops] == ["the centre moved house"]


@pytest.mark.parametrize(
    ("severity", "stops", "appears"), [("warn", False, True), ("off", False, False), ("stop", True, True)]
)
def test_settings_choose_the_severity(tmp_path: Path, severity: str, stops: bool, appears: bool) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(5, topic="-"), settings={"calls_topic_missing": severity})
    assert bool(stopping(results)) == stops
    assert ("calls_topic_missing" in failed(results)) == appears


def test_judgements_of_calls_that_are_not_there(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    rows = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"]
    rows += [f"e{n}  nowhere{n}  {'xy'[n % 2]}  2026-01-06 10:00  pec  1" for n in range(20)]
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "evaluations", "\n".join(rows))
        results = check_batches(warehouse, settings, lambda step: None)
    assert "evaluations_contacts_missing" in {result.check_name for result in stopping(results)}


def test_a_rule_that_broke_is_told_apart_and_does_not_stop() -> None:
    check = Check(name="x", title={"en": "x", "ru": "x"}, severity="stop", measure="no such column", max=1)
    verdict = Judge().between(pd.DataFrame({"rows": [1]}), [check])[0]
    assert verdict.outcome == "broken" and verdict.observed
