"""Contact records in, calls out. A record is written as its clock: each letter an instant, minutes after 10:00 UTC.

`i` initiated, `q` enqueued, `a` connected to an agent, `d` dequeued, `e` disconnected.
"""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Admission, Settings
from pipeline.sources import find_source
from tests.tables import figure

pytestmark = pytest.mark.usefixtures("facts_alone")

PHONE, MAIL = "+41446681800", "jane.roe@customer.example"


def at(minutes: float) -> str:
    return f"2026-05-04T{10 + int(minutes // 60):02d}:{int(minutes % 60):02d}:{int(minutes * 60 % 60):02d}Z"


def record(contact: str = "c1", clock: str = "i0 q1 a2 e5", queue_name: str = "sales", **fields: Any) -> dict[str, Any]:
    """A contact record; a field given replaces the one that follows from the clock."""
    times = {mark[0]: at(float(mark[1:])) for mark in clock.split()}
    queue = {"Name": queue_name, "EnqueueTimestamp": times.get("q"), "DequeueTimestamp": times.get("d", times.get("a"))}
    agent = {
        "Username": "ann@centre.example", "ConnectedToAgentTimestamp": times.get("a"), "AgentInteractionDuration": 150,
        "CustomerHoldDuration": 30, "AfterContactWorkDuration": 20,
    }  # fmt: skip
    return {
        "ContactId": contact, "InitiationTimestamp": times.get("i"), "DisconnectTimestamp": times.get("e"),
        "LastUpdateTimestamp": at(9), "Channel": "VOICE", "InitiationMethod": "INBOUND",
        "DisconnectReason": "CUSTOMER_DISCONNECT", "Queue": queue if "q" in times else None,
        "Agent": agent if "a" in times else None, "CustomerEndpoint": {"Address": PHONE, "Type": "TELEPHONE_NUMBER"},
        "SystemEndpoint": {"Address": "+41800555010", "Type": "TELEPHONE_NUMBER"}, **fields,
    }  # fmt: skip


def lines(*records: Any) -> str:
    return "".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in records)


def load(folder: Path, *files: str | bytes, name: str = "ctr{}.jsonl") -> tuple[list[Account], pd.DataFrame]:
    settings = Settings(warehouse=folder / "w.duckdb", admission=Admission(bad_share_limit=1))
    source = find_source("amazon_connect_ctr")
    accounts = []
    with open_warehouse(settings) as warehouse:
        for number, content in enumerate(files, 1):
            file = folder / name.format(number)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            accounts += load_files(warehouse, settings, source, find_files([file], source.suffixes))
        rows = pd.DataFrame(warehouse.records("select * from raw_calls order by call_id")).astype(object)
        bad = warehouse.records("select line, column_name, rule from quarantine order by file_id, line")
    rows.attrs["quarantine"] = [tuple(fault.values()) for fault in bad]
    return accounts, rows.where(rows.notna(), None)


