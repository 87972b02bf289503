"""What single findings count, on small centres of six weeks whose answers can be worked out by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.drill import records_of
from pipeline.findings import changes, newcomers, outcomes, people, staffing, topics, typical_week, wellbeing
from pipeline.findings.aims import Aim
from pipeline.findings.centre import Centre
from pipeline.findings.hurried import hurried, judged_calls
from pipeline.findings.look import look
from pipeline.kpis import catalogue_of
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Parameters, Settings
from pipeline.statistics.clustered import share_limits
from pipeline.statistics.intervals import wilson
from tests.tables import figure, publish, publish_under

pytestmark = pytest.mark.usefixtures("facts_alone")

MONDAY = datetime(2026, 5, 4)
COLUMNS = "call_id  conversation_id  offered_at  talk_s  hold_s  wrap_s  outcome  ended_by  customer_key  agent  topic"
Call = tuple[str, ...]


def usual(weeks: int = 6) -> list[Call]:
    """Ten calls a day of two minutes about other things, by customers who never come back."""
    return [
        call(f"u{day}-{turn}", MONDAY + timedelta(days=day, hours=8 + turn), topic="other", ended_by="customer")
        for day in range(7 * weeks)
        for turn in range(10)
    ]


def call(
    name: str,
    at: datetime,
    talk_s: int = 120,
    customer: str = "",
    agent: str = "kim",
    topic: str = "bill",
    ended_by: str = "-",
    conversation: str = "",
    outcome: str = "answered",
) -> Call:
    parts = (
        name,
        conversation or name,
        at.isoformat(" "),
        str(talk_s),
        "0",
        "0",
        outcome,
        ended_by,
        customer or name,
        agent,
        topic,
    )
    if outcome == "answered":
        return parts
    return (*parts[:3], "-", "-", "-", *parts[6:9], "-", topic)


def centre_of(folder: Path, calls: list[Call], **tables: str) -> Centre:
    rows = "\n".join([COLUMNS, *("  ".join(row) for row in calls)])
    return look(publish(folder, calls=rows, **tables), Settings())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    """The usual calls, with what several tests tell of them."""
    return centre_of(
        tmp_path_factory.mktemp("plain"), usual(), agents=STAFF, evaluations=JUDGED, promises=promised(True)
    )


def test_a_call_that_somebody_else_ended_is_nobodys_hurried_one(tmp_path: Path) -> None:
    at = MONDAY + timedelta(hours=12)
    calls = [
        *(call(f"long{n}", at, 300, ended_by="customer") for n in range(8)),
        call("passed1", at, 20, "cat", "ann", ended_by="transfer", conversation="passed"),
        call("passed2", at + timedelta(minutes=1), 40, "cat", "bob", ended_by="agent", conversation="passed"),
        call("again1", at, 20, "dan", "ann", ended_by="agent", conversation="again"),
        call("again2", at + timedelta(minutes=50), 40, "dan", "bob", ended_by="agent", conversation="again"),
        call("alone", at, 60, agent="ann", ended_by="agent"),
        call("rang_off", at, 60, agent="ann", ended_by="customer"),
        call("full1", at, 0, "eve", outcome="overflowed", conversation="full"),
        call("full2", at + timedelta(minutes=1), 50, "eve", "bob", ended_by="agent", conversation="full"),
    ]
    centre = centre_of(tmp_path, [*usual(), *calls])
    found = hurried(centre)
    short = found[found["is_hurried"] == 1]
    assert dict(zip(short["conversation_id"], short["agent"], strict=True)) == {"alone": "ann", "full": "bob"}
    judged = centre.frame(f"select conversation_id from fact_contacts where {judged_calls(centre)}")["conversation_id"]
    assert sorted(judged) == sorted(found["conversation_id"]) and not {"passed", "again"} & set(judged)


def test_hours_of_repeats_are_laid_to_the_topic_that_customers_come_back_after(tmp_path: Path) -> None:
    """Of 100 contacts about a card 40 come back with a complaint that takes ten minutes: 6.7 hours of the card's."""
    at, later = MONDAY + timedelta(hours=12), MONDAY + timedelta(days=6, hours=12)
    first = [call(f"card{n}", at, customer=f"c{n}", topic="card") for n in range(100)]
    again = [call(f"again{n}", later, 600, f"c{n}", topic="complaint") for n in range(40)]
    centre = centre_of(tmp_path, [*usual(), *first, *again])
    [found] = topics.find(centre)
    assert found.whom == {"topic": "card"} and found.figures["repeats"].value == 0.4
    assert found.figures["hours"].value * len(centre.ripe) == pytest.approx(40 * 600 / 3600)


