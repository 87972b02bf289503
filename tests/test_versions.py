"""Deliveries that replace, repeat or outdo one another, and batches that are taken out again."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.errors import NoData, Stopped, UsageError
from pipeline.loading.accounts import Account
from pipeline.loading.batches import erase, undo
from pipeline.loading.files import find_files
from pipeline.loading.inbox import find_sources, new_files, odd_entries, stray_files, unread_files
from pipeline.loading.load import load_files
from pipeline.results import open_results
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.tables import figure, load_table, publish, write_table

FIRST = """
call_id  offered_at        wait_s  talk_s  outcome   agent
a        2026-05-04 10:00  5       60      answered  ann
b        2026-05-04 10:05  5       60      answered  bob
"""
SECOND = """
call_id  offered_at        wait_s  talk_s  outcome   agent
b        2026-05-04 10:05  5       300     answered  bob
c        2026-05-04 10:09  5       60      answered  cid
"""


def nothing(step: str) -> None:
    pass


def talk_by_call(warehouse: Warehouse) -> dict[str, float]:
    return {row["call_id"]: row["talk_s"] for row in warehouse.records("select call_id, talk_s from raw_calls")}


def account(loaded: Account) -> tuple[int, int, int, int, int]:
    return loaded.rows_read, loaded.admitted, loaded.duplicate, loaded.replaced, loaded.removed


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


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_sources_with_files_of_one_name_the_later_named_wins_in_any_order(tmp_path: Path, order: str) -> None:
    """Tickets of mapped files are of one system: t1 is the same ticket in both."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for name in order:
            folder = tmp_path / name
            _, mapping = write_table(
                folder, "tickets", f"ticket_id  created_at  topic\nt1  2026-05-04 10:00  from_{name}"
            )
            source = find_source("csv", str(mapping.rename(folder / f"{name}.toml")))
            load_files(warehouse, settings, source, find_files([folder / "tickets"], source.suffixes))
        assert warehouse.value("select topic from raw_tickets") == "from_b"


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


def test_a_corrected_file_takes_the_place_of_the_first(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SECOND)
        assert account(load_table(warehouse, settings, tmp_path, "calls", FIRST)) == (2, 2, 0, 1, 1)
        assert talk_by_call(warehouse) == {"a": 60, "b": 60}


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


def test_a_name_that_reads_as_a_pattern_is_one_file(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST, name="calls1.csv")
        load_table(warehouse, settings, tmp_path, "calls", SECOND, name="calls[1].csv")
        files = warehouse.records("select name, rows_read from files order by name")
        assert [row["name"] for row in files] == ["calls1.csv", "calls[1].csv"]
        assert set(talk_by_call(warehouse)) == {"a", "b", "c"}


def test_two_files_of_one_name_are_not_loaded_as_one(tmp_path: Path) -> None:
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "queue_log").write_text("", "utf-8")
    with pytest.raises(UsageError, match="different names, or load the folder that holds both"):
        find_files([tmp_path / "monday", tmp_path / "tuesday"], ())
    assert [file.name for file in find_files([tmp_path], ())] == ["monday/queue_log", "tuesday/queue_log"]


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


def test_the_inbox_offers_what_is_new_and_names_what_lies_astray(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "asterisk_queue_log").mkdir(parents=True)
    (inbox / "asterisk_queue_log" / "queue_log").write_text("1777888800|c1|sales|NONE|ENTERQUEUE||1|1\n", "utf-8")
    for name in ("calls.csv", "pipeline.toml", "truth.json"):
        (inbox / name).write_text("a\n1\n", "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb", inbox=inbox)
    assert stray_files(inbox) == [inbox / "calls.csv"]
    with open_warehouse(settings) as warehouse:
        [(source, folder)], _ = find_sources(inbox)
        files = new_files(warehouse, settings, source, folder)
        assert [file.name for file in files] == ["queue_log"]
        load_files(warehouse, settings, source, files)
        assert new_files(warehouse, settings, source, folder) == []
        undo(warehouse, 1)
        assert new_files(warehouse, settings, source, folder) == []


