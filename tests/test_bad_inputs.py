"""Broken inputs: each is refused with a reason, or its bad records go to quarantine, and nothing is lost."""

import errno
import gzip
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.accounts import Account
from pipeline.errors import UsageError
from pipeline.files import find_files
from pipeline.load import load_files
from pipeline.settings import Settings
from pipeline.sources import Source, find_source
from pipeline.sources.plain_text import plain_text
from pipeline.warehouse import open_warehouse

MAPPING = """
table = "calls"
timezone = "Europe/Zurich"
ambiguous = "quarantine"
[columns]
call_id = "id"
offered_at = "offered"
answered_at = "answered"
ended_at = "ended"
wait_s = "wait"
talk_s = "talk"
outcome = "outcome"
agent = "agent"
customer_key = "phone"
is_resolved = "resolved"
"""
HEADER = "id,offered,answered,ended,wait,talk,outcome,agent,phone,resolved,note\n"
GOOD = ["g1,2026-05-04 10:00:00,2026-05-04 10:00:20,2026-05-04 10:05:00,20,280,answered,ann,+41 44 668 18 00,true,\n",
        "g2,2026-05-04 10:01:00,,2026-05-04 10:02:00,60,,abandoned,,,,\n"]  # fmt: skip


def row(**changed: str) -> str:
    fields = {
        "id": "b1", "offered": "2026-05-04 11:00:00", "answered": "2026-05-04 11:00:20", "ended": "2026-05-04 11:05:00",
        "wait": "20", "talk": "280", "outcome": "answered", "agent": "bob", "phone": "+41446681801", "resolved": "true", "note": "",
    } | changed  # fmt: skip
    return ",".join(fields.values()) + "\n"


def load(
    folder: Path, content: bytes, name: str = "calls.csv", mapping: str = MAPPING
) -> tuple[Account, list[dict[str, Any]]]:
    """The account of one file and its quarantine, with the other sources' accounting rule checked."""
    (folder / name).write_bytes(content)
    (folder / "m.toml").write_text(mapping, "utf-8")
    settings = Settings(warehouse=folder / "work" / "w.duckdb")
    source = find_source("csv", str(folder / "m.toml"))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))[0]
        quarantine = warehouse.records("select line, column_name, rule, value, records from quarantine order by line")
    assert account.rows_read == account.admitted + sum(account.quarantined.values()) + account.duplicate
    return account, quarantine