NEXT, FLOW = {"NextContactId": "c2"}, {"DisconnectReason": "CONTACT_FLOW_DISCONNECT"}
WAYS = {
    "customer hangs up": ("i0 q1 a2 e5", {}, "answered", 60, "customer"),
    "agent hangs up": ("i0 q1 a2 e5", {"DisconnectReason": "AGENT_DISCONNECT"}, "answered", 60, "agent"),
    "something followed": ("i0 q1 a2 e5", {**NEXT, "DisconnectReason": "AGENT_DISCONNECT"}, "answered", 60, "agent"),
    "transferred": ("i0 q1 a2 e5", {**NEXT, "TransferCompletedTimestamp": at(5)}, "answered", 60, "transfer"),
    "transferred out": ("i0 q1 a2 e5", {"TransferCompletedTimestamp": at(5)}, "answered", 60, "transfer"),
    "survey": ("i5 e6", {"InitiationMethod": "DISCONNECT"}, "no_call", None, "customer"),
    "queued when the agent hung up": ("i5 q5 a6 e7", {"InitiationMethod": "DISCONNECT"}, "answered", 60, "customer"),
    "handed out": ("i0 q1 a2 e5", {"DisconnectReason": "THIRD_PARTY_DISCONNECT"}, "answered", 60, "transfer"),
    "system": ("i0 q1 a2 e5", {"DisconnectReason": "IDLE_DISCONNECT"}, "answered", 60, "system"),
    "no reason": ("i0 q1 a2 e5", {"DisconnectReason": None}, "answered", 60, None),
    "outbound": ("i0 a1 e5", {"InitiationMethod": "OUTBOUND"}, "answered", 60, "customer"),
    "abandoned": ("i0 q1 e3", {}, "abandoned", 120, "customer"),
    "left before the line closed": ("i0 q1 d3 e4", {}, "abandoned", 120, "customer"),
    "line broke": ("i0 q1 e3", {"DisconnectReason": "TELECOM_PROBLEM"}, "abandoned", 120, "system"),
    "no reason in the queue": ("i0 q1 e3", {"DisconnectReason": None}, "abandoned", 120, None),
    "another queue": ("i0 q1 d2 e3", {**NEXT, **FLOW}, "overflowed", 60, "system"),
    "another queue, then hung up": ("i0 q1 d2 e3", NEXT, "overflowed", 60, "customer"),
    "flow gave up": ("i0 q1 d9 e9", FLOW, "timed_out", 480, "system"),
    "callback": ("i0 q1 d2 e3", {**FLOW, "Attributes": {"disposition": "callback_requested"}}, "callback_requested", 60, "system"),
    "voicemail": ("i0 q1 d2 e3", {**FLOW, "Attributes": {"disposition": "Voicemail"}}, "voicemail", 60, "system"),
    "closed": ("i0 e3", {**FLOW, "Attributes": {"disposition": "refused_closed"}}, "refused_closed", None, "system"),
    "menu only": ("i0 e3", {}, "ivr_ended", None, "customer"),
    "task": ("i0 q1 a2 e5", {"Channel": "TASK"}, "no_call", 60, "customer"),
    "supervisor listens": ("i0 a2 e5", {"InitiationMethod": "MONITOR"}, "no_call", 120, "customer"),
    "agent's own code": ("i0 q1 a2 e5", {"Attributes": {"disposition": "voicemail"}}, "answered", 60, "customer"),
}  # fmt: skip
"""What became of a contact: its clock and fields, its outcome, `wait_s` and `ended_by`."""
DIRECTIONS = {
    ("INBOUND", "VOICE"): ("inbound", "voice"), ("TRANSFER", "VOICE"): ("inbound", "voice"),
    ("QUEUE_TRANSFER", "VOICE"): ("inbound", "voice"), ("DISCONNECT", "VOICE"): ("inbound", "voice"),
    ("API", "CHAT"): ("inbound", "chat"), ("API", "VOICE"): ("outbound", "voice"), ("OUTBOUND", "VOICE"): ("outbound", "voice"),
    ("AGENT_REPLY", "EMAIL"): ("outbound", "email"), ("CALLBACK", "VOICE"): ("callback", "voice"),
    ("MONITOR", "VOICE"): ("internal", "voice"), (None, None): ("inbound", "voice"),
}  # fmt: skip
DIALLED = {
    ("CALLBACK", "CUSTOMER_CONNECTION_NOT_ESTABLISHED"): "abandoned", ("CALLBACK", "CUSTOMER_DISCONNECT"): "answered",
    ("CALLBACK", None): "answered", ("OUTBOUND", "OUTBOUND_ATTEMPT_FAILED"): "timed_out",
    ("INBOUND", "CUSTOMER_CONNECTION_NOT_ESTABLISHED"): "answered",
}  # fmt: skip


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The record of each case above by its id, all of one file."""
    records = [
        *(record(name, clock, **fields) for name, (clock, fields, *_) in WAYS.items()),
        *(record(f"{method} {channel}", InitiationMethod=method, Channel=channel) for method, channel in DIRECTIONS),
        *(record(f"{method} {why}", InitiationMethod=method, DisconnectReason=why) for method, why in DIALLED),
    ]
    return load(tmp_path_factory.mktemp("calls"), lines(*records))[1].set_index("call_id")


@pytest.mark.parametrize("name", WAYS)
def test_each_way_a_contact_goes(calls: pd.DataFrame, name: str) -> None:
    call = calls.loc[name]
    assert (call["outcome"], call["wait_s"], call["ended_by"]) == WAYS[name][2:]


def test_every_field_of_an_answered_call(tmp_path: Path) -> None:
    attributes = {"topic": "contract", "disposition": "settled", "resolved": "TRUE", "customer_id": "A-17"}
    filled = record("c1", Attributes=attributes, Recording={"Location": "s3://recordings/c1.wav"})
    call, of_nobody_known = (row for _, row in load(tmp_path, lines(filled, record("c2")))[1].iterrows())
    times = [datetime(2026, 5, 4, 10, minute) for minute in (1, 1, 2, 5)]
    assert [call[name] for name in ("offered_at", "queued_at", "answered_at", "ended_at")] == times
    assert [call[name] for name in ("ivr_s", "wait_s", "talk_s", "hold_s", "wrap_s")] == [60, 60, 150, 30, 20]
    assert [call[name] for name in ("conversation_id", "queue", "agent", "topic")] == ["c1", "sales", "ann", "contract"]
    assert [call[name] for name in ("disposition", "is_resolved", "entry_point")] == [
        "settled",
        True,
        call["entry_point"],
    ]
    assert call["entry_point"].startswith("[phone] ")
    assert [call[name] for name in ("source_ref", "recording_ref")] == ["c1", "s3://recordings/c1.wav"]
    assert call["customer_key"] != of_nobody_known["customer_key"]


@pytest.mark.parametrize(("method", "channel"), DIRECTIONS)
def test_direction_and_channel(calls: pd.DataFrame, method: str | None, channel: str | None) -> None:
    call = calls.loc[f"{method} {channel}"]
    assert (call["direction"], call["channel"]) == DIRECTIONS[method, channel]


EARLY = record(LastUpdateTimestamp=at(5), Attributes={"topic": "early"})
LATE = record(LastUpdateTimestamp=at(7), Attributes={"topic": "late"})


@pytest.mark.parametrize(
    "files", [(lines(EARLY, LATE),), (lines(LATE, EARLY),), (lines(EARLY), lines(LATE)), (lines(LATE), lines(EARLY))]
)
def test_delivered_twice_the_newest_counts(tmp_path: Path, files: tuple[str, ...]) -> None:
    accounts, rows = load(tmp_path, *files)
    assert list(rows["topic"]) == ["late"]
    assert sum(account.rows_read for account in accounts) == 2


FOLLOWED = {
    "TRANSFER": 1, "EXTERNAL_OUTBOUND": 1, "QUEUE_TRANSFER": 1, "DISCONNECT": 0, "CALLBACK": 0, "API": 0
}  # fmt: skip
"""How many transfers a contact that an agent answered and hung up was, by how what follows it began."""
CHAIN = [
    record("c1", "i0 q1 d2 e2", NextContactId="c2", DisconnectReason=None),
    record("c2", "i2 q2 a3 e6", NextContactId="c3", InitialContactId="c1", InitiationMethod="QUEUE_TRANSFER"),
    record("c3", "i6 q6 a7 e9", InitialContactId="c1", InitiationMethod="TRANSFER"),
    record("c4", "i20 q20 a21 e25", InitialContactId="c1", InitiationMethod="CALLBACK"),
    record("m1", "i3 a3 e6", InitialContactId="c1", InitiationMethod="MONITOR"),
]
"""Overflowed, answered and transferred, answered, called back."""


def first(method: str) -> dict[str, Any]:
    """A contact in a queue of its own that an agent answered and hung up."""
    following = {"NextContactId": f"{method} next", "DisconnectReason": "AGENT_DISCONNECT"}
    return record(method, queue_name=method, **following)


def after(method: str) -> dict[str, Any]:
    """What follows it."""
    fields = {"InitialContactId": method, "PreviousContactId": method, "InitiationMethod": method}
    clock = "i5 e6" if method == "DISCONNECT" else "i5 q5 a6 e9"
    return record(f"{method} next", clock, queue_name="next", **fields)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("centre")
    load(folder, lines(*CHAIN, *map(first, FOLLOWED)), lines(*map(after, FOLLOWED)))
    settings = Settings(warehouse=folder / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        build(warehouse, settings, [], lambda step: None)
    return open_results(settings.results)


def contact_of(centre: Results, conversation: str) -> pd.Series:
    return centre.frame("select * from fact_contacts").set_index("conversation_id").loc[conversation]


def test_chained_contacts_are_one_conversation(centre: Results) -> None:
    """Four legs, one contact made by the customer."""
    assert len(centre.frame("select * from fact_contacts")) == 1 + len(FOLLOWED)
    contact = contact_of(centre, "c1")
    assert contact["legs"] == 4 and bool(contact["is_customer_made"])
    offered, answered = (figure(centre, kpi, queue="sales")["value"] for kpi in ("offered", "answered"))
    assert (offered, answered) == (3, 2)


@pytest.mark.parametrize("method", FOLLOWED)
def test_what_follows_tells_a_transfer_in_whatever_file_it_comes(centre: Results, method: str) -> None:
    assert figure(centre, "transfers", queue=method)["value"] == FOLLOWED[method]
    assert contact_of(centre, method)["legs"] == (1 if method == "DISCONNECT" else 2)


@pytest.mark.parametrize(("method", "why"), DIALLED)
def test_a_call_of_the_centre_that_reached_nobody_is_not_answered(
    calls: pd.DataFrame, method: str, why: str | None
) -> None:
    """Its agent was connected before the customer was dialled."""
    assert calls.loc[f"{method} {why}", "outcome"] == DIALLED[method, why]


def test_missing_objects_are_nothing_not_zero(tmp_path: Path) -> None:
    bare = {"ContactId": "c1", "InitiationTimestamp": at(0), "Agent": {}, "Queue": "none", "Attributes": []}
    call = load(tmp_path, lines(bare))[1].iloc[0]
    unknown = (
        "queue",
        "agent",
        "customer_key",
        "topic",
        "queued_at",
        "answered_at",
        "ended_at",
        "talk_s",
        "wait_s",
        "ended_by",
    )
    assert [name for name in unknown if call[name] is not None] == []
    assert (call["outcome"], call["offered_at"]) == ("ivr_ended", datetime(2026, 5, 4, 10))


def test_bad_records_go_to_quarantine_each_with_its_rule(tmp_path: Path) -> None:
    accounts, rows = load(
        tmp_path,
        lines(
            record("good"), "not json", '{"ContactId":"cut', "[1]", "42", {**record(), "ContactId": None},
            record("x1", InitiationMethod="TELEPATHY"), record("x2", Channel="SMOKE"), record("x3", "a2 e5"),
            record("x4", DisconnectTimestamp="1777888800"), record("x5", "i0 q1 a2 e1.5"), "", record("good2"),
            record("x6", InitiationTimestamp="about ten"),
        ),
    )  # fmt: skip
    assert list(rows["call_id"]) == ["good", "good2"]
    assert (accounts[0].rows_read, accounts[0].admitted, sum(accounts[0].quarantined.values())) == (13, 2, 11)
    assert rows.attrs["quarantine"] == [
        (2, None, "not_a_json_object"), (3, None, "not_a_json_object"), (4, None, "not_a_json_object"),
        (5, None, "not_a_json_object"), (6, "call_id", "missing"), (7, "direction", "unknown_value"),
        (8, "channel", "unknown_value"), (9, "offered_at", "missing"), (10, "ended_at", "not_a_time"),
        (11, "ended_at", "ends_before_answer"), (14, "offered_at", "not_a_time"),
    ]  # fmt: skip


ONE, TWO = (json.dumps(record(name)) for name in ("c1", "c2"))


@pytest.mark.parametrize(
    "content",
    [
        ONE + TWO,
        f"[{ONE},{TWO}]",
        f"[\n{ONE},\n{TWO}\n]",
        json.dumps(json.loads(ONE), indent=2) + "\n" + TWO,
        f"{ONE}\r\n{TWO}",
    ],
    ids=["run together", "array", "array by lines", "indented", "lines of Windows"],
)
@pytest.mark.parametrize("pack", ["", ".gz", ".zst"])
def test_other_layouts_of_json(tmp_path: Path, content: str, pack: str) -> None:
    """Read, not loaded: a layout concerns nothing else."""
    import zstandard

    data = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[pack](content.encode())
    (tmp_path / f"ctr.json{pack}").write_bytes(data)
    source = find_source("amazon_connect_ctr")
    [file] = find_files([tmp_path], source.suffixes)
    with duckdb.connect() as sql:
        [(staged, feed)] = source.read(sql, file.path, tmp_path)
        ids = sql.execute(
            f"select {feed.fields['call_id'].value} from {staged.table} order by {staged.line}"
        ).fetchall()
    assert (staged.rejects, ids) == ([], [("c1",), ("c2",)])


def test_run_together_and_cut_short_is_refused_whole(tmp_path: Path) -> None:
    accounts, rows = load(tmp_path, ONE + TWO[:-40])
    assert accounts[0].error is not None and "is neither one JSON object a line nor whole JSON" in accounts[0].error
    assert rows.empty


def test_a_record_nested_beyond_measure_is_a_record(tmp_path: Path) -> None:
    deep = ONE.replace("{", '{"Tags":' + '{"a":' * 20_000 + "1" + "}" * 20_000 + ",", 1)
    accounts, rows = load(tmp_path, f"{deep}\n{TWO}\n")
    assert (accounts[0].error, list(rows["call_id"])) == (None, ["c1", "c2"])


def test_markup_stays_text_and_customers_stay_out_of_the_warehouse(tmp_path: Path) -> None:
    attributes = {"topic": f"call me on {PHONE} or {MAIL}", "disposition": "<script>alert(1)</script>"}
    chat = record("c2", Channel="CHAT", CustomerEndpoint={"Address": MAIL, "Type": "EMAIL_ADDRESS"})
    where = {"Location": f"s3://recordings/{PHONE}/c1.wav"}
    broken = [f'{{"ContactId":"{PHONE}', record("c3", DisconnectTimestamp=f"{PHONE} {MAIL}")]
    _, rows = load(tmp_path, lines(record("c1", Attributes=attributes, Recording=where), chat, *broken))
    assert rows["disposition"][0] == "<script>alert(1)</script>" and list(rows["agent"]) == ["ann", "ann"]
    assert rows["topic"][0] == "call me on [phone] or [e-mail]" and len(rows.attrs["quarantine"]) == 2
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("w.duckdb*"))
    assert [text for text in (PHONE, PHONE[1:], MAIL, "jane.roe", "@centre.example") if text.encode() in kept] == []


def test_only_what_is_spoken_ends_within_a_day(tmp_path: Path) -> None:
    agent = {
        "Username": "ann",
        "ConnectedToAgentTimestamp": "2026-05-07T10:00:00Z",
        "AgentInteractionDuration": 200_000,
    }
    records = [
        record(channel, "i0 q0", Channel=channel, Agent=agent, DisconnectTimestamp="2026-05-10T10:00:00Z")
        for channel in ("VOICE", "CHAT", "EMAIL", "TASK")
    ]
    _, rows = load(tmp_path, lines(*records))
    assert rows[["call_id", "wait_s", "talk_s"]].values.tolist() == [
        [channel, 3 * 86400, 200_000] for channel in ("CHAT", "EMAIL", "TASK")
    ]
    assert rows.attrs["quarantine"] == [(1, "wait_s", "longer_than_a_day")]
