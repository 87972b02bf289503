"""When customers call of their own accord, by half-hour, weekday and event."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from pipeline.sample.centre import Centre, Topic
from pipeline.sample.clock import instant
from pipeline.sample.people import Customer, Customers

HALF_HOUR_S = 1800


@dataclass(frozen=True, slots=True)
class Link:
    """How a leg is named, and how it hangs on the leg before it."""

    id: str
    conversation_id: str
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt to reach the centre, or (direction other than INBOUND) of the centre to reach the customer.

    `address` is the phone (41445551234) or e-mail presented, None when withheld; `difficulty` belongs to the matter and
    stays with it over the attempts; `link` is given where an earlier leg has already named this one.
    """

    at: int
    customer: Customer
    topic: Topic
    channel: str
    address: str | None
    difficulty: float
    direction: str = "INBOUND"
    attempt: int = 1
    link: Link | None = None


def presented(customer: Customer, channel: str, centre: Centre, rng: Random) -> str | None:
    """The address the customer shows on this attempt."""
    if channel == "CHAT":
        return customer.email
    if customer.withholds or rng.random() < centre.plan["demand"]["withheld_once_share"]:
        return None
    return customer.second_phone if customer.second_phone and rng.random() < 0.3 else customer.phone


def event_factor(centre: Centre, at: datetime, queue: str, planned_only: bool = False) -> float:
    """By how much the events at this local time multiply the calls of a queue."""
    factor = 1.0
    for event in centre.events:
        if event.touches(at, queue) and (event.is_planned or not planned_only):
            factor *= event.factor
    return factor


def usual_calls(centre: Centre, day: date) -> list[float]:
    """Calls a usual day of this weekday has in each half-hour of the profile; shape (26,)."""
    profile, weekdays = centre.plan["day"]["profile"], centre.plan["day"]["weekdays"]
    per_day = centre.calls_per_week * weekdays[day.weekday()] / sum(weekdays)
    return [per_day * weight / sum(profile) for weight in profile]


def _poisson_instants(expected: float, from_at: int, rng: Random) -> Iterator[int]:
    at = 0.0
    while expected > 0 and (at := at + rng.expovariate(expected / HALF_HOUR_S)) < HALF_HOUR_S:
        yield from_at + int(at)


def new_request(centre: Centre, customers: Customers, topic: Topic, at: int, rng: Random) -> Request:
    """A new matter of a customer; chats exist since the new telephony."""
    is_chat = at >= centre.changeover_at and rng.random() < centre.plan["demand"]["chat_share"]
    customer, channel = customers.draw(rng), "CHAT" if is_chat else "VOICE"
    return Request(at, customer, topic, channel, presented(customer, channel, centre, rng), rng.gauss(0, 1))


def spontaneous(centre: Centre, customers: Customers, rng: Random) -> list[Request]:
    """All calls that no earlier contact has bred, in no particular order."""
    plan, requests = centre.plan["demand"], []
    for day in centre.days:
        mood = plan["spontaneous_share"] * rng.lognormvariate(0, plan["day_spread"])
        for slot, usual in enumerate(usual_calls(centre, day)):
            minute = centre.plan["day"]["begins_at_minute"] + 30 * slot
            begins, surge = instant(day, minute), rng.lognormvariate(0, plan["half_hour_spread"])
            wall = datetime.combine(day, time()) + timedelta(minutes=minute)
            for topic in centre.topics:
                expected = usual * mood * surge * topic.share * event_factor(centre, wall, topic.queue)
                for at in _poisson_instants(expected, begins, rng):
                    requests.append(new_request(centre, customers, topic, at, rng))
    return requests
