"""What single findings count, on small centres of six weeks whose answers can be worked out by hand."""

from datetime import datetime, timedelta
from pathlib import Path

from pipeline.findings.centre import Centre, look
from pipeline.findings.hurried import hurried, judged_calls
from pipeline.settings import Settings
from tests.tables import publish

MONDAY = datetime(2026, 5, 4)
COLUMNS = "call_id  conversation_id  offered_at  talk_s  hold_s  wrap_s  outcome  ended_by  customer_key  agent  topic"
Call = tuple[str, ...]


def usual(weeks: int = 6) -> list[Call]:
    """Two calls a day of two minutes about other things, by customers who never come back."""
    return [
        call(f"u{day}-{turn}", MONDAY + timedelta(days=day, hours=10 + turn), topic="other", ended_by="customer")
        for day in range(7 * weeks)
        for turn in range(2)
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
