"""Legs become contacts, contacts have returns, outcomes ripen: rows in, figures out."""

from itertools import chain
from pathlib import Path

import pandas as pd
import pytest

from pipeline.models import read_model
from pipeline.results import Results
from tests.tables import Memory, figure, publish, publish_of
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

LATER = "late     2026-05-30 12:00  60  answered  zz"
"""A known customer's call three weeks on: everything before it has been observed long enough."""
EARLY = [f"2026-04-{day} 12:00" for day in ("01", "08", "15", "22", "29")]
"""The logs begin a month before, with a record a week: of every contact it is known what came before it."""
HEAD = "call_id  offered_at  talk_s  outcome  customer_key"
TOGETHER = Together()
TOGETHER.add(calls="\n".join([HEAD, *(f"early{at[8:10]}  {at}  -  no_call  yy" for at in EARLY), LATER]))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("contacts"))


@pytest.fixture(scope="module")
def contacts(results: Results) -> pd.DataFrame:
    return results.frame("select * from fact_contacts").set_index("conversation_id")


RETURNS = {
    "at its end": ("b  2026-05-04 10:01  30  answered  ann", 0),
    "later": ("b  2026-05-04 10:11  30  answered  ann", 600),
    "lost": ("b  2026-05-04 10:11  -  abandoned  ann", 600),
    "refused": ("b  2026-05-04 10:11  -  refused_closed  ann", 600),
    "before its end": ("b  2026-05-04 10:00:30  30  answered  ann", None),
    "somebody else": ("b  2026-05-04 10:11  30  answered  bob", None),
    "nobody": ("b  2026-05-04 10:11  30  answered  -", None),
    "no call": ("b  2026-05-04 10:11  -  no_call  ann", None),
    "beyond 30 days": ("b  2026-06-20 10:11  30  answered  ann", None),
}


for number, (second, _) in enumerate(RETURNS.values()):
    call, *between, customer = second.split("  ")
    who = customer if customer == "-" else f"{customer}{number}"
    first, again = f"a{number}  2026-05-04 10:00  60  answered  ann{number}", [f"{call}{number}", *between, who]
    TOGETHER.add(calls="\n".join([HEAD, first, "  ".join(again)]))


