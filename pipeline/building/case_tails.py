"""How each customer's newest case stood before the weeks that are rebuilt, from what is published of the weeks before."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import zones
from pipeline.sql_text import file_literal

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

REACH = timedelta(days=62)
"""A contact counts for at most 30 days, and the longest window after it is 30 days: nothing older can go on."""
EMPTY = """
select cast(null as varchar) as customer, '' as line_topic, '' as line_channel, 0 as tail_no, cast(null as varchar) as case_id,
    cast(null as timestamp) as case_opened_at, cast(null as timestamp) as case_source_began_at,
    cast(null as timestamp) as case_until, cast(null as varchar) as case_agent,
    cast(null as varchar) as case_queue, cast(null as varchar) as case_topic, cast(null as varchar) as case_channel,
    cast(null as varchar) as latest_agent, cast(0 as bigint) as contacts, cast(0 as bigint) as answers,
    cast(0 as double) as handled_s, cast(0 as bigint) as unmeasured, cast(0 as bigint) as agent_changes,
    cast(0 as bigint) as promises, cast(0 as bigint) as complaints, cast(0 as bigint) as abuses
where false
"""
NEWEST = """
with steps as (
    select *,
        case when {same_topic} then coalesce(topic, conversation_id) else '' end as line_topic,
        case when {same_channel} then channel else '' end as line_channel
    from read_parquet([{files}]) where started_at < timestamp '{start}'
),
placed as (
    select *, row_number() over (
        partition by customer, line_topic, line_channel order by started_at desc, source desc, conversation_id desc,
        is_written desc) as place
    from steps
)
select customer, line_topic, line_channel,
    row_number() over (order by started_at, source, conversation_id, is_written) as tail_no,
    case_id, case_opened_at, case_source_began_at, case_until, case_agent, case_queue, case_topic, case_channel, latest_agent,
    contacts, answers, handled_s, unmeasured, agent_changes, promises, complaints, abuses
from placed where place = 1
"""


def prepare(warehouse: Warehouse, settings: Settings, published: dict[str, Path], start: datetime | None) -> None:
    """The tables case_rule and case_tails. `published`: week -> file of fact_case_contacts. `start`: where the weeks begin."""
    rule = settings.cases
    begins = f"timestamp '{start}'" if start else "timestamp '1900-01-01'"
    warehouse.sql.execute(
        f"create or replace temp table case_rule as select {rule.within_days * 86400} as window_s, "
        f"{rule.same_topic} as same_topic, {rule.same_channel} as same_channel, {begins} as from_at, "
        f"{has_complaints(warehouse)} as has_complaints"
    )
    query = EMPTY
    files = _recent(published, settings, start) if start else []
    if files:
        paths = ", ".join(file_literal(file) for file in files)
        query = NEWEST.format(same_topic=rule.same_topic, same_channel=rule.same_channel, files=paths, start=start)
    warehouse.sql.execute(f"create or replace temp table case_tails as {query}")


def has_complaints(warehouse: Warehouse) -> bool:
    """Whether anything loaded could tell of a complaint: without it, none is not nought."""
    return bool(
        warehouse.value(
            "select exists(select 1 from raw_tickets where is_complaint is not null) "
            "or exists(select 1 from raw_messages where body is not null)"
        )
    )


def _recent(published: dict[str, Path], settings: Settings, start: datetime) -> list[Path]:
    first = zones.week_of(start - REACH, settings.timezone)
    return [file for week, file in published.items() if week >= first]
