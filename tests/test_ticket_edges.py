"""What real exports do: marks left out, clocks that disagree, statuses without an instant, letters nobody was given."""

from math import isnan
from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.expectations import check_batches
from pipeline.findings.lists import PROMISES
from pipeline.kpis.measure import Question, measure
from pipeline.report.collect import collect
from pipeline.report.tickets import page
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.tickets import Tickets
from tests.tables import figure, load_table, publish, publish_of
from tests.ticket_tables import LATER
from tests.ticket_tables import publish as publish_with

pytestmark = pytest.mark.slow

TICKETS = f"""
ticket_id  queue  status  created_at        solved_at         agent
a1         q      solved  2026-05-04 10:00  -                 kim
a2         q      open    2026-05-04 11:00  2026-05-05 11:00  kim
a3         q      solved  2026-05-06 10:00  2026-05-06 12:00  kim
{LATER}
"""


def test_the_status_that_is_stated_holds(tmp_path: Path) -> None:
    """Over at no stated instant: no course. Open again: not over, whatever instant of solving is left."""
    results = publish(tmp_path, tickets=TICKETS)
    rows = results.frame("select ticket_id, is_solved, full_resolution_s from fact_tickets order by 1")
    assert rows["is_solved"].tolist() == [True, False, True, True]
    assert rows["full_resolution_s"].isna().tolist() == [True, True, False, False]
    backlog = results.frame(
        "select distinct value from kpi_values where kpi = 'backlog' and grain = 'week' and cut = ''"
    )
    assert backlog["value"].tolist() == [1.0]
    answered = results.frame("select is_answered from fact_contacts order by conversation_id")["is_answered"]
    assert answered.tolist() == [True, False, True, True]


def test_a_mark_that_was_left_out_is_no_verdict(tmp_path: Path) -> None:
    calls = "call_id  offered_at  talk_s  outcome  agent\n" + "\n".join(
        f"c{n}  2026-05-04 10:0{n}  60  answered  kim" for n in range(3)
    )
    evaluations = """
    evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score
    e0             c0               x          2026-05-05 10:00  pec        1
    e1             c1               x          2026-05-05 10:00  pec        -
    e2             c2               x          2026-05-05 10:00  manner     1
    """
    found = figure(publish(tmp_path, calls=calls, evaluations=evaluations), "pec_rate")
    assert (found["n"], found["value"]) == (1, 1.0)


def test_an_answer_from_before_the_question_was_not_waited_for(tmp_path: Path) -> None:
    tickets = f"ticket_id  queue  status  created_at  solved_at  agent\nt1  q  solved  2026-05-04 10:00  2026-05-04 12:00  kim\n{LATER}"
    letters = """
    message_id  conversation_id  author_role  agent  sent_at              body
    m1          t1               customer     -      2026-05-04 09:59:00  My line is broken
    m2          t1               agent        kim    2026-05-04 09:59:58  Hello
    """
    assert figure(publish(tmp_path, tickets=tickets, messages=letters), "reply_wait")["value"] == 0


def test_a_call_answered_before_it_was_queued_is_no_record(tmp_path: Path) -> None:
    calls = """
    call_id  offered_at           queued_at            answered_at          ended_at             outcome
    answer   2026-05-04 10:00:00  2026-05-04 10:00:30  2026-05-04 10:00:10  2026-05-04 10:05:00  answered
    end      2026-05-04 10:00:00  2026-05-04 10:00:30  -                    2026-05-04 10:00:20  abandoned
    sound    2026-05-04 10:00:00  2026-05-04 10:00:05  2026-05-04 10:00:15  2026-05-04 10:05:00  answered
    """
    settings = Settings(warehouse=tmp_path / "w.duckdb", timezone="UTC")
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, "calls", calls)
    assert (account.admitted, account.quarantined) == (1, {"answered_before_queued": 1, "ends_before_queued": 1})


