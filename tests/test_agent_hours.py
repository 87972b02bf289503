"""Presence, pauses and handling cut at half-hours and at moves between teams: stretches in, hours out."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.building.model_frames import _present_until
from pipeline.building.plan import Plan
from pipeline.results import Results
from pipeline.settings import Settings
from tests.tables import Memory, figure, publish
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = """
call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
a        2026-05-04 10:00  600     0       0       answered  ann
b        2026-05-04 10:05  600     0       0       answered  ann
c        2026-05-04 12:00  300     0       300     answered  bob
"""
TOGETHER = Together()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("hours"))


TOGETHER.add(
    calls=CALLS,
    agent_states="""
    agent  state      starts_at         ends_at
    ann    logged_in  2026-05-04 09:00  2026-05-04 11:00
    ann    break      2026-05-04 10:30  2026-05-04 10:45
    """,
)


def test_a_second_counts_once_however_many_chats_run(results: Results) -> None:
    assert figure(results, "handling_s", agent="ann")["value"] == 900
    assert figure(results, "login_s", agent="ann")["value"] == 7200
    assert figure(results, "pause_s", agent="ann")["value"] == 900
    assert figure(results, "occupancy", agent="ann")["value"] == pytest.approx(900 / 6300)
    assert figure(results, "calls_per_hour", agent="ann")["value"] == 1
    assert figure(results, "calls_per_staffed_hour", agent="ann")["value"] == pytest.approx(2 / 1.75)


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
    later    2026-05-18 10:00  60      0       0       answered  zoe
    """,
    agent_states="""
    agent  state      starts_at         ends_at
    eve    logged_in  2026-05-04 09:00  2026-05-04 11:00
    eve    logged_in  2026-05-11 09:00  2026-05-11 11:00
    """,
)


def test_who_was_logged_in_and_took_no_call_took_none_an_hour(results: Results) -> None:
    """Of a week whose calls nobody delivered nothing is told."""
    found = figure(results, "calls_per_hour", agent="eve", week="2026-W19")
    assert (found["numerator"], found["value"]) == (0, 0) and pd.isna(found["why"])
    assert figure(results, "calls_per_hour", agent="eve", week="2026-W20")["why"] == "no_rows"


TOGETHER.add(
    calls="""
    call_id  offered_at        channel  talk_s  hold_s  wrap_s  outcome   agent
    lea1     2026-05-04 10:00  email    200000  0       0       answered  lea
    lea2     2026-05-04 10:05  email    600     0       0       answered  lea
    lea3     2026-05-08 10:05  voice    600     0       0       answered  lea
    """,
)


def test_a_letter_that_lay_open_for_days_was_not_worked_on_for_days(results: Results) -> None:
    assert figure(results, "handling_s", agent="lea")["value"] == 1200


TOGETHER.add(
    calls="""
    call_id  offered_at        channel  direction  talk_s  hold_s  wrap_s  outcome   agent
    ian1     2026-05-04 10:00  chat     inbound    600     0       0       answered  ian
    ian2     2026-05-04 10:05  voice    inbound    300     0       60      answered  ian
    ian3     2026-05-04 10:20  voice    outbound   120     0       0       answered  ian
    joe1     2026-05-04 10:00  chat     inbound    600     0       0       answered  joe
    """,
    agent_states="""
    agent  state      starts_at         ends_at
    ian    logged_in  2026-05-04 10:00  2026-05-04 10:30
    joe    logged_in  2026-05-04 10:00  2026-05-04 10:30
    joe    break      2026-05-04 10:00  2026-05-04 10:10
    """,
)


def test_time_on_what_is_no_inbound_call_is_time_elsewhere(results: Results) -> None:
    """Ian chats for ten minutes, takes a call for the last five of them, and calls somebody for two; Joe's chat falls in a pause."""
    hours = results.frame(
        "select handling_s, elsewhere_s from fact_agent_hours where agent in ('ian', 'joe') and login_s > 0 order by agent"
    )
    assert hours.to_numpy().tolist() == [[13 * 60, 7 * 60], [600, 0]]