def test_what_takes_no_recorded_time_has_no_hours() -> None:
    returned = pd.DataFrame({"customer": [1, 2, 3], "back_s": [10.0, 20.0, 30.0], "topic": ["card", "bill", "bill"]})
    following = pd.DataFrame(
        {"customer": [1, 2, 3, 4], "back_s": [10.0, 20.0, 30.0, 30.0], "handle_s": [None, 3600, None, 9], "is_call": 1}
    )
    assert topics.hours_of(returned, following).isna().all()
    assert topics.hours_of(returned, following.assign(is_call=[1, 1, 0, 1]))["bill"] == 1


@pytest.mark.parametrize(("known", "hours"), [(19, 19.0), (18, None)])
def test_hours_are_told_where_nineteen_of_twenty_were_measured(known: int, hours: float | None) -> None:
    returned = pd.DataFrame({"customer": range(20), "back_s": 10.0, "topic": "card"})
    following = returned[["customer", "back_s"]].assign(handle_s=[3600.0] * known + [None] * (20 - known), is_call=1)
    assert topics.hours_of(returned, following).dropna().tolist() == ([hours] if hours else [])


def test_a_matter_that_begins_with_the_complaint_is_not_settled_only_after_it(tmp_path: Path) -> None:
    """Five customers call and complain two days later, five complain first, five complain never. Of five who do in the first week of all
    it is not known whether they called before."""
    monday, wednesday = (MONDAY + timedelta(days=day, hours=12) for day in (0, 2))
    late, soon, never, early = ([f"{kind}{n}" for n in range(5)] for kind in ("late", "soon", "never", "early"))
    calls = [call(f"{n}_{who}", monday - timedelta(days=7 - n), customer=who) for who in early for n in (0, 2)]
    calls += [call(f"first_{who}", monday, customer=who) for who in (*late, *never)]
    calls += [call(f"last_{who}", wednesday + timedelta(days=1), customer=who) for who in (*late, *soon, *never)]
    complaints = [(who, wednesday) for who in late] + [(who, monday) for who in soon]
    complaints += [(who, monday - timedelta(days=6)) for who in early]
    rows = "\n".join(f"t_{who}  {at.isoformat(' ')}  true  {who}" for who, at in complaints)
    tickets = f"ticket_id  created_at  is_complaint  customer_key\n{rows}"
    [found] = [
        one
        for one in outcomes.find(centre_of(tmp_path, [*usual(), *calls], tickets=tickets))
        if one.kind == "after_complaint"
    ]
    assert found.figures["met"].value == 5 and found.figures["share"].n == 15


def test_a_ticket_that_complains_later_was_not_begun_by_the_complaint(tmp_path: Path) -> None:
    """Five customers write, complain in the same ticket two days later, and are helped by a call the day after."""
    names = [f"w{n}" for n in range(5)]
    at = [MONDAY + timedelta(days=day, hours=12) for day in (0, 2, 3)]
    calls = [call(f"last_{who}", at[2], customer=who) for who in names]
    before = [("early", at[0] - timedelta(days=days)) for days in (14, 7)]
    written = [f"t{n}_{who}  {day.isoformat(' ')}  {who}" for n, (who, day) in enumerate(before)]
    written += [f"t_{who}  {at[0].isoformat(' ')}  {who}" for who in names]
    tickets = "\n".join(["ticket_id  created_at  customer_key", *written])
    letters = ["message_id  conversation_id  author_role  sent_at  body"]
    for turn, text in enumerate(("My card is lost", "I want to make a complaint")):
        letters += [f"{turn}{who}  t_{who}  customer  {at[turn].isoformat(' ')}  {text}" for who in names]
    centre = centre_of(tmp_path, [*usual(), *calls], tickets=tickets, messages="\n".join(letters))
    [found] = [one for one in outcomes.find(centre) if one.kind == "after_complaint"]
    assert found.figures["met"].value == 5


