"""Amazon Connect contact records (CTR): JSON lines, delivered at least once, one record a leg.

Field names as in the vendor's contact record data model. A transfer makes a new contact whose InitialContactId names the
first; the record with the newest LastUpdateTimestamp counts. AgentInteractionDuration leaves hold out. The free-form
Attributes are read for `topic`, `disposition`, `resolved` ("true" or "false") and `customer_id`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources.expressions import FALSE_WORDS, TRUE_WORDS, quoted
from pipeline.sources.feed import Feed, Field, Source
from pipeline.sources.reading import Staged, plain_text, stage_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TEXT = "VARCHAR"
RECORD = {
    **dict.fromkeys(
        (
            "ContactId", "InitialContactId", "NextContactId", "LastUpdateTimestamp", "InitiationTimestamp",
            "DisconnectTimestamp", "Channel", "InitiationMethod", "DisconnectReason",
        ),
        TEXT,
    ),
    "Queue": dict.fromkeys(("Name", "EnqueueTimestamp", "DequeueTimestamp", "Duration"), TEXT),
    "Agent": dict.fromkeys(
        (
            "Username", "ConnectedToAgentTimestamp", "AgentInteractionDuration", "CustomerHoldDuration",
            "AfterContactWorkDuration",
        ),
        TEXT,
    ),
    "CustomerEndpoint": {"Address": TEXT},
    "SystemEndpoint": {"Address": TEXT},
    "Attributes": dict.fromkeys(("topic", "disposition", "resolved", "customer_id"), TEXT),
    "Recording": {"Location": TEXT},
}  # fmt: skip
DIRECTIONS = {"OUTBOUND": "outbound", "CALLBACK": "callback", "EXTERNAL_OUTBOUND": "outbound", "MONITOR": "internal"}
CHANNELS = {"VOICE": "voice", "CHAT": "chat", "EMAIL": "email"}
LEFT_BY_FLOW = ("overflowed", "voicemail", "callback_requested", "refused_closed", "refused_full", "timed_out")
"""Ways out of the queue that a contact flow notes in Attributes.disposition, as the vendor has no field for them."""


def source() -> Source:
    suffixes = (".jsonl", ".json", ".gz", ".zst")
    return Source("amazon_connect_ctr", "Amazon Connect contact records, JSON lines", suffixes, _stage, _feed)


def _stage(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Staged:
    lines = stage_lines(sql, plain_text(path, "utf-8", scratch))
    shape = quoted(_shape(RECORD))
    sql.execute("drop table if exists records")
    sql.execute(
        f"create temp table records as select {lines.line} as line, "
        f"case when json_valid(text) then from_json(text, {shape}) end as record from {lines.table} order by line"
    )
    sql.execute("drop table stage")
    sql.execute("alter table records rename to stage")
    return Staged({"record": "record"}, "stage", "stage.line", lines.rejects)


def _shape(fields: dict[str, object]) -> str:
    parts = [
        f'"{name}": {_shape(kind) if isinstance(kind, dict) else quoted_json(kind)}' for name, kind in fields.items()
    ]
    return "{" + ", ".join(parts) + "}"


def quoted_json(kind: object) -> str:
    return f'"{kind}"'


def _feed(staged: Staged) -> Feed:
    contact, initial = _text("ContactId"), _text("InitialContactId")
    queued, connected = _text("Queue.EnqueueTimestamp"), _text("Agent.ConnectedToAgentTimestamp")
    initiated, ended = _text("InitiationTimestamp"), _text("DisconnectTimestamp")
    offered = f"coalesce({queued}, {initiated})"
    left = f"coalesce({connected}, {_text('Queue.DequeueTimestamp')}, {ended})"
    customer = f"coalesce({_text('Attributes.customer_id')}, {_text('CustomerEndpoint.Address')})"
    fields = {
        "call_id": _label(contact),
        "conversation_id": _label(f"coalesce({initial}, {contact})"),
        "direction": _one_of("InitiationMethod", DIRECTIONS, "inbound"),
        "channel": _one_of("Channel", CHANNELS, "voice"),
        "entry_point": _label(_text("SystemEndpoint.Address")),
        "queue": _label(_text("Queue.Name")),
        "topic": _label(_text("Attributes.topic")),
        "customer_key": _label(customer),
        "agent": _label(_text("Agent.Username")),
        "offered_at": _instant(offered),
        "queued_at": _instant(queued),
        "answered_at": _instant(connected),
        "ended_at": _instant(ended),
        "ivr_s": Field(_between(initiated, queued), "null"),
        "wait_s": Field(_between(offered, left), "null"),
        "talk_s": _seconds("Agent.AgentInteractionDuration"),
        "hold_s": _seconds("Agent.CustomerHoldDuration"),
        "wrap_s": _seconds("Agent.AfterContactWorkDuration"),
        "outcome": Field(_outcome(), contact),
        "ended_by": Field(_ended_by(), "null"),
        "disposition": _label(_text("Attributes.disposition")),
        "is_resolved": _flag(_text("Attributes.resolved")),
        "source_ref": _label(contact),
        "recording_ref": _label(_text("Recording.Location")),
    }
    malformed = (("not_a_json_object", f"record is null or ({contact} is null and {initiated} is null)"),)
    return Feed("calls", fields, version=f"coalesce({_epoch_ms(_text('LastUpdateTimestamp'))}, 0)", malformed=malformed)


def _text(path: str) -> str:
    return f"nullif(trim(record.{path}), '')"


def _label(text: str) -> Field:
    return Field(text, text)


def _time(text: str) -> str:
    return f"case when length({text}) >= 10 then try_cast({text} as timestamp) end"


def _instant(text: str) -> Field:
    return Field(_time(text), text)


def _epoch_ms(text: str) -> str:
    return f"epoch_ms({_time(text)})"


def _between(first: str, last: str) -> str:
    """Seconds between two instants, nothing where they are in the wrong order: clocks of different hosts."""
    return f"nullif(greatest(-1, ({_epoch_ms(last)} - {_epoch_ms(first)}) / 1000.0), -1)"


def _seconds(path: str) -> Field:
    return Field(f"try_cast({_text(path)} as double)", _text(path))


def _one_of(path: str, words: dict[str, str], otherwise: str) -> Field:
    cases = " ".join(f"when {quoted(raw)} then {quoted(to)}" for raw, to in words.items())
    return Field(f"case upper({_text(path)}) {cases} else {quoted(otherwise)} end", "null")


def _flag(text: str) -> Field:
    true, false = (", ".join(map(quoted, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return Field(f"case when lower({text}) in ({true}) then true when lower({text}) in ({false}) then false end", text)


def _outcome() -> str:
    """Answered when an agent was connected; else what the flow noted; else who hung up, and where."""
    noted = ", ".join(map(quoted, LEFT_BY_FLOW))
    disposition, reason = _text("Attributes.disposition"), f"upper({_text('DisconnectReason')})"
    return (
        f"case when {_text('Agent.ConnectedToAgentTimestamp')} is not null then 'answered' "
        f"when {disposition} in ({noted}) then {disposition} "
        f"when {_text('Queue.EnqueueTimestamp')} is null then 'ivr_ended' "
        f"when {reason} in ('CUSTOMER_DISCONNECT', 'TELECOM_PROBLEM', 'CUSTOMER_NEVER_ARRIVED') or {reason} is null then 'abandoned' "
        f"when {_text('NextContactId')} is not null then 'overflowed' "
        "else 'timed_out' end"
    )


def _ended_by() -> str:
    reason = f"upper({_text('DisconnectReason')})"
    connected = f"{_text('Agent.ConnectedToAgentTimestamp')} is not null"
    return (
        f"case when {connected} and ({_text('NextContactId')} is not null or {reason} in ('TRANSFERRED', 'THIRD_PARTY_DISCONNECT')) "
        f"then 'transfer' when {reason} = 'AGENT_DISCONNECT' then 'agent' when {reason} = 'CUSTOMER_DISCONNECT' then 'customer' "
        f"when {reason} is not null then 'system' end"
    )
