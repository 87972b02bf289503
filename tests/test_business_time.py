"""Business hours: the tables that models join agree with counting minute by minute."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest

from pipeline.building.ticket_frames import ticket_frames
from pipeline.business_time import ALWAYS, Hours, holidays_of, tables
from pipeline.engines.warehouse import open_warehouse
from pipeline.models import read_model
from pipeline.settings import Settings
from pipeline.zones import midnight, offset_at, offset_s

MIN = 60


def week(*days: str) -> tuple[tuple[int, int], ...]:
    """Monday first, "08:00-12:00 13:00-17:00" each, in minutes of the week."""
    found = []
    for place, spans in enumerate(days):
        for span in spans.split():
            a, b = (int(t[:2]) * 60 + int(t[3:]) for t in span.split("-"))
            found.append((place * 1440 + a, place * 1440 + b))
    return tuple(found)


OFFICE = week(*["08:00-12:00 13:00-17:30"] * 5, "09:10-13:00", "")
NIGHTS = week(
    "00:00-24:00",
    "00:00-06:00 22:00-24:00",
    "00:00-02:30 02:45-03:15",
    "",
    "01:00-05:00",
    "",
    "00:30-04:10 23:00-24:00",
)
SCHEDULES = [
    Hours("office", "Europe/Zurich", OFFICE, frozenset({date(2026, 4, 6), date(2026, 12, 25)})),
    Hours("nights", "Europe/Zurich", NIGHTS),
    Hours("lord_howe", "Australia/Lord_Howe", OFFICE),
    Hours("changed", "America/New_York", OFFICE),
    Hours("changed", "America/New_York", week(*["10:00-15:00"] * 6, ""), valid_from=date(2026, 3, 20)),
    Hours("changed", "America/New_York", week(*["07:00-19:00"] * 7), valid_from=date(2026, 10, 28)),
]  # fmt: skip
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 1)


def is_open(schedule: str, minute: int) -> bool:
    """By the wall clock, one minute: what a person who looks at the door would say."""
    versions = [h for h in SCHEDULES if h.schedule == schedule]
    local = datetime.fromtimestamp(minute * MIN, UTC).astimezone(ZoneInfo(versions[0].zone))
    valid = max((h for h in versions if h.valid_from <= local.date()), key=lambda h: h.valid_from)
    if local.date() in valid.closed:
        return False
    at = local.weekday() * 1440 + local.hour * 60 + local.minute
    return any(a <= at < b for a, b in valid.intervals)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    segments, openings = tables(SCHEDULES, FIRST, LAST)
    connection.register("segments_frame", segments)
    connection.register("openings_frame", openings)
    connection.execute("create table business_segments as select * from segments_frame")
    connection.execute("create table business_openings as select * from openings_frame")
    return connection


def business_seconds(engine: duckdb.DuckDBPyConnection, spans: pd.DataFrame) -> list[float | None]:
    """Through the model itself: one ticket a span, under one schedule all the time."""
    engine.register("spans_frame", spans)
    engine.execute(
        "create or replace table core_ticket_spans as select n as ticket_no, 'status' as kind, 'open' as status, "
        "0 as place, from_at, to_at, false as is_running from spans_frame"
    )
    engine.execute(
        "create or replace table core_ticket_schedules as select n as ticket_no, schedule, "
        "timestamp '1900-01-01' as from_at, timestamp '9999-01-01' as to_at from spans_frame"
    )
    found = engine.execute(
        f"select business_s from ({read_model('core_ticket_stretches')}) order by ticket_no"
    ).fetchall()
    return [value for (value,) in found]


WINDOWS = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
"""Forty days each, with every change of offset of these zones, a holiday and both changes of schedule in them."""


def test_ten_thousand_random_spans_agree_with_counting_minutes(engine: duckdb.DuckDBPyConnection) -> None:
    rng = random.Random(20261123)
    minutes = 40 * 1440
    rows, expected = [], []
    for name in sorted({h.schedule for h in SCHEDULES}):
        for window in WINDOWS:
            begins = int(window.timestamp()) // MIN
            open_before = [0, *accumulate(is_open(name, begins + n) for n in range(minutes))]
            for _ in range(1250):
                low = rng.randrange(minutes)
                high = min(minutes, low + int(rng.choice([60, 600, 6_000, 60_000]) * rng.random()))
                at = [datetime(1970, 1, 1) + timedelta(minutes=begins + m) for m in (low, high)]
                rows.append((len(rows), name, *at))
                expected.append(60.0 * (open_before[high] - open_before[low]))
    spans = pd.DataFrame(rows, columns=["n", "schedule", "from_at", "to_at"])
    assert len(expected) == 10_000 and business_seconds(engine, spans) == expected


@pytest.mark.parametrize(
    ("schedule", "from_at", "to_at", "hours"),
    [
        ("office", "2026-05-04 06:00", "2026-05-04 15:30", 8.5),
        ("office", "2026-05-04 09:59:30", "2026-05-04 11:00:30", 1 / 60),
        ("office", "2026-04-03 14:00", "2026-04-07 07:00", 1.5 + 3 + 50 / 60 + 1),
        ("nights", "2026-03-28 23:00", "2026-03-29 04:00", 2 + 10 / 60 + 0.5),
        ("nights", "2026-10-24 22:00", "2026-10-25 04:00", 3 + 10 / 60 + 1.5),
        (ALWAYS, "2026-03-28 00:00", "2026-03-30 00:00", 48),
        ("unheard of", "2026-05-04 06:00", "2026-05-04 15:30", None),
    ],
    ids=["lunch", "seconds", "Easter Monday is closed", "spring night", "autumn night", "every hour", "unknown"],
)
def test_spans_of_note(
    engine: duckdb.DuckDBPyConnection, schedule: str, from_at: str, to_at: str, hours: float | None
) -> None:
    spans = pd.DataFrame(
        {"n": [0], "schedule": [schedule], "from_at": [pd.Timestamp(from_at)], "to_at": [pd.Timestamp(to_at)]}
    )
    [found] = business_seconds(engine, spans)
    assert found == (None if hours is None else pytest.approx(hours * 3600))


def test_openings_are_the_way_back(engine: duckdb.DuckDBPyConnection) -> None:
    """From an amount of open time to the instant: its segment says the same amount again."""
    wrong = engine.execute(
        """with asked as (
            select schedule, 7 + 977 * n as open_s from (select distinct schedule from business_openings) cross join range(5000) r(n)),
        found as (
            select asked.*, o.from_s + asked.open_s - o.open_before_s as at_s from asked
            join business_openings o on o.schedule = asked.schedule and o.open_hour = floor((open_s - 0.001) / 3600)
            and o.open_before_s < open_s and o.open_until_s >= open_s)
        select count(*) from found join business_segments s on s.schedule = found.schedule and s.day = floor((at_s - 1) / 86400)
            and s.from_s < at_s and s.to_s >= at_s
        where s.open_before_s + at_s - s.from_s <> found.open_s or not s.is_open"""
    ).fetchall()
    assert wrong == [(0,)]
    assert engine.execute("select count(*) from business_openings").fetchall()[0][0] > 1000


def test_public_holidays_of_a_canton() -> None:
    days = holidays_of("CH-ZH", date(2026, 1, 1), date(2026, 12, 31))
    assert date(2026, 5, 1) in days and date(2026, 8, 1) in days and date(2026, 5, 4) not in days
    with pytest.raises(LookupError):
        holidays_of("XX", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/New_York", "Asia/Kathmandu"])
def test_sql_knows_the_offset_of_every_hour_of_a_year(zone: str) -> None:
    hours = [datetime(2026, 1, 1) + timedelta(hours=n) for n in range(365 * 24)]
    frame = pd.DataFrame({"moment": hours, "offset_s": [offset_at(zone, at).total_seconds() for at in hours]})
    told = duckdb.sql(f"select count(*) from frame where {offset_s('moment', zone, hours[0])} = offset_s").fetchall()
    assert told == [(len(frame),)]


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Australia/Sydney", "2026-10-04", "2026-10-03 14:00"),
        ("Asia/Jerusalem", "2026-03-27", "2026-03-26 22:00"),
        ("Europe/Zurich", "2026-03-29", "2026-03-28 23:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23 22:00"),
    ],
    ids=["Sydney", "Jerusalem", "Zurich", "Cairo, whose day begins at one"],
)
def test_a_day_on_which_clocks_go_forward_begins_at_midnight(tmp_path: Path, zone: str, day: str, begins: str) -> None:
    settings, at = Settings(warehouse=tmp_path / "w.duckdb", timezone=zone), datetime.fromisoformat(begins)
    with open_warehouse(settings) as warehouse:
        days = ticket_frames(warehouse, settings, at, at)["promise_days"]
    assert midnight(date.fromisoformat(day), zone) == at
    assert days["month_day"][days["starts_at"].eq(at)].tolist() == [date.fromisoformat(day).day]
    assert days["month_day"][days["ends_at"].eq(at)].tolist() == [date.fromisoformat(day).day - 1]
