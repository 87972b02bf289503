"""Presence, pauses and handling cut at half-hours and at moves between teams: stretches in, hours out."""

from pathlib import Path

import pandas as pd
import pytest

from tests.tables import figure, publish

CALLS = """
call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
a        2026-05-04 10:00  600     0       0       answered  ann
b        2026-05-04 10:05  600     0       0       answered  ann
c        2026-05-04 12:00  300     0       300     answered  bob
"""


def test_a_second_counts_once_however_many_chats_run(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        calls=CALLS,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 09:00  2026-05-04 11:00
        ann    break      2026-05-04 10:30  2026-05-04 10:45
        """,
    )
    assert figure(results, "handling_s", agent="ann")["value"] == 900
    assert figure(results, "login_s", agent="ann")["value"] == 7200
    assert figure(results, "pause_s", agent="ann")["value"] == 900
    assert figure(results, "occupancy", agent="ann")["value"] == pytest.approx(900 / 6300)
    assert figure(results, "calls_per_hour", agent="ann")["value"] == 1
    assert figure(results, "calls_per_staffed_hour", agent="ann")["value"] == pytest.approx(2 / 1.75)


def test_who_was_logged_in_and_took_no_call_took_none_an_hour(tmp_path: Path) -> None:
    """Of a week whose calls nobody delivered nothing is told."""
    results = publish(
        tmp_path,
        calls=f"{CALLS}later  2026-05-18 10:00  60  0  0  answered  ann",
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 09:00  2026-05-04 11:00
        eve    logged_in  2026-05-04 09:00  2026-05-04 11:00
        eve    logged_in  2026-05-11 09:00  2026-05-11 11:00
        """,
    )
    found = figure(results, "calls_per_hour", agent="eve", week="2026-W19")
    assert (found["numerator"], found["value"]) == (0, 0) and pd.isna(found["why"])
    assert figure(results, "calls_per_hour", agent="eve", week="2026-W20")["why"] == "no_rows"


def test_a_letter_that_lay_open_for_days_was_not_worked_on_for_days(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        channel  talk_s  hold_s  wrap_s  outcome   agent
        a        2026-05-04 10:00  email    200000  0       0       answered  ann
        b        2026-05-04 10:05  email    600     0       0       answered  ann
        c        2026-05-08 10:05  voice    600     0       0       answered  ann
        """,
    )
    assert figure(results, "handling_s", agent="ann")["value"] == 1200


def test_time_on_what_is_no_inbound_call_is_time_elsewhere(tmp_path: Path) -> None:
    """Ann chats for ten minutes, takes a call for the last five of them, and calls somebody for two; Bob's chat falls in a pause."""
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        channel  direction  talk_s  hold_s  wrap_s  outcome   agent
        a        2026-05-04 10:00  chat     inbound    600     0       0       answered  ann
        b        2026-05-04 10:05  voice    inbound    300     0       60      answered  ann
        c        2026-05-04 10:20  voice    outbound   120     0       0       answered  ann
        d        2026-05-04 10:00  chat     inbound    600     0       0       answered  bob
        end      2026-05-04 12:00  voice    inbound    60      0       0       answered  cat
        """,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 10:00  2026-05-04 10:30
        bob    logged_in  2026-05-04 10:00  2026-05-04 10:30
        bob    break      2026-05-04 10:00  2026-05-04 10:10
        """,
    )
    hours = results.frame("select handling_s, elsewhere_s from fact_agent_hours where login_s > 0 order by agent")
    assert hours.to_numpy().tolist() == [[13 * 60, 7 * 60], [600, 0]]


def test_who_never_logged_in_has_no_hours_rather_than_none(tmp_path: Path) -> None:
    results = publish(tmp_path, calls=CALLS)
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


def test_a_log_of_changes_ends_a_login_with_its_log_out(tmp_path: Path) -> None:
    """Ann was in from 8 to 10 and again, at once, to 12, with a break that lasted until she left; bob's log-out was lost."""
    results = publish(
        tmp_path,
        calls=CALLS + "d  2026-05-05 09:00  60  0  0  answered  ann",
        agent_states="""
        agent  state       starts_at         ends_at
        ann    logged_in   2026-05-04 08:00  -
        ann    available   2026-05-04 08:00  -
        ann    logged_in   2026-05-04 10:00  -
        ann    logged_out  2026-05-04 10:00  -
        ann    break       2026-05-04 11:30  -
        ann    logged_out  2026-05-04 12:00  2026-05-05 08:00
        bob    logged_in   2026-05-04 08:00  -
        """,
    )
    found = {agent: figure(results, "login_s", agent=agent)["value"] / 3600 for agent in ("ann", "bob")}
    assert found == {"ann": 4, "bob": 12}
    assert figure(results, "pause_s", agent="ann")["value"] == 1800


