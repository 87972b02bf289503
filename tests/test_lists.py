"""Monday's lists and costs: who stands on them and who does not."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from pipeline.findings import topics
from pipeline.findings.lists import COLUMNS, monday
from pipeline.findings.look import look
from pipeline.report.audience import seen_by
from pipeline.report.collect import Collected, collect
from pipeline.report.collect_figures import EXPOSURE, OWN_TONE
from pipeline.report.findings_page import list_table
from pipeline.report.monday import waiting
from pipeline.report.pec import _team_table, page
from pipeline.report.said import sentence
from pipeline.report.subjects import Places
from pipeline.report.tables import Cell
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Costs, Profile, Settings
from pipeline.settings.tickets import Sla
from tests.tables import cells, publish
from tests.ticket_tables import publish as publish_tickets
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = """
call_id  offered_at        talk_s  hold_s  wrap_s  outcome    customer_key  agent  topic  is_resolved  direction
a1       2026-05-04 10:00  60      0       10      answered   ann           kim    bill   false        inbound
a2       2026-05-05 10:00  60      0       10      answered   ann           lee    bill   false        inbound
a3       2026-05-07 10:00  60      0       10      answered   ann           lee    bill   false        inbound
b1       2026-05-04 10:00  60      0       10      answered   bob           kim    bill   false        inbound
b2       2026-05-05 10:00  60      0       10      answered   bob           kim    bill   false        inbound
b3       2026-05-06 10:00  60      0       10      answered   bob           kim    bill   true         inbound
c1       2026-05-08 10:00  -       -       -       abandoned  cat           -      card   -            inbound
d1       2026-05-08 11:00  -       -       -       abandoned  dan           -      card   -            inbound
d2       2026-05-08 12:00  60      0       0       answered   dan           kim    card   -            outbound
e1       2026-05-09 11:00  -       -       -       abandoned  -             -      card   -            inbound
"""
NOT_LISTED = "g1  2026-05-02 10:00  -  -  -  abandoned  gus  -  card  -  inbound\n" + "".join(
    f"h{n}  2026-05-06 {n}:00  60  0  10  answered  hal  kim  bill  false  inbound\n" for n in range(21)
)
"""Nine days before the week ends; and who calls so often that no agent can settle it."""


LETTERS = """
message_id  conversation_id  author_role  agent  sent_at           body
old         t1               customer     -      2026-05-01 10:00  I will kill you
hit         t1               customer     -      2026-05-09 10:00  I will kill you
insult      t1               customer     -      2026-05-09 11:00  You idiots
leave       t1               customer     -      2026-05-09 12:00  I will go to another bank
rude        t1               agent        lee    2026-05-09 13:00  You idiots, learn to read <b>
kind        t1               agent        kim    2026-05-09 14:00  Hello Emma, I called the branch
next        t1               customer     -      2026-05-11 10:00  I will kill you
"""
TOGETHER = Together()
TOGETHER.add(
    calls=CALLS + NOT_LISTED,
    tickets="ticket_id  created_at        queue      agent\nt1  2026-05-01 09:00  <b>bank  kim",
    messages=LETTERS,
)
TOGETHER.add(
    calls="""
    call_id  offered_at        outcome    customer_key
    r1       2026-05-08 10:00  abandoned  rob
    s1       2026-05-08 10:00  abandoned  sue
    """,
    messages="message_id  conversation_id  author_role  agent  sent_at  customer_key\nm1  th  agent  kim  2026-05-09 09:00  rob",
    tickets="ticket_id  created_at  opened_by  status  customer_key\nt2  2026-05-09 09:00  agent  closed  sue",
)
"""Whom nobody reached by telephone: the house wrote to rob, and closed a ticket of sue in which nobody wrote."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def lists(published: Results) -> dict[str, pd.DataFrame]:
    return monday(look(published, Settings(), "2026-W19"))


@pytest.mark.parametrize(
    ("name", "conversations"),
    [("unresolved", ["a3"]), ("lost", ["c1", "s1"]), ("promises", []), ("breaches", [])],
    ids=[
        "unresolved: not who was settled, nor who calls all day",
        "lost: not whom an agent reached or wrote to, nor of weeks before; a closed ticket reaches nobody",
        "no promises",
        "no agreements",
    ],
)
def test_who_stands_on_a_list(lists: dict[str, pd.DataFrame], name: str, conversations: list[str]) -> None:
    assert lists[name]["conversation_id"].tolist() == conversations
    assert list(lists[name].columns) == list(COLUMNS)


