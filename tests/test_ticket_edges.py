"""What real exports do: marks left out, clocks that disagree, statuses without an instant, spam, letters nobody was given."""

from math import isnan
from pathlib import Path
from textwrap import dedent

import pandas as pd
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
from pipeline.settings.tickets import Sla, Tickets
from tests.tables import figure, load_table, publish
from tests.ticket_tables import publish as publish_with

LATER = "z  q  solved  2026-06-15 10:00  2026-06-15 12:00  kim"
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


@pytest.mark.parametrize(
    ("zone", "sent", "solved", "due"),
    [
        ("Europe/Moscow", "2026-05-12 22:30", "2026-06-12 09:00", "2026-06-12 21:00"),
        ("America/Los_Angeles", "2026-05-13 00:30", "2026-05-13 06:59", "2026-05-13 07:00"),
    ],
    ids=["the 13th in Moscow", "still the 12th in Los Angeles"],
)
def test_the_day_of_a_promise_is_that_of_the_house(tmp_path: Path, zone: str, sent: str, solved: str, due: str) -> None:
    """ "By the 12th", written in the night after it, is of the month to come; in its evening it is of that day."""
    tickets = f"ticket_id  status  created_at  solved_at  agent\na  solved  2026-05-11 10:00  {solved}  kim\nz  open  2026-07-01 10:00  -  kim\n"
    letters = f"message_id  conversation_id  author_role  agent  sent_at  body\nm  a  agent  kim  {sent}  You get it by the 12th\n"
    results = publish(tmp_path, zone, tickets=tickets, messages=letters)
    [row] = results.frame("select due_at, is_kept from fact_promises where promise_id = 'm'").to_dict("records")
    assert (str(row["due_at"])[:16], row["is_kept"]) == (due, True)


REFUSED = {
    "We have to refuse your request": "no_reason",
    "Отказываем: нет доверенности": "no_authorisation",
    "Без доверенности изменить тариф не можем": "no_authorisation",
    "Это не наша зона ответственности": "out_of_area",
    "Отказано, так как паспорт просрочен": "other_reason",
    "Услуга заблокирована до оплаты": "service_blocked",
    "Ваш доступ был заблокирован по ошибке, я его разблокировала": None,
    "Отделение не в Московской области, а в Твери": None,
    "Услуга не входит в ваш тариф, но я подключила её бесплатно": None,
}


def test_a_refusal_is_said_with_a_reason_or_without_and_help_is_none(tmp_path: Path) -> None:
    tickets = "ticket_id  queue  status  created_at\n" + "\n".join(
        f"t{n}  q  open  2026-05-04 10:00" for n, _ in enumerate(REFUSED)
    )
    letters = "message_id  conversation_id  author_role  agent  sent_at  body\n" + "\n".join(
        f"m{n}  t{n}  agent  kim  2026-05-04 11:00  {text}" for n, text in enumerate(REFUSED)
    )
    results = publish(tmp_path, tickets=tickets, messages=letters)
    found = results.frame("select refusal from fact_tickets order by ticket_id")["refusal"]
    assert [None if pd.isna(reason) else reason for reason in found] == list(REFUSED.values())
    assert figure(results, "refused_without_reason")["numerator"] == 1


HASTE = """
message_id  conversation_id  author_role  agent  sent_at           body
m1          first            customer     -      2026-05-04 10:00  When will it be solved?
m2          second           customer     -      2026-05-04 10:00  My card is lost
m3          second           customer     -      2026-05-04 10:05  When will it be solved?
m4          no_letter        customer     -      2026-05-04 15:00  When will it be solved?
m5          earlier          customer     -      2026-05-04 10:00  I have had no answer to my first letter
m6          pleased          customer     -      2026-05-04 10:00  Жалоб нет, всё отлично, спасибо!
m7          robots           automatic    -      2026-05-04 10:00  We have received your request
m8          robots           customer     -      2026-05-04 10:10  When will it be solved?
"""


