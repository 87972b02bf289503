"""Who of the agents are the robots that the settings name, by id or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

NAMED = """
select distinct names.agent
from (
    select entry_id as agent, name from raw_directory where kind = 'user'
    union all
    select agent, name from raw_agents
) as names
where names.name in (select unnest($1::varchar[]))
order by 1
"""
KNOWN_AGENTS = """
select name as value from raw_directory where kind = 'user'
union all select entry_id from raw_directory where kind = 'user'
union all select name from raw_agents
union all select agent from raw_agents
union all select agent from raw_tickets
union all select agent from raw_messages
union all select actor from raw_ticket_events
union all select value from raw_ticket_events where field = 'agent'"""
"""Whatever a robot may be called by."""


def robot_ids(warehouse: Warehouse, robots: tuple[str, ...]) -> tuple[str, ...]:
    """What the settings say, each of which may be an id, and the ids of those so named."""
    named = warehouse.records(NAMED, [list(robots)]) if robots else []
    return tuple(dict.fromkeys([*robots, *(row["agent"] for row in named)]))