def promised(names_contacts: bool) -> str:
    """Twenty promises of a day, two a contact, of which both are broken or both kept."""
    rows = ["promise_id  conversation_id  agent  promised_at  due_at  kept_at"]
    for n in range(20):
        contact, kept = f"u0-{n // 2}" if names_contacts else "-", "2026-05-04 11:00" if n < 10 else "-"
        rows.append(f"p{n}  {contact}  kim  2026-05-04 10:00  2026-05-04 12:00  {kept}")
    return "\n".join(rows)


@pytest.mark.parametrize(("names_contacts", "matters", "each"), [(True, 10, 2), (False, 20, 1)])
def test_promises_of_one_contact_are_no_independent_promises(
    tmp_path: Path, plain: Centre, names_contacts: bool, matters: int, each: int
) -> None:
    """Those that name no contact stand alone."""
    centre = plain if names_contacts else centre_of(tmp_path, usual(), promises=promised(False))
    (found,) = outcomes.find(centre)
    low, high = share_limits(matters, 10, 20, 10 * each, 20 * each, 10 * each)
    share = found.figures["share"]
    assert (share.value, share.low, share.high) == pytest.approx((0.5, float(low), float(high)))


def half_hours(days: list[datetime], **columns: object) -> pd.DataFrame:
    """Half-hours that begin at 20:00."""
    at = pd.Series([day.replace(hour=20) for day in days])
    return pd.DataFrame({"half_hour_at": at, "slot": at.dt.day_of_week * 48 + 40, **columns})


def calls_at(days: list[datetime], offered: int, handle_s: float = 300) -> pd.DataFrame:
    handled = {"handled_s": offered * handle_s, "handled": offered, "answered": offered, "met": offered}
    waited = {"wait_s": 20.0 * offered, "waits": offered, "abandoned": offered / 10, "abandoned_waits": offered / 10}
    return half_hours(days, offered=offered, **handled, **waited)


def on_duty(days: list[datetime], agents: float, longest_s: float = 1800) -> pd.DataFrame:
    return half_hours(days, agents=agents, longest_s=longest_s)


SUNDAYS = [MONDAY + timedelta(days=6 + 7 * week) for week in range(12)]
USUAL = Aim({20: 1}, 0.8)


def test_staffing_is_told_only_where_it_is_known_how_long_callers_wait() -> None:
    def is_told(**known: float) -> bool:
        calls = calls_at(SUNDAYS, 4).assign(**known)
        return not staffing.wanted(typical_week.typical(calls, on_duty(SUNDAYS, agents=1.0)), [USUAL]).empty

    assert is_told() and is_told(waits=3.9, wait_s=78.0)
    assert not is_told(waits=3.0) and not is_told(abandoned_waits=0.0)


def test_a_quiet_half_hour_has_its_calls_over_all_weeks_in_which_somebody_was_there() -> None:
    """Four calls in three of twelve weeks are one a week: .17 erlang, not .67."""
    slots = typical_week.typical(calls_at(SUNDAYS[:3], 4), on_duty(SUNDAYS, agents=1.0))
    [row] = slots.to_dict("records")
    assert typical_week.clock(row["slot"]) == "7 20:00"
    assert (row["weeks"], row["offered"], row["calls"], row["agents"]) == (12, 1, 12, 1)
    assert row["offered"] * row["handle_s"] / typical_week.HALF_HOUR_S == pytest.approx(1 / 6)


def test_weeks_in_which_calls_waited_for_nobody_count() -> None:
    slots = typical_week.typical(calls_at(SUNDAYS, 1), on_duty(SUNDAYS[:6], agents=1.0))
    assert slots[["weeks", "offered", "agents"]].to_numpy().tolist() == [[12, 1, 0.5]]
    short = staffing.short_of(staffing.wanted(slots, [USUAL]))
    assert len(short) == 1 and staffing.verdict_on(short) == "seen"


