"""Every kind of file gives equal rows: encodings, compressions, workbooks, Parquet, names given twice, versions of a record."""

import gzip
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import xlsxwriter

from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.mapped import CALLS, load


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    word = "Über" if encoding == "latin-1" else "Тема"
    said = encoding if encoding in ("cp1251", "latin-1") else "utf-8"
    mapping = f'{CALLS}topic = "{word}"\n[reader]\nencoding = "{said}"\n'
    text = f"id,at,outcome,{word}\n1,2026-05-04 10:00,answered,{word}\n"
    assert load(tmp_path, mapping, text.encode(encoding))[1][0]["topic"] == word


def test_a_mark_in_front_of_a_text_tells_its_encoding_whatever_the_mapping_says(tmp_path: Path) -> None:
    text = "id,at,outcome,topic\n1,2026-05-04 10:00,answered,Тема\n".encode("utf-8-sig")
    mapping = f'{CALLS}topic = "topic"\n[reader]\nencoding = "cp1252"\n'
    for name, content in (("rows.csv", text), ("rows.csv.gz", gzip.compress(text))):
        assert load(tmp_path, mapping, content, name)[1][0]["topic"] == "Тема"


FRAME = pd.DataFrame(
    {
        "id": ["a", "b", "c"],
        "at": pd.to_datetime(["2026-05-04 10:00:00", "2026-05-04 10:01:00", "2026-05-04 10:02:30"]),
        "outcome": ["answered", "abandoned", "answered"],
        "talk": [12.5, None, 60.0],
        "who": ["Ann", None, "Bob; Ltd, \"x\""],
    }
)  # fmt: skip


def write_frame(file: Path) -> None:
    comma, tab = FRAME.to_csv(index=False).encode(), FRAME.to_csv(index=False, sep="\t").encode()
    if file.name.endswith(".xlsx"):
        FRAME.to_excel(file, index=False, engine="xlsxwriter")
    elif file.name.endswith(".parquet"):
        duckdb.connect().from_df(FRAME).write_parquet(str(file))
    elif file.name.endswith(".zst"):
        import zstandard

        file.write_bytes(zstandard.compress(comma))
    else:
        file.write_bytes({".gz": gzip.compress(comma), ".tsv": tab}.get(file.suffix, comma))


@pytest.mark.parametrize(
    ("name", "decimal"),
    [
        *((f"r.{kind}", ".") for kind in ("csv", "tsv", "xlsx", "parquet", "csv.gz", "csv.zst")),
        ("r.xlsx", ","),
        ("r.parquet", ","),
    ],
)
def test_every_kind_of_file_gives_equal_rows(tmp_path: Path, name: str, decimal: str) -> None:
    """Also where the mapping says decimal comma: numbers that are numbers in the file know no mark."""
    write_frame(tmp_path / name)
    mapping = f'{CALLS}talk_s = {{ from = "talk", decimal = "{decimal}" }}\nagent = "who"\n'
    rows = load(tmp_path, mapping, None, name)[1]
    assert [(r["call_id"], r["offered_at"], r["talk_s"], r["agent"]) for r in rows] == [
        ("a", datetime(2026, 5, 4, 10), 12.5, "Ann"),
        ("b", datetime(2026, 5, 4, 10, 1), None, None),
        ("c", datetime(2026, 5, 4, 10, 2, 30), 60, 'Bob; Ltd, "x"'),
    ]


@pytest.mark.parametrize("kind", ["DOUBLE", "DECIMAL(18, 1)"])
def test_whole_numbers_in_a_parquet_column_of_fractions_have_no_point(tmp_path: Path, kind: str) -> None:
    """As pandas writes agents and phones of which one is missing."""
    mapping = CALLS + 'agent = "who"\ncustomer_key = "phone"\ntalk_s = "talk"\n'
    rows = "(1, 1001, 41446681800, 12.5), (2, null, null, 60)"
    cast = ", ".join(f"{name}::{kind} as {name}" for name in ("who", "phone", "talk"))
    duckdb.sql(
        f"select id, '2026-05-04 10:00' as at, 'answered' as outcome, {cast} from (values {rows}) v(id, who, phone, talk)"
    ).write_parquet(str(tmp_path / "r.parquet"))
    (tmp_path / "csv").mkdir()
    head = "id,at,outcome,who,phone,talk\n"
    text = "1,2026-05-04 10:00,answered,1001,41446681800,12.5\n2,2026-05-04 10:00,answered,,,60\n"
    packed, plain = load(tmp_path, mapping, None, "r.parquet")[1], load(tmp_path / "csv", mapping, head + text)[1]
    said = [[(r["agent"], r["customer_key"], r["talk_s"]) for r in found] for found in (packed, plain)]
    assert said[0] == said[1] == [("1001", plain[0]["customer_key"], 12.5), (None, None, 60)]


