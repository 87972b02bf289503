"""The old telephony: Asterisk's queue_log, `epoch|callid|queue|agent|EVENT|parameters`, rotated in mid-call."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from pipeline.sample.centre import Centre
from pipeline.sample.clock import DAY_S, local_text
from pipeline.sample.files import dialled, remove_old, write_gzip
from pipeline.sample.legs import Answer, Leg, Presence
from pipeline.sample.world import World

ROTATE_AFTER_S = 3 * DAY_S + 13 * 3600 + 1800
TORN_LINE = "17860|"
EXITS = {"overflowed": "EXITWITHTIMEOUT", "voicemail": "EXITWITHKEY|1", "callback_requested": "EXITWITHKEY|2"}


@dataclass(frozen=True, slots=True)
class Line:
    at: int
    call_id: str
    queue: str
    agent: str
    event: str

    @property
    def text(self) -> str:
        return f"{self.at}|{self.call_id}|{self.queue}|{self.agent}|{self.event}"


def _ending(leg: Leg, answer: Answer) -> str:
    done = answer.handling
    numbers = f"{leg.wait_s}|{done.talk_s + done.hold_s}|{leg.position}"
    if done.ended_by == "transfer":
        return f"BLINDTRANSFER|{leg.queue}|from-internal|{numbers}"
    if done.ended_by == "handed_out":
        return f"ATTENDEDTRANSFER|BRIDGE|b-{leg.link.id}|{numbers}"
    return f"COMPLETE{done.ended_by.upper().replace('CUSTOMER', 'CALLER')}|{numbers}"


def _leg_lines(centre: Centre, leg: Leg, rng: Random) -> Iterator[Line]:
    """A leg's events in order of time."""
    call_id, queue = leg.link.id, leg.queue
    caller = dialled(leg.request.address, rng, plain_share=0.3) if leg.request.address else "anonymous"
    if not leg.is_transferred_in:
        number = next(q.number for q in centre.queues if q.name == queue)
        yield Line(leg.queued_at, call_id, queue, "NONE", f"DID|{number}")
    yield Line(leg.queued_at, call_id, queue, "NONE", f"ENTERQUEUE||{caller}|{leg.position}")
    for ring in leg.rings:
        yield Line(ring.at, call_id, queue, ring.agent.id, f"RINGNOANSWER|{ring.ring_s * 1000}")
    if answer := leg.answer:
        connected = f"CONNECT|{leg.wait_s}|{leg.left_at - answer.ring_s}.{leg.position}|{answer.ring_s}"
        yield Line(leg.left_at, call_id, queue, answer.agent.id, connected)
        yield Line(leg.ended_at, call_id, queue, answer.agent.id, _ending(leg, answer))
    elif leg.outcome == "abandoned":
        yield Line(leg.left_at, call_id, queue, "NONE", f"ABANDON|{leg.left_position}|{leg.position}|{leg.wait_s}")
    else:
        numbers = f"{leg.left_position}|{leg.position}|{leg.wait_s}"
        yield Line(leg.left_at, call_id, queue, "NONE", f"{EXITS[leg.outcome]}|{numbers}")


def _presence_lines(centre: Centre, presence: Presence) -> Iterator[Line]:
    """An agent is a member of both queues, and each logs it."""
    for queue in centre.queues:
        if presence.state == "logged_in":
            yield Line(presence.starts_at, "MANAGER", queue.name, presence.agent.id, "ADDMEMBER|")
            yield Line(presence.ends_at, "MANAGER", queue.name, presence.agent.id, "REMOVEMEMBER|")
        else:
            yield Line(presence.starts_at, "NONE", queue.name, presence.agent.id, f"PAUSE|{presence.reason}")
            yield Line(presence.ends_at, "NONE", queue.name, presence.agent.id, "UNPAUSE|")


def _cuts(centre: Centre, calls: list[Leg]) -> list[int]:
    """Instants at which the log was rotated: twice a week, each inside a call that had been answered."""
    cuts, begins_at = [], calls[0].began_at - calls[0].began_at % DAY_S
    while (wanted := begins_at + ROTATE_AFTER_S) < centre.changeover_at:
        running = (leg for leg in calls if leg.answer and leg.left_at >= wanted and leg.ended_at > leg.left_at + 1)
        if (call := next(running, None)) is None:
            break
        cuts.append(call.left_at + 1)
        begins_at += 7 * DAY_S // 2
    return cuts


def _lines(world: World, calls: list[Leg], rng: Random) -> list[Line]:
    """All events of the old weeks in order of time; those of one call in the order in which they happened."""
    old = [presence for presence in world.presences if presence.starts_at < world.centre.changeover_at]
    lines = [line for leg in calls for line in _leg_lines(world.centre, leg, rng)]
    lines += [line for presence in old for line in _presence_lines(world.centre, presence)]
    return sorted(lines, key=lambda line: line.at)


def write_queue_log(out: Path, world: World, rng: Random) -> dict[str, int]:
    """Writes queue_log-<first day>.gz files for the old weeks; returns how many lines of each kind there are.

    Calls refused before the queue and calls made by agents never reached this log.
    """
    centre, twice = world.centre, 0
    old = (leg for leg in world.legs if leg.began_at < centre.changeover_at and leg.is_offered)
    calls = sorted(old, key=lambda leg: leg.left_at)
    lines = _lines(world, calls, rng)
    bounds = [0, *_cuts(centre, calls), centre.ends_at]
    remove_old(out, "queue_log-*.gz")
    for begins, ends in pairwise(bounds):
        part = [line for line in lines if begins <= line.at < ends]
        last = [line.text for line in lines if line.at < begins][-2:]  # the rotation copied these into both files
        twice += len(last)
        start = f"{part[0].at}|NONE|NONE|NONE|QUEUESTART|"
        torn = [TORN_LINE] if begins == 0 else []
        name = f"queue_log-{local_text(part[0].at, '%Y%m%d')}.gz"
        write_gzip(out / name, [*last, start, *(line.text for line in part), *torn])
    events = len(lines) + len(bounds) - 1
    return {"queue_log_events": events, "queue_log_events_twice": twice, "queue_log_lines_torn": 1}
