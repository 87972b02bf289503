"""A million contacts to cases, beside bare scans of the same contacts that read every column once: of a typed CSV file, of the
published Parquet, and of the table in memory. All in one process; ratios of the same run, medians.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from datetime import datetime
from pathlib import Path

from pipeline.build import compute
from pipeline.models import read_model
from pipeline.plan import Plan
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse, open_warehouse
from tests.bench_tickets import _timed

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
LIMIT = 12
CASES = ("core_contact_signs", "core_case_links", "core_case_contacts")
CALLS = """insert into raw_calls by name
select 'bench' as source, 1 as file_id, i as line, 0 as version, 'c' || i as call_id, 'c' || i as conversation_id,
    timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint)) as offered_at,
    timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint) + 300) as ended_at, 'inbound' as direction,
    i % 60 as wait_s, case when i % 12 > 0 then 100 + i * 7919 % 400 end as talk_s, case when i % 12 > 0 then 0 end as hold_s,
    case when i % 12 > 0 then i % 45 end as wrap_s, case when i % 12 > 0 then 'answered' else 'abandoned' end as outcome,
    case when i % 12 > 0 then 'agent ' || i * 31 % 200 end as agent, 'queue ' || i % 8 as queue,
    'topic ' || i * 7 % 12 as topic, 'voice' as channel, i * 7919 % 300000 // 4 as customer_key
from range({contacts}) t(i)"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            warehouse=Path(folder) / "w.duckdb", timezone="Europe/Zurich", engine={"threads": 2, "memory_limit": "1GB"}
        )
        with open_warehouse(settings) as warehouse:
            warehouse.sql.execute(CALLS.format(contacts=CONTACTS, spacing=7_800_000 / CONTACTS))
            _compare(warehouse, settings, Path(folder))


def _compare(warehouse: Warehouse, settings: Settings, folder: Path) -> None:
    plan = Plan(None, None, datetime(2026, 1, 4), warehouse.value("select max(ended_at) from raw_calls"), 0)
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
    for _ in range(RUNS):
        bare = {
            scan: _timed(warehouse, f"select sum(hash(columns(*))) from {source}") for scan, source in scans.items()
        }
        took = sum(_timed(warehouse, f"create or replace temp table {model} as {read_model(model)}") for model in CASES)
        for scan, seconds in bare.items():
            ratios[scan].append(took / seconds)
    contacts, cases = (
        warehouse.value(f"select count({what}) from core_case_contacts") for what in ("*", "distinct case_no")
    )
    said = ", ".join(f"{statistics.median(found):.1f} times a scan of {scan}" for scan, found in ratios.items())
    print(f"{contacts:,} contacts to {cases:,} cases: {took:.2f} s, {said} (at most {LIMIT} of the file)")


if __name__ == "__main__":
    main()
