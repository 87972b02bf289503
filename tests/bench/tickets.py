"""A million ticket events to facts, beside two bare scans of them that read every column once: of a typed CSV file of the
events, and of the warehouse's table. All in one process; ratios of the same run, medians.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

from pipeline.building.build import MODELS, ONCE_READ, compute
from pipeline.building.plan import Plan
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.models import read_model
from pipeline.pec.store import score_new
from pipeline.settings import Settings
from pipeline.settings.tickets import Schedule, Sla, Tickets
from tests.bench.timing import Row, times

EVENTS = 1_000_000
COLUMNS = "event_id, ticket_id, happened_at, sequence, field, value"
TYPES = {
    "event_id": "VARCHAR", "ticket_id": "VARCHAR", "happened_at": "TIMESTAMP", "sequence": "BIGINT", "field": "VARCHAR",
    "value": "VARCHAR",
}  # fmt: skip
TICKETS = """insert into raw_tickets by name
select 'bench' as source, 1 as file_id, i as line, 0 as version, 't' || i as ticket_id, 'queue ' || i % 8 as queue,
    'topic ' || i % 12 as topic, 'normal' as priority, 'email' as channel, i % 40000 as customer_key, 'agent ' || i % 200 as agent,
    'customer' as opened_by, timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint)) as created_at
from range({tickets}) t(i)"""
CHANGES = """insert into raw_ticket_events by name
select 'bench' as source, 1 as file_id, i * 5 + k as line, 0 as version, 'e' || i * 5 + k as event_id, 't' || i as ticket_id,
    timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} + k * 7200 + i % 3600 as bigint)) as happened_at, k as sequence,
    case k when 0 then 'agent' else 'status' end as field,
    case k when 0 then 'agent ' || i % 200 when 1 then 'open' when 2 then 'pending' when 3 then 'open' else 'solved' end as value
from range({tickets}) t(i), range(5) s(k)"""
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:00-12:00", "13:00-18:00"))


def rows(runs: int) -> list[Row]:
    found: list[Row] = []
    schedule = Schedule(name="office", timezone="Europe/Zurich", hours=WEEK)
    sla = Sla(name="all", targets={"full_resolution": {"any": 600}})
    with tempfile.TemporaryDirectory() as folder:
        base = Settings(warehouse=Path(folder) / "w.duckdb", timezone="Europe/Zurich", engine={"threads": 2})
        for name, settings in {
            "calendar time": base,
            "business hours": base.model_copy(update={"schedules": (schedule,), "tickets": Tickets(schedule="office")}),
            "business hours and agreements": base.model_copy(
                update={"schedules": (schedule,), "tickets": Tickets(schedule="office"), "sla": (sla,)}
            ),
        }.items():
            with open_warehouse(settings) as warehouse:
                if not warehouse.value("select count(*) from raw_tickets"):
                    _fill(warehouse)
                found += _compare(warehouse, settings, name, runs)
    return found


def _fill(warehouse: Warehouse) -> None:
    sizes = {"tickets": EVENTS // 5, "spacing": 15_000_000 / (EVENTS // 5)}
    for statement in (TICKETS, CHANGES):
        warehouse.sql.execute(statement.format(**sizes))
    warehouse.sql.execute("checkpoint")


def _compare(warehouse: Warehouse, settings: Settings, name: str, runs: int) -> list[Row]:
    plan = Plan(None, None, datetime(2026, 1, 4), warehouse.value("select max(happened_at) from raw_ticket_events"), 0)
    score_new(warehouse, settings.pec.lexicons, lambda step: None)
    compute(warehouse, settings, plan, {}, lambda step: None)
    models = [name for name in MODELS if "ticket" in name or "sla" in name or name in ("core_messages", "fact_replies")]
    file = str(warehouse.path.with_suffix(".csv"))
    warehouse.sql.execute(f"copy (select {COLUMNS} from raw_ticket_events) to '{file}' (header)")
    scans = {
        "a scan of the file": f"select sum(hash(columns(*))) from read_csv('{file}', auto_detect=false, header=true, columns={TYPES})",
        "a scan of the table": f"select sum(hash(columns(*))) from (select {COLUMNS} from raw_ticket_events)",
    }
    ratios: dict[str, list[float]] = {scan: [] for scan in scans}
    for _ in range(runs):
        bare = {scan: timed(warehouse, statement) for scan, statement in scans.items()}
        facts = sum(timed(warehouse, f"create or replace {kind(model)} as {read_model(model)}") for model in models)
        for scan, seconds in bare.items():
            ratios[scan].append(facts / seconds)
    tickets = warehouse.value("select count(*) from fact_tickets")
    said = f"{EVENTS:,} events, {tickets:,} tickets"
    return [
        Row(f"{name} / {scan}", times(statistics.median(ratio)), "≤ 10×" if "file" in scan else "", said)
        for scan, ratio in ratios.items()
    ]


def kind(model: str) -> str:
    """A model's place among the others of a build."""
    return f"temp view {model}" if model in ONCE_READ else f"temp table {model}"


def timed(warehouse: Warehouse, statement: str) -> float:
    began = time.perf_counter()
    warehouse.sql.execute(statement).fetchall()
    return time.perf_counter() - began
