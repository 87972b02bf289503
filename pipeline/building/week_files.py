"""Facts and KPI values of a portion of weeks, out of the tables of the models -> a file a week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.kpis import Catalogue
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.measure import Connection, measure_cuts
from pipeline.results import NO_WEEK, Publisher
from pipeline.sources.expressions import file_literal

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

MEASURED = 1_000_000
"""Calls and contacts whose figures are made at once."""
FACT_ORDER = {
    "fact_calls": "offered_at, source, call_id",
    "fact_contacts": "started_at, source, conversation_id, is_written",
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
    "fact_case_contacts": "started_at, source, conversation_id, is_written",
    "fact_cases": "started_at, case_id",
    "fact_case_closings": "started_at, case_id",
}
CUTS = (
    (Cut("week"), Cut("week", ("team",)), Cut("week", ("agent",))),
    (*(Cut("week", (of,)) for of in ("queue", "topic", "channel")), Cut("day")),
)
"""Stored, beside some KPIs by the half-hour; any other is computed from the published facts. Together stand those that few groups
hold: an agent has one team or two, a queue a handful of topics."""
KPI_ORDER = "kpi, grain, cut, period, team, agent, queue, topic, channel"
HALF_HOURLY = ("offered", "answered", "abandoned", "abandonment", "service_level", "asa")


class Weeks:
    """The published weeks as they are being written: those before `first` are kept, the others come portion by portion."""

    def __init__(
        self, warehouse: Warehouse, settings: Settings, catalogue: Catalogue, publisher: Publisher, first: str
    ) -> None:
        self.warehouse, self.settings, self.catalogue, self.publisher = warehouse, settings, catalogue, publisher
        kept = publisher.previous.get("tables", {}) if first else {}
        self.tables: dict[str, dict[str, str]] = {
            name: {week: file for week, file in kept.get(name, {}).items() if NO_WEEK < week < first}
            for name in (*FACT_ORDER, "kpi_values")
        }

    def files(self, table: str) -> dict[str, Path]:
        """Week -> file of what is written so far."""
        return {week: self.publisher.folder / file for week, file in self.tables[table].items()}

    def write(self, weeks: str, progress: Callable[[str], None]) -> None:
        """Facts and KPI values of the weeks that the SQL condition says, out of the tables of the models."""
        for fact, order in FACT_ORDER.items():
            progress(f"publishing {fact}")
            self._write(fact, f"facts/{fact}", order, weeks)
        engine = _engine(self.warehouse, self.settings)
        for stretch in self._stretches(weeks):
            progress("measuring")
            _measure(self.warehouse, engine, self.catalogue, self._begins(), stretch)
            self._write("kpi_values", "kpi_values", KPI_ORDER, stretch)

    def _stretches(self, weeks: str) -> list[str]:
        """SQL for stretches of the weeks with about MEASURED contacts each: frames of figures grow with people and weeks."""
        counts = self.warehouse.sql.execute(
            f"select week, sum(n) from (select week, count(*) as n from fact_calls where {weeks} group by week union all "
            f"select week, count(*) as n from fact_contacts where {weeks} group by week) group by week order by week"
        ).fetchall()
        begins, held = [], 0
        for week, n in counts:
            if held and held + n > MEASURED:
                begins.append(week)
                held = 0
            held += n
        from_each = ["", *(f" and week >= '{week}'" for week in begins)]
        before_next = [*(f" and week < '{week}'" for week in begins), ""]
        return [weeks + first + last for first, last in zip(from_each, before_next, strict=True)]

    def _write(self, table: str, folder: str, order: str, weeks: str) -> None:
        sql, temporary = self.warehouse.sql, self.publisher.folder / ".week.parquet"
        for (week,) in sql.execute(f"select distinct week from {table} where {weeks} order by week").fetchall():
            sql.execute(
                f"copy (select * from {table} where week = '{week}' order by {order}) to {file_literal(temporary)} "
                "(format parquet, compression zstd)"
            )
            self.tables[table][week] = self.publisher.adopt(temporary, f"{folder}/{week}")

    def _begins(self) -> dict[str, str]:
        """The first week of each optional fact that has one."""
        optional = [name for name, fact in self.catalogue.facts.items() if fact.is_optional]
        return {name: min(self.tables[name]) for name in optional if self.tables[name]}

    def write_empty(self) -> None:
        """A table without a row still has its columns: one empty file, so that a question about it has an empty answer."""
        temporary = self.publisher.folder / ".empty.parquet"
        for table, files in self.tables.items():
            if not files:
                self.warehouse.sql.execute(
                    f"copy (select * from {table} where false) to {file_literal(temporary)} (format parquet)"
                )
                files[NO_WEEK] = self.publisher.adopt(temporary, f"facts/{table}/empty")


def _engine(warehouse: Warehouse, settings: Settings) -> Connection:
    """Where the facts just computed are asked."""
    if settings.engine.name == "spark":
        from pipeline.engines.spark import open_spark

        return open_spark(settings)
    return _WarehouseEngine(warehouse)


def _measure(
    warehouse: Warehouse, engine: Connection, catalogue: Catalogue, begins: dict[str, str], weeks: str
) -> None:
    """Temp table kpi_values: every stored grain of some weeks, with the week each row belongs to.

    `begins`: the first week of each optional fact that has any: before it nothing is stored of its KPIs.
    """
    absent = {name for name, fact in catalogue.facts.items() if fact.is_optional and name not in begins}
    every = tuple(name for name in catalogue.kpis if not catalogue.facts_of(name) & absent)
    cubes = [*(Cube(every, cuts, weeks) for cuts in CUTS), Cube(HALF_HOURLY, (Cut("half_hour"),), weeks)]
    values = pd.concat([measure_cuts(engine, catalogue, cube) for cube in cubes], ignore_index=True)
    text = ["kpi", "definition", "period", "team", "agent", "queue", "topic", "channel", "why", "grain", "cut"]
    values[text] = values[text].astype("string")
    first = {name: max((begins.get(fact, "") for fact in catalogue.facts_of(name)), default="") for name in every}
    values["first_week"] = values["kpi"].map(first).astype("string")
    warehouse.sql.register("values_frame", values)
    warehouse.sql.execute(
        """create or replace temp table kpi_values as
        with weeks as (
            select distinct cast(day as varchar) as period, week from calendar
            union select distinct half_hour as period, week from calendar)
        select v.* exclude (first_week), coalesce(w.week, v.period) as week
        from values_frame v left join weeks w on w.period = v.period
        where coalesce(w.week, v.period) >= first_week"""
    )
    warehouse.sql.unregister("values_frame")


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
