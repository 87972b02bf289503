"""Public logs with known figures, read where REAL_DATA points at them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.findings.ledger import variants
from pipeline.findings.look import look
from pipeline.kpis.measure import Question, measure
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Parameters, Settings
from pipeline.sources import find_source

REAL_DATA = os.environ.get("REAL_DATA", "")
pytestmark = pytest.mark.skipif(not REAL_DATA, reason="REAL_DATA does not point at the public logs")


def published(folder: Path, timezone: str, *inputs: tuple[str, str | None, str]) -> tuple[list[Account], Results]:
    settings = Settings(warehouse=folder / "warehouse.duckdb", timezone=timezone)
    accounts = []
    with open_warehouse(settings) as warehouse:
        for source, mapping, file in inputs:
            chosen = find_source(source, mapping)
            accounts += load_files(warehouse, settings, chosen, find_files([Path(REAL_DATA) / file], chosen.suffixes))
        build(warehouse, settings, [], lambda step: None)
    return accounts, open_results(settings.results)


def figures(results: Results, *kpis: str) -> pd.DataFrame:
    return measure(results, results.catalogue, Question(kpis)).set_index("kpi")


@pytest.fixture(scope="module", params=["calls.csv", "calls.xlsx"])
def pwc(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[Account], Results]]:
    file = f"pwc_callcenter/{request.param}"
    folder = tmp_path_factory.mktemp("pwc")
    yield published(folder, "UTC", ("csv", "pwc_calls", file), ("csv", "pwc_surveys", file))


def test_pwc_goes_in_whole(pwc: tuple[list[Account], Results]) -> None:
    accounts, _ = pwc
    assert [(a.rows_read, a.admitted, a.quarantined, a.duplicate) for a in accounts] == [(5000, 5000, {}, 0)] * 2


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator", "expected"),
    [
        ("offered", 5000, None, 5000),
        ("answered", 4054, None, 4054),
        ("asa", None, 4054, 67.5207),
        ("talk_mean", 911_837, 4054, 224.9228),
        ("talk_sum", 911_837, None, 911_837),
        ("service_level", 374, 5000, 0.0748),
        ("resolution_stated", 3646, 4054, 3646 / 4054),
        ("csat", None, 4054, 3.4036),
    ],
)
def test_figures_of_the_pwc_log_are_the_known_ones(
    pwc: tuple[list[Account], Results], kpi: str, numerator: float | None, denominator: float | None, expected: float
) -> None:
    row = figures(pwc[1], kpi).loc[kpi]
    assert row["value"] == pytest.approx(expected, abs=5e-5)
    assert numerator is None or row["numerator"] == numerator
    assert denominator is None or row["denominator"] == denominator


def test_pwc_has_no_customers_so_no_repeats_and_no_confirmed_resolution(pwc: tuple[list[Account], Results]) -> None:
    absent = figures(pwc[1], "resolution_rate", "repeat_7d", "fcr_7d", "effort_per_resolved", "aht", "calls_per_hour")
    assert absent["value"].isna().all()
    assert absent["why"].notna().all()


def test_agents_of_the_pwc_log_are_named_with_intervals(pwc: tuple[list[Account], Results]) -> None:
    results = pwc[1]
    agents = measure(results, results.catalogue, Question(("resolution_stated",), by=("agent",))).set_index("agent")
    assert (agents.loc["Jim", "numerator"], agents.loc["Stewart", "numerator"]) == (485, 424)
    named = agents[agents.index.notna()]
    assert len(named) == 8
    assert (named["low"] < named["value"]).all() and (named["value"] < named["high"]).all()


@pytest.fixture(scope="module")
def technion(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Account], Results]:
    file = "technion_bank_1999/january.txt"
    return published(tmp_path_factory.mktemp("technion"), "Asia/Jerusalem", ("technion_bank", None, file))


def test_technion_loses_no_call(technion: tuple[list[Account], Results]) -> None:
    accounts, results = technion
    assert [(a.rows_read, a.admitted, a.quarantined, a.duplicate) for a in accounts] == [(31_599, 31_599, {}, 0)]
    outcomes = results.frame("select outcome, count(*) as n from fact_calls group by outcome").set_index("outcome")["n"]
    assert outcomes.to_dict() == {"answered": 27_060, "abandoned": 4_299, "no_call": 240}
    assert results.frame("select count(*) as n from fact_calls where is_answered and agent is null")["n"].item() == 490


@pytest.mark.parametrize(
    ("kpi", "expected", "within"),
    [
        ("offered", 31_359, 0),
        ("talk_mean", 183.4517, 5e-5),
        ("talk_p50", 113, 0),
        ("talk_sum", 4_964_204, 0),
        ("asa", 35.028, 5e-4),
        ("service_level", 0.52304, 5e-6),
        ("service_level_f2", 0.606135, 5e-7),
        ("service_level_f4", 0.562579, 5e-7),
        ("service_level_queued", 0.5442, 5e-5),
    ],
)
def test_figures_of_the_bank_log_are_the_known_ones(
    technion: tuple[list[Account], Results], kpi: str, expected: float, within: float
) -> None:
    assert figures(technion[1], kpi).loc[kpi, "value"] == pytest.approx(expected, abs=within)


def test_technion_repeats_under_the_golden_rules(technion: tuple[list[Account], Results]) -> None:
    repeats = figures(technion[1], "repeat_7d").loc["repeat_7d"]
    assert (repeats["denominator"], repeats["numerator"]) == (9_605, 5_850)


def test_agents_of_the_bank_log_have_the_known_talk_times(technion: tuple[list[Account], Results]) -> None:
    results = technion[1]
    agents = measure(results, results.catalogue, Question(("talk_mean",), by=("agent",))).set_index("agent")
    named = agents[agents.index.notna()]
    assert len(named) == 28
    assert named.loc["KAZAV", ["n", "value"]].round(2).tolist() == [2015, 175.56]
    assert named.loc["SHARON", ["n", "value"]].round(2).tolist() == [1996, 141.71]


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Account], Results]:
    return published(tmp_path_factory.mktemp("uci"), "UTC", ("servicenow_events", None, "uci_incident_log"))


def test_incidents_go_in_whole(incidents: tuple[list[Account], Results]) -> None:
    found = [(a.table, a.rows_read, a.admitted, a.duplicate, a.quarantined) for a in incidents[0]]
    assert found == [("tickets", 5998, 890, 5108, {}), ("ticket_events", 23_992, 23_992, 0, {})]


@pytest.mark.parametrize(
    ("kpi", "n", "value"),
    [
        ("tickets_created", 890, 890),
        ("sla_met_stated", 890, 495 / 890),
        ("reopened", 890, 10 / 890),
        ("never_reassigned", 890, 499 / 890),
        ("full_resolution_stated_p50", 861, 54.47),
        ("full_resolution_p50", 890, 53.44),
    ],
)
def test_incidents_have_the_known_figures(
    incidents: tuple[list[Account], Results], kpi: str, n: int, value: float
) -> None:
    found = figures(incidents[1], kpi).loc[kpi]
    assert (found["n"], round(found["value"], 2 if value > 1 else 9)) == (n, round(value, 2 if value > 1 else 9))


@pytest.fixture(scope="module")
def zendesk(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Account], Results]:
    return published(tmp_path_factory.mktemp("zendesk"), "UTC", ("zendesk", None, "zendesk_seeds"))


def test_zendesk_seeds_go_in_whole(zendesk: tuple[list[Account], Results]) -> None:
    """Every table but the two that the zone database stands for; equal rows of the seeds are duplicates.

    Of 38 changes one is of `requester_id`, which no clock depends on.
    """
    accounts = zendesk[0]
    assert [a.file for a in accounts if a.passed_over] == ["daylight_time_data.csv", "time_zone_data.csv"]
    assert not any(a.error or a.quarantined for a in accounts)
    read = {(a.file, a.table): (a.rows_read, a.admitted, a.duplicate) for a in accounts if not a.passed_over}
    assert read == {
        ("group_data.csv", "directory"): (8, 8, 0),
        ("schedule_data.csv", "schedule_hours"): (5, 5, 0),
        ("schedule_holiday_data.csv", "schedule_holidays"): (2, 2, 0),
        ("sla_policy_metric_history_data.csv", "sla_targets"): (22, 22, 0),
        ("ticket_comment_data.csv", "messages"): (20, 20, 0),
        ("ticket_data.csv", "tickets"): (10, 10, 0),
        ("ticket_field_history_data.csv", "ticket_events"): (37, 34, 3),
        ("ticket_schedule_data.csv", "ticket_events"): (10, 10, 0),
        ("ticket_sla_policy_data.csv", "ticket_events"): (10, 10, 0),
        ("ticket_tag_data.csv", "ticket_events"): (10, 7, 3),
        ("user_data.csv", "customer_keys"): (9, 1, 8),
        ("user_data.csv", "directory"): (10, 10, 0),
    }


DAY, FIRST_DAY = 86_400, 60_891
"""Ticket 11071 was created at 18:06:36, seven hours after its first events; from then to 11:01:27 of the next day it was open."""


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("status", "closed"),
        ("agent_work_s", FIRST_DAY + (15 + 2 + 12) * DAY),
        ("agent_wait_s", (4 + 10 + 1 + 13) * DAY),
        ("on_hold_s", (3 + 14 + 3) * DAY),
        ("requester_wait_s", FIRST_DAY + (29 + 20) * DAY),
        ("full_resolution_s", FIRST_DAY + 77 * DAY),
        ("assigned_s", 0),
        ("reopens", 0),
    ],
)
def test_clocks_of_a_zendesk_ticket_by_hand(
    zendesk: tuple[list[Account], Results], column: str, expected: object
) -> None:
    ticket = zendesk[1].frame("select * from fact_tickets where ticket_id = '11071'").iloc[0]
    assert ticket[column] == expected


def test_agreement_of_a_zendesk_ticket_by_hand(zendesk: tuple[list[Account], Results]) -> None:
    """Priority normal when it began: 1,920 minutes of requester wait; used up on the first day and 15 h 5 min of the hold."""
    row = zendesk[1].frame("select * from fact_sla where ticket_id = '11071' and measure = 'requester_wait'").iloc[0]
    assert (row["priority"], row["target_s"], row["is_met"]) == ("normal", 115_200, False)
    assert str(row["breach_at"]) == "2020-09-03 02:06:36"


def test_jira_seeds_go_in(tmp_path: Path) -> None:
    """All ten changes of the seeds are of fields that no clock depends on: summaries, epics, custom fields."""
    accounts, results = published(tmp_path, "UTC", ("jira_service_management", None, "jira_seeds"))
    read = {a.file: (a.table, a.rows_read, a.admitted) for a in accounts if not a.passed_over}
    assert read["issue.csv"] == ("tickets", 4, 4) and read["issue_field_history.csv"] == ("ticket_events", 0, 0)
    assert not any(a.error for a in accounts)
    found = results.frame("select ticket_id, status, full_resolution_s from fact_tickets order by ticket_id")
    assert found["status"].tolist() == ["open", "solved", "solved", "open"]  # resolved once, in progress now


def test_the_ledger_of_repeats_on_the_bank_log(technion: tuple[list[Account], Results]) -> None:
    """Reference: 9,605 answered contacts of known customers with seven days after them, 5,850 of them repeated."""
    _, results = technion
    everybody = Settings(timezone="Asia/Jerusalem", parameters=Parameters(heavy_contacts=1_000_000))
    found = variants(look(results, everybody), "true").set_index(["line", "days"])
    week = found.loc[("any_any", 7)]
    assert (week["ripe"], week["repeated"]) == (9_605, 5_850)
    assert found.loc["any_any"]["cases"].is_monotonic_decreasing
    assert (found.loc["any_any"]["cases"] <= found.loc["topic_any"]["cases"]).all()
