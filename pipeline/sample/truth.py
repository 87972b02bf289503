"""What was planted and what came of it, for tests that want to find it again."""

import bisect
import math
from collections import Counter, defaultdict
from statistics import fmean
from typing import Any

from pipeline.sample.centre import Centre
from pipeline.sample.clock import DAY_S, iso_week, utc_text
from pipeline.sample.legs import Answer, Leg
from pipeline.sample.outcomes import expected_resolution
from pipeline.sample.people import Agent
from pipeline.sample.world import World
from pipeline.sample.written_truth import tell_written

WINDOW_S = 7 * DAY_S
ANSWER_WITHIN_S = 20


def attempts_by_customer(legs: list[Leg]) -> dict[str, list[int]]:
    """Instants at which each true customer began an attempt, ascending; known to nobody but the simulation."""
    attempts: defaultdict[str, list[int]] = defaultdict(list)
    for leg in legs:
        if leg.request.direction == "INBOUND" and not leg.is_transferred_in:
            attempts[leg.request.customer.id].append(leg.began_at)
    return {customer: sorted(instants) for customer, instants in attempts.items()}


def _finished(legs: list[Leg]) -> list[tuple[Leg, Answer]]:
    """Answered customer-made contacts, the last leg of each."""
    answered = [(leg, leg.answer) for leg in legs if leg.answer and leg.is_offered]
    return [(leg, answer) for leg, answer in answered if answer.handling.ended_by != "transfer"]


def _returns(centre: Centre, leg: Leg, attempts: dict[str, list[int]]) -> bool | None:
    """Did the customer try again within the window? None while it has not passed."""
    if leg.ended_at + WINDOW_S > centre.ends_at:
        return None
    instants = attempts[leg.request.customer.id]
    place = bisect.bisect_left(instants, leg.ended_at)
    return place < len(instants) and instants[place] - leg.ended_at <= WINDOW_S


def _figures(centre: Centre, contacts: list[tuple[Leg, Answer]], attempts: dict[str, list[int]]) -> dict[str, Any]:
    done = [answer.handling for _, answer in contacts]
    returned = [r for leg, _ in contacts if (r := _returns(centre, leg, attempts)) is not None]
    stated = [h.stated for h in done if h.stated is not None]

    def mean(values: list[Any]) -> float | None:
        return round(fmean(map(float, values)), 4) if values else None

    return {
        "contacts": len(done),
        "handle_s": mean([h.talk_s + h.hold_s + h.wrap_s for h in done]),
        "human_contact_share": mean([h.human for h in done]),
        "resolved_share": mean([h.is_resolved for h in done]),
        "stated_resolved_share": mean(stated),
        "repeat_7d_contacts": len(returned),
        "repeat_7d_share": mean(returned),
    }


def _agent(centre: Centre, agent: Agent, figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": agent.name,
        "kind": agent.kind,
        "is_hasty": agent.is_hasty,
        "speed_log": round(agent.speed, 4),
        "speed_factor": round(math.exp(agent.speed), 4),
        "warmth": round(agent.warmth, 4),
        "teams": [
            {"team": s.team.name, "from": utc_text(s.from_at), "to": utc_text(s.to_at) if s.to_at else None}
            for s in agent.stays
        ],
        "expected_resolution": round(expected_resolution(centre, agent), 4),
        "realised": figures,
    }


def _week(legs: list[Leg]) -> dict[str, Any]:
    offered = [leg for leg in legs if leg.is_offered]
    outcomes = Counter(leg.outcome for leg in offered)
    quick = sum(leg.outcome == "answered" and leg.wait_s <= ANSWER_WITHIN_S for leg in offered)
    return {
        "legs": len(legs),
        "offered": len(offered),
        **{name: outcomes[name] for name in ("answered", "abandoned", "overflowed", "voicemail", "callback_requested")},
        "answered_within_20s": quick,
        "service_level": round(quick / max(1, len(offered)), 4),
        "refused_closed": sum(leg.outcome == "refused_closed" for leg in legs),
        "agent_made": sum(leg.request.direction != "INBOUND" for leg in legs),
        "transferred": sum(leg.is_transferred_in for leg in offered),
        "contacts_offered": sum(not leg.is_transferred_in for leg in offered),
    }


def _weeks(centre: Centre, legs: list[Leg]) -> dict[str, Any]:
    """By the local week in which a leg was queued, of what files tell: the queue log knows offered calls only."""
    weeks: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        if leg.is_offered or leg.began_at >= centre.changeover_at:
            weeks[iso_week(leg.queued_at)].append(leg)
    return {
        week: {"source": "amazon_connect_ctr" if in_week[0].began_at >= centre.changeover_at else "asterisk_queue_log",
               **_week(in_week)}
        for week, in_week in sorted(weeks.items())
    }  # fmt: skip


def tell_truth(world: World, files: dict[str, int]) -> dict[str, Any]:
    """Everything the simulation knows: seed, agents, topics, effects, weekly totals, figures by kind of agent.

    `files`: counts of lines by kind. Shares carry four digits, instants are UTC; `repeat_7d_share` is by true customer.
    """
    centre, legs = world.centre, world.legs
    attempts, by_agent, by_kind = attempts_by_customer(legs), defaultdict(list), defaultdict(list)
    for leg, answer in _finished(legs):
        by_agent[answer.agent.id].append((leg, answer))
        by_kind[answer.agent.kind].append((leg, answer))
    weeks = _weeks(centre, legs)
    inbound = [leg for leg in legs if leg.is_offered and not leg.is_transferred_in]
    counted = ("legs", "offered", "answered", "abandoned", "answered_within_20s", "contacts_offered")
    return {
        "seed": world.seed,
        "first_day": str(centre.days[0]),
        "last_day": str(centre.days[-1]),
        "changeover_at": utc_text(centre.changeover_at),
        "totals": {name: sum(week[name] for week in weeks.values()) for name in counted},
        "anonymous_share": round(fmean(leg.request.address is None for leg in inbound), 4),
        "customers": len(attempts),
        "weeks": weeks,
        "files": files,
        "written": tell_written(world.tickets),
        "kinds": {kind: _figures(centre, contacts, attempts) for kind, contacts in sorted(by_kind.items())},
        "agents": {a.id: _agent(centre, a, _figures(centre, by_agent[a.id], attempts)) for a in world.agents},
        "topics": centre.plan["topics"],
        "effects": centre.plan["effects"],
        "push": {key: str(value) if key == "from" else value for key, value in centre.plan["push"].items()},
        "evaluators": centre.plan["evaluators"],
        "events": [{**row, "starts": str(row["starts"]), "ends": str(row["ends"])} for row in centre.plan["events"]],
    }
