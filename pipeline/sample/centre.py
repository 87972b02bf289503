"""What the simulated centre is: its topics, teams, queues, events and effects, read from centre.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any

from pipeline.sample.clock import instant, local


@dataclass(frozen=True, slots=True)
class Topic:
    """What a call is about. `talk_s` and `wrap_s` are medians at usual speed, `ease` the log odds of settling it."""

    name: str
    queue: str
    share: float
    talk_s: float
    wrap_s: float
    ease: float


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Team:
    """Its agents take calls of `queue` first, and any other when nobody else is free."""

    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Event:
    """`factor` multiplies the calls of a queue (of all, when it names none); 0 means closed."""

    kind: str
    title: str
    starts: datetime
    ends: datetime
    factor: float
    is_planned: bool
    queue: str = ""
    team: str = ""

    def touches(self, at: datetime, queue: str) -> bool:
        return self.starts <= at < self.ends and self.queue in ("", queue)


@dataclass(frozen=True, slots=True)
class Evaluator:
    id: str
    leniency: float


@dataclass(frozen=True, slots=True)
class Effects:
    """How speed, warmth and difficulty work; each is explained beside its number in centre.toml."""

    length_spread: float
    difficulty_length: float
    difficulty_loss: float
    warmth_gain: float
    care_gain: float
    skill_gain: float
    newcomer_loss: float
    newcomer_length: float
    warmth_noise: float
    repeat_if_unresolved: float
    repeat_if_resolved: float
    haste_repeat: float
    retry_if_lost: float
    follow_up_share: float
    transfer_share: float
    handed_out_share: float
    overclaim_share: float
    hasty_overclaim_share: float
    no_disposition_share: float


@dataclass(frozen=True)
class Centre:
    """The centre over `weeks` ISO weeks; `plan` is the whole catalogue, for the numbers only one module needs."""

    weeks: int
    calls_per_week: float
    plan: dict[str, Any]
    topics: tuple[Topic, ...]
    queues: tuple[Queue, ...]
    teams: tuple[Team, ...]
    events: tuple[Event, ...]
    evaluators: tuple[Evaluator, ...]
    effects: Effects

    @cached_property
    def days(self) -> list[date]:
        first: date = self.plan["first_day"]
        return [first + timedelta(days=i) for i in range(7 * self.weeks)]

    @cached_property
    def ends_at(self) -> int:
        return instant(self.days[-1] + timedelta(days=1))

    @cached_property
    def changeover_at(self) -> int:
        """First instant of the new telephony; a very short sample keeps half of its weeks for it."""
        old_weeks = min(self.plan["old_telephony_weeks"], self.weeks // 2)
        return instant(self.days[7 * old_weeks])

    def is_open(self, at: int) -> bool:
        clock, day = local(at), self.plan["day"]
        minute = clock.hour * 60 + clock.minute
        return self.opens_on(clock.date()) and day["opens_at_minute"] <= minute < day["closes_at_minute"]

    def opens_on(self, day: date) -> bool:
        noon = datetime(day.year, day.month, day.day, 12)
        is_closed = any(event.factor == 0 and event.touches(noon, "") for event in self.events)
        return self.plan["day"]["weekdays"][day.weekday()] > 0 and not is_closed


def read_centre(weeks: int, calls_per_week: float) -> Centre:
    """The centre of centre.toml, at the size asked for."""
    plan = tomllib.loads((files("pipeline.sample") / "centre.toml").read_text("utf-8"))
    return Centre(
        weeks=weeks,
        calls_per_week=calls_per_week,
        plan=plan,
        topics=tuple(Topic(**row) for row in plan["topics"]),
        queues=tuple(Queue(**row) for row in plan["queues"]),
        teams=tuple(Team(**row) for row in plan["teams"]),
        events=tuple(Event(**row) for row in plan["events"]),
        evaluators=tuple(Evaluator(**row) for row in plan["evaluators"]),
        effects=Effects(**plan["effects"]),
    )
