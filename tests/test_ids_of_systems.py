"""A call and a ticket, of two systems or of one, that happen to have one id; judgements and promises that know an id and no system."""

from pathlib import Path

import pytest

from pipeline.report.collect_pec import warmth
from pipeline.report.collect_tickets import OF_TICKETS
from pipeline.results import Results
from pipeline.statistics.intervals import wilson
from tests.tables import figure, publish_of

pytestmark = pytest.mark.usefixtures("facts_alone")

TABLES = {
    "calls": """
    call_id  queue  agent  offered_at        talk_s  outcome
    1595     desk   bob    2026-05-04 08:00  60      answered
    77       desk   bob    2026-05-04 08:30  60      answered
    turns    chat   bob    2026-05-04 08:40  60      answered
    """,
    "tickets": """
    ticket_id  queue  status  created_at        solved_at
    1595       cards  solved  2026-05-04 09:00  2026-05-04 11:00
    """,
    "messages": """
    message_id  conversation_id  author_role  agent  sent_at           body
    m1          1595             customer     -      2026-05-04 09:00  My card is lost
    m2          1595             agent        ann    2026-05-04 10:00  Dear Eva, a new one is on its way
    m3          turns            agent        bob    2026-05-04 08:40  Hello
    """,
    "surveys": """
    survey_id  conversation_id  question  score  answered_at
    s1         1595             csat      5      2026-05-05 09:00
    """,
    "evaluations": """
    evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score
    e1             1595             eve        2026-05-05 09:00  pec        1
    e2             77               eve        2026-05-05 09:00  pec        0
    """,
    "promises": """
    promise_id  conversation_id  agent  promised_at       due_at            kept_at
    p1          77               -      2026-05-04 08:30  2026-05-04 10:00  2026-05-04 09:30
    """,
}
OF_THE_DESK = ("tickets", "messages", "surveys")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Tickets, letters and surveys of the system `desk`; calls, evaluations and promises each of a source of its own."""
    systems = {table: "desk" if table in OF_THE_DESK else table for table in TABLES}
    return publish_of(
        tmp_path_factory.mktemp("systems"), *((systems[table], table, text) for table, text in TABLES.items())
    )


def test_a_tickets_letters_are_no_turns_of_a_call_of_another_system(results: Results) -> None:
    rows = results.frame("select ticket_id, agent, first_reply_s, replies from fact_tickets")
    assert rows.values.tolist() == [["1595", "ann", 3600, 1]]


def test_an_answer_is_of_the_contact_of_its_own_system(results: Results) -> None:
    assert results.frame("select agent, queue from fact_surveys").values.tolist() == [["ann", "cards"]]


def test_a_judgement_finds_its_contact_by_the_bare_id_and_lies_on_that_alone(results: Results) -> None:
    rows = results.frame("select evaluation_id, agent from fact_evaluations order by 1")
    assert rows.values.tolist() == [["e1", "bob"], ["e2", "bob"]]
    assert results.frame("select verdict from fact_pec")["verdict"].isna().tolist() == [True]


def test_what_lies_on_a_call_is_nothing_of_a_ticket_that_has_its_id(results: Results) -> None:
    for asked, found in (("evaluation_id from fact_evaluations", []), ("survey_id from fact_surveys", ["s1"])):
        assert results.frame(f"select {asked} where {OF_TICKETS}").iloc[:, 0].tolist() == found
    heard = warmth(results, results.weeks)
    assert heard and heard.verdicts["conversation_id"].tolist() == ["calls/1595", "calls/77"]


def test_a_promise_finds_its_contact_by_the_bare_id(results: Results) -> None:
    assert results.frame("select agent, queue from fact_promises").values.tolist() == [["bob", "desk"]]
    assert figure(results, "promises_kept", queue="desk")["value"] == 1


OF_ONE_SYSTEM = {
    "calls": """
    call_id  queue  agent  offered_at        talk_s  outcome   customer_key
    77       desk   bob    2026-05-04 08:00  60      answered  ann
    78       desk   bob    2026-05-04 08:10  60      answered  cid
    """,
    "tickets": """
    ticket_id  queue  status  created_at        solved_at         customer_key  is_complaint
    77         cards  solved  2026-05-04 08:00  2026-05-04 09:00  eve           true
    """,
    "messages": """
    message_id  conversation_id  author_role  agent  sent_at           body
    m1          77               customer     -      2026-05-04 08:00  You are idiots
    m2          77               agent        kim    2026-05-04 08:30  Dear Eva, a new one is on its way
    """,
    "evaluations": """
    evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score
    e1             77               eve        2026-05-05 09:00  pec        1
    """,
    "promises": """
    promise_id  conversation_id  agent  promised_at       due_at            kept_at
    p1          77               -      2026-05-04 08:00  2026-05-04 10:00  2026-05-04 09:30
    """,
}


@pytest.fixture(scope="module")
def of_one_system(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Everything of the system `crm`, whose call 77 is ann's and whose ticket 77 is eve's."""
    return publish_of(tmp_path_factory.mktemp("crm"), *(("crm", table, text) for table, text in OF_ONE_SYSTEM.items()))


