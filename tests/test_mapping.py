"""Tables of every spelling in, canonical rows out, through the real load. `rows_of` reads what the warehouse holds."""

import gzip
import hashlib
import hmac
import re
import textwrap
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.accounts import Account
from pipeline.contracts import read_contracts
from pipeline.errors import UsageError
from pipeline.files import find_files
from pipeline.load import load_files
from pipeline.settings import Privacy, Settings
from pipeline.sources import find_source, shipped_mappings
from pipeline.warehouse import open_warehouse
from tests.tables import load_table

KEY = "a key for tests"
CALLS = """
table = "calls"
timezone = "UTC"
[columns]
call_id = "id"
offered_at = "at"
outcome = "outcome"
"""


def load(
    folder: Path, mapping: str, content: str | bytes | None, name: str = "rows.csv", **privacy: str
) -> tuple[Account, list[dict[str, Any]], list[tuple[Any, ...]]]:
    """The account, the rows of the table in the order of the file, and (line, column, rule) of what is in quarantine."""
    (folder / "export.toml").write_text(mapping, "utf-8")
    if content is not None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    source = find_source("csv", str(folder / "export.toml"))
    settings = Settings(warehouse=folder / "w.duckdb", privacy=Privacy(key=KEY, **privacy))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))[0]
        contract = mapping.split('table = "')[1].split('"')[0]
        rows = warehouse.records(f"select * from raw_{contract} order by line")
        bad = warehouse.sql.execute("select line, column_name, rule from quarantine order by line").fetchall()
    return account, rows, bad


def one(folder: Path, column: str, spelling: str, text: str, extra: str = "", zone: str = "UTC") -> Any:
    """What becomes of one text in one column: the value, or the rule that sent it to quarantine."""
    mapping = CALLS.replace('"UTC"', f'"{zone}"').replace("[columns]", f"{extra}\n[columns]")
    mapping = mapping if column in ("offered_at",) else f"{mapping}{column} = {spelling or chr(34) + 'x' + chr(34)}\n"
    mapping = mapping.replace('offered_at = "at"', f"offered_at = {spelling}") if column == "offered_at" else mapping
    rows = f'id;at;outcome;x\n1;2026-05-04 10:00;answered;"{text}"\n'
    _, found, bad = load(folder, mapping + '[reader]\ndelimiter = ";"\n', rows)
    return found[0][column] if found else bad[0][2]


RUSSIAN = """Номер звонка;Очередь;Тема;Телефон;Фамилия;Имя;Дата;Время;Ожидание, мс;Разговор;Обработка, мин;Решено;Результат;Версия
7;Продажи;нет данных;8 912 345-67-89;Иванова;Анна;03.02.2026;10:15;12500;1:02:03;1,5;да;Отвечен;1
8;Продажи;Счёт;-;-;-;03.02.2026;10:16:30;4000;-;-;-;Пропущен;1
9;Продажи;Счёт;-;-;-;03.02.2026;10:17;4000;-;-;-;Утерян;1
"""


def test_russian_export_with_every_feature(tmp_path: Path) -> None:
    mapping = next(file for file in shipped_mappings() if file.stem == "example_calls_ru").read_text("utf-8")
    account, rows, bad = load(tmp_path, mapping, RUSSIAN.encode("cp1251"))
    assert (account.rows_read, account.admitted, bad) == (3, 2, [(4, "outcome", "unknown_value")])
    answered, lost = rows
    assert answered["offered_at"] == datetime(2026, 2, 3, 7, 15)
    assert (answered["queue"], answered["topic"], answered["agent"]) == ("Продажи", None, "Иванова Анна")
    assert (answered["wait_s"], answered["talk_s"], answered["wrap_s"]) == (12.5, 3723, 90)
    assert (answered["outcome"], answered["is_resolved"], answered["channel"]) == ("answered", True, "voice")
    assert (lost["outcome"], lost["agent"], lost["talk_s"], lost["customer_key"]) == ("abandoned", None, None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    word = "Über" if encoding == "latin-1" else "Тема"
    said = encoding if encoding in ("cp1251", "latin-1") else "utf-8"
    mapping = f'{CALLS}topic = "{word}"\n[reader]\nencoding = "{said}"\n'
    text = f"id,at,outcome,{word}\n1,2026-05-04 10:00,answered,{word}\n"
    assert load(tmp_path, mapping, text.encode(encoding))[1][0]["topic"] == word


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("90", "s", 90), ("1500", "ms", 1.5), ("1.5", "min", 90), ("0.5", "h", 1800), ("1:02:03", "hh:mm:ss", 3723),
        ("00:02:23", "hh:mm:ss", 143), ("2:23", "hh:mm:ss", 143), ("90:00", "hh:mm:ss", 5400), ("45", "hh:mm:ss", 45),
        ("0:01:02.5", "hh:mm:ss", 62.5), ("0:75:00", "hh:mm:ss", "not_a_duration"), ("-1:30", "hh:mm:ss", "not_a_duration"),
        ("soon", "s", "not_a_duration"), ("-5", "s", "negative"), ("25", "h", "longer_than_a_day"), ("nan", "s", "not_finite"),
    ],
)  # fmt: skip
def test_units(tmp_path: Path, text: str, unit: str, expected: float | str) -> None:
    found = one(tmp_path, "talk_s", f'{{ from = "x", unit = "{unit}" }}', text)
    assert found == expected or (text == "nan" and found in ("longer_than_a_day", "not_finite"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5", 12.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234),
        ("7", 7),
        ("1.5", "not_a_duration"),
    ],
)
def test_decimal_comma(tmp_path: Path, text: str, expected: float | str) -> None:
    """A point where the mapping says comma is not passed over: 1.5 would become 15."""
    assert one(tmp_path, "talk_s", '{ from = "x", decimal = "," }', text) == expected


