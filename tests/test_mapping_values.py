"""Every spelling of one value: units, decimals, instants, clocks set back, joined columns, phones."""

import hashlib
import hmac
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.settings import Settings
from pipeline.sources.mapping_file import Mapping
from tests.mapped import CALLS, KEY, became, each, load
from tests.tables import load_table

UNITS = [
    ("90", "s", 90), ("1500", "ms", 1.5), ("1500000000", "ns", 1.5), ("1.5", "min", 90), ("0.5", "h", 1800), ("0.25", "d", 21600),
    ("0.00034722223", "d", 30), ("0.0000578703703703704", "d", 5), ("0.1667", "min", 10), ("0.17", "min", 10), ("0.0041666667", "h", 15), ("0.0056", "h", 20), ("0.00023", "d", 20), ("0.3375", "min", 20.25), ("1:02:03", "hh:mm:ss", 3723),
    ("00:02:23", "hh:mm:ss", 143), ("2:23", "hh:mm:ss", 143), ("90:00", "hh:mm:ss", 5400), ("45", "hh:mm:ss", 45),
    ("0:01:02.5", "hh:mm:ss", 62.5), ("0:75:00", "hh:mm:ss", "not_a_duration"), ("-1:30", "hh:mm:ss", "not_a_duration"),
    ("1.00:00:00", "hh:mm:ss", 86400), ("0.02:03:04", "hh:mm:ss", 7384), ("0 days 00:03:12", "hh:mm:ss", 192), ("1 day, 0:00:00", "hh:mm:ss", 86400), ("2 days, 2:03:04.5", "hh:mm:ss", "longer_than_a_day"),
    ("12:03:12 AM", "hh:mm:ss", 192), ("1:03:12 PM", "hh:mm:ss", 46992), ("1.02:03", "hh:mm:ss", "not_a_duration"), ("13:03:12 PM", "hh:mm:ss", "not_a_duration"),
    ("04:25", "hh:mm", 15900), ("04:25:30", "hh:mm", 15930), ("4:05 hrs", "hh:mm", 14700), ("4:75", "hh:mm", "not_a_duration"), ("4", "hh:mm", "not_a_duration"),
    ("3m 12s", "words", 192), ("1h 30m", "words", 5400), ("3 мин. 12 сек.", "words", 192), ("1 д 0 ч", "words", 86400), ("00h03m12s", "words", 192),
    ("PT3M12S", "words", 192), ("P1DT0H", "words", 86400), ("3.2 min", "words", 192), ("0 Tage, 2 Std. 5 Min.", "words", 7500), ("2 minutes", "words", 120),
    ("P1M", "words", "not_a_duration"), ("12s 3m", "words", "not_a_duration"), ("3m 4m", "words", "not_a_duration"), ("3 parsec", "words", "not_a_duration"),
    ("192", "words", "not_a_duration"), ("min", "words", "not_a_duration"), ("PT", "words", "not_a_duration"),
    ("soon", "s", "not_a_duration"), ("-5", "s", "negative"), ("25", "h", "longer_than_a_day"), ("nan", "s", "not_finite"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit", "expected"), UNITS)
def test_units(text: str, unit: str, expected: float | str) -> None:
    same = [text for text, of, _ in UNITS if of == unit]
    found = became("talk_s", f'{{ from = "x", unit = "{unit}" }}', same, text)
    assert found == expected or (text == "nan" and found in ("longer_than_a_day", "not_finite"))


WRITTEN = [
    ("2160000", 25 * 86_400), ("315360000", 315_360_000), ("1790000000", "longer_than_ten_years"),
    ("1e15", "longer_than_ten_years"), ("1e300", "longer_than_ten_years"), ("inf", "longer_than_ten_years"),
    ("nan", "longer_than_ten_years"), ("-1", "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_what_is_written_may_last_for_days_but_not_for_ever(text: str, expected: float | str) -> None:
    assert became("talk_s", '"x"', [text for text, _ in WRITTEN], text, '[constants]\nchannel = "chat"') == expected


SCORES = {"85%": 85, "85.5 %": 85.5, "-5\u00a0%": -5, "85": 85, "%": "not_a_number", "8%5": "not_a_number"}


@pytest.mark.parametrize("text", SCORES)
def test_a_score_may_be_a_percentage(text: str) -> None:
    mapping = 'table = "evaluations"\ntimezone = "UTC"\nconstants = { score_min = -100, score_max = 100 }\n[columns]\n'
    mapping += "".join(
        f'{name} = "{name}"\n' for name in ("conversation_id", "evaluator", "evaluated_at", "criterion", "score")
    )
    rows = {score: f"1,Ann,2026-05-04,total,{score}" for score in SCORES}
    head = "conversation_id,evaluator,evaluated_at,criterion,score"
    assert each(mapping + 'evaluation_id = "id"\n', head, tuple(rows.values()), "score")[rows[text]] == SCORES[text]


def test_days_of_work_may_be_ahead(tmp_path: Path) -> None:
    """Who gave notice is on the list with the last day."""
    columns = "".join(f'{name} = "{name}"\n' for name in ("agent", "valid_from", "hired_on", "left_on"))
    mapping = f'table = "agents"\ntimezone = "UTC"\n[columns]\n{columns}'
    rows = load(tmp_path, mapping, "agent,valid_from,hired_on,left_on\nann,2026-01-01,2097-01-01,2099-12-31\n")[1]
    assert [(str(row["hired_on"]), str(row["left_on"])) for row in rows] == [("2097-01-01", "2099-12-31")]


WHOLE = [
    ("7", 7), ("7.0", 7), ("-7", -7), ("9007199254740993", 9007199254740993),
    ("1.5", "not_a_whole_number"), ("0.4", "not_a_whole_number"), ("seven", "not_a_whole_number"), ("inf", "not_a_whole_number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_whole_numbers(text: str, expected: int | str) -> None:
    mapping = 'table = "ticket_events"\ntimezone = "UTC"\n[columns]\n'
    mapping += 'event_id = "id"\n' + "".join(
        f'{name} = "{name}"\n' for name in ("ticket_id", "happened_at", "sequence", "field")
    )
    rows = {number: f"1,2026-05-04 10:00,{number},status" for number, _ in WHOLE}
    found = each(mapping, "ticket_id,happened_at,sequence,field", tuple(rows.values()), "sequence")
    assert found[rows[text]] == expected


COMMAS = [
    ("12,5", 12.5),
    ("1.234,5", 1234.5),
    ("1 234,5", 1234.5),
    ("1\u00a0234", 1234),
    ("7", 7),
    ("1.5", "not_a_duration"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMMAS)
def test_decimal_comma(text: str, expected: float | str) -> None:
    """A point where the mapping says comma is not passed over: 1.5 would become 15."""
    assert became("talk_s", '{ from = "x", decimal = "," }', [text for text, _ in COMMAS], text) == expected


THOUSANDS = [
    ("7,091", True, 7091),
    ("21,234.5", True, 21234.5),
    ("12.5", True, 12.5),
    ("1 234.5", True, 1234.5),
    ("12,5", True, "not_a_duration"),
    ("1234,567", True, "not_a_duration"),
    ("1e3", True, 1000),
    ("7,091", False, "not_a_duration"),
    ("12.5", False, 12.5),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named", "expected"), THOUSANDS)
def test_commas_group_thousands_only_where_the_point_is_named(text: str, named: bool, expected: float | str) -> None:
    """7,091 is seven seconds in one country and two hours in another."""
    mark = ', decimal = "."' if named else ""
    same = [text for text, is_named, _ in THOUSANDS if is_named == named]
    assert became("talk_s", f'{{ from = "x"{mark} }}', same, text) == expected


INSTANTS = [
    ("04.05.2026 10:00", "%d.%m.%Y %H:%M", "Europe/Zurich", datetime(2026, 5, 4, 8)),
    ("04/05/2026 10:00", "%m/%d/%Y %H:%M", "UTC", datetime(2026, 4, 5, 10)),
    ("31.02.2026 10:00", "%d.%m.%Y %H:%M", "UTC", "not_a_time"),
    ("2026-05-04 10:00:00.5", "", "UTC", datetime(2026, 5, 4, 10, 0, 0, 500000)),
    ("2026-05-04T10:00:00Z", "", "Europe/Zurich", datetime(2026, 5, 4, 10)),
    ("2026-05-04T10:00:00+03:00", "", "Europe/Zurich", datetime(2026, 5, 4, 7)),
    ("2026-05-04T10:00:00-03:00", "", "UTC", datetime(2026, 5, 4, 13)),
    ("04.05.2026 10:00 +0300", "%d.%m.%Y %H:%M %z", "Europe/Zurich", datetime(2026, 5, 4, 7)),
    ("04.05.2026 10:00:00 UTC", "%d.%m.%Y %H:%M:%S UTC", "America/New_York", datetime(2026, 5, 4, 10)),
    ("10:00:00 UTC 2026-05-04", "%H:%M:%S UTC %Y-%m-%d", "America/New_York", datetime(2026, 5, 4, 10)),
    ("20260504T100000Z", "%Y%m%dT%H%M%SZ", "America/New_York", datetime(2026, 5, 4, 10)),
    ("04.05.2026 10:00 GMT+0300", "%d.%m.%Y %H:%M GMT%z", "America/New_York", datetime(2026, 5, 4, 7)),
    ("04.05.2026 10:00 MSK", "%d.%m.%Y %H:%M MSK", "Europe/Moscow", datetime(2026, 5, 4, 7)),
    ("04.05.2026\u00a010:00:00", "%d.%m.%Y %H:%M:%S", "Europe/Zurich", datetime(2026, 5, 4, 8)),
    ("5/4/26, 8:01\u202fPM", "%m/%d/%y, %I:%M %p", "UTC", datetime(2026, 5, 4, 20, 1)),
    ("2026-05-04\u00a010:00:00", "", "Europe/Zurich", datetime(2026, 5, 4, 8)),
    ("2026-05-04 10:00:00\u202f+03:00", "", "Europe/Zurich", datetime(2026, 5, 4, 7)),
    ("04.05.2026 10:00:00.1234567", "%d.%m.%Y %H:%M:%S.%f", "UTC", datetime(2026, 5, 4, 10, 0, 0, 123456)),
    ("04.05.2026 10:00:00.123", "%d.%m.%Y %H:%M:%S.%f", "UTC", datetime(2026, 5, 4, 10, 0, 0, 123000)),
    ("5/4/2026 10:00:00 p.\u00a0m.", "%m/%d/%Y %I:%M:%S %p", "UTC", datetime(2026, 5, 4, 22)),
    ("5/4/2026 10:00 a.m.", "%m/%d/%Y %I:%M %p", "UTC", datetime(2026, 5, 4, 10)),
    ("4 мая 2026 10:00", "%d %B %Y %H:%M", "UTC", datetime(2026, 5, 4, 10)),
    ("4. März 2026 10:00", "%d. %b %Y %H:%M", "UTC", datetime(2026, 3, 4, 10)),
    ("4 sept. 2026 10:00", "%d %b %Y %H:%M", "UTC", datetime(2026, 9, 4, 10)),
    ("04.MAI.26 10:00", "%d.%b.%y %H:%M", "UTC", datetime(2026, 5, 4, 10)),
    ("4. Apr. 2026 10:00", "%d. %b %Y %H:%M", "UTC", datetime(2026, 4, 4, 10)),
    ("4 aout 2026 10:00", "%d %B %Y %H:%M", "UTC", datetime(2026, 8, 4, 10)),
    ("4 janv. 2026 10:00", "%d %b. %Y %H:%M", "UTC", datetime(2026, 1, 4, 10)),
    ("4 Mayhem 2026 10:00", "%d %b %Y %H:%M", "UTC", "not_a_time"),
    ("04-MAY-26 10.00.00.123456789 PM", "%d-%b-%y %I.%M.%S.%f %p", "UTC", datetime(2026, 5, 4, 22, 0, 0, 123456)),
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
    ("1777888800250", "epoch", "Europe/Zurich", "in_the_future"),
    ("1777888800250000000", "epoch", "Europe/Zurich", "not_a_time"),
    ("46146.4270833333", "excel", "Europe/Zurich", datetime(2026, 5, 4, 8, 15)),
    ("46146.41667", "excel", "UTC", datetime(2026, 5, 4, 10)),
    ("46146.4166667", "excel", "UTC", datetime(2026, 5, 4, 10)),
    ("46146.41666672", "excel", "UTC", datetime(2026, 5, 4, 10, 0, 0, 5000)),
    ("46146.4270833333", "", "UTC", "not_a_time"),
    ("1e18", "excel", "Europe/Zurich", "not_a_time"),
    ("nan", "excel", "Europe/Zurich", "not_a_time"),
    ("10:00", "", "UTC", "not_a_time"),
    ("2099-05-04 10:00", "", "UTC", "in_the_future"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "format", "zone", "expected"), INSTANTS)
def test_instants(monkeypatch: pytest.MonkeyPatch, text: str, format: str, zone: str, expected: datetime | str) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    same = [text for text, *how, _ in INSTANTS if how == [format, zone]]
    spelling = f'{{ from = "x"{f", format = {chr(34)}{format}{chr(34)}" if format else ""} }}'
    assert became("offered_at", spelling, same, text, zone=zone) == expected


SHIFTS = {
    "10/23/26,10:00 PM,06:00 AM": datetime(2026, 10, 24, 4),
    "10/24/26,10:00 PM,06:00 AM": datetime(2026, 10, 25, 5),
    "10/23/26,09:00 AM,05:00 PM": datetime(2026, 10, 23, 15),
    "10/23/26,10:01 PM,10:00 PM": "ends_before_start",
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_an_end_that_has_the_day_of_its_start_may_be_on_the_next(shift: str) -> None:
    """The second night has nine hours, because clocks are set back. A minute before the start is no night."""
    times = "".join(
        f'{name} = {{ from = ["day", "{at}"], format = "%m/%d/%y %I:%M %p" }}\n'
        for name, at in (("starts_at", "from"), ("ends_at", "to"))
    )
    mapping = f'table = "planned_shifts"\ntimezone = "Europe/Zurich"\n[columns]\nagent = "id"\n{times}'
    assert each(mapping, "day,from,to", tuple(SHIFTS), "ends_at")[shift] == SHIFTS[shift]


ANSWERS = {
    "22:00:00,00:20:00": datetime(2026, 5, 4, 14, 20),
    "10:00:00,00:00:00": "answered_before_offered",
    "10:00:00,10:00:05": datetime(2026, 5, 4, 0, 0, 5),
}


@pytest.mark.parametrize("times", ANSWERS)
def test_no_call_was_answered_at_the_midnight_that_stands_for_no_time(times: str) -> None:
    mapping = CALLS.replace("UTC", "Asia/Vladivostok").replace('"at"', '["day", "at"]')
    mapping += 'answered_at = ["day", "answered"]\n'
    rows = {text: f"2026-05-04,{text},answered" for text in ANSWERS}
    assert each(mapping, "day,at,answered,outcome", tuple(rows.values()), "answered_at")[rows[times]] == ANSWERS[times]


def test_a_time_that_another_tells_is_on_the_day_that_is_written() -> None:
    """The start is local, the answer UTC already, ten hours less."""
    mapping = CALLS.replace("UTC", "Asia/Vladivostok").replace('"at"', '["day", "at"]')
    mapping += 'answered_at = { from = ["day", "rang"], plus = "ring" }\n'
    row = "2026-05-04,10:00:00,10:00:10,20,answered"
    found = each(mapping, "day,at,rang,ring,outcome", (row,), "answered_at")[row]
    assert found == datetime(2026, 5, 4, 0, 0, 30)


def test_times_with_days_of_their_own_stay_as_they_are() -> None:
    mapping = 'table = "planned_shifts"\ntimezone = "UTC"\n[columns]\nagent = "id"\nstarts_at = ["day", "from"]\nends_at = ["last", "to"]\n'
    night = "2026-10-23,22:00,2026-10-23,06:00"
    assert each(mapping, "day,from,last,to", (night,), "ends_at")[night] == "ends_before_start"


NAMED_ZONES = [
    ("11/01/2026 01:30 AM EDT", "%m/%d/%Y %I:%M %p %z", datetime(2026, 11, 1, 5, 30)),
    ("11/01/2026 01:30 AM EST", "%m/%d/%Y %I:%M %p %z", datetime(2026, 11, 1, 6, 30)),
    ("01:30:00 EST 2026-11-01", "%H:%M:%S %z %Y-%m-%d", datetime(2026, 11, 1, 6, 30)),
    ("2026-11-01 01:30:00 EST", "", datetime(2026, 11, 1, 6, 30)),
    ("2026-11-01 12:30:00", "", datetime(2026, 11, 1, 17, 30)),
    ("2026-11-01 01:30:00 CST", "", "not_a_time"),
    ("EST", "", "not_a_time"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "format", "expected"), NAMED_ZONES)
def test_names_of_zones_are_the_offsets_that_the_mapping_gives(
    text: str, format: str, expected: datetime | str
) -> None:
    """Half past one is twice on the first of November in New York; here each says which it is."""
    same = [text for text, how, _ in NAMED_ZONES if how == format]
    extra = 'zones = { EDT = "-04:00", EST = "-05:00" }'
    spelling = f'{{ from = "x"{f", format = {chr(34)}{format}{chr(34)}" if format else ""} }}'
    assert became("offered_at", spelling, same, text, extra, zone="America/New_York") == expected


def test_formats_with_and_without_offset_side_by_side(tmp_path: Path) -> None:
    formats = [f'"%d.%m.%Y %H:%M{end}"' for end in (" %z", " UTC", "")]
    spelling = f'{{ from = "at", format = [{", ".join(formats)}] }}'
    mapping = CALLS.replace('"UTC"', '"Europe/Zurich"').replace('offered_at = "at"', f"offered_at = {spelling}")
    ends = enumerate((" +0300", "", " UTC"))
    text = "id,at,outcome\n" + "".join(f"{number},04.05.2026 10:00{end},answered\n" for number, end in ends)
    assert [row["offered_at"].hour for row in load(tmp_path, mapping, text)[1]] == [7, 8, 10]


CUT = [
    ("10:00:30", "10:00", "10:00:30"),
    ("10:00:30.6", "10:00:30", "10:00:30.600000"),
    ("10:00:30", "10:01", "10:01:00"),
    ("10:00:30", "10:00:10", "answered_before_offered"),
    ("10:00:30", "09:59", "answered_before_offered"),
]


@pytest.mark.parametrize(("offered", "answered", "expected"), CUT)
def test_a_time_cut_to_its_minute_or_second_is_not_before_what_it_follows(
    offered: str, answered: str, expected: str
) -> None:
    mapping = CALLS + 'answered_at = "answered"\n'
    rows = {(one, two): f"2026-05-04 {one},2026-05-04 {two},answered" for one, two, _ in CUT}
    found = each(mapping, "at,answered,outcome", tuple(rows.values()), "answered_at")[rows[offered, answered]]
    assert (found if isinstance(found, str) else str(found.time())) == expected


CLOCKS_SET = [
    ("2026-10-25 02:30", "first", datetime(2026, 10, 25, 0, 30)),
    ("2026-10-25 02:30", "second", datetime(2026, 10, 25, 1, 30)),
    ("2026-10-25 02:30", "quarantine", "not_a_time"),
    ("2026-10-25 01:59", "quarantine", datetime(2026, 10, 24, 23, 59)),
    ("2026-10-25 03:00", "quarantine", datetime(2026, 10, 25, 2, 0)),
    ("2026-03-29 02:30", "first", "not_a_time"),
    ("2026-03-29 03:00", "first", datetime(2026, 3, 29, 1, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("local", "ambiguous", "expected"), CLOCKS_SET)
def test_hours_that_are_twice_or_never(local: str, ambiguous: str, expected: datetime | str) -> None:
    same = [text for text, which, _ in CLOCKS_SET if which == ambiguous]
    extra = f'ambiguous = "{ambiguous}"'
    assert became("offered_at", '"x"', same, local, extra, zone="Europe/Zurich") == expected


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


WORDS = [
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
    ("channel", "", "Chat", "chat"),
    ("channel", "", "Telephone", "unknown_value"),
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
    ("ended_by", '0 = "other", "*" = "transfer"', "0", "other"),
    ("ended_by", '0 = "other", "*" = "transfer"', "2", "transfer"),
    ("ended_by", '0 = "other", "*" = "transfer"', "", None),
    ("queue", '"*" = "one"', "Cards", "one"),
    ("queue", '"*" = "one"', "-", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "values", "text", "expected"), WORDS)
def test_words_of_the_file_and_empty_fields(column: str, values: str, text: str, expected: object) -> None:
    """An empty field is what the mapping says, else the column's default; - is a word for nothing."""
    mapping = f'{CALLS}{column} = {{ from = "x", values = {{ {values} }} }}\n[reader]\nnull = ["-"]\n'
    rows = {
        word: f"2026-05-04 10:00,answered,{word}" for name, how, word, _ in WORDS if (name, how) == (column, values)
    }
    assert each(mapping, "at,outcome,x", tuple(rows.values()), column)[rows[text]] == expected


def test_an_empty_field_is_read_only_where_its_condition_holds(tmp_path: Path) -> None:
    mapping = CALLS + 'queue = { from = "x", where = { kind = ["call"] }, values = { "" = "none" } }\n'
    text = "id,at,outcome,x,kind\n1,2026-05-04 10:00,answered,,call\n2,2026-05-04 10:00,answered,,chat\n"
    assert [row["queue"] for row in load(tmp_path, mapping, text)[1]] == ["none", None]


ADDED = [
    (("90", "30"), "", 120),
    (("90", ""), "", 90),
    (("-", "30"), "", 30),
    (("-", ""), "", None),
    (("1:30", "0:30"), ', unit = "hh:mm:ss"', 120),
    (("1,5", "1.000,5"), ', unit = "min", decimal = ","', 60120),
    (("90", "soon"), "", "not_a_duration"),
    (("90", "-30"), "", "not_a_duration"),
    (("50000", "50000"), "", "longer_than_a_day"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "how", "expected"), ADDED)
def test_columns_that_are_added(parts: tuple[str, str], how: str, expected: float | str | None) -> None:
    mapping = f'{CALLS}talk_s = {{ sum = ["Talk", "Hold talk"]{how} }}\n[reader]\ndelimiter = ";"\nnull = ["-"]\n'
    rows = {told: f"2026-05-04 10:00;answered;{';'.join(told)}" for told, as_, _ in ADDED if as_ == how}
    assert each(mapping, "at;outcome;Talk;Hold talk", tuple(rows.values()), "talk_s", ";")[rows[parts]] == expected


TAKEN_OFF = [
    (("300", "60", "40"), "", 200),
    (("300", "60", ""), "", 240),
    (("300", "", ""), "", 300),
    (("", "60", "40"), "", None),
    (("5:00", "1:00", "0:40"), ', unit = "hh:mm:ss"', 200),
    (("3,3", "1,1", "2,2"), ', unit = "min", decimal = ","', 0),
    (("300", "soon", "40"), "", "not_a_duration"),
    (("300", "-60", "40"), "", "not_a_duration"),
    (("60", "300", "40"), "", "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "how", "expected"), TAKEN_OFF)
def test_columns_that_are_taken_off(parts: tuple[str, ...], how: str, expected: float | str | None) -> None:
    mapping = f'{CALLS}talk_s = {{ from = "Handle", less = ["Hold", "ACW"]{how} }}\n[reader]\ndelimiter = ";"\n'
    rows = {told: f"2026-05-04 10:00;answered;{';'.join(told)}" for told, as_, _ in TAKEN_OFF if as_ == how}
    assert each(mapping, "at;outcome;Handle;Hold;ACW", tuple(rows.values()), "talk_s", ";")[rows[parts]] == expected


def test_what_columns_mean_may_depend_on_another() -> None:
    mapping = CALLS + 'agent = { from = "From", where = { way = ["out"] }, else = "To", values = { x = "xenia" } }\n'
    rows = (
        "2026-05-04 10:00,answered,in,42,ann",
        "2026-05-04 10:00,answered,out,bob,42",
        "2026-05-04 10:00,answered,OUT,bea,42",
        "2026-05-04 10:00,answered,in,42,x",
    )
    assert [*each(mapping, "at,outcome,way,From,To", rows, "agent").values()] == ["ann", "bob", "bea", "xenia"]


@pytest.mark.parametrize(
    ("own", "expected", "said"),
    [
        ("id", ["Bob", None, None, "Eve"], "rows left out (only, except): 5"),
        ("who", [None] * 4, 'rows left out (only, except): 5; rows.csv: agent: row = { "of" = "who" } finds no other row'),
    ],
)  # fmt: skip
def test_what_another_row_of_the_file_says(tmp_path: Path, own: str, expected: list[str | None], said: str) -> None:
    """Of the telephones that answered the first that names somebody, whether it stands above its queue or below."""
    row = f'{{ from = "who", row = {{ of = "{own}" }}, where = {{ kind = ["phone"] }}, values = {{ bob = "Bob" }} }}'
    mapping = CALLS.replace("[columns]", f'only = {{ kind = ["queue"] }}\n[columns]\nagent = {row}')
    rows = [
        "p4,phone,q4,Eve",
        "q1,queue,,",
        "p0,phone,q1,",
        "p1,phone,q1,bob",
        "p2,phone,q1,cat",
        "q2,queue,,",
        "p3,rang,q2,dan",
    ]
    rows += ["q3,queue,,", "q4,queue,,zoe"]
    text = "id,kind,of,who,at,outcome\n" + "".join(f"{row},2026-05-04 10:00,answered\n" for row in rows)
    account, found, bad = load(tmp_path, mapping, text)
    assert ([row["agent"] for row in found], bad, account.passed_over) == (expected, [], f"rows.csv: {said}")


def test_a_log_with_a_row_for_each_event_of_a_call(tmp_path: Path) -> None:
    """As MAPPINGS.md reads it; a call that still goes on is neither answered nor given up, and one handed on has an entry for each
    queue, read up to the next."""
    event = '{{ from = "{of}", row = {{ id = "id" }}, where = {{ outcome = ["{at}"] }}{more} }}'
    words = ', values = { Connected = "answered", "Hung up" = "abandoned" }'
    outcome = event.format(of="outcome", at='Connected", "Hung up', more=words)
    mapping = CALLS.replace("[columns]", 'only = { outcome = ["Queued"] }\n[columns]').replace(
        '"outcome"\n', f"{outcome}\n"
    )
    mapping = mapping.replace('call_id = "id"', 'call_id = ["id", "at"]')
    for column, at in {"answered_at": "Connected", "ended_at": "Hung up"}.items():
        mapping += f"{column} = {event.format(of='at', at=at, more='')}\n"
    rows = [
        "1,0,Queued",
        "2,0,Queued",
        "1,2,Connected",
        "3,1,Queued",
        "2,4,Hung up",
        "1,5,Queued",
        "1,6,Connected",
        "1,9,Hung up",
    ]
    text = "id,at,outcome\n" + "".join(f"{row[:2]}2026-05-04 10:0{row[2:]}\n" for row in rows)
    _, found, bad = load(tmp_path, mapping, text)
    minutes = [
        (row["outcome"], *(row[column] and row[column].minute for column in ("answered_at", "ended_at")))
        for row in found
    ]
    expected = [("answered", 2, None), ("abandoned", None, 4), ("answered", 6, 9)]
    assert (minutes, bad) == (expected, [(5, "outcome", "missing")])


def test_where_no_other_row_says_anything_else_is_read() -> None:
    mapping = CALLS + 'ended_at = { from = "end", row = { of = "id" }, where = { kind = ["talk"] }, else = "end" }\n'
    rows = {
        "queue,,10:01": datetime(2026, 5, 4, 10, 5),
        "talk,0,10:05": datetime(2026, 5, 4, 10, 5),
        "queue,,10:02": datetime(2026, 5, 4, 10, 2),
    }
    lines = {
        f"{row.rpartition(',')[0]},2026-05-04 {row[-5:]},2026-05-04 10:00,answered": at for row, at in rows.items()
    }
    assert each(mapping, "kind,of,end,at,outcome", tuple(lines), "ended_at") == lines


def test_a_word_for_nothing_leads_to_no_other_row(tmp_path: Path) -> None:
    agent = '{ from = "who", row = { of = "of" }, where = { kind = ["phone"] } }'
    mapping = CALLS.replace(
        "[columns]", f'only = {{ kind = ["queue"] }}\n[reader]\nnull = ["-"]\n[columns]\nagent = {agent}'
    )
    rows = ("a,queue,", "a,phone,ann", "-,queue,", "-,phone,bob")
    text = "id,of,kind,who,at,outcome\n" + "".join(
        f"{n},{row},2026-05-04 10:00,answered\n" for n, row in enumerate(rows)
    )
    assert [row["agent"] for row in load(tmp_path, mapping, text)[1]] == ["ann", None]


def test_rows_that_are_alike_are_numbered(tmp_path: Path) -> None:
    """Of those that are meant, whatever else the file holds; a telephone in an id does not swallow the number behind it."""
    mapping = CALLS.replace('"id"', '{ from = ["at", "phone"], nth = true }').replace(
        "[columns]", 'only = { kind = ["call"] }\n[columns]'
    )
    one, other = "2026-05-04 10:00,answered,044 668 18 00,{}\n", "2026-05-04 10:00,answered,044 668 18 01,{}\n"
    text = "at,outcome,phone,kind\n" + one.format("text") + "too short\n"
    text += one.format("call") + other.format("call") + 2 * one.format("call")
    account, rows, _ = load(tmp_path, mapping, text)
    ids = [row["call_id"] for row in rows]
    assert (account.admitted, account.duplicate, len(set(ids))) == (4, 0, 4)
    assert [name.endswith(nth) for name, nth in zip(ids[2:], (" #2", " #3"), strict=True)] == [True, True]
    assert "668" not in "".join(ids)


FITS = [('""', ["", "-"]), ('"*"', ["in", "OUT", "*"]), ('"", "in"', ["", "-", "in"]), ('"-"', ["-"])]


@pytest.mark.parametrize(("words", "fitting"), FITS)
def test_an_empty_field_and_any_other_are_words_of_conditions(words: str, fitting: list[str]) -> None:
    """- is a word for nothing."""
    mapping = (
        CALLS + f'agent = {{ from = "From", where = {{ way = [{words}] }}, else = "To" }}\n[reader]\nnull = ["-"]\n'
    )
    rows = {way: f"2026-05-04 10:00,answered,{way},fits,not" for way in ("", "-", "in", "OUT", "*")}
    found = each(mapping, "at,outcome,way,From,To", tuple(rows.values()), "agent")
    assert [way for way, row in rows.items() if found[row] == "fits"] == fitting


@pytest.mark.parametrize(
    ("words", "ways", "said"),
    [
        (["in"], ["in", ""], None),
        (["in", "callback"], ["IN", "OUT"], None),
        (["eingehend"], ["in", "OUT"], 'rows.csv: where way = ["eingehend"] fits no row; the file has OUT, in'),
        (["in"], ["", ""], 'rows.csv: where way = ["in"] fits no row; the file has nothing there'),
        (["in"], [f"way {n}" for n in range(9)], 'rows.csv: where way = ["in"] fits no row; the file has more than 8 others'),
        ([""], ["in"], 'rows.csv: where way = [""] fits no row; the file has in'),
        (["in"], [], None),
    ],
)  # fmt: skip
def test_a_condition_that_no_row_meets_is_told(
    tmp_path: Path, words: list[str], ways: list[str], said: str | None
) -> None:
    mapping = CALLS + f'agent = {{ from = "From", where = {{ way = {words} }}, else = "To" }}\n'
    rows = "".join(f"{n},2026-05-04 10:00,answered,{way},ann,bob\n" for n, way in enumerate(ways))
    assert load(tmp_path, mapping, "id,at,outcome,way,From,To\n" + rows)[0].passed_over == said


def test_numbers_of_the_other_column_are_written_with_the_same_mark() -> None:
    columns = {"talk_s": {"from": "A", "where": {"way": ["in"]}, "else": "B", "less": "C", "decimal": ","}}
    mapping = Mapping.model_validate({"table": "calls", "timezone": "UTC", "columns": columns})
    assert [mapping.decimal_of(name) for name in ("A", "B", "C", "D")] == [",", ",", ",", "."]


DAYS = [
    ("2026-05-04 00:00:00", "08:15:18", "", datetime(2026, 5, 4, 8, 15, 18)),
    ("2026-05-04 00:00:00.000", "08:15:18.5", "", datetime(2026, 5, 4, 8, 15, 18, 500000)),
    ("2026-05-04T00:00:00", "08:15:18+02:00", "", datetime(2026, 5, 4, 6, 15, 18)),
    ("04.05.2026 0:00:00", "8:15:18", "%d.%m.%Y %H:%M:%S", datetime(2026, 5, 4, 8, 15, 18)),
    ("5/4/2026 12:00:00 AM", "8:15 PM", "%m/%d/%Y %I:%M %p", datetime(2026, 5, 4, 20, 15)),
    ("2026-05-04 00:00:00", "+02:00", "", datetime(2026, 5, 3, 22)),
    ("2026-05-04 10:00:00", "08:15:18", "", "not_a_time"),
    ("2026-05-04 10:00:00.5", "7", "", "not_a_time"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "time", "format", "expected"), DAYS)
def test_a_day_with_a_midnight_and_a_time_are_one_instant(
    day: str, time: str, format: str, expected: datetime | str
) -> None:
    how = f', format = "{format}"' if format else ""
    mapping = CALLS.replace('"at"', f'{{ from = ["day", "time"]{how} }}')
    rows = tuple(f"answered,{a_day},{a_time}" for a_day, a_time, as_, _ in DAYS if as_ == format)
    assert each(mapping, "outcome,day,time", rows, "offered_at")[f"answered,{day},{time}"] == expected


PASSED = [
    ("2026-05-04 10:00", "0:12:00", 'unit = "hh:mm:ss"', datetime(2026, 5, 4, 8, 12)),
    ("2026-05-04 10:00", "90,5", 'unit = "min", decimal = ","', datetime(2026, 5, 4, 9, 30, 30)),
    ("2026-10-24 10:00", "48", 'unit = "h"', datetime(2026, 10, 26, 8)),
    ("2026-10-25 02:30", "1", 'unit = "h"', datetime(2026, 10, 25, 1, 30)),
    ("2026-05-04T10:00:00Z", "30", "", datetime(2026, 5, 4, 10, 0, 30)),
    ("1777888800", "30", 'format = "epoch"', datetime(2026, 5, 4, 10, 0, 30)),
    ("2026-05-04 10:00", "", "", None),
    ("2026-05-04 10:00", "soon", "", "not_a_time"),
]  # fmt: skip


@pytest.mark.parametrize(("created", "passed", "how", "expected"), PASSED)
def test_an_instant_told_by_the_time_that_passed(
    created: str, passed: str, how: str, expected: datetime | str | None
) -> None:
    spelling = ", ".join(filter(None, ['from = "created", plus = "passed"', how]))
    mapping = CALLS.replace('"UTC"', '"Europe/Zurich"').replace(
        'offered_at = "at"', 'offered_at = { from = "at", format = "epoch" }'
    )
    mapping += f'answered_at = {{ {spelling} }}\n[reader]\ndelimiter = ";"\n'
    rows = tuple(f"1777800000;answered;{since};{after}" for since, after, as_, _ in PASSED if as_ == how)
    found = each(mapping, "at;outcome;created;passed", rows, "answered_at", ";")
    assert found[f"1777800000;answered;{created};{passed}"] == expected


def test_an_instant_before_another_by_the_time_that_passed() -> None:
    """In the night in which clocks are set back, too."""
    mapping = CALLS.replace('"UTC"', '"Europe/Zurich"').replace(
        '"at"', '{ from = "end", minus = "talk", unit = "hh:mm:ss" }'
    )
    rows = {"answered,2026-10-25 03:10,0:30:00": datetime(2026, 10, 25, 1, 40), "answered,2026-10-25 03:10,": "missing"}
    assert each(mapping, "outcome,end,talk", tuple(rows), "offered_at") == rows


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
        ("1", "1", 10, ["+41446681800", "011 41 44 668 18 00", "01141446681800", "0041446681800"]),
        ("61", "0", None, ["+41446681800", "0011 41 44 668 18 00", "001141446681800"]),
        ("61", "0", None, ["+61291234567", "02 9123 4567", "001161291234567"]),
        ("81", "0", None, ["+41446681800", "010 41 44 668 18 00"]),
        ("34", "", 9, ["+34600123456", "600 12 34 56", "0034600123456", "34600123456"]),
    ],
)
def test_a_number_is_one_whatever_is_dialled_before_it(
    tmp_path: Path, country: str, trunk: str, digits: int | None, spellings: list[str]
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


SEVERAL = [
    ("", "Diaz, Carla|Lee, Anna", "Diaz, Carla"),
    ("last", "Diaz, Carla| Lee, Anna", "Lee, Anna"),
    ("last", "Roy, Bob|", "Roy, Bob"),
    ("last", "Roy, Bob", "Roy, Bob"),
    ("last", "|", None),
    ("last", "", None),
    ("last", "x|bob", "b7"),
    ("before_last", "1|3042|0", "1|3042"),
    ("before_last", "3042", "3042"),
    ("before_last", "|", None),
]  # fmt: skip


@pytest.mark.parametrize(("take", "text", "expected"), SEVERAL)
def test_of_several_people_in_one_field_one_counts(take: str, text: str, expected: str | None) -> None:
    same = [text for how, text, _ in SEVERAL if how == take]
    said = f', take = "{take}"' if take else ""
    spelling = f'{{ from = "x", split = "|"{said}, values = {{ bob = "b7" }} }}'
    assert became("agent", spelling, same, text) == expected


def test_spaces_that_nobody_sees_make_no_other_agent_and_no_other_word(tmp_path: Path) -> None:
    names = ["Anna Roy", "Anna Roy\u00a0", "\tAnna Roy", "Anna\u00a0Roy", "Anna  Roy", "\u202fAnna Roy"]
    text = "id,at,outcome,who\n" + "".join(
        f"{number},2026-05-04 10:00,answered\u00a0,{name}\n" for number, name in enumerate(names)
    )
    account, rows, _ = load(tmp_path, CALLS + 'agent = "who"\n', text)
    assert (account.admitted, {row["agent"] for row in rows}) == (6, {"Anna Roy"})


def test_what_tells_a_spreadsheet_that_a_value_is_text_is_no_part_of_it(tmp_path: Path) -> None:
    """Bare, quoted with its quotes doubled, and around nothing."""
    mapping = CALLS + 'agent = "who"\ntalk_s = { from = "talk", unit = "hh:mm:ss" }\n'
    text = '''id,at,outcome,who,talk
="k1",="2026-05-04 10:00",answered,="101",="0:01:00"
"=""k2""","=""2026-05-04 10:00""",answered,"=""101 ""","="""""
k3,2026-05-04 10:00,answered,="101,0:03:00
'''
    account, rows, bad = load(tmp_path, mapping, text)
    assert (account.error, bad) == (None, [])
    assert [(row["call_id"], row["agent"], row["talk_s"]) for row in rows] == [
        ("k1", "101", 60), ("k2", "101", None), ("k3", '="101', 180),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "total", ["Total,,,3600", "Summe,,,360000", "Итого,,,3600", ",,,3600", "Total,-,-,3600", "Total,-"]
)
@pytest.mark.parametrize("filled", [False, True])
def test_a_total_is_no_record(tmp_path: Path, total: str, filled: bool) -> None:
    mapping = ('filled = ["at"]' if filled else "") + CALLS + 'talk_s = "talk"\n[reader]\nnull = ["-"]\n'
    account, rows, bad = load(tmp_path, mapping, f"id,at,outcome,talk\n1,2026-05-04 10:00,answered,60\n{total}\n")
    assert (account.error, len(rows), [(line, rule) for line, _, rule in bad]) == (
        None, 1, [] if filled else [(3, "missing" if total.count(",") == 3 else "missing_columns")],
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


DOUBLED = [
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
    ("12:00:30 12:00:10 12:05:00", "first", "answered_before_offered"),
    ("02:10:00 02:10:30 03:20:00", "quarantine", "not_a_time"),
]  # fmt: skip


@cache
def in_doubled_hour(ambiguous: str) -> dict[str, str]:
    """Of each clock, all in one file: the instants of the call, or the rule that sent it to quarantine."""
    mapping = CALLS.replace('"UTC"', f'"Europe/Berlin"\nambiguous = "{ambiguous}"')
    mapping += 'answered_at = "answered"\nended_at = "ended"\n'
    clocks = [clock for clock, which, _ in DOUBLED if which == ambiguous]
    lines = [f"{n},answered,{','.join(f'2026-10-25 {t}' for t in c.split())}" for n, c in enumerate(clocks)]
    text = "\n".join(["id,outcome,at,answered,ended", *lines]) + "\n"
    with TemporaryDirectory() as folder:
        _, rows, bad = load(Path(folder), mapping, text.replace("2026-10-25 -", ""))
    names = ("offered_at", "answered_at", "ended_at")
    told = {r["line"]: " ".join("-" if r[n] is None else f"{r[n]:%H:%M:%S}" for n in names) for r in rows}
    told |= {line: rule for line, _, rule in bad}
    return {clock: told[line] for line, clock in enumerate(clocks, 2)}


@pytest.mark.parametrize(("clock", "ambiguous", "utc"), DOUBLED)
def test_times_of_one_call_in_the_doubled_hour_are_in_order(clock: str, ambiguous: str, utc: str) -> None:
    found = in_doubled_hour(ambiguous)[clock]
    assert found == utc


NOBODY = [
    "Anonym", "unbekannt", "Rufnummer unterdrückt", "Без номера", "скрыт", "НЕИЗВЕСТНО", "номер скрыт", "anonyme", "Inconnu", "Numero privato", "sconosciuto",
    "desconocido", "Número oculto", "UNKNOWN caller", "АОН не определен", "Анонимный абонент", "No Caller ID", "ID Withheld", "Out of Area", "asserted-id",
]  # fmt: skip


@pytest.mark.parametrize("word", NOBODY)
def test_words_for_nobody_in_every_language_of_ours(word: str) -> None:
    assert became("customer_key", '"x"', [*NOBODY, "A-17"], "A-17") is not None
    assert became("customer_key", '"x"', [*NOBODY, "A-17"], word) is None
