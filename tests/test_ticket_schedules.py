"""Business hours of tickets: a schedule that changes, one of the source, one that is no schedule, and the names of its zone."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.commands.jobs import load_all
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.tickets import Schedule, Tickets
from pipeline.zone_names import iana_name
from pipeline.zones import offset_at
from tests.tables import load_table, publish_of
from tests.ticket_tables import HOUR, OFFICE, WEEKDAYS, one, publish
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

LATE = Schedule(name="late", timezone="UTC", hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("12:00-20:00",)))
GIVEN = "schedule  timezone  starts_min  ends_min\ngiven     UTC       1440        1740"
CHANGING = """
event_id  ticket_id  happened_at       field     value
1         t          2026-05-04 08:00  schedule  office
2         t          2026-05-04 14:00  schedule  late
3         t          2026-05-05 18:00  status    solved
"""


@pytest.mark.parametrize(("reading", "hours"), [("each", (4 + 1) + 6 + 6), ("last", 8 + 6)])
def test_two_readings_of_a_ticket_that_changed_schedule(tmp_path: Path, reading: str, hours: float) -> None:
    settings = {"schedules": (OFFICE, LATE), "tickets": Tickets(schedule="office", schedule_reading=reading)}
    tickets = "ticket_id  created_at        status\nt          2026-05-04 08:00  solved"
    results = publish(tmp_path, settings, tickets=tickets, ticket_events=CHANGING)
    assert one(results, "t")["full_resolution_business_s"] == hours * HOUR


TOGETHER = Together()
SHORT = OFFICE.model_copy(update={"valid_from": date(2026, 5, 5), "hours": dict.fromkeys(WEEKDAYS, ("08:00-09:00",))})


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The office is open for an hour a day from the second day on."""
    settings = {"schedules": (OFFICE, SHORT), "tickets": Tickets(schedule="office")}
    return publish(tmp_path_factory.mktemp("office"), settings, **TOGETHER.tables())


TOGETHER.add(
    tickets="""
    ticket_id  created_at        solved_at         status  schedule
    own        2026-05-04 08:00  2026-05-06 12:00  solved  -
    theirs     2026-05-04 08:00  2026-05-06 12:00  solved  given
    """,
    schedule_hours="""
    schedule  timezone         starts_min  ends_min
    given     Pacific Time (US & Canada)  1440  1740
    given     Pacific Time (US & Canada)  4320  4380
    """,
    schedule_holidays="""
    schedule  starts_on   ends_on
    given     2026-05-05  2026-05-05
    """,
)


def test_a_schedule_that_changes_and_one_from_the_source(results: Results) -> None:
    assert one(results, "own")["full_resolution_business_s"] == (8 + 1 + 1) * HOUR
    assert one(results, "theirs")["full_resolution_business_s"] == (4 + 1) * HOUR


def test_tickets_name_a_schedule_of_the_settings_or_of_the_source(tmp_path: Path) -> None:
    """A misspelt one would leave every clock of business hours and every target unknown, without a word."""
    settings = Settings(warehouse=tmp_path / "w.duckdb", schedules=(OFFICE,))
    tickets = "ticket_id  created_at        status\nt          2026-05-04 08:00  open"
    with open_warehouse(settings) as warehouse:
        for table, text in {"tickets": tickets, "schedule_hours": GIVEN}.items():
            load_table(warehouse, settings, tmp_path, table, text)

        def built(schedule: str) -> bool:
            named = settings.model_copy(update={"tickets": Tickets(schedule=schedule)})
            return build(warehouse, named, [], lambda step: None)

        for wrong, said in (("ofice", "office?"), ("giben", "given?"), ("x", "there are always, given, office")):
            with pytest.raises(UsageError, match=re.escape(f"tickets.schedule: no schedule '{wrong}'; {said}")):
                built(wrong)
        assert built("given")


