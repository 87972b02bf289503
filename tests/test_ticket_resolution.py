"""Whether a ticket counts as resolved is known a week after its creation, and whether its case is over not before it is answered."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.results import Results
from tests.tables import figure, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

TICKETS = """
ticket_id   created_at        customer_key  status
quick       2026-05-04 09:00  k1            solved
again       2026-05-04 09:00  k2            open
slow        2026-05-04 09:00  k3            {slow}
late        2026-05-04 09:00  k4            open
ignored     2026-05-04 09:00  k5            open
{more}
"""
EVENTS = """
event_id  ticket_id  happened_at       field   value
e1        quick      2026-05-05 09:00  status  solved
e2        again      2026-05-06 09:00  status  solved
{more}
"""
LETTERS = """
message_id  conversation_id  author_role  agent  sent_at           body
m1          quick            agent        kim    2026-05-05 09:00  Done
m2          again            agent        kim    2026-05-06 09:00  Done
m3          slow             agent        kim    2026-05-05 09:00  Soon
{more}
"""
ONCE = {
    "tickets": TICKETS.format(slow="open", more="young  2026-05-10 09:00  k6  solved\nnow  2026-05-12 09:00  k7  open"),
    "ticket_events": EVENTS.format(more="e3  young  2026-05-10 10:00  status  solved"),
    "messages": LETTERS.format(more="m4  young  agent  kim  2026-05-10 10:00  Done"),
}
LATER = {
    "tickets": TICKETS.format(slow="solved", more="end  2026-06-25 09:00  k8  open"),
    "ticket_events": EVENTS.format(
        more="e3  slow  2026-05-14 09:00  status  solved\ne4  again  2026-05-24 09:00  status  open"
    ),
    "messages": LETTERS.format(more="m4  late  agent  kim  2026-05-16 09:00  Sorry\nm5  end  agent  kim  2026-06-25 10:00  Done"),
}  # fmt: skip


def stated(results: Results) -> dict[str, bool]:
    rows = results.frame("select conversation_id, is_resolved from fact_contacts").set_index("conversation_id")
    return {name: bool(found) for name, found in rows["is_resolved"].items() if not pd.isna(found)}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Results]:
    """What is published after eight days and after seven weeks."""
    logs = {"eight days": ONCE, "seven weeks": LATER}
    return {after: publish(tmp_path_factory.mktemp("asked"), **tables) for after, tables in logs.items()}


@pytest.mark.parametrize("after", ["eight days", "seven weeks"])
def test_a_ticket_is_resolved_if_it_was_solved_a_week_after_its_creation(asked: dict[str, Results], after: str) -> None:
    """However late it is asked: what is solved, answered or reopened later changes nothing."""
    results = asked[after]
    week = {"quick": True, "again": True, "slow": False, "late": False, "ignored": False}
    assert stated(results) == week
    for kpi in ("resolution_stated", "solved_in_time"):
        found = figure(results, kpi, week="2026-W19")
        assert (found["numerator"], found["denominator"]) == (2, 5)


def test_a_source_that_states_no_instant_is_taken_at_its_word(tmp_path: Path) -> None:
    tickets = "ticket_id  created_at  status\na  2026-05-04 09:00  solved\nb  2026-05-04 09:00  open\nc  2026-05-14 09:00  solved"
    results = publish(tmp_path, tickets=tickets)
    assert stated(results) == {"a": True, "b": False}
    assert figure(results, "solved_in_time")["value"] == 0.5


def test_a_case_with_an_unanswered_open_ticket_is_not_over(asked: dict[str, Results]) -> None:
    results = asked["seven weeks"]
    endings = results.frame("select conversation_id, ending from fact_cases").set_index("conversation_id")["ending"]
    assert endings["ignored"] == "open" and endings["late"] == "unresolved" and endings["quick"] == "resolved"
    assert figure(results, "cases")["value"] == 4 and figure(results, "case_gave_up")["value"] == 0


def test_a_lost_call_after_an_open_ticket_is_a_customer_who_gave_up(tmp_path: Path) -> None:
    calls = "call_id  offered_at  outcome  customer_key\nlost  2026-05-06 09:00  abandoned  k5"
    assert figure(publish(tmp_path, calls=calls, **LATER), "case_gave_up")["value"] == 1 / 5


def test_a_status_is_the_same_in_capitals(tmp_path: Path) -> None:
    """Alone in a table of tickets, and in a history."""
    results = publish(
        tmp_path,
        tickets="""
        ticket_id  created_at        status  solved_at
        stated     2026-05-04 09:00  Closed  -
        dated      2026-05-04 09:00  SOLVED  2026-05-05 09:00
        told       2026-05-04 09:00  open    -
        binned     2026-05-04 09:00  Deleted  -
        """,
        ticket_events="""
        event_id  ticket_id  happened_at       field   value
        e1        told       2026-05-06 09:00  status  Solved
        """,
    )
    rows = results.frame(
        "select ticket_id, status, full_resolution_s / 86400 as days, is_solved from fact_tickets order by ticket_id"
    )
    assert rows["ticket_id"].tolist() == ["dated", "stated", "told"]
    assert rows["status"].tolist() == ["solved", "closed", "solved"]
    assert rows["is_solved"].all()
    assert rows["days"].fillna(0).tolist() == [1, 0, 2]
