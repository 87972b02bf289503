"""Deliveries that replace, repeat or outdo one another, and batches that are taken out again."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import NoData, Stopped, UsageError
from pipeline.loading.batches import erase, undo
from pipeline.loading.files import find_files
from pipeline.loading.inbox import new_files
from pipeline.loading.load import load_files
from pipeline.results import open_results
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.deliveries import FIRST, SECOND, account, nothing, talk_by_call
from tests.tables import figure, load_table, publish, write_table

pytestmark = pytest.mark.usefixtures("facts_alone")


def test_the_later_name_wins_and_the_earlier_is_kept_for_the_day_it_is_undone(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        assert account(load_table(warehouse, settings, tmp_path, "calls", FIRST, name="1.csv")) == (2, 2, 0, 0, 0)
        assert account(load_table(warehouse, settings, tmp_path, "calls", SECOND, name="2.csv")) == (2, 2, 0, 1, 0)
        assert talk_by_call(warehouse) == {"a": 60, "b": 300, "c": 60}
        build(warehouse, settings, [], nothing)
        undo(warehouse, 2)
        assert talk_by_call(warehouse) == {"a": 60, "b": 60}
        build(warehouse, settings, [], nothing)
    results = open_results(settings.results)
    assert figure(results, "talk_mean", agent="bob")["value"] == 60
    assert figure(results, "offered")["value"] == 2


@pytest.mark.parametrize(
    ("order", "of_a", "won"), [("ab", "rows.csv", "b"), ("ba", "rows.csv", "b"), ("ab", "rows.txt", "a")]
)
def test_of_two_sources_with_files_of_one_name_the_later_named_wins_in_any_order(
    tmp_path: Path, order: str, of_a: str, won: str
) -> None:
    """Tickets of mapped files are of one system: t1 is the same ticket in both. First the whole name of the file decides."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for name in order:
            folder = tmp_path / name
            _, mapping = write_table(
                folder,
                "tickets",
                f"ticket_id  created_at  topic\nt1  2026-05-04 10:00  {name}",
                name=of_a if name == "a" else "rows.csv",
            )
            source = find_source("csv", str(mapping.rename(folder / f"{name}.toml")))
            load_files(warehouse, settings, source, find_files([folder / "tickets"], source.suffixes))
        assert warehouse.value("select topic from raw_tickets") == won