def test_abuse_in_a_letter_that_nobody_was_given_counts(tmp_path: Path) -> None:
    tickets = "ticket_id  queue  status  created_at  solved_at  agent\n" + "\n".join(
        f"t{n}  q  open  2026-05-04 10:0{n}  -  {'kim' if n else '-'}" for n in range(4)
    )
    letters = "message_id  conversation_id  author_role  agent  sent_at  body\n" + "\n".join(
        f"m{n}  t{n}  customer  -  2026-05-04 10:0{n}  {'My line is broken' if n else 'You idiots'}" for n in range(4)
    )
    found = figure(publish(tmp_path, tickets=tickets, messages=letters), "abuse_exposure")
    assert (found["n"], found["value"]) == (4, pytest.approx(1 / 4))


def test_letters_that_are_of_no_ticket_are_published_without_a_week(tmp_path: Path) -> None:
    letter = "message_id  sent_at           author_role  body\nl1          2026-05-04 10:00  customer     Hello"
    assert publish(tmp_path, messages=letter).weeks == []


def test_a_week_without_a_ticket_has_noughts(tmp_path: Path) -> None:
    tickets = """
    ticket_id  queue  status  created_at        solved_at         agent
    a          q      solved  2026-05-04 10:00  2026-05-05 12:00  kim
    b          q      solved  2026-05-18 10:00  2026-05-19 12:00  kim
    """
    rows = publish(tmp_path, tickets=tickets).frame(
        "select kpi, value from kpi_values where grain = 'week' and cut = '' and period = '2026-W20' and kpi in ('opened', 'solved', 'backlog')"
    )
    assert dict(rows.itertuples(index=False)) == {"opened": 0, "solved": 0, "backlog": 0}


BY_GRAIN = """
ticket_id  queue  status  created_at        solved_at         agent
a          q      solved  2026-05-04 10:00  2026-05-13 12:00  kim
b          q      open    2026-05-05 10:00  -                 kim
c          q      solved  2026-05-18 10:00  2026-05-19 12:00  kim
"""


def test_open_tickets_are_told_by_week_alone_and_no_flow_by_the_half_hour(tmp_path: Path) -> None:
    results = publish(tmp_path, tickets=BY_GRAIN)
    stored = results.frame("select kpi, grain, count(*) as n from kpi_values where cut = '' group by all").groupby(
        "kpi"
    )
    assert {kpi: sorted(rows["grain"]) for kpi, rows in stored if kpi in ("backlog", "opened")} == {
        "backlog": ["week"], "opened": ["day", "week"],
    }  # fmt: skip
    for kpi, grain, said in [
        ("backlog", "total", "week"),
        ("backlog", "day", "week"),
        ("solved_per_opened", "hour", "day"),
    ]:
        with pytest.raises(UsageError, match=f"{kpi} does not exist by {grain}; ask for the grain {said}"):
            measure(results, results.catalogue, Question((kpi,), grain))


def test_longer_work_is_not_known_where_the_instant_of_solving_is_not(tmp_path: Path) -> None:
    tickets = f"""
    ticket_id  queue  status  created_at        solved_at         agent
    quick      q      solved  2026-05-04 09:00  2026-05-04 10:00  kim
    slow       q      solved  2026-05-04 09:00  2026-05-08 10:00  kim
    waiting    q      open    2026-05-04 09:00  -                 kim
    unknown    q      solved  2026-05-04 09:00  -                 kim
    {LATER}
    """
    names = ("quick", "slow", "waiting", "unknown")
    letters = "message_id  conversation_id  author_role  agent  sent_at  body\n" + "\n".join(
        f"m-{name}  {name}  customer  -  2026-05-04 09:00  Hello" for name in names
    )
    found = figure(publish(tmp_path, tickets=tickets, messages=letters), "longer_announced")
    assert (found["n"], found["why"]) == (2, "not_recorded")


UNDATED = """
ticket_id  queue  status  created_at        agent
a          q      solved  2026-05-04 10:00  kim
b          q      closed  2026-05-05 10:00  kim
c          q      open    2026-05-06 10:00  kim
z          q      solved  2026-06-15 10:00  kim
"""
UNDATED_LETTERS = """
message_id  conversation_id  author_role  agent  sent_at           body
m1          a                customer     -      2026-05-04 10:00  Hello
m2          a                agent        kim    2026-05-04 11:00  You get it until the 7th
m3          a                customer     -      2026-05-06 10:00  This is a complaint
m4          c                customer     -      2026-05-06 10:00  Hello
m5          c                agent        kim    2026-05-06 11:00  You get it until the 9th
m6          thread           agent        kim    2026-05-04 11:00  You get it until the 7th
m7          thread           agent        kim    2026-05-06 11:00  Here it is
"""


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("undated"), tickets=UNDATED, messages=UNDATED_LETTERS)


