"""Times and peaks: of commands, each a process of its own, and of calls; medians of several runs, taken in turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

WRAPPER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
if done.returncode: sys.exit(done.stderr[-2000:])
print(json.dumps([time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


class Cost(NamedTuple):
    """Wall seconds and peak megabytes of a process."""

    seconds: float
    peak_mb: float


class Row(NamedTuple):
    """A line of BENCHMARKS.md: what was compared, the figure found, what was asked of it, and particulars."""

    what: str
    found: str
    asked: str = ""
    more: str = ""


def command(*words: str) -> Cost:
    """What a command costs; ends the bench with its error when it fails. As with users, modules are compiled once and kept."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", WRAPPER, *words], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")
    return Cost(*json.loads(done.stdout))


def in_turns(runs: int, **works: Callable[[], Any]) -> dict[str, float]:
    """Median seconds of each work by name: all once, then all again, so that a slow minute is everybody's."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def middle(costs: list[Mapping[str, Cost]]) -> dict[str, Cost]:
    """Medians of each step over runs."""
    return {step: Cost(*(statistics.median(run[step][part] for run in costs) for part in (0, 1))) for step in costs[0]}


def times(ratio: float) -> str:
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.1f}×"
