"""Amazon Connect contact records (CTR): JSON objects, delivered at least once, one record a leg.

Fields, words and units as in AWS's "Data model for Amazon Connect contact records" (Administrator Guide): instants are
UTC text like 2026-10-05T07:00:00Z, durations whole seconds. A transfer makes a new contact whose InitialContactId names
the first, and whose PreviousContactId the one it came from; of several deliveries of a ContactId the one with the newest
LastUpdateTimestamp counts. Talk is AgentInteractionDuration, which leaves hold out: AWS adds CustomerHoldDuration and
AfterContactWorkDuration to it for its "Agent on contact time". The customer's end is DisconnectTimestamp: after-contact
work follows it.

The free-form Attributes are read for `topic`, `disposition`, `resolved` (true or false) and `customer_id`. The vendor has
no field for how a flow took a contact out of a queue: a flow that notes it writes one of LEFT_BY_FLOW as `disposition`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources.expressions import flag, instant
from pipeline.sources.feed import NOTHING, Feed, Field, Source
from pipeline.sources.json_records import stage_json
from pipeline.sources.reading import Staged
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOP = (
    "ContactId", "InitialContactId", "PreviousContactId", "NextContactId", "LastUpdateTimestamp", "InitiationTimestamp",
    "DisconnectTimestamp", "TransferCompletedTimestamp", "Channel", "InitiationMethod", "DisconnectReason",
)  # fmt: skip
NESTED = {
    "Queue": ("Name", "EnqueueTimestamp", "DequeueTimestamp"),
    "Agent": (
        "Username", "ConnectedToAgentTimestamp", "AgentInteractionDuration", "CustomerHoldDuration",
        "AfterContactWorkDuration",
    ),
    "CustomerEndpoint": ("Address",),
    "SystemEndpoint": ("Address",),
    "Attributes": ("topic", "disposition", "resolved", "customer_id"),
    "Recording": ("Location",),
}  # fmt: skip
PATHS = (*TOP, *(f"{part}.{name}" for part, names in NESTED.items() for name in names))
DIRECTIONS = {
    **dict.fromkeys(("INBOUND", "TRANSFER", "QUEUE_TRANSFER", "API", "WEBRTC_API", "DISCONNECT"), "inbound"),
    **dict.fromkeys(("OUTBOUND", "EXTERNAL_OUTBOUND", "AGENT_REPLY", "FLOW"), "outbound"),
    "CALLBACK": "callback",
    "MONITOR": "internal",
}
CONNECTED = "Agent.ConnectedToAgentTimestamp"
CHANNELS = {"VOICE": "voice", "CHAT": "chat", "EMAIL": "email"}
LEFT_BY_FLOW = ("overflowed", "voicemail", "callback_requested", "refused_closed", "refused_full", "timed_out")
HUNG_UP = ("CUSTOMER_DISCONNECT", "TELECOM_PROBLEM", "CUSTOMER_CONNECTION_NOT_ESTABLISHED", "CUSTOMER_NEVER_ARRIVED")
TRANSFERS = ("TRANSFER", "QUEUE_TRANSFER", "EXTERNAL_OUTBOUND")
DIALLED = ("CALLBACK", "OUTBOUND", "EXTERNAL_OUTBOUND")
UNREACHED = (
    "CUSTOMER_CONNECTION_NOT_ESTABLISHED", "CUSTOMER_NEVER_ARRIVED", "OUTBOUND_DESTINATION_ENDPOINT_ERROR",
    "OUTBOUND_RESOURCE_ERROR", "OUTBOUND_ATTEMPT_FAILED",
)  # fmt: skip
ENDED_BY = {
    **dict.fromkeys(("CUSTOMER_DISCONNECT", "CUSTOMER_NEVER_ARRIVED"), "customer"),
    **dict.fromkeys(("AGENT_DISCONNECT", "AGENT_COMPLETED"), "agent"),
    "TRANSFERRED": "transfer",
}


def source() -> Source:
    suffixes = (".jsonl", ".json", ".gz", ".zst")
    return Source("amazon_connect_ctr", "Amazon Connect contact records, JSON", suffixes, _read)


def _read(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Iterator[tuple[Staged, Feed]]:
    yield _stage(sql, path, scratch), _feed()


def _stage(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Staged:
    return stage_json(sql, path, scratch, PATHS)


def _feed() -> Feed:
    contact, queued, connected = _text("ContactId"), _text("Queue.EnqueueTimestamp"), _text(CONNECTED)
    initiated, ended = _text("InitiationTimestamp"), _text("DisconnectTimestamp")
    # An unreadable instant of initiation is a fault also where the one of the queue stands in for it.
    is_unread = f"{initiated} is not null and {instant(initiated)} is null"
    offered = f"case when {is_unread} then null else {_first_told(queued, initiated)} end"
    offered_text = f"case when {is_unread} then {initiated} else coalesce({queued}, {initiated}) end"
    unserved = f"case when {queued} is not null then {_first_told(_text('Queue.DequeueTimestamp'), ended)} end"
    left = f"case when {connected} is not null then {instant(connected)} else {unserved} end"
    fields = {
        "call_id": _plain(contact),
        "conversation_id": _plain(f"coalesce({_text('InitialContactId')}, {contact})"),
        "direction": Field(_direction(), _text("InitiationMethod")),
        "channel": Field(_channel(), _text("Channel")),
        "entry_point": _plain(_text("SystemEndpoint.Address")),
        "queue": _plain(_text("Queue.Name")),
        "topic": _plain(_text("Attributes.topic")),
        "customer_key": _plain(f"coalesce({_text('Attributes.customer_id')}, {_text('CustomerEndpoint.Address')})"),
        "agent": _plain(_text("Agent.Username")),
        "offered_at": Field(offered, offered_text),
        "queued_at": _instant(queued),
        "answered_at": _instant(connected),
        "ended_at": _instant(ended),
        "ivr_s": Field(_between(instant(initiated), instant(queued)), "null"),
        "wait_s": Field(_between(offered, left), "null"),
        "talk_s": _seconds("Agent.AgentInteractionDuration"),
        "hold_s": _seconds("Agent.CustomerHoldDuration"),
        "wrap_s": _seconds("Agent.AfterContactWorkDuration"),
        "outcome": Field(_outcome(), contact),
        "ended_by": Field(_ended_by(), "null"),
        "transferred_from": _plain(_transferred_from()),
        "disposition": _plain(_text("Attributes.disposition")),
        "is_resolved": Field(flag(_text("Attributes.resolved")), _text("Attributes.resolved")),
        "source_ref": _plain(contact),
        "recording_ref": _plain(_text("Recording.Location")),
    }
    version = Field(f"epoch_ms({instant(_text('LastUpdateTimestamp'))})", NOTHING)
    return Feed("calls", fields, version, malformed=(("not_a_json_object", "not is_object"),))


def _text(path: str) -> str:
    return f'"{path}"'


def _plain(text: str) -> Field:
    return Field(text, text)


def _instant(text: str) -> Field:
    return Field(instant(text), text)


def _first_told(text: str, other: str) -> str:
    """The instant of the first text there is: an unreadable one is not passed over."""
    return f"case when {text} is not null then {instant(text)} else {instant(other)} end"


def _between(first: str, last: str) -> str:
    """Seconds between two instants, nothing where they are in the wrong order: clocks of different hosts."""
    return f"nullif(greatest(-1, (epoch_ms({last}) - epoch_ms({first})) / 1000.0), -1)"


def _seconds(path: str) -> Field:
    return Field(f"try_cast({_text(path)} as double)", _text(path))


def _by(text: str, words: dict[str, str]) -> str:
    return f"case {text} {' '.join(f'when {quoted(raw)} then {quoted(to)}' for raw, to in words.items())} end"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, words))


def _direction() -> str:
    """By InitiationMethod; on the voice channel API is StartOutboundVoiceContact, by which the centre dials."""
    method = _text("InitiationMethod")
    dialled = f"{method} = 'API' and {_text('Channel')} = 'VOICE'"
    return f"case when {dialled} then 'outbound' else {_by(method, DIRECTIONS)} end"


def _channel() -> str:
    """A task has no customer on a line: its outcome keeps it out of every count, whatever its channel."""
    return _by(_text("Channel"), {**CHANNELS, "TASK": "email"})


def _outcome() -> str:
    """Answered when an agent was connected; else what the flow noted; else where the contact went or who hung up.

    A callback connects its agent before the customer is dialled: one that reached nobody was not answered.
    """
    disposition, reason = f"lower({_text('Attributes.disposition')})", _text("DisconnectReason")
    unreached = f"{_text('InitiationMethod')} in ({_words(DIALLED)}) and {reason} in ({_words(UNREACHED)})"
    return (
        f"case when {_text('Channel')} = 'TASK' or {_text('InitiationMethod')} = 'MONITOR' or {_is_survey()} then 'no_call' "
        f"when {_text(CONNECTED)} is not null and not coalesce({unreached}, false) then 'answered' "
        f"when {disposition} in ({_words(LEFT_BY_FLOW)}) then {disposition} "
        f"when {_text('Queue.EnqueueTimestamp')} is null then 'ivr_ended' "
        f"when {_text('NextContactId')} is not null then 'overflowed' "
        f"when {reason} is null or {reason} in ({_words(HUNG_UP)}) then 'abandoned' else 'timed_out' end"
    )


def _is_survey() -> str:
    """Whoever is left on the line when the agent hangs up may be asked for an opinion: that is no call to the centre."""
    unserved = f"{_text(CONNECTED)} is null and {_text('Queue.EnqueueTimestamp')} is null"
    return f"({_text('InitiationMethod')} = 'DISCONNECT' and {unserved})"


def _transferred_from() -> str:
    """A next contact alone is no transfer: a survey after the talk, and a callback, are next contacts too."""
    return f"case when {_text('InitiationMethod')} in ({_words(TRANSFERS)}) then {_text('PreviousContactId')} end"


def _ended_by() -> str:
    """A transfer out of the instance is stamped; a third party ends a call that the agent had handed out."""
    reason = _text("DisconnectReason")
    handed_on = f"{_text('TransferCompletedTimestamp')} is not null or {reason} = 'THIRD_PARTY_DISCONNECT'"
    return (
        f"case when {_text(CONNECTED)} is not null and ({handed_on}) then 'transfer' "
        f"when {reason} is not null then coalesce({_by(reason, ENDED_BY)}, 'system') end"
    )
