"""Exports of what was changed lately, and of the last days, that come under one name every week."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.expectations import check_batches
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.tables import load_table
from tests.weeks_of_calls import failed, quiet

TICKETS = "ticket_id  created_at        status"
FIRST_WEEK = f"""{TICKETS}
old  2026-03-02 10:00  open
t1   2026-05-04 10:00  open
t2   2026-05-05 10:00  solved
t3   2026-05-06 10:00  solved
"""
CHANGED_SINCE = f"""{TICKETS}
old  2026-03-02 10:00  solved
t1   2026-05-04 10:00  solved
t4   2026-05-12 10:00  open
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(warehouse=tmp_path / "w.duckdb")


def statuses(warehouse: Warehouse) -> dict[str, str]:
    return {row["ticket_id"]: row["status"] for row in warehouse.records("select ticket_id, status from raw_tickets")}


def test_tickets_that_have_not_changed_lately_stay(tmp_path: Path, settings: Settings) -> None:
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", FIRST_WEEK)
        later = load_table(warehouse, settings, tmp_path, "tickets", CHANGED_SINCE)
        assert statuses(warehouse) == {"old": "solved", "t1": "solved", "t2": "solved", "t3": "solved", "t4": "open"}
        assert (later.replaced, later.removed, later.duplicate) == (2, 0, 0)
        assert (
            later.remark
            == "rows.csv: 2 older tickets of this file stay (batch 1): an export may hold only what has changed"
        )
        undo(warehouse, 1)
        assert set(statuses(warehouse)) == {"old", "t1", "t4"}


@pytest.mark.parametrize(
    ("table", "head"),
    [
        ("ticket_events", "event_id  ticket_id  happened_at  field  value"),
        ("messages", "message_id  conversation_id  sent_at  author_role  body"),
    ],
)
def test_a_history_gives_way_to_that_of_its_own_ticket(
    tmp_path: Path, settings: Settings, table: str, head: str
) -> None:
    """`c`, of t1 and later than its first row in the second export, was deleted; of t2 nothing was exported."""
    said = "status  open" if table == "ticket_events" else "customer  Hello"
    first, second = (
        "\n".join([head, *(f"{row[0]}  {row[1:3]}  2026-05-{row[3:]} 10:00  {said}" for row in rows.split())])
        for rows in ("at104 bt105 ct106 dt205 et209", "bt105 ft107 gt303")
    )
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, table, first)
        later = load_table(warehouse, settings, tmp_path, table, second)
        key = head.split()[0]
        left = [row["id"] for row in warehouse.records(f"select {key} as id from raw_{table} order by 1")]
    assert left == list("abdefg") and later.removed == 1


def test_a_changed_name_leaves_others_of_its_number(tmp_path: Path, settings: Settings) -> None:
    """Systems number users, groups and priorities apart."""
    head, group = "kind  entry_id  name", "group  1  Cards"
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "directory", f"{head}\n{group}\npriority  1  High")
        load_table(warehouse, settings, tmp_path, "directory", f"{head}\n{group} and loans")
        names = [row["name"] for row in warehouse.records("select name from raw_directory order by kind")]
    assert names == ["Cards and loans", "High"]


def test_a_list_that_a_later_document_lacks_has_not_changed(tmp_path: Path, settings: Settings) -> None:
    ticket = {"id": 1, "status": "open", "created_at": "2026-05-04T10:00:00Z", "updated_at": "2026-05-04T10:00:00Z"}
    rating = {"id": 9, "ticket_id": 1, "score": "good", "created_at": "2026-05-04T11:00:00Z"}
    source, file = find_source("zendesk"), tmp_path / "export.json"
    with open_warehouse(settings) as warehouse:
        for document in ({"tickets": [ticket], "satisfaction_ratings": [rating]}, {"tickets": [ticket | {"id": 2}]}):
            file.write_text(json.dumps(document), "utf-8")
            load_files(warehouse, settings, source, find_files([file], source.suffixes))
        counts = [warehouse.value(f"select count(*) from raw_{table}") for table in ("tickets", "surveys")]
    assert counts == [2, 1]


def calls_of(days: range, late: str = "") -> str:
    rows = [
        f"c{day}-{i}  {datetime(2026, 5, 4, 8) + timedelta(days=day, hours=i)}  60  answered  ann"
        for day in days
        for i in range(10)
    ]
    return "\n".join(["call_id  offered_at  talk_s  outcome  agent", *([late] if late else []), *rows])


def test_calls_that_a_late_one_takes_out_are_said_and_warned_of(tmp_path: Path, settings: Settings) -> None:
    """Seven days each time; a call of the first day that was closed late makes the second begin there."""
    late = "late  2026-05-04 07:00  60  answered  ann"
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", calls_of(range(7)))
        later = load_table(warehouse, settings, tmp_path, "calls", calls_of(range(1, 8), late))
        warned = failed(check_batches(warehouse, settings, quiet))
    assert later.removed == 10 and later.remark == (
        "rows.csv: 10 calls that this file had since 2026-05-04, where it begins now, are not in it any more and were "
        "taken out; if they are not gone, give each delivery a name of its own"
    )
    assert "calls_removed" in warned