def test_bytes_and_lists_in_parquet_are_texts(tmp_path: Path) -> None:
    """As Spark and Hive write texts and arrays; other bytes, an id perhaps, are as DuckDB spells them."""
    duckdb.sql(
        "select '1' as id, '2026-05-04 10:00' as at, 'answered' as outcome, encode('Käthe') as queue, ['Ann', 'Bob'] as who, "
        "'\\xFF\\x01'::blob as topic, []::varchar[] as nobody"
    ).write_parquet(str(tmp_path / "r.parquet"))
    mapping = (
        CALLS
        + 'queue = "queue"\ntopic = "topic"\ndisposition = "nobody"\nagent = { from = "who", split = ";", take = "last" }\n'
    )
    row = load(tmp_path, mapping, None, "r.parquet")[1][0]
    assert [row[name] for name in ("queue", "agent", "topic", "disposition")] == ["Käthe", "Bob", "\\xFF\\x01", None]


@pytest.mark.parametrize("kind", ["DOUBLE[]", "DECIMAL(5, 2)[]", "FLOAT[2]", "DOUBLE[][]"])
def test_fractions_of_a_list_in_parquet_are_read_as_any(tmp_path: Path, kind: str) -> None:
    values = "[[12.5, 60]]" if kind.endswith("[][]") else "[12.5, 60]"
    duckdb.sql(
        f"select '1' as id, '2026-05-04 10:00' as at, 'answered' as outcome, {values}::{kind} as times"
    ).write_parquet(str(tmp_path / "r.parquet"))
    first, last = (f'{{ from = "times", split = ";", decimal = ",", take = "{which}" }}' for which in ("first", "last"))
    row = load(tmp_path, f"{CALLS}talk_s = {first}\nhold_s = {last}\n", None, "r.parquet")[1][0]
    assert (row["talk_s"], row["hold_s"]) == (12.5, 60)


def test_a_name_given_twice_disturbs_only_who_wants_it(tmp_path: Path) -> None:
    """Jira's own export has as many columns of a name as the longest of its lists is long."""
    account, rows, _ = load(tmp_path, CALLS, "id,at,outcome,Labels,Labels\n1,2026-05-04 10:00,answered,a,b\n")
    assert (account.error, [row["call_id"] for row in rows]) == (None, ["1"])


def test_the_highest_version_counts(tmp_path: Path) -> None:
    mapping = CALLS.replace("[columns]", 'version = "changed"\n[columns]') + 'topic = "topic"\n'
    text = (
        "id,at,outcome,topic,changed\n1,2026-05-04 10:00,answered,new,2026-05-04 12:00:00\n"
        "1,2026-05-04 10:00,answered,old,2026-05-04 11:00:00\n2,2026-05-04 10:00,answered,old,3\n2,2026-05-04 10:00,answered,new,20\n"
    )
    account, rows, _ = load(tmp_path, mapping, text)
    assert ([row["topic"] for row in rows], account.duplicate) == (["new", "new"], 2)


CHANGES = """
id,at,outcome,topic,changed
1,2026-05-04 10:00,answered,new,12.11.2026 10:00
1,2026-05-04 10:00,answered,old,9.12.2025 10:00
2,2026-05-04 10:00,answered,old,
2,2026-05-04 10:00,answered,new,01.05.2026 10:00
"""
SERIALS = """
id,at,outcome,topic,changed
1,2026-05-04 10:00,answered,new,"46146,75"
1,2026-05-04 10:00,answered,old,"46146,5"
1,2026-05-04 10:00,answered,older,9999
"""


