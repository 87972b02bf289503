"""Contacts of one customer become cases: rows in, cases out; on random logs as a plain loop would chain them."""

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.results import Results
from pipeline.settings import Cases
from tests.tables import figure, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = """
call_id  offered_at        talk_s  hold_s  wrap_s  outcome    customer_key  agent  topic  is_resolved
early    2026-04-20 10:00  -       -       -       no_call    yy            -      -      -
early2   2026-04-21 10:00  -       -       -       no_call    yy            -      -      -
a1       2026-05-04 10:00  60      0       10      answered   ann           kim    bill   false
a2       2026-05-06 10:00  100     0       0       answered   ann           lee    bill   false
a3       2026-05-12 10:00  50      0       0       answered   ann           kim    card   true
a4       2026-05-20 10:00  30      0       0       answered   ann           lee    bill   true
b1       2026-05-04 10:00  -       -       -       abandoned  bob           -      bill   -
b2       2026-05-04 11:00  40      0       0       answered   bob           kim    bill   -
c1       2026-05-04 10:00  600     0       0       answered   cat           kim    bill   false
c2       2026-05-04 10:05  20      0       0       answered   cat           lee    bill   false
c3       2026-05-11 10:10  -       -       -       abandoned  cat           -      bill   -
nobody   2026-05-04 10:00  70      0       0       answered   -             kim    bill   true
d1       2026-05-04 10:00  -       -       -       abandoned  dan           -      bill   -
late     2026-06-05 12:00  60      0       0       answered   zz            kim    bill   true
"""


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("called"), calls=CALLS)


CASES = {
    "by default": (Cases(), {"a1": "a1", "a2": "a1", "a3": "a1", "a4": "a4", "b1": "b1", "b2": "b1", "c1": "c1", "c2": "c1", "c3": "c1"}),
    "one day": (Cases(within_days=1), {"a1": "a1", "a2": "a2", "a3": "a3", "a4": "a4", "c1": "c1", "c2": "c1", "c3": "c3"}),
    "thirty days": (Cases(within_days=30), {"a1": "a1", "a4": "a1"}),
    "same topic": (Cases(same_topic=True), {"a2": "a1", "a3": "a3", "a4": "a4", "c3": "c1"}),
}  # fmt: skip


def cases_of(results: Results) -> dict[str, str]:
    found = results.frame("select conversation_id, case_id from fact_case_contacts")
    return {row.conversation_id: row.case_id.partition("/")[2] for row in found.itertuples()}


@pytest.mark.parametrize("name", CASES)
def test_a_contact_goes_on_with_a_case_or_opens_one(tmp_path: Path, called: Results, name: str) -> None:
    rule, expected = CASES[name]
    found = cases_of(called if rule == Cases() else publish(tmp_path, cases=rule, calls=CALLS))
    assert {contact: found[contact] for contact in expected} == expected
    assert "nobody" not in found


def test_a_case_knows_what_it_cost_and_how_it_ended(called: Results) -> None:
    rows = called.frame(
        "select case_id, contacts, answers, agent_changes, handle_s, elapsed_s, ending, agent, closing_agent from fact_cases"
    )
    found = {row.case_id.partition("/")[2]: tuple(row)[2:] for row in rows.itertuples()}
    assert found["a1"] == (3, 3, 2, 220, 8 * 86400 + 50, "resolved", "kim", "kim")
    assert found["b1"] == (2, 1, 0, 40, 3640, "silent", "kim", "kim")
    assert found["c1"][:3] == (3, 2, 1) and found["c1"][5:] == ("gave_up", "kim", "lee")
    assert pd.isna(found["d1"][6]) and found["d1"][5] == "gave_up"
    assert figure(called, "cases")["value"] == 5
    assert figure(called, "case_one_contact")["value"] == pytest.approx(1 / 5)


def chained(calls: list[dict[str, Any]], days: int) -> dict[str, str]:
    """As a person would do it: go through a customer's contacts in order."""
    case: dict[str, str] = {}
    open_case: dict[str, tuple[str, pd.Timestamp]] = {}
    for call in sorted(calls, key=lambda c: (c["at"], c["id"])):
        before = open_case.get(call["customer"])
        goes_on = before is not None and call["at"] - before[1] <= pd.Timedelta(days=days)
        case[call["id"]] = before[0] if before and goes_on else call["id"]
        end = call["at"] + pd.Timedelta(seconds=call["talk"] if call["answered"] else 0)
        open_case[call["customer"]] = (case[call["id"]], max(end, before[1]) if before else end)
    return case


WRITTEN = """
ticket_id  created_at        solved_at         status  customer_key  agent
t0         2026-04-20 09:00  -                 deleted  yy           kim
t00        2026-04-21 09:00  -                 deleted  yy           kim
t1         2026-05-04 09:00  2026-05-04 12:00  solved  eve           kim
t2         2026-05-21 09:00  2026-05-21 12:00  solved  ann           kim
"""


