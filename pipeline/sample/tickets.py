"""Written work: tickets that come by letter and form, what agents of a true speed and warmth do with them, letter by letter."""

import math
from random import Random
from typing import Any

from pipeline.sample.centre import Centre, Evaluator
from pipeline.sample.clock import DAY_S, instant, local
from pipeline.sample.compose import Composer
from pipeline.sample.judgements import PEC, Mark
from pipeline.sample.outcomes import logit, sigmoid, speed_at
from pipeline.sample.people import Agent, Customers
from pipeline.sample.written import Change, Letter, Ticket

HOUR_S = 3600


def draw_tickets(
    centre: Centre, agents: list[Agent], customers: Customers, rng: Random, tempers: Random
) -> list[Ticket]:
    """About `written.tickets_per_week` tickets a week, in order of creation, each with all that became of it by the end."""
    plan: dict[str, Any] = centre.plan["written"]
    wanted = round(plan["tickets_per_week"] * centre.weeks * centre.calls_per_week / plan["at_calls_per_week"])
    composer, shares = Composer(plan["lost_tempers"], tempers), [topic.share for topic in centre.topics]
    instants = sorted(_arrival(centre, rng) for _ in range(wanted))
    tickets = []
    for number, at in enumerate(instants, 1):
        ticket = Ticket(
            id=f"T-{50_000 + number}",
            customer=customers.draw(rng),
            agent=rng.choice(agents),
            topic=rng.choices(centre.topics, shares)[0],
            priority=rng.choices(["normal", "high", "urgent"], plan["priority_shares"])[0],
            channel=rng.choices(["email", "web", "messenger"], plan["channel_shares"])[0],
            language="ru" if rng.random() < plan["russian_share"] else "en",
            created_at=at,
        )
        _live(centre, plan, ticket, composer, rng)
        tickets.append(ticket)
    return tickets


def _arrival(centre: Centre, rng: Random) -> int:
    """Most write while the centre is open, some at night."""
    day = rng.choices(centre.days, [0.3 + centre.plan["day"]["weekdays"][d.weekday()] for d in centre.days])[0]
    minute = rng.triangular(420, 1320, 660) if rng.random() < 0.88 else rng.uniform(0, 1439)
    return instant(day, minute) + rng.randrange(60)


def later(centre: Centre, at: int, seconds: float) -> int:
    """The instant at which so many open seconds have passed."""
    day, opens, closes = local(at).date(), 480, 1200
    while True:
        begins, ends = instant(day, opens), instant(day, closes)
        if centre.opens_on(day) and at < ends:
            left = ends - max(at, begins)
            if seconds <= left:
                return int(max(at, begins) + seconds)
            seconds -= left
        day = local(instant(day, 12 * 60) + DAY_S).date()
        if instant(day) > centre.ends_at + 30 * DAY_S:
            return centre.ends_at + 30 * DAY_S


def _live(centre: Centre, plan: dict[str, Any], ticket: Ticket, say: Composer, rng: Random) -> None:
    """From the first letter to the last, or to the end of the data."""
    at = ticket.created_at
    ticket.letters.append(Letter(at, "customer", say.question(ticket, rng)))
    if rng.random() < plan["receipt_share"]:
        ticket.letters.append(Letter(at + rng.randint(4, 240), "automatic", say.receipt(ticket)))
    pace = math.exp(speed_at(centre, ticket.agent, at))
    wait = plan["wait_h"][ticket.priority] * HOUR_S * rng.expovariate(1) * pace
    at = later(centre, at, 300 + wait)
    ticket.changes += [Change(at - 240, "agent", ticket.agent.id), Change(at - 240, "status", "open")]
    for attempt in range(4):
        at, is_settled = _turn(centre, plan, ticket, at, attempt, say, rng)
        if is_settled or at >= centre.ends_at:
            break
    ticket.changes = [change for change in ticket.changes if change.at < centre.ends_at]
    ticket.letters = [letter for letter in ticket.letters if letter.at < centre.ends_at]


