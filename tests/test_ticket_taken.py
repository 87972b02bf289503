"""When a ticket is taken up, by whom, and which one is overtaken by another."""

from math import isnan
from pathlib import Path

import pandas as pd
import pytest

from pipeline.results import Results
from pipeline.settings.tickets import Tickets
from tests.tables import figure, publish
from tests.ticket_tables import publish as publish_with

pytestmark = pytest.mark.usefixtures("facts_alone")


def test_spam_that_was_deleted_overtakes_nobody(tmp_path: Path) -> None:
    tickets = """
    ticket_id  queue  status   created_at        solved_at         agent
    a          q      solved   2026-05-04 10:00  2026-05-04 12:00  kim
    b          q      solved   2026-05-04 10:10  2026-05-04 13:00  kim
    spam       q      deleted  2026-05-04 10:20  -                 -
    """
    events = """
    event_id  ticket_id  happened_at       field   value
    e1        a          2026-05-04 12:00  status  solved
    e2        b          2026-05-04 13:00  status  solved
    e3        spam       2026-05-04 10:21  status  deleted
    """
    found = figure(publish(tmp_path, tickets=tickets, ticket_events=events), "overtaken")
    assert (found["n"], found["value"]) == (2, 0)


ORDER = """
ticket_id  queue  status   created_at        solved_at         opened_by
t1         q      solved   2026-05-04 09:00  2026-05-07 09:00  customer
t2         q      solved   2026-05-04 10:00  2026-05-04 12:00  customer
t3         q      pending  2026-05-04 11:00  -                 {opened_by}
z          p      solved   2026-06-15 10:00  2026-06-15 11:00  customer
"""


MOVES = """
event_id  ticket_id  happened_at       field   value    actor
e1        t1         2026-05-04 09:01  status  open     {actor}
e2        t1         2026-05-07 09:00  status  solved   ann
e4        t2         2026-05-04 12:00  status  solved   ann
e5        t3         2026-05-04 11:00  status  pending  ann
e6        z          2026-06-15 11:00  status  solved   ann
"""


TAKEN = {
    "stamps do not say when work began": (None, "customer", {"t1": None, "t2": None, "t3": None}, (None, None)),
    "moved by a person": ("ann", "customer", {"t1": 60, "t2": 7200, "t3": 0}, (False, True)),
    "moved by a robot": ("robot", "customer", {"t1": 72 * 3600, "t2": 7200, "t3": 0}, (True, True)),
    "the agent's own asks for nothing": ("ann", "agent", {"t1": 60, "t2": 7200, "t3": None}, (False, False)),
}


@pytest.mark.parametrize("name", TAKEN)
def test_work_is_taken_up_by_a_person_who_is_seen_to(tmp_path: Path, name: str) -> None:
    actor, opened_by, taken_up_s, overtaken = TAKEN[name]
    settings = {"tickets": Tickets(robots=("robot",))}
    tables = {"tickets": ORDER.format(opened_by=opened_by)}
    tables |= {"ticket_events": MOVES.format(actor=actor)} if actor else {}
    results = publish_with(tmp_path, settings, **tables)
    rows = results.frame("select * from fact_tickets where queue = 'q' order by ticket_id").set_index("ticket_id")
    assert {name: None if isnan(s) else s for name, s in rows["taken_up_s"].items()} == taken_up_s
    assert tuple(None if pd.isna(is_so) else is_so for is_so in rows["is_overtaken"][["t1", "t2"]]) == overtaken
    in_time = figure(results, "taken_up_in_time", queue="q")
    assert (in_time["why"] == "not_recorded") is (actor is None)


@pytest.mark.parametrize(("end", "n"), [("05-20 13:00", 1), ("05-20 23:00", 2)])
def test_an_agents_ticket_has_its_hours_from_the_customers_word_on(tmp_path: Path, end: str, n: int) -> None:
    """t1 was opened weeks before its customer wrote, which nobody has answered yet; t2 was answered."""
    tickets = f"""
    ticket_id  queue  status   created_at        opened_by
    t1         q      pending  2026-05-04 09:00  agent
    t2         q      open     2026-05-04 09:00  customer
    z          p      open     2026-{end}  agent
    """
    letters = """
    message_id  conversation_id  author_role  agent  sent_at           body
    m1          t1               agent        kim    2026-05-04 09:00  Here it is
    m2          t1               customer     -      2026-05-20 12:00  It is not
    m3          t2               customer     -      2026-05-04 09:00  My line is broken
    m4          t2               agent        kim    2026-05-04 10:00  It is whole again
    """
    found = figure(publish(tmp_path, tickets=tickets, messages=letters), "taken_up_in_time")
    assert (found["n"], found["numerator"]) == (n, 1)