@pytest.mark.parametrize("order", [("csv", "tsv"), ("tsv", "csv")])
def test_of_two_files_whose_names_differ_by_their_ending_that_of_the_later_ending_wins(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    settings, head = Settings(warehouse=tmp_path / "w.duckdb"), "call_id  offered_at  outcome  topic"
    with open_warehouse(settings) as warehouse:
        for ending in order:
            file, mapping = write_table(
                tmp_path, "calls", f"{head}\na  2026-05-04 10:00  answered  {ending}", name=f"W44.{ending}"
            )
            file.write_text(file.read_text("utf-8").replace(",", "\t" if ending == "tsv" else ","), "utf-8")
            load_files(
                warehouse, settings, source := find_source("csv", str(mapping)), find_files([file], source.suffixes)
            )
        assert warehouse.value("select topic from raw_calls") == "tsv"


@pytest.mark.slow
def test_names_that_are_delivered_again_rebuild_nothing(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    names = "kind    entry_id  status\nstatus  Erledigt  {}\nstatus  Erledigt  {}"
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        for file, status, is_news in (("1", "solved", True), ("2", "solved", False), ("3", "open", True)):
            load_table(warehouse, settings, tmp_path, "directory", names.format(status, status), name=f"{file}.csv")
            assert bool(warehouse.value("select count(*) from stale")) == is_news, file
            build(warehouse, settings, [], nothing)
        undo(warehouse, 4)
        assert warehouse.value("select count(*) from stale") == 1


def test_a_losing_delivery_replaces_nothing(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SECOND, name="2.csv")
        late = load_table(warehouse, settings, tmp_path, "calls", FIRST, name="1.csv")
        assert account(late) == (2, 1, 1, 0, 0)
        assert talk_by_call(warehouse)["b"] == 300


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [("W44.csv", "W44 (1).csv", 30), ("W44.csv", "W44-new.csv", 30), ("W44 (9).csv", "W44 (10).csv", 60)],
)
def test_a_correction_under_another_name_counts_or_is_said_not_to(
    tmp_path: Path, first: str, second: str, counts: float
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    right = FIRST.replace("60      answered  ann", "30      answered  ann")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST, name=first)
        corrected = load_table(warehouse, settings, tmp_path, "calls", right, name=second)
        again = load_table(warehouse, settings, tmp_path, "calls", FIRST + "\n", name="A.csv")
        assert talk_by_call(warehouse)["a"] == counts
    said = f"{second}: 1 of its calls say something else than {first}, whose name is the greater"
    assert (corrected.remark or "").startswith(said) if counts == 60 else corrected.remark is None
    assert (again.remark is None) == (counts == 60)


def test_a_newer_file_of_a_lower_name_is_said_from_its_first_record_on(tmp_path: Path) -> None:
    settings, head = Settings(warehouse=tmp_path / "w.duckdb"), "ticket_id  created_at  status"
    old, new = (
        "\n".join([head, *(f"t{n}  2026-10-2{n} 10:00  {status if n == 2 else 'open'}" for n in days)])
        for days, status in ((range(5), "open"), (range(2, 9), "solved"))
    )
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", old, name="26.10.2026.csv")
        later = load_table(warehouse, settings, tmp_path, "tickets", new, name="02.11.2026.csv")
    said = "02.11.2026.csv: 1 of its tickets say something else than 26.10.2026.csv, whose name is the greater"
    assert (later.remark or "").startswith(said) and 'version = "Changed"' in str(later.remark)


def test_an_undone_file_can_be_loaded_again(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        undo(warehouse, 1)
        assert talk_by_call(warehouse) == {}
        again = load_table(warehouse, settings, tmp_path, "calls", FIRST)
        assert account(again) == (2, 2, 0, 0, 0) and not again.is_unchanged
        assert [row["status"] for row in warehouse.records("select status from batches order by 1")] == [
            "loaded",
            "undone",
        ]


def test_without_any_batch_there_is_nothing_published(tmp_path: Path) -> None:
    publish(tmp_path, calls=FIRST)
    settings = Settings(warehouse=tmp_path / "warehouse.duckdb")
    with open_warehouse(settings) as warehouse:
        undo(warehouse, 1)
        with pytest.raises(NoData):
            build(warehouse, settings, [], nothing)
    with pytest.raises(NoData):
        open_results(settings.results)


def test_what_a_batch_empties_of_a_customer_is_nowhere_once_it_is_erased(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    head = "message_id  sent_at           author_role  customer_key  body"
    known, emptied = "l1  2026-05-04 10:00  customer  c1  Kummer", "l1  2026-05-04 10:00  customer  -  -"
    other = "l2  2026-05-04 10:00  customer  c2  Gruss"
    with open_warehouse(settings) as warehouse:
        for name, rows in {"1.csv": [known, other], "2.csv": [known], "3.csv": [emptied]}.items():
            load_table(warehouse, settings, tmp_path, "messages", "\n".join([head, *rows]), name=name)
        counted = warehouse.records("select file_id, rows_read, admitted, duplicate from files")
        warehouse.sql.execute("checkpoint")
        assert b"Kummer" in settings.warehouse.read_bytes()
        assert erase(warehouse, 3) == 2
        assert counted == warehouse.records("select file_id, rows_read, admitted, duplicate from files")
        warehouse.write_anew()
    assert b"Kummer" not in settings.warehouse.read_bytes()
    with open_warehouse(settings) as warehouse:
        undo(warehouse, 3)
        for table in ("raw_messages", "duplicate_messages"):
            left = f"select count(customer_key) + count(body) from {table} where message_id = 'l1'"
            assert warehouse.value(left) == 0
        assert warehouse.value("select body from raw_messages where message_id = 'l2'") == "Gruss"
        assert erase(warehouse, 3) == 0


def test_a_batch_is_undone_once(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        undo(warehouse, 1)
        for batch, says in ((1, "undone already"), (7, "no batch 7")):
            with pytest.raises(UsageError, match=says):
                undo(warehouse, batch)


def test_a_source_whose_name_has_a_quote(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    mapping = tmp_path / "o'brien.toml"
    mapping.write_text(
        'table = "skills"\ntimezone = "UTC"\n[columns]\nagent = "a"\nskill = "s"\nlevel = "l"\nvalid_from = "f"\n',
        "utf-8",
    )
    (tmp_path / "skills.csv").write_text("a,s,l,f\nann,invoices,2,2026-05-04 10:00\n", "utf-8")
    source = find_source("csv", str(mapping))
    with open_warehouse(settings) as warehouse:
        loaded = load_files(warehouse, settings, source, find_files([tmp_path / "skills.csv"], source.suffixes))[0]
        assert (loaded.source, loaded.admitted, loaded.error) == ("o'brien", 1, None)


def test_records_ahead_of_a_slow_clock_come_in_once_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first record from 2099 does not keep the file from being read again for the second from yesterday."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    rows = (
        FIRST + f"c  {datetime.now():%Y-%m-%d %H:%M}  5  60  answered  cid\nd  2099-01-01 10:00  5  60  answered  dot"
    )
    with open_warehouse(settings) as warehouse:
        with monkeypatch.context() as slow:
            slow.setattr("pipeline.loading.row_tests.LATEST", "now()::timestamp - interval 3 day")
            assert load_table(warehouse, settings, tmp_path, "calls", rows).quarantined == {"in_the_future": 2}
        source = find_source("csv", str(tmp_path / "calls" / "mapping.toml"))
        assert [file.name for file in new_files(warehouse, settings, source, tmp_path / "calls")] == ["rows.csv"]
        late = load_table(warehouse, settings, tmp_path, "calls", rows)
        assert (account(late), late.quarantined) == ((4, 3, 0, 2, 0), {"in_the_future": 1})
        assert not new_files(warehouse, settings, source, tmp_path / "calls")
        assert load_table(warehouse, settings, tmp_path, "calls", rows).is_unchanged


def test_before_the_first_year_is_no_time(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        old = load_table(warehouse, settings, tmp_path, "calls", FIRST + "z  1970-01-01 00:00  5  60  answered  ann\n")
        assert old.quarantined == {"before_1990": 1} and old.admitted == 2


def test_presence_outside_an_agents_versions_and_of_many_days(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        calls=FIRST + "z  2026-07-06 10:05  5  60  answered  ann\n",
        agents="""
        agent  team  valid_from        valid_to
        ann    Red   2026-05-04 10:00  2026-05-05 00:00
        """,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 08:00  2026-05-04 12:00
        bob    logged_in  2026-05-04 08:00  2026-06-25 08:00
        """,
    )
    assert figure(results, "login_s", team="Red")["value"] == 2 * 3600
    assert figure(results, "login_s", agent="ann", week="2026-W19")["value"] == 4 * 3600
    assert figure(results, "login_s", agent="bob")["value"] == 52 * 86400


@pytest.mark.parametrize("name", ["models", "it's", 'a "b" c'])
def test_a_warehouse_of_any_name_is_built(tmp_path: Path, name: str) -> None:
    settings = Settings(warehouse=tmp_path / f"{name}.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        build(warehouse, settings, [], nothing)
    assert figure(open_results(settings.results), "offered")["value"] == 2


def test_a_holder_without_a_name_is_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: {}["uid"])
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings), pytest.raises(Stopped, match=f"in use by user {os.getuid()}, process"):
        open_warehouse(settings).__enter__()
