"""Which week is the last complete one: weeks as columns, the weekday on which a source stops in each, none where it is absent."""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pipeline.building.delivered import delivered
from pipeline.commands.weekly import say_what_lacks
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import NoData
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.weeks import Delivery, days_of_part, last_complete_week, preceded_weeks
from tests.tables import publish

pytestmark = pytest.mark.usefixtures("facts_alone")

WEEKS = [f"2026-W{n}" for n in range(43, 48)]


def deliveries(fact: str, source: str, stops: str, contacts: int = 40) -> list[Delivery]:
    """`stops`: a digit a week, 0 is Monday."""
    return [
        Delivery(fact, source, week, contacts, int(day), int(day))
        for week, day in zip(WEEKS, stops, strict=True)
        if day != "."
    ]


@pytest.mark.parametrize(
    ("sources", "last"),
    [
        ({"calls a": "66666", "tickets z": "44444"}, "2026-W47"),
        ({"calls a": "66662"}, "2026-W46"),
        ({"calls a": "66662", "tickets z": "66666"}, "2026-W46"),
        ({"calls a": "66662", "calls b": "66666"}, "2026-W46"),
        ({"calls a": "6666.", "tickets z": "66666"}, "2026-W46"),
        ({"calls a": "666..", "tickets z": "66666"}, "2026-W45"),
        ({"calls a": "66...", "tickets z": "66666"}, "2026-W47"),
        ({"calls a": "44443", "tickets z": "66666"}, "2026-W47"),
        ({"calls a": "66666", "tickets z": "6666."}, "2026-W47"),
        ({"calls a": "6663.", "calls b": "...66"}, "2026-W47"),
        ({"calls a": "...62", "tickets z": "66666"}, "2026-W47"),
        ({"calls a": "....2"}, "2026-W47"),
    ],
    ids=["both whole", "one stops", "calls stop, tickets go on", "one of two telephones stops", "no file came",
         "none for two weeks", "gone for good", "a holiday on Friday", "tickets by the month", "replaced by another", "a new one", "the only week"],
)  # fmt: skip
def test_each_source_that_is_awaited_reaches_its_weekday(sources: dict[str, str], last: str) -> None:
    contacts = {"calls": 80, "tickets": 40}
    rows = [
        one for name, stops in sources.items() for one in deliveries(*name.split(), stops, contacts[name.split()[0]])
    ]
    assert last_complete_week(rows) == last


@pytest.mark.parametrize(
    ("weeks", "complete", "part"),
    [
        ({10: (2, 3)}, 10, 10), ({10: (5, 8)}, 10, 10), ({10: (2, 6)}, 10, None), ({10: (2, 8)}, 10, None),
        ({10: (5, 8), 11: (9, 10)}, 10, 10), ({10: (5, 8), 11: (9, 15)}, 10, 10), ({10: (2, 8), 11: (9, 10)}, 10, None),
        ({10: (2, 8), 11: (9, 10)}, 10, 11), ({10: (5, 8), 11: (9, 15)}, 11, None), ({10: (2, 6), 11: (9, 12)}, 11, None),
        ({10: (3, 6), 11: (10, 13)}, 11, None),
    ],
    ids=["Monday and Tuesday", "from Thursday", "a week of five days", "a whole one", "from Thursday, the next begun", "from Thursday, then whole",
         "whole, the next begun", "the begun one asked for", "the whole one after", "a Friday off", "closed on Mondays"],
)  # fmt: skip
def test_a_week_of_which_the_data_hold_a_part(
    weeks: dict[int, tuple[int, int]], complete: int, part: int | None
) -> None:
    """Days of March 2026 with contacts; the 2nd is a Monday."""
    days = {f"2026-W{n}": (date(2026, 3, first), date(2026, 3, last)) for n, (first, last) in weeks.items()}
    asked = f"2026-W{part or complete}"
    assert days_of_part(asked, days, f"2026-W{complete}") == (days[asked] if part else None)


def test_a_handful_of_contacts_stops_on_any_day() -> None:
    rows = [*deliveries("calls", "a", "66666"), *deliveries("tickets", "z", "66662", contacts=9)]
    assert last_complete_week(rows) == "2026-W47"


DAY_AND_NIGHT, WORKING_HOURS = (range(7), range(24)), (range(5), range(8, 18))