def test_who_never_logged_in_has_no_hours_rather_than_none(results: Results) -> None:
    for kpi in ("login_s", "pause_s", "occupancy", "calls_per_hour"):
        assert pd.isna(figure(results, kpi, agent="bob")["value"]), kpi
    assert figure(results, "handling_s", agent="bob")["value"] == 600


def test_states_over_midnight_and_open_ones(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent  ended_at
        a        2026-05-04 22:10  60      0       0       answered  ann    2026-05-04 22:11
        b        2026-05-05 02:00  60      0       0       answered  ann    2026-05-05 03:00
        """,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 22:00  2026-05-05 01:00
        ann    logged_in  2026-05-05 02:00  -
        """,
    )
    days = results.frame(
        "select cast(day as varchar) as day, sum(login_s) as s from fact_agent_hours group by 1 order by 1"
    )
    assert days["s"].tolist() == [7200, 7200]


TOGETHER.add(
    agent_states="""
    agent  state       starts_at         ends_at
    kim    logged_in   2026-05-04 08:00  -
    kim    available   2026-05-04 08:00  -
    kim    logged_in   2026-05-04 10:00  -
    kim    logged_out  2026-05-04 10:00  -
    kim    break       2026-05-04 11:30  -
    kim    logged_out  2026-05-04 12:00  2026-05-05 08:00
    len    logged_in   2026-05-04 08:00  -
    """
)


def test_a_log_of_changes_ends_a_login_with_its_log_out(results: Results) -> None:
    """Kim was in from 8 to 10 and again, at once, to 12, with a break that lasted until she left; Len's log-out was lost."""
    found = {agent: figure(results, "login_s", agent=agent)["value"] / 3600 for agent in ("kim", "len")}
    assert found == {"kim": 4, "len": 12}
    assert figure(results, "pause_s", agent="kim")["value"] == 1800


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
    ove1     2026-05-04 09:00  1800    0       0       answered  ove
    """,
    agent_states="""
    agent  state       starts_at         ends_at
    ove    logged_in   2026-05-04 08:00  -
    ove    logged_out  2026-05-04 12:00  -
    ove    available   2026-05-04 11:00  -
    ove    available   2026-05-04 12:00  -
    """,
)


def test_who_has_logged_out_is_not_available(results: Results) -> None:
    """Ove's last status has the second of his log-out: it would last for twelve hours."""
    assert figure(results, "occupancy", agent="ove")["value"] == pytest.approx(0.5 / 1.5)


STATUSES = """
agent  state       starts_at         ends_at
nia    available   2026-05-04 08:00  2026-05-04 08:30
nia    break       2026-05-04 10:00  -
nia    available   2026-05-04 10:15  -
nia    logged_out  2026-05-04 12:00  -
"""