def test_no_complaint_is_counted_where_none_could_be_recorded(tmp_path: Path, called: Results) -> None:
    assert figure(called, "case_complaints")["why"] == "not_recorded"
    tickets = "ticket_id  created_at  status  is_complaint  customer_key\nt9  2026-05-08 09:00  solved  true  gus\n"
    tickets += "t0  2026-04-20 09:00  deleted  -  yy\nt00  2026-04-27 09:00  deleted  -  yy\n"
    recorded = publish(tmp_path, calls=CALLS, tickets=tickets)
    assert figure(recorded, "case_complaints")["value"] == pytest.approx(1 / 6)


def test_effort_is_of_cases_with_an_answered_call(tmp_path: Path) -> None:
    """Nobody knows how long a ticket was worked on: it neither costs nothing nor makes the others cheaper."""
    results = publish(tmp_path, calls=CALLS, tickets=WRITTEN)
    rows = results.frame("select conversation_id, handle_s, is_spoken from fact_cases order by 1")
    found = {row.conversation_id: (row.handle_s, row.is_spoken) for row in rows.itertuples()}
    assert pd.isna(found["t1"][0]) and not found["t1"][1] and found["t2"] == (30, True)
    assert figure(results, "effort_per_case")["value"] == figure(results, "case_handle_s")["value"] / 3
    alone = publish(tmp_path / "alone", tickets=WRITTEN)
    assert figure(alone, "case_complaints")["why"] == "not_recorded"
    assert pd.isna(figure(alone, "effort_per_case")["value"]) and figure(alone, "case_resolution")["value"] == 1


UNTIMED = """
call_id  offered_at        talk_s  outcome   customer_key  agent
a1       2026-05-04 10:00  60      answered  ann           kim
b1       2026-05-05 10:00  60      answered  bob           kim
b2       2026-05-06 10:00  60      answered  bob           lee
late     2026-05-13 12:00  60      answered  zz            kim
"""


def test_counts_that_want_handle_times_are_not_nought_where_none_is_recorded(tmp_path: Path) -> None:
    """What needs no handle time is known beside them; of the newest week none is known yet."""
    results = publish(tmp_path, calls=UNTIMED)
    counts = ("unreturned", "cases_resolved", "closed_resolved")
    for name in (*counts, "effort_per_case", "effort_per_resolved"):
        assert figure(results, name, week="2026-W19")["why"] == "not_recorded", name
    assert [figure(results, n, week="2026-W19")["value"] for n in ("cases", "case_resolution")] == [2, 1]
    for name in ("cases", *counts, "case_resolution", "repeat_7d"):
        found = figure(results, name, week="2026-W20")
        assert pd.isna(found["value"]) and found["why"] == "not_yet", name


CALLED_BACK = {
    "at the end of the window, and resolved": ("05-11 10:00", "callback", "answered", "true", "resolved", 340),
    "in time, and not resolved": ("05-04 11:00", "outbound", "answered", "false", "unresolved", 340),
    "not reached": ("05-04 11:00", "callback", "abandoned", "-", "gave_up", 40),
    "after the window": ("05-11 10:01", "callback", "answered", "true", "gave_up", 40),
    "before the last attempt": ("05-04 09:30", "callback", "answered", "true", "gave_up", 40),
}


@pytest.mark.parametrize("name", CALLED_BACK)
def test_who_was_called_back_did_not_give_up(tmp_path: Path, name: str) -> None:
    at, direction, outcome, is_resolved, ending, handle_s = CALLED_BACK[name]
    results = publish(
        tmp_path,
        calls=f"""
        call_id  offered_at        talk_s  hold_s  wrap_s  outcome             customer_key  agent  direction    is_resolved
        k0       2026-05-04 09:00  40      0       0       answered            ann           kim    inbound      false
        k1       2026-05-04 10:00  -       -       -       callback_requested  ann           -      inbound      -
        k2       2026-{at}         300     0       0       {outcome}           ann           lee    {direction}  {is_resolved}
        end      2026-06-30 10:00  60      0       0       answered            zz            kim    inbound      true
        """,
    )
    case = results.frame("select * from fact_cases where is_over").iloc[0]
    assert (case["conversation_id"], case["contacts"], case["ending"], case["handle_s"]) == ("k1", 2, ending, handle_s)
    assert (case["agent"], case["closing_agent"]) == ("kim", "kim" if ending == "gave_up" else "lee")
    assert figure(results, "repeat_7d")["value"] == 1


WRITTEN_BACK = {
    "a letter of the house": ("-  -  -", "thread", "05-20", "silent"),
    "an agent's ticket that waits for the customer": ("t1  pending  -", "t1", "05-20", "unresolved"),
    "the same, before its days to be solved have passed": ("t1  pending  -", "t1", "05-11", "open"),
    "a ticket that was closed and in which nobody wrote": ("t1  closed  2026-05-05 12:00", "-", "05-20", "gave_up"),
}


