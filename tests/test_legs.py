"""Rows of files become legs of conversations: what nobody recorded, telephones that only rang, ids used before, transfers."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.results import Results
from pipeline.settings import Settings
from tests.tables import publish_of
from tests.together import Together

pytestmark = pytest.mark.usefixtures("facts_alone")

TOGETHER = Together()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return TOGETHER.publish(tmp_path_factory.mktemp("legs"))


TALKS = {
    "recorded": ("300", "10", "voice", "answered", "10:01:00", "10:05:00", 300),
    "of the instants": ("-", "-", "voice", "answered", "10:01:00", "10:05:00", 240),
    "less the hold": ("-", "30", "voice", "answered", "10:01:00", "10:05:00", 210),
    "more hold than there was time": ("-", "300", "voice", "answered", "10:01:00", "10:05:00", None),
    "unanswered": ("-", "-", "voice", "abandoned", "-", "10:05:00", None),
    "no answer known": ("-", "-", "voice", "answered", "-", "10:05:00", None),
    "no end known": ("-", "-", "voice", "answered", "10:01:00", "-", None),
    "written": ("-", "-", "chat", "answered", "10:01:00", "10:05:00", None),
}


for number, (talk, hold, channel, outcome, answered, ended, _) in enumerate(TALKS.values()):
    times = [time if time == "-" else f"2026-05-04 {time}" for time in ("10:00:00", answered, ended)]
    TOGETHER.add(calls=(
        "call_id  talk_s  hold_s  channel  outcome  offered_at  answered_at  ended_at  wrap_s\n"
        f"talk{number}  {talk}  {hold}  {channel}  {outcome}  {'  '.join(times)}  20"
    ))  # fmt: skip


def test_a_talk_that_nobody_recorded_is_the_time_from_the_answer_to_the_end(results: Results) -> None:
    """Handle time follows, where the hold and the work after the call are known."""
    frame = results.frame("select talk_s, handle_s from fact_calls where call_id like 'talk%' order by call_id")
    found = [None if pd.isna(talk) else talk for talk in frame["talk_s"]]
    assert dict(zip(TALKS, found, strict=True)) == {name: case[-1] for name, case in TALKS.items()}
    assert list(frame["handle_s"].dropna()) == [330, 260]


WAITS = {
    "what the talk leaves": ("60", "-", "voice", "10:01:30", 30),
    "what talk and hold leave": ("60", "10", "voice", "10:01:30", 20),
    "more talk than there was time": ("100", "-", "voice", "10:01:30", None),
    "no talk known": ("-", "-", "voice", "10:01:30", None),
    "no end known": ("60", "-", "voice", "-", None),
    "written": ("60", "-", "chat", "10:01:30", None),
}


for number, (talk, hold, channel, ended, _) in enumerate(WAITS.values()):
    until = ended if ended == "-" else f"2026-05-04 {ended}"
    TOGETHER.add(calls=(
        "call_id  talk_s  hold_s  channel  offered_at  ended_at  outcome\n"
        f"wait{number}  {talk}  {hold}  {channel}  2026-05-04 10:00:00  {until}  answered"
    ))  # fmt: skip


def test_a_wait_that_nobody_recorded_is_what_the_talk_leaves_of_the_call(results: Results) -> None:
    frame = results.frame("select wait_s from fact_calls where call_id like 'wait%' order by call_id")
    found = [None if pd.isna(wait) else wait for wait in frame["wait_s"]]
    assert dict(zip(WAITS, found, strict=True)) == {name: case[-1] for name, case in WAITS.items()}


TO_THE_MINUTE = {
    "begun and answered on whole minutes": (40, "10:{:02}:00", "10:{:02}:00", "-", [None]),
    "too few to tell": (39, "10:{:02}:00", "10:{:02}:00", "-", [0, 60]),
    "to the second": (40, "10:{:02}:07", "10:{:02}:25", "-", [18, 78]),
    "answers alone to the minute": (40, "10:{:02}:07", "10:{:02}:00", "-", [None]),
    "answers at once": (40, "10:{:02}:07", "10:{:02}:07", "-", [0, 60]),
    "with a wait": (40, "10:{:02}:00", "10:{:02}:00", "12", [12]),
    "chats": (40, "10:{:02}:00", "10:{:02}:00", "-", [0, 60]),
}
"""How many calls of a file, when each begins and is answered, every second one a minute later, the wait it is given; the waits that are known."""


def test_times_to_the_minute_tell_no_wait(tmp_path: Path) -> None:
    head = "call_id  offered_at  answered_at  ended_at  wait_s  outcome  channel"
    files = []
    for name, (count, began, answered, wait, _) in TO_THE_MINUTE.items():
        channel = "chat" if name == "chats" else "voice"
        spans = [(began.format(n), answered.format(n + n % 2)) for n in range(count)]
        rows = [
            f"{n}  2026-05-04 {a}  2026-05-04 {b}  2026-05-04 11:00:07  {wait}  answered  {channel}"
            for n, (a, b) in enumerate(spans)
        ]
        files.append((name.replace(" ", "_"), "calls", "\n".join([head, *rows])))
    waits = publish_of(tmp_path, *files).frame("select distinct source, wait_s from fact_calls order by all")
    found = waits.groupby("source")["wait_s"].agg(lambda known: [None if pd.isna(wait) else wait for wait in known])
    assert {name: found[name.replace(" ", "_")] for name in TO_THE_MINUTE} == {
        n: c[-1] for n, c in TO_THE_MINUTE.items()
    }
    settings, told = (
        Settings(warehouse=tmp_path / "w.duckdb"),
        "select name from files where is_to_minute order by name",
    )
    with open_warehouse(settings) as warehouse:
        known = warehouse.records(told)
        warehouse.sql.execute("update files set is_to_minute = null")
    with open_warehouse(settings) as warehouse:
        assert len(known) == 2 and warehouse.records(told) == known, "of files loaded before it was asked"


RANG = {
    "one phone after the other": ("0:00-0:10 lost", "0:10-0:20 lost", "0:20-0:25 answered 25"),
    "all at once": ("0:00-0:12 lost", "0:00-0:13 lost", "0:00-0:12 answered 12"),
    "a phone that joins in": ("0:00-0:20 answered 20", "0:10-0:20 lost"),
    "nobody answers at once": ("0:00-0:30 LOST 30", "0:00-0:30 lost"),
    "nobody answers in turn": ("0:00-0:30 lost", "0:30-1:00 LOST 60"),
    "a queue and its phones": ("0:00-0:30 LOST 30", "0:05-0:15 lost", "0:15-0:30 lost"),
    "voicemail in the end": ("0:00-0:20 lost", "0:20-0:20 voicemail 20"),
    "lost behind an agent": ("0:00-0:10 answered 10", "5:00-5:40 LOST 40"),
    "lost behind a phone and an agent": ("0:00-0:10 lost", "0:10-0:15 answered 15", "5:00-5:40 LOST 40"),
    "a phone behind an agent": ("0:00-0:10 answered 10", "5:00-5:10 lost", "5:10-5:30 answered 30"),
    "a phone that its file calls none": ("0:00-0:10 rang", "0:10-0:30 answered 30"),
    "given up, and again half an hour later": ("0:00-0:30 LOST 30", "30:30-30:40 answered 10"),
    "given up, and again in the eleventh minute": ("0:00-0:30 LOST 30", "10:31-10:41 answered 10"),
    "a phone, and ten minutes later": ("0:00-0:30 lost", "10:30-10:40 answered 640"),
    "a phone that rings as another is answered": ("0:00-0:20 answered 20", "0:20-0:30 lost"),
    "a menu before the queue": ("0:00-0:10 menu", "0:10-0:30 answered 20"),
}
"""Rows of one conversation, from when they were offered until they left the queue, and how long customers had waited then: LOST is a
customer, lost a telephone that rang."""
WORDS = {"LOST": "abandoned", "lost": "no_call", "rang": "no_call", "menu": "no_call"}


for number, case in enumerate(RANG.values()):
    rows = ["call_id  conversation_id  offered_at  answered_at  ended_at  agent  outcome"]
    for leg, row in enumerate(case):
        span, outcome = row.split()[:2]
        offered, left = (f"2026-05-04 {number:02}:{at:0>5}" for at in span.split("-"))
        answered, agent = left if outcome == "answered" else "-", "-" if outcome == "menu" else "ann"
        told = "abandoned" if outcome.lower() == "lost" else WORDS.get(outcome, outcome)
        rows.append(f"rang{number:02}-{leg}  rang{number:02}  {offered}  {answered}  {left}  {agent}  {told}")
    TOGETHER.add(calls="\n".join(rows))


def test_a_telephone_that_rang_is_no_abandonment_and_the_customer_waited_since_the_first(results: Results) -> None:
    legs = results.frame("select * from fact_calls where conversation_id like 'rang%' order by call_id")
    legs["told"] = [
        f"{leg.outcome} {leg.wait_s:.0f}" if leg.outcome != "no_call" else "no_call" for leg in legs.itertuples()
    ]
    found = legs.groupby("conversation_id")["told"].agg(list)
    told = [[row.split()[1:] for row in case] for case in RANG.values()]
    expected = [[" ".join([WORDS.get(outcome, outcome), *wait]) for outcome, *wait in case] for case in told]
    assert dict(zip(RANG, found, strict=True)) == dict(zip(RANG, expected, strict=True))


AGAIN = {
    "a number that begins again": (("04 10:00-10:05 answered", 1), ("05 10:00-10:01 abandoned", 2), ("12 10:00-10:05 answered", 3)),
    "a transfer after a long talk": (("04 10:00-13:00 answered", 1), ("04 13:00-13:05 answered", 1)),
    "within the hour": (("04 10:00-10:05 answered", 1), ("04 11:05-11:10 answered", 1)),
    "after two hours": (("04 10:00-10:05 answered", 1), ("04 12:00-12:05 answered", 2)),
    "called back in the afternoon": (("04 10:00-10:02 callback_requested", 1), ("04 15:00-15:05 answered callback", 1)),
    "called back unasked": (("04 10:00-10:02 abandoned", 0), ("04 10:20-10:21 abandoned outbound", 2), ("04 10:40-10:45 answered outbound", 1)),
    "called back unasked, in vain": (("04 10:00-10:02 abandoned", 1), ("04 10:20-10:21 abandoned outbound", 2)),
    "called back unasked, of a case that had a call before": (("04 10:00-10:05 answered", 1), ("05 10:00-10:02 abandoned", 2), ("05 10:20-10:25 answered outbound", 3)),
    "called back as asked": (("04 10:00-10:02 callback_requested", 1), ("04 10:20-10:25 answered outbound", 1)),
    "sent to an outside number": (("04 10:00-10:02 abandoned", 1), ("04 10:02-10:05 answered outbound", 1)),
    "an agent asks outside": (("04 10:00-10:09 answered", 1), ("04 10:12-10:15 answered outbound", 1)),
    "a chat that goes on": (("04 10:00-10:05 answered inbound chat", 1), ("05 10:00-10:05 answered inbound chat", 1)),
}  # fmt: skip
"""Legs that a file gives one conversation, by day and hours, and which conversation of its id each belongs to: 1 keeps the id, others are told by their first leg."""
for number, case in enumerate(AGAIN.values()):
    rows = ["call_id  conversation_id  offered_at  ended_at  outcome  direction  channel"]
    for leg, (told, _) in enumerate(case):
        day, hours, outcome, *more = told.split()
        direction, channel = [*more, *("inbound", "voice")[len(more) :]]
        offered, ended = (f"2026-05-{day} {at}" for at in hours.split("-"))
        rows.append(f"again{number:02}-{leg}  again{number:02}  {offered}  {ended}  {outcome}  {direction}  {channel}")
    TOGETHER.add(calls="\n".join(rows))


TOGETHER.add(
    evaluations="""
    evaluation_id  conversation_id    evaluator  evaluated_at      criterion  score
    again1         again00            eve        2026-05-14 10:00  pec        1
    again2         again00#again00-1  eve        2026-05-14 10:00  pec        0
    """
)


def test_a_conversation_whose_id_was_used_before_is_another(results: Results) -> None:
    of_ids = "from {} where conversation_id like 'again%' order by"
    legs = results.frame(f"select * {of_ids.format('fact_calls')} call_id")
    expected = [
        f"again{number:02}" if which == 1 else f"again{number:02}#again{number:02}-{max(which - 1, 0)}"
        for number, case in enumerate(AGAIN.values())
        for _, which in case
    ]
    assert [*legs["conversation_id"]] == expected and legs["is_abandoned"].sum() == 7
    contacts = results.frame(f"select * {of_ids.format('fact_contacts')} conversation_id")["conversation_id"]
    assert [*contacts] == sorted({*expected})
    judged = results.frame("select conversation_id from fact_evaluations where evaluator = 'eve' order by 1")
    assert [*judged["conversation_id"]] == ["again00", "again00#again00-1"]


HANDED_ON = {
    "at once": (("10:00-10:05 transfer", 2), ("10:05:10-10:08 customer", 0)),
    "twice": (("10:00-10:05 transfer", 3), ("10:05-10:08 transfer", 0), ("10:08:59-10:10 agent", 0)),
    "while the first still spoke": (("10:00-10:05 transfer", 2), ("10:04-10:08 customer", 0)),
    "the caller rang again": (("10:00-10:05 customer", 1), ("10:05:10-10:08 customer", 1)),
    "after a minute, whose end nobody recorded": (("10:00-? transfer", 2), ("10:01:59-10:03 customer", 0)),
    "two minutes later": (("10:00-10:05 transfer", 1), ("10:07-10:08 customer", 1)),
    "to somebody, and home again": (("10:00-10:05 transfer", 2), ("10:05-10:06 agent", 0), ("11:00-11:05 agent", 1)),
}
"""Legs of one customer without a conversation, by their hours and who ended them, and how many legs the customer's contact that each
begins has: none begins with what another leg handed on."""
for number, case in enumerate(HANDED_ON.values()):
    rows = [
        "call_id  offered_at  answered_at  ended_at  talk_s  hold_s  wrap_s  outcome  agent  ended_by  customer_key"
    ]
    for leg, (told, _) in enumerate(case):
        hours, ended_by = told.split()
        began, ended = ("-" if at == "?" else f"2026-05-04 {at}" for at in hours.split("-"))
        on = f"60  0  9  answered  a{leg}  {ended_by}  handed{number}"
        rows.append(f"handed{number}-{leg}  {began}  {began}  {ended}  {on}")
    TOGETHER.add(calls="\n".join(rows))


def test_what_a_leg_handed_on_is_no_return_to_it(results: Results) -> None:
    found = results.frame("select * from fact_contacts where conversation_id like 'handed%'").set_index(
        "conversation_id"
    )
    expected = {
        f"handed{n}-{leg}": legs for n, case in enumerate(HANDED_ON.values()) for leg, (_, legs) in enumerate(case)
    }
    assert {id: found.loc[id, "legs"] * found.loc[id, "is_customer_made"] for id in expected} == expected
    begun = {id: legs for id, legs in expected.items() if legs}
    assert {id: found.loc[id, "handle_s"] for id in begun} == {id: 69 * legs for id, legs in begun.items()}
    first = found.loc[[f"handed{n}-0" for n in range(len(HANDED_ON))]]
    assert [*first["closing_agent"]] == ["a1", "a2", "a1", "a0", "a1", "a0", "a1"]
    assert [*first["return_after_s"].fillna(-1)] == [-1, -1, -1, 10, -1, 120, 54 * 60]