@pytest.mark.parametrize("case", RETURNS)
def test_a_repeat_is_the_first_later_attempt_of_the_same_customer(contacts: pd.DataFrame, case: str) -> None:
    found = contacts.loc[f"a{list(RETURNS).index(case)}", "return_after_s"]
    assert (None if pd.isna(found) else found) == RETURNS[case][1]


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  outcome   customer_key  direction  queue
    out1     2026-05-04 10:00  60      answered  out           inbound    made
    out2     2026-05-04 11:00  60      answered  out           callback   made
    out3     2026-05-05 10:00  60      answered  out           outbound   made
    """
)


def test_a_call_made_by_an_agent_is_no_repeat(results: Results) -> None:
    assert figure(results, "repeat_7d", queue="made")[["numerator", "n"]].tolist() == [0, 1]


TOGETHER.add(calls=f"{HEAD}\nnone1  2026-05-04 10:00  0  answered  zero\nnone2  2026-05-04 10:00  0  answered  zero")


def test_a_contact_of_no_length_is_not_its_own_repeat(contacts: pd.DataFrame) -> None:
    found = contacts.loc[["none1", "none2"], "return_after_s"]
    assert found.isna().tolist() == [False, True] and found["none1"] == 0


TOGETHER.add(
    calls="""
    call_id  conversation_id  offered_at        answered_at       ended_at          talk_s  hold_s  wrap_s  outcome    agent  topic  ended_by  customer_key  is_resolved  queue
    leg1     x                2026-05-04 10:00  2026-05-04 10:01  2026-05-04 10:03  120     0       30      answered   amy    bills  transfer  legs          -            legs
    leg2     x                2026-05-04 10:03  2026-05-04 10:04  2026-05-04 10:10  300     60      40      answered   bob    cards  other     legs          true         legs
    leg3     y                2026-05-04 10:30  -                 2026-05-04 10:31  -       -       -       abandoned  -      cards  customer  legs          -            legs
    """
)


def test_legs_of_a_conversation_are_one_contact(results: Results, contacts: pd.DataFrame) -> None:
    assert [figure(results, kpi, queue="legs")["value"] for kpi in ("aht", "aht_contact")] == [275, 550]
    assert figure(results, "transfers", queue="legs")["value"] == 1
    contact = contacts.loc["x"]
    assert (contact["legs"], contact["agent"], contact["closing_agent"], contact["topic"]) == (2, "amy", "bob", "bills")
    assert contact["is_resolved"] and contact["return_after_s"] == 20 * 60
    assert [figure(results, kpi, queue="legs")["value"] for kpi in ("resolution_stated", "resolution_rate")] == [1, 0]
    assert figure(results, "repeat_7d", agent="amy")["value"] == 1


TOGETHER.add(
    calls="""
    call_id  conversation_id  offered_at        talk_s  outcome   customer_key
    who1     who-12           2026-05-04 10:00  60      answered  who1
    who2     who-12           2026-05-04 10:02  60      answered  who2
    who3     who-21           2026-05-14 10:00  60      answered  who2
    who4     who-21           2026-05-14 10:02  60      answered  who1
    who5     who-1            2026-05-24 10:00  60      answered  -
    who6     who-1            2026-05-24 10:02  60      answered  who1
    """
)


def test_the_customer_of_a_conversation_is_that_of_its_first_leg(results: Results, contacts: pd.DataFrame) -> None:
    """Of a leg that was handed on some systems call the colleague the caller."""
    legs = results.frame("select * from fact_calls where call_id like 'who%'").set_index("call_id")["customer"]
    found = contacts.loc[["who-12", "who-21", "who-1"], "customer"]
    assert [*found] == [legs["who1"], legs["who2"], legs["who1"]] and legs["who1"] != legs["who2"]


def test_outcomes_wait_until_their_window_has_passed(tmp_path: Path) -> None:
    rows = """
    call_id  offered_at        talk_s  hold_s  wrap_s  outcome   customer_key
    early    2026-04-20 10:00  -       -       -       no_call   yy
    early2   2026-04-27 10:00  -       -       -       no_call   yy
    old      2026-05-04 10:00  100     0       0       answered  ann
    again    2026-05-06 10:00  200     0       0       answered  ann
    young    2026-05-12 10:00  300     0       0       answered  bob
    newest   2026-05-14 10:00  300     0       0       answered  cid
    """
    results = publish(tmp_path, calls=rows)
    assert figure(results, "repeat_7d")[["numerator", "denominator"]].tolist() == [1, 2]
    assert figure(results, "repeat_1d")[["numerator", "denominator"]].tolist() == [0, 3]
    assert figure(results, "effort_per_resolved")["value"] == 300
    assert figure(results, "fcr_7d")[["numerator", "denominator"]].tolist() == [0, 1]
    assert pd.isna(figure(results, "repeat_7d", week="2026-W20")["value"])


MISSED = {
    "answered in the second queue": ("first overflowed 0, first answered 1", (True, True, None)),
    "in none": ("first overflowed 0, first abandoned 1", (True, False, None)),
    "answered, passed on, given up": ("first answered 0, first abandoned 1", (True, True, None)),
    "came back": ("first abandoned 0, again answered 60", (True, False, 3600)),
    "at the third time": ("first abandoned 0, again voicemail 60, third answered 120", (True, False, 7200)),
    "a day later": ("first timed_out 0, again answered 1500", (True, False, 25 * 3600)),
    "in the second week": ("first abandoned 0, again answered 11520", (True, False, 8 * 86400)),
    "called back": ("first callback_requested 0, back answered 30 outbound", (True, False, 1800)),
    "called back under its id": ("first abandoned 0, first answered 20 outbound", (True, False, 1200)),
    "called back in vain": ("first abandoned 0, back abandoned 30 outbound", (True, False, None)),
    "while the line still waited": ("first abandoned 0, again answered 10, first abandoned 20", (True, False, 0)),
    "by nobody": ("first abandoned 0 inbound voice -, again answered 60 inbound voice -", (True, False, None)),
    "refused": ("first refused_full 0", (False, False, None)),
    "in the menu": ("first ivr_ended 0, first abandoned 0 outbound", (False, False, None)),
    "a letter": ("first abandoned 0 inbound email", (False, False, None)),
    "the house's own": ("first abandoned 0 outbound", (False, False, None)),
}
"""Legs of conversations, each with the minutes since the first: whether that asked for somebody, was answered, and after how many
seconds somebody was reached."""
for number, (case, (legs, _)) in enumerate(MISSED.items()):
    rows = ["call_id  conversation_id  offered_at  outcome  direction  channel  customer_key  queue"]
    for place, leg in enumerate(legs.split(", ")):
        name, outcome, minutes, *told = leg.split()
        direction, channel, who = [*told, *("inbound", "voice", f"missed{number}")[len(told) :]]
        at = pd.Timestamp("2026-05-04 10:00") + pd.Timedelta(minutes=int(minutes))
        ids = f"missed{number}-{place}  {case}: {name}"
        rows.append(f"{ids}  {at}  {outcome}  {direction}  {channel}  {who}  missed")
    TOGETHER.add(calls="\n".join(rows))
TOGETHER.add(
    calls="\n".join(
        ["call_id  offered_at  outcome  channel", *(f"alone{n}  2026-05-04 11:00  answered  video" for n in range(500))]
    )
)


@pytest.mark.parametrize("case", MISSED)
def test_who_was_not_answered_and_when_somebody_was_reached(contacts: pd.DataFrame, case: str) -> None:
    first = contacts[contacts.index.str.startswith(f"{case}: first")].sort_values("started_at").iloc[0]
    found = first[["is_offered", "is_answered", "reached_after_s"]].tolist()
    assert tuple(None if pd.isna(one) else one for one in found) == MISSED[case][1]


WROTE = {
    "answered on the next day": ("customer  2026-05-05 16:00  solved", 30 * 3600),
    "not yet": ("customer  -  open", None),
    "the house's own": ("agent  -  open", 3600),
    "settled without a letter": ("customer  -  solved", 2 * 3600),
}
"""Who opened a ticket an hour after a call in vain, its first reply and status."""
for number, (ticket, _) in enumerate(WROTE.values()):
    TOGETHER.add(
        calls=f"call_id  offered_at  outcome  customer_key\nvain{number}  2026-05-04 10:00  abandoned  vain{number}",
        tickets="ticket_id  created_at  solved_at  customer_key  opened_by  first_replied_at  status\n"
        f"vain{number}-t  2026-05-04 11:00  {'2026-05-04 12:00' if 'solved' in ticket else '-'}  vain{number}  {ticket}",
        messages=f"message_id  conversation_id  author_role  sent_at\nvain{number}-m  vain{number}-t  agent  2026-05-04 11:00"
        if "agent" in ticket
        else "message_id",
    )


@pytest.mark.parametrize("case", WROTE)
def test_a_letter_after_a_call_in_vain_counts_when_it_is_answered(contacts: pd.DataFrame, case: str) -> None:
    found = contacts.loc[f"vain{list(WROTE).index(case)}", "reached_after_s"]
    assert (None if pd.isna(found) else found) == WROTE[case][1]


@pytest.mark.parametrize(
    ("kpi", "met", "n"),
    [("contacts_unanswered", 11, 19), ("unanswered_reached_1d", 6, 10), ("unanswered_lost_7d", 3, 10)],
)
def test_of_customers_nobody_answered_some_are_made_good(results: Results, kpi: str, met: int, n: int) -> None:
    """Of the second try of three it is asked as of the first; of whom nobody knows it is not asked."""
    found = figure(results, kpi, queue="missed")
    assert (found["numerator"], found["denominator"]) == (met, n)


def test_where_nobody_ever_goes_unanswered_that_is_not_recorded(results: Results) -> None:
    """Five hundred answered calls and no other are an export of answered ones; a few chats tell nothing yet."""
    told = {name: figure(results, "contacts_unanswered", channel=name) for name in ("video", "chat")}
    assert (told["video"]["why"], told["chat"]["value"]) == ("not_recorded", 0)
    assert figure(results, "contacts_offered", channel="video")["why"] == "not_recorded"


TOGETHER.add(
    calls="""
    call_id  offered_at        talk_s  outcome   customer_key  channel  queue
    key1     2026-05-04 10:00  60      answered  +41446681800  voice    keys
    key2     2026-05-04 12:00  60      answered  ann@x.test    chat     keys
    """,
    customer_keys="""
    customer_key    customer
    0041 44 668 18 00  K-1
    Ann@X.test      K-1
    """,
)


def test_keys_of_one_customer_are_one_customer(results: Results) -> None:
    assert figure(results, "repeat_7d", channel="voice", queue="keys")["numerator"] == 1


@pytest.mark.parametrize("lists", [pytest.param(2, marks=pytest.mark.slow), 4])
def test_a_customer_of_several_lists_is_one_customer(tmp_path: Path, lists: int) -> None:
    """Ten people call by the key that the first list has of them, and write by the name that the last one gives them; each list has a
    key of the one before."""
    calls = "\n".join(f"{n}  2026-05-04 10:0{n}  answered  key0-{n}" for n in range(10))
    tickets = "\n".join(f"{n}  2026-05-04 10:0{n}  open  name{lists}-{n}" for n in range(10))
    delivered = [
        ("phone", "calls", f"call_id  offered_at  outcome  customer_key\n{calls}"),
        ("desk", "tickets", f"ticket_id  created_at  status  customer_key\n{tickets}"),
    ]
    for place in range(1, lists + 1):
        rows = "\n".join(f"key{key}-{n}  name{place}-{n}" for n in range(10) for key in (place - 1, place))
        delivered.append((f"list{place}", "customer_keys", f"customer_key  customer\n{rows}"))
    results = publish_of(tmp_path, *delivered)
    found = results.frame("select count(*) as n, count(distinct customer) as customers from fact_contacts")
    assert found.values.tolist() == [[20, 10]]


HEAVY = [f"h{i:02d}  2026-05-04 {i % 24:02d}:10  60  answered  shop  heavy" for i in range(22)]
TOGETHER.add(calls="\n".join([f"{HEAD}  queue", *HEAVY, "h22  2026-05-04 10:00  60  answered  light  heavy"]))


def test_heavy_callers_are_shown_apart(results: Results) -> None:
    assert [figure(results, kpi, queue="heavy")["n"] for kpi in ("repeat_7d", "repeat_7d_regular")] == [23, 21]


MEANWHILE = {
    "while a letter is answered": ("t  2026-05-04 09:00", "2026-05-08 09:00", "2026-05-06 09:00", 0, 1, 0),
    "a day after the answer": ("t  2026-05-04 09:00", "2026-05-05 09:00", "2026-05-06 09:00", 86400, 1, 1),
    "while a letter of three weeks ago is answered": ("t  2026-04-15 09:00", "2026-05-08 09:00", "2026-05-06 09:00", 0, 1, 0),
    "long after": ("t  2026-04-15 09:00", "2026-04-16 09:00", "2026-05-06 09:00", 20 * 86400, 2, 0),
    "before a letter": ("t  2026-05-06 10:00", "2026-05-08 09:00", "2026-05-06 09:00", None, 1, 1),
}  # fmt: skip


for number, (ticket, replied, called, *_) in enumerate(MEANWHILE.values()):
    TOGETHER.add(
        tickets="ticket_id  created_at  first_replied_at  status  customer_key  queue\n"
        f"{ticket.replace('t', f't{number}', 1)}  {replied}  open  while{number}  while{number}",
        calls=f"{HEAD}  queue\nwhile{number}  {called}  60  answered  while{number}  while{number}",
    )
TOGETHER.add(
    tickets="\n".join(
        ["ticket_id  created_at  status  customer_key", *(f"early{at[8:10]}  {at}  open  yy" for at in EARLY)]
    )
)


@pytest.mark.parametrize("case", MEANWHILE)
def test_a_call_while_a_letter_is_answered_is_no_first_contact(
    results: Results, contacts: pd.DataFrame, case: str
) -> None:
    """Nor is it a repeat: the customer comes back from nothing that has ended."""
    name, (*_, quiet, firsts, repeats) = f"while{list(MEANWHILE).index(case)}", MEANWHILE[case]
    found = contacts.loc[name, "quiet_before_s"]
    assert (None if pd.isna(found) else found) == quiet
    assert figure(results, "fcr_7d", queue=name)["n"] == firsts
    assert figure(results, "repeat_7d", queue=name)["numerator"] == repeats


ANSWERS = [("nps", 10), ("nps", 9), ("nps", 7), ("nps", 3), ("effort", 6), ("effort", 7)]
for number, (what, points) in enumerate(ANSWERS):
    TOGETHER.add(
        calls=f"call_id  offered_at  talk_s  outcome  agent\nsay{number}  2026-05-04 10:0{number}  60  answered  sue",
        surveys="survey_id  conversation_id  question  answered_at  score\n"
        f"s{number}  say{number}  {what}  2026-05-05 09:00  {points}",
    )


def test_what_customers_recommend_and_what_it_cost_them(results: Results) -> None:
    """Two of four would recommend, one would not; two found it took 6 and 7 of 7. Limits stay on the scale."""
    nps, effort = (figure(results, kpi, agent="sue") for kpi in ("nps", "customer_effort"))
    assert (nps["n"], nps["value"], nps["low"], nps["high"]) == (4, 25, -100, 100)
    assert (effort["n"], effort["value"], effort["high"]) == (2, 6.5, 7)


BEGUN = {
    "old": "o1 05-01, o2 05-06, o3 05-15, s2 05-16, o4 05-20",
    "another site": "- 05-09, o2 05-10, s2 05-12",
    "new": "n1 05-21, n2 06-05",
    "stray": "c1 01-01, c2 05-10, c3 05-11",
    "newest": "l1 06-01, l2 06-02",
}
"""Customers' calls to five telephone systems: one begins beside the old one, one takes over from it, one has a record that stands
alone months before the others, and one begins beside one that is there until the data end. Two customers go on with the other of two."""
SEEN = {
    "old0": 0,
    "old1": 5,
    "old2": 14,
    "old3": 15,
    "old4": 19,
    "another site0": 0,
    "another site1": 0,
    "another site2": 2,
    "new0": 20,
    "new1": 30,
    "stray0": 0,
    "stray1": 0,
    "stray2": 1,
    "newest0": 0,
    "newest1": 1,
}
"""Days before each contact that belong to the data, at most thirty."""
SEEN_OF_CASES = {"another site1": [9, 0], "old3": [6, 15]}
"""By last contact: days before it in the data of the source that the case began in, and of the one that it ended in."""


def test_what_came_before_a_contact_is_known_since_its_source_began(tmp_path: Path) -> None:
    """Of those with seven days before them three are old enough too for first-contact resolution."""
    delivered = [("desk", "tickets", "ticket_id  created_at  status  customer_key\nletter  2026-05-21 10:00  open  l1")]
    for system, calls in BEGUN.items():
        rows = ["call_id  offered_at  talk_s  outcome  customer_key"]
        for number, call in enumerate(calls.split(", ")):
            customer, day = call.split()
            rows.append(f"{system}{number}  2026-{day} 10:00  60  answered  {customer}")
        delivered.append((system, "calls", "\n".join(rows)))
    results = publish_of(tmp_path, *delivered)
    found = results.frame("select conversation_id, seen_before_s / 86400 as days from fact_contacts")
    assert dict(zip(found["conversation_id"], found["days"], strict=True)) == SEEN | {"letter": 0}
    cases = results.frame(
        "select conversation_id, cases.seen_before_s / 86400 as own, closings.seen_before_s / 86400 as closing "
        "from fact_cases as cases inner join fact_case_closings as closings using (conversation_id) where cases.contacts > 1"
    ).set_index("conversation_id")
    assert cases.T.to_dict("list") == SEEN_OF_CASES
    assert figure(results, "fcr_7d")[["numerator", "denominator"]].tolist() == [3, 3]
    assert figure(results, "fcr_7d", week="2026-W19")["why"] == "not_recorded"


BEGINNINGS = {
    "a day": ("7", 7),
    "every day": ("100-130", 100),
    "and one a week before": ("93 100-130", 93),
    "and one long before": ("92 100-130", 100),
    "and two of one week": ("50 53 100-130", 100),
    "and five of two weeks": ("50 53 54 60 63 100-130", 100),
    "and two of two years": ("1 50 100-130", 100),
    "and two, and few days since": ("50 53 100-102", 100),
    "a week, then shut": ("60-66 100-130", 60),
    "longer than it was shut": ("60 64 65 67 73 82-130", 60),
    "two a week": ("100 102 111 112 116 123 125 134", 100),
    "and two before it": ("50 53 100 102 111 112 116 123 125 134", 100),
    "and six of two weeks": ("50 53 54 57 60 63 100-130", 100),
    "and seven of two weeks": ("50 53 54 55 57 60 63 100-130", 50),
    "weekly": ("0 7 14 21 42 49", 0),
    "weekly, but for three weeks": ("0 7 14 42 49", 0),
    "weekly, but for four": ("0 7 14 49 56", 49),
    "monthly": ("0 30 61 91", 0),
    "two records": ("0 90", 0),
    "two records, and one long before": ("0 90 91", 90),
}
"""Days on which a source has records, and the one that it begins on."""


def test_a_source_begins_where_records_follow_one_another() -> None:
    assert {name: begun_on(days) for name, (days, _) in BEGINNINGS.items()} == {
        name: begins for name, (_, begins) in BEGINNINGS.items()
    }


def begun_on(days: str) -> int:
    """The day that the model says of a source with a record on each of these: numbers, and first-last."""
    parts = [part.partition("-") for part in days.split()]
    numbers = [*chain(*(range(int(first), int(last or first) + 1) for first, _, last in parts))]
    calls = pd.DataFrame({"source": "x", "customer_key": "ann", "offered_at": pd.to_datetime(numbers, unit="D")})
    none = {
        f"raw_{table}": calls.rename(columns={"offered_at": at}).head(0)
        for table, at in (("queue_events", "happened_at"), ("tickets", "created_at"), ("messages", "sent_at"))
    }
    begun = Memory(raw_calls=calls, **none).frame(read_model("core_beginnings"))
    return int(begun["first_at"].item().timestamp() // 86400)


def test_a_source_that_lives_on_after_all_was_not_taken_over(tmp_path: Path) -> None:
    """Its later calls move a beginning that lies months before the weeks they are read with."""
    header = "call_id  offered_at  talk_s  outcome  customer_key"
    call = "{0}  2026-{0} 10:00  60  answered  k{0}".format
    old, new, later = (
        "\n".join([header, *map(call, days.split())])
        for days in ("01-01 01-05", "01-06 01-10 01-30 02-25 03-20", "01-30 02-25 03-20")
    )
    days = "select seen_before_s / 86400 as days from fact_contacts where conversation_id = '01-10'"
    results = publish_of(tmp_path, ("old", "calls", old), ("new", "calls", new))
    assert results.frame(days)["days"].tolist() == [9]
    results = publish_of(tmp_path / "later", ("old", "calls", later), warehouse=tmp_path / "w.duckdb")
    assert results.frame(days)["days"].tolist() == [4]