@pytest.mark.parametrize(
    ("more", "login_h", "staffed_h"),
    [("", 4, 3.75), pytest.param("ove  logged_in  2026-05-04 08:00  -", None, None, marks=pytest.mark.slow)],
)
def test_a_log_of_statuses_with_log_outs_tells_who_was_there(
    tmp_path: Path, more: str, login_h: float | None, staffed_h: float | None
) -> None:
    """Where it has logins, who has none may have been there or not."""
    calls = "call_id  offered_at  agent  outcome\nnia1  2026-05-04 09:00  nia  answered"
    results = publish(tmp_path, calls=calls, agent_states=STATUSES + more)
    told = results.frame(
        "select sum(login_s) / 3600 as login_h, sum(staffed_s) / 3600 as staffed_h from fact_agent_hours where agent = 'nia'"
    )
    assert told.astype(object).where(told.notna(), None).values.tolist() == [[login_h, staffed_h]]


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
    mia1     2026-05-06 13:50  60      0       0       answered  mia
    mia2     2026-05-06 14:00  60      0       0       answered  mia
    mia3     2026-05-07 09:00  60      0       0       answered  mia
    """,
    agents="""
    agent  team  valid_from
    mia    Red   2026-01-01 00:00
    mia    Blue  2026-05-06 14:00
    """,
    agent_states="""
    agent  state      starts_at         ends_at
    mia    logged_in  2026-05-06 13:45  2026-05-06 15:00
    """,
)


@pytest.mark.parametrize(("team", "answered", "login_s"), [("Red", 1, 900), ("Blue", 2, 3600)])
def test_a_move_in_mid_week_counts_from_its_instant(results: Results, team: str, answered: int, login_s: int) -> None:
    found = [figure(results, kpi, team=team)["value"] for kpi in ("answered", "login_s")]
    assert found == [answered, login_s]


CLOCK_CHANGES = {
    "autumn: 25 hours": ("2026-10-25", 25 * 3600, "2026-W43", 50),
    "spring: 23 hours": ("2026-03-29", 23 * 3600, "2026-W13", 46),
}
OF_ZURICH = Together()
for day, *_ in CLOCK_CHANGES.values():
    start, end = (pd.Timestamp(day).tz_localize("Europe/Zurich") + pd.DateOffset(days=n) for n in (0, 1))
    begins, ends = (f"{at.tz_convert('UTC'):%Y-%m-%d %H:%M}" for at in (start, end))
    OF_ZURICH.add(
        calls=f"""
        call_id    offered_at  talk_s  hold_s  wrap_s  outcome   agent
        a-{day}    {begins}    60      0       0       answered  ann
        b-{day}    {ends}      60      0       0       answered  ann
        """,
        agent_states=f"agent  state  starts_at  ends_at\nann  logged_in  {begins}  {ends}",
    )


@pytest.fixture(scope="module")
def of_zurich(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return OF_ZURICH.publish(tmp_path_factory.mktemp("zurich"), timezone="Europe/Zurich")


@pytest.mark.parametrize(("day", "login_s", "week", "half_hours"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_days_on_which_the_clock_changes(
    of_zurich: Results, day: str, login_s: int, week: str, half_hours: int
) -> None:
    hours = of_zurich.frame(f"select * from fact_agent_hours where cast(day as varchar) = '{day}' and login_s > 0")
    assert hours["login_s"].sum() == login_s
    assert set(hours["week"]) == {week}
    assert hours["half_hour"].nunique() == half_hours


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
    pia1     2026-05-04 10:00  600     0       0       answered  pia
    tom1     2026-05-04 10:00  600     0       0       answered  tom
    """,
    agents="""
    agent  team     valid_from
    pia    Planned  2026-01-01 00:00
    dan    Planned  2026-01-01 00:00
    """,
    agent_states="""
    agent  state      starts_at         ends_at
    pia    logged_in  2026-05-04 09:30  2026-05-04 13:00
    tom    logged_in  2026-05-04 09:00  2026-05-04 11:00
    tom    break      2026-05-04 10:15  2026-05-04 10:30
    """,
    planned_shifts="""
    agent  activity  starts_at         ends_at
    pia    work      2026-05-04 09:00  2026-05-04 12:00
    pia    break     2026-05-04 10:00  2026-05-04 10:30
    dan    work      2026-05-04 09:00  2026-05-04 12:00
    tom    work      2026-05-04 09:00  2026-05-04 11:00
    tom    break     2026-05-04 10:00  2026-05-04 10:15
    """,
)


def test_adherence_is_of_the_half_hours_planned(results: Results) -> None:
    """Pia was to work from 9 to 12 with a break at 10; she came at 9:30, had no break, and left at 13: 2 of 2.5 h. Dan was
    planned and never seen: his hours were planned, but whether he was there nobody knows."""
    assert figure(results, "planned_s", team="Planned")["value"] == (2.5 + 3) * 3600
    assert figure(results, "planned_s", agent="dan")["value"] == 3 * 3600
    for whose in ({"team": "Planned"}, {"agent": "pia"}):
        assert figure(results, "adherence", **whose)["value"] == pytest.approx(2 / 2.5)
    for kpi in ("login_s", "staffed_s", "adherence", "occupancy"):
        assert pd.isna(figure(results, kpi, agent="dan")["value"]), kpi