@pytest.mark.parametrize(
    ("weeks", "hours", "last", "is_over"),
    [
        (4, DAY_AND_NIGHT, (6, 20), True), (4, DAY_AND_NIGHT, (6, 12), False),
        (4, WORKING_HOURS, (4, 17), True), (4, WORKING_HOURS, (4, 12), False),
        (1, DAY_AND_NIGHT, (6, 20), True), (1, WORKING_HOURS, (4, 17), False),
    ],
    ids=["Sunday evening", "Sunday noon", "Friday evening", "Friday noon", "a first Sunday evening", "a first Friday evening"],
)  # fmt: skip
def test_a_week_is_over_where_its_contacts_come_as_far_as_nearly_all_do(
    tmp_path: Path, weeks: int, hours: tuple[range, range], last: tuple[int, int], is_over: bool
) -> None:
    """A call an hour from Monday 2 February, the last at `last`, weekday and hour. Notes, letters of a thread begun before, and turns
    of a call come on its Sunday night and are no contacts."""
    week = timedelta(weeks=1)
    monday = datetime(2026, 2, 2) + (weeks - 1) * week
    until = monday + timedelta(days=last[0], hours=last[1])
    calls = [
        monday - n * week + timedelta(days=day, hours=hour)
        for n in range(weeks)
        for day in hours[0]
        for hour in hours[1]
    ]
    night = monday + timedelta(days=6, hours=23)
    letters = [("note", night, False), ("old", monday - 9 * week, True), ("old", night, True), ("c0", night, True)]
    settings = Settings(warehouse=tmp_path / "warehouse.duckdb")
    with open_warehouse(settings) as warehouse:
        insert = "insert into raw_calls (source, call_id, offered_at) values ('calls', ?, ?)"
        warehouse.sql.executemany(insert, [(f"c{n}", at) for n, at in enumerate(at for at in calls if at <= until)])
        insert = "insert into raw_messages (source, conversation_id, sent_at, is_public) values ('letters', ?, ?, ?)"
        warehouse.sql.executemany(insert, letters)
        found = delivered(warehouse, settings, until)
    assert found == (until, f"{monday:%G-W%V}", monday + week if is_over else until)


def test_a_week_whose_calls_break_off_while_tickets_go_on_is_not_published_as_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From Monday 2 February five weeks of four contacts a day; the calls of the fifth end on Wednesday."""
    days = [f"2026-02-{day:02d}" for day in range(2, 29)] + [f"2026-03-{day:02d}" for day in range(1, 9)]
    calls = [f"c{day}{n}  {day} 1{n}:00  answered" for day in days if day < "2026-03-05" for n in range(4)]
    tickets = [f"t{day}{n}  {day} 1{n}:00  open" for day in days for n in range(4)]
    results = publish(
        tmp_path,
        calls="\n".join(["call_id  offered_at  outcome", *calls]),
        tickets="\n".join(["ticket_id  created_at  status", *tickets]),
    )
    assert (results.weeks[-1], results.last_complete_week) == ("2026-W10", "2026-W09")
    settings = Settings(warehouse=tmp_path / "warehouse.duckdb")
    with open_warehouse(settings) as warehouse:
        found = delivered(warehouse, settings, datetime(2031, 1, 1))
    assert found.complete_week == "2026-W09", "also where a stray date lies years after"
    say_what_lacks(results)
    assert "2026-W10 is not whole" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("now", "is_simulated", "said"),
    [
        ("2026-11-16 06:00", False, ""),
        ("2026-11-22 22:00", False, ""),
        ("2026-11-23 06:00", False, "the newest record is of 2026-11-13, 10 days ago; nothing has come since"),
        ("2026-11-29 06:00", True, ""),
    ],
    ids=["the Monday after", "the last hour of its Sunday", "a week of which nothing came", "the sample"],
)
def test_a_week_of_which_nothing_came_is_missed(
    now: str, is_simulated: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = {"until": "2026-11-12T23:30:00", "timezone": "Europe/Zurich", "is_simulated": is_simulated}
    results = SimpleNamespace(weeks=["2026-W46"], last_complete_week="2026-W46", manifest=manifest)
    say_what_lacks(cast(Results, results), datetime.fromisoformat(now))
    err = capsys.readouterr().err
    assert said in err and bool(said) == bool(err)


@pytest.mark.parametrize(
    ("days", "known"),
    [(0, ["W19", "W20", "W21", "W23", "W24"]), (1, ["W20", "W21", "W24"]), (7, ["W20", "W21", "W24"]), (8, ["W21"])],
)
def test_what_came_before_is_known_where_the_weeks_before_are_there(days: int, known: list[str]) -> None:
    weeks = [f"2026-{week}" for week in ("W19", "W20", "W21", "W23", "W24")]
    assert preceded_weeks(weeks, days, set(weeks)) == [f"2026-{week}" for week in known]


def test_what_gives_no_figures_alone_is_named(tmp_path: Path) -> None:
    answers = "survey_id  conversation_id  question  score  answered_at\ns1  c1  csat  5  2026-10-20 10:00"
    with pytest.raises(
        NoData, match="no calls, tickets or letters are loaded yet; surveys give figures only beside them"
    ):
        publish(tmp_path, surveys=answers)
