"""What only a history of statuses can tell is not known without one; what rests on stamps is."""

import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Settings
from pipeline.settings.tickets import Sla
from pipeline.sources import find_source
from tests.tables import figure, load_table
from tests.ticket_tables import HOUR, one, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

HISTORY_ONLY = (
    "reopens", "requester_wait_s", "agent_work_s", "agent_wait_s", "on_hold_s", "requester_wait_business_s",
    "agent_work_business_s", "first_resolution_s",
)  # fmt: skip
TICKETS = """
ticket_id  created_at        status   solved_at         first_replied_at  reopens
stamped    2026-05-04 09:00  solved   2026-05-04 12:00  2026-05-04 10:00  -
counted    2026-05-04 09:00  solved   2026-05-04 12:00  -                 2
pending    2026-05-04 09:00  pending  -                 -                 -
untouched  2026-05-14 09:00  new      -                 -                 -
"""
EVENTS = """
event_id  ticket_id  happened_at       field   value
1         counted    2026-05-04 10:00  status  pending
2         counted    2026-05-04 12:00  status  solved
3         stamped    2026-05-04 11:00  agent   kim
"""
MEASURES = ("full_resolution", "requester_wait", "agent_work")
SLA = {"sla": (Sla(name="all", targets={measure: {"any": 60} for measure in MEASURES}, is_business=False),)}


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("followed"), SLA, tickets=TICKETS, ticket_events=EVENTS)


def known(results: Results, ticket: str) -> dict[str, float]:
    found = one(results, ticket)
    return {column: found[column] for column in HISTORY_ONLY if not pd.isna(found[column])}


def judged(results: Results) -> list[str]:
    return results.frame("select distinct measure from fact_sla order by 1")["measure"].tolist()


@pytest.mark.parametrize("events", ["", EVENTS.replace("status", "queue")], ids=["none", "of other fields"])
def test_without_a_history_only_what_rests_on_stamps_is_known(tmp_path: Path, events: str) -> None:
    tables = {"tickets": TICKETS} | ({"ticket_events": events} if events else {})
    results = publish(tmp_path, SLA, **tables)
    assert known(results, "stamped") == known(results, "pending") == known(results, "untouched") == {}
    assert known(results, "counted") == {"reopens": 2}
    stamped = one(results, "stamped")
    assert (stamped["first_reply_s"], stamped["full_resolution_s"]) == (HOUR, 3 * HOUR)
    assert judged(results) == ["full_resolution"]
    for kpi in ("reopened", "requester_wait_p50", "agent_wait_p50", "first_resolution_p50"):
        assert figure(results, kpi)["why"] is not None, kpi


def test_a_ticket_of_a_source_with_a_history_that_nobody_touched_has_noughts(followed: Results) -> None:
    untouched = known(followed, "untouched")
    assert untouched["reopens"] == untouched["agent_wait_s"] == untouched["on_hold_s"] == 0
    counted = known(followed, "counted")
    assert (counted["reopens"], counted["agent_wait_s"], counted["agent_work_s"]) == (2, 2 * HOUR, HOUR)
    assert judged(followed) == ["agent_work", "full_resolution", "requester_wait"]


def test_of_a_ticket_that_moved_without_a_recorded_change_no_history_is_known(followed: Results) -> None:
    assert known(followed, "stamped") == known(followed, "pending") == {}