def test_a_break_of_the_only_one_on_duty_leaves_nobody_short() -> None:
    slots = typical_week.typical(calls_at(SUNDAYS, 1), on_duty(SUNDAYS, agents=0.4))
    short = staffing.short_of(staffing.wanted(slots, [USUAL]))
    assert short.empty and staffing.verdict_on(short) == "no_detectable_change"


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_no_number_of_people_answers_every_call_in_time(target: float) -> None:
    slots = typical_week.typical(calls_at(SUNDAYS, 1), on_duty(SUNDAYS[:6], agents=1.0))
    assert staffing.wanted(slots, [Aim({20: 1}, target)]).empty


def test_a_crowd_of_whom_hardly_anybody_gives_up_has_its_people_counted() -> None:
    """144,000 callers wait ten seconds each and one gives up: by that their patience would be sixteen days."""
    calls = calls_at(SUNDAYS, 12_000, 30).assign(wait_s=120_000.0, abandoned=[1, *[0] * 11])
    slots = staffing.wanted(typical_week.typical(calls, on_duty(SUNDAYS, agents=40.0)), [USUAL])
    assert 200 < slots["wanted"].item() < 215 and slots["told"].item() < 0.2


def test_half_a_person_is_missing_and_two_weeks_are_no_usual_half_hour() -> None:
    assert staffing.short_of(pd.DataFrame({"gap": [0.4, 0.5]}))["gap"].tolist() == [0.5]
    for weeks, slots in ((2, 0), (3, 1)):
        assert len(typical_week.typical(calls_at(SUNDAYS[:weeks], 1), on_duty(SUNDAYS[:weeks], agents=1.0))) == slots


def test_a_half_hour_that_nobody_ever_works_in_is_closed() -> None:
    elsewhere = on_duty([day + timedelta(days=1) for day in SUNDAYS], agents=1.0)
    assert typical_week.typical(calls_at(SUNDAYS, 2), elsewhere).empty


def test_after_the_close_the_last_callers_make_no_half_hour() -> None:
    """Every evening somebody ends a call after eight; one Sunday one stayed for the whole half-hour."""
    late = pd.concat([on_duty(SUNDAYS[:11], 0.2, 360), on_duty(SUNDAYS[11:], 1.0)])
    assert typical_week.typical(calls_at(SUNDAYS, 1), late).empty
    assert len(typical_week.typical(calls_at(SUNDAYS, 1), pd.concat([late[3:], on_duty(SUNDAYS[:3], 1.0)]))) == 1


def test_a_busy_week_weighs_as_many_as_its_calls() -> None:
    calls = pd.concat([calls_at(SUNDAYS[:2], 1, 100), calls_at(SUNDAYS[2:3], 8, 200)])
    slots = typical_week.typical(calls, on_duty(SUNDAYS[:3], agents=1.0))
    assert slots["handle_s"].tolist() == [pytest.approx((2 * 100 + 8 * 200) / 10)]


def test_weeks_of_work_begin_with_that_of_hire() -> None:
    contacts = pd.DataFrame(
        {"agent": ["ann", "ann", "ann", "bob"], "week": ["2026-W18", "2026-W19", "2026-W21", "2026-W19"]}
    )
    since = newcomers.weeks_since(contacts, {"ann": "2026-05-06"})
    assert since.dropna().tolist() == [0, 2] and since.isna().tolist() == [True, False, False, True]


def test_calls_of_a_source_that_records_no_queueing_count_as_offered(tmp_path: Path, plain: Centre) -> None:
    """In the last of the ripe weeks nobody's presence was recorded."""
    shifts = [MONDAY + timedelta(days=day) for day in range(28)]
    states = "\n".join(f"kim  logged_in  {day + timedelta(hours=8)}  {day + timedelta(hours=20)}" for day in shifts)
    centre = centre_of(tmp_path, usual(), agent_states=f"agent  state  starts_at  ends_at\n{states}")
    slots = typical_week.half_hours(centre)
    assert len(centre.ripe) == 5 and set(slots["weeks"]) == {4} and set(slots["offered"]) == {1}
    assert len(slots) == 70 and slots["calls"].sum() == 280
    assert typical_week.half_hours(plain).empty, "nobody's presence was recorded"


