"""Agents with a true speed and warmth, and customers with the keys they can be known by."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from pipeline.sample.centre import Centre, Team
from pipeline.sample.clock import DAY_S, instant

TRAINING_WEEKS = 13
PREFIXES = ("44", "43", "31", "61", "76", "77", "78", "79")


@dataclass(frozen=True, slots=True)
class Stay:
    """One team an agent belongs to, from an instant until another (None: it lasts)."""

    team: Team
    from_at: int
    to_at: int | None


@dataclass(frozen=True, slots=True)
class Agent:
    """`speed` is the log of handle time relative to usual (below 0: faster); `warmth` a probability."""

    id: str
    name: str
    hired_on: date
    speed: float
    warmth: float
    kind: str
    stays: tuple[Stay, ...]
    skills: tuple[str, ...]
    has_experience: bool

    @property
    def is_hasty(self) -> bool:
        return self.kind == "hasty"

    def untrained_at(self, at: int) -> float:
        """1 on the day of hire, 0 once the training is over."""
        weeks = (at - instant(self.hired_on)) / (7 * DAY_S)
        return max(0.0, 1 - max(0.0, weeks) / TRAINING_WEEKS)

    def team_at(self, at: int) -> Team:
        return next(stay.team for stay in reversed(self.stays) if stay.from_at <= at)


@dataclass(frozen=True, slots=True)
class Customer:
    """Phones are in international form without the plus: 41445551234."""

    id: str
    phone: str
    second_phone: str | None
    email: str
    withholds: bool


@dataclass(frozen=True)
class Customers:
    """All customers, the ones who call more often drawn more often."""

    people: list[Customer]
    heights: list[float]

    def draw(self, rng: Random) -> Customer:
        return rng.choices(self.people, cum_weights=self.heights)[0]


def _temper(plan: dict[str, Any], order: int, rng: Random) -> tuple[str, float, float]:
    """Kind, speed and warmth of the agent at this place of the list."""
    for kind in ("hasty", "fast_and_warm", "slow_and_cold"):
        planted = plan[kind]
        if order % planted["every"] == planted["from"]:
            return kind, planted["speed"] + rng.gauss(0, 0.03), planted["warmth"] + rng.gauss(0, 0.03)
    warmth = min(0.92, max(0.35, rng.gauss(plan["warmth_mean"], plan["warmth_sd"])))
    return "usual", rng.gauss(0.03, plan["speed_sd"]), warmth


def _move_at(centre: Centre, move: dict[str, Any]) -> int:
    week = math.floor(centre.weeks * move["after"])
    return instant(centre.days[7 * week + move["weekday"] - 1], move["minute"])


def _stays(centre: Centre, order: int) -> tuple[Stay, ...]:
    first_at, team = instant(centre.days[0] - timedelta(days=30)), centre.teams[order % len(centre.teams)]
    moves = [move for move in centre.plan["agents"]["moves"] if move["agent"] == order]
    if not moves:
        return (Stay(team, first_at, None),)
    moved_at, target = _move_at(centre, moves[0]), centre.teams[(order + 1) % len(centre.teams)]
    return Stay(team, first_at, moved_at), Stay(target, moved_at, None)


def _skills(centre: Centre, order: int) -> tuple[str, ...]:
    """Every second topic, the even ones of every second employee: who has a skill differs in nothing else."""
    return tuple(topic.name for place, topic in enumerate(centre.topics) if (place + order) % 2 == 0)


def draw_agents(centre: Centre, count: int, rng: Random) -> list[Agent]:
    """`count` agents a001, a002, ...; the planted ones stand at fixed places of the list."""
    plan, agents = centre.plan["agents"], []
    for order in range(count):
        kind, speed, warmth = _temper(plan, order, rng)
        hired_on = centre.days[0] - timedelta(days=rng.randint(200, 2500))
        if order % plan["new"]["every"] == plan["new"]["from"]:
            hired_on = centre.days[0] - timedelta(days=plan["new"]["days"] + order)
        name = plan["names"][order % len(plan["names"])]
        agents.append(Agent(f"a{order + 1:03d}", name, hired_on, speed, warmth, kind, _stays(centre, order),
            _skills(centre, order), order % 3 == 0))  # fmt: skip
    return agents


def draw_customers(centre: Centre, rng: Random) -> Customers:
    """Customers with numbers of the 555 blocks, no two of them the same."""
    plan = centre.plan["demand"]
    count = math.ceil(plan["customers_per_call"] * centre.calls_per_week * centre.weeks)
    phones = [f"41{PREFIXES[n % 8]}555{n // 8:04d}" for n in rng.sample(range(80_000), 2 * count)]
    people = [
        Customer(
            id=f"K-{200_000 + i}",
            phone=phones[2 * i],
            second_phone=phones[2 * i + 1] if rng.random() < 0.15 else None,
            email=f"kunde{200_000 + i}@mail.example",
            withholds=rng.random() < plan["withheld_share"],
        )
        for i in range(count)
    ]
    return Customers(people, list(accumulate(rng.gammavariate(1.3, 1) for _ in people)))
