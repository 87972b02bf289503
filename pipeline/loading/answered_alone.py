"""Sources of answered calls alone: below so many calls, an abandonment of nothing may be true or an export of agents' work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.models import IS_OFFERED

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

LEAST, NOT_RECORDED = 100, 500
"""Calls from which on it is remarked: where one in twenty goes unanswered, chance once in 170 times; and from which on such a
source has no figure of its contacts (core_answered_alone.sql)."""
OFFERED = f"{IS_OFFERED} and channel in ('voice', 'chat', 'video')"


def answered_alone(warehouse: Warehouse, file_id: int, name: str) -> list[str]:
    """A sentence for each channel of the file's source by which nobody ever went unanswered."""
    unanswered = f"select 1 from raw_calls where file_id = {file_id} and {OFFERED} and outcome <> 'answered' limit 1"
    if warehouse.value(unanswered):
        return []
    found = warehouse.records(
        f"select source, channel, count(*) as calls from raw_calls where {OFFERED} "
        f"and (source, channel) in (select source, channel from raw_calls where file_id = {file_id} and {OFFERED}) "
        "group by source, channel "
        f"having count(*) >= {LEAST} and bool_and(outcome = 'answered') order by all"
    )
    return [
        f"{name}: all {row['calls']} calls by {row['channel']} that {row['source']} has brought were answered: if it exports "
        f"answered calls alone, an abandonment of 0 means nothing; from {NOT_RECORDED} on unanswered contacts are not recorded"
        for row in found
    ]
