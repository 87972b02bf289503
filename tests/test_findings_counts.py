"""What single findings count, on small centres of six weeks whose answers can be worked out by hand."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline.findings import outcomes, topics
from pipeline.findings.centre import Centre, look
from pipeline.findings.hurried import hurried, judged_calls
from pipeline.settings import Settings
from tests.tables import publish

MONDAY = datetime(2026, 5, 4)
COLUMNS = "call_id  conversation_id  offered_at  talk_s  hold_s  wrap_s  outcome  ended_by  customer_key  agent  topic"
Call = tuple[str, ...]


def usual(weeks: int = 6) -> list[Call]:
    """Ten calls a day of two minutes about other things, by customers who never come back."""
    return [
        call(f"u{day}-{turn}", MONDAY + timedelta(days=day, hours=8 + turn), topic="other", ended_by="customer")
        for day in range(7 * weeks)
        for turn in range(10)
    ]


def call(
    name: str,
    at: datetime,
    talk_s: int = 120,
    customer: str = "",
    agent: str = "kim",
    topic: str = "bill",
    ended_by: str = "-",
    conversation: str = "",
    outcome: str = "answered",
) -> Call:
    parts = (
        name,
        conversation or name,
        at.isoformat(" "),
        str(talk_s),
        "0",
        "0",
        outcome,
        ended_by,
        customer or name,
        agent,
        topic,
    )
    if outcome == "answered":
        return parts
    return (*parts[:3], "-", "-", "-", *parts[6:9], "-", topic)


def centre_of(folder: Path, calls: list[Call], **tables: str) -> Centre:
    rows = "\n".join([COLUMNS, *("  ".join(row) for row in calls)])
    return look(publish(folder, calls=rows, **tables), Settings())


def test_a_call_that_somebody_else_ended_is_nobodys_hurried_one(tmp_path: Path) -> None:
    at = MONDAY + timedelta(hours=12)
    calls = [
        *(call(f"long{n}", at, 300, ended_by="customer") for n in range(8)),
        call("passed1", at, 20, "cat", "ann", ended_by="transfer", conversation="passed"),
        call("passed2", at + timedelta(minutes=1), 40, "cat", "bob", ended_by="agent", conversation="passed"),
        call("again1", at, 20, "dan", "ann", ended_by="agent", conversation="again"),
        call("again2", at + timedelta(days=7), 40, "dan", "bob", ended_by="agent", conversation="again"),
        call("alone", at, 60, agent="ann", ended_by="agent"),
        call("full1", at, 0, "eve", outcome="overflowed", conversation="full"),
        call("full2", at + timedelta(minutes=1), 50, "eve", "bob", ended_by="agent", conversation="full"),
    ]
    centre = centre_of(tmp_path, [*usual(), *calls])
    found = hurried(centre)
    short = found[found["is_hurried"] == 1]
    assert dict(zip(short["conversation_id"], short["agent"], strict=True)) == {"alone": "ann", "full": "bob"}
    judged = centre.frame(f"select conversation_id from fact_contacts where {judged_calls(centre)}")["conversation_id"]
    assert sorted(judged) == sorted(found["conversation_id"]) and not {"passed", "again"} & set(judged)


def test_hours_of_repeats_are_laid_to_the_topic_that_customers_come_back_after(tmp_path: Path) -> None:
    """Of 100 contacts about a card 40 come back with a complaint that takes ten minutes: 6.7 hours of the card's."""
    at, later = MONDAY + timedelta(hours=12), MONDAY + timedelta(days=6, hours=12)
    first = [call(f"card{n}", at, customer=f"c{n}", topic="card") for n in range(100)]
    again = [call(f"again{n}", later, 600, f"c{n}", topic="complaint") for n in range(40)]
    centre = centre_of(tmp_path, [*usual(), *first, *again])
    [found] = topics.find(centre)
    assert found.whom == {"topic": "card"} and found.figures["repeats"].value == 0.4
    assert found.figures["hours"].value * len(centre.ripe) == pytest.approx(40 * 600 / 3600)


def test_what_takes_no_recorded_time_has_no_hours() -> None:
    returned = pd.DataFrame({"customer": [1, 2, 3], "back_s": [10.0, 20.0, 30.0], "topic": ["card", "bill", "bill"]})
    following = pd.DataFrame(
        {"customer": [1, 2, 3, 4], "back_s": [10.0, 20.0, 30.0, 30.0], "handle_s": [None, 3600, None, 9], "is_call": 1}
    )
    assert topics.hours_of(returned, following).isna().all()
    assert topics.hours_of(returned, following.assign(is_call=[1, 1, 0, 1]))["bill"] == 1


def test_a_matter_that_begins_with_the_complaint_is_not_settled_only_after_it(tmp_path: Path) -> None:
    """Five customers call and complain two days later, five complain first, five complain never."""
    monday, wednesday = (MONDAY + timedelta(days=day, hours=12) for day in (0, 2))
    late, soon, never = ([f"{kind}{n}" for n in range(5)] for kind in ("late", "soon", "never"))
    calls = [call(f"first_{who}", monday, customer=who) for who in (*late, *never)]
    calls += [call(f"last_{who}", wednesday + timedelta(days=1), customer=who) for who in (*late, *soon, *never)]
    complaints = [(who, wednesday) for who in late] + [(who, monday) for who in soon]
    rows = "\n".join(f"t_{who}  {at.isoformat(' ')}  true  {who}" for who, at in complaints)
    tickets = f"ticket_id  created_at  is_complaint  customer_key\n{rows}"
    [found] = [
        one
        for one in outcomes.find(centre_of(tmp_path, [*usual(), *calls], tickets=tickets))
        if one.kind == "after_complaint"
    ]
    assert found.figures["met"].value == 5 and found.figures["share"].n == 15
