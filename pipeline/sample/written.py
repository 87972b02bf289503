"""What customers and agents write: tickets, their changes and letters."""

from dataclasses import dataclass, field

from pipeline.sample.centre import Topic
from pipeline.sample.people import Agent, Customer


@dataclass(frozen=True, slots=True)
class Change:
    at: int
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`warmth`: whether the agent's letter was written with human contact; None for letters of others."""

    at: int
    role: str
    text: str
    warmth: bool | None = None


@dataclass(slots=True)
class Ticket:
    id: str
    customer: Customer
    agent: Agent
    topic: Topic
    priority: str
    channel: str
    language: str
    created_at: int
    changes: list[Change] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    promises: list[tuple[int, int]] = field(default_factory=list)
    """When each was given, and the end of the promised day."""