@pytest.mark.parametrize(
    ("bad", "line", "column", "rule", "value"),
    [
        (row(ended="2026-05-04 09:00:00"), 4, "ended_at", "ends_before_start", "2026-05-04 09:00:00"),
        (row(answered="2026-05-04 10:59:00"), 4, "answered_at", "answered_before_offered", "2026-05-04 10:59:00"),
        (row(ended="2026-05-04 11:00:10"), 4, "ended_at", "ends_before_answer", "2026-05-04 11:00:10"),
        (row(talk="-5"), 4, "talk_s", "negative", "-5"),
        (row(talk="90000"), 4, "talk_s", "longer_than_a_day", "90000"),
        (row(talk="nan"), 4, "talk_s", "longer_than_a_day", "nan"),
        (row(talk="inf"), 4, "talk_s", "longer_than_a_day", "inf"),
        (row(talk="long"), 4, "talk_s", "not_a_duration", "long"),
        (row(talk="4:40"), 4, "talk_s", "not_a_duration", "4:40"),
        (row(talk="12.5.1"), 4, "talk_s", "not_a_duration", "12.5.1"),
        (row(offered="04.05.2026 11:00"), 4, "offered_at", "not_a_time", "04.05.2026 11:00"),
        (row(offered="2026-13-04 11:00:00"), 4, "offered_at", "not_a_time", "2026-13-04 11:00:00"),
        (row(offered="2026-02-31 11:00:00"), 4, "offered_at", "not_a_time", "2026-02-31 11:00:00"),
        (row(offered="soon"), 4, "offered_at", "not_a_time", "soon"),
        (row(offered="10:15"), 4, "offered_at", "not_a_time", "10:15"),
        (
            row(offered="2026-03-29 02:30:00", answered="", ended=""),
            4,
            "offered_at",
            "not_a_time",
            "2026-03-29 02:30:00",
        ),
        (
            row(offered="2025-10-26 02:30:00", answered="", ended=""),
            4,
            "offered_at",
            "not_a_time",
            "2025-10-26 02:30:00",
        ),
        (
            row(offered="2099-05-04 11:00:00", answered="", ended=""),
            4,
            "offered_at",
            "in_the_future",
            "2099-05-04 11:00:00",
        ),
        (row(offered=""), 4, "offered_at", "missing", None),
        (row(id=""), 4, "call_id", "missing", None),
        (row(outcome=""), 4, "outcome", "missing", None),
        (row(outcome="maybe"), 4, "outcome", "unknown_value", "maybe"),
        (row(outcome="Answered"), 4, "outcome", "unknown_value", "Answered"),
        (row(resolved="perhaps"), 4, "is_resolved", "not_yes_or_no", "perhaps"),
        (row(agent="a\0b"), 4, "agent", "nul_character", "a\ufffdb"),
        ("short,2026-05-04 11:00:00\n", 4, None, "missing_columns", None),
        (row(note="a,b,c"), 4, None, "too_many_columns", None),
        ("Total,,,,,1234,,,,,\n", 4, "offered_at", "missing", None),
        (row(talk="+41 44 668 18 77"), 4, "talk_s", "not_a_duration", "[phone]"),
        (row(offered="2026-13-45 10:00:00"), 4, "offered_at", "not_a_time", "2026-13-45 10:00:00"),
        (row(offered="46321.3388"), 4, "offered_at", "not_a_time", "46321.3388"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.islower() and "_" in value else "",
)
def test_a_bad_record_goes_to_quarantine_and_the_others_stay(
    tmp_path: Path, bad: str, line: int, column: str | None, rule: str, value: str | None
) -> None:
    account, quarantine = load(tmp_path, (HEADER + "".join(GOOD) + bad + row(id="g3")).encode())
    assert (account.rows_read, account.admitted, account.error) == (4, 3, None)
    found = [(q["line"], q["rule"], q["value"]) for q in quarantine]
    assert found == [(line, rule, value)]
    assert column is None or quarantine[0]["column_name"] == column


@pytest.mark.parametrize(
    ("content", "rows_read", "admitted", "quarantined"),
    [
        ("\ufeff" + HEADER + "".join(GOOD), 2, 2, {}),
        (HEADER + "".join(GOOD).rstrip("\n"), 2, 2, {}),
        ((HEADER + "".join(GOOD)).replace("\n", "\r\n"), 2, 2, {}),
        (HEADER + "\n" + GOOD[0] + "\n\n" + GOOD[1], 2, 2, {}),
        (HEADER + GOOD[0] + GOOD[0] + GOOD[1], 3, 2, {}),
        (HEADER + row(agent="<b>x</b>") + row(id="b2", agent="=HYPERLINK(1)"), 2, 2, {}),
        (HEADER + row(agent="Zoë 🙂 עברית") + GOOD[0], 2, 2, {}),
        (HEADER + row(agent="x" * 100_000) + GOOD[0], 2, 2, {}),
        (HEADER + GOOD[0] + row(note='"two\nlines"') + GOOD[1], 3, 3, {}),
        (HEADER + GOOD[0] + row(note='"open') + GOOD[1] + row(id="b3", note='closed"') + row(id="b4"), 5, 2, {"unclosed_quote": 3}),
        (HEADER + GOOD[0] + row(agent="x" * 10_000_000) + GOOD[1], 3, 2, {"line_size_over_maximum": 1}),
    ],
    ids=["byte order mark", "no last line break", "crlf", "blank lines", "twice", "markup and formula", "emoji and right to left", "very long name",
         "quoted line break", "quote left open", "ten megabytes"],
)  # fmt: skip
def test_odd_but_readable_files(
    tmp_path: Path, content: str, rows_read: int, admitted: int, quarantined: dict[str, int]
) -> None:
    account, _ = load(tmp_path, content.encode())
    assert (account.rows_read, account.admitted, account.quarantined, account.error) == (
        rows_read,
        admitted,
        quarantined,
        None,
    )


def test_bytes_that_are_no_utf8_cost_their_record_only(tmp_path: Path) -> None:
    content = HEADER.encode() + GOOD[0].encode() + row(agent="Käthe").encode("latin-1") + GOOD[1].encode()
    account, quarantine = load(tmp_path, content)
    assert (account.rows_read, account.admitted, account.quarantined) == (3, 2, {"invalid_encoding": 1})
    assert quarantine[0]["line"] == 3


def test_lines_are_right_behind_blank_ones_line_breaks_and_rejects(tmp_path: Path) -> None:
    lines = [HEADER, GOOD[0], "\n", row(id="m", note='"two\nlines"'), "short,row\n", row(id="x", talk="-1"), GOOD[1]]
    account, quarantine = load(tmp_path, "".join(lines).encode())
    assert [(q["line"], q["rule"]) for q in quarantine] == [(6, "missing_columns"), (7, "negative")]
    assert (account.rows_read, account.admitted) == (5, 3)


TEXT = (HEADER + "".join(GOOD)).encode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "line 1: empty"),
        ("blank.csv", b"\n\n\n", "line 1: empty"),
        ("header.csv", HEADER.encode(), "holds no records"),
        ("twice.csv", TEXT.replace(b"note", b"id", 1), "column named twice: id"),
        (
            "latin.csv",
            HEADER.encode() + row(agent="Käthe").encode("cp1252") * 20,
            "records are bad, more than the 25% allowed: invalid_encoding 20; first: line 2, column agent, "
            'rule invalid_encoding; it is not UTF-8 text: a mapping names its encoding: [reader] encoding = "cp1252"',
        ),
        ("heading.csv", TEXT.replace(b"talk", b"gespr\xe4ch", 1), 'it is not UTF-8 text: [reader] encoding = "cp1252"'),
        (
            "commas.csv",
            (HEADER + "".join(row(id=f"b{i}", talk='"37,5"') for i in range(20))).encode(),
            "value '37,5'; it has decimal commas: a mapping says so: [reader] decimal = \",\"",
        ),
        ("missing.csv", TEXT.replace(b"talk", b"speech", 1), "column talk of the mapping is not in the file"),
        ("semicolons.csv", TEXT.replace(b",", b";").replace(b"id;", b"id ;", 1), ""),
        ("cut.csv.gz", gzip.compress(TEXT * 50)[:-30], "damaged or cut short"),
        ("none.csv.gz", TEXT, "damaged or cut short"),
        ("none.csv.zst", TEXT, "damaged or cut short"),
        ("none.xlsx", TEXT, "cannot be read as an Excel workbook"),
        ("none.parquet", TEXT, "cannot be read as Parquet"),
        (
            "mostly.csv",
            (HEADER + GOOD[0] + "".join(row(id=f"b{i}", talk="-1") for i in range(20))).encode(),
            "20 of 21 records are bad",
        ),
        ("utf16.csv", "nonsense \u0416".encode("utf-16-be"), "is not in the file"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    account, quarantine = load(tmp_path, content, name)
    if not says:
        assert account.admitted == 2
        return
    assert account.error and says in account.error and name.split(".")[0] in account.error
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


def test_no_phone_is_kept_of_good_or_bad_records(tmp_path: Path) -> None:
    bad = row(talk="-1", phone="+41446681802", note="+41446681803") + row(
        id="z", phone="0041446681804", agent="call +41446681805"
    )
    load(tmp_path, (HEADER + "".join(GOOD) + bad + "short +41446681806\n").encode())
    for file in (tmp_path / "work").rglob("*"):
        if file.is_file():
            assert b"44668180" not in file.read_bytes().replace(b" ", b""), file


@pytest.mark.parametrize("ends", [("\r\n", "\n"), ("\n", "\r\n"), ("\r", "\r")])
def test_lines_that_end_in_several_ways_are_lines(tmp_path: Path, ends: tuple[str, str]) -> None:
    """As two systems write them into one file, and as an old Macintosh does."""
    first, last = (line.replace("\n", end) for line, end in zip(GOOD, ends, strict=True))
    account, quarantine = load(tmp_path, (HEADER.replace("\n", ends[0]) + first + last).encode())
    assert (account.error, account.admitted, quarantine) == (None, 2, [])


def test_numbers_that_are_names_stay_apart_without_being_told(tmp_path: Path) -> None:
    """Agents by telephone number and queues by hotline: each has a stand-in of its own, the same in every file."""
    rows = [row(id=name, agent=f"079 - 200 - 00 - {n}") for name, n in (("a", 11), ("b", 12), ("c", 11))]
    (tmp_path / "calls.csv").write_text(HEADER + "".join(rows), "utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    source = find_source("csv", str(tmp_path / "m.toml"))
    with open_warehouse(settings) as warehouse:
        load_files(warehouse, settings, source, find_files([tmp_path / "calls.csv"], source.suffixes))
        agents = [r["agent"] for r in warehouse.records("select agent from raw_calls order by call_id")]
    assert len(set(agents)) == 2 and agents[0] == agents[2] and not any("200" in agent for agent in agents)


@pytest.mark.parametrize("number", ["0792000035", "+41792000035", "0792000035-0446681800"])
def test_a_record_named_by_somebodys_number_has_one_name_without_it_in_every_table(tmp_path: Path, number: str) -> None:
    named = f"{number}_20261028173641_146"
    calls = (HEADER + row(id=named, phone=number) + row(id="1699999999.123")).encode()
    evaluations = f"e,c,who,at,what,score\ne1,{named},x,2026-05-05 10:00:00,pec,1\n"
    (tmp_path / "e.csv").write_text(evaluations, "utf-8")
    columns = {"evaluation_id": "e", "conversation_id": "c", "evaluator": "who", "evaluated_at": "at", "criterion": "what", "score": "score"}  # fmt: skip
    (tmp_path / "e.toml").write_text(
        'table = "evaluations"\ntimezone = "UTC"\n[columns]\n' + "".join(f'{k} = "{v}"\n' for k, v in columns.items()),
        "utf-8",
    )
    load(tmp_path, calls, f"{number}.csv")
    settings, source = Settings(warehouse=tmp_path / "work" / "w.duckdb"), find_source("csv", str(tmp_path / "e.toml"))
    with open_warehouse(settings) as warehouse:
        load_files(warehouse, settings, source, find_files([tmp_path / "e.csv"], source.suffixes))
        ids = [r["call_id"] for r in warehouse.records("select call_id from raw_calls order by line")]
        judged = warehouse.value("select conversation_id from raw_evaluations")
    assert (
        ids == [judged, "1699999999.123"]
        and judged.endswith("_20261028173641_146")
        and not any(part[1:] in judged for part in number.split("-"))
    )


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
