"""What the letters of a ticket say that rules ask for: promises, refusals, haste, who somebody is."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.findings.lists import PROMISES
from pipeline.results import Results
from pipeline.settings.tickets import Tickets
from tests.tables import figure, publish
from tests.ticket_tables import LATER
from tests.ticket_tables import publish as publish_with
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")


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


TOGETHER = Together()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("letters"))


def tickets(queue: str, names: Iterable[str]) -> str:
    rows = [f"{name}  {queue}  open  2026-05-04 10:00" for name in names]
    return "\n".join(["ticket_id  queue  status  created_at", *rows])


TOGETHER.add(
    tickets=tickets("refused", [f"no{n}" for n, _ in enumerate(REFUSED)]),
    messages="message_id  conversation_id  author_role  agent  sent_at  body\n"
    + "\n".join(f"r{n}  no{n}  agent  kim  2026-05-04 11:00  {text}" for n, text in enumerate(REFUSED)),
)


def test_a_refusal_is_said_with_a_reason_or_without_and_help_is_none(results: Results) -> None:
    found = results.frame("select refusal from fact_tickets where queue = 'refused' order by ticket_id")["refusal"]
    assert [None if pd.isna(reason) else reason for reason in found] == list(REFUSED.values())
    assert figure(results, "refused_without_reason", queue="refused")["numerator"] == 1


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


TOGETHER.add(tickets=tickets("haste", ("earlier", "first", "no_letter", "pleased", "robots", "second")), messages=HASTE)


def test_haste_is_of_who_has_written_before(results: Results) -> None:
    rows = results.frame("select ticket_id, is_hurried, is_complaint from fact_tickets where queue = 'haste'")
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
m11         after            agent        kim    2026-05-04 11:00  The money will be credited by 8 May
m9          closed           agent        kim    2026-05-04 11:00  Our branch is closed on 20.05. Shall I order by post?
"""


def test_a_promise_is_a_day_for_which_something_is_announced_and_a_letter_keeps_it_too(tmp_path: Path) -> None:
    solved = {"solved": "2026-05-05 20:00", "closing": "2026-05-04 11:10", "after": "2026-05-04 11:11"}
    names = (*solved, "written", "silent", "month", "closed")
    tickets = "ticket_id  queue  status  created_at  solved_at  agent\n" + "\n".join(
        f"{name}  q  {'solved' if name in solved else 'open'}  2026-05-04 10:00  {solved.get(name, '-')}  kim"
        for name in names
    )
    settings = {"tickets": Tickets(robots=("robot",))}
    results = publish_with(tmp_path, settings, tickets=f"{tickets}\n{LATER}", messages=PROMISED)
    rows = results.frame("select conversation_id, cast(due_at as date) as due, is_kept from fact_promises order by 1")
    assert {row.conversation_id: (str(row.due)[:10], None if pd.isna(row.is_kept) else row.is_kept) for row in rows.itertuples()} == {
        "after": ("2026-05-09", True), "closing": ("2026-05-09", None), "month": ("2026-05-13", False), "silent": ("2026-05-07", False), "solved": ("2026-05-06", True), "written": ("2026-05-07", True),
    }  # fmt: skip
    assert figure(results, "promises_answered")["numerator"] == 1
    assert results.frame(PROMISES.format(now="2026-05-11"))["conversation_id"].tolist() == ["month"]


TOGETHER.add(
    tickets=tickets("told", ("t0", "t1", "t2")),
    messages="""
    message_id  conversation_id  author_role  agent  sent_at           body
    told1       t0               customer     -      2026-05-04 10:00  My contract is 998877
    told2       t1               customer     -      2026-05-04 10:00  My internet is down
    told3       t1               agent        kim    2026-05-04 11:00  Your contract 998877 is paid
    told4       t2               automatic    -      2026-05-04 10:01  About your contract 998877
    """,
)


def test_only_what_the_customer_wrote_identifies(results: Results) -> None:
    found = figure(results, "identity_given", queue="told")
    assert (found["numerator"], found["denominator"]) == (1, 3)