@pytest.mark.parametrize(
    ("text", "version", "topics", "faults"),
    [
        (CHANGES, '{ from = "changed", format = "%d.%m.%Y %H:%M" }', ["new", "new"], []),
        (CHANGES, '"changed"', ["old"], [(line, "version", "not_a_time") for line in (2, 3, 5)]),
        (SERIALS, '{ from = "changed", format = "excel" }', ["new"], []),
    ],
)
def test_a_version_is_read_by_its_format_or_is_a_fault(
    tmp_path: Path, text: str, version: str, topics: list[str], faults: list[tuple[int, str, str]]
) -> None:
    mapping = CALLS.replace("[columns]", f"version = {version}\n[columns]") + 'topic = "topic"\n'
    mapping += '[reader]\ndecimal = ","\n' if text == SERIALS else ""
    _, rows, quarantined = load(tmp_path, mapping, text.lstrip())
    assert ([row["topic"] for row in rows], quarantined) == (topics, faults)


def test_a_name_that_stands_once_for_its_group_is_that_of_all_its_rows(tmp_path: Path) -> None:
    """Also where it stands in a row of its own, which is no record."""
    mapping = CALLS.replace("[columns]", 'filled = ["at"]\n[columns]') + 'agent = { from = "who", down = true }\n'
    text = (
        "who,id,at,outcome\nann,1,2026-05-04 10:00,answered\n,2,2026-05-04 10:05,answered\nbob,,,\n"
        ",3,2026-05-04 10:06,answered\n,4,2026-05-04 10:07,answered\n"
    )
    _, rows, _ = load(tmp_path, mapping, text)
    assert [row["agent"] for row in rows] == ["ann", "ann", "bob", "bob"]


def test_the_title_of_a_group_is_read_from_a_row_of_its_own(tmp_path: Path) -> None:
    """Of titles within titles each is told by its beginning; subtotals and ragged rows are none; what is read of a title is read of
    no row's own id."""
    mapping = CALLS.replace("[columns]", 'filled = ["at"]\n[columns]')
    mapping += 'agent = { from = "id", above = { at = [""], id = ["agent: *"] }, split = ": ", take = "last" }\n'
    mapping += 'queue = { from = "id", above = { at = [""], id = ["Queue: *"] }, split = ": ", take = "last" }\n'
    lines = [
        "0,2026-05-04 09:00,answered",
        "Queue: Sales,,",
        "Agent: Ann,,",
        "1,2026-05-04 10:00,answered",
        "Monday: 1,,1",
        "2,2026-05-05 10:00,answered",
        "Total,,2",
    ]
    lines += ["Agent: Bob", "3,2026-05-04 11:00,answered", "Total"]
    account, rows, bad = load(tmp_path, mapping, "\n".join(["id,at,outcome", *lines]) + "\n")
    found = [(row["call_id"], row["queue"], row["agent"]) for row in rows]
    assert found == [("0", None, None), ("1", "Sales", "Ann"), ("2", "Sales", "Ann"), ("3", "Sales", "Bob")]
    assert (bad, account.passed_over) == ([], None)


def test_a_title_that_no_row_is_is_told(tmp_path: Path) -> None:
    mapping = CALLS + 'agent = { from = "id", above = { at = [""] } }\n'
    account, rows, _ = load(tmp_path, mapping, "id,at,outcome\n1,2026-05-04 10:00,answered\n")
    assert rows[0]["agent"] is None and account.passed_over and 'above at = [""] fits no row' in account.passed_over


@pytest.mark.parametrize("above", [0, 1])
def test_behind_a_row_that_cannot_be_read_nobody_stands_for_the_group(tmp_path: Path, above: int) -> None:
    """It may have been the first of another group."""
    mapping = CALLS + f'agent = {{ from = "who", down = true }}\n[reader]\nskip = {above}\n'
    rows = ["1,{},ann", "2,{},", "3,{},bob,y", "4,{},", "5,{},cid", "6,{},"]
    text = "Report\n" * above + "id,at,outcome,who\n"
    text += "".join(row.format("2026-05-04 10:00,answered") + "\n" for row in rows)
    _, found, bad = load(tmp_path, mapping, text)
    assert [(row["call_id"], row["agent"]) for row in found] == [
        ("1", "ann"), ("2", "ann"), ("4", None), ("5", "cid"), ("6", "cid"),
    ]  # fmt: skip
    assert [line for line, _, _ in bad] == [above + 4]


TITLED = [
    ['Calls of "Karten, Bern', "", ""],
    ["04.05.2026", "", ""],
    ["", "", ""],
    ["id", "at", "outcome"],
    ["1", "2026-05-04 10:00", "answered"],
    ["2", "soon", "answered"],
    ["3", "2026-05-04 10:05", "answered"],
]


