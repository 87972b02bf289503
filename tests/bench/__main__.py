"""`make bench`: measures the parts named, or all, and writes what was found into their sections of BENCHMARKS.md.

Generated logs and warehouses stay in build/bench/ (10 M calls: 5 GB), so that one part can be measured again. Every figure is a
ratio of one run on one machine; medians, except of what takes minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from pipeline.results import open_results
from tests.bench.timing import Row
from tests.bench.warehouses import built

RUNS, LONG_RUNS = 5, 3
"""How often is measured; figures of more than a million calls, where a turn of all works takes a minute, less often."""
OWN = ("load", "growth", "facts", "kpis", "layouts", "weeks", "cases", "tickets", "text", "report")
"""What is measured when nothing is named: Spark has a venv of its own."""
FOLDER = Path("build/bench")
FILE = Path("BENCHMARKS.md")
HEAD = """# Benchmarks

Written by `make bench`: ratios taken in one run on one machine, medians of several. "Asked" is the bound the project set itself;
not every one is met. Calls are generated: one centre of ten million calls a year and 2,000 agents, more calls being
a longer history of it.
"""


def parts(millions: list[float]) -> dict[str, tuple[str, Callable[[], list[Row]]]]:
    """Name of a part -> its heading and what measures it, imported only then: each wants packages of its own."""
    small = millions[0]
    return {
        "load": ("Loading", lambda: _rows("load", FOLDER, millions, RUNS)),
        "growth": ("Building", lambda: _rows("growth", FOLDER, millions)),
        "facts": ("Facts", lambda: _rows("facts", built(FOLDER, small), RUNS)),
        "kpis": ("KPIs", lambda: [row for size in millions[:2] for row in _kpis(size)]),
        "layouts": (
            "Layouts",
            lambda: _rows("layouts", open_results(built(FOLDER, small).results), FOLDER / "layouts", RUNS),
        ),
        "weeks": ("A new week", lambda: _rows("weeks", FOLDER)),
        "cases": ("Cases", lambda: _rows("cases", RUNS)),
        "tickets": ("Tickets", lambda: _rows("tickets", RUNS)),
        "text": ("Letters", lambda: _rows("text")),
        "report": ("Report", lambda: _rows("report")),
        "spark": ("Spark", lambda: _rows("spark", FOLDER, millions)),
    }


def _rows(part: str, *asked: object) -> list[Row]:
    found: list[Row] = import_module(f"tests.bench.{part}").rows(*asked)
    return found


def _kpis(size: float) -> list[Row]:
    found = _rows("kpis", open_results(built(FOLDER, size).results), RUNS if size <= 1 else LONG_RUNS)
    return [row._replace(what=f"{size:g} M calls, {row.what}") for row in found]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("parts", nargs="*", help=f"any of {', '.join(parts([1]))}; all but spark when none is named")
    wanted.add_argument("--millions", nargs="+", type=float, default=[1, 10], help="millions of calls, smallest first")
    asked = wanted.parse_args()
    for name, (heading, measure) in parts(asked.millions).items():
        if name in (asked.parts or OWN):
            section = _section(heading, measure())
            print(section, flush=True)
            _write(heading, section)


def _section(heading: str, rows: list[Row]) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {_memory_gb()} GB"
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"## {heading}", "", machine, "", "| | found | asked | |", "|---|---|---|---|", *lines, ""])


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _write(heading: str, section: str) -> None:
    """The other sections stay as they are."""
    text = FILE.read_text("utf-8") if FILE.exists() else HEAD
    head, *found = text.split("\n## ")
    sections = {part.splitlines()[0]: f"## {part.rstrip()}\n" for part in found} | {heading: section}
    order = [name for name, _ in parts([1]).values() if name in sections]
    order += [name for name in sections if name not in order]
    FILE.write_text("\n".join([head.rstrip() + "\n", *(sections[name] for name in order)]), "utf-8")


if __name__ == "__main__":
    main()
