"""Facts and KPI values of the stale weeks -> the published files, and the documents that go with them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.kpis import Catalogue
from pipeline.kpis.measure import Connection, measure_cuts
from pipeline.models import read_model
from pipeline.people_documents import people_documents
from pipeline.results import Publisher

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.warehouse import Warehouse

FACT_ORDER = {
    "fact_calls": "offered_at, source, call_id",
    "fact_contacts": "started_at, source, conversation_id",
    "fact_agent_hours": "half_hour_at, agent, team",
    "fact_forecasts": "half_hour_at, queue",
    "fact_evaluations": "started_at, source, evaluation_id",
    "fact_surveys": "started_at, source, survey_id, question",
    "fact_tickets": "created_at, source, ticket_id",
    "fact_replies": "created_at, source, ticket_id, turn",
    "fact_sla": "created_at, source, ticket_id, measure, turn",
    "fact_ticket_days": "day, queue, priority, band",
    "fact_promises": "promised_at, source, promise_id",
    "fact_letters": "created_at, source, message_id",
    "fact_pec": "created_at, source, ticket_id",
    "fact_case_contacts": "started_at, source, conversation_id",
    "fact_cases": "started_at, source, conversation_id",
    "fact_case_closings": "started_at, source, conversation_id",
}
WEEKLY_CUTS = ((), ("team",), ("agent",), ("queue",), ("topic",), ("channel",))
"""Stored for each week, beside the whole by day and half-hour; any other is computed from the published facts."""
HALF_HOURLY = ("offered", "answered", "abandoned", "abandonment", "service_level", "asa")


def publish(
    warehouse: Warehouse,
    settings: Settings,
    catalogue: Catalogue,
    publisher: Publisher,
    first: str,
    until: datetime,
    checks: list[dict[str, Any]],
    progress: Callable[[str], None],
) -> None:
    """Write the files of the weeks from `first` on (empty: all), then the manifest that names them and the others."""
    kept = publisher.previous.get("tables", {}) if first else {}
    tables: dict[str, dict[str, str]] = {}
    for fact, order in FACT_ORDER.items():
        progress(f"publishing {fact}")
        weeks = {week: file for week, file in kept.get(fact, {}).items() if week < first}
        tables[fact] = weeks | _publish_weeks(warehouse, publisher, fact, f"facts/{fact}", order, first)
    progress("measuring")
    _measure_all(warehouse, _engine(warehouse, settings), catalogue, first)
    values = {week: file for week, file in kept.get("kpi_values", {}).items() if week < first}
    order = "kpi, grain, cut, period, team, agent, queue, topic, channel"
    tables["kpi_values"] = values | _publish_weeks(warehouse, publisher, "kpi_values", "kpi_values", order, first)
    _publish_empty(warehouse, publisher, tables)
    definitions = publisher.document("definitions", catalogue.model_dump(mode="json"))
    manifest = {
        "tables": {name: dict(sorted(files.items())) for name, files in tables.items()},
        "definitions": definitions,
        "documents": _documents(warehouse, settings, catalogue, publisher, checks, tables),
        "last_complete_week": _last_complete_week(warehouse, sorted(tables["kpi_values"])),
        "until": until.isoformat(),
        "timezone": settings.timezone,
        "is_simulated": settings.is_simulated,
    }
    publisher.publish(manifest)


def refresh_documents(
    warehouse: Warehouse, settings: Settings, catalogue: Catalogue, publisher: Publisher, checks: list[dict[str, Any]]
) -> bool:
    """Publish what has come in and what the checks say where no figure changed; False when that is the same too."""
    manifest = dict(publisher.previous)
    warehouse.sql.execute(f"create or replace temp table core_agents as {read_model('core_agents')}")
    manifest["documents"] = _documents(warehouse, settings, catalogue, publisher, checks, manifest["tables"])
    return publisher.publish(manifest)


def _publish_weeks(
    warehouse: Warehouse, publisher: Publisher, table: str, folder: str, order: str, first: str
) -> dict[str, str]:
    weeks = warehouse.sql.execute(f"select distinct week from {table} where week >= '{first}' order by week").fetchall()
    temporary = publisher.folder / ".week.parquet"
    files = {}
    for (week,) in weeks:
        warehouse.sql.execute(
            f"copy (select * from {table} where week = '{week}' order by {order}) to '{_quoted(temporary)}' "
            "(format parquet, compression zstd)"
        )
        files[week] = publisher.adopt(temporary, f"{folder}/{week}")
    return files


def _publish_empty(warehouse: Warehouse, publisher: Publisher, tables: dict[str, dict[str, str]]) -> None:
    """A table without a row still has its columns: one empty file, so that a question about it has an empty answer."""
    temporary = publisher.folder / ".empty.parquet"
    for table, files in tables.items():
        if not files:
            warehouse.sql.execute(
                f"copy (select * from {table} where false) to '{_quoted(temporary)}' (format parquet)"
            )
            files["0000-W00"] = publisher.adopt(temporary, f"facts/{table}/empty")


def _quoted(path: Any) -> str:
    return str(path).replace("'", "''")


def _engine(warehouse: Warehouse, settings: Settings) -> Connection:
    """Where the facts just computed are asked."""
    if settings.engine.name == "spark":
        from pipeline.spark import open_spark

        return open_spark(settings)
    return _WarehouseEngine(warehouse)


def _measure_all(warehouse: Warehouse, engine: Connection, catalogue: Catalogue, first: str) -> None:
    """Temp table kpi_values: every stored grain of the stale weeks, with the week each row belongs to."""
    empty = {
        name
        for name, fact in catalogue.facts.items()
        if fact.is_optional and not warehouse.value(f"select 1 from {name} limit 1")
    }
    every = tuple(name for name in catalogue.kpis if not catalogue.facts_of(name) & empty)
    wanted = (
        ("week", WEEKLY_CUTS, every),
        ("day", ((),), every),
        ("half_hour", ((),), HALF_HOURLY),
    )
    frames = [
        measure_cuts(engine, catalogue, names, grain, cuts, f"week >= '{first}'").assign(grain=grain)
        for grain, cuts, names in wanted
    ]
    values = pd.concat(frames, ignore_index=True)
    text = ["kpi", "definition", "period", "team", "agent", "queue", "topic", "channel", "why", "grain", "cut"]
    values[text] = values[text].astype("string")
    warehouse.sql.register("values_frame", values)
    warehouse.sql.execute(
        """create or replace temp table kpi_values as
        with weeks as (
            select distinct cast(day as varchar) as period, week from calendar
            union select distinct half_hour as period, week from calendar)
        select v.*, coalesce(w.week, v.period) as week from values_frame v left join weeks w on w.period = v.period"""
    )
    warehouse.sql.unregister("values_frame")


def _last_complete_week(warehouse: Warehouse, weeks: list[str]) -> str | None:
    """The newest week, unless its contacts stop on an earlier weekday than those of the four weeks before usually do."""
    if len(weeks) < 2:
        return weeks[-1] if weeks else None
    last_days = warehouse.sql.execute(
        "select week, max(day - date '1970-01-05') % 7 from (select week, day from fact_calls "
        "union all select week, day from fact_tickets) group by week order by week desc limit 5"
    ).fetchall()
    newest, before = last_days[0], last_days[1:]
    is_complete = not before or newest[1] >= statistics.median_low(day for _, day in before)
    return str(newest[0] if is_complete else before[0][0])


def _documents(
    warehouse: Warehouse,
    settings: Settings,
    catalogue: Catalogue,
    publisher: Publisher,
    checks: list[dict[str, Any]],
    tables: dict[str, dict[str, str]],
) -> dict[str, str]:
    account = warehouse.records(
        "select source, name, contract, rows_read, admitted, duplicate, quarantined, batch_id, is_undone from files "
        "order by source, name"
    )
    rules = warehouse.records(
        "select f.source, f.name, q.rule, q.column_name, sum(q.records)::bigint as records, min(q.line) as first_line, "
        "arg_min(q.value, q.line) as first_value from quarantine q join files f using (file_id) group by all order by all"
    )
    contents = {
        "account": {"files": account, "quarantine": rules},
        **people_documents(warehouse),
        "checks": checks,
        "changes": _changes(catalogue, publisher, max(tables["kpi_values"], default="")),
        "events": warehouse.records(
            "select kind, title, starts_at, ends_at from raw_events order by starts_at, kind, title"
        ),
        "settings": settings.model_dump(mode="json", include={"timezone", "parameters", "targets", "is_simulated"}),
    }
    return {name: publisher.document(name, content) for name, content in contents.items()}


def _changes(catalogue: Catalogue, publisher: Publisher, week: str) -> list[dict[str, str]]:
    """Definitions that changed between publications: a break in the trend, not a change of the world."""
    if not publisher.previous:
        return []
    known: list[dict[str, str]] = json.loads(
        (publisher.folder / publisher.previous["documents"]["changes"]).read_text("utf-8")
    )
    old = Catalogue(**json.loads((publisher.folder / publisher.previous["definitions"]).read_text("utf-8")))
    both = [name for name in catalogue.kpis if name in old.kpis]
    return known + [
        {"kpi": name, "week": week, "before": old[name].formula(), "after": catalogue[name].formula()}
        for name in both
        if old.definition(name) != catalogue.definition(name)
    ]


@dataclass(frozen=True)
class _WarehouseEngine:
    """The facts just computed, as `measure` wants them."""

    warehouse: Warehouse

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        for name, table in tables.items():
            self.warehouse.sql.register(name, table)
        answer: pd.DataFrame = self.warehouse.sql.execute(sql).df()
        for name in tables:
            self.warehouse.sql.unregister(name)
        return answer