def test_a_call_and_a_ticket_of_one_id_are_two_contacts_and_two_cases(of_one_system: Results) -> None:
    contacts = of_one_system.frame(
        "select conversation_id, is_written, return_after_s from fact_case_contacts order by 1, 2"
    )
    assert contacts.iloc[:, :2].values.tolist() == [["77", False], ["77", True], ["78", False]]
    assert contacts["return_after_s"].isna().all()
    cases = of_one_system.frame("select case_id, is_spoken, promises, complaints, abuses from fact_cases order by 1")
    assert cases.values.tolist() == [
        ["crm/77", True, 1, 0, 0],
        ["crm/78", True, 0, 0, 0],
        ["crm/written/77", False, 0, 1, 1],
    ]


def test_what_knows_an_id_alone_is_of_the_call_that_has_it(of_one_system: Results) -> None:
    marks = of_one_system.frame("select agent, is_written, is_abusive from fact_evaluations")
    assert marks["agent"].tolist() == ["bob"] and not marks["is_written"][0] and marks["is_abusive"].isna()[0]
    assert of_one_system.frame("select verdict from fact_pec")["verdict"].isna().tolist() == [True]
    assert of_one_system.frame("select agent, queue from fact_promises").values.tolist() == [["bob", "desk"]]


Delivered = list[tuple[str, str, str]]
HEADS = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"


def judged_twice(other: str) -> Delivered:
    """Twelve calls that two evaluators judged alike; the second wrote in the other system."""
    calls = "call_id  agent  offered_at        talk_s  outcome\n"
    calls += "\n".join(f"{n}  abe  2026-05-04 08:{n:02d}  60  answered" for n in range(12))
    marks = [
        HEADS + "\n".join(f"{who}{n}  {n}  {who}  2026-05-05 09:00  pec  {int(n % 3 > 0)}" for n in range(12))
        for who in ("eve", "pat")
    ]
    return [("calls", "calls", calls), ("evaluations", "evaluations", marks[0]), (other, "evaluations", marks[1])]


def policies(order: tuple[str, ...]) -> Delivered:
    """Two systems have a policy `gold`: of 60 minutes, and of 480. Either ticket was solved after 120."""
    delivered = []
    for system in order:
        opened = "ticket_id  status  created_at        solved_at\nt  solved  2026-05-04 10:00  2026-05-04 12:00"
        applied = "event_id  ticket_id  happened_at  field  value\ne  t  2026-05-04 10:00  sla_policy  gold"
        allowed = "policy  measure  target_min  valid_from\ngold  full_resolution  {}  2026-01-01 00:00"
        delivered += [
            (system, "tickets", opened),
            (system, "ticket_events", applied),
            (system, "sla_targets", allowed.format(system.removeprefix("sys"))),
        ]
    return delivered


def disputed() -> Delivered:
    calls = "call_id  agent  offered_at  talk_s  outcome\n77  bob  2026-05-04 08:00  60  answered"
    marks = [HEADS + f"{name}  77  eve  2026-05-05 09:00  pec  1" for name in ("e1", "e1", "e2")]
    answers = "evaluation_id  kind  happened_at\n{}  dispute  2026-05-06 10:00"
    return [
        ("calls", "calls", calls),
        *(("qa" + str(n), "evaluations", text) for n, text in enumerate(marks, 1)),
        ("qa1", "evaluation_events", answers.format("e1")),
        ("answers", "evaluation_events", answers.format("e2")),
    ]


