"""Every spelling of one value: units, decimals, instants, clocks set back, joined columns, phones."""

import hashlib
import hmac
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.settings import Settings
from tests.mapped import CALLS, KEY, load, one
from tests.tables import load_table


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("90", "s", 90), ("1500", "ms", 1.5), ("1500000000", "ns", 1.5), ("1.5", "min", 90), ("0.5", "h", 1800), ("0.25", "d", 21600), ("1:02:03", "hh:mm:ss", 3723),
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
        ("2160000", 25 * 86_400), ("315360000", 315_360_000), ("1790000000", "longer_than_ten_years"),
        ("1e15", "longer_than_ten_years"), ("1e300", "longer_than_ten_years"), ("inf", "longer_than_ten_years"),
        ("nan", "longer_than_ten_years"), ("-1", "negative"),
    ],
)  # fmt: skip
def test_what_is_written_may_last_for_days_but_not_for_ever(tmp_path: Path, text: str, expected: float | str) -> None:
    assert one(tmp_path, "talk_s", "", text, '[constants]\nchannel = "chat"') == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 7), ("7.0", 7), ("-7", -7), ("9007199254740993", 9007199254740993),
     ("1.5", "not_a_whole_number"), ("0.4", "not_a_whole_number"), ("seven", "not_a_whole_number"), ("inf", "not_a_whole_number")],
)  # fmt: skip
def test_whole_numbers(tmp_path: Path, text: str, expected: int | str) -> None:
    mapping = 'table = "ticket_events"\ntimezone = "UTC"\n[columns]\n'
    mapping += "".join(f'{name} = "{name}"\n' for name in ("event_id", "ticket_id", "happened_at", "sequence", "field"))
    content = f"event_id,ticket_id,happened_at,sequence,field\n1,1,2026-05-04 10:00,{text},status\n"
    _, rows, bad = load(tmp_path, mapping, content)
    assert (rows[0]["sequence"] if rows else bad[0][2]) == expected


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
    ("text", "named", "expected"),
    [
        ("7,091", True, 7091),
        ("21,234.5", True, 21234.5),
        ("12.5", True, 12.5),
        ("1 234.5", True, 1234.5),
        ("12,5", True, "not_a_duration"),
        ("1234,567", True, "not_a_duration"),
        ("1e3", True, 1000),
        ("7,091", False, "not_a_duration"),
        ("12.5", False, 12.5),
    ],
)
def test_commas_group_thousands_only_where_the_point_is_named(
    tmp_path: Path, text: str, named: bool, expected: float | str
) -> None:
    """7,091 is seven seconds in one country and two hours in another."""
    mark = ', decimal = "."' if named else ""
    assert one(tmp_path, "talk_s", f'{{ from = "x"{mark} }}', text) == expected


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
        ("2026-05-04 10:00:00 +0300", "", "Europe/Zurich", datetime(2026, 5, 4, 7)),
        ("2026-05-04 10:00 -03:00", "", "Europe/Zurich", datetime(2026, 5, 4, 13)),
        ("2026-05-04 10:00:00 UTC", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("2026-05-04 10:00 gmt", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("2026-05-04 10:00 America/New_York", "", "Europe/Zurich", datetime(2026, 5, 4, 14)),
        ("2026-05-04 10:00:00 EST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00:00 NZST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00:00 BST", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00 PM", "", "Europe/Zurich", "not_a_time"),
        ("2026-05-04 10:00 PM", "%Y-%m-%d %I:%M %p", "Europe/Zurich", datetime(2026, 5, 4, 20)),
        ("1777888800", "epoch", "Europe/Zurich", datetime(2026, 5, 4, 10)),
        ("1777888800250", "epoch_ms", "Europe/Zurich", datetime(2026, 5, 4, 10, 0, 0, 250000)),
        ("1777888800250", "epoch", "UTC", "in_the_future"),
        ("1777888800250000000", "epoch", "UTC", "not_a_time"),
        ("46146.4270833333", "excel", "Europe/Zurich", datetime(2026, 5, 4, 8, 15)),
        ("46146.4270833333", "", "UTC", "not_a_time"),
        ("1e18", "excel", "UTC", "not_a_time"),
        ("nan", "excel", "UTC", "not_a_time"),
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


@pytest.mark.parametrize(
    ("text", "format", "expected"),
    [
        ("11/01/2026 01:30 AM EDT", "%m/%d/%Y %I:%M %p %z", datetime(2026, 11, 1, 5, 30)),
        ("11/01/2026 01:30 AM EST", "%m/%d/%Y %I:%M %p %z", datetime(2026, 11, 1, 6, 30)),
        ("2026-11-01 01:30:00 EST", "", datetime(2026, 11, 1, 6, 30)),
        ("2026-11-01 12:30:00", "", datetime(2026, 11, 1, 17, 30)),
        ("2026-11-01 01:30:00 CST", "", "not_a_time"),
        ("EST", "", "not_a_time"),
    ],
)
def test_names_of_zones_are_the_offsets_that_the_mapping_gives(
    tmp_path: Path, text: str, format: str, expected: datetime | str
) -> None:
    """Half past one is twice on the first of November in New York; here each says which it is."""
    extra = 'zones = { EDT = "-04:00", EST = "-05:00" }'
    spelling = f'{{ from = "x"{f", format = {chr(34)}{format}{chr(34)}" if format else ""} }}'
    assert one(tmp_path, "offered_at", spelling, text, extra, zone="America/New_York") == expected


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


FORECASTS = """
queue  starts_at         offered_calls
cards  2026-10-25 02:00  1
cards  2026-10-25 02:30  2
other  2026-10-25 02:30  3
cards  2026-10-25 02:00  4
cards  2026-10-25 02:30  5
cards  2026-10-25 03:00  6
cards  2026-10-25 03:00  7
"""


def test_in_a_list_of_half_hours_the_later_line_is_the_hours_second_time(tmp_path: Path) -> None:
    """In autumn 02:00 and 02:30 stand in it twice; 03:00 written twice is one half-hour."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, "forecasts", FORECASTS, timezone="Europe/Zurich")
        rows = warehouse.records(
            "select starts_at, offered_calls as n from raw_forecasts where queue = 'cards' order by 1"
        )
    assert [(f"{row['starts_at']:%H:%M}", row["n"]) for row in rows] == [
        ("00:00", 1), ("00:30", 2), ("01:00", 4), ("01:30", 5), ("02:00", 7),
    ]  # fmt: skip
    assert account.duplicate == 1


@pytest.mark.parametrize(
    ("column", "values", "text", "expected"),
    [
        ("queue", '"" = "none"', "", "none"),
        ("queue", '"" = "none"', "-", "none"),
        ("queue", '"" = "none"', "Cards", "Cards"),
        ("agent", 'Anna = "a017"', "Anna", "a017"),
        ("agent", 'Anna = "a017"', "anna", "anna"),
        ("queue", 'Cards = "cards"', "CARDS", "CARDS"),
        ("talk_s", '"" = "0"', "", 0),
        ("direction", '"" = "outbound", In = "inbound"', "", "outbound"),
        ("direction", 'In = "outbound"', "", "inbound"),
        ("direction", 'Out = "outbound"', "OUT", "outbound"),
        ("direction", '" Out " = "outbound"', "out", "outbound"),
        ("direction", '"Исх" = "outbound"', "ИСХ", "outbound"),
        ("direction", 'Out = "outbound", OUT = "internal"', "OUT", "internal"),
        ("direction", 'Out = "outbound", OUT = "internal"', "out", "unknown_value"),
        ("direction", 'Out = "outbound", OUT = "outbound"', "out", "outbound"),
        ("direction", 'Out = "outbound"', "away", "unknown_value"),
        ("is_resolved", 'Ja = "true", Nein = "false"', "NEIN", False),
        ("is_resolved", '"" = "false", x = "true"', "", False),
        ("is_resolved", 'Ja = "true", Abbruch = ""', "ABBRUCH", None),
        ("is_resolved", 'Ja = "true", Abbruch = ""', "vielleicht", "not_yes_or_no"),
        ("direction", 'Out = "outbound", "n/a" = ""', "N/A", "inbound"),
        ("queue", 'Test = ""', "Test", None),
        ("direction", '"" = "inbound", "*" = "outbound"', "101", "outbound"),
        ("direction", '"" = "inbound", "*" = "outbound"', "", "inbound"),
        ("direction", '"*" = "outbound"', "", "inbound"),
        ("direction", 'In = "inbound", "*" = "outbound"', "IN", "inbound"),
        ("direction", 'In = "inbound", "*" = ""', "away", "inbound"),
        ("is_resolved", 'Ja = "true", "*" = "false"', "vielleicht", False),
        ("queue", '"*" = "one"', "Cards", "one"),
        ("queue", '"*" = "one"', "-", None),
    ],
)
def test_words_of_the_file_and_empty_fields(
    tmp_path: Path, column: str, values: str, text: str, expected: object
) -> None:
    """An empty field is what the mapping says, else the column's default; - is a word for nothing."""
    mapping = f'{CALLS}{column} = {{ from = "x", values = {{ {values} }} }}\n[reader]\nnull = ["-"]\n'
    _, rows, bad = load(tmp_path, mapping, f"id,at,outcome,x\n1,2026-05-04 10:00,answered,{text}\n")
    assert (rows[0][column] if rows else bad[0][2]) == expected


def test_an_empty_field_is_read_only_where_its_condition_holds(tmp_path: Path) -> None:
    mapping = CALLS + 'queue = { from = "x", where = { kind = ["call"] }, values = { "" = "none" } }\n'
    text = "id,at,outcome,x,kind\n1,2026-05-04 10:00,answered,,call\n2,2026-05-04 10:00,answered,,chat\n"
    assert [row["queue"] for row in load(tmp_path, mapping, text)[1]] == ["none", None]


@pytest.mark.parametrize(
    ("parts", "how", "expected"),
    [
        (("90", "30"), "", 120),
        (("90", ""), "", 90),
        (("-", "30"), "", 30),
        (("-", ""), "", None),
        (("1:30", "0:30"), ', unit = "hh:mm:ss"', 120),
        (("1,5", "1.000,5"), ', unit = "min", decimal = ","', 60120),
        (("90", "soon"), "", "not_a_duration"),
        (("90", "-30"), "", "not_a_duration"),
        (("50000", "50000"), "", "longer_than_a_day"),
    ],
)
def test_columns_that_are_added(tmp_path: Path, parts: tuple[str, str], how: str, expected: float | str | None) -> None:
    mapping = f'{CALLS}talk_s = {{ sum = ["Talk", "Hold talk"]{how} }}\n[reader]\ndelimiter = ";"\nnull = ["-"]\n'
    text = f"id;at;outcome;Talk;Hold talk\n1;2026-05-04 10:00;answered;{';'.join(parts)}\n"
    _, rows, bad = load(tmp_path, mapping, text)
    assert (rows[0]["talk_s"] if rows else bad[0][2]) == expected


@pytest.mark.parametrize(
    ("day", "time", "format", "expected"),
    [
        ("2026-05-04 00:00:00", "08:15:18", "", datetime(2026, 5, 4, 8, 15, 18)),
        ("2026-05-04 00:00:00.000", "08:15:18.5", "", datetime(2026, 5, 4, 8, 15, 18, 500000)),
        ("2026-05-04T00:00:00", "08:15:18+02:00", "", datetime(2026, 5, 4, 6, 15, 18)),
        ("04.05.2026 0:00:00", "8:15:18", "%d.%m.%Y %H:%M:%S", datetime(2026, 5, 4, 8, 15, 18)),
        ("5/4/2026 12:00:00 AM", "8:15 PM", "%m/%d/%Y %I:%M %p", datetime(2026, 5, 4, 20, 15)),
        ("2026-05-04 00:00:00", "+02:00", "", datetime(2026, 5, 3, 22)),
        ("2026-05-04 10:00:00", "08:15:18", "", "not_a_time"),
        ("2026-05-04 10:00:00.5", "7", "", "not_a_time"),
    ],
)
def test_a_day_with_a_midnight_and_a_time_are_one_instant(
    tmp_path: Path, day: str, time: str, format: str, expected: datetime | str
) -> None:
    how = f', format = "{format}"' if format else ""
    mapping = CALLS.replace('"at"', f'{{ from = ["day", "time"]{how} }}')
    _, rows, bad = load(tmp_path, mapping, f"id,outcome,day,time\n1,answered,{day},{time}\n")
    assert (rows[0]["offered_at"] if rows else bad[0][2]) == expected


@pytest.mark.parametrize(
    ("created", "passed", "how", "expected"),
    [
        ("2026-05-04 10:00", "0:12:00", 'unit = "hh:mm:ss"', datetime(2026, 5, 4, 8, 12)),
        ("2026-05-04 10:00", "90,5", 'unit = "min", decimal = ","', datetime(2026, 5, 4, 9, 30, 30)),
        ("2026-10-24 10:00", "48", 'unit = "h"', datetime(2026, 10, 26, 8)),
        ("2026-05-04T10:00:00Z", "30", "", datetime(2026, 5, 4, 10, 0, 30)),
        ("1777888800", "30", 'format = "epoch"', datetime(2026, 5, 4, 10, 0, 30)),
        ("2026-05-04 10:00", "", "", None),
        ("2026-05-04 10:00", "soon", "", "not_a_time"),
    ],
)
def test_an_instant_told_by_the_time_that_passed(
    tmp_path: Path, created: str, passed: str, how: str, expected: datetime | str | None
) -> None:
    spelling = ", ".join(filter(None, ['from = "created", plus = "passed"', how]))
    mapping = CALLS.replace('"UTC"', '"Europe/Zurich"').replace(
        'offered_at = "at"', 'offered_at = { from = "at", format = "epoch" }'
    )
    text = f"id;at;outcome;created;passed\n1;1777800000;answered;{created};{passed}\n"
    _, rows, bad = load(tmp_path, f'{mapping}answered_at = {{ {spelling} }}\n[reader]\ndelimiter = ";"\n', text)
    assert (rows[0]["answered_at"] if rows else bad[0][2]) == expected


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


def test_spellings_of_a_phone_are_one_pseudonym(tmp_path: Path) -> None:
    phones = [
        "+41 44 668 18 00",
        "0041446681800",
        "044 668 18 00",
        "(044) 668-18-00",
        "tel:+41446681800",
        "+41 (0)44 668 18 00",
        "+41\u00a044\u00a0668\u00a018\u00a000",
        "+41\u202f44\u202f668 18 00\u00a0",
        "044\u2011668\u201318\u221200",
        "\u202a+41 44 668 18 00\u202c",
        "'+41446681800",
        '="0446681800"',
        "０４４６６８１８００",
        "۰۴۴۶۶۸۱۸۰۰",
        "\t044 668 18 00",
        "tel:+41446681800;ext=12",
        "whatsapp:+41446681800",
        "044 668 18 00 x12",
        "044 668 18 00 ext. 12",
        "044 668 18 00 (доб. 12)",
        "0446681800.0",
        "Ivan Roy (044 668 18 00)",
        "044 668 18 00 (Иван)",
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


@pytest.mark.parametrize(
    ("country", "trunk", "digits", "spellings"),
    [
        ("1", "1", 10, ["+14155550000", "4155550000", "(415) 555-0000", "1 415 555 0000", "whatsapp:+14155550000"]),
        ("7", "8", 10, ["+78121234567", "8121234567", "8 812 123-45-67", "78121234567"]),
        ("7", "8", 10, ["+41446681800", "8 10 41 44 668 18 00", "81041446681800"]),
        ("34", "", 9, ["+34600123456", "600 12 34 56", "0034600123456", "34600123456"]),
    ],
)
def test_a_number_of_national_length_is_of_the_country(
    tmp_path: Path, country: str, trunk: str, digits: int, spellings: list[str]
) -> None:
    lines = [f"{i},2026-05-04 10:00,answered,{phone}" for i, phone in enumerate(spellings)]
    text = "\n".join(["id,at,outcome,phone", *lines]) + "\n"
    said = {"phone_country_code": country, "phone_trunk_prefix": trunk, "phone_national_digits": digits}
    rows = load(tmp_path, f'{CALLS}customer_key = "phone"\n', text, **said)[1]
    assert len({row["customer_key"] for row in rows}) == 1


def test_a_day_beside_a_name_is_no_number(tmp_path: Path) -> None:
    days = ["{} (12.03.1985)", "{} (12. 3. 1985)", "{} (1985-03-12)", "12.03.1985 ({})"]
    people = [day.format(name) for day in days for name in ("Anna", "Max Lee")]
    text = "id,at,outcome,who\n" + "".join(f"{n},2026-05-04 10:00,answered,{who}\n" for n, who in enumerate(people))
    rows = load(tmp_path, f'{CALLS}customer_key = "who"\n', text)[1]
    assert len({row["customer_key"] for row in rows}) == len(people)


def test_an_agents_number_has_no_fraction(tmp_path: Path) -> None:
    """pandas makes fractions of all where one is missing."""
    text = "id,at,outcome,who\n1,2026-05-04 10:00,answered,101.0\n2,2026-05-04 10:05,answered,101\n"
    assert {row["agent"] for row in load(tmp_path, CALLS + 'agent = "who"\n', text)[1]} == {"101"}


def test_a_number_that_a_spreadsheet_has_cut_is_nobodys_and_names_no_record(tmp_path: Path) -> None:
    text = "id,at,outcome,phone\n"
    for call, phone in (("1", "4.15556E+09"), ('"3,00000E+14"', "4155550000"), ("5e123456", "7e10"), ("1E+05", "x")):
        text += f"{call},2026-05-04 10:00,answered,{phone}\n"
    account, rows, bad = load(
        tmp_path, f'{CALLS}customer_key = "phone"\n', text + "9,2026-05-04 10:00,answered,4.15563e+09\n"
    )
    assert [(row["call_id"], row["customer_key"] is None) for row in rows] == [
        ("1", True),
        ("5e123456", False),
        ("9", True),
    ]
    assert bad == [(3, "call_id", "cut_by_a_spreadsheet"), (5, "call_id", "cut_by_a_spreadsheet")]
    said = "rows.csv: customer_key: 2 cut by a spreadsheet (4.15556E+09), counted as nobody"
    assert (account.remark or "").startswith(said)


@pytest.mark.parametrize(
    ("take", "text", "expected"),
    [
        ("", "Diaz, Carla|Lee, Anna", "Diaz, Carla"),
        ("last", "Diaz, Carla| Lee, Anna", "Lee, Anna"),
        ("last", "Roy, Bob|", "Roy, Bob"),
        ("last", "Roy, Bob", "Roy, Bob"),
        ("last", "|", None),
        ("last", "", None),
        ("last", "x|bob", "b7"),
    ],
)
def test_of_several_people_in_one_field_one_counts(tmp_path: Path, take: str, text: str, expected: str | None) -> None:
    said = f', take = "{take}"' if take else ""
    spelling = f'{{ from = "x", split = "|"{said}, values = {{ bob = "b7" }} }}'
    assert one(tmp_path, "agent", spelling, text) == expected


def test_spaces_that_nobody_sees_make_no_other_agent_and_no_other_word(tmp_path: Path) -> None:
    names = ["Anna Roy", "Anna Roy\u00a0", "\tAnna Roy", "Anna\u00a0Roy", "Anna  Roy", "\u202fAnna Roy"]
    text = "id,at,outcome,who\n" + "".join(
        f"{number},2026-05-04 10:00,answered\u00a0,{name}\n" for number, name in enumerate(names)
    )
    account, rows, _ = load(tmp_path, CALLS + 'agent = "who"\n', text)
    assert (account.admitted, {row["agent"] for row in rows}) == (6, {"Anna Roy"})


@pytest.mark.parametrize("total", ["Total,,,3600", "Summe,,,360000", "Итого,,,3600", ",,,3600"])
@pytest.mark.parametrize("filled", [False, True])
def test_a_total_is_no_record(tmp_path: Path, total: str, filled: bool) -> None:
    mapping = ('filled = ["at"]' if filled else "") + CALLS + 'talk_s = "talk"\n'
    account, rows, bad = load(tmp_path, mapping, f"id,at,outcome,talk\n1,2026-05-04 10:00,answered,60\n{total}\n")
    assert (account.error, len(rows), [(line, rule) for line, _, rule in bad]) == (
        None, 1, [] if filled else [(3, "missing")],
    )  # fmt: skip


WITHHELD = [
    "+266696687",
    "00266696687",
    "266696687",
    "+7 378 742 833",
    "sip:+86282452253@pbx",
    "+8656696",
    "unavailable@unknown.invalid",
]
NUMBERS = ["8656696", "+4126669668", "2666966870", "+41266696687"]


def test_a_word_on_the_keys_of_a_telephone_is_nobodys_number(tmp_path: Path) -> None:
    lines = [f"{i},2026-05-04 10:00,answered,{phone}" for i, phone in enumerate([*WITHHELD, *NUMBERS])]
    text = "\n".join(["id,at,outcome,phone", *lines]) + "\n"
    rows = load(tmp_path, f'{CALLS}customer_key = "phone"\n', text)[1]
    known = {phone for phone, row in zip([*WITHHELD, *NUMBERS], rows, strict=True) if row["customer_key"] is not None}
    assert known == set(NUMBERS)


@pytest.mark.parametrize(
    ("clock", "ambiguous", "utc"),
    [
        ("01:59:50 02:00:20 02:05:00", "first", "23:59:50 00:00:20 00:05:00"),
        ("02:10:00 02:10:30 02:20:00", "first", "00:10:00 00:10:30 00:20:00"),
        ("02:10:00 02:10:30 02:20:00", "second", "01:10:00 01:10:30 01:20:00"),
        ("02:59:50 02:00:20 02:05:00", "first", "00:59:50 01:00:20 01:05:00"),
        ("02:59:50 02:00:20 02:05:00", "second", "00:59:50 01:00:20 01:05:00"),
        ("02:58:00 02:59:50 02:00:20", "first", "00:58:00 00:59:50 01:00:20"),
        ("02:59:50 03:00:20 03:05:00", "first", "01:59:50 02:00:20 02:05:00"),
        ("02:50:00 02:50:30 03:05:00", "first", "01:50:00 01:50:30 02:05:00"),
        ("02:59:50 - 03:05:00", "first", "01:59:50 - 02:05:00"),
        ("01:59:50 02:00:20 03:05:00", "first", "23:59:50 00:00:20 02:05:00"),
        ("01:59:50 02:00:20 02:05:00", "second", "23:59:50 00:00:20 00:05:00"),
        ("12:00:30 12:00:00 12:05:00", "first", "answered_before_offered"),
        ("02:10:00 02:10:30 03:20:00", "quarantine", "not_a_time"),
    ],
)  # fmt: skip
def test_times_of_one_call_in_the_doubled_hour_are_in_order(
    tmp_path: Path, clock: str, ambiguous: str, utc: str
) -> None:
    names = ("offered_at", "answered_at", "ended_at")
    mapping = CALLS.replace('"UTC"', f'"Europe/Berlin"\nambiguous = "{ambiguous}"')
    mapping += 'answered_at = "answered"\nended_at = "ended"\n'
    told = ",".join("" if time == "-" else f"2026-10-25 {time}" for time in clock.split())
    _, rows, bad = load(tmp_path, mapping, f"id,outcome,at,answered,ended\n1,answered,{told}\n")
    found = (
        " ".join("-" if rows[0][name] is None else f"{rows[0][name]:%H:%M:%S}" for name in names) if rows else bad[0][2]
    )
    assert found == utc


@pytest.mark.parametrize(
    "word", ["Anonym", "unbekannt", "Rufnummer unterdrückt", "Без номера", "скрыт", "НЕИЗВЕСТНО", "номер скрыт", "anonyme", "Inconnu", "Numero privato", "sconosciuto",
             "desconocido", "Número oculto", "UNKNOWN caller", "АОН не определен", "Анонимный абонент", "No Caller ID", "ID Withheld", "Out of Area", "asserted-id"],
)  # fmt: skip
def test_words_for_nobody_in_every_language_of_ours(tmp_path: Path, word: str) -> None:
    assert one(tmp_path, "customer_key", "", word) is None
