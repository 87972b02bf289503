"""What lies in the inbox: which files are meant, which are new, and which are named because nobody reads them."""

import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from pipeline.commands.unread import say_unread
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.inbox import find_sources, new_files, odd_entries, stray_files, unread_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.deliveries import FIRST, SECOND, talk_by_call
from tests.tables import load_table


def test_a_folder_is_one_source_by_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "asterisk_queue_log").mkdir()
    (tmp_path / "asterisk_queue_log_table").symlink_to(tmp_path / "asterisk_queue_log")
    found, [refused] = find_sources(tmp_path)
    assert [folder.name for _, folder in found] == ["asterisk_queue_log"]
    assert (
        refused.error
        == f"{tmp_path}/asterisk_queue_log_table: is the folder {tmp_path}/asterisk_queue_log by another name"
    )


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


def test_what_is_not_read_is_told_by_what_it_truly_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "a.xls": b"\xd0\xcf\x11\xe0", "b.xls": b"<html>", "c.xls": b"id\tat\n", "d.log": b"id,at\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    settings = Settings(warehouse=tmp_path / "w" / "w.duckdb", inbox=tmp_path)
    with open_warehouse(settings) as warehouse:
        say_unread(warehouse, settings, [(find_source("servicenow_events"), tmp_path)])
    said = capsys.readouterr().err.splitlines()
    told = [
        line.partition("; it is ")[2].partition(":")[0]
        for line in said
        if line.partition(" is not read")[0].endswith((".xls", ".log"))
    ]
    assert told == [
        "a workbook of an old Excel, or one with a password",
        "a web page or XML, which some systems call a workbook",
        "text",
        "text",
    ]


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


def test_a_folder_or_mapping_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    for name in ("agents", "calls", "technion_bank"):
        (tmp_path / name).mkdir()
    unreadable = "/proc/self/mem"  # a regular file whose reading fails, for root too
    (tmp_path / "agents" / "mapping.toml").symlink_to(unreadable)
    with mock.patch("os.listdir", _without_permission(tmp_path / "calls")):
        found, refused = find_sources(tmp_path)
    assert [folder.name for _, folder in found] == ["technion_bank"]
    assert [one.error for one in refused] == [
        f"{tmp_path}/agents: cannot be read: [Errno 5] Input/output error",
        f"{tmp_path}/calls: cannot be read: [Errno 13] Permission denied: '{tmp_path}/calls'",
    ]


def _without_permission(folder: Path) -> Callable[[Path], list[str]]:
    real = os.listdir

    def listed(path: Path) -> list[str]:
        if path == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    return listed
