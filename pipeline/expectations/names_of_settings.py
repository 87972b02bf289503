"""Whether any loaded row has what the settings name: a name that is nobody's does nothing, and in silence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pipeline.loading.robots import KNOWN_AGENTS
from pipeline.settings.tickets import Tickets

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

CHANNELS = """
select channel as value from raw_tickets
union all
select coalesce(letters.channel, 'email') from raw_messages as letters
anti join raw_tickets as tickets on tickets.source = letters.source and tickets.ticket_id = letters.conversation_id"""
CUSTOMER_GROUPS = "select customer_group as value from raw_tickets"
PRIORITIES = """
select priority as value from raw_tickets
union all select value from raw_ticket_events where field = 'priority'
union all select name from raw_directory where kind = 'priority'"""
CALLED_QUEUES = """
select queue as value from raw_calls
union all select queue from raw_queue_events"""
CALLED_CHANNELS = """
select channel as value from raw_calls
union all select 'voice' from raw_queue_events"""
QUEUES = f"""{CALLED_QUEUES}
union all select queue from raw_forecasts
union all select queue from raw_tickets
union all select name from raw_directory where kind = 'group'"""
CRITERIA = "select criterion as value from raw_evaluations"
SOURCES = "select source as value from files where not is_undone"


class Named(NamedTuple):
    """`values`: SQL of what the rows have, NULL where one has nothing; without a row nothing can be said of the names."""

    check: str
    key: str
    names: Iterable[str]
    values: str
    is_folded: bool = True
    """Capitals count for nothing where the setting is used."""


def unknown_names(warehouse: Warehouse, settings: Settings) -> dict[str, list[str]]:
    """By check: the names that no row has, with their key; no check of what the settings do not name."""
    found: dict[str, list[str]] = {}
    for named in _named(settings):
        values = [row["value"] for row in warehouse.records(f"select distinct value from ({named.values})")]
        if values:
            found.setdefault(named.check, []).extend(f"{named.key}: {name}" for name in _unknown(named, values))
    return found


def _unknown(named: Named, values: list[str | None]) -> list[str]:
    spelled = str.lower if named.is_folded else str
    known = {spelled(value) for value in values if value is not None}
    return sorted({name for name in named.names if spelled(name) not in known})


def _named(settings: Settings) -> list[Named]:
    of, sla, tickets = settings.tickets, settings.sla, "tickets_name_unknown"
    levels, calls = settings.service_levels, "calls_service_level_unknown"
    urgent = of.urgent if of.urgent != Tickets().urgent else ()
    priorities = {priority for one in sla for allowed in one.targets.values() for priority in allowed} - {"any"}
    every = [
        Named(tickets, "[[sla]] channels", [name for one in sla for name in one.channels], CHANNELS),
        Named(tickets, "[[sla]] customer_groups", [name for one in sla for name in one.customer_groups], CUSTOMER_GROUPS),
        Named(tickets, "[[sla]] targets", priorities, PRIORITIES),
        Named(tickets, "urgent", urgent, PRIORITIES),
        Named(tickets, "official_channels", of.official_channels, CHANNELS),
        Named("tickets_robot_unknown", "robots", of.robots, KNOWN_AGENTS, is_folded=False),
        Named("calls_source_unknown", "ended_sources", settings.ended_sources, SOURCES, is_folded=False),
        Named("calls_queue_unknown", "queue_timezones", settings.queue_timezones, QUEUES, is_folded=False),
        Named(calls, "[[service_levels]] queue", [one.queue for one in levels if one.queue], CALLED_QUEUES, is_folded=False),
        Named(calls, "[[service_levels]] channel", [one.channel for one in levels if one.channel], CALLED_CHANNELS),
        Named(
            "evaluations_criterion_unknown", "[[scorecards]] criteria",
            [name for card in settings.scorecards for name in card.criteria], CRITERIA, is_folded=False,
        ),
    ]  # fmt: skip
    return [named for named in every if named.names]
