"""What each source says of its tickets, by which models and figures know what may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.kpis.definition import KNOWN_SHARE

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


class TicketSources(NamedTuple):
    """Sources by what they say of tickets. `followed` record changes of status: of their tickets, none is a ticket as it was
    created. `assigning` record changes of the assignee: none was handed on without one. `telling` say of any ticket how it
    stands, or when it was solved: of the others nobody knows what is open."""

    followed: tuple[str, ...]
    assigning: tuple[str, ...]
    telling: tuple[str, ...]


def ticket_sources(warehouse: Warehouse) -> TicketSources:
    recorded = warehouse.records(
        "select distinct source, field from raw_ticket_events where field in ('status', 'agent') order by source"
    )
    followed, assigning = (
        tuple(row["source"] for row in recorded if row["field"] == field) for field in ("status", "agent")
    )
    stated = warehouse.records(
        "select distinct source from raw_tickets where coalesce(status, solved_at::varchar, closed_at::varchar) is not null"
    )
    return TicketSources(followed, assigning, tuple(sorted({*followed, *(row["source"] for row in stated)})))


def knows_solving(warehouse: Warehouse, sources: TicketSources) -> bool:
    """Whether nearly all tickets that are over are of sources that say when: by instants or by changes of status. Where no
    source says how any ticket stands, each may be over."""
    rows = warehouse.records(
        """select tickets.source, count(*) as n, count(coalesce(tickets.solved_at, tickets.closed_at)) as dated
        from raw_tickets as tickets
        left join raw_directory as names
            on names.source = tickets.source and names.kind = 'status' and names.entry_id = tickets.status
        where coalesce(names.status, lower(tickets.status)) in ('solved', 'closed') or ?
        group by tickets.source""",
        [not sources.telling],
    )
    told = sum(row["n"] for row in rows if row["dated"] or row["source"] in sources.followed)
    return bool(told >= KNOWN_SHARE * sum(row["n"] for row in rows))