def test_haste_is_of_who_has_written_before(tmp_path: Path) -> None:
    names = ("earlier", "first", "no_letter", "pleased", "robots", "second")
    tickets = "ticket_id  queue  status  created_at\n" + "\n".join(
        f"{name}  q  open  2026-05-04 10:00" for name in names
    )
    results = publish(tmp_path, tickets=tickets, messages=HASTE)
    rows = results.frame("select ticket_id, is_hurried, is_complaint from fact_tickets")
    assert sorted(rows[rows["is_hurried"]]["ticket_id"]) == ["earlier", "no_letter", "second"]
    assert not rows["is_complaint"].any()


PROMISED = """
message_id  conversation_id  author_role  agent  sent_at           body
m1          written          agent        kim    2026-05-04 11:00  I will write to you by the 6th
m2          written          agent        kim    2026-05-06 11:00  As promised: the card is on its way
m3          silent           agent        kim    2026-05-04 11:00  I will write to you by Wednesday
m4          silent           customer     -      2026-05-05 11:00  I look forward to it
m5          silent           agent        robot  2026-05-05 11:01  We have received your letter
m6          silent           agent        kim    2026-05-07 11:00  It took longer
m7          solved           agent        kim    2026-05-04 11:00  Перезвоню вам завтра до 15:00
m8          month            agent        kim    2026-05-04 11:00  Мастер приедет 12 мая
m10         closing          agent        kim    2026-05-04 11:00  Done. The money will be credited by 8 May
m9          closed           agent        kim    2026-05-04 11:00  Our branch is closed on 20.05. Shall I order by post?
"""


def test_a_promise_is_a_day_for_which_something_is_announced_and_a_letter_keeps_it_too(tmp_path: Path) -> None:
    solved = {"solved": "2026-05-05 20:00", "closing": "2026-05-04 11:01"}
    names = (*solved, "written", "silent", "month", "closed")
    tickets = "ticket_id  queue  status  created_at  solved_at  agent\n" + "\n".join(
        f"{name}  q  {'solved' if name in solved else 'open'}  2026-05-04 10:00  {solved.get(name, '-')}  kim"
        for name in names
    )
    settings = {"tickets": Tickets(robots=("robot",))}
    results = publish_with(tmp_path, settings, tickets=f"{tickets}\n{LATER}", messages=PROMISED)
    rows = results.frame("select conversation_id, cast(due_at as date) as due, is_kept from fact_promises order by 1")
    assert {row.conversation_id: (str(row.due)[:10], None if pd.isna(row.is_kept) else row.is_kept) for row in rows.itertuples()} == {
        "closing": ("2026-05-09", None), "month": ("2026-05-13", False), "silent": ("2026-05-07", False), "solved": ("2026-05-06", True), "written": ("2026-05-07", True),
    }  # fmt: skip
    assert figure(results, "promises_answered")["numerator"] == 1
    assert results.frame(PROMISES.format(now="2026-05-11"))["conversation_id"].tolist() == ["month"]


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


def test_only_what_the_customer_wrote_identifies(tmp_path: Path) -> None:
    tickets = "ticket_id  queue  status  created_at\n" + "\n".join(f"t{n}  q  open  2026-05-04 10:00" for n in range(3))
    letters = """
    message_id  conversation_id  author_role  agent  sent_at           body
    m1          t0               customer     -      2026-05-04 10:00  My contract is 998877
    m2          t1               customer     -      2026-05-04 10:00  My internet is down
    m3          t1               agent        kim    2026-05-04 11:00  Your contract 998877 is paid
    m4          t2               automatic    -      2026-05-04 10:01  About your contract 998877
    """
    found = figure(publish(tmp_path, tickets=tickets, messages=letters), "identity_given")
    assert (found["numerator"], found["denominator"]) == (1, 3)


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


def test_tickets_of_one_instant_overtake_nobody(tmp_path: Path) -> None:
    """10 and 9 came in together; 11 came in later and was taken up before 10."""
    tickets = """
    ticket_id  queue  status  created_at        first_replied_at
    9          q      open    2026-05-04 10:00  2026-05-04 11:00
    10         q      open    2026-05-04 10:00  2026-05-04 12:00
    11         q      open    2026-05-04 10:30  2026-05-04 11:30
    """
    rows = publish(tmp_path, tickets=tickets).frame(
        "select ticket_id, is_overtaken, overtaken_by_s from fact_tickets where ticket_id <> '11' order by 1"
    )
    assert rows["is_overtaken"].tolist() == [True, False]
    assert rows["overtaken_by_s"].fillna(0).tolist() == [1800, 0]


