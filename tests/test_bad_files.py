"""Broken files and mappings are refused by name, the others are read; a machine without room is no fault of a file."""

import errno
import gzip
import os
import zipfile
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import Source, find_source
from pipeline.sources.plain_text import plain_text
from tests.calls_csv import GOOD, HEADER, MAPPING, TEXT, load, row

UNREAD_TIMES = {
    "days.csv": ("04.05.2026 11:00", '"%d.%m.%Y %H:%M"'),
    "slashes.csv": ("5/4/2026 11:00", '"%m/%d/%Y %H:%M"'),
    "halves.csv": ("5/4/2026 11:00 AM", '"%m/%d/%Y %I:%M %p"'),
}


def zipped(*names: str) -> bytes:
    """An archive with so many files of the same text."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "line 1: empty"),
        ("blank.csv", b"\n\n\n", "line 1: empty"),
        ("header.csv", HEADER.encode(), "holds no records"),
        (
            "twice.csv",
            TEXT.replace(b"note", b"id", 1),
            "line 1: column named twice: id; names of your own: [reader] skip = 1 and names = [",
        ),
        (
            "latin.csv",
            HEADER.encode() + row(agent="Käthe").encode("cp1252") * 20,
            "records are bad, more than the 25% allowed: invalid_encoding 20; first: line 2, column agent, "
            'rule invalid_encoding; it is not UTF-8 text: [reader] encoding = "cp1252"',
        ),
        ("heading.csv", TEXT.replace(b"talk", b"gespr\xe4ch", 1), 'it is not UTF-8 text: [reader] encoding = "cp1252"'),
        (
            "commas.csv",
            (HEADER + "".join(row(id=f"b{i}", talk='"37,5"') for i in range(20))).encode(),
            "value '37,5'; it has decimal commas: a mapping says so: [reader] decimal = \",\"",
        ),
        (
            "thousands.csv",
            (HEADER + "".join(row(id=f"b{i}", talk='"7,091"') for i in range(20))).encode(),
            'value \'7,091\'; a mapping says what its comma is: [reader] decimal = "," or, where it groups thousands, decimal = "."',
        ),
        *(
            (
                name,
                (HEADER + row(offered=text) * 20).encode(),
                f"value {text!r}; a mapping says how it is written: format = {how}",
            )
            for name, (text, how) in UNREAD_TIMES.items()
        ),
        *(
            (f"{offered}.csv", (HEADER + "".join(row(id=f"b{i}", offered=offered) for i in range(20))).encode(), says)
            for offered, says in (
                ("1793600000000", "value '1793600000000'; it counts milliseconds since 1970: format = \"epoch_ms\""),
                ("1793600000", "value '1793…'; it counts seconds since 1970: format = \"epoch\""),
                (
                    "46335.3439583333",
                    "value '46335.3439583333'; it counts days as a spreadsheet does: format = \"excel\"",
                ),
                ("1900-01-01 00:00:00", "value '1900-01-01 00:00:00'; where it says that there is no time"),
                ('"46335,3439583333"', "value '46335,3439583333'; it counts days"),
                ("20261102080000", 'a mapping says how it is written: format = "%Y%m%d%H%M%S"'),
            )
        ),
        (
            "zones.csv",
            (HEADER + row(offered="2026-05-04 11:00 EST") * 20).encode(),
            'a mapping says what its zone is: zones = { EST = "-05:00" } and, in a format, %z',
        ),
        ("missing.csv", TEXT.replace(b"talk", b"speech", 1), "column talk of the mapping is not in the file"),
        ("semicolons.csv", TEXT.replace(b",", b";").replace(b"id;", b"id ;", 1), ""),
        ("cut.csv.gz", gzip.compress(TEXT * 50)[:-30], "damaged or cut short"),
        ("one.zip", zipped("calls.csv", "__MACOSX/._calls.csv"), ""),
        ("several.zip", zipped("calls.csv", "more/calls.csv"), "an archive of 2 files: unpack those that are meant"),
        ("cut.zip", zipped("calls.csv")[:-30], "damaged or cut short"),
        ("list.zip", zipped("calls.json"), "is no JSON"),
        ("book.zip", zipped("calls.xlsx"), "an archive of a file that is no text: unpack it"),
        ("none.csv.gz", TEXT, "damaged or cut short"),
        ("none.csv.zst", TEXT, "damaged or cut short"),
        ("packed.csv", gzip.compress(TEXT), "is no table of text but packed by gzip: its name must end with .gz"),
        ("zip.csv", b"PK\x03\x04" + TEXT, "is no table of text but a zip archive"),
        ("none.xlsx", TEXT, "cannot be read as an Excel workbook: it is text: let its name end with .csv"),
        ("cut.xlsx", b"PK\x03\x04" + TEXT, "cannot be read as an Excel workbook: invalid Zip archive"),
        ("page.xlsx", b"<html><table>", "cannot be read as an Excel workbook: it is a web page or XML"),
        (
            "locked.xlsx",
            b"\xd0\xcf\x11\xe0" * 9,
            "cannot be read as an Excel workbook: it is a workbook of an old Excel, or one with",
        ),
        ("page.csv", b"\xef\xbb\xbf\n<Table border=1><tr>", "is no table of text but a web page or XML"),
        ("wide.csv", "<html>".encode("utf-16"), "is no table of text but a web page or XML"),
        ("none.parquet", TEXT, "cannot be read as Parquet"),
        (
            "mostly.csv",
            (HEADER + GOOD[0] + "".join(row(id=f"b{i}", talk="-1") for i in range(20))).encode(),
            "20 of 21 records are bad",
        ),
        ("empty.csv.gz", gzip.compress(b""), "empty.csv.gz: line 1: empty, a header was expected"),
        (os.fsdecode("Käthe.csv".encode("cp1252")), TEXT, "its name is no utf-8 text: give it another"),
        ("utf16.csv", "nonsense \u0416".encode("utf-16-be"), "is not in the file"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    account, quarantine = load(tmp_path, content, name)
    if not says:
        assert account.admitted == 2
        return
    assert account.error and says in account.error and account.error.startswith(f"{tmp_path / name}: ")
    assert (account.rows_read, quarantine) == (0, [])


def test_a_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(b"")
    (tmp_path / "in" / "b.csv").write_bytes(TEXT)
    (tmp_path / "in" / "c.csv").mkdir()
    (tmp_path / "in" / "it's here, 2.csv").write_bytes(TEXT.replace(b"g1", b"h1").replace(b"g2", b"h2"))
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    source = find_source("csv", str(tmp_path / "m.toml"))
    with open_warehouse(settings) as warehouse:
        accounts = load_files(warehouse, settings, source, find_files([tmp_path / "in"], source.suffixes))
    assert [(a.file, a.admitted, bool(a.error)) for a in accounts] == [
        ("a.csv", 0, True), ("b.csv", 2, False), ("it's here, 2.csv", 2, False),
    ]  # fmt: skip


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.csv: no such file"):
        find_files([tmp_path / "nowhere.csv"], ())
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    source = find_source("csv", str(tmp_path / "m.toml"))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([tmp_path / "pipe.csv"], source.suffixes))[0]
    assert account.error and "not a regular file" in account.error


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("table = \"calls\"", "table = \"phone_calls\""), "no canonical table 'phone_calls'"),
        (("talk_s =", "speech_s ="), "calls has no column speech_s"),
        (("Europe/Zurich", "Europe/Zuerich"), "timezone"),
        (("[columns]", "[columns"), "not valid TOML"),
        (("talk_s = \"talk\"", "talk_s = { from = \"talk\", unit = \"weeks\" }"), "talk_s"),
        (("outcome = \"outcome\"", "outcome = { from = \"outcome\", values = { Y = \"yes\" } }"), "yes is none of"),
        (("ambiguous = \"quarantine\"", "ambiguous = \"perhaps\""), "ambiguous"),
    ],
    ids=["table", "column", "zone", "toml", "unit", "enum", "ambiguous"],
)  # fmt: skip
def test_a_wrong_mapping_names_its_file_and_key(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace(*change), "utf-8")
    with pytest.raises(UsageError, match=r"m\.toml: ") as error:
        find_source("csv", str(tmp_path / "m.toml"))
    assert says in str(error.value)


def test_a_compressed_file_may_be_utf_16(tmp_path: Path) -> None:
    account, _ = load(tmp_path, gzip.compress((HEADER + "".join(GOOD)).encode("utf-16")), "calls.csv.gz")
    assert (account.error, account.admitted) == (None, 2)


def test_copies_made_in_reading_go_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "calls.csv.gz").write_bytes(gzip.compress(TEXT))
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    settings, source = Settings(warehouse=tmp_path / "w.duckdb"), find_source("csv", str(tmp_path / "m.toml"))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([tmp_path / "calls.csv.gz"], source.suffixes))[0]
        assert account.admitted == 2 and not [*warehouse.scratch.rglob("calls*")]


@pytest.mark.parametrize(
    ("error", "is_refused"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), True),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), False),
        (duckdb.OutOfMemoryException("could not allocate block"), False),
    ],
)
def test_a_machine_without_room_is_no_fault_of_the_file(tmp_path: Path, error: Exception, is_refused: bool) -> None:
    def read(*_: Any) -> Any:
        raise error

    (tmp_path / "calls.csv").write_bytes(TEXT)
    settings, source = Settings(warehouse=tmp_path / "w.duckdb"), Source("csv", "", (), read)
    with open_warehouse(settings) as warehouse, nullcontext() if is_refused else pytest.raises(type(error)):
        assert load_files(warehouse, settings, source, find_files([tmp_path / "calls.csv"], ()))[0].error


def test_a_full_disk_is_not_told_as_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "calls.csv.gz").write_bytes(gzip.compress(TEXT))
    (tmp_path / "calls.csv.gz.txt").symlink_to("/dev/full")
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        plain_text(tmp_path / "calls.csv.gz", "utf-8", tmp_path)