def _turn(
    centre: Centre, plan: dict[str, Any], ticket: Ticket, at: int, attempt: int, say: Composer, rng: Random
) -> tuple[int, bool]:
    """One stretch of work up to a solution: when the customer wrote again, or the end; and whether it is settled."""
    pace = math.exp(speed_at(centre, ticket.agent, at))
    if rng.random() < plan["ask_share"]:
        at = _ask(ticket, at, say, rng)
        at = later(centre, at, plan["work_h"] * HOUR_S * rng.expovariate(1) * pace)
    if rng.random() < plan["hold_share"]:
        at = _hold(centre, plan, ticket, at, say, rng)
    if attempt == 0 and rng.random() < plan["hurry_share"]:
        ticket.letters.append(Letter(at - 60, "customer", say.hurry(ticket, rng)))
    at = later(centre, at, plan["work_h"] * HOUR_S * rng.expovariate(1) * pace)
    if _solve(centre, ticket, at, say, rng):
        if rng.random() < plan["thanks_share"]:
            ticket.letters.append(Letter(at + int(rng.uniform(0.1, 8) * HOUR_S), "customer", say.thanks(ticket, rng)))
        return at, True
    at += int(rng.uniform(1, 60) * HOUR_S)
    ticket.letters.append(Letter(at, "customer", say.again(ticket, rng)))
    ticket.changes.append(Change(at, "status", "open"))
    return later(centre, at, 300 + plan["work_h"] * HOUR_S * rng.expovariate(1) * pace), False


def _ask(ticket: Ticket, at: int, say: Composer, rng: Random) -> int:
    """A question to the customer; until the answer nobody works on the ticket."""
    ticket.letters.append(_agent_letter(ticket, at, say.ask(ticket, rng), rng))
    ticket.changes.append(Change(at, "status", "pending"))
    at += int(rng.uniform(1, 30) * HOUR_S)
    ticket.letters.append(Letter(at, "customer", say.detail(ticket, rng)))
    ticket.changes.append(Change(at, "status", "open"))
    return at


def _solve(centre: Centre, ticket: Ticket, at: int, say: Composer, rng: Random) -> bool:
    """The agent answers and calls it solved; whether it is."""
    human = sigmoid(logit(ticket.agent.warmth) + rng.gauss(0, 0.6))
    letter = say.answer(ticket, rng.random() < human, rng)
    ticket.letters.append(Letter(at, "agent", letter.text, letter.warmth))
    ticket.changes.append(Change(at, "status", "solved"))
    care = speed_at(centre, ticket.agent, at)
    return rng.random() < sigmoid(ticket.topic.ease + 0.6 + 2 * (human - 0.6) + 1.3 * care)


def _hold(centre: Centre, plan: dict[str, Any], ticket: Ticket, at: int, say: Composer, rng: Random) -> int:
    """On hold for somebody else's work, with a promised day that is kept or not."""
    days = rng.randint(2, 6)
    due = local(at + days * DAY_S).date()
    if at < centre.ends_at:
        ticket.promises.append((at, instant(due, 24 * 60)))
    ticket.letters.append(_agent_letter(ticket, at, say.promise(ticket, due.day, rng), rng))
    ticket.changes.append(Change(at, "status", "hold"))
    back = instant(due, 9 * 60 if rng.random() < plan["kept_share"] else 33 * 60)
    at = later(centre, max(back, at + HOUR_S), 0)
    ticket.changes.append(Change(at, "status", "open"))
    return at


def _agent_letter(ticket: Ticket, at: int, text: str, rng: Random) -> Letter:
    return Letter(at, "agent", text, rng.random() < ticket.agent.warmth)


def judge_letters(centre: Centre, tickets: list[Ticket], evaluators: tuple[Evaluator, ...], rng: Random) -> list[Mark]:
    """A fifth of the answered tickets, drawn by lot, judged by one evaluator on the last letter of the agent."""
    marks: list[Mark] = []
    for ticket in tickets:
        last = next((letter for letter in reversed(ticket.letters) if letter.warmth is not None), None)
        at = (last.at if last else centre.ends_at) + rng.randint(1, 8) * DAY_S
        if last is None or rng.random() >= centre.plan["written"]["judged_share"] or at >= centre.ends_at:
            continue
        evaluator = rng.choice(evaluators)
        seen = sigmoid((1.6 if last.warmth else -1.6) + evaluator.leniency)
        marks.append(Mark(f"w{len(marks) + 1:05d}", ticket.id, evaluator, at, PEC, float(rng.random() < seen)))
    return marks