def test_files_of_an_ending_that_the_source_does_not_read_are_named(tmp_path: Path) -> None:
    names = "jan.txt jan.txt.filepart feb.docx old/mar.TXT.gz old/mar.txt.bak.gz .hidden.pdf .sync/may.txt mapping.toml"
    for name in names.split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    bank = find_source("technion_bank")
    assert [file.name for file in find_files([tmp_path], bank.suffixes)] == ["jan.txt", "old/mar.TXT.gz"]
    unread = [file.relative_to(tmp_path).as_posix() for file in unread_files(bank, tmp_path)]
    assert unread == ["feb.docx", "jan.txt.filepart", "old/mar.txt.bak.gz"]


def test_links_to_folders_are_followed_and_what_is_no_file_is_named(tmp_path: Path) -> None:
    inbox, share = tmp_path / "inbox", tmp_path / "share"
    for folder in (inbox / "technion_bank", share / "old"):
        folder.mkdir(parents=True)
    (share / "old" / "jan.txt").touch()
    home = inbox / "technion_bank"
    (home / "share").symlink_to(share)
    (share / "back").symlink_to(share)
    (home / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(home / "pipe.txt")
    (inbox / "gone").symlink_to(tmp_path / "nowhere")
    assert [file.name for file in find_files([home], ())] == ["share/old/jan.txt"]
    odd = [path.relative_to(inbox).as_posix() for path in odd_entries(inbox, [home])]
    assert odd == ["gone", "technion_bank/gone.txt", "technion_bank/pipe.txt", "technion_bank/share/back"]


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("queue_log", True), ("queue_log.1", True), ("queue_log-20260810.gz", True), ("queue_log.pbx1.gz", True),
        ("queue_log.filepart", False), ("queue_log.old", False), ("queue_log.tmp.gz", False),
    ],
)  # fmt: skip
def test_a_log_has_any_name_but_that_of_an_unfinished_copy(tmp_path: Path, name: str, is_read: bool) -> None:
    (tmp_path / name).touch()
    source = find_source("asterisk_queue_log")
    assert (bool(find_files([tmp_path], source.suffixes)), unread_files(source, tmp_path)) == (
        is_read, [] if is_read else [tmp_path / name],
    )  # fmt: skip


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


def many_calls(first: int, n: int) -> str:
    """A call every six hours, the first of them on the fourth of May."""
    begin = datetime(2026, 5, 4)
    rows = [f"c{i}  {begin + timedelta(hours=6 * i)}  5  60  answered  ann" for i in range(first, first + n)]
    return "call_id  offered_at  wait_s  talk_s  outcome  agent\n" + "\n".join(rows)


@pytest.mark.parametrize(("later", "removed"), [((0, 35), 5), ((20, 20), 0), ((100, 40), 0), ((0, 20), None)])
def test_a_delivery_replaces_what_it_lacks_from_its_first_call_on_but_never_much(
    tmp_path: Path, later: tuple[int, int], removed: int | None
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 40))
        loaded = load_table(warehouse, settings, tmp_path, "calls", many_calls(*later))
        left = warehouse.value("select count(*) from raw_calls")
    if removed is None:
        assert loaded.error and "of the 40 records that it had" in loaded.error and left == 40
    else:
        assert (loaded.error, loaded.removed, left) == (
            None,
            removed,
            len({*range(40), *range(later[0], sum(later))}) - removed,
        )


def in_the_books(warehouse: Warehouse) -> list[list[int]]:
    query = "select batch_id, rows_read, admitted, quarantined, duplicate from files order by batch_id"
    return [list(row.values()) for row in warehouse.records(query)]


