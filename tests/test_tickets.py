"""Events and letters of tickets in, clocks, agreements, backlog and rules out."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.results import Results, open_results
from pipeline.settings import Settings
from pipeline.settings.tickets import Sla, Tickets
from tests.tables import figure, load_table
from tests.ticket_tables import HOUR, OFFICE, one, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

TICKETS = """
ticket_id  created_at        queue  priority  status  agent  customer_key  channel
slow       2026-05-04 08:00  cards  normal    solved  ann    k1            email
again      2026-05-04 09:00  cards  normal    solved  ann    k2            email
waiting    2026-05-04 10:00  cards  normal    open    bob    k3            Web
urgent     2026-05-04 10:30  cards  Urgent    solved  bob    k4            Email
silent     2026-05-04 11:00  loans  normal    new     -      k5            email
binned     2026-05-04 11:30  loans  normal    deleted -      k6            email
end        2026-05-15 12:00  loans  normal    solved  ann    k7            web
"""
EVENTS = """
event_id  ticket_id  happened_at       field     value
1         slow       2026-05-04 09:00  agent     ann
2         slow       2026-05-04 10:00  status    open
3         slow       2026-05-04 12:00  status    pending
4         slow       2026-05-05 08:00  status    open
5         slow       2026-05-05 09:00  status    hold
6         slow       2026-05-05 11:00  agent     bob
7         slow       2026-05-06 08:00  status    solved
8         again      2026-05-04 09:30  status    open
9         again      2026-05-04 10:00  status    solved
10        again      2026-05-05 10:00  status    open
11        again      2026-05-06 10:00  status    solved
12        again      2026-05-07 10:00  status    open
13        urgent     2026-05-04 10:40  status    open
14        urgent     2026-05-04 11:30  status    solved
15        waiting    2026-05-04 10:00  agent     robot
16        waiting    2026-05-08 10:00  agent     bob
17        end        2026-05-15 12:30  status    solved
18        slow       2026-05-05 09:00  priority  normal
"""
LETTERS = """
message_id  conversation_id  author_role  agent  sent_at           body
m1          slow             customer     -      2026-05-04 08:00  Please change my plan
m2          slow             automatic    -      2026-05-04 08:01  We have received your request
m3          slow             agent        ann    2026-05-04 12:00  Please confirm your identity
m4          slow             customer     -      2026-05-05 07:00  Here it is
m5          slow             customer     -      2026-05-05 07:30  Still no answer?
m6          slow             agent        bob    2026-05-05 09:00  This will take a few days, until the 7th
m7          slow             agent        bob    2026-05-06 08:00  Done
m8          again            agent        ann    2026-05-04 09:00  We cancelled your card
m9          again            customer     -      2026-05-04 09:20  Why?
m10         again            agent        ann    2026-05-04 09:30  By the 5th you get a new one
m11         again            customer     -      2026-05-05 10:00  This is a complaint
m17         again            agent        ann    2026-05-07 11:00  I will write on the 8th
m12         waiting          customer     -      2026-05-04 10:00  Hello
m13         waiting          agent        robot  2026-05-04 10:00  Hello from a robot
m14         urgent           customer     -      2026-05-04 10:30  Help, my contract 998877
m15         urgent           agent        bob    2026-05-04 11:30  This is not covered by your contract, see https://x.test
"""
SETTINGS = {
    "schedules": (OFFICE,),
    "tickets": Tickets(schedule="office", robots=("robot",), official_channels=("web",)),
    "sla": (
        Sla(name="mail", channels=("email",), targets={"first_reply": {"urgent": 30, "any": 240}, "requester_wait": {"any": 300}}),
        Sla(name="rest", targets={"full_resolution": {"any": 60}}, is_business=False),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("tickets")
    events = EVENTS.replace(
        "waiting    2026-05-04 10:00  agent     robot", "waiting    2026-05-04 10:00  agent     robot"
    )
    opened = TICKETS.replace("channel\n", "channel  opened_by\n", 1)
    opened = "\n".join(
        line
        if "opened_by" in line or not line.strip()
        else f"{line}  {'agent' if line.startswith('again') else 'customer'}"
        for line in opened.splitlines()
    )
    tables = {"tickets": opened, "ticket_events": events, "messages": LETTERS}
    return publish(folder, SETTINGS, **{name: text.replace("deleted -", "deleted  -") for name, text in tables.items()})


@pytest.mark.parametrize(
    ("ticket", "column", "expected"),
    [
        ("slow", "first_reply_s", 4 * HOUR),
        ("slow", "first_reply_business_s", 4 * HOUR),
        ("slow", "assigned_s", HOUR),
        ("slow", "requester_wait_s", (4 + 1 + 23) * HOUR),
        ("slow", "requester_wait_business_s", (4 + 1 + 7) * HOUR),
        ("slow", "agent_work_s", 5 * HOUR),
        ("slow", "agent_work_business_s", 5 * HOUR),
        ("slow", "agent_wait_s", 20 * HOUR),
        ("slow", "on_hold_s", 23 * HOUR),
        ("slow", "first_resolution_s", 48 * HOUR),
        ("slow", "full_resolution_s", 48 * HOUR),
        ("slow", "full_resolution_business_s", 16 * HOUR),
        ("slow", "replies", 3),
        ("slow", "handoffs", 1),
        ("slow", "agent", "bob"),
        ("slow", "reopens", 0),
        ("slow", "needs_authorisation", True),
        ("slow", "is_authorisation_asked", True),
        ("slow", "is_hurried", True),
        ("slow", "acknowledged_s", 60),
        ("slow", "said_longer_s", 25 * HOUR),
        ("again", "first_reply_s", HOUR / 2),
        ("again", "reopens", 2),
        ("again", "is_solved", False),
        ("again", "first_resolution_s", HOUR),
        ("again", "is_solved_after_complaint", True),
        ("waiting", "first_reply_s", None),
        ("waiting", "assigned_s", 96 * HOUR),
        ("waiting", "replies", 0),
        ("waiting", "agent", "bob"),
        ("waiting", "is_overtaken", None),
        ("waiting", "is_official", True),
        ("urgent", "is_overtaken", False),
        ("urgent", "is_identified", True),
        ("urgent", "refusal", "not_in_contract"),
        ("urgent", "is_answered_by_link", True),
        ("slow", "is_overtaken", True),
        ("slow", "overtaken_by_s", HOUR / 2),
        ("silent", "first_reply_s", None),
        ("silent", "replies", 0),
        ("end", "full_resolution_s", HOUR / 2),
    ],
)  # fmt: skip
def test_a_tickets_clocks_and_rules(results: Results, ticket: str, column: str, expected: Any) -> None:
    found = one(results, ticket)[column]
    assert (None if pd.isna(found) else found) == expected


@pytest.mark.parametrize(
    ("kpi", "value", "n"),
    [
        ("tickets_created", 6, 6),
        ("tickets_solved", 3, 3),
        ("first_reply_p50", 1, 3),
        ("next_reply_p50", 25.5, 2),
        ("never_replied", 2 / 5, 5),
        ("reopened", 1 / 5, 5),
        ("reopens", 2, 6),
        ("one_touch", 1 / 2, 2),
        ("one_touch_or_none", 1 / 2, 2),
        ("never_reassigned", 3 / 4, 4),
        ("acknowledged", 1 / 2, 4),
        ("refused_not_in_contract", 1 / 4, 4),
        ("refused_no_authorisation", 0, 4),
        ("promises_kept", 2 / 3, 3),
        ("promises_answered", 0, 3),
        ("promises_missed", 1, 1),
        ("opened", 6, 6),
        ("official_channel", 2 / 6, 6),
    ],
)  # fmt: skip
def test_figures_of_tickets_are_those_worked_out_by_hand(results: Results, kpi: str, value: float, n: int) -> None:
    row = figure(results, kpi)
    assert (row["value"], row["n"]) == (pytest.approx(value), n)


@pytest.mark.parametrize(
    ("ticket", "measure", "turn", "passed_s", "breach_at", "is_met"),
    [
        ("slow", "first_reply", 0, 4 * HOUR, "2026-05-04 12:00", True),  # to the second
        ("slow", "requester_wait", 0, 12 * HOUR, "2026-05-05 09:00", False),
        ("urgent", "first_reply", 0, HOUR, "2026-05-04 11:00", False),
        ("urgent", "requester_wait", 0, HOUR, "2026-05-04 16:30", True),
        ("waiting", "full_resolution", 0, (11 * 24 + 2.5) * HOUR, "2026-05-04 11:00", False),
        ("end", "full_resolution", 0, HOUR / 2, "2026-05-15 13:00", None),
        ("silent", "first_reply", 0, (5 + 8 * 8 + 4) * HOUR, "2026-05-04 16:00", False),
        ("silent", "requester_wait", 0, (5 + 8 * 8 + 4) * HOUR, "2026-05-04 17:00", False),
    ],
)  # fmt: skip
def test_an_sla_clock_knows_what_has_passed_and_when_it_is_breached(
    results: Results, ticket: str, measure: str, turn: int, passed_s: float, breach_at: str, is_met: bool | None
) -> None:
    found = results.frame(
        f"select * from fact_sla where ticket_id = '{ticket}' and measure = '{measure}' and turn = {turn}"
    )
    assert len(found) == 1
    row = found.iloc[0]
    known = None if pd.isna(row["is_met"]) else row["is_met"]
    assert (row["passed_s"], str(row["breach_at"])[:16], known) == (passed_s, breach_at, is_met)


def test_broken_and_still_open_is_broken(results: Results) -> None:
    assert figure(results, "sla_broken_open")["value"] == 4
    running = results.frame("select ticket_id from fact_sla where is_running and not is_met order by ticket_id")
    assert running["ticket_id"].tolist() == ["again", "silent", "silent", "waiting"]


def test_backlog_by_day_and_age(results: Results) -> None:
    days = results.frame(
        "select cast(day as varchar) as day, sum(open_n) as n, sum(opened_n) as opened, sum(reopened_n) as reopened, "
        "sum(solved_n) as solved from fact_ticket_days group by day having sum(open_n) > 0 or sum(opened_n) > 0 order by day"
    )
    found = {row.day: (row.n, row.opened, row.reopened, row.solved) for row in days.itertuples()}
    assert found["2026-05-04"] == (3, 5, 0, 2), "again is solved for the first time"
    assert found["2026-05-05"] == (4, 0, 1, 0)
    assert found["2026-05-06"] == (2, 0, 0, 2)
    assert found["2026-05-07"] == (3, 0, 1, 0)
    assert found["2026-05-15"] == (3, 1, 0, 1)
    bands = results.frame(
        "select day, band, sum(open_n) as n from fact_ticket_days where open_n > 0 group by 1, 2 order by 1, 2"
    )
    of_day = {str(d)[:10]: dict(zip(g["band"], g["n"], strict=True)) for d, g in bands.groupby("day")}
    assert of_day["2026-05-04"] == {"1": 3} and of_day["2026-05-15"] == {"30": 3}


@pytest.mark.parametrize(("kpi", "n"), [("opened", 5), ("solved", 4), ("backlog", 3), ("solved_per_opened", 4)])
def test_what_flows_of_tickets_count_are_tickets(results: Results, kpi: str, n: int) -> None:
    assert figure(results, kpi, week="2026-W19")["n"] == n


COME_AND_GONE = """
event_id  ticket_id  happened_at       field   value
1         twice      2026-05-04 10:00  status  solved
2         twice      2026-05-05 10:00  status  open
3         twice      2026-05-06 10:00  status  solved
4         twice      2026-05-07 10:00  status  closed
5         binned     2026-05-06 10:00  status  deleted
6         late       2026-05-05 10:00  status  solved
7         late       2026-05-07 10:00  status  deleted
"""


def test_what_came_and_what_left_is_the_change_of_the_backlog(tmp_path: Path) -> None:
    """The source still states the binned one open: its history knows better. Closing or deleting a solved ticket moves nothing."""
    tickets = "ticket_id  created_at  status\n" + "\n".join(
        f"{ticket}  2026-05-04 09:00  {status}"
        for ticket, status in (("twice", "closed"), ("binned", "open"), ("late", "solved"), ("open", "open"))
    )
    days = publish(tmp_path, {}, tickets=tickets, ticket_events=COME_AND_GONE).frame(
        "select day, sum(opened_n) as opened, sum(reopened_n) as again, sum(solved_n) as solved, sum(deleted_n) as deleted, "
        "sum(open_n) as open from fact_ticket_days group by day order by day"
    )
    flows = ["opened", "again", "solved", "deleted", "open"]
    assert days[flows].astype(int).to_numpy().tolist()[:3] == [[4, 0, 1, 0, 3], [0, 1, 1, 0, 3], [0, 0, 1, 1, 1]]
    change = days["opened"] + days["again"] - days["solved"] - days["deleted"]
    assert change.cumsum().tolist() == days["open"].tolist()


def test_a_call_after_a_letter_is_a_repeat(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        {},
        tickets="""
        ticket_id  created_at        status  customer_key
        t          2026-05-04 08:00  solved  ann@x.test
        """,
        messages="""
        message_id  conversation_id  author_role  agent  sent_at           body
        m           t                agent        bob    2026-05-04 09:00  Done
        """,
        calls="""
        call_id  offered_at        talk_s  outcome   customer_key  channel
        a        2026-05-05 10:00  60      answered  +41446681800  voice
        late     2026-05-30 12:00  60      answered  zz            voice
        """,
        customer_keys="""
        customer_key    customer
        0041446681800   K-1
        ann@x.test      K-1
        """,
    )
    assert figure(results, "repeat_7d", channel="email")[["numerator", "denominator"]].tolist() == [1, 1]
    assert figure(results, "repeat_7d", agent="bob")["value"] == 1
    assert figure(results, "identified")["value"] == 1


@pytest.mark.slow
def test_late_events_change_the_week_of_the_ticket(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    tickets = "ticket_id  created_at        status\nt  2026-01-05 08:00  open\nu  2026-06-01 08:00  closed"
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", tickets)
        build(warehouse, settings, [], lambda step: None)
        assert pd.isna(one(open_results(settings.results), "t")["full_resolution_s"])
        event = "event_id  ticket_id  happened_at       field   value\n1         t          2026-06-02 08:00  status  solved"
        load_table(warehouse, settings, tmp_path, "ticket_events", event)
        build(warehouse, settings, [], lambda step: None)
    assert one(open_results(settings.results), "t")["full_resolution_s"] == 148 * 24 * HOUR