@pytest.mark.parametrize("name", WRITTEN_BACK)
def test_who_was_written_to_did_not_give_up(tmp_path: Path, name: str) -> None:
    ticket, thread, end, ending = WRITTEN_BACK[name]
    number, status, solved_at = ticket.split("  ")
    tables = {"calls": f"""
        call_id  offered_at        talk_s  outcome    customer_key  agent
        k1       2026-05-04 10:00  -       abandoned  ann           -
        end      2026-{end} 10:00  60      answered   zz            kim
        """}  # fmt: skip
    if number != "-":
        tables["tickets"] = (
            "ticket_id  created_at  opened_by  status  solved_at  customer_key  agent\n"
            f"{number}  2026-05-05 09:00  agent  {status}  {solved_at}  ann  kim"
        )
    if thread != "-":
        tables["messages"] = (
            "message_id  conversation_id  author_role  agent  sent_at  customer_key\n"
            f"m1  {thread}  agent  kim  2026-05-05 09:00  ann"
        )
    cases = publish(tmp_path, **tables).frame("select ending, contacts from fact_cases where conversation_id = 'k1'")
    assert cases.values.tolist() == [[ending, 1]]


def test_one_call_back_that_answers_two_cases_costs_its_time_once(tmp_path: Path) -> None:
    results = publish(
        tmp_path,
        cases=Cases(same_topic=True),
        calls="""
        call_id  offered_at        talk_s  hold_s  wrap_s  outcome    customer_key  agent  direction  topic
        k1       2026-05-04 10:00  -       -       -       abandoned  ann           -      inbound    bill
        k2       2026-05-04 10:05  -       -       -       abandoned  ann           -      inbound    card
        k3       2026-05-04 11:00  300     0       0       answered   ann           lee    outbound   card
        """,
    )
    cases = results.frame("select conversation_id, agent, handle_s from fact_cases order by 1")
    assert cases.values.tolist() == [["k1", "lee", 0], ["k2", "lee", 300]]


@pytest.mark.parametrize(("day", "is_over"), [(21, False), (26, False), (27, True)])
def test_a_case_goes_on_as_long_as_any_of_its_contacts(tmp_path: Path, day: int, is_over: bool) -> None:
    """A ticket of day 0 gets its last reply on day 20; a call of day 1 was answered and resolved at once."""
    results = publish(
        tmp_path,
        tickets="""
        ticket_id  created_at        first_replied_at  solved_at         status  customer_key  agent
        t          2026-05-01 09:00  2026-05-21 09:00  2026-05-21 09:00  solved  ann           kim
        """,
        calls=f"""
        call_id  offered_at           talk_s  outcome   customer_key  agent  is_resolved
        c        2026-05-02 09:00     60      answered  ann           lee    true
        end      2026-05-{1 + day} 09:00  60      answered  zz            kim    true
        """,
    )
    case = results.frame(
        "select * from fact_cases where customer not in (select customer from fact_calls where call_id = 'end')"
    )
    assert (case["is_over"].tolist(), case["contacts"].tolist()) == ([is_over], [2])
    assert (case["elapsed_s"][0], case["ending"][0]) == (20 * 86400, "resolved" if is_over else "open")


@pytest.mark.parametrize("days", [1, 7])
def test_cases_are_those_of_a_plain_loop(tmp_path: Path, days: int) -> None:
    rng = random.Random(days)
    calls = [
        {
            "id": f"k{n:03d}",
            "at": pd.Timestamp("2026-03-02") + pd.Timedelta(minutes=rng.randrange(60 * 24 * 60)),
            "customer": f"c{rng.randrange(25)}",
            "answered": rng.random() < 0.8,
            "talk": rng.choice([30, 600, 80_000]),
        }
        for n in range(300)
    ]
    rows = "call_id  offered_at  talk_s  outcome  customer_key  agent\n" + "\n".join(
        f"{c['id']}  {c['at']}  {c['talk'] if c['answered'] else '-'}  {'answered' if c['answered'] else 'abandoned'}  {c['customer']}  kim"
        for c in calls
    )
    found = cases_of(publish(tmp_path, cases=Cases(within_days=days), calls=rows))
    assert found == chained(calls, days)  # type: ignore[arg-type]


@pytest.mark.slow
def test_another_rule_of_cases_is_another_definition_of_what_counts_them(tmp_path: Path) -> None:
    calls = """
    call_id  offered_at           talk_s  outcome   customer_key  agent
    a        2026-03-02 09:00     60      answered  ann           kim
    b        2026-03-12 09:00     60      answered  ann           kim
    """
    publish(tmp_path, calls=calls)
    results = publish(tmp_path, cases=Cases(within_days=30))
    told = {change["kpi"]: change for change in results.document("changes")}
    assert {"cases", "contacts_per_case", "effort_per_case"} <= set(told) and "repeat_7d" not in told
    before, after = (told["cases"][side] for side in ("before", "after"))
    assert after.startswith(f"{before}; cases = ") and '"within_days": 30' in after
    assert "seen_before_s < 30 * 86400" in told["contacts_per_case"]["after"]
