"""Business hours of tickets: a schedule that changes, one of the source, one that is no schedule."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings.tickets import Schedule, Tickets
from tests.ticket_tables import HOUR, OFFICE, WEEKDAYS, one, publish

LATE = Schedule(name="late", timezone="UTC", hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("12:00-20:00",)))
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


def test_a_schedule_that_changes_and_one_from_the_source(tmp_path: Path) -> None:
    short = OFFICE.model_copy(
        update={"valid_from": date(2026, 5, 5), "hours": dict.fromkeys(WEEKDAYS, ("08:00-09:00",))}
    )
    results = publish(
        tmp_path,
        {"schedules": (OFFICE, short), "tickets": Tickets(schedule="office")},
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
    assert one(results, "own")["full_resolution_business_s"] == (8 + 1 + 1) * HOUR
    assert one(results, "theirs")["full_resolution_business_s"] == (4 + 1) * HOUR


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