STAMPED = """
ticket_id    queue   priority  status  created_at        first_replied_at
9            twins   -         open    2026-05-04 10:00  2026-05-04 11:00
10           twins   -         open    2026-05-04 10:00  2026-05-04 12:00
11           twins   -         open    2026-05-04 10:30  2026-05-04 11:30
in_order     urgent  urgent    open    2026-05-04 09:00  2026-05-04 09:10
by_ordinary  urgent  urgent    open    2026-05-04 10:00  2026-05-04 12:00
between      urgent  normal    open    2026-05-04 10:10  2026-05-04 13:00
earlier      urgent  normal    open    2026-05-04 10:20  2026-05-04 11:00
by_urgent    urgent  urgent    open    2026-05-04 14:00  2026-05-04 16:00
sooner       urgent  urgent    open    2026-05-04 14:10  2026-05-04 15:00
left         urgent  normal    open    2026-05-04 14:20  2026-05-04 17:00
elsewhere    p       normal    open    2026-05-04 14:30  2026-05-04 14:40
first        done    -         open    2026-05-04 09:00  2026-05-04 10:00
second       done    -         open    2026-05-04 09:10  2026-05-04 09:30
third        done    -         open    2026-05-04 12:00  2026-05-04 14:00
fourth       done    -         open    2026-05-04 12:10  2026-05-04 12:30
"""
"""Queues of a source that states when tickets were first replied to, and nothing else of their course."""


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("stamped"), tickets=STAMPED)


def test_tickets_of_one_instant_overtake_nobody(stamped: Results) -> None:
    """10 and 9 came in together; 11 came in later and was taken up before 10."""
    rows = stamped.frame(
        "select ticket_id, is_overtaken, overtaken_by_s from fact_tickets where ticket_id in ('9', '10') order by 1"
    )
    assert rows["is_overtaken"].tolist() == [True, False]
    assert rows["overtaken_by_s"].fillna(0).tolist() == [1800, 0]


def test_any_later_ticket_overtakes_an_urgent_one_an_ordinary_one_only_ordinary_ones_do(stamped: Results) -> None:
    late = stamped.frame(
        "select ticket_id, overtaken_by_s from fact_tickets where is_overtaken and queue in ('urgent', 'p')"
    )
    assert dict(late.itertuples(index=False)) == {"between": 7200, "by_ordinary": 3600, "by_urgent": 3600}
    shares = {kpi: figure(stamped, kpi, queue="urgent") for kpi in ("overtaken", "urgent_overtaken")}
    assert {kpi: (row["numerator"], row["n"]) for kpi, row in shares.items()} == {
        "overtaken": (1, 3), "urgent_overtaken": (2, 4),
    }  # fmt: skip


def overtaken(results: Results, which: str = "true") -> dict[str, float]:
    """Hours, by ticket; those that no KPI counts are left out."""
    counted = f"is_overtaken and not (is_taken_up_by_reply and overtaken_by_s < 3600) and {which}"
    rows = results.frame(f"select ticket_id, overtaken_by_s / 3600 as hours from fact_tickets where {counted}")
    return dict(rows.itertuples(index=False))


def test_who_is_only_seen_to_reply_may_have_begun_before(stamped: Results) -> None:
    """Taken up in their order, and replied to as each was done: the first took half an hour longer, the third was passed over."""
    shares = [figure(stamped, kpi, queue="done") for kpi in ("overtaken", "overtaken_by_p50")]
    assert overtaken(stamped, "queue = 'done'") == {"third": 1.5}
    assert [(row["n"], row["value"]) for row in shares] == [(4, 0.25), (1, 1.5)]


def test_a_ticket_stands_in_the_queue_and_at_the_urgency_of_when_it_was_taken_up(tmp_path: Path) -> None:
    """`handed` went to q2 as its work in q1 began; `raised` was passed over for hours and then escalated; `triaged` became urgent at
    once, and a later ordinary one was taken first; `lead`, urgent by then, overtakes no ordinary one."""
    tickets = """
    ticket_id  queue  priority  status  created_at
    handed     q2     normal    open    2026-05-04 09:00
    second     q2     normal    open    2026-05-04 09:10
    raised     c      urgent    open    2026-05-05 09:00
    passing    c      normal    open    2026-05-05 09:30
    triaged    t      urgent    open    2026-05-06 09:00
    ordinary   t      normal    open    2026-05-06 09:10
    waits      l      normal    open    2026-05-07 09:00
    lead       l      normal    open    2026-05-07 09:10
    end        z      normal    open    2026-05-08 09:00
    """
    events = """
    event_id  ticket_id  happened_at       field     value   value_before  actor
    e1        handed     2026-05-04 09:30  status    open    new           kim
    e2        handed     2026-05-04 09:30  queue     q2      q1            kim
    e3        second     2026-05-04 09:12  status    open    new           lee
    e4        raised     2026-05-05 15:00  priority  urgent  normal        kim
    e5        raised     2026-05-05 16:00  status    open    new           kim
    e6        passing    2026-05-05 10:00  status    open    new           lee
    e7        triaged    2026-05-06 09:05  priority  urgent  normal        kim
    e8        triaged    2026-05-06 10:00  status    open    new           kim
    e9        ordinary   2026-05-06 09:30  status    open    new           lee
    e10       waits      2026-05-07 11:00  status    open    new           kim
    e11       lead       2026-05-07 09:20  priority  urgent  normal        kim
    e12       lead       2026-05-07 09:30  status    open    new           lee
    e13       lead       2026-05-07 12:00  priority  normal  urgent        lee
    """
    results = publish(tmp_path, tickets=tickets, ticket_events=events)
    assert overtaken(results) == {"raised": 6, "triaged": 0.5}
    shares = {kpi: figure(results, kpi)["numerator"] for kpi in ("overtaken", "urgent_overtaken")}
    assert shares == {"overtaken": 1, "urgent_overtaken": 1}
