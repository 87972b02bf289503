"""The new telephony: Amazon Connect contact records as JSON lines, one file a week, delivered at least once."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from pipeline.sample.centre import Centre
from pipeline.sample.clock import DAY_S, iso_week, local_text, utc_text
from pipeline.sample.files import dialled, remove_old, write_gzip
from pipeline.sample.legs import Answer, Leg

EARLY_COPY_SHARE = 0.016
REASONS = {"customer": "CUSTOMER_DISCONNECT", "agent": "AGENT_DISCONNECT", "transfer": "AGENT_DISCONNECT",
           "handed_out": "THIRD_PARTY_DISCONNECT"}  # fmt: skip
NOT_JSON = ('{"ContactId":"5f0c7a52-', "-- export restarted --")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line: which week's file it lies in, and its place there."""

    week: str
    place: float
    text: str


def _endpoint(leg: Leg, rng: Random) -> Record | None:
    address = leg.request.address
    if address is None:
        return {"Address": "anonymous", "Type": "TELEPHONE_NUMBER"}
    if leg.request.channel == "CHAT":
        return {"Address": address, "Type": "EMAIL_ADDRESS"}
    return {"Address": dialled(address, rng, plain_share=0.8), "Type": "TELEPHONE_NUMBER"}


def _queue(leg: Leg) -> Record | None:
    if leg.outcome == "refused_closed" or leg.request.direction == "OUTBOUND":
        return None
    queued, left = utc_text(leg.queued_at), utc_text(leg.left_at)
    return {"Name": leg.queue, "EnqueueTimestamp": queued, "DequeueTimestamp": left, "Duration": leg.wait_s}


def _agent(leg: Leg, answer: Answer | None) -> Record | None:
    if answer is None:
        return None
    done = answer.handling
    return {
        "Username": answer.agent.id,
        "ConnectedToAgentTimestamp": utc_text(leg.left_at),
        "AgentInteractionDuration": done.talk_s,
        "CustomerHoldDuration": done.hold_s,
        "NumberOfHolds": done.holds,
        "AfterContactWorkDuration": done.wrap_s,
    }


def _attributes(centre: Centre, leg: Leg, rng: Random) -> Record:
    """The topic of the menu, the agent's code and word, the account when asked for; how the flow ended a call."""
    attributes: Record = {"topic": leg.request.topic.name}
    if leg.answer is None:
        return attributes if leg.outcome == "abandoned" else {**attributes, "disposition": leg.outcome}
    done = leg.answer.handling
    if done.disposition:
        attributes["disposition"] = done.disposition
    if done.stated is not None:
        attributes["resolved"] = str(done.stated).lower()
    known_share = centre.plan["demand"]["known_if_withheld_share"] if leg.request.address is None else 0.35
    if rng.random() < known_share:
        attributes["customer_id"] = leg.request.customer.id
    return attributes


def _reason(leg: Leg) -> str:
    if leg.answer:
        return REASONS[leg.answer.handling.ended_by]
    return "CUSTOMER_DISCONNECT" if leg.outcome == "abandoned" else "CONTACT_FLOW_DISCONNECT"


def _record(centre: Centre, leg: Leg, rng: Random) -> Record:
    """The whole contact record of a leg, as it stands when the after-call work is done."""
    ring_s, wrap_s = (leg.answer.ring_s, leg.answer.handling.wrap_s) if leg.answer else (0, 0)
    request, is_outbound = leg.request, leg.request.direction == "OUTBOUND"
    has_recording = leg.answer is not None and request.channel == "VOICE"
    day = local_text(leg.began_at, "%Y/%m/%d")
    number = next(queue.number for queue in centre.queues if queue.name == leg.queue)
    return {
        "ContactId": leg.link.id,
        "InitialContactId": None if leg.link.conversation_id == leg.link.id else leg.link.conversation_id,
        "PreviousContactId": leg.link.previous_id,
        "NextContactId": leg.next_id,
        "LastUpdateTimestamp": utc_text(leg.ended_at + wrap_s + rng.randint(8, 70)),
        "InitiationTimestamp": utc_text(leg.left_at - ring_s if is_outbound else leg.began_at),
        "DisconnectTimestamp": utc_text(leg.ended_at),
        "Queue": _queue(leg),
        "Agent": _agent(leg, leg.answer),
        "Channel": request.channel,
        "InitiationMethod": "TRANSFER" if leg.is_transferred_in else request.direction,
        "DisconnectReason": _reason(leg),
        "CustomerEndpoint": _endpoint(leg, rng),
        "SystemEndpoint": {"Address": number} if request.channel == "VOICE" else None,
        "Attributes": _attributes(centre, leg, rng),
        "Recording": {"Location": f"s3://recordings.example/{day}/{leg.link.id}.wav"} if has_recording else None,
    }