def test_a_move_in_mid_week_counts_from_its_instant(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
        a        2026-05-06 13:50  60      0       0       answered  ann
        b        2026-05-06 14:00  60      0       0       answered  ann
        c        2026-05-07 09:00  60      0       0       answered  ann
        """,
        agents="""
        agent  team  valid_from        valid_to
        ann    Red   2026-01-01 00:00  -
        ann    Blue  2026-05-06 14:00  -
        """,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-06 13:45  2026-05-06 15:00
        """,
    )
    assert (figure(results, "answered", team="Red")["value"], figure(results, "answered", team="Blue")["value"]) == (
        1,
        2,
    )
    assert (figure(results, "login_s", team="Red")["value"], figure(results, "login_s", team="Blue")["value"]) == (
        900,
        3600,
    )


@pytest.mark.parametrize(
    ("day", "login_s", "week", "half_hours"),
    [
        ("2026-10-25", 25 * 3600, "2026-W43", 50),
        ("2026-03-29", 23 * 3600, "2026-W13", 46),
    ],
    ids=["autumn: 25 hours", "spring: 23 hours"],
)
def test_days_on_which_the_clock_changes(tmp_path: Path, day: str, login_s: int, week: str, half_hours: int) -> None:
    next_day = pd.Timestamp(day) + pd.Timedelta(days=1)
    start, end = (pd.Timestamp(d).tz_localize("Europe/Zurich").tz_convert("UTC") for d in (day, next_day))
    results = publish(
        tmp_path,
        timezone="Europe/Zurich",
        calls=f"""
        call_id  offered_at          talk_s  hold_s  wrap_s  outcome   agent
        a        {start:%Y-%m-%d %H:%M}    60      0       0       answered  ann
        b        {end:%Y-%m-%d %H:%M}    60      0       0       answered  ann
        """,
        agent_states=f"""
        agent  state      starts_at           ends_at
        ann    logged_in  {start:%Y-%m-%d %H:%M}    {end:%Y-%m-%d %H:%M}
        """,
    )
    hours = results.frame(f"select * from fact_agent_hours where cast(day as varchar) = '{day}' and login_s > 0")
    assert hours["login_s"].sum() == login_s
    assert set(hours["week"]) == {week}
    assert hours["half_hour"].nunique() == half_hours


