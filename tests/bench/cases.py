"""A million contacts to cases, beside bare scans of the same contacts that read every column once: of a typed CSV file, of the
published Parquet, and of the table in memory. All in one process; ratios of the same run, medians.
"""

from __future__ import annotations

import statistics
import tempfile
from datetime import datetime
from pathlib import Path

from pipeline.building.build import compute
from pipeline.building.plan import Plan
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.models import read_model
from pipeline.pec.store import score_new
from pipeline.settings import Settings
from tests.bench.tickets import kind, timed
from tests.bench.timing import Row, times

CONTACTS = 1_000_000
CASES = ("core_contact_signs", "core_case_links", "core_case_steps", "core_case_contacts", "fact_case_contacts")
CALLS = """insert into raw_calls by name
select 'bench' as source, 1 as file_id, i as line, 0 as version, 'c' || i as call_id, 'c' || i as conversation_id,
    timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint)) as offered_at,
    timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint) + 300) as ended_at, 'inbound' as direction,
    i % 60 as wait_s, case when i % 12 > 0 then 100 + i * 7919 % 400 end as talk_s, case when i % 12 > 0 then 0 end as hold_s,
    case when i % 12 > 0 then i % 45 end as wrap_s, case when i % 12 > 0 then 'answered' else 'abandoned' end as outcome,
    case when i % 12 > 0 then 'agent ' || i * 31 % 200 end as agent, 'queue ' || i % 8 as queue,
    'topic ' || i * 7 % 12 as topic, 'voice' as channel, i * 7919 % 300000 // 4 as customer_key
from range({contacts}) t(i)"""


def rows(runs: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            warehouse=Path(folder) / "w.duckdb", timezone="Europe/Zurich", engine={"threads": 2, "memory_limit": "1GB"}
        )
        with open_warehouse(settings) as warehouse:
            warehouse.sql.execute(CALLS.format(contacts=CONTACTS, spacing=7_800_000 / CONTACTS))
            return _compare(warehouse, settings, Path(folder), runs)


def _compare(warehouse: Warehouse, settings: Settings, folder: Path, runs: int) -> list[Row]:
    plan = Plan(None, None, datetime(2026, 1, 4), warehouse.value("select max(ended_at) from raw_calls"), 0)
    score_new(warehouse, settings.pec.lexicons, lambda step: None)
    compute(warehouse, settings, plan, {}, lambda step: None)
    types = {name: kind for name, kind, *_ in warehouse.sql.execute("describe core_contacts").fetchall()}
    warehouse.sql.execute(f"copy core_contacts to '{folder}/contacts.csv' (header)")
    warehouse.sql.execute(f"copy core_contacts to '{folder}/contacts.parquet'")
    scans = {
        "a typed CSV file": f"read_csv('{folder}/contacts.csv', auto_detect=false, header=true, columns={types})",
        "Parquet": f"read_parquet('{folder}/contacts.parquet')",
        "the table": "core_contacts",
    }
    ratios: dict[str, list[float]] = {scan: [] for scan in scans}
    for _ in range(runs):
        bare = {scan: timed(warehouse, f"select sum(hash(columns(*))) from {source}") for scan, source in scans.items()}
        took = sum(timed(warehouse, f"create or replace {kind(model)} as {read_model(model)}") for model in CASES)
        for scan, seconds in bare.items():
            ratios[scan].append(took / seconds)
    cases = warehouse.value("select count(distinct case_id) from core_case_contacts")
    said = f"{CONTACTS:,} contacts to {cases:,} cases"
    return [
        Row(
            f"contacts to cases / a scan of {scan}",
            times(statistics.median(ratio)),
            "≤ 12×" if "file" in scan else "",
            said,
        )
        for scan, ratio in ratios.items()
    ]
