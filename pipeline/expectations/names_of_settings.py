"""Whether the tickets know what the settings name: a name that is nobody's does nothing, and in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading.robots import unknown_robots

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

UNKNOWN_PRIORITIES = """
select priority
from (select unnest($1::varchar[]) as priority)
where lower(priority) not in (
    select lower(priority) from raw_tickets where priority is not null
    union all select lower(value) from raw_ticket_events where field = 'priority' and value is not null
    union all select lower(name) from raw_directory where kind = 'priority' and name is not null)
order by 1
"""


def unknown_names(warehouse: Warehouse, settings: Settings) -> dict[str, list[str]]:
    """By check: the names that the tickets do not know; no check of what the settings do not name."""
    robots, priorities = settings.tickets.robots, _priorities(settings)
    found = {}
    if robots:
        found["robot_unknown"] = unknown_robots(warehouse, robots)
    if priorities:
        rows = warehouse.records(UNKNOWN_PRIORITIES, [priorities])
        found["priority_unknown"] = [row["priority"] for row in rows]
    return found


def _priorities(settings: Settings) -> list[str]:
    named = {priority for sla in settings.sla for allowed in sla.targets.values() for priority in allowed}
    return sorted(named - {"any"})
