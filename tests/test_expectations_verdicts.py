"""Severity decides what happens; who accepts a batch gives a reason; a rule that is itself wrong stops nothing."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.contracts import read_contracts
from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import check_batches, name_settings, stopping, titles
from pipeline.expectations.profile import profile_of
from pipeline.expectations.suites import Check, read_suites
from pipeline.settings import Settings
from tests.tables import load_table
from tests.weeks_of_calls import SOUND, check_weeks, failed, week_of_calls


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


def test_every_check_has_a_title_in_both_languages() -> None:
    assert len(titles()) > 100
    assert all(set(title) == {"en", "ru"} and all(title.values()) for title in titles().values())


def test_every_table_has_what_its_checks_measure(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        name_settings(warehouse, settings)
        for contract in read_contracts():
            suite = read_suites(contract)
            measured = set(profile_of(warehouse, contract, suite, 1, "UTC"))
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
