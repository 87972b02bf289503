"""What the simulation leaves behind: legs of conversations and stretches of agents' days."""

from dataclasses import dataclass

from pipeline.sample.arrivals import Link, Request
from pipeline.sample.outcomes import Handling
from pipeline.sample.people import Agent


@dataclass(frozen=True, slots=True)
class Ring:
    """A telephone that rang in vain, until `at`."""

    agent: Agent
    at: int
    ring_s: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered a leg after how many seconds of ringing, and what came of it."""

    agent: Agent
    ring_s: int
    handling: Handling


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg as it happened; `outcome` is answered, abandoned, overflowed, voicemail, callback_requested or
    refused_closed; `left_at` is when it was answered or lost; positions are places in the line, first is 1.
    """

    link: Link
    request: Request
    began_at: int
    queued_at: int
    left_at: int
    outcome: str
    position: int
    left_position: int
    rings: tuple[Ring, ...]
    answer: Answer | None
    is_transferred_in: bool
    next_id: str | None

    @property
    def queue(self) -> str:
        return self.request.topic.queue

    @property
    def is_offered(self) -> bool:
        """Asked for an agent: made by the customer (transferred legs too), and the centre was open."""
        return self.request.direction == "INBOUND" and self.outcome != "refused_closed"

    @property
    def wait_s(self) -> int:
        return self.left_at - self.queued_at

    @property
    def ended_at(self) -> int:
        return self.left_at + (self.answer.handling.talk_s + self.answer.handling.hold_s if self.answer else 0)


@dataclass(frozen=True, slots=True)
class Presence:
    """A stretch of an agent's day as it was: state logged_in or break."""

    agent: Agent
    state: str
    reason: str
    starts_at: int
    ends_at: int