def test_a_break_taken_later_than_planned_keeps_neither_time(results: Results) -> None:
    """Tom's quarter of an hour was planned for 10:00 and taken at 10:15: the half-hour has as much work as was planned, at another time."""
    assert figure(results, "adherence", agent="tom")["value"] == pytest.approx(1.5 / 1.75)


def test_presence_is_known_beyond_the_last_call(tmp_path: Path) -> None:
    """The last call ends at 12:10, but presence is known until Ann leaves; what Eve's clock says is not believed."""
    states = """
    agent  state      starts_at         ends_at
    ann    logged_in  2026-05-04 09:30  2026-05-04 13:00
    eve    logged_in  2026-05-04 11:00  2062-05-04 13:00
    """
    results = publish(tmp_path, calls=CALLS, agent_states=states)
    assert [figure(results, "login_s", agent=who)["value"] / 3600 for who in ("ann", "eve")] == [3.5, 2]


PRESENT = {
    "log-outs after the last call": ("05-08 17:50", "05-08 18:00 05-08 20:00", "05-08 20:00"),
    "none": ("05-08 17:50", "", "05-08 17:50"),
    "all before it": ("05-08 17:50", "05-08 17:00", "05-08 17:50"),
    "those of the next days are of people whose calls are not there": (
        "05-07 17:50",
        "05-07 20:00 05-08 08:00",
        "05-07 20:00",
    ),
    "a night into the next week": ("05-10 23:50", "05-11 06:00", "05-11 00:00"),
    "a call into the next week": ("05-11 00:10", "05-11 06:00", "05-11 06:00"),
}
"""The data's last call, instants of agent states, and until when presence is known."""


def test_presence_is_known_until_the_last_log_out_of_a_shift() -> None:
    found = {}
    for name, (until, seen, _) in PRESENT.items():
        states = pd.DataFrame({"starts_at": pd.to_datetime([f"2026-{at}" for at in re.findall("..-.. ..:..", seen)])})
        sql = Memory(raw_agent_states=states.assign(ends_at=states["starts_at"])).sql
        warehouse: Any = SimpleNamespace(value=lambda text, values, sql=sql: sql.execute(text, values).fetchall()[0][0])
        end = pd.Timestamp(f"2026-{until}").to_pydatetime()
        known = _present_until(warehouse, Settings(timezone="UTC"), Plan(None, None, end, end, 0))
        found[name] = f"{known:%m-%d %H:%M}"
    assert found == {name: known for name, (_, _, known) in PRESENT.items()}


OPEN = {
    "an open login lasts as long as a long shift": ("logged_in", "2026-05-04 09:00", 20 * 3600, 0),
    "and no longer than until the next one": ("logged_in", "2026-05-05 04:00", 13 * 3600, 0),
    "an open break lasts until whatever comes next": ("break", "2026-05-05 11:00", 8 * 3600, 3600),
    "at most as long as a long shift": ("break", "2026-05-04 16:00", 8 * 3600, 0),
    "a break that begins with the login lasts until the next break": ("break", "2026-05-05 09:00", 8 * 3600, 3 * 3600),
}


for number, (state, starts_at, *_) in enumerate(OPEN.values()):
    TOGETHER.add(
        calls=f"""
        call_id      offered_at        talk_s  outcome   agent
        open{number}  2026-05-04 09:00  60     answered  open{number}
        """,
        agent_states=f"""
        agent        state      starts_at         ends_at
        open{number}  {state}   {starts_at}       -
        open{number}  logged_in  2026-05-05 09:00  2026-05-05 17:00
        open{number}  meeting    2026-05-05 12:00  2026-05-05 12:00
        """,
    )


@pytest.mark.parametrize("name", OPEN)
def test_a_state_without_an_end_is_ended_by_the_next_one(results: Results, name: str) -> None:
    agent = f"open{list(OPEN).index(name)}"
    found = [figure(results, kpi, agent=agent)["value"] for kpi in ("login_s", "pause_s")]
    assert found == list(OPEN[name][2:])