def test_the_history_of_one_source_says_nothing_of_another(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    export = tmp_path / "freshdesk.csv"
    export.write_text("Ticket ID,Status,Created time,Contact ID\n9,Open,2026-05-04 09:00:00,7\n", "utf-8")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", TICKETS)
        load_table(warehouse, settings, tmp_path, "ticket_events", EVENTS)
        bundle = find_source("freshdesk_csv")
        load_files(warehouse, settings, bundle, find_files([export], bundle.suffixes))
        build(warehouse, settings, [], lambda step: None)
    results = open_results(settings.results)
    assert known(results, "9") == {} and known(results, "untouched")["reopens"] == 0


def test_freshdesks_words_for_nobody_are_no_persons_name(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    export = tmp_path / "freshdesk.csv"
    head = "Ticket ID,Status,Created time,Agent,Group,Type"
    rows = ["1,Open,2026-05-04 09:00:00,No Agent,No Group,", "2,Open,2026-05-04 09:00:00,Ann,Cards,Question"]
    export.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    with open_warehouse(settings) as warehouse:
        bundle = find_source("freshdesk_csv")
        load_files(warehouse, settings, bundle, find_files([export], bundle.suffixes))
        found = warehouse.sql.execute("select agent, queue, topic from raw_tickets order by ticket_id").fetchall()
    assert found == [(None, None, None), ("Ann", "Cards", "Question")]


def test_the_first_change_that_a_source_delivers_tells_of_all_its_tickets(tmp_path: Path) -> None:
    """Also of those of weeks that it does not touch."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    old = TICKETS + "old  2026-01-05 09:00  closed  2026-01-05 12:00  -  -\nquiet  2026-01-06 09:00  new  -  -  -\n"
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", old)
        build(warehouse, settings, [], lambda step: None)
        assert known(open_results(settings.results), "quiet") == {}
        load_table(warehouse, settings, tmp_path, "ticket_events", EVENTS)
        build(warehouse, settings, [], lambda step: None)
    assert known(open_results(settings.results), "quiet")["reopens"] == 0


def test_the_first_letter_that_a_source_delivers_tells_of_all_its_later_tickets(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    tickets = "ticket_id  created_at\nbefore  2026-01-05 09:00\nwritten  2026-01-06 09:00\nafter  2026-06-01 09:00"
    letter = "message_id  conversation_id  author_role  sent_at\nm1  written  agent  2026-01-06 10:00"
    found = []
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", tickets)
        build(warehouse, settings, [], lambda step: None)
        for change in (
            lambda: load_table(warehouse, settings, tmp_path, "messages", letter),
            lambda: undo(warehouse, 2),
        ):
            change()
            build(warehouse, settings, [], lambda step: None)
            frame = open_results(settings.results).frame("select replies from fact_tickets order by created_at")
            found.append([None if pd.isna(n) else int(n) for n in frame["replies"]])
    assert found == [[None, 1, 0], [None, None, None]]


def item(field: str, before: str | None, after: str) -> dict[str, str | None]:
    return {"field": field, "fromString": before, "toString": after}


def test_what_a_field_was_before_its_first_change_held_since_the_creation(tmp_path: Path) -> None:
    """Jira: created as low and with ann, both changed four days after; given to ann and then to bob; with ann all the time; or
    with ann, and nothing of it is recorded."""
    changes = {
        "1": [[item("priority", "Low", "High"), item("assignee", "ann", "bob")]],
        "2": [[item("assignee", None, "ann")], [item("assignee", "ann", "bob")]],
        "3": [[item("priority", "High", "High")]],
        "4": [],
    }
    issues = [
        {
            "id": name,
            "key": f"A-{name}",
            "fields": {"created": "2026-05-01T09:00:00Z", "project": {"key": "A"}, "priority": {"name": "High"}, "assignee": {"displayName": "ann"},
                       "comment": {"comments": [{"id": f"c{name}", "created": "2026-05-01T13:00:00Z", "jsdPublic": True,
                                                 "author": {"accountType": "atlassian", "displayName": "ann"}}]}},
            "changelog": {"histories": [{"id": f"{name}{n}", "created": f"2026-05-0{5 + n}T09:00:00Z", "items": items}
                                        for n, items in enumerate(histories)]},
        }
        for name, histories in changes.items()
    ]  # fmt: skip
    export = tmp_path / "issues.json"
    export.write_text(json.dumps({"issues": issues}), "utf-8")
    targets = {"first_reply": {"low": 480, "high": 60}}
    settings = Settings(warehouse=tmp_path / "w.duckdb", sla=(Sla(name="all", targets=targets, is_business=False),))
    with open_warehouse(settings) as warehouse:
        bundle = find_source("jira_service_management")
        load_files(warehouse, settings, bundle, find_files([export], bundle.suffixes))
        build(warehouse, settings, [], lambda step: None)
    results = open_results(settings.results)
    query = "select coalesce(handoffs, -1), coalesce(assigned_s / 3600, -1) from fact_tickets order by ticket_id"
    assert results.frame(query).values.tolist() == [[1, 0], [1, 96], [0, -1], [-1, -1]]
    agreed = results.frame("select ticket_id, target_s from fact_sla order by 1").values.tolist()
    assert agreed[:2] == [["1", 8 * HOUR], ["2", HOUR]]


CUT = """
ticket_id  created_at        status
waited     2026-05-04 09:00  solved
opened     2026-05-04 09:00  solved
reopened   2026-05-04 09:00  solved
again      2026-05-04 09:00  open
closed     2026-05-04 09:00  closed
"""
LATER = """
event_id  ticket_id  happened_at       field   value   value_before
1         waited     2026-05-05 09:00  status  open    pending
2         waited     2026-05-05 10:00  status  solved  open
3         opened     2026-05-05 09:00  status  open    open
4         opened     2026-05-05 10:00  status  solved  open
5         reopened   2026-05-05 09:00  status  open    solved
6         reopened   2026-05-05 10:00  status  solved  open
7         again      2026-05-05 09:00  status  open    closed
8         closed     2026-05-05 09:00  status  closed  solved
"""


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("cut"), SLA, tickets=CUT, ticket_events=LATER)


def test_a_status_before_the_first_change_held_since_the_creation(cut: Results) -> None:
    waits = ("agent_wait_s", "agent_work_s", "first_resolution_s", "reopens")
    assert [one(cut, "waited")[name] for name in waits] == [24 * HOUR, HOUR, 25 * HOUR, 0]
    assert [one(cut, "opened")[name] for name in waits] == [0, 25 * HOUR, 25 * HOUR, 0]
    assert one(cut, "opened")["taken_up_s"] == 24 * HOUR


def test_of_a_ticket_that_was_solved_before_its_first_change_the_reopening_is_known_and_no_course(cut: Results) -> None:
    assert [known(cut, ticket) for ticket in ("reopened", "again")] == [{"reopens": 1}, {"reopens": 1}]
    assert known(cut, "closed") == {"reopens": 0} and pd.isna(one(cut, "closed")["full_resolution_s"])
    assert one(cut, "reopened")["full_resolution_s"] == 25 * HOUR
    backlog = cut.frame(
        "select cast(day as varchar) as day, sum(open_n) as n from fact_ticket_days group by 1 order by 1"
    )
    assert backlog.values.tolist()[:2] == [["2026-05-04", 2], ["2026-05-05", 1]]
