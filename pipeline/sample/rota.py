"""Who is planned to sit at the telephone when: part-time shifts of a few hours, laid where the calls are expected."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from pipeline.sample.arrivals import event_factor, usual_calls
from pipeline.sample.centre import Centre
from pipeline.sample.clock import instant, local
from pipeline.sample.people import Agent


@dataclass(frozen=True, slots=True)
class Break:
    starts_at: int
    ends_at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A planned shift; `is_kept` is False when the agent stayed away."""

    agent: Agent
    starts_at: int
    ends_at: int
    breaks: tuple[Break, ...]
    is_kept: bool


def _needed(centre: Centre, day: date) -> list[float]:
    """Servers wanted in each half-hour of the opening time; shape (24,)."""
    plan, staffing = centre.plan["day"], centre.plan["staffing"]
    skipped = (plan["opens_at_minute"] - plan["begins_at_minute"]) // 30
    needed = []
    for slot in range((plan["closes_at_minute"] - plan["opens_at_minute"]) // 30):
        wall = datetime.combine(day, time()) + timedelta(minutes=plan["opens_at_minute"] + 30 * slot)
        factor = sum(
            topic.share * event_factor(centre, wall, topic.queue, planned_only=True) for topic in centre.topics
        )
        load = usual_calls(centre, day)[slot + skipped] * factor * staffing["handle_s"] / 1800
        needed.append(max(1.0, load + staffing["safety"] * math.sqrt(load)))
    return needed


def _starts(centre: Centre, day: date) -> list[int]:
    """Half-hours at which shifts of this day begin: each next shift where most is missing."""
    staffing, missing = centre.plan["staffing"], _needed(centre, day)
    starts: list[int] = []
    length: int = staffing["shift_half_hours"]
    while True:
        gain, start = max((sum(missing[s : s + length]), -s) for s in staffing["starts"])
        if gain < length / 3:
            return sorted(starts)
        starts.append(-start)
        for slot in range(-start, -start + length):
            missing[slot] = max(0.0, missing[slot] - 1)


def _breaks(starts_at: int, rng: Random) -> tuple[Break, ...]:
    coffee_at = starts_at + 60 * rng.randrange(65, 100, 5)
    lunch_at = starts_at + 60 * rng.randrange(150, 190, 5)
    return Break(coffee_at, coffee_at + 600, "coffee"), Break(lunch_at, lunch_at + 1500, "meal")


def _shift(centre: Centre, agent: Agent, day: date, start: int, rng: Random) -> Shift:
    staffing = centre.plan["staffing"]
    starts_at = instant(day, centre.plan["day"]["opens_at_minute"] + 30 * start)
    ends_at = starts_at + 1800 * staffing["shift_half_hours"]
    is_moving = any(starts_at < stay.from_at < ends_at for stay in agent.stays)
    is_kept = is_moving or rng.random() >= staffing["absent_share"]
    return Shift(agent, starts_at, ends_at, _breaks(starts_at, rng), is_kept)


def _movers(centre: Centre, agents: list[Agent], day: date) -> list[tuple[Agent, int]]:
    """Agents who change teams this day, each with the shift that has the most of the day on both sides of the move."""
    movers = []
    for agent in agents:
        for stay in agent.stays[1:]:
            if local(stay.from_at).date() == day:
                clock = local(stay.from_at)
                slot = (clock.hour * 60 + clock.minute - centre.plan["day"]["opens_at_minute"]) / 30
                half = centre.plan["staffing"]["shift_half_hours"] / 2
                movers.append((agent, min(centre.plan["staffing"]["starts"], key=lambda s: abs(s + half - slot))))
    return movers


def draw_rota(centre: Centre, agents: list[Agent], rng: Random) -> list[Shift]:
    """Shifts of all open days, shared evenly; nobody has two on one day."""
    shifts, worked = [], Counter[str]()
    for day in filter(centre.opens_on, centre.days):
        movers = _movers(centre, agents, day)
        resting = [agent for agent in agents if agent not in [mover for mover, _ in movers]]
        starts = _starts(centre, day)
        resting.sort(key=lambda agent: (worked[agent.id], rng.random()))
        rng.shuffle(starts)
        for agent, start in movers + list(zip(resting, starts, strict=False)):
            worked[agent.id] += 1
            shifts.append(_shift(centre, agent, day, start, rng))
    return shifts