URGENT = """
ticket_id    queue  priority  status  created_at        first_replied_at
in_order     q      urgent    open    2026-05-04 09:00  2026-05-04 09:10
by_ordinary  q      urgent    open    2026-05-04 10:00  2026-05-04 12:00
between      q      normal    open    2026-05-04 10:10  2026-05-04 13:00
earlier      q      normal    open    2026-05-04 10:20  2026-05-04 11:00
by_urgent    q      urgent    open    2026-05-04 14:00  2026-05-04 16:00
sooner       q      urgent    open    2026-05-04 14:10  2026-05-04 15:00
left         q      normal    open    2026-05-04 14:20  2026-05-04 17:00
elsewhere    p      normal    open    2026-05-04 14:30  2026-05-04 14:40
"""


def test_any_later_ticket_overtakes_an_urgent_one_an_ordinary_one_only_ordinary_ones_do(tmp_path: Path) -> None:
    results = publish(tmp_path, tickets=URGENT)
    late = results.frame("select ticket_id, overtaken_by_s from fact_tickets where is_overtaken order by ticket_id")
    assert dict(late.itertuples(index=False)) == {"between": 7200, "by_ordinary": 3600, "by_urgent": 3600}
    shares = {kpi: figure(results, kpi) for kpi in ("overtaken", "urgent_overtaken")}
    assert {kpi: (row["numerator"], row["n"]) for kpi, row in shares.items()} == {
        "overtaken": (1, 4), "urgent_overtaken": (2, 4),
    }  # fmt: skip


def overtaken(results: Results) -> dict[str, float]:
    """Hours, by ticket; those that no KPI counts are left out."""
    counted = "is_overtaken and not (is_taken_up_by_reply and overtaken_by_s < 3600)"
    rows = results.frame(f"select ticket_id, overtaken_by_s / 3600 as hours from fact_tickets where {counted}")
    return dict(rows.itertuples(index=False))


def test_who_is_only_seen_to_reply_may_have_begun_before(tmp_path: Path) -> None:
    """Taken up in their order, and replied to as each was done: the first took half an hour longer, the third was passed over."""
    tickets = """
    ticket_id  queue  status  created_at        first_replied_at
    first      q      open    2026-05-04 09:00  2026-05-04 10:00
    second     q      open    2026-05-04 09:10  2026-05-04 09:30
    third      q      open    2026-05-04 12:00  2026-05-04 14:00
    fourth     q      open    2026-05-04 12:10  2026-05-04 12:30
    """
    results = publish(tmp_path, tickets=tickets)
    shares = [figure(results, kpi) for kpi in ("overtaken", "overtaken_by_p50")]
    assert overtaken(results) == {"third": 1.5}
    assert [(row["n"], row["value"]) for row in shares] == [(4, 0.25), (1, 1.5)]


def test_a_ticket_stands_in_the_queue_and_at_the_urgency_of_when_it_was_taken_up(tmp_path: Path) -> None:
    """`handed` went to q2 after its work in q1 began; `raised` was passed over for hours and then escalated; `triaged` became urgent at
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
    e2        handed     2026-05-04 10:00  queue     q2      q1            kim
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
    for robots, outcomes in ((of_tickets, [("failed", "Robo-Bot")]), (Tickets(), [])):
        settings = Settings(warehouse=tmp_path / "w.duckdb", tickets=robots)
        with open_warehouse(settings) as warehouse:
            checks = check_batches(warehouse, settings, lambda _: None)
        assert [(c.outcome, c.failing) for c in checks if c.check_name == "tickets_robot_unknown"] == outcomes


def test_a_priority_of_an_agreement_that_no_ticket_has_is_told(tmp_path: Path) -> None:
    tickets = "ticket_id  created_at  priority\nt1  2026-05-04 10:00  High"
    settings = Settings(
        warehouse=tmp_path / "w.duckdb",
        sla=(Sla(name="all", targets={"first_reply": {"high": 60, "highest": 30, "any": 480}}),),
    )
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "tickets", tickets)
        checks = check_batches(warehouse, settings, lambda _: None)
    assert [(c.outcome, c.failing) for c in checks if c.check_name == "tickets_priority_unknown"] == [
        ("failed", "highest")
    ]