def test_calls_answered_at_once_count_where_only_those_that_waited_were_queued(tmp_path: Path) -> None:
    mornings = [MONDAY + timedelta(days=day, hours=9) for day in range(35)]
    calls = [f"a{n}-{turn}  {at}  -  kim  0  60  0  0  answered" for n, at in enumerate(mornings) for turn in range(4)]
    calls += [f"w{n}  {at}  {at}  -  60  -  -  -  abandoned" for n, at in enumerate(mornings)]
    calls += [f"i{n}  {at}  -  -  0  -  -  -  abandoned" for n, at in enumerate(mornings)]
    states = [f"kim  logged_in  {at}  {at + timedelta(minutes=30)}" for at in mornings]
    tables = {
        "calls": "\n".join(["call_id  offered_at  queued_at  agent  wait_s  talk_s  hold_s  wrap_s  outcome", *calls]),
        "agent_states": "\n".join(["agent  state  starts_at  ends_at", *states]),
    }
    slots = typical_week.half_hours(look(publish(tmp_path, **tables), Settings()))
    assert set(slots["offered"]) == {5} and set(slots["met"] / slots["calls"]) == {0.8}


def test_who_takes_no_calls_is_not_on_the_line(tmp_path: Path) -> None:
    """Kim answers the ten calls a day and spends six minutes after nine on a call of her own; Joe is logged in and chats."""
    days = [MONDAY + timedelta(days=day) for day in range(35)]
    out = [
        f"o{n}  {day + timedelta(hours=9, minutes=5)}  voice  outbound  other  kim  0  360  0  0  answered"
        for n, day in enumerate(days)
    ]
    chats = [
        f"j{n}  {day + timedelta(hours=8)}  chat  inbound  other  joe  0  3600  0  0  answered"
        for n, day in enumerate(days)
    ]
    calls = [
        f"u{n}-{hour}  {day + timedelta(hours=hour)}  voice  inbound  other  kim  0  120  0  0  answered"
        for n, day in enumerate(days)
        for hour in range(8, 18)
    ]
    head = "call_id  offered_at  channel  direction  topic  agent  wait_s  talk_s  hold_s  wrap_s  outcome"
    shifts = [
        f"{who}  logged_in  {day + timedelta(hours=8)}  {day + timedelta(hours=10)}"
        for who in ("kim", "joe")
        for day in days
    ]
    states = "\n".join(["agent  state  starts_at  ends_at", *shifts])
    centre = look(publish(tmp_path, calls="\n".join([head, *calls, *out, *chats]), agent_states=states), Settings())
    half_hours = typical_week.half_hours(centre)
    agents = half_hours["agents"].groupby(half_hours["slot"] % 48).unique()
    assert {clock / 2: each.tolist() for clock, each in agents.items()} == {8: [1], 9: [0.8]}


def test_where_the_model_misses_what_was_seen_nobody_is_said_to_be_enough(tmp_path: Path) -> None:
    """Kim and Joe serve queues closed to each other: four of Kim's callers wait a minute and one gives up, while Joe has one call."""
    mornings = [MONDAY + timedelta(days=day, hours=9) for day in range(42)]
    usual_half_hour = ["kim  60  300  0  0  answered"] * 4 + [
        "-  60  -  -  -  abandoned",
        "joe  0  300  0  0  answered",
    ]
    calls = [f"c{n}-{turn}  {at}  {row}" for n, at in enumerate(mornings) for turn, row in enumerate(usual_half_hour)]
    shifts = [f"{who}  logged_in  {at}  {at + timedelta(minutes=30)}" for at in mornings for who in ("kim", "joe")]
    tables = {
        "calls": "\n".join(["call_id  offered_at  agent  wait_s  talk_s  hold_s  wrap_s  outcome", *calls]),
        "agent_states": "\n".join(["agent  state  starts_at  ends_at", *shifts]),
    }
    [found] = staffing.find(look(publish(tmp_path, **tables), Settings()))
    figures = found.figures
    assert found.verdict == "untold" and not {"short", "hours", "gap"} & set(figures)
    assert figures["seen"].value == pytest.approx(1 / 6) and figures["told"].value > 0.7
    assert figures["occupancy"].value == pytest.approx(5 * 300 / 3600)
    assert "cannot be told, because Erlang A" in sentence(Words("en"), found, catalogue_of(Settings()), {})


