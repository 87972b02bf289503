"""From when on facts no longer follow from the warehouse, once rows of it have moved: come, gone, or outdone by others.

The view `moved` holds them; which instant of theirs counts is said by their contract (`rebuilds`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.models import read_model

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

IDS = {
    "calls": "coalesce(conversation_id, call_id)",
    "queue_events": "call_id",
    "tickets": "ticket_id",
    "messages": "conversation_id",
}
"""By which id the rows of a table speak of a contact."""
ANSWERS = ("evaluations", "surveys", "promises")
"""Tables that know a contact by its bare id."""


def mark(warehouse: Warehouse, contract: Contract) -> None:
    """Mark facts as stale from the earliest instant that the moved rows touch."""
    if contract.rebuilds == "all":
        warehouse.mark_stale(None, contract.name)
        return
    find = {
        "own": _own, "conversation": _conversation, "stretch": _stretch, "contact": _contact, "ticket": _ticket,
    }[contract.rebuilds]  # fmt: skip
    found = [find(warehouse, contract), _answered(warehouse, contract)]
    known = [instant for instant in found if instant is not None]
    if known:
        warehouse.mark_stale(min(known), contract.name)


def _answered(warehouse: Warehouse, contract: Contract) -> datetime | None:
    """When the first contact began of an id that the rows bring or take away and an answer names: the answer may be of another of
    its contacts now."""
    if contract.name not in IDS:
        return None
    asked = " union all ".join(f"select conversation_id from raw_{table}" for table in ANSWERS)
    moved = IDS[contract.name]
    return _began(warehouse, f"select {moved} from moved where {moved} in ({asked})")


def _own(warehouse: Warehouse, contract: Contract) -> datetime | None:
    earliest: datetime | None = warehouse.value(f"select min({contract.instant}) from moved")
    return earliest


def _conversation(warehouse: Warehouse, contract: Contract) -> datetime | None:
    """When the first of the calls was offered, or an earlier leg of the same conversation; of telephone calls none goes on for a
    day."""
    earliest = _own(warehouse, contract)
    if earliest is None:
        return None
    before: datetime | None = warehouse.value(
        f"select min(offered_at) from raw_calls where offered_at < $1 and {IDS['calls']} in (select {IDS['calls']} from moved) "
        "and (channel not in ('voice', 'video') or offered_at >= $1 - interval 1 day)",
        [earliest],
    )
    return before or earliest


def _stretch(warehouse: Warehouse, contract: Contract) -> datetime | None:
    """When the first event happened, or began a stretch of an agent in a queue that ends with one of them. An event without a
    queue ends those of all queues, unless it is an arrival; what follows a departure is no stretch."""
    events = read_model("core_queue_member_events")
    touches = "({0}.queue = queues.queue or ({0}.queue = '' and not {0}.is_arrival))"
    earliest: datetime | None = warehouse.value(
        f"""with events as ({events}),
        moves as (with raw_queue_events as (select * from moved) {events}),
        queues as (
            select source, agent, queues.queue, min(moves.happened_at) as first_at
            from (select distinct source, agent, queue from events) as queues
            join moves using (source, agent)
            where {touches.format("moves")}
            group by all
        ),
        last_before as (
            select max(events.happened_at) as began_at, arg_max(is_departure, (events.happened_at, file_id, line)) as is_away
            from queues
            join events using (source, agent)
            where events.happened_at < queues.first_at and {touches.format("events")}
            group by source, agent, queues.queue
        )
        select least((select min(happened_at) from moved), (select min(began_at) from last_before where not is_away))"""
    )
    return earliest


def _contact(warehouse: Warehouse, contract: Contract) -> datetime | None:
    """When the first contact began that the rows speak of, whatever it was recorded as."""
    return _began(warehouse, "select conversation_id from moved")


def _began(warehouse: Warehouse, ids: str) -> datetime | None:
    earliest: datetime | None = warehouse.value(
        "select min(began_at) from ("
        f"select {IDS['calls']} as conversation_id, offered_at as began_at from raw_calls "
        "union all select concat(conversation_id, '#', call_id), offered_at from raw_calls "
        "union all select call_id, happened_at from raw_queue_events "
        "union all select ticket_id, created_at from raw_tickets "
        f"union all select conversation_id, sent_at from raw_messages) where conversation_id in ({ids})"
    )
    return earliest


def _ticket(warehouse: Warehouse, contract: Contract) -> datetime | None:
    """When the first ticket was created that the rows belong to, or its first letter was sent."""
    ticket = "ticket_id" if "ticket_id" in contract.columns else "conversation_id"
    earliest: datetime | None = warehouse.value(
        "select min(created_at) from (select ticket_id, created_at from raw_tickets "
        "union all select conversation_id, sent_at from raw_messages "
        f"union all select {ticket}, {contract.instant} from moved) "
        f"where ticket_id in (select {ticket} from moved)"
    )
    return earliest
