"""What comes of a contact: how long it takes, whether it settles the matter, and whether the customer calls again."""

import math
from dataclasses import dataclass, replace
from random import Random

from pipeline.sample.arrivals import Request, presented
from pipeline.sample.centre import Centre
from pipeline.sample.clock import DAY_S, instant
from pipeline.sample.people import Agent

MATTERS_DRAWN = 400
"""Of which an agent's expected resolution is the mean."""


@dataclass(frozen=True, slots=True)
class Handling:
    """An answered leg. `stated` is the agent's word (None: no disposition); `human` the chance of being found warm."""

    talk_s: int
    hold_s: int
    holds: int
    wrap_s: int
    ended_by: str
    human: float
    chance: float
    is_resolved: bool
    stated: bool | None
    disposition: str | None
    care: float


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def speed_at(centre: Centre, agent: Agent, at: int) -> float:
    """The agent's log handle-time factor at an instant, with the push on the team of that instant."""
    push = centre.plan["push"]
    is_pushed = at >= instant(push["from"]) and agent.team_at(at).name == push["team"]
    return agent.speed + (push["speed"] if is_pushed else 0.0)


def resolution_chance(
    centre: Centre, ease: float, human: float, care: float, difficulty: float, knowledge: float = 0.0
) -> float:
    """Probability that the contact settles the matter; knowledge in log odds."""
    e = centre.effects
    return sigmoid(
        ease + knowledge + e.warmth_gain * (human - 0.6) + e.care_gain * care - e.difficulty_loss * difficulty
    )


def knowledge_at(centre: Centre, agent: Agent, topic: str, at: int) -> float:
    """Log odds that a confirmed skill adds, and that a new employee lacks."""
    e = centre.effects
    return (e.skill_gain if topic in agent.skills else 0.0) - e.newcomer_loss * agent.untrained_at(at)


def human_contact(centre: Centre, agent: Agent, rng: Random) -> float:
    return sigmoid(logit(agent.warmth) + rng.gauss(0, centre.effects.warmth_noise))