def test_who_waits_for_a_letter_is_no_lost_caller(tmp_path: Path) -> None:
    tickets = "ticket_id  created_at  status  customer_key\nt1  2026-05-08 09:00  open  gus\n"
    before = [f"w{n}  2026-05-02 10:00  -  -  -  abandoned  -  -  card  -  inbound\n" for n in range(20)]
    centre = look(publish(tmp_path, calls=CALLS + "".join(before), tickets=tickets), Settings())
    assert monday(centre)["lost"]["conversation_id"].tolist() == ["c1"]
    known = [centre.ripe_for(3), centre.ripe_for(4), replace(centre, known_until=datetime(2026, 5, 10)).ripe_for(1)]
    assert known == [["2026-W19"], [], []], "the last answer is of Thursday, and the week has to be over"


THREE = """
call_id  offered_at        talk_s  outcome   customer_key  agent  is_resolved
b1       2026-05-04 10:00  60      answered  bob           kim    false
b2       2026-05-05 10:00  60      answered  bob           kim    false
"""
"""Two calls; what follows them is the third contact of the case."""
TICKETS = "ticket_id  created_at  first_replied_at  status  solved_at  customer_key\n"


@pytest.mark.parametrize(
    ("status", "conversations"),
    [("open    -", ["t1"]), ("solved  2026-05-09 09:00", [])],
    ids=["answered and open: not helped, though its days have not passed", "solved"],
)
def test_a_customer_is_helped_when_the_ticket_is_solved(tmp_path: Path, status: str, conversations: list[str]) -> None:
    calls = THREE + "last     2026-05-11 10:00  60      answered  zoe           kim    true\n"
    tickets = f"{TICKETS}t1  2026-05-08 09:00  2026-05-08 12:00  {status}  bob\n"
    found = monday(look(publish(tmp_path, calls=calls, tickets=tickets), Settings()))["unresolved"]
    assert found["conversation_id"].tolist() == conversations


def test_a_late_ticket_that_was_solved_after_all_is_on_no_list(tmp_path: Path) -> None:
    calls = THREE.replace("05-04", "05-11").replace("05-05", "05-12")
    calls += "last     2026-05-24 10:00  60      answered  zoe           kim    true\n"
    tickets = f"{TICKETS}t1  2026-05-13 09:00  2026-05-13 12:00  solved  2026-05-22 09:00  bob\n"
    results = publish(tmp_path, calls=calls, tickets=tickets)
    cases = results.frame("select is_resolved, contacts from fact_cases where conversation_id = 't1'")
    assert cases.values.tolist() == [[False, 3]], "as it was judged"
    assert monday(look(results, Settings()))["unresolved"].empty


def test_a_case_is_found_under_the_queue_and_topic_of_its_last_contact(tmp_path: Path) -> None:
    calls = """
    call_id  offered_at        talk_s  outcome   customer_key  agent  queue    topic  is_resolved
    b1       2026-05-04 10:00  60      answered  bob           kim    service  bill   false
    b2       2026-05-05 10:00  60      answered  bob           kim    service  bill   false
    b3       2026-05-06 10:00  60      answered  bob           lee    cards    card   false
    z1       2026-05-08 10:00  60      answered  zoe           kim    service  bill   true
    """
    results = publish(tmp_path, calls=calls)
    found = monday(look(results, Settings()))["unresolved"]
    columns = ["conversation_id", "agent", "queue", "topic", "detail"]
    assert found[columns].values.tolist() == [["b3", "lee", "cards", "card", "3"]]
    table = list_table(collect(results, Settings(), "2026-W19"), Words("en"), "unresolved", found)
    assert [column.title for column in table.columns[:3]] == ["First contact", "Last contact", "Answered last"]
    assert [cell.text for cell in table.rows[0][:2]] == ["4 May 2026, 10:00", "6 May 2026, 10:00"]


OVERDUE = """
ticket_id  created_at        status  priority  customer_key
late       2026-05-04 09:00  open    -         ann
young      2026-05-10 21:00  open    -         bob
old        2026-05-04 09:05  open    low       ann
burning    2026-05-08 09:00  open    urgent    bob
plain      2026-05-07 09:00  open    -         cat
solved     2026-05-10 23:20  solved  low       dan
end        2026-05-10 23:30  open    -         cat
"""