def write_titled(file: Path, above: int, titled: list[list[str]] = TITLED) -> None:
    """The rows with so many of the lines above their header."""
    rows = titled[3 - above :]
    if file.suffix == ".xlsx":
        pd.DataFrame(rows).to_excel(file, index=False, header=False, engine="xlsxwriter")
    else:
        end = "\r\n" if file.stem == "windows" else "\n"
        file.write_bytes("".join(";".join(row) + end for row in rows).replace(";;" + end, end).encode())


@pytest.mark.parametrize("name", ["r.csv", "windows.csv", "r.xlsx"])
@pytest.mark.parametrize("above", [1, 3])
def test_lines_above_the_header_are_skipped_and_counted(tmp_path: Path, name: str, above: int) -> None:
    write_titled(tmp_path / name, above)
    account, rows, bad = load(tmp_path, f"{CALLS}[reader]\nskip = {above}\n", None, name)
    assert (account.error, [row["line"] for row in rows]) == (None, [above + 2, above + 4])
    assert bad == [(above + 3, "offered_at", "not_a_time")]


@pytest.mark.parametrize("name", ["r.csv", "windows.csv", "r.xlsx"])
@pytest.mark.parametrize("blank", [[], [["", "", ""]]], ids=["", "blank"])
def test_lines_that_repeat_the_header_are_no_records(tmp_path: Path, name: str, blank: list[list[str]]) -> None:
    """As on each page of a report; a record that says some of it is one."""
    head, *records = TITLED[3:]
    pages = [head, records[0], *blank, head, records[1], head, ["id", "at", "answered"], records[2], head]
    write_titled(tmp_path / name, 0, [*TITLED[:3], *pages])
    account, rows, bad = load(tmp_path, CALLS, None, name)
    moved = len(blank)
    assert [(row["line"], row["call_id"]) for row in rows] == [(2, "1"), (7 + moved, "3")]
    assert bad == [(4 + moved, "offered_at", "not_a_time"), (6 + moved, "offered_at", "not_a_time")]
    assert (account.rows_read, account.admitted) == (4, 2)
    assert account.passed_over and account.passed_over.endswith("lines that repeat the header, and are no records: 3")


def test_a_repeated_header_in_several_lines_and_under_the_name_of_its_sheet(tmp_path: Path) -> None:
    """What stands above a column that is not read may differ."""
    page = 'id,at,outcome,"Agent\nName",Page {}\n1,2026-05-04 10:00,answered,ann,\n'
    _, rows, bad = load(tmp_path, CALLS + 'agent = "Agent Name"\n', page.format(1) + page.format(2))
    assert ([row["agent"] for row in rows], bad) == (["ann"], [])
    write_sheets(tmp_path / "r.xlsx", {"ann": [SHEETS["W19"][0], CALL] * 2})
    account, rows, _ = load(tmp_path, CALLS + 'agent = "[sheet]"\n', None, "r.xlsx")
    assert (account.quarantined, [row["agent"] for row in rows]) == ({}, ["ann"])


@pytest.mark.parametrize("name", ["r.csv", "windows.csv", "r.xlsx"])
@pytest.mark.parametrize("above", [0, 2])
def test_a_file_without_a_header_has_the_columns_that_its_mapping_names(tmp_path: Path, name: str, above: int) -> None:
    write_titled(tmp_path / name, above, [row for row in TITLED if row[0] != "id"])
    account, rows, bad = load(
        tmp_path, f'{CALLS}[reader]\nskip = {above}\nnames = ["id", "at", "outcome"]\n', None, name
    )
    assert (account.error, [(row["line"], row["call_id"]) for row in rows]) == (
        None,
        [(above + 1, "1"), (above + 3, "3")],
    )
    assert bad == [(above + 2, "offered_at", "not_a_time")]


CALL = ["1", "2026-05-04 10:00", "answered"]
SHEETS = {
    "Cover": [["Calls of May"], ["by", "night"]],
    "W19": [["id", "at", "outcome"], CALL, ["2", "soon", "answered"]],
    "W20": [["outcome", "id", "note", "at"], ["answered", "3", "late", "2026-05-11 10:00"], ["answered", "4", "", "later"]],
}  # fmt: skip