@pytest.mark.parametrize("kpi", ["solved", "backlog", "solved_per_opened", "after_complaint"])
def test_where_no_source_says_when_tickets_are_solved_nothing_rests_on_it(undated: Results, kpi: str) -> None:
    found = figure(undated, kpi, week="2026-W19")
    assert found["why"] == "not_recorded" and isnan(found["value"])


def test_the_page_says_that_it_is_not_known_when_tickets_are_solved(undated: Results) -> None:
    shown = page(collect(undated, Settings(timezone="UTC"), "2026-W19"), Words("en"))
    assert (shown["flow"], shown["backlog"], shown["knows_solved"]) == (None, None, False)


def test_a_thread_and_a_ticket_solved_at_no_stated_instant_break_no_promise(undated: Results) -> None:
    """Broken is the one in the ticket that is still open; it alone is on Monday's list."""
    assert undated.frame(PROMISES.format(now="2026-05-11"))["conversation_id"].tolist() == ["c"]
    kept, missed = figure(undated, "promises_kept"), figure(undated, "promises_missed")
    assert (kept["value"], kept["n"], missed["value"]) == (0, 1, 1)
    assert figure(undated, "opened")["value"] == 4


SILENT = """
ticket_id  created_at        customer_key  agent
a          2026-05-04 10:00  c1            kim
b          2026-05-05 10:00  c2            kim
z          2026-06-15 10:00  c3            kim
"""


def test_of_tickets_that_nobody_says_are_open_or_solved_neither_is_told(tmp_path: Path) -> None:
    """Reviews, or what a quality tool judged: they are no backlog, and nobody on Monday's list."""
    results = publish(tmp_path, tickets=SILENT)
    told = {kpi: figure(results, kpi)["value"] for kpi in ("tickets_solved", "solved_in_time", "resolution_stated")}
    assert all(map(isnan, told.values())), told
    assert figure(results, "backlog", week="2026-W19")["why"] == "not_recorded"
    assert figure(results, "tickets_created")["value"] == 3
    contacts = results.frame("select is_answered, is_waiting from fact_contacts")
    assert (contacts["is_answered"].tolist(), contacts["is_waiting"].tolist()) == ([True] * 3, [False] * 3)


BROKEN_OFF = """
ticket_id  queue  status  created_at        solved_at         agent
a          q      solved  2026-05-04 10:00  -                 kim
b          q      solved  2026-05-04 10:00  2026-05-05 10:00  kim
c          q      open    2026-05-04 10:00  -                 kim
d          q      solved  2026-05-04 10:00  -                 kim
z          q      solved  2026-06-15 10:00  -                 kim
"""
ITS_CHANGES = """
event_id  ticket_id  happened_at       field   value
e1        a          2026-05-04 10:00  status  new
e2        b          2026-05-04 10:00  status  new
e3        c          2026-05-04 10:00  status  new
e4        d          2026-05-04 10:00  status  new
e5        d          2026-05-04 12:00  status  solved
"""


def test_a_ticket_that_is_over_by_no_recorded_change_is_not_open_for_ever(tmp_path: Path) -> None:
    """Of a nothing is known but that it is over, of b when; c is open, d was solved after two hours."""
    results = publish(tmp_path, tickets=BROKEN_OFF, ticket_events=ITS_CHANGES)
    rows = results.frame(
        "select ticket_id, is_solved, agent_work_s, full_resolution_s from fact_tickets order by ticket_id"
    )
    known = rows.astype(object).where(rows.notna(), None).values.tolist()
    assert known[1:2] + known[3:4] == [["b", True, None, 86400], ["d", True, 7200, 7200]]
    assert known[0] == ["a", True, None, None]
    assert (known[2][:2], known[2][3]) == (["c", False], None)
    open_then = "select sum(open_n) as n from fact_ticket_days where day = date '2026-05-10'"
    assert results.frame(open_then)["n"][0] == 1


