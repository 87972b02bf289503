"""Agents at work, and which of those who are idle takes the next call."""

from dataclasses import dataclass

from pipeline.sample.people import Agent
from pipeline.sample.rota import Break, Shift


@dataclass(slots=True)
class Desk:
    """An agent at work; among the idle when neither on the telephone nor on a break."""

    shift: Shift
    logged_in_at: int
    idle_since: int
    due_break: Break | None = None
    is_over: bool = False

    @property
    def agent(self) -> Agent:
        return self.shift.agent


class Idle:
    """The desks that wait for a call."""

    def __init__(self) -> None:
        self._desks: dict[str, Desk] = {}

    def __bool__(self) -> bool:
        return bool(self._desks)

    def add(self, desk: Desk) -> None:
        self._desks[desk.agent.id] = desk

    def remove(self, desk: Desk) -> bool:
        """Whether it was idle."""
        return self._desks.pop(desk.agent.id, None) is not None

    def take_for(self, queue: str, at: int) -> Desk:
        """The desk that has been idle longest, those whose team takes this queue first before the others."""

        def rank(desk: Desk) -> tuple[bool, int, str]:
            return desk.agent.team_at(at).queue != queue, desk.idle_since, desk.agent.id

        return self._desks.pop(min(self._desks.values(), key=rank).agent.id)