def write_sheets(file: Path, sheets: dict[str, list[list[str]]]) -> None:
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def test_every_sheet_with_the_columns_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    write_sheets(tmp_path / "r.xlsx", SHEETS)
    account, rows, bad = load(tmp_path, CALLS, None, "r.xlsx")
    assert (account.error, [(row["line"], row["call_id"]) for row in rows]) == (None, [(2, "1"), (4, "3")])
    assert bad == [(3, "offered_at", "not_a_time"), (5, "offered_at", "not_a_time")]
    assert account.passed_over == (
        "r.xlsx: sheets read: 'W19' (lines 2 to 3), 'W20' (lines 4 to 5); "
        "not read, because the mapping's columns are not in them: 'Cover'"
    )


def test_a_column_of_each_sheet_by_the_name_it_has_there(tmp_path: Path) -> None:
    head = ["id", "at", "outcome"]
    sheets = {
        "Jan": [[*head, "who"], [*CALL, "ann"]],
        "Feb": [["Operator", *head], ["bob", "2", *CALL[1:]]],
        "Mar": [[*head, "Agent"]],
    }
    write_sheets(tmp_path / "r.xlsx", sheets)
    mapping = CALLS.replace("[columns]", 'renamed = { who = ["Operator", "Agent"] }\n[columns]') + 'agent = "who"\n'
    account, rows, _ = load(tmp_path, mapping, None, "r.xlsx")
    assert [row["agent"] for row in rows] == ["ann", "bob"]
    assert account.passed_over == ("r.xlsx: sheets read: 'Jan' (lines 2 to 2), 'Feb' (lines 3 to 3), 'Mar' (no rows)")


def test_what_only_the_name_of_a_file_or_a_sheet_says(tmp_path: Path) -> None:
    """An empty row of a sheet is none, whatever the sheet is called."""
    write_sheets(
        tmp_path / "Sales_20260504.xlsx",
        {"ann": [["id", "at"], ["1", "10:00"], [""], ["2", "11:00"]], "bob": [["id", "at"]]},
    )
    mapping = CALLS.replace(
        'offered_at = "at"\noutcome = "outcome"', 'agent = "[sheet]"\nqueue = { from = "[file]", split = "_" }'
    )
    mapping += 'offered_at = { from = ["[file]", "at"], format = "Sales_%Y%m%d.xlsx %H:%M" }\n[constants]\noutcome = "answered"\n'
    _, rows, bad = load(tmp_path, mapping, None, "Sales_20260504.xlsx")
    assert bad == []
    assert [(row["queue"], row["agent"], f"{row['offered_at']:%d %H:%M}") for row in rows] == [
        ("Sales", "ann", "04 10:00"),
        ("Sales", "ann", "04 11:00"),
    ]