def backlog_on(results: Results, day: str) -> dict[str, int]:
    rows = results.frame(f"select band, open_n from fact_ticket_days where day = '{day}' and open_n > 0")
    return dict(rows.itertuples(index=False))


def test_a_ticket_that_was_deleted_and_restored_is_open_again(tmp_path: Path) -> None:
    tickets = "ticket_id  queue  status  created_at\na  q  open  2026-05-04 10:00"
    events = """
    event_id  ticket_id  happened_at       field   value
    e1        a          2026-05-04 11:00  status  open
    e2        a          2026-05-05 11:00  status  deleted
    e3        a          2026-05-07 11:00  status  open
    e4        a          2026-05-09 11:00  status  pending
    """
    results = publish(tmp_path, tickets=tickets, ticket_events=events)
    assert [len(backlog_on(results, f"2026-05-0{day}")) for day in (4, 5, 6, 7, 8)] == [1, 0, 0, 1, 1]
    assert results.frame("select reopens from fact_tickets")["reopens"].tolist() == [0]


@pytest.mark.slow
def test_a_ticket_that_has_been_open_for_sixteen_years_is_in_the_backlog(tmp_path: Path) -> None:
    tickets = f"ticket_id  queue  status  created_at  solved_at  agent\nold  q  open  2010-03-01 10:00  -  kim\n{LATER}"
    assert backlog_on(publish(tmp_path, tickets=tickets), "2026-06-14") == {"more": 1}


def test_a_robot_is_known_by_id_or_name_and_one_that_is_nobody_is_told(tmp_path: Path) -> None:
    """r1 is named in the list of agents, r2 in the ticket system's directory, r3 by its id."""
    tables = {
        "tickets": "ticket_id  created_at\nt1  2026-05-04 10:00",
        "directory": "kind  entry_id  name  role\nuser  r2  Receipts  agent",
        "agents": "agent  name  valid_from\nr1  Robo Bot  2026-01-01 00:00\nkim  Kim  2026-01-01 00:00",
        "messages": """
            message_id  conversation_id  author_role  agent  sent_at           body
            m0          t1               customer     -      2026-05-04 10:00  Hello
            m1          t1               agent        r1     2026-05-04 10:01  We have your letter
            m2          t1               agent        r2     2026-05-04 10:02  We have your letter
            m3          t1               agent        r3     2026-05-04 10:03  We have your letter
            m4          t1               agent        kim    2026-05-04 12:00  Done""",
    }
    of_tickets = Tickets(robots=("Robo Bot", "Receipts", "r3", "Robo-Bot"))
    results = publish_with(tmp_path, {"tickets": of_tickets}, **{name: dedent(text) for name, text in tables.items()})
    assert results.frame("select replies from fact_tickets")["replies"].tolist() == [1]
    for robots, outcomes in ((of_tickets, [("failed", "robots: Robo-Bot")]), (Tickets(), [])):
        settings = Settings(warehouse=tmp_path / "w.duckdb", tickets=robots)
        with open_warehouse(settings) as warehouse:
            checks = check_batches(warehouse, settings, lambda _: None)
        assert [(c.outcome, c.failing) for c in checks if c.check_name == "tickets_robot_unknown"] == outcomes


DESK = """
ticket_id  created_at        status  solved_at
d          2026-05-04 10:00  solved  2026-05-05 10:00
e          2026-05-05 10:00  open    -
"""


def test_tickets_of_a_silent_source_take_no_backlog_from_a_help_desk(tmp_path: Path) -> None:
    results = publish_of(tmp_path, ("desk", "tickets", DESK), ("reviews", "tickets", SILENT))
    told = {
        kpi: figure(results, kpi, week="2026-W19")["value"]
        for kpi in ("tickets_created", "opened", "solved", "backlog")
    }
    assert told == {"tickets_created": 4, "opened": 2, "solved": 1, "backlog": 1}
