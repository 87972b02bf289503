"""Checks in a process of their own: nothing is written, nobody is called, memory is bounded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.settings import Settings
from tests.tables import load_table
from tests.weeks_of_calls import SOUND


def test_great_expectations_writes_nothing_and_calls_nobody(tmp_path: Path) -> None:
    """In a process of its own, whose home and working folder are empty and whose sockets refuse."""
    script = """
import socket, sys
def refuse(*a, **k): raise SystemExit("network: " + repr(a))
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
from pipeline.expectations import check_batches
from pipeline.settings import Settings
from pipeline.engines.warehouse import open_warehouse
settings = Settings(warehouse=Path(sys.argv[1]))
with open_warehouse(settings) as warehouse:
    print(len(check_batches(warehouse, settings, lambda step: None)))
"""
    settings, home = Settings(warehouse=tmp_path / "w.duckdb"), tmp_path / "home"
    home.mkdir()
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
    root = str(Path(__file__).parent.parent)
    env = {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.warehouse)], cwd=home, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0 and int(done.stdout) > 20, done.stderr
    assert not done.stderr.strip(), done.stderr
    assert list(home.rglob("*")) == []


MEASURED = """
import sys, time
from pathlib import Path
from pipeline.expectations import check_batches
from pipeline.expectations.judge import Judge
from pipeline.settings import Settings
from pipeline.engines.warehouse import open_warehouse
def peak(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
settings = Settings(warehouse=Path(sys.argv[1]))
with open_warehouse(settings) as warehouse:
    Judge()
    before, began = peak(), time.monotonic()
    check_batches(warehouse, settings, lambda step: None)
    print(time.monotonic() - began, before, peak())
"""


@pytest.mark.slow
def test_a_million_rows_are_judged_in_bounded_memory(tmp_path: Path) -> None:
    """Memory beyond what Great Expectations takes when imported, in a process that did nothing else.

    VmHWM begins anew with the process; ru_maxrss would keep the parent's peak.
    """
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        warehouse.sql.execute(
            "insert into raw_calls by name select r.* replace (r.call_id || 'x' || n as call_id, "
            "r.offered_at + to_days((n % 30)::integer * 7) as offered_at) from raw_calls r, range(5000) t(n)"
        )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(settings.warehouse)], env=env, capture_output=True, text=True, check=True
    )
    seconds, before, after = map(float, done.stdout.split())
    print(f"{seconds:.1f} s, {before:.0f} MB imported, {after - before:.0f} MB more")
    assert seconds < 30 and after - before < 600