@pytest.mark.parametrize(
    ("text", "format", "zone", "expected"),
    [
        ("04.05.2026 10:00", "%d.%m.%Y %H:%M", "Europe/Zurich", datetime(2026, 5, 4, 8)),
        ("04/05/2026 10:00", "%m/%d/%Y %H:%M", "UTC", datetime(2026, 4, 5, 10)),
        ("31.02.2026 10:00", "%d.%m.%Y %H:%M", "UTC", "not_a_time"),
        ("2026-05-04 10:00:00.5", "", "UTC", datetime(2026, 5, 4, 10, 0, 0, 500000)),
        ("2026-05-04T10:00:00Z", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("2026-05-04T10:00:00+03:00", "", "Europe/Zurich", datetime(2026, 5, 4, 7)),
        ("2026-05-04T10:00:00-03:00", "", "UTC", datetime(2026, 5, 4, 13)),
        ("04.05.2026 10:00 +0300", "%d.%m.%Y %H:%M %z", "Europe/Zurich", datetime(2026, 5, 4, 7)),
        ("2026-05-04 10:00:00 UTC", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("2026-05-04 10:00 gmt", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("2026-05-04 10:00 America/New_York", "", "Europe/Zurich", datetime(2026, 5, 4, 14)),
        ("2026-05-04 10:00:00 EST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00:00 NZST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00:00 BST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00 PM", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00 PM", "%Y-%m-%d %I:%M %p", "Europe/Zurich", datetime(2026, 5, 4, 20)),
        ("10:00", "", "UTC", "not_a_time"),
        ("2099-05-04 10:00", "", "UTC", "in_the_future"),
    ],
)
def test_instants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, format: str, zone: str, expected: datetime | str
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    spelling = f'{{ from = "x"{f", format = {chr(34)}{format}{chr(34)}" if format else ""} }}'
    assert one(tmp_path, "offered_at", spelling, text, zone=zone) == expected


def test_formats_with_and_without_offset_side_by_side(tmp_path: Path) -> None:
    spelling = '{ from = "at", format = ["%d.%m.%Y %H:%M %z", "%d.%m.%Y %H:%M"] }'
    mapping = CALLS.replace('"UTC"', '"Europe/Zurich"').replace('offered_at = "at"', f"offered_at = {spelling}")
    text = "id,at,outcome\n1,04.05.2026 10:00 +0300,answered\n2,04.05.2026 10:00,answered\n"
    rows = load(tmp_path, mapping, text)[1]
    assert [row["offered_at"].hour for row in rows] == [7, 8]


@pytest.mark.parametrize(
    ("local", "ambiguous", "expected"),
    [
        ("2026-10-25 02:30", "first", datetime(2026, 10, 25, 0, 30)),
        ("2026-10-25 02:30", "second", datetime(2026, 10, 25, 1, 30)),
        ("2026-10-25 02:30", "quarantine", "not_a_time"),
        ("2026-10-25 01:59", "quarantine", datetime(2026, 10, 24, 23, 59)),
        ("2026-10-25 03:00", "quarantine", datetime(2026, 10, 25, 2, 0)),
        ("2026-03-29 02:30", "first", "not_a_time"),
        ("2026-03-29 03:00", "first", datetime(2026, 3, 29, 1, 0)),
    ],
)
def test_hours_that_are_twice_or_never(tmp_path: Path, local: str, ambiguous: str, expected: datetime | str) -> None:
    extra = f'ambiguous = "{ambiguous}"'
    assert one(tmp_path, "offered_at", '"x"', local, extra, zone="Europe/Zurich") == expected


def test_joined_columns_constants_defaults_and_words_for_nothing(tmp_path: Path) -> None:
    mapping = """
table = "evaluations"
timezone = "UTC"
[columns]
evaluation_id = ["day", "no"]
conversation_id = "call"
evaluator = "who"
evaluated_at = ["day", "time"]
criterion = ["part", "sub"]
score = "mark"
[constants]
score_max = 5
is_critical = true
[reader]
null = ["n/a", "?"]
"""
    text = "day,time,no,call,who,part,sub,mark\n2026-05-04,10:00,1,c1,Eve,tone,voice,4\n2026-05-04,10:05,2,c1,Eve,tone,?,n/a\n"
    rows = load(tmp_path, mapping, text)[1]
    assert [row["evaluation_id"] for row in rows] == ["2026-05-04 1", "2026-05-04 2"]
    assert [row["criterion"] for row in rows] == ["tone voice", "tone"]
    assert [row["score"] for row in rows] == [4, None]
    assert {(row["score_min"], row["score_max"], row["weight"], row["is_critical"]) for row in rows} == {
        (0, 5, 1, True)
    }


def test_the_highest_version_counts(tmp_path: Path) -> None:
    mapping = CALLS.replace("[columns]", 'version = "changed"\n[columns]') + 'topic = "topic"\n'
    text = (
        "id,at,outcome,topic,changed\n1,2026-05-04 10:00,answered,new,2026-05-04 12:00:00\n"
        "1,2026-05-04 10:00,answered,old,2026-05-04 11:00:00\n2,2026-05-04 10:00,answered,old,3\n2,2026-05-04 10:00,answered,new,20\n"
    )
    account, rows, _ = load(tmp_path, mapping, text)
    assert ([row["topic"] for row in rows], account.duplicate) == (["new", "new"], 2)


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


def test_a_name_given_twice_disturbs_only_who_wants_it(tmp_path: Path) -> None:
    """Jira's own export has as many columns of a name as the longest of its lists is long."""
    account, rows, _ = load(tmp_path, CALLS, "id,at,outcome,Labels,Labels\n1,2026-05-04 10:00,answered,a,b\n")
    assert (account.error, [row["call_id"] for row in rows]) == (None, ["1"])


WORDS = {
    "instant": "2026-05-04 10:00:00", "date": "2026-05-04", "seconds": "60", "number": "1", "integer": "3", "flag": "true",
}  # fmt: skip
LATER = ("ended_at", "ends_at", "valid_to", "solved_at", "closed_at", "due_at", "kept_at")


@pytest.mark.parametrize("table", sorted(read_contracts()))
def test_every_table_loads_by_its_own_names(tmp_path: Path, table: str) -> None:
    columns = read_contracts()[table].columns
    row = [
        "2026-05-04 10:05:00"
        if name in LATER
        else "5"
        if name in ("score_max", "ends_min")
        else c.values[0]
        if c.values
        else WORDS.get(c.type, "w")
        for name, c in columns.items()
    ]
    settings = Settings(warehouse=tmp_path / "w.duckdb", privacy=Privacy(key=KEY))
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, table, "  ".join(columns) + "\n" + "  ".join(row))
        filled = warehouse.records(f"select * from raw_{table}")[0]
    assert (account.admitted, account.quarantined, account.error) == (1, {}, None)
    assert [name for name in columns if filled[name] is None] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"calls"', '"callz"', "table: no canonical table 'callz'"),
        ('call_id = "id"', 'call_no = "id"\ncall_id = "id"', "columns: calls has no column call_no"),
        ('outcome = "outcome"', 'outcome = { from = "outcome", values = { Y = "taken" } }', "columns.outcome.values: taken is none of answered"),
        ('outcome = "outcome"', '[constants]\noutcome = "taken"', "constants.outcome: taken is none of answered"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[constants]\noutcome = "answered"', "constants: outcome stands under columns too"),
        ('outcome = "outcome"', 'outcome = "outcome"\nis_resolved = { from = "x", values = { J = "maybe" } }', "columns.is_resolved.values: maybe"),
        ('outcome = "outcome"', "", "columns: calls needs outcome"),
        ('"UTC"', '"Mars/Olympus"', "timezone: no time zone 'Mars/Olympus'"),
        ('"UTC"', '"Europe"', "timezone: no time zone 'Europe'"),
        ('timezone = "UTC"', "", "timezone: Field required"),
        ('"at"', '{ from = "at", format = "%Q" }', "columns.offered_at.format"),
        ('"at"', '{ from = "at", unit = "days" }', "unit"),
        ('"at"', '{ form = "at" }', "form"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nencoding = "klingon"', "reader.encoding"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\ndelimiter = ";;"', "reader.delimiter"),
        ('call_id = "id"', "call_id = id", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_names_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "wrong.toml").write_text(CALLS.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError) as refusal:
        find_source("csv", str(tmp_path / "wrong.toml"))
    assert "wrong.toml: " in str(refusal.value) and said in str(refusal.value)


def test_a_column_that_the_file_lacks(tmp_path: Path) -> None:
    account, rows, _ = load(tmp_path, CALLS, "id,when,outcome\n1,2026-05-04 10:00,answered\n")
    assert (
        account.error is not None and "rows.csv: line 1: column at of the mapping is not in the file" in account.error
    )
    assert "id, when, outcome" in account.error and rows == []


def test_spellings_of_a_phone_are_one_pseudonym(tmp_path: Path) -> None:
    phones = [
        "+41 44 668 18 00",
        "0041446681800",
        "044 668 18 00",
        "(044) 668-18-00",
        "tel:+41446681800",
        "+41 (0)44 668 18 00",
    ]
    lines = [
        f"{i},2026-05-04 10:00,answered,{phone}" for i, phone in enumerate([*phones, "anonymous", "044 668 18 01"])
    ]
    mapping = f'{CALLS}customer_key = "phone"\n'
    text = "\n".join(["id,at,outcome,phone", *lines]) + "\n"
    rows = load(tmp_path, mapping, text, phone_country_code="41", phone_trunk_prefix="0")[1]
    expected = int(hmac.new(KEY.encode(), b"41446681800", hashlib.sha256).hexdigest()[:15], 16)
    found = [row["customer_key"] for row in rows]
    assert found[: len(phones)] == [expected] * len(phones)
    assert found[-2] is None and found[-1] not in (None, expected)


@pytest.mark.parametrize("file", shipped_mappings(), ids=lambda file: file.stem)
def test_shipped_mappings_are_sound(file: Path) -> None:
    assert find_source(file.stem).name == file.stem


def test_example_evaluations_and_agents(tmp_path: Path) -> None:
    mappings = {file.stem: file.read_text("utf-8") for file in shipped_mappings()}
    reviews = "Review,Contact,Reviewer,Reviewed,Criterion,Mark,Weight,Must pass\n1,c1,eve@x.example,04/05/2026 10:00,Personal emotional contact,4,2,x\n1,c1,eve@x.example,04/05/2026 10:00,Greeting,n/a,1,\n"
    first, second = load(tmp_path, mappings["example_evaluations"], reviews)[1]
    assert (first["criterion"], first["score"], first["weight"], first["is_critical"], first["evaluator"]) == (
        "pec",
        4,
        2,
        True,
        "eve",
    )
    assert (second["criterion"], second["score"], second["is_critical"], second["score_max"]) == (
        "Greeting",
        None,
        False,
        5,
    )
    agents = "Login,First name,Last name,Team,Hired,From,Until\nann,Ann,Lee,Red,01.03.2020,2026-05-04 08:00,2026-06-01T08:00:00+02:00\n"
    row = load(tmp_path, mappings["example_agents"], agents, "agents.csv")[1][0]
    assert (row["name"], str(row["hired_on"])[:10]) == ("Ann Lee", "2020-03-01")
    assert (row["valid_from"], row["valid_to"]) == (datetime(2026, 5, 4, 6), datetime(2026, 6, 1, 6))


def test_the_example_of_the_readme_reads_a_german_export(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    mapping = textwrap.dedent(re.findall(r"```toml\n(   table = .*?)   ```", readme, re.S)[0])
    content = """Call Id;Queue;Agent;Phone;Date;Time;Waiting;Talk;Hold;After call;Answered
1;Karten;Käthe;044 668 18 00;04.05.2026;10:00:00;12,5;0:02:05;-;0,5;Ja
2;Karten;;044 668 18 01;04.05.2026;10:01:00;60;-;-;-;Nein
"""
    account, rows, _ = load(tmp_path, mapping, content.encode("cp1252"))
    assert (account.admitted, account.error) == (2, None)
    assert [(r["agent"], r["wait_s"], r["talk_s"], r["hold_s"], r["wrap_s"], r["outcome"]) for r in rows] == [
        ("Käthe", 12.5, 125.0, None, 30.0, "answered"), (None, 60.0, None, None, None, "abandoned"),
    ]  # fmt: skip
