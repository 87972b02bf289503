"""Facts and KPI values of a portion of weeks, out of the tables of the models -> a file a week."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.building.plan import FIRST, LAST, Stretch
from pipeline.building.publisher import Publisher
from pipeline.building.week_figures import KEY, Published, fill_kpi_values
from pipeline.kpis import Catalogue
from pipeline.kpis.measure import Connection
from pipeline.results import NO_WEEK
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

MEASURED = 1_000_000
"""Calls and contacts whose figures are made at once."""
FEW = 100_000
"""Calls and contacts that are measured at once: two stretches, of which one takes figures over, would take longer."""
FACT_ORDER = {
    "fact_calls": "offered_at, source, call_id",
    "fact_contacts": "started_at, source, conversation_id, is_written",
    "fact_agent_hours": "half_hour_at, agent, team",
    "fact_forecasts": "half_hour_at, queue",
    "fact_evaluations": "started_at, source, evaluation_id, conversation_id, evaluator",
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


class Weeks:
    """The published weeks as they are being written: those before `first` are kept, the others come portion by portion."""

    def __init__(
        self, warehouse: Warehouse, settings: Settings, catalogue: Catalogue, publisher: Publisher, first: str
    ) -> None:
        self.warehouse, self.settings, self.catalogue, self.publisher = warehouse, settings, catalogue, publisher
        kept = publisher.previous.get("tables", {}) if first else {}
        every = (*FACT_ORDER, "kpi_values")
        self.before: dict[str, dict[str, str]] = {name: kept.get(name, {}) for name in every}
        self.tables = {name: Stretch(FIRST, first).of(files) for name, files in self.before.items()}

    def files(self, table: str) -> dict[str, Path]:
        """Week -> file of what is written so far."""
        return {week: self.publisher.folder / file for week, file in self.tables[table].items()}

    def write(self, weeks: Stretch, progress: Callable[[str], None]) -> None:
        """Facts and KPI values of the weeks, out of the tables of the models."""
        filled = self.warehouse.filled([*FACT_ORDER])
        for fact, order in FACT_ORDER.items():
            if fact in filled:
                progress(f"publishing {fact}")
                self._write(fact, f"facts/{fact}", order, weeks)
        engine = _engine(self.warehouse, self.settings)
        for stretch in self._stretches(weeks):
            progress("measuring")
            begins, kept = _begins(self.catalogue, self.tables), self._kept(stretch)
            fill_kpi_values(self.warehouse, engine, self.catalogue, begins, stretch.condition, kept)
            self._write("kpi_values", "kpi_values", KEY, stretch)

    def _kept(self, stretch: Stretch) -> Published | None:
        """What is published of the stretch and holds still; nothing when weeks have come or gone, or there is none."""
        then, now = (
            {name: stretch.of(files) for name, files in tables.items()} for tables in (self.before, self.tables)
        )
        figures = then.pop("kpi_values", {})
        if not figures or set(figures) != {week for name in FACT_ORDER for week in now[name]}:
            return None
        began, begins = (_begins(self.catalogue, tables) for tables in (self.before, self.tables))
        same = {fact for fact in FACT_ORDER if now[fact] == then[fact] and begins.get(fact) == began.get(fact)}
        kpis = frozenset(name for name in self.catalogue.kpis if self.catalogue.facts_of(name) <= same)
        return Published(tuple(self.publisher.folder / file for file in figures.values()), kpis)

    def _stretches(self, weeks: Stretch) -> list[Stretch]:
        """Weeks of about MEASURED contacts, since frames of figures grow with people and weeks; of more than FEW those never
        published apart."""
        counts = self.warehouse.sql.execute(
            "select week, count(*) from (select week from fact_calls union all select week from fact_contacts) "
            f"where {weeks.condition} group by week order by week"
        ).fetchall()
        begins, held = [], 0
        is_much = sum(n for _, n in counts) > FEW
        new = next((week for week, _ in counts if is_much and week not in self.before.get("kpi_values", {})), "")
        for week, n in counts:
            if held and (held + n > MEASURED or week == new):
                begins.append(week)
                held = 0
            held += n
        return [Stretch(*ends) for ends in zip([weeks.first, *begins], [*begins, weeks.last], strict=True)]

    def _write(self, table: str, folder: str, order: str, weeks: Stretch) -> None:
        temporary = self.publisher.folder / ".week.parquet"
        for week, digest in self._digests(table, weeks).items():
            name = f"{folder}/{week}-{digest}.parquet"
            if not (self.publisher.folder / name).is_file():
                self.warehouse.sql.execute(
                    f"copy (select * from {table} where week = '{week}' order by {order}) to {quoted(str(temporary))} "
                    "(format parquet, compression zstd)"
                )
                self.publisher.place(temporary, name)
            self.tables[table][week] = name

    def _digests(self, table: str, weeks: Stretch) -> dict[str, str]:
        """By week, of its rows in any order and of the columns; a file's bytes differ with what DuckDB knows of NULLs."""
        columns = self.warehouse.sql.execute(f"describe {table}").fetchall()
        found = self.warehouse.sql.execute(
            "select week, count(*), sum(hash(t)), bit_xor(hash(t)) "
            f"from (select * from {table} where {weeks.condition}) t group by week order by week"
        ).fetchall()
        return {week: hashlib.sha256(f"{rows} {columns}".encode()).hexdigest()[:16] for week, *rows in found}

    def write_empty(self) -> None:
        """A table without a row still has its columns: one empty file, so that a question about it has an empty answer."""
        temporary = self.publisher.folder / ".empty.parquet"
        for table, files in self.tables.items():
            if not files:
                self.warehouse.sql.execute(
                    f"copy (select * from {table} where false) to {quoted(str(temporary))} (format parquet)"
                )
                files[NO_WEEK] = self.publisher.adopt(temporary, f"facts/{table}/empty")


def _begins(catalogue: Catalogue, tables: dict[str, dict[str, str]]) -> dict[str, str]:
    """The first week of each optional fact that has one."""
    optional = [name for name, fact in catalogue.facts.items() if fact.is_optional]
    found = {name: min(week for week in [*tables.get(name, {}), LAST] if week > NO_WEEK) for name in optional}
    return {name: week for name, week in found.items() if week < LAST}


def _engine(warehouse: Warehouse, settings: Settings) -> Connection:
    """Where the facts just computed are asked."""
    if settings.engine.name == "spark":
        from pipeline.engines.spark import open_spark

        return open_spark(settings)
    return warehouse
