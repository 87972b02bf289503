"""What a ticket owes an answer to: questions end when it is solved, and an agent's own letter asks nothing."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from pipeline.results import Results
from pipeline.settings.tickets import Sla
from tests.tables import figure
from tests.ticket_tables import HOUR, publish
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

AGREED = {
    "sla": (Sla(name="all", targets={"first_reply": {"any": 480}, "next_reply": {"any": 480}}, is_business=False),)
}
LATER = "late  2026-08-03 10:00  solved  2026-08-03 10:00  customer"
HEADER = "ticket_id  created_at  status  solved_at  opened_by"
LETTER_HEADER = "message_id  conversation_id  author_role  agent  sent_at  body"
EVENT_HEADER = "event_id  ticket_id  happened_at  field  value"


Told = tuple[str, str, str]
"""The ticket after its name; an author and an instant of May a line; an instant and a status a line."""
Clock = tuple[int, str, str | None, float, bool | None]
"""(turn, begun, ended, passed hours, kept)."""


def clocks(folder: Path, told: dict[str, Told]) -> dict[str, list[Clock]]:
    """The reply clocks of each ticket of one log."""
    rows, sent, moved = [HEADER], [LETTER_HEADER], [EVENT_HEADER]
    for name, (ticket, letters, changes) in told.items():
        rows.append(f"{name}  {ticket}")
        for n, (role, at) in enumerate(line.split("  ") for line in letters.splitlines()):
            sent.append(f"{name}{n:02d}  {name}  {role}  {'kim' if role == 'agent' else '-'}  2026-05-{at}  Hello")
        for n, (at, value) in enumerate(line.split("  ") for line in changes.splitlines()):
            moved.append(f"{name}e{n}  {name}  2026-05-{at}  status  {value}")
    tables = {"tickets": "\n".join([*rows, LATER]), "messages": "\n".join(sent)}
    if len(moved) > 1:
        tables["ticket_events"] = "\n".join(moved)
    frame = publish(folder, AGREED, **tables).frame("select * from fact_sla order by turn")
    return {name: _clocks(frame[frame["ticket_id"] == name]) for name in told}


def _clocks(frame: pd.DataFrame) -> list[Clock]:
    ends = [None if pd.isna(at) else f"{at:%d %H:%M}" for at in frame["finished_at"]]
    kept = [None if pd.isna(is_met) else bool(is_met) for is_met in frame["is_met"]]
    begun = [f"{at:%d %H:%M}" for at in frame["started_at"]]
    return list(zip(frame["turn"], begun, ends, frame["passed_s"] / HOUR, kept, strict=True))


ASKED = "customer  04 09:00"
ANSWERED = f"{ASKED}\nagent  04 10:00"
KEPT = (0, "04 09:00", "04 10:00", 1.0, True)
ENDINGS = {
    "thanks": (f"{ANSWERED}\ncustomer  04 11:00", "04 10:00  solved", [KEPT]),
    "thanks answered late": (f"{ANSWERED}\ncustomer  04 11:00\nagent  11 11:00", "04 10:00  solved", [KEPT]),
    "solved by telephone": (ASKED, "04 12:00  solved", [(0, "04 09:00", "04 12:00", 3.0, True)]),
    "solved too late": (ASKED, "04 19:00  solved", [(0, "04 09:00", "04 19:00", 10.0, False)]),
    "a later turn": (f"{ANSWERED}\ncustomer  05 09:00", "05 10:00  solved", [KEPT, (1, "05 09:00", "05 10:00", 1.0, True)]),
    "reopened by the word": (
        f"{ANSWERED}\ncustomer  05 11:00\nagent  05 13:00",
        "04 10:00  solved\n05 11:00  open",
        [KEPT, (1, "05 11:00", "05 13:00", 2.0, True)],
    ),
    "thanks, and reopened days later": (
        f"{ANSWERED}\ncustomer  04 11:00\ncustomer  08 09:00\nagent  08 12:00",
        "04 10:00  solved\n08 09:00  open",
        [KEPT, (1, "08 09:00", "08 12:00", 3.0, True)],
    ),
    "unanswered, solved, and reopened": (
        f"{ASKED}\ncustomer  06 09:00\nagent  06 19:00",
        "04 10:00  solved\n06 09:00  open",
        [(0, "04 09:00", "06 19:00", 11.0, False)],
    ),
}  # fmt: skip


REOPENED = (f"{ANSWERED}\ncustomer  05 11:00", "04 10:00  solved\n05 12:00  open")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Clock]]:
    """Tickets with a history of statuses."""
    solved, opened, sent = (
        f"2026-05-04 09:00  {rest}" for rest in ("solved  -  customer", "open  -  customer", "open  -  agent")
    )
    told = {name: (solved, letters, changes) for name, (letters, changes, _) in ENDINGS.items()}
    told |= {name: (sent, letters, "04 09:00  open") for name, (letters, _) in OUTBOUND.items()}
    return clocks(tmp_path_factory.mktemp("followed"), told | {"reopened": (opened, *REOPENED)})


@pytest.fixture(scope="module")
def unfollowed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Clock]]:
    """Tickets of a source that delivers no change of status."""
    told = {
        "instant": ("2026-05-04 09:00  solved  2026-05-04 12:00  customer", ASKED, ""),
        "unanswered": ("2026-05-04 09:00  solved  -  customer", ASKED, ""),
        "answered": ("2026-05-04 09:00  solved  -  customer", ANSWERED, ""),
    }
    return clocks(tmp_path_factory.mktemp("unfollowed"), told)


@pytest.mark.parametrize("name", ENDINGS)
def test_a_question_ends_when_its_ticket_is_solved(followed: dict[str, list[Clock]], name: str) -> None:
    assert followed[name] == ENDINGS[name][2]


def test_a_question_that_reopened_its_ticket_is_still_owed(followed: dict[str, list[Clock]]) -> None:
    first, second = followed["reopened"]
    assert first == KEPT
    assert second[:3] == (1, "05 12:00", None) and second[4] is False


def test_an_instant_of_solving_without_a_history_ends_a_question_too(unfollowed: dict[str, list[Clock]]) -> None:
    assert unfollowed["instant"] == [(0, "04 09:00", "04 12:00", 3.0, True)]


def test_of_a_ticket_over_at_no_stated_instant_an_unanswered_question_is_not_judged(
    unfollowed: dict[str, list[Clock]],
) -> None:
    assert (unfollowed["unanswered"], unfollowed["answered"]) == ([], [KEPT])


OUTBOUND = {
    "nobody wrote back": ("agent  04 09:00", []),
    "a second letter": ("agent  04 09:00\nagent  06 09:00", []),
    "written back": (
        "agent  04 09:00\ncustomer  08 09:00\nagent  08 10:00", [(0, "08 09:00", "08 10:00", 1.0, True)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTBOUND)
def test_an_agents_own_letter_asks_for_no_reply(followed: dict[str, list[Clock]], name: str) -> None:
    assert followed[name] == OUTBOUND[name][1]


TOGETHER = Together()
TOGETHER.add(tickets=f"{HEADER}\n{LATER}")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("written"))


TOGETHER.add(
    tickets="""
    ticket_id  created_at        status  opened_by  queue
    sent       2026-05-04 09:00  open    agent      sent
    asked      2026-05-04 09:00  open    agent      sent
    """,
    messages=f"""
    {LETTER_HEADER}
    s1  sent   agent     kim  2026-05-04 09:00  We move house
    s2  asked  agent     kim  2026-05-04 09:00  We move house
    s3  asked  customer  -    2026-05-05 09:00  Where to?
    """,
)


@pytest.mark.parametrize(("kpi", "met", "n"), [("never_replied", 1, 1), ("acknowledged", 0, 1)])
def test_of_tickets_that_agents_opened_only_those_written_back_to_can_be_left_unanswered(
    written: Results, kpi: str, met: int, n: int
) -> None:
    assert figure(written, kpi, queue="sent")[["numerator", "denominator"]].tolist() == [met, n]


TOGETHER.add(
    tickets="""
    ticket_id  created_at        status  opened_by  queue
    moved      2026-05-04 09:00  open    agent      moved
    """,
    messages=f"""
    {LETTER_HEADER}
    v1  moved  agent     kim  2026-05-04 09:00  We move house
    v2  moved  customer  -    2026-05-04 12:00  Where to?
    v3  moved  agent     kim  2026-05-04 13:00  Next door
    """,
)


def test_an_agents_ticket_waits_from_the_customers_word_and_its_first_reply_counts_from_creation(
    written: Results,
) -> None:
    """Zendesk's first reply is from creation to the second letter; the wait for a reply is the customer's own."""
    clocks = ("reply_wait", "first_reply_p50", "first_reply_business_p50")
    assert [figure(written, kpi, queue="moved")["value"] for kpi in clocks] == [1, 4, 4]


BEGINNINGS = {
    "agent  09:00:00\ncustomer  10:00:00\nagent  12:00:00": (3.0, 1, False),
    "agent  09:00:01\ncustomer  10:00:00\nagent  12:00:00": (1 / 3600, 2, True),
    "agent  09:00:00\ncustomer  09:00:00\nagent  12:00:00": (0.0, 2, True),
}
for number, letters in enumerate(BEGINNINGS):
    sent = [line.split("  ") for line in letters.split("\n")]
    rows = [
        f"b{number}{n}  b{number}  {role}  {'kim' if role == 'agent' else '-'}  2026-05-04 {at}  Hello"
        for n, (role, at) in enumerate(sent)
    ]
    TOGETHER.add(
        tickets=f"ticket_id  created_at  status  solved_at\nb{number}  2026-05-04 09:00  solved  2026-05-04 12:00",
        messages="\n".join([LETTER_HEADER, *rows]),
    )


@pytest.mark.parametrize("letters", BEGINNINGS)
def test_who_began_a_ticket_is_read_from_its_first_letter_where_nobody_says(written: Results, letters: str) -> None:
    """An agent, where the agent's letter is the ticket's beginning; not who is quick to answer what a form asked."""
    ticket, (first_reply_h, replies, is_customers) = f"b{list(BEGINNINGS).index(letters)}", BEGINNINGS[letters]
    found = written.frame(f"select first_reply_s, replies from fact_tickets where ticket_id = '{ticket}'").iloc[0]
    assert (found["first_reply_s"] / HOUR, found["replies"]) == (first_reply_h, replies)
    made = written.frame(f"select is_customer_made from fact_contacts where conversation_id = '{ticket}'")
    assert made["is_customer_made"].tolist() == [is_customers]


UNWRITTEN = """
ticket_id  created_at        status  first_replied_at  solved_at         opened_by  channel
early      2026-05-01 09:00  solved  -                 2026-05-02 09:00  customer   -
written    2026-05-04 08:00  open    -                 -                 customer   -
silent     2026-05-04 09:00  open    -                 -                 customer   -
by phone   2026-05-04 09:00  solved  -                 2026-05-04 10:00  customer   -
sent       2026-05-04 09:00  open    -                 -                 agent      -
call       2026-05-04 09:00  open    -                 -                 customer   voice
late       2026-08-03 10:00  solved  -                 2026-08-03 10:00  customer   -
"""
ONE_LETTER = f"{LETTER_HEADER}\nm1  written  agent  kim  2026-05-04 08:30  Hello"
STAMPED = UNWRITTEN.replace("08:00  open    -               ", "08:00  open    2026-05-04 08:30")
FIRST_REPLIES = [
    ("by phone", "2026-05-04 10:00", True), ("silent", None, False), ("written", "2026-05-04 08:30", True),
]  # fmt: skip


SOURCES = {
    "letters": {"tickets": UNWRITTEN, "messages": ONE_LETTER},
    "neither": {"tickets": UNWRITTEN},
    "stamps": {"tickets": STAMPED},
}


@pytest.fixture(scope="module")
def source_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Results]:
    """What is published of each, once."""
    return cache(lambda name: publish(tmp_path_factory.mktemp(name), AGREED, **SOURCES[name]))


@pytest.mark.parametrize(
    ("source", "expected"), [("letters", FIRST_REPLIES), ("neither", []), ("stamps", FIRST_REPLIES)]
)
def test_a_ticket_without_a_letter_asks_as_it_is_created(
    source_of: Callable[[str], Results], source: str, expected: list[tuple[str, str | None, bool | None]]
) -> None:
    """Where its source tells of replies, from the first ticket on of which it does; what an agent sent, or a call, asks for no letter."""
    found = source_of(source).frame(
        "select ticket_id, strftime(finished_at, '%Y-%m-%d %H:%M') as ended, is_met from fact_sla "
        "where measure = 'first_reply' order by ticket_id"
    )
    assert [tuple(row) for row in found.astype(object).where(found.notna(), None).to_numpy()] == expected


def test_a_target_of_months_that_is_met_is_known_after_thirty_days(tmp_path: Path) -> None:
    """Forty days were agreed: of what began 34 days before the data end it is told, of what began a day before not."""
    tickets = """
    ticket_id  created_at        status  solved_at
    old        2026-04-01 09:00  solved  2026-04-02 09:00
    young      2026-05-04 09:00  solved  2026-05-04 10:00
    end        2026-05-05 09:00  open    -
    """
    agreed = Sla(name="all", targets={"full_resolution": {"any": 40 * 24 * 60}}, is_business=False)
    found = publish(tmp_path, {"sla": (agreed,)}, tickets=tickets).frame("select ticket_id from fact_sla where is_met")
    assert found["ticket_id"].tolist() == ["old"]


REPLIES = {
    "letters": {"replies": 1 / 5, "one_touch": 0, "one_touch_or_none": 1, "never_replied": 2 / 3},
    "neither": dict.fromkeys(("replies", "one_touch", "one_touch_or_none", "never_replied")),
}


@pytest.mark.parametrize("source", REPLIES)
def test_where_letters_are_recorded_a_ticket_without_one_has_no_reply(
    source_of: Callable[[str], Results], source: str
) -> None:
    found = {kpi: figure(source_of(source), kpi)["value"] for kpi in REPLIES[source]}
    assert {kpi: None if pd.isna(value) else value for kpi, value in found.items()} == REPLIES[source]
