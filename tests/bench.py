"""`make bench`: time and memory of a million calls, beside a bare typed load of the same file, as ratios of one run.

Each step is a process of its own, so that its peak memory is its own; figures are medians.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CALLS = int(os.environ.get("BENCH_CALLS", "1000000"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
LOAD_LIMIT, MEMORY_LIMIT_MB = 2.5, 1024
TYPES = {
    "call_id": "VARCHAR", "offered": "TIMESTAMP", "answered": "TIMESTAMP", "ended": "TIMESTAMP", "agent": "VARCHAR",
    "queue": "VARCHAR", "topic": "VARCHAR", "phone": "VARCHAR", "wait": "DOUBLE", "talk": "DOUBLE", "hold": "DOUBLE",
    "wrap": "DOUBLE", "outcome": "VARCHAR", "resolved": "BOOLEAN",
}  # fmt: skip
MAPPING = """
table = "calls"
timezone = "Europe/Zurich"

[columns]
call_id = "call_id"
offered_at = "offered"
answered_at = "answered"
ended_at = "ended"
agent = "agent"
queue = "queue"
topic = "topic"
customer_key = "phone"
wait_s = "wait"
talk_s = "talk"
hold_s = "hold"
wrap_s = "wrap"
outcome = "outcome"
is_resolved = "resolved"
"""
GENERATE = """
copy (
    with calls as (
        select i, timestamp '2026-01-05 07:00:00' + to_seconds(cast(i * {spacing} as bigint)) as offered, i % 12 = 0 as lost,
            i % 60 as wait, 100 + i * 7919 % 400 as talk from range({calls}) t(i))
    select 'C' || i as call_id, offered, case when not lost then offered + to_seconds(wait) end as answered,
        offered + to_seconds(wait + case when lost then 0 else talk end) as ended,
        case when not lost then 'agent ' || i * 31 % 200 end as agent, 'queue ' || i % 8 as queue,
        'topic ' || i * 7 % 12 as topic, '+4144' || lpad(cast(i * 7919 % 300000 as varchar), 7, '0') as phone, wait,
        case when not lost then talk end as talk, case when not lost then i % 30 end as hold,
        case when not lost then i % 45 end as wrap, case when lost then 'abandoned' else 'answered' end as outcome,
        case when not lost then i % 4 <> 0 end as resolved
    from calls
) to '{file}' (header)
"""
BARE = """
import duckdb, sys
sql = duckdb.connect(sys.argv[1], config={{"memory_limit": "1GB", "threads": 2}})
sql.execute("create table calls as select * from read_csv(?, columns={types}, auto_detect=false, header=true)", [sys.argv[2]])
sql.close()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(
            f"{CALLS:,} calls, medians of {RUNS}; {platform.processor() or platform.machine()}, {os.cpu_count()} cores"
        )
        measured = [_one_run(Path(folder) / str(run), Path(folder)) for run in range(RUNS)]
    middle = {
        step: tuple(statistics.median(run[step][part] for run in measured) for part in (0, 1)) for step in measured[0]
    }
    bare = statistics.median(run["bare typed load"][0] for run in measured)
    print(f"{'step':24}{'seconds':>9}{'peak MB':>9}{'x bare':>8}")
    for step, (seconds, peak) in middle.items():
        print(f"{step:24}{seconds:9.2f}{peak:9.0f}{seconds / bare:8.2f}")
    ratio = statistics.median(run["load with everything"][0] / run["bare typed load"][0] for run in measured)
    print(f"load with everything / bare typed load: {ratio:.2f} (at most {LOAD_LIMIT})")
    highest = max(peak for _, peak in middle.values())
    print(f"highest peak memory: {highest:.0f} MB (at most {MEMORY_LIMIT_MB})")


def _one_run(folder: Path, shared: Path) -> dict[str, tuple[float, float]]:
    folder.mkdir()
    calls, mapping, config = shared / "calls.csv", shared / "bench.toml", folder / "pipeline.toml"
    if not calls.exists():
        _generate(calls)
        mapping.write_text(MAPPING, "utf-8")
    config.write_text(
        'timezone = "Europe/Zurich"\nwarehouse = "w.duckdb"\nreports = "reports"\n[engine]\nthreads = 2\n', "utf-8"
    )
    pipeline = [sys.executable, "-m", "pipeline", "--config", str(config)]
    bare = [sys.executable, "-c", BARE.format(types=TYPES), str(folder / "bare.duckdb"), str(calls)]
    return {
        "bare typed load": _measured(bare),
        "load with everything": _measured(
            [*pipeline, "load", str(calls), "--source", "csv", "--mapping", str(mapping)]
        ),
        "build and publish": _measured([*pipeline, "build"]),
        "report": _measured([*pipeline, "report"]),
    }


def _generate(file: Path) -> None:
    import duckdb

    duckdb.connect().execute(GENERATE.format(calls=CALLS, file=file, spacing=7_800_000 / CALLS))


WRAPPER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
if done.returncode: sys.exit(done.stderr[-2000:])
print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def _measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of a command."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", WRAPPER, *command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return time.perf_counter() - began, json.loads(done.stdout) / 1024


if __name__ == "__main__":
    main()
