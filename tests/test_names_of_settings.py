"""What the settings name and no loaded row has is told, by its key."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import check_batches
from pipeline.settings import Scorecard, Settings
from pipeline.settings.service_levels import ServiceLevel
from pipeline.settings.tickets import Sla, Tickets
from tests.tables import load_table

TICKETS = """
ticket_id  created_at        channel  customer_group  priority  queue
t1         2026-05-04 10:00  Email    gold            High      service
"""
CALLS = "call_id  offered_at        outcome    queue\nc1       2026-05-04 10:00  abandoned  sales"
JUDGED = """
evaluation_id  conversation_id  evaluated_at      evaluator  criterion  score
e1             c1               2026-05-04 12:00  eve        needs      1
"""


def sla(**named: Any) -> tuple[Sla, ...]:
    return (Sla(**{"name": "all", "targets": {"first_reply": {"any": 480}}} | named),)


@pytest.mark.parametrize(
    ("said", "check", "unknown"),
    [
        ({"sla": sla(channels=("email", "emial"))}, "tickets_name_unknown", "[[sla]] channels: emial"),
        ({"sla": sla(customer_groups=("Gold", "golden"))}, "tickets_name_unknown", "[[sla]] customer_groups: golden"),
        (
            {"sla": sla(targets={"first_reply": {"high": 60, "highest": 30, "any": 480}})},
            "tickets_name_unknown",
            "[[sla]] targets: highest",
        ),
        ({"tickets": Tickets(urgent=("high", "urgnt"))}, "tickets_name_unknown", "urgent: urgnt"),
        (
            {"tickets": Tickets(urgent=("hihg",), official_channels=("web", "EMAIL"))},
            "tickets_name_unknown",
            "urgent: hihg, official_channels: web",
        ),
        (
            {"queue_timezones": dict.fromkeys(("service", "sales", "Sales"), "Europe/Moscow")},
            "calls_queue_unknown",
            "queue_timezones: Sales",
        ),
        ({"ended_sources": ("calls", "Calls")}, "calls_source_unknown", "ended_sources: Calls"),
        (
            {"service_levels": (ServiceLevel(queue="Sales", target=1), ServiceLevel(channel="chat", target=1))},
            "calls_service_level_unknown",
            "[[service_levels]] queue: Sales, [[service_levels]] channel: chat",
        ),
        (
            {"scorecards": (Scorecard(name="a", criteria={"needs": {}, "needz": {}}),)},
            "evaluations_criterion_unknown",
            "[[scorecards]] criteria: needz",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_that_no_row_has_is_told(loaded: Path, said: dict[str, Any], check: str, unknown: str) -> None:
    assert judged(loaded, said)[check] == ("failed", unknown)


def test_names_that_rows_have_pass_and_what_is_not_named_is_not_judged(loaded: Path) -> None:
    of_tickets = Tickets(official_channels=("email",))
    assert judged(loaded, {"tickets": of_tickets}) == {"tickets_name_unknown": ("passed", "")}
    assert judged(loaded, {}) == {}


def test_nothing_is_said_of_names_whose_kind_is_not_loaded(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", CALLS)
    said = {"sla": sla(channels=("email",)), "queue_timezones": {"sales": "Europe/Moscow"}}
    assert judged(tmp_path / "w.duckdb", said) == {"calls_queue_unknown": ("passed", "")}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("named")
    settings = Settings(warehouse=home / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for table, rows in (("tickets", TICKETS), ("calls", CALLS), ("evaluations", JUDGED)):
            load_table(warehouse, settings, home, table, rows)
    return settings.warehouse


def judged(file: Path, said: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The outcome of each check of names under the settings `said`."""
    settings = Settings(warehouse=file, **said)
    with open_warehouse(settings) as warehouse:
        checks = check_batches(warehouse, settings, lambda _: None)
    kinds = ("name_unknown", "queue_unknown", "service_level_unknown", "source_unknown", "criterion_unknown")
    return {one.check_name: (one.outcome, one.failing) for one in checks if one.check_name.endswith(kinds)}
