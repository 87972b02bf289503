"""Tickets, their events and their letters as a ticket system would export them: CSV, instants in UTC."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from pipeline.sample.clock import utc_text
from pipeline.sample.files import write_gzip
from pipeline.sample.written import Ticket


def write_tickets(out: Path, tickets: list[Ticket]) -> dict[str, int]:
    """Writes tickets, ticket_events and letters below `out`; returns how many rows each has."""
    rows = {
        "tickets": [_ticket(ticket) for ticket in tickets],
        "ticket_events": [row for ticket in tickets for row in _events(ticket)],
        "letters": [row for ticket in tickets for row in _letters(ticket)],
    }
    headers = {
        "tickets": ["id", "channel", "topic", "priority", "status", "customer", "assignee", "created"],
        "ticket_events": ["id", "ticket", "at", "order", "field", "value"],
        "letters": ["id", "ticket", "role", "agent", "customer", "at", "text"],
    }
    for name, found in rows.items():
        write_gzip(out / name / f"{name}.csv.gz", _csv([headers[name], *found]))
    return {name: len(found) for name, found in rows.items()}


def _csv(rows: Iterable[Iterable[object]]) -> Iterable[str]:
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue().removesuffix("\n")


def _ticket(ticket: Ticket) -> list[object]:
    status = next((change.value for change in reversed(ticket.changes) if change.field == "status"), "new")
    assignee = next((change.value for change in ticket.changes if change.field == "agent"), "")
    return [
        ticket.id, ticket.channel, ticket.topic.name, ticket.priority, status, ticket.customer.email, assignee,
        utc_text(ticket.created_at),
    ]  # fmt: skip


def _events(ticket: Ticket) -> Iterable[list[object]]:
    for number, change in enumerate(ticket.changes, 1):
        yield [f"{ticket.id}/{number}", ticket.id, utc_text(change.at), number, change.field, change.value]


def _letters(ticket: Ticket) -> Iterable[list[object]]:
    for number, letter in enumerate(ticket.letters, 1):
        agent = ticket.agent.id if letter.role == "agent" else ""
        author = ticket.customer.email if letter.role == "customer" else ""
        yield [f"{ticket.id}-{number}", ticket.id, letter.role, agent, author, utc_text(letter.at), letter.text]