@pytest.fixture(scope="module")
def overdue(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """An hour was agreed for the first reply and two days for the rest; nobody has replied to anything."""
    letters = ["message_id  conversation_id  author_role  sent_at"]
    for row in OVERDUE.strip().splitlines()[1:]:
        ticket, created_at, *_ = cells(row)
        letters.append(f"m-{ticket}  {ticket}  customer  {created_at}")
    agreed = Sla(name="all", targets={"first_reply": {"any": 60}, "full_resolution": {"any": 2880}}, is_business=False)
    folder = tmp_path_factory.mktemp("overdue")
    results = publish_tickets(folder, {"sla": (agreed,)}, tickets=OVERDUE, messages="\n".join(letters))
    return collect(results, Settings(), "2026-W19")


def test_a_ticket_is_overdue_once_whichever_targets_are(overdue: Collected) -> None:
    found = overdue.lists["breaches"]
    told = {row.conversation_id: (str(row.since), row.detail) for row in found.itertuples()}
    assert len(told) == len(found) == 5
    assert told["late"] == ("2026-05-04 10:00:00", "first_reply, full_resolution")
    assert told["young"] == ("2026-05-10 22:00:00", "first_reply")
    table = list_table(overdue, Words("en"), "breaches", found)
    assert [column.title for column in table.columns] == ["Overdue since", "Priority", "What", "Reference"]
    assert {"first reply, resolution", "first reply"} == {row[2].value for row in table.rows}
    assert table.caption.endswith("5 of 5")


def test_urgent_tickets_lead_what_is_overdue(overdue: Collected) -> None:
    found = overdue.lists["breaches"]
    assert found["conversation_id"].tolist() == ["burning", "late", "old", "plain", "young"]
    table = list_table(overdue, Words("en"), "breaches", found)
    urgencies = ["urgent", "(none)", "low", "(none)", "(none)"]
    assert [row[1].text for row in table.rows] == urgencies and table.columns[1].title == "Priority"


def test_promises_that_fall_due_are_told_from_those_that_are_overdue(tmp_path: Path) -> None:
    calls = (
        CALLS
        + "f1       2026-05-12 10:00  60      0       0       answered   fay           kim    card   -            inbound"
    )
    promises = """
    promise_id  conversation_id  promised_at       due_at            kept_at
    late        a1               2026-05-04 10:00  2026-05-08 10:00  -
    kept        a2               2026-05-05 10:00  2026-05-08 10:00  2026-05-08 09:00
    soon        a3               2026-05-07 10:00  2026-05-12 10:00  -
    later       b1               2026-05-04 10:00  2026-05-17 10:00  -
    far         b2               2026-05-05 10:00  2026-05-20 10:00  -
    """
    results = publish(tmp_path, calls=calls, promises=promises)
    seen = collect(results, Settings(), "2026-W19")
    said = {language: [call.text for call in waiting(seen, Words(language))] for language in ("en", "ru")}
    assert "Promises due within 7 days: 2; overdue by up to 14 days: 1" in said["en"]
    assert "Обещания со сроком в ближайшие 7 дней: 2; просроченные не больше чем на 14 дней: 1" in said["ru"]


PROMISED = """
promise_id  conversation_id  promised_at       due_at            kept_at
sunday      a1               2026-05-04 10:00  2026-05-11 00:00  -
morning     a2               2026-05-05 10:00  2026-05-11 08:00  -
next        a3               2026-05-07 10:00  2026-05-18 00:00  -
"""


def test_a_promise_until_midnight_is_one_of_the_day_that_ends_then(tmp_path: Path) -> None:
    """The data end in the evening of the week's last day; who reads on Monday finds that day's promise broken."""
    last = "f1  2026-05-10 18:00  60  0  0  answered  fay  kim  card  -  inbound"
    results = publish(tmp_path, calls=CALLS + last, promises=PROMISED)
    seen = collect(results, Settings(), "2026-W19")
    judged = results.frame("select promise_id from fact_promises where is_kept = false")["promise_id"].tolist()
    assert judged == ["sunday"], "in figures as on the list"

    def due(data: Collected, language: str) -> list[Cell]:
        return [row[0] for row in list_table(data, Words(language), "promises", data.lists["promises"]).rows]

    def said(data: Collected, language: str) -> list[str]:
        return [cell.text for cell in due(data, language)]

    assert said(seen, "en") == ["by the end of 10 May 2026", "11 May 2026, 08:00", "by the end of 17 May 2026"]
    assert said(seen, "ru") == ["до конца 10 мая 2026", "11 мая 2026, 08:00", "до конца 17 мая 2026"]
    assert seen.lists["promises"]["detail"].tolist() == ["overdue", "due", "due"]
    assert [cell.value for cell in due(seen, "ru")] == ["2026-05-10", "2026-05-11 08:00", "2026-05-17"]
    unnamed = seen_by(seen, Profile(name="numbers", agents="numbered"), b"a key")
    assert said(unnamed, "en") == ["Sun 10 May", "Mon 11 May", "Sun 17 May"]
    assert [cell.value for cell in due(unnamed, "en")] == ["2026-05-10", "2026-05-11", "2026-05-17"]
    springs = seen.lists["promises"].head(1).assign(since=pd.Timestamp("2026-04-23 22:00"))
    cairo = replace(seen, lists={"promises": springs}, timezone="Africa/Cairo")
    assert said(cairo, "en") == ["by the end of 23 April 2026"], "clocks go from midnight to one"


def twice_each(wrap_s: str) -> str:
    """Forty customers who come back the next day; 360 s of talk each time. Forty others call once then, and in the week after."""
    rows = [CALLS.strip().splitlines()[0]]
    for n in range(40):
        for visit in (4, 5):
            rows.append(
                f"x{n}v{visit}  2026-05-0{visit} 10:{n}  360  0  {wrap_s}  answered  c{n}  kim  bill  -  inbound"
            )
        rows.append(f"w{n}  2026-05-06 11:{n}  60  0  0  answered  e{n}  kim  card  -  inbound")
        rows.append(f"y{n}  2026-05-13 10:{n}  60  0  0  answered  d{n}  kim  card  -  inbound")
    return "\n".join([*rows, "z  2026-05-25 10:00  60  0  0  answered  zz  kim  card  -  inbound"])


def test_hours_are_not_nought_where_handle_time_is_not_recorded(tmp_path: Path) -> None:
    results = publish(tmp_path, calls=twice_each(wrap_s="-"))
    (found,) = topics.find(look(results, Settings(costs=Costs(hour=50))))
    assert found.whom == {"topic": "bill"} and set(found.figures) == {"repeats", "centre"}
    assert "How long that takes is not recorded" in sentence(Words("en"), found, results.catalogue, {})


def test_hours_cost_what_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(costs=Costs(hour=50, currency="CHF"))
    (found,) = topics.find(look(publish(tmp_path, calls=twice_each(wrap_s="0")), settings))
    figures = found.figures
    assert figures["hours"].value == pytest.approx(40 * 0.1)
    assert (figures["cost"].value, figures["cost"].unit) == (pytest.approx(50 * figures["hours"].value), "CHF")


def test_threats_and_rude_letters_of_the_week_are_to_be_read_by_who_sees_everybody(
    published: Results, lists: dict[str, pd.DataFrame]
) -> None:
    found = lists["letters"]
    assert found[["agent", "queue", "detail", "conversation_id"]].values.tolist() == [
        ["kim", "<b>bank", "violence_threat", "t1"], ["lee", "<b>bank", "rude", "t1"],
    ]  # fmt: skip
    assert found["since"].tolist() == [pd.Timestamp("2026-05-09 10:00"), pd.Timestamp("2026-05-09 13:00")]
    assert list(found.columns) == list(COLUMNS)
    data = collect(published, Settings(), "2026-W19")
    [call] = [call for call in waiting(data, Words("ru")) if "letters" in call.link]
    assert call.text.startswith("2 письма стоит прочесть первыми") and call.link == "pec.html#table-list-letters"
    table = page(data, Words("en"), Places(data))["to_read"]
    assert table.columns[0].title == "Sent" and [cell.text for cell in table.rows[1]] == [
        "9 May 2026, 13:00", "lee", "<b>bank", "agent's rude words", "tickets/t1",
    ]  # fmt: skip
    rude, kind = (replace(data, exposure=data.exposure.assign(value=value)) for value in (0.0044, 0.0))
    read = _team_table(rude, Words("en"), "rude", OWN_TONE)
    assert read is not None and read.caption == "Agents' letters with rude words, by team"
    assert read.rows[0][1].text == "0.4%", "two of 454 are not none"
    assert _team_table(kind, Words("en"), "rude", OWN_TONE) is None
    assert _team_table(kind, Words("en"), "exposure", EXPOSURE) is not None, "that nobody was abused is worth a table"
    for profile in (Profile(name="numbers", agents="numbered"), Profile(name="red", agents="named", teams=("Red",))):
        assert "letters" not in seen_by(data, profile, b"").lists