OVERLAPS = {
    "a pause pressed in the call": ("break", "09:15", "09:25", {"handling_s": 600, "available_s": 900}),
    "available all the while, contacts included": ("available", "09:00", "09:30", {"handling_s": 600, "available_s": 1200}),
    "a break after planned work takes nothing from it": ("break", "09:25", "09:30", {"planned_s": 900}),
}  # fmt: skip
"""Of who is logged in from 9:00 to 9:30, on a call from 9:10 to 9:20, and in one more state."""
for number, (state, starts, ends, _) in enumerate(OVERLAPS.values()):
    TOGETHER.add(
        calls=f"""
        call_id      offered_at        talk_s  hold_s  wrap_s  outcome   agent
        over{number}  2026-05-04 09:10  600    0       0       answered  over{number}
        """,
        agent_states=f"""
        agent        state      starts_at           ends_at
        over{number}  logged_in  2026-05-04 09:00    2026-05-04 09:30
        over{number}  {state}   2026-05-04 {starts}  2026-05-04 {ends}
        """,
        planned_shifts=f"""
        agent        activity  starts_at         ends_at
        over{number}  work     2026-05-04 09:00  2026-05-04 09:15
        over{number}  break    2026-05-04 09:15  2026-05-04 09:30
        """,
    )


@pytest.mark.parametrize("name", OVERLAPS)
def test_a_second_is_either_handling_or_idle(results: Results, name: str) -> None:
    agent, seconds = f"over{list(OVERLAPS).index(name)}", OVERLAPS[name][-1]
    hours = results.frame(f"select * from fact_agent_hours where agent = '{agent}'").iloc[0]
    assert {column: hours[column] for column in seconds} == seconds


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  outcome   agent  queue
    fay1     2026-05-04 10:00  60      answered  fay    cards
    fay2     2026-05-04 10:05  60      answered  fay    cards
    fay3     2026-05-04 12:00  60      answered  fay    cards
    fay4     2026-05-05 12:00  60      answered  fay    cards
    fay5     2026-05-05 12:00  60      answered  fay    other
    """,
    forecasts="""
    queue  starts_at         offered_calls  handle_s
    cards  2026-05-04 10:00  3              60
    cards  2026-05-04 10:15  2              90
    cards  2026-05-04 10:30  1              -
    cards  2026-05-04 11:30  0              60
    """,
)


def test_forecast_beside_what_came(results: Results) -> None:
    """The call at noon came when none was expected that day; of the next day, and of another queue, nothing was."""
    assert figure(results, "forecast_calls", queue="cards")["value"] == 6
    assert figure(results, "forecast_aht", queue="cards")["value"] == (3 * 60 + 2 * 90) / 5
    assert figure(results, "forecast_error", queue="cards")["value"] == pytest.approx((3 + 1 + 0 + 1) / 3)
    assert figure(results, "forecast_bias")["value"] == pytest.approx(3 / 6)


CALL = "call_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  agent"


def half_hours(team: str, others: int, *more: str) -> dict[str, str]:
    """Ann of a team is logged in for 48 h and on a call for a quarter of an hour in each half; Bob, who never logs in, for a whole one.
    Of two hours both are planned. `more`: calls."""
    rows = [CALL]
    for n in range(96):
        rows.append(
            f"{team}{n}  2026-05-0{4 + n // 48} {n % 48 // 2:02d}:{n % 2 * 30:02d}  0  900  0  0  answered  ann{team}"
        )
    rows += [
        f"{team}b{n}  2026-05-04 {10 + n // 2}:{n % 2 * 30:02d}  0  1800  0  0  answered  bob{team}"
        for n in range(others)
    ]
    shifts = [f"{agent}{team}  work  2026-05-04 10:00  2026-05-04 12:00" for agent in ("ann", "bob")]
    members = [f"{agent}{team}  {team}  2026-01-01 00:00" for agent in ("ann", "bob", "dan")]
    return {
        "calls": "\n".join([*rows, *more]),
        "agent_states": f"agent  state  starts_at  ends_at\nann{team}  logged_in  2026-05-04 00:00  2026-05-06 00:00",
        "planned_shifts": "\n".join(["agent  activity  starts_at  ends_at", *shifts]),
        "agents": "\n".join(["agent  team  valid_from", *members]),
    }


DAN = "agent  activity  starts_at  ends_at\ndan{}  work  2026-05-04 00:00  2026-05-05 00:00"
BREAK = "agent  state  starts_at  ends_at\nann{}  break  2026-05-04 10:00  2026-05-04 11:00"
TOGETHER.add(**half_hours("Half", 4))
TOGETHER.add(planned_shifts=DAN.format("Half"))
TOGETHER.add(**half_hours("Lost", 12))
TOGETHER.add(**half_hours("Late", 4))
TOGETHER.add(agent_states=BREAK.format("Late"))


def test_both_parts_of_a_ratio_rest_on_those_whose_presence_is_known(results: Results) -> None:
    """Bob works four half-hours and nobody knows how long he was there: his calls are no calls of Ann's hours. Dan's plan
    makes her presence no less known."""
    found = {kpi: figure(results, kpi, team="Half")["value"] for kpi in ("calls_per_hour", "calls_per_staffed_hour")}
    assert set(found.values()) == {2}
    assert figure(results, "occupancy", team="Half")["value"] == pytest.approx(0.5)
    assert figure(results, "answered", team="Half")["value"] == 100


def test_where_too_many_have_no_presence_there_is_no_ratio(results: Results) -> None:
    for kpi in ("occupancy", "calls_per_hour", "calls_per_staffed_hour", "adherence"):
        assert figure(results, kpi, team="Lost")["why"] == "not_recorded", kpi
        assert figure(results, kpi, agent="bobLost")["why"] == "not_recorded", kpi
    assert figure(results, "occupancy", agent="annLost")["value"] == pytest.approx(0.5)


def test_adherence_is_of_those_whose_presence_is_known(results: Results) -> None:
    """Ann kept one of her two hours; of Bob's nothing is known, though he was planned too: he is not held to have kept both."""
    assert figure(results, "planned_s", team="Late")["value"] == 4 * 3600
    assert figure(results, "adherence", team="Late")["value"] == 0.5
    assert figure(results, "adherence", agent="bobLate")["why"] == "not_recorded"