def test_a_header_that_names_two_columns_alike_is_replaced_by_names(tmp_path: Path) -> None:
    text = "id,at,outcome,Name,Name\n1,2026-05-04 10:00,answered,Eve,ann\n"
    error = load(tmp_path, CALLS + 'agent = "Name"\n', text)[0].error
    assert error and error.endswith(
        'column named twice: Name; names of your own: [reader] skip = 1 and names = ["…", "…"], one for each column'
    )
    mapping = CALLS + 'agent = "who"\n[reader]\nskip = 1\nnames = ["id", "at", "outcome", "caller", "who"]\n'
    assert [row["agent"] for row in load(tmp_path, mapping, text)[1]] == ["ann"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quote_within_quotes_behind_a_backslash(tmp_path: Path, end: str) -> None:
    """As MySQL writes it; also in a row with fewer fields than the header, whose lines are counted one by one."""
    mapping = CALLS + 'agent = "who"\n[reader]\nescape = "\\\\"\nnull = ["\\\\N"]\n'
    lines = [
        '"id","at","outcome","who","note"',
        r'"1","2026-05-04 10:00","answered","\"Lena\", Roy","x"',
        r'"2","2026-05-04 10:00","answered",\N,"C:\\"',
        r'"3","2026-05-04 10:00","answered","\"Eve\""',
    ]
    account, rows, bad = load(tmp_path, mapping, end.join(lines) + end)
    assert (account.error, bad) == (None, [])
    assert [(row["line"], row["agent"]) for row in rows] == [(2, '"Lena", Roy'), (3, None), (4, '"Eve"')]


@pytest.mark.parametrize("twice", ["W19", "W20"])
def test_a_column_that_stands_twice_in_any_sheet_is_refused(tmp_path: Path, twice: str) -> None:
    sheets = {name: [[*rows[0], "id"] if name == twice else rows[0], *rows[1:]] for name, rows in SHEETS.items()}
    write_sheets(tmp_path / "r.xlsx", sheets)
    error = str(load(tmp_path, CALLS, None, "r.xlsx")[0].error)
    assert error.endswith(f"sheet '{twice}': column named twice: id")


@pytest.mark.parametrize(
    ("reader", "ids", "says"),
    [
        ('sheet = "W20"', ["3"], "None"),
        ('sheet = "W21"', [], "r.xlsx: has no sheet 'W21', but 'Cover', 'W19', 'W20'"),
        ('sheet = "W19"\nskip = 1\nnames = ["id", "at", "outcome"]', ["1"], "None"),
        ('names = ["id", "at", "outcome"]', [], "column outcome of the mapping is not in the file"),
        ("skip = 1", [], "line 2: column at, id, outcome of the mapping is not in the file, which has by, night"),
    ],
)
def test_the_sheet_that_the_mapping_names_is_read_alone(tmp_path: Path, reader: str, ids: list[str], says: str) -> None:
    write_sheets(tmp_path / "r.xlsx", SHEETS)
    account, rows, _ = load(tmp_path, f"{CALLS}[reader]\n{reader}\n", None, "r.xlsx")
    assert [row["call_id"] for row in rows] == ids
    assert says in str(account.error) and account.passed_over is None


def test_of_sheets_without_the_columns_the_one_that_lacks_the_fewest_is_told_of(tmp_path: Path) -> None:
    write_sheets(tmp_path / "r.xlsx", {**SHEETS, "W19": [["id", "when", "outcome"], CALL], "W20": [["x"]]})
    error = str(load(tmp_path, CALLS, None, "r.xlsx")[0].error)
    assert "column at of the mapping is not in the file, which has id, when, outcome" in error


def test_names_of_columns_are_spelled_as_the_file_spells_its_own(tmp_path: Path) -> None:
    mapping = (
        CALLS.replace('"outcome"', '"what, \\"in the end\\""')
        + '[reader]\nnames = ["id", "at", "what, \\"in the end\\""]\n'
    )
    account, rows, _ = load(tmp_path, mapping, "\ufeff1,2026-05-04 10:00,answered\n2,2026-05-04 10:00\n")
    assert (account.error, [row["call_id"] for row in rows], account.quarantined) == (
        None,
        ["1"],
        {"missing_columns": 1},
    )


def test_a_record_in_place_of_a_header_is_told(tmp_path: Path) -> None:
    error = load(tmp_path, CALLS, "1,2026-05-04 10:00,answered\n2,2026-05-04 10:00,answered\n")[0].error
    assert error and error.endswith('of a file without a header are told by [reader] names = ["…", "…"]')


@pytest.mark.parametrize("kinds", [["in", "out"], ["none"]])
def test_only_rows_with_the_words_that_are_meant_are_read(tmp_path: Path, kinds: list[str]) -> None:
    """The others are no records: neither read nor set aside. A file may hold none."""
    mapping = CALLS.replace("[columns]", f"only = {{ kind = {kinds} }}\n[columns]")
    rows = "".join(f"{n},2026-05-04 10:00,answered,{kind}\n" for n, kind in enumerate(["in", "chat", "", "OUT"], 1))
    account, rows_found, bad = load(tmp_path, mapping, "id,at,outcome,kind\n" + rows)
    expected = [] if kinds == ["none"] else [(2, "1"), (5, "4")]
    assert (account.error, account.rows_read, bad) == (None, len(expected), [])
    assert account.passed_over == f"rows.csv: rows left out (only, except): {4 - len(expected)}"
    assert [(row["line"], row["call_id"]) for row in rows_found] == expected


@pytest.mark.parametrize("above", [0, 1])
@pytest.mark.parametrize("name", ["r.csv", "windows.csv", "r.xlsx"])
def test_names_of_several_lines(tmp_path: Path, name: str, above: int) -> None:
    rows = [["No.\nof call", "at", "out-\n\n come "], ["1", "2026-05-04 10:00", "answered"], ["2", "soon", "answered"]]
    rows = [["Report", "", ""]] * above + rows
    if name == "r.xlsx":
        write_sheets(tmp_path / name, {"Calls": rows})
    else:
        quoted = [";".join(f'"{cell}"' for cell in row) for row in rows]
        (tmp_path / name).write_text("\n".join(quoted) + "\n", newline="\r\n" if name == "windows.csv" else "\n")
    mapping = CALLS.replace('"id"', '"No. of call"').replace('"outcome"', '"out- come"')
    error = str(load(tmp_path, mapping, None, name)[0].error) if above else ""
    assert error.endswith("the mapping's columns are in line 2: [reader] skip = 1" if above else "")
    account, found, bad = load(tmp_path, mapping + f"[reader]\nskip = {above}\n", None, name)
    first = above + (2 if name == "r.xlsx" else 5)
    assert (account.error, [(row["line"], row["call_id"]) for row in found]) == (None, [(first, "1")])
    assert bad == [(first + 1, "offered_at", "not_a_time")]


ROWS = {
    "whole": ("1;2026-05-04 10:00;answered;5;x\n", [2], []),
    "empty": (";;;;\n1;2026-05-04 10:00;answered;5;x\n;;;;\n2;2026-05-04 10:00;answered;;\n", [3, 5], []),
    "of spaces": (" ; ;;;\n1;2026-05-04 10:00;answered;5;x\n", [3], []),
    "nothing that is read": (";;;;x\n1;2026-05-04 10:00;answered;5;x\n", [3], [(2, "missing")]),
    "short": ("1;2026-05-04 10:00;answered\n\n2;2026-05-04 10:00;answered;5\n3;2026-05-04 10:00;answered;5;x\n", [2, 4, 5], []),
    "short of Windows": ('1;2026-05-04 10:00;"answered"\r\n2;2026-05-04 10:00;answered;5;x\r\n', [2, 3], []),
    "short of what is required": ("1;2026-05-04 10:00\n2;2026-05-04 10:00;answered;5;x\n", [3], [(2, "missing_columns")]),
    "two halves": ("1;2026-05-04 10:00;answered;5\nx;y\n2;2026-05-04 10:00;answered;5;x\n", [4], [(2, "missing_columns"), (3, "missing_columns")]),
    "too long to be told": (f"1;2026-05-04 10:00;answered;{'0' * 20_000}5\n2;2026-05-04 10:00;answered;5;x\n", [3], [(2, "missing_columns")]),
    "signs that end a line elsewhere": ("1\u2028b;2026-05-04 10:00;answered;5\n2;2026-05-04 10:00;answered;5;x\n", [2, 3], []),
    "cut at the end": ("1;2026-05-04 10:00;answered;5;x\n2;2026-05-04 10:00;answ", [2], [(3, "missing_columns")]),
    "sub-total": ("1;2026-05-04 10:00;answered;5;x\nTotal;\n2;2026-05-04 10:00;answered\n", [2, 4], []),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_empty_and_short_rows(tmp_path: Path, case: str) -> None:
    """What holds nothing is no record; what lacks its last fields has them empty, if it may be whole without them."""
    rows, lines, faults = ROWS[case]
    filled = 'filled = ["at"]' if case == "sub-total" else ""
    mapping = f'{filled}{CALLS}talk_s = "talk"\n[reader]\ndelimiter = ";"\n'
    account, found, bad = load(tmp_path, mapping, f"id;at;outcome;talk;note\n{rows}")
    assert (account.error, [row["line"] for row in found]) == (None, lines)
    assert [(line, rule) for line, _, rule in bad] == faults


def test_of_many_short_rows_the_last_is_read_too(tmp_path: Path) -> None:
    """Of a file with so many DuckDB reads some eight megabytes."""
    rows = (f"{n},2026-05-04 10:00,answered,{'x' * 1000}{',y' * (n % 2)}\n" for n in range(10_000))
    account, found, _ = load(tmp_path, CALLS, "id,at,outcome,note,more\n" + "".join(rows))
    assert (account.error, account.quarantined, len(found)) == (None, {}, 10_000)


def test_a_header_with_one_delimiter_more_than_its_rows(tmp_path: Path) -> None:
    text = "id,at,outcome,\n1,2026-05-04 10:00,answered\n2,2026-05-04 10:00,answered"
    assert [row["line"] for row in load(tmp_path, CALLS, text)[1]] == [2, 3]


def test_records_that_cannot_be_read_have_the_line_of_the_file(tmp_path: Path) -> None:
    text = "Report\n\nid,at,outcome\n1,2026-05-04 10:00,answered\nshort\n\n2,2026-05-04 10:00,answered\n"
    _, rows, bad = load(tmp_path, f"{CALLS}[reader]\nskip = 2\n", text)
    assert ([row["line"] for row in rows], bad) == ([4, 7], [(5, "id", "missing_columns")])


@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
@pytest.mark.parametrize(
    ("above", "skip", "says"),
    [
        (3, 0, "line 1: column at, id, outcome of the mapping is not in the file"),
        (1, 0, "line 1: empty, a header was expected"),
        (3, 1, "line 2: column at, id, outcome of the mapping is not in the file"),
    ],
)
def test_a_header_further_down_is_told(tmp_path: Path, name: str, above: int, skip: int, says: str) -> None:
    write_titled(tmp_path / name, above)
    error = load(tmp_path, f"{CALLS}[reader]\nskip = {skip}\n", None, name)[0].error
    assert error and says.split(":")[0] in error
    assert error.endswith(f"; the mapping's columns are in line {above + 1}: [reader] skip = {above}")


@pytest.mark.parametrize("name", ["old.csv", "new.csv", "new.parquet", "new.xlsx", "both.csv"])
def test_a_column_by_the_name_it_has_in_the_file(tmp_path: Path, name: str) -> None:
    """Where a file has several of the names, the mapping's own counts."""
    columns = {"old": ["talk"], "new": ["Talk (s)"], "both": ["Talking", "talk"]}[name.split(".")[0]]
    frame = pd.DataFrame(
        {"id": ["a"], "at": ["2026-05-04 10:00"], "outcome": ["answered"], **dict.fromkeys(columns, 1.5)}
    )
    if name == "both.csv":
        frame["Talking"] = 7.0
    if name.endswith(".csv"):
        frame.to_csv(tmp_path / name, index=False, decimal=",", sep=";")
    elif name.endswith(".xlsx"):
        frame.to_excel(tmp_path / name, index=False, engine="xlsxwriter")
    else:
        duckdb.connect().from_df(frame).write_parquet(str(tmp_path / name))
    talk = 'talk_s = { from = "talk", decimal = "," }'
    mapping = CALLS.replace("[columns]", 'renamed = { talk = ["Talking", "Talk (s)"] }\n[columns]') + talk
    account, rows, _ = load(tmp_path, mapping, None, name)
    assert (account.error, [row["talk_s"] for row in rows]) == (None, [1.5])


def test_a_file_that_a_changed_mapping_cannot_read_keeps_what_it_gave(tmp_path: Path) -> None:
    text = "id,at,outcome,wait\n1,2026-05-04 10:00,answered,5\n"
    assert load(tmp_path, CALLS + 'wait_s = "wait"\n', text)[0].admitted == 1
    kept, rows, _ = load(tmp_path, CALLS + 'wait_s = "Waiting"\n', text)
    assert kept.error is None and kept.passed_over is not None and [row["wait_s"] for row in rows] == [5]
    assert "rows.csv: keeps what it gave by an earlier mapping" in kept.passed_over
    assert "column Waiting of the mapping is not in the file" in kept.passed_over
    other, rows, _ = load(tmp_path, CALLS + 'wait_s = "Waiting"\n', text + "2,2026-05-04 10:01,answered,6\n")
    assert other.error is not None and 'renamed = { "Waiting" = ["…"] }' in other.error and len(rows) == 1


def test_two_mappings_of_one_system_count_a_call_once(tmp_path: Path) -> None:
    for mapping, column in (("old", "wait"), ("new", "Waiting")):
        (tmp_path / mapping).mkdir()
        text = CALLS.replace("[columns]", 'system = "phone"\n[columns]') + f'wait_s = "{column}"\n'
        (tmp_path / mapping / "mapping.toml").write_text(text, "utf-8")
        (tmp_path / mapping / "w1.csv").write_text(f"id,at,outcome,{column}\n1,2026-05-04 10:00,answered,5\n", "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for mapping in ("old", "new"):
            source = find_source("csv", str(tmp_path / mapping / "mapping.toml"))
            load_files(warehouse, settings, source, find_files([tmp_path / mapping], source.suffixes))
        assert warehouse.records("select source, call_id from raw_calls") == [{"source": "phone", "call_id": "1"}]
