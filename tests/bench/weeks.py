"""One new week on top of a year and of ten: what it costs, and that no published row differs from a build of everything."""

from __future__ import annotations

from pathlib import Path

from tests.bench.data import Centre
from tests.bench.timing import Cost, Row, times
from tests.bench.warehouses import Bench

SMALL, LARGE = Centre(calls_a_week=4_800), Centre()
YEAR, DECADE = 52, 520
HISTORIES = ((SMALL, YEAR), (SMALL, DECADE), (LARGE, YEAR))


def rows(folder: Path) -> list[Row]:
    found, added = [], {}
    for centre, weeks in HISTORIES:
        row, added[centre, weeks] = _grown(folder, centre, weeks)
        found.append(row)
    ratio = times(added[SMALL, DECADE].seconds / added[SMALL, YEAR].seconds)
    said = f"{SMALL.calls_a_week:,} calls a week"
    return [*found, Row(f"a new week on {DECADE} / on {YEAR}", ratio, "≤ 1.2×", said)]


def _grown(folder: Path, centre: Centre, weeks: int) -> tuple[Row, Cost]:
    """How much sooner a new week is built than all of them, and what it cost; its check, which all of them had long before, apart."""
    bench = Bench(folder / f"{weeks}w-{centre.calls_a_week}", folder / "files", centre)
    bench.fill(weeks * centre.calls_a_week)
    bench.pipeline("build")
    bench.load(bench.calls(centre.calls_a_week, first=weeks * centre.calls_a_week))
    checked = bench.pipeline("check")
    added, grown = bench.pipeline("build"), bench.contents()
    bench.forget_results()
    whole = bench.pipeline("build")
    different = sum(grown[table] != content for table, content in bench.contents().items())
    what = f"{centre.calls_a_week:,} calls a week, build of {weeks + 1} weeks / of a new week on {weeks}"
    said = f"{added.seconds:.1f} s, its check before it {checked.seconds:.1f} s; tables that differ: {different}"
    return Row(what, times(whole.seconds / added.seconds), "≥ 10×" if weeks == YEAR else "", said), added