SECONDS, ORDERS = ("evaluations", "desk"), (("sys60", "sys480"), ("sys480", "sys60"))


@pytest.fixture(scope="module")
def of_many_systems(tmp_path_factory: pytest.TempPathFactory) -> Results:
    delivered = [*judged_twice(SECONDS[0]), *policies(ORDERS[0]), *disputed()]
    return publish_of(tmp_path_factory.mktemp("many"), *delivered)


@pytest.mark.parametrize("other", SECONDS)
def test_a_contact_judged_in_two_systems_is_one_contact(tmp_path: Path, of_many_systems: Results, other: str) -> None:
    """As certain as twelve, whichever system the second wrote in."""
    results = of_many_systems if other == SECONDS[0] else publish_of(tmp_path, *judged_twice(other))
    rate = figure(results, "pec_rate", agent="abe")
    assert (rate["n"], rate["value"]) == (12, pytest.approx(2 / 3))
    assert rate[["low", "high"]].tolist() == [float(bound) for bound in wilson(8, 12)]


@pytest.mark.parametrize("order", ORDERS)
def test_a_policy_is_of_the_system_of_its_ticket(
    tmp_path: Path, of_many_systems: Results, order: tuple[str, ...]
) -> None:
    results = of_many_systems if order == ORDERS[0] else publish_of(tmp_path, *policies(order))
    kept = results.frame("select source, target_s, passed_s > target_s as is_late from fact_sla")
    assert sorted(kept.values.tolist()) == [["sys480", 480 * 60, False], ["sys60", 60 * 60, True]]


def test_a_dispute_is_of_the_evaluation_of_its_own_system(of_many_systems: Results) -> None:
    """Where its system has no such evaluation, its id alone tells: files of one system may have no name in common."""
    found = of_many_systems.frame(
        "select source, is_disputed from fact_evaluations where conversation_id = '77' order by 1"
    )
    assert found.values.tolist() == [["qa1", True], ["qa2", False], ["qa3", True]]


ASKED = {
    "evaluations": "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"
    "e1  1595  eve  2026-03-03 09:00  pec  1",
    "surveys": "survey_id  conversation_id  question  score  answered_at\ns1  1595  csat  5  2026-03-03 09:00",
    "promises": "promise_id  conversation_id  promised_at  due_at  kept_at\n"
    "p1  1595  2026-03-02 09:00  2026-03-03 09:00  2026-03-02 10:00",
}
CALL = "call_id  agent  offered_at  talk_s  outcome\n{0}  bob  {1} 08:00  60  answered"
TICKET = "ticket_id  queue  status  created_at  solved_at  agent\n1595  cards  solved  {0} 09:00  {0} 11:00  ann"


@pytest.mark.parametrize(
    ("call_day", "ticket_day", "week"),
    [
        ("2026-03-02", "2026-08-03", "2026-W10"),
        pytest.param("2026-08-03", "2026-03-02", "2026-W32", marks=pytest.mark.slow),
    ],
)
def test_an_answer_is_of_the_call_once_though_its_id_comes_again_months_later(
    tmp_path: Path, call_day: str, ticket_day: str, week: str
) -> None:
    call, ticket = ("phone", "calls", CALL.format("1595", call_day)), ("desk", "tickets", TICKET.format(ticket_day))
    first, later = sorted((call, ticket), reverse=call_day > ticket_day, key=lambda table: table[1])
    between = ("phone", "calls", CALL.format("8000", "2026-07-27"))
    publish_of(tmp_path, first, between, *(("qa", table, text) for table, text in ASKED.items()))
    results = publish_of(tmp_path, later)
    for table, of_week in (("evaluations", week), ("surveys", week), ("promises", "2026-W10")):
        rows = results.frame(f"select agent, week from fact_{table}").values.tolist()
        assert rows == [["bob", of_week]], table