def test_half_hours_are_of_the_sites_clock_whatever_the_queues(tmp_path: Path) -> None:
    """Each Monday at ten in Moscow seven people call, one of them a queue where it is five in the afternoon, and gives up."""
    shifts, calls = [], []
    for monday in (MONDAY + timedelta(weeks=week, hours=7) for week in range(6)):
        shifts.append(f"kim  logged_in  {monday}  {monday + timedelta(hours=8)}")
        calls += [f"{monday}  main  kim  5  60  0  0  answered"] * 6 + [f"{monday}  east  -  60  -  -  -  abandoned"]
    head = "call_id  offered_at  queue  agent  wait_s  talk_s  hold_s  wrap_s  outcome"
    tables = {
        "calls": "\n".join([head, *(f"c{n}  {row}" for n, row in enumerate(calls))]),
        "agent_states": "\n".join(["agent  state  starts_at  ends_at", *shifts]),
    }
    zones = {"east": "Asia/Vladivostok"}
    settings = Settings(warehouse=tmp_path / "w.duckdb", timezone="Europe/Moscow", queue_timezones=zones)
    centre = look(publish_under(settings, tmp_path, **tables), settings)
    slots = typical_week.half_hours(centre)
    assert slots[["weeks", "offered", "agents"]].to_numpy().tolist() == [[5, 7, 1]]
    assert typical_week.clock(slots["slot"].item()) == "1 10:00"
    assert staffing.limits_of_calls(centre).to_numpy().tolist() == [[20, "east", 20, 5], [20, "main", 20, 30]]
    [found] = staffing.find(centre)
    assert found.evidence.records and len(records_of(centre.results, found.evidence.records)) == 35


@pytest.mark.usefixtures("every_figure")
def test_a_changed_parameter_takes_no_verdict_away(tmp_path: Path) -> None:
    """All fourteen weeks are told by the new definition; on Tuesdays of every third week a call waits too long."""
    rows = ["call_id  offered_at  wait_s  talk_s  outcome"]
    for day in range(14 * 7):
        wait_s = 60 if day % 21 == 1 else 5
        rows.append(f"c{day}  {MONDAY + timedelta(days=day, hours=9)}  {wait_s}  60  answered")
    settings = Settings(warehouse=tmp_path / "warehouse.duckdb", parameters=Parameters(answer_within_s=21))
    publish(tmp_path, calls="\n".join(rows))
    centre = look(publish_under(settings, tmp_path), settings)
    assert "service_level" in {change["kpi"] for change in centre.results.document("changes")}
    assert set(centre.frame("select definition from kpi_values where kpi = 'service_level'")["definition"]) == {
        centre.results.catalogue.definition("service_level")
    }
    found = {finding.labels["kpi"]: finding.verdict for finding in changes.find(centre)}
    assert found["service_level"] == "no_detectable_change"


DATES = {
    "gone": "2020-01-06  2022-05-04",
    "stays": "2020-01-06  -",
    "leaves": "2026-03-16  2026-05-25",
    "comes": "2026-08-03  -",
}
KINDS = [*["gone"] * 3, *["stays"] * 5, *["leaves"] * 3, "comes"]
STAFF = "agent  name  team  valid_from  hired_on  left_on\n" + "\n".join(
    f"a{n}  A{n}  Red  2020-01-01 00:00  {DATES[kind]}" for n, kind in enumerate(KINDS)
)


def test_leavers_are_a_share_of_those_who_were_there(plain: Centre) -> None:
    """Of twelve people ever listed three left years ago and one is yet to come: of eight, three left."""
    [found] = wellbeing.find(plain)
    assert {name: found.figures[name].value for name in ("left", "share", "stayed")} == {
        "left": 3,
        "share": 3 / 8,
        "stayed": 10,
    }


def test_who_leaves_on_the_first_day_was_there_and_who_comes_after_the_last_was_not() -> None:
    monday, next_monday = pd.Timestamp(2026, 5, 4), pd.Timestamp(2026, 5, 11)
    for what, days in (
        ("left_on", {"2026-05-03": False, "2026-05-04": True}),
        ("hired_on", {"2026-05-10": True, "2026-05-11": False}),
    ):
        assert {day: bool(wellbeing._there([{what: day}], monday, next_monday)) for day in days} == days