def expected_resolution(centre: Centre, agent: Agent) -> float:
    """Resolution of the agent over the usual mix of topics and matters, the same matters for every agent."""
    rng, total = Random("the same matters for every agent"), 0.0
    middle = instant(centre.days[len(centre.days) // 2])
    shares = [topic.share for topic in centre.topics]
    for _ in range(MATTERS_DRAWN):
        topic = rng.choices(centre.topics, shares)[0]
        care = agent.speed + centre.effects.length_spread * rng.gauss(0, 1) / 2
        human = human_contact(centre, agent, rng)
        knowledge = knowledge_at(centre, agent, topic.name, middle)
        total += resolution_chance(centre, topic.ease, human, care, rng.gauss(0, 1), knowledge)
    return total / MATTERS_DRAWN


def _statement(centre: Centre, agent: Agent, is_resolved: bool, rng: Random) -> tuple[bool | None, str | None]:
    """The agent's word and code: some claim more than was settled."""
    effects = centre.effects
    if rng.random() < effects.no_disposition_share:
        return None, None
    overclaim = effects.hasty_overclaim_share if agent.is_hasty else effects.overclaim_share
    stated = rng.random() < (0.97 if is_resolved else overclaim)
    return stated, "solved" if stated else rng.choice(["open", "forwarded", "information"])


def handle(centre: Centre, request: Request, agent: Agent, at: int, rng: Random) -> Handling:
    """The leg that this agent answers now; ended_by customer, agent, transfer (to a queue) or handed_out."""
    effects, topic, noise = centre.effects, request.topic, rng.gauss(0, 1)
    pace = speed_at(centre, agent, at)
    length = (
        pace
        + effects.newcomer_length * agent.untrained_at(at)
        + effects.length_spread * noise
        + effects.difficulty_length * request.difficulty
    )
    care, human = pace + effects.length_spread * noise / 2, human_contact(centre, agent, rng)
    knowledge = knowledge_at(centre, agent, topic.name, at)
    chance = resolution_chance(centre, topic.ease, human, care, request.difficulty, knowledge)
    is_resolved = rng.random() < chance
    stated, disposition = _statement(centre, agent, is_resolved, rng)
    holds = rng.choices([0, 1, 2], [0.72, 0.22, 0.06])[0] if request.channel == "VOICE" else 0
    handling = Handling(
        talk_s=max(12, round(topic.talk_s * math.exp(length))),
        hold_s=sum(round(rng.lognormvariate(4.0, 0.6)) for _ in range(holds)),
        holds=holds,
        wrap_s=round(topic.wrap_s * math.exp(pace + 0.5 * rng.gauss(0, 1))),
        ended_by="agent" if rng.random() < (0.45 if agent.is_hasty else 0.22) else "customer",
        human=human, chance=chance, is_resolved=is_resolved, stated=stated, disposition=disposition, care=care,
    )  # fmt: skip
    return _passed_on(centre, request, handling, rng)


def _passed_on(centre: Centre, request: Request, handling: Handling, rng: Random) -> Handling:
    """Some inbound calls are passed on after a short talk; whoever takes them settles them or not."""
    draw, effects = rng.random(), centre.effects
    if request.direction == "INBOUND" and draw < effects.transfer_share:
        talk_s, wrap_s = max(20, handling.talk_s // 4), handling.wrap_s // 3
        passed = replace(handling, talk_s=talk_s, wrap_s=wrap_s, ended_by="transfer", disposition="transferred")
        return replace(passed, is_resolved=False, chance=0.0, stated=None)
    if request.direction == "INBOUND" and draw > 1 - effects.handed_out_share and request.channel == "VOICE":
        return replace(handling, ended_by="handed_out", stated=None, disposition="handed_to_specialist")
    return handling


def _later(centre: Centre, at: int, rng: Random) -> int:
    """This instant, or when the centre is closed then, some time in the next open morning."""
    if centre.is_open(at) or rng.random() < 0.015:
        return at
    day = next((d for d in centre.days if centre.opens_on(d) and instant(d, 480) > at), None)
    return centre.ends_at if day is None else instant(day, 480) + int(rng.expovariate(1 / 5400))


def _gap_s(rng: Random) -> float:
    """Time until a customer calls again: hours, days, sometimes more than a week."""
    kind = rng.random()
    if kind < 0.22:
        return rng.uniform(120, 5 * 3600)
    return rng.uniform(0.6, 5.5) * DAY_S if kind < 0.93 else rng.uniform(6, 13) * DAY_S


def again(centre: Centre, request: Request, at: int, rng: Random) -> Request:
    """The customer's next attempt on the same matter, no earlier than `at`; a few change the channel."""
    channel = "CHAT" if request.channel == "CHAT" and rng.random() < 0.6 else "VOICE"
    if channel == "VOICE" and at >= centre.changeover_at and rng.random() < 0.04:
        channel = "CHAT"
    address = presented(request.customer, channel, centre, rng)
    at, attempt = _later(centre, at, rng), request.attempt + 1
    return replace(request, at=at, channel=channel, address=address, direction="INBOUND", attempt=attempt, link=None)


def after_contact(centre: Centre, request: Request, handling: Handling, ended_at: int, rng: Random) -> list[Request]:
    """What a finished contact breeds: nothing, the customer's return, or a call that the agent promised."""
    effects = centre.effects
    is_follow_up = rng.random() < effects.follow_up_share and request.direction == "INBOUND"
    if is_follow_up and not handling.is_resolved and not request.customer.withholds:
        at = _later(centre, ended_at + int(rng.uniform(0.1, 1.6) * DAY_S), rng)
        phone = request.customer.phone
        return [replace(request, at=at, channel="VOICE", address=phone, direction="OUTBOUND", link=None)]
    usual = effects.repeat_if_resolved if handling.is_resolved else effects.repeat_if_unresolved
    chance = usual + effects.haste_repeat * max(0.0, -handling.care)
    if request.attempt < 7 and rng.random() < chance:
        return [again(centre, request, ended_at + int(_gap_s(rng)), rng)]
    return []


def after_loss(centre: Centre, request: Request, outcome: str, lost_at: int, rng: Random) -> list[Request]:
    """What a call that nobody answered breeds: a new attempt soon, or the call-back that was asked for."""
    if outcome == "callback_requested":
        at = _later(centre, lost_at + int(rng.uniform(900, 7200)), rng)
        return [replace(request, at=at, address=request.customer.phone, direction="CALLBACK")]
    if request.attempt < 7 and rng.random() < centre.effects.retry_if_lost:
        return [again(centre, request, lost_at + 45 + int(rng.expovariate(1 / 2700)), rng)]
    return []