def test_an_export_of_the_last_days_under_one_name_keeps_the_days_before(tmp_path: Path) -> None:
    """Forty calls each time, ten further on; what is left of a delivery is its batch's, and goes and comes with it."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for week in range(4):
            loaded = load_table(warehouse, settings, tmp_path, "calls", many_calls(10 * week, 40))
            assert account(loaded) == (40, 40, 0, 30 if week else 0, 0)
            said = f"rows.csv: 10 older calls of this file stay (batch {week}): they are from before its first one now"
            assert loaded.remark == (said if week else None)
        assert in_the_books(warehouse) == [[1, 10, 10, 0, 0], [2, 10, 10, 0, 0], [3, 10, 10, 0, 0], [4, 40, 40, 0, 0]]
        build(warehouse, settings, [], nothing)
        assert figure(open_results(settings.results), "offered")["value"] == 70
        undo(warehouse, 2)
        assert set(talk_by_call(warehouse)) == {f"c{i}" for i in range(70) if i not in range(10, 20)}
        undo(warehouse, 4)
        assert set(talk_by_call(warehouse)) == {f"c{i}" for i in range(30) if i not in range(10, 20)}


def test_a_delivery_that_reaches_further_back_replaces_what_was_kept(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 40))
        load_table(warehouse, settings, tmp_path, "calls", many_calls(10, 40))
        whole = load_table(warehouse, settings, tmp_path, "calls", many_calls(1, 49).replace("c3  ", "new  "))
        assert account(whole) == (49, 49, 0, 48, 1) and in_the_books(warehouse) == [[1, 1, 1, 0, 0], [3, 49, 49, 0, 0]]
        again = load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 30))
        assert again.error and "lacks 21 of the 50" in again.error


def test_the_newer_of_two_deliveries_says_when_a_kept_call_was(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    late = FIRST.replace("2026-05-04 10:00  5       60", "2026-05-06 10:00  5       90")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        load_table(warehouse, settings, tmp_path, "calls", late.replace("10:05", "10:06"))
        assert talk_by_call(warehouse) == {"a": 90, "b": 60}
        undo(warehouse, 2)
        assert talk_by_call(warehouse) == {"a": 60, "b": 60}


def test_a_list_is_replaced_whole_and_the_same_content_read_anew_too(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for since in ("2026-01-01", "2026-02-01"):
            load_table(warehouse, settings, tmp_path, "agents", f"agent  team  valid_from\nann  Red  {since} 00:00")
        assert warehouse.value("select count(*) from raw_agents") == 1
        for zone in ("UTC", "America/New_York"):
            states = "agent  state  starts_at\nann  break  2026-05-04 08:00\nann  break  2026-05-04 20:00"
            load_table(warehouse, settings, tmp_path, "agent_states", states, timezone=zone)
        assert warehouse.value("select count(*) from raw_agent_states") == 2


def list_of(names: str, since: str = "2026-01-01 00:00") -> str:
    return "agent  team  valid_from\n" + "\n".join(f"{name}  Red  {since}" for name in names)


@pytest.mark.parametrize(
    ("later", "says", "left"),
    [
        (list_of("abcdefghij", "01.01.2026"), "none of 10 records is sound", 10),
        (list_of("abc"), "has 3 sound records and had 10", 10),
        (list_of("abcdefg") + "\nh  Red  01.01.2026", "has 7 sound records and had 10", 10),
        (list_of("abcdefgh"), None, 8),
        (list_of("abcdefghij", "2026-02-01 00:00"), None, 10),
    ],
    ids=["all bad", "half written", "some bad", "two gone", "dated anew"],
)
def test_half_a_list_of_agents_does_not_take_the_others_out(
    tmp_path: Path, later: str, says: str | None, left: int
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "agents", list_of("abcdefghij"))
        loaded = load_table(warehouse, settings, tmp_path, "agents", later)
        assert says in loaded.error if loaded.error and says else loaded.error is says
        assert warehouse.value("select count(*) from raw_agents") == left


def test_one_of_two_agents_may_go_and_more_when_the_list_is_undone(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for batch, (names, is_refused) in enumerate([("ab", False), ("a", False), ("abcdef", False), ("ab", True)], 1):
            loaded = load_table(warehouse, settings, tmp_path, "agents", list_of(names))
            assert bool(loaded.error) == is_refused, batch
        undo(warehouse, 3)
        assert load_table(warehouse, settings, tmp_path, "agents", list_of("ab")).error is None


def test_a_file_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "asterisk_queue_log"
    folder.mkdir(parents=True)
    (folder / "queue_log").write_text("1777888800|c1|sales|NONE|ENTERQUEUE||1|1\n", "utf-8")
    (folder / "queue_log.1").symlink_to("/proc/self/mem")  # a regular file whose reading fails, for root too
    settings = Settings(warehouse=tmp_path / "w.duckdb", inbox=tmp_path / "inbox")
    [(source, _)], _ = find_sources(settings.inbox)
    with open_warehouse(settings) as warehouse:
        accounts = load_files(warehouse, settings, source, new_files(warehouse, settings, source, folder))
    assert [(one.file, one.admitted, one.error) for one in accounts] == [
        ("queue_log", 1, None), ("queue_log.1", 0, f"{folder}/queue_log.1: cannot be read: [Errno 5] Input/output error"),
    ]  # fmt: skip


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