@pytest.mark.parametrize("left", [2, 3])
def test_two_who_left_are_no_finding(plain: Centre, left: int) -> None:
    agents = [{"agent": f"a{n}", "hired_on": "2026-03-16", "left_on": "2026-05-25"} for n in range(left)]
    documents = {"agents": agents, "moods": []}
    results: Any = SimpleNamespace(manifest=plain.results.manifest, document=documents.get)
    assert len(wellbeing.find(replace(plain, results=results))) == (left == 3)


NEW = """
agent  name  valid_from        hired_on    has_experience
old1   Ann   2020-01-01 00:00  2020-01-06  -
old2   Bob   2020-01-01 00:00  2020-01-06  -
new1   Cat   2020-01-01 00:00  2026-05-05  true
new2   Dan   2020-01-01 00:00  2026-05-05  true
new3   Eve   2020-01-01 00:00  2026-05-05  false
new4   Fay   2020-01-01 00:00  2026-05-05  false
"""


def test_of_new_people_is_told_only_what_is_known(tmp_path: Path) -> None:
    """Calls without after-call work have no handle time; people with earlier work share no topic with those without."""
    topics = {"old1": "bill", "old2": "card", "new1": "bill", "new2": "bill", "new3": "card", "new4": "card"}
    days = [MONDAY + timedelta(days=day, hours=12) for day in range(42)]
    calls = [call(f"{who}-{day.date()}", day, agent=who, topic=topic) for who, topic in topics.items() for day in days]
    unmeasured = [(*row[:5], "-", *row[6:]) for row in [*usual(), *calls]]
    centre = centre_of(tmp_path, unmeasured, agents=NEW)
    [found] = newcomers.find(centre)
    said = sentence(Words("en"), found, centre.results.catalogue, {})
    assert said.startswith("New agents (4), weeks 0 to 3 after hire") and said.endswith(
        "compared with 100.0% for experienced agents on the same topics in the same weeks."
    )
    [timed] = newcomers.find(centre_of(tmp_path / "timed", [*usual(), *calls], agents=NEW))
    assert sentence(Words("en"), timed, centre.results.catalogue, {}).endswith(
        "handle time of a contact 2:00, for the experienced 2:00."
    )


def test_the_experienced_are_weighed_by_the_topics_of_the_new() -> None:
    """Nine of ten new contacts are of bills, one of two old ones: each old bill weighs nine times an old card."""
    own = pd.DataFrame({"topic_week": ["bill"] * 9 + ["card"]})
    old = pd.DataFrame({"topic_week": ["bill", "card"] * 50 + ["loan"] * 20})
    weight = newcomers.alike(own, old)
    by_topic = weight.groupby(old["topic_week"]).sum()
    assert by_topic["bill"] == pytest.approx(9 * by_topic["card"]) and by_topic["loan"] == 0
    assert weight.sum() == pytest.approx((50 * 9 + 50) ** 2 / (50 * 81 + 50)), "Kish's effective number"


JUDGED = """
evaluation_id  conversation_id  evaluator  evaluated_at         criterion  score
e1             u0-0             eva        2026-05-05 09:00:00  pec        1
e2             u0-0             max        2026-05-05 10:00:00  pec        0
e3             u0-1             eva        2026-05-05 11:00:00  pec        1
"""


def test_a_contact_that_two_judged_is_one_judged_contact(plain: Centre) -> None:
    """One evaluator says yes of u0-0, the other no; u0-1 was judged once; both are of kim's first day."""
    (pec,) = [measure for measure in people.measures(plain) if measure.name == "pec"]
    assert pec.rows.sort_values("hour")[["agent", "outcome"]].values.tolist() == [["kim", 0.5], ["kim", 1.0]]
    published = figure(plain.results, "pec_rate", agent="kim")
    assert published[["n", "numerator", "denominator", "value"]].tolist() == [2, 1.5, 2, 0.75]
    assert published[["low", "high"]].tolist() == [float(bound) for bound in wilson(1.5, 2)]
