"""Records that bear the id of another one: ids that begin again, legs of a call; and corrections, which are the same record."""

from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import check_batches, stopping
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.tables import load_table, write_table
from tests.weeks_of_calls import failed, quiet

BEGINS_AGAIN, SAME_ID = "ids_begin_again", "same_id"
W45 = """
call_id  offered_at        talk_s  outcome   agent
1        2026-11-02 10:00  60      answered  ann
2        2026-11-02 10:05  61      answered  bob
"""
W46 = """
call_id  offered_at        talk_s  outcome   agent
1        2026-11-09 10:00  70      answered  bob
2        2026-11-09 10:05  71      answered  ann
3        2026-11-09 10:09  72      answered  ann
"""
TICKETS = """
ticket_id  created_at        status
7          2026-11-02 10:00  open
8          2026-11-03 10:00  open
"""
OTHER_TICKETS = TICKETS.replace("2026-11-0", "2026-10-0").replace("open", "solved")


@pytest.mark.parametrize(
    ("table", "weeks", "lost"),
    [
        ("calls", {"W45.csv": W45, "W46.csv": W46}, 2),
        ("calls", {"W46.csv": W46, "W45.csv": W45}, 2),
        ("calls", {"calls.csv": W45, "calls.csv ": W46}, 2),
        ("tickets", {"10.csv": TICKETS, "11.csv": OTHER_TICKETS}, 2),
    ],
    ids=["calls", "the older comes later", "under one name", "tickets"],
)
def test_ids_that_begin_again_stop_the_batch_that_brings_them(
    tmp_path: Path, table: str, weeks: dict[str, str], lost: int
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        accounts = [
            load_table(warehouse, settings, tmp_path, table, text, name=name.strip()) for name, text in weeks.items()
        ]
        stopped = [(r.batch_id, r.check_name) for r in stopping(check_batches(warehouse, settings, quiet))]
    assert stopped == [(2, f"{table}_{BEGINS_AGAIN}")]
    assert accounts[0].remark is None
    assert (accounts[1].remark or "").startswith(
        f"{accounts[1].file}: {table} that do not count, because others of another day bear their ids, here or in another file: {lost};"
    )


SAID = "rows.csv: calls that do not count, because others of this file bear their ids and say something else: {};"

ALIKE = (
    "rows.csv: calls that do not count, because others of this file are alike in all that is read: {}; where each is"
)


def test_an_id_of_two_columns_cures_it(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for name, text in (("W45.csv", W45), ("W46.csv", W46)):
            file, mapping = write_table(tmp_path, "calls", text, name=name)
        for call_id in ('"call_id"', '["offered_at", "call_id"]'):
            mapping.write_text(
                mapping.read_text("utf-8").replace('call_id = "call_id"', f"call_id = {call_id}"), "utf-8"
            )
            source = find_source("csv", str(mapping))
            accounts = load_files(warehouse, settings, source, find_files([file.parent], source.suffixes))
        assert [account.error for account in accounts] == [None, None]
        assert warehouse.value("select count(*) from raw_calls") == 5
        assert not stopping(check_batches(warehouse, settings, quiet))


@pytest.mark.parametrize(
    ("table", "first", "second"),
    [
        ("tickets", TICKETS, TICKETS.replace("open", "solved") + "9  2026-11-04 10:00  open"),
        ("calls", W45, W45.replace("02 10", "02 11").replace("60", "30")),
        ("calls", W45, W45.replace("11-02", "02-11")),
    ],
    ids=["old tickets once more", "a start an hour later", "days for months"],
)
def test_a_correction_is_no_other_record(tmp_path: Path, table: str, first: str, second: str) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for name, text in (("1.csv", first), ("2.csv", second)):
            account = load_table(warehouse, settings, tmp_path, table, text, name=name)
            assert account.remark is None
        assert not failed(check_batches(warehouse, settings, quiet)) & {f"{table}_{BEGINS_AGAIN}", f"{table}_{SAME_ID}"}


LEGS = """
call_id  offered_at        talk_s  outcome   queue
1        2026-11-02 10:00  60      answered  front
1        2026-11-02 10:02  90      answered  back
2        2026-11-02 10:05  61      answered  front
"""


@pytest.mark.parametrize(
    ("rows", "lost"), [(LEGS, 1), (LEGS.replace("10:02  90      answered  back", "10:00  60      answered  front"), 0)]
)
def test_legs_under_one_id_are_told_from_a_row_that_stands_twice(tmp_path: Path, rows: str, lost: int) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, "calls", rows)
        found = failed(check_batches(warehouse, settings, quiet))
    assert (account.admitted, account.duplicate) == (2, 1)
    assert (account.remark or "").startswith(SAID.format(lost) if lost else ALIKE.format(1))
    assert ("calls_same_id" in found, "calls_duplicates" in found) == (bool(lost), not lost)