def test_adherence_is_of_the_half_hours_planned(tmp_path: Path) -> None:
    """Ann was to work from 9 to 12 with a break at 10; she came at 9:30, had no break, and left at 13: 2 of 2.5 h. Dan was
    planned and never seen: his hours were planned, but whether he was there nobody knows."""
    results = publish(
        tmp_path,
        calls=CALLS,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 09:30  2026-05-04 13:00
        """,
        planned_shifts="""
        agent  activity  starts_at         ends_at
        ann    work      2026-05-04 09:00  2026-05-04 12:00
        ann    break     2026-05-04 10:00  2026-05-04 10:30
        dan    work      2026-05-04 09:00  2026-05-04 12:00
        """,
    )
    assert figure(results, "planned_s")["value"] == (2.5 + 3) * 3600
    assert figure(results, "planned_s", agent="dan")["value"] == 3 * 3600
    for whose in ({}, {"agent": "ann"}):
        assert figure(results, "adherence", **whose)["value"] == pytest.approx(2 / 2.5)
    for kpi in ("login_s", "staffed_s", "adherence", "occupancy"):
        assert pd.isna(figure(results, kpi, agent="dan")["value"]), kpi


def test_a_break_taken_later_than_planned_keeps_neither_time(tmp_path: Path) -> None:
    """Ann's quarter of an hour was planned for 10:00 and taken at 10:15: the half-hour has as much work as was planned, at another time."""
    results = publish(
        tmp_path,
        calls=CALLS,
        agent_states="""
        agent  state      starts_at         ends_at
        ann    logged_in  2026-05-04 09:00  2026-05-04 11:00
        ann    break      2026-05-04 10:15  2026-05-04 10:30
        """,
        planned_shifts="""
        agent  activity  starts_at         ends_at
        ann    work      2026-05-04 09:00  2026-05-04 11:00
        ann    break     2026-05-04 10:00  2026-05-04 10:15
        """,
    )
    assert figure(results, "adherence")["value"] == pytest.approx(1.5 / 1.75)


OPEN = {
    "an open login lasts as long as a long shift": ("logged_in", "2026-05-04 09:00", 20 * 3600, 0),
    "and no longer than until the next one": ("logged_in", "2026-05-05 04:00", 13 * 3600, 0),
    "an open break lasts until whatever comes next": ("break", "2026-05-05 11:00", 8 * 3600, 3600),
    "at most as long as a long shift": ("break", "2026-05-04 16:00", 8 * 3600, 0),
    "a break that begins with the login lasts until the next break": ("break", "2026-05-05 09:00", 8 * 3600, 3 * 3600),
}


@pytest.mark.parametrize("name", OPEN)
def test_a_state_without_an_end_is_ended_by_the_next_one(tmp_path: Path, name: str) -> None:
    state, starts_at, login_s, pause_s = OPEN[name]
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        talk_s  outcome   agent
        a        2026-05-04 09:00  60      answered  ann
        end      2026-05-08 17:00  60      answered  bob
        """,
        agent_states=f"""
        agent  state      starts_at         ends_at
        ann    {state}    {starts_at}       -
        ann    logged_in  2026-05-05 09:00  2026-05-05 17:00
        ann    meeting    2026-05-05 12:00  2026-05-05 12:00
        """,
    )
    hours = results.frame(
        "select sum(login_s) as login_s, sum(pause_s) as pause_s from fact_agent_hours where agent = 'ann'"
    )
    assert (hours["login_s"][0], hours["pause_s"][0]) == (login_s, pause_s)


def one_half_hour(folder: Path, state: str, starts: str, ends: str) -> pd.Series:
    """Ann is logged in from 9:00 to 9:30, on a call from 9:10 to 9:20, and in one more state."""
    results = publish(
        folder,
        calls="""
        call_id  offered_at        talk_s  hold_s  wrap_s  outcome   agent
        a        2026-05-04 09:10  600     0       0       answered  ann
        end      2026-05-04 12:00  60      0       0       answered  bob
        """,
        agent_states=f"""
        agent  state      starts_at           ends_at
        ann    logged_in  2026-05-04 09:00    2026-05-04 09:30
        ann    {state}    2026-05-04 {starts}  2026-05-04 {ends}
        """,
        planned_shifts="""
        agent  activity  starts_at         ends_at
        ann    work      2026-05-04 09:00  2026-05-04 09:15
        ann    break     2026-05-04 09:15  2026-05-04 09:30
        """,
    )
    return results.frame("select * from fact_agent_hours where agent = 'ann'").iloc[0]


OVERLAPS = {
    "a pause pressed in the call": ("break", "09:15", "09:25", 600, 900),
    "available all the while, contacts included": ("available", "09:00", "09:30", 600, 1200),
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_a_second_is_either_handling_or_idle(tmp_path: Path, name: str) -> None:
    state, starts, ends, handling_s, available_s = OVERLAPS[name]
    hours = one_half_hour(tmp_path, state, starts, ends)
    assert (hours["handling_s"], hours["available_s"]) == (handling_s, available_s)


def test_a_break_after_planned_work_takes_nothing_from_it(tmp_path: Path) -> None:
    assert one_half_hour(tmp_path, "break", "09:25", "09:30")["planned_s"] == 900


def test_forecast_beside_what_came(tmp_path: Path) -> None:
    """The call at noon came when none was expected that day; of the next day, and of another queue, nothing was."""
    results = publish(
        tmp_path,
        calls="""
        call_id  offered_at        talk_s  outcome   agent  queue
        a        2026-05-04 10:00  60      answered  ann    cards
        b        2026-05-04 10:05  60      answered  ann    cards
        c        2026-05-04 12:00  60      answered  bob    cards
        d        2026-05-05 12:00  60      answered  bob    cards
        e        2026-05-05 12:00  60      answered  bob    other
        """,
        forecasts="""
        queue  starts_at         offered_calls  handle_s
        cards  2026-05-04 10:00  3              60
        cards  2026-05-04 10:15  2              90
        cards  2026-05-04 10:30  1              -
        cards  2026-05-04 11:30  0              60
        """,
    )
    assert figure(results, "forecast_calls", queue="cards")["value"] == 6
    assert figure(results, "forecast_aht", queue="cards")["value"] == (3 * 60 + 2 * 90) / 5
    assert figure(results, "forecast_error", queue="cards")["value"] == pytest.approx((3 + 1 + 0 + 1) / 3)
    assert figure(results, "forecast_bias")["value"] == pytest.approx(3 / 6)


def half_hours(others: int) -> dict[str, str]:
    """Ann is logged in for 48 h and on a call for a quarter of an hour in each half; others, who never log in, for a whole one."""
    rows = ["call_id  offered_at        wait_s  talk_s  hold_s  wrap_s  outcome   agent"]
    for n in range(96):
        rows.append(f"a{n}  2026-05-0{4 + n // 48} {n % 48 // 2:02d}:{n % 2 * 30:02d}  0  900  0  0  answered  ann")
    rows.append("end  2026-05-06 00:00  0  -  -  -  abandoned  -")
    rows += [f"b{n}  2026-05-04 {10 + n // 2}:{n % 2 * 30:02d}  0  1800  0  0  answered  bob" for n in range(others)]
    states = "agent  state  starts_at  ends_at\nann  logged_in  2026-05-04 00:00  2026-05-06 00:00"
    shifts = "agent  activity  starts_at  ends_at\n" + "\n".join(
        f"{agent}  work  2026-05-04 10:00  2026-05-04 12:00" for agent in ("ann", "bob")
    )
    return {"calls": "\n".join(rows), "agent_states": states, "planned_shifts": shifts}


def test_both_parts_of_a_ratio_rest_on_those_whose_presence_is_known(tmp_path: Path) -> None:
    """Bob works four half-hours and nobody knows how long he was there: his calls are no calls of Ann's hours. Dan's plan
    makes her presence no less known."""
    tables = half_hours(4)
    tables["planned_shifts"] += "\ndan  work  2026-05-04 00:00  2026-05-05 00:00"
    results = publish(tmp_path, **tables)
    assert figure(results, "occupancy")["value"] == pytest.approx(0.5)
    assert figure(results, "calls_per_hour")["value"] == figure(results, "calls_per_staffed_hour")["value"] == 2
    assert figure(results, "answered")["value"] == 100


def test_where_too_many_have_no_presence_there_is_no_ratio(tmp_path: Path) -> None:
    results = publish(tmp_path, **half_hours(12))
    for kpi in ("occupancy", "calls_per_hour", "calls_per_staffed_hour", "adherence"):
        assert figure(results, kpi)["why"] == "not_recorded", kpi
        assert figure(results, kpi, agent="bob")["why"] == "not_recorded", kpi
    assert figure(results, "occupancy", agent="ann")["value"] == pytest.approx(0.5)


def test_calls_without_an_agent_are_of_nobodys_hours(tmp_path: Path) -> None:
    """A source that does not say who answered: one call in twenty may be such, half of them not."""
    tables = half_hours(0)
    few, many = ("\n".join(f"c{n}  2026-05-04 12:00  0  60  0  0  answered  -" for n in range(m)) for m in (5, 96))
    results = publish(tmp_path / "few", **(tables | {"calls": f"{tables['calls']}\n{few}"}))
    assert figure(results, "calls_per_hour")["value"] == 2
    results = publish(tmp_path / "many", **(tables | {"calls": f"{tables['calls']}\n{many}"}))
    assert figure(results, "calls_per_hour")["why"] == "not_recorded"
    assert figure(results, "calls_per_hour", agent="ann")["value"] == 2


def test_adherence_is_of_those_whose_presence_is_known(tmp_path: Path) -> None:
    """Ann kept one of her two hours; of Bob's nothing is known, though he was planned too: he is not held to have kept both."""
    tables = half_hours(4)
    tables["agent_states"] += "\nann  break  2026-05-04 10:00  2026-05-04 11:00"
    results = publish(tmp_path, **tables)
    assert figure(results, "planned_s")["value"] == 4 * 3600
    assert figure(results, "adherence")["value"] == 0.5
    assert figure(results, "adherence", agent="bob")["why"] == "not_recorded"


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
        ann    logged_in  2026-05-04 09:00  2026-05-04 12:00
        """,
    )
    assert figure(results, "login_s", agent="ann")["value"] == 3600 + 600
