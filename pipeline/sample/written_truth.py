"""What was planted in written work and what came of it."""

from collections import Counter, defaultdict
from statistics import fmean
from typing import Any

from pipeline.sample.clock import iso_week
from pipeline.sample.written import Ticket


def tell_written(tickets: list[Ticket]) -> dict[str, Any]:
    """Counts of tickets and letters, promises, and the share of warm letters of each agent."""
    warm: defaultdict[str, list[bool]] = defaultdict(list)
    for ticket in tickets:
        for letter in ticket.letters:
            if letter.warmth is not None:
                warm[ticket.agent.id].append(letter.warmth)
    statuses = [[change.value for change in ticket.changes if change.field == "status"] for ticket in tickets]
    return {
        "tickets": len(tickets),
        "weeks": dict(sorted(Counter(iso_week(ticket.created_at) for ticket in tickets).items())),
        "letters": dict(sorted(Counter(letter.role for ticket in tickets for letter in ticket.letters).items())),
        "solved_now": sum(states[-1:] == ["solved"] for states in statuses),
        "reopened": sum("open" in states[states.index("solved") :] for states in statuses if "solved" in states),
        "promised": sum(len(ticket.promises) for ticket in tickets),
        "kept": sum(_is_kept(ticket, *promise) for ticket in tickets for promise in ticket.promises),
        "languages": dict(sorted(Counter(ticket.language for ticket in tickets).items())),
        "warm_letters": {agent: round(fmean(found), 4) for agent, found in sorted(warm.items())},
    }


def _is_kept(ticket: Ticket, given_at: int, due_at: int) -> bool:
    """Solved by the end of the promised day, or the customer was written to."""
    solved = (change.at for change in ticket.changes if change.value == "solved" and change.at >= given_at)
    written = (letter.at for letter in ticket.letters if letter.role == "agent" and letter.at > given_at)
    return any(at <= due_at for at in (*solved, *written))