@pytest.mark.parametrize(("nobodys", "is_told"), [(5, True), (96, False)], ids=["few", "many"])
def test_calls_without_an_agent_are_of_nobodys_hours(tmp_path: Path, nobodys: int, is_told: bool) -> None:
    """A source that does not say who answered: one call in twenty may be such, half of them not."""
    calls = [f"c{n}  2026-05-04 12:00  0  60  0  0  answered  -" for n in range(nobodys)]
    end = "end  2026-05-06 00:00  0  -  -  -  abandoned  -"
    results = publish(tmp_path, **half_hours("Some", 0, *calls, end))
    found = figure(results, "calls_per_hour")
    assert found["value"] == 2 if is_told else found["why"] == "not_recorded"
    assert figure(results, "calls_per_hour", agent="annSome")["value"] == 2


def test_half_hours_of_a_zone_a_quarter_off_are_whole(tmp_path: Path) -> None:
    """In Kathmandu the half-hour in which the UTC day ends began at 23:45 UTC."""
    states = "agent  state  starts_at  ends_at\nann  logged_in  2026-05-04 00:05  2026-05-04 00:25"
    results = publish(tmp_path, "Asia/Kathmandu", calls=CALLS, agent_states=states)
    assert results.frame("select sum(login_s) as s from fact_agent_hours")["s"].item() == 1200


def test_a_last_call_without_an_end_lasts_as_long_as_it_was_talked(tmp_path: Path) -> None:
    """Whoever talks in it is logged in until then."""
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        wait_s  talk_s  hold_s  wrap_s  outcome   agent
        a        2026-05-04 10:00  60      500     40      0       answered  ann
        """,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 09:00  -
        """,
    )
    assert figure(results, "login_s", agent="ann")["value"] == 3600 + 600
