"""Loading with everything (contract, pseudonyms, quarantine, accounts) beside a bare typed load and a bare scan of the same file,
and beside the least that may be kept of it: with keyed pseudonyms for telephone numbers, and times as UTC."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from pipeline.loading.keys import keyed_digest
from tests.bench.data import MILLION, TYPES
from tests.bench.timing import Cost, Row, command, middle, times
from tests.bench.warehouses import Bench

READ = f"read_csv(?, columns={TYPES}, auto_detect=false, header=true)"
PLAIN = """
import duckdb, sys
sql = duckdb.connect(sys.argv[1], config={{"memory_limit": "1GB", "threads": 2}})
sql.execute("{statement}", [sys.argv[2]]).fetchall()
sql.close()
"""
BARE = PLAIN.format(statement=f"create table calls as from {READ}")
INSTANTS = ("offered", "answered", "ended")
UTC = ", ".join(f"timezone('UTC', timezone('Europe/Zurich', {name})) as {name}" for name in INSTANTS)
KEYED = keyed_digest("phone", bytes(32))
HIDING = PLAIN.format(
    statement=f"create table calls as select * exclude (phone) replace ({UTC}), {KEYED} as phone from {READ}"
)
SCAN = PLAIN.format(statement=f"select count(columns(*)) from {READ}")
BOUND_MB = 1024


def rows(folder: Path, millions: list[float], runs: int) -> list[Row]:
    return [row for size in millions for row in _of_size(Bench(folder / "load", folder / "files"), size, runs)]


def _of_size(bench: Bench, size: float, runs: int) -> list[Row]:
    cost = middle([_run(bench, bench.calls(int(size * MILLION))) for _ in range(1 if size > 10 else runs)])
    shutil.rmtree(bench.folder)
    ours, bare, hiding, scan = (cost[work] for work in ("ours", "bare", "hiding", "scan"))
    rate = f"{ours.seconds:.1f} s, {size * 1000 / ours.seconds:,.0f} thousand calls a second"
    return [
        Row(f"{size:g} M calls, load / bare typed load", times(ours.seconds / bare.seconds), "≤ 2×", rate),
        Row(
            f"{size:g} M calls, load / the same with pseudonyms and in UTC, nothing checked",
            times(ours.seconds / hiding.seconds),
            more=f"itself {times(hiding.seconds / bare.seconds)} of a bare typed load",
        ),
        Row(
            f"{size:g} M calls, load / bare scan",
            times(ours.seconds / scan.seconds),
            "≤ 4×",
            f"scan {scan.seconds:.1f} s",
        ),
        Row(f"{size:g} M calls, peak memory", f"{ours.peak_mb:,.0f} MB", f"≤ {BOUND_MB} MB at 10 M"),
    ]


def _run(bench: Bench, file: Path) -> dict[str, Cost]:
    bench.folder.mkdir(exist_ok=True)
    bench.limit("600MB")
    bench.clear()
    return {
        "bare": _into_a_table(BARE, bench, file),
        "hiding": _into_a_table(HIDING, bench, file),
        "scan": command(sys.executable, "-c", SCAN, ":memory:", str(file)),
        "ours": bench.load(file),
    }


def _into_a_table(work: str, bench: Bench, file: Path) -> Cost:
    plain = bench.folder / "bare.duckdb"
    plain.unlink(missing_ok=True)
    return command(sys.executable, "-c", work, str(plain), str(file))