def _early_copy(leg: Leg, record: Record) -> Record:
    """The record as it stood at the hang-up: no after-call work, no code, no word yet."""
    attributes = {k: v for k, v in record["Attributes"].items() if k not in ("disposition", "resolved")}
    updated = utc_text(leg.ended_at + 2)
    return {**record, "LastUpdateTimestamp": updated, "Attributes": attributes,
            "Agent": {**record["Agent"], "AfterContactWorkDuration": 0}}  # fmt: skip


def _text(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def _deliveries(centre: Centre, legs: list[Leg], rng: Random) -> list[Delivery]:
    """Every record once, a few also as an early copy: mostly before, sometimes after, sometimes a week late."""
    deliveries = []
    for leg in legs:
        record, week = _record(centre, leg, rng), iso_week(leg.ended_at)
        deliveries.append(Delivery(week, leg.ended_at, _text(record)))
        if leg.answer and rng.random() < EARLY_COPY_SHARE:
            late_s = rng.choice([-1, -1, -1, 900, 7 * DAY_S])
            late_week = iso_week(min(leg.ended_at + max(late_s, 0), centre.ends_at - 1))
            deliveries.append(Delivery(late_week, leg.ended_at + late_s, _text(_early_copy(leg, record))))
    return deliveries


def _impossible(centre: Centre, legs: list[Leg], rng: Random) -> list[Delivery]:
    """Records of test calls, with names of their own, that break a rule each: no real contact is lost with them."""
    spoils: list[Record] = [
        {"DisconnectTimestamp": "2026-08-24T05:00:00Z", "InitiationTimestamp": "2026-10-01T09:00:00Z"},
        {"DisconnectTimestamp": "2026-13-41T10:00:00Z"},
        {"InitiationTimestamp": "yesterday, about ten"},
        {"Agent": {"AgentInteractionDuration": -340}},
        {"Agent": {"AfterContactWorkDuration": -5}},
        {"Agent": {"CustomerHoldDuration": -60}},
    ]
    answered = [leg for leg in legs if leg.answer and leg.request.direction == "INBOUND"]
    deliveries = []
    for order, (leg, spoil) in enumerate(zip(rng.sample(answered, len(spoils)), spoils, strict=True)):
        record = {**_record(centre, leg, rng), "ContactId": f"test-call-{order + 1}", "InitialContactId": None,
                  "PreviousContactId": None, "NextContactId": None}  # fmt: skip
        for field, value in spoil.items():
            record[field] = {**record[field], **value} if isinstance(value, dict) else value
        deliveries.append(Delivery(iso_week(leg.ended_at), leg.ended_at + 0.5, _text(record)))
    for text, leg in zip(NOT_JSON, rng.sample(answered, len(NOT_JSON)), strict=True):
        deliveries.append(Delivery(iso_week(leg.ended_at), leg.ended_at + 0.5, text))
    return deliveries


def write_contact_records(out: Path, centre: Centre, legs: list[Leg], rng: Random) -> dict[str, int]:
    """Writes ctr-<week>.jsonl.gz for the legs of the new telephony; returns how many lines of each kind there are."""
    new = [leg for leg in legs if leg.began_at >= centre.changeover_at]
    sound, broken = _deliveries(centre, new, rng), _impossible(centre, new, rng)
    weeks: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in sound + broken:
        weeks[delivery.week].append(delivery)
    remove_old(out, "ctr-*.jsonl.gz")
    for week, deliveries in weeks.items():
        lines = [delivery.text for delivery in sorted(deliveries, key=lambda d: (d.place, d.text))]
        write_gzip(out / f"ctr-{week}.jsonl.gz", lines)
    impossible, not_json = len(broken) - len(NOT_JSON), len(NOT_JSON)
    return {"contact_records": len(new), "contact_records_superseded": len(sound) - len(new),
            "contact_records_impossible": impossible, "contact_lines_not_json": not_json}  # fmt: skip