def test_a_misspelt_schedule_is_told_before_loading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once the source has brought its own, that is no more unknown."""
    said = {
        "ofice": "no schedule 'ofice' yet; office? Unless",
        "given": "no schedule 'given' yet; there are always, office. Unless",
    }
    settings = Settings(warehouse=tmp_path / "w.duckdb", schedules=(OFFICE,))
    with open_warehouse(settings) as warehouse:
        for name in ("", "office", *said):
            load_all(warehouse, settings.model_copy(update={"tickets": Tickets(schedule=name)}), [])
            told = capsys.readouterr().err
            assert said.get(name, "") in told and ("warning: tickets.schedule" in told) == (name in said)
        load_table(warehouse, settings, tmp_path, "schedule_hours", GIVEN)
        load_all(warehouse, settings.model_copy(update={"tickets": Tickets(schedule="given")}), [])
    assert "warning" not in capsys.readouterr().err


def test_schedules_of_one_name_are_each_of_their_own_source(tmp_path: Path) -> None:
    """The offices of two systems, one of which is closed on the first day; those of the settings are of every source."""
    hours = "schedule  timezone  starts_min  ends_min\noffice  {0}  1980  2520\noffice  {0}  3420  3960\nlate  UTC  1440  1500"
    tickets = (
        "ticket_id  created_at  solved_at  status  schedule\n"
        "{0}  2026-05-04 05:00  2026-05-05 12:00  solved  office\n{0}late  2026-05-04 12:00  2026-05-04 15:00  solved  late"
    )
    closed = "schedule  starts_on  ends_on\noffice  2026-05-04  2026-05-04"
    results = publish_of(
        tmp_path,
        ("north", "tickets", tickets.format("north")),
        ("north", "schedule_hours", hours.format("UTC")),
        ("south", "tickets", tickets.format("south")),
        ("south", "schedule_hours", hours.format("Asia/Tokyo")),
        ("south", "schedule_holidays", closed),
        ("west", "tickets", tickets.format("west")),
        schedules=(LATE,),
    )
    open_h = {name: one(results, name)["full_resolution_business_s"] / HOUR for name in ("north", "south", "west")}
    assert open_h == {"north": 9 + 3, "south": 9, "west": 9 + 3}
    assert {one(results, f"{name}late")["full_resolution_business_s"] / HOUR for name in open_h} == {3}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "x", "hours": {"mon": ["8-12"]}}, "no stretch of a day"),
        ({"name": "x", "hours": {"mon": ["08:00-08:00"]}}, "no stretch of a day"),
        ({"name": "x", "hours": {"mon": ["08:00-25:00"]}}, "no stretch of a day"),
        ({"name": "x", "hours": {"monday": []}}, "hours"),
        ({"name": "x", "hours": {}, "holidays": "Atlantis"}, "Atlantis"),
    ],
)  # fmt: skip
def test_a_wrong_schedule_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises((ValueError, LookupError), match=said):
        Schedule(**settings)


SEASONS = (datetime(2026, 1, 15), datetime(2026, 7, 15))


def offsets(zone: str) -> list[timedelta]:
    return [offset_at(zone, at) for at in SEASONS]


def test_every_zone_that_zendesk_names_shows_its_own_time() -> None:
    lines = (Path(__file__).parent / "data" / "zones_of_rails.tsv").read_text("utf-8").splitlines()
    zones = dict(line.split("\t") for line in lines[1:])
    assert [name for name in zones if iana_name(name) is None] == []
    assert [name for name, zone in zones.items() if offsets(str(iana_name(name))) != offsets(zone)] == []


TOGETHER.add(
    tickets="""
    ticket_id     created_at        solved_at         status  schedule
    Ekaterinburg  2026-05-04 03:00  2026-05-04 05:00  solved  Ekaterinburg
    Atlantis      2026-05-04 03:00  2026-05-04 05:00  solved  Atlantis
    """,
    schedule_hours="""
    schedule      timezone      starts_min  ends_min
    Ekaterinburg  Ekaterinburg  1980        2580
    Atlantis      Atlantis      1980        2580
    """,
)


@pytest.mark.parametrize(("zone", "hours"), [("Ekaterinburg", 1), ("Atlantis", None)])
def test_business_hours_are_of_their_own_zone_or_not_known(results: Results, zone: str, hours: int | None) -> None:
    """Open on Monday from 9 to 19 in Yekaterinburg, five hours before UTC; solved between 8 and 10 there."""
    found = one(results, zone)["full_resolution_business_s"]
    assert (None if pd.isna(found) else found) == (hours and hours * HOUR)


TOGETHER.add(
    tickets="ticket_id  created_at        status\nparted     2026-05-04 08:00  open",
    ticket_events="""
    event_id  ticket_id  happened_at       field     value
    1         parted     2026-05-04 08:00  schedule  office
    2         parted     2026-05-04 10:00  schedule  elsewhere
    """,
    messages="""
    message_id  conversation_id  author_role  agent  sent_at           body
    m1          parted           customer     -      2026-05-04 08:00  My line is broken
    m2          parted           agent        kim    2026-05-04 14:00  Hello
    """,
)


def test_business_time_of_which_a_part_is_not_known_is_not_known(results: Results) -> None:
    """Two office hours, then four under a schedule whose hours nobody delivered."""
    assert one(results, "parted")["first_reply_s"] == 6 * HOUR
    assert pd.isna(one(results, "parted")["first_reply_business_s"])
    replies = results.frame("select wait_s, wait_business_s from fact_replies where ticket_id = 'parted'")
    assert replies["wait_s"].tolist() == [6 * HOUR] and replies["wait_business_s"].isna().all()


TOGETHER.add(
    tickets="""
    ticket_id  created_at        first_replied_at  status  solved_at         opened_by  channel
    asked      2026-05-04 16:00  2026-05-05 09:00  open    -                 customer   email
    sent       2026-05-04 16:00  2026-05-05 09:00  open    -                 agent      email
    call       2026-05-04 16:00  2026-05-05 09:00  open    -                 customer   voice
    none       2026-05-04 16:00  -                 solved  2026-05-05 09:00  customer   email
    """
)


def test_a_first_reply_that_only_its_source_states_has_business_hours(results: Results) -> None:
    """An hour before the office shuts and an hour after it opens. Nothing is known of who has none, even where statuses ended."""
    rows = [
        one(results, name)[["first_reply_s", "first_reply_business_s"]] for name in ("asked", "sent", "call", "none")
    ]
    assert [row.tolist() for row in rows[:3]] == [[17 * HOUR, 2 * HOUR]] * 3 and rows[3].isna().all()
