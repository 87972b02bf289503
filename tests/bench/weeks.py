"""One new week on top of a year and on top of ten: what it costs, and that no published row differs from a build of everything."""

from __future__ import annotations

from pathlib import Path

from tests.bench.data import Centre
from tests.bench.timing import Cost, Row, times
from tests.bench.warehouses import Bench

CENTRE = Centre(calls_a_week=4_800)
YEAR, DECADE = 52, 520


def rows(folder: Path) -> list[Row]:
    found, added = [], {}
    for weeks in (YEAR, DECADE):
        bench = Bench(folder / f"{weeks}w", folder / "files", CENTRE)
        bench.fill(weeks * CENTRE.calls_a_week)
        bench.pipeline("build")
        added[weeks] = _new_week(bench, weeks)
        grown = bench.contents()
        bench.forget_results()
        whole = bench.pipeline("build")
        different = sum(grown[table] != content for table, content in bench.contents().items())
        found.append(
            Row(
                f"build of {weeks + 1} weeks / of a new week on {weeks}", times(whole.seconds / added[weeks].seconds),
                "≥ 10×" if weeks == YEAR else "", f"{added[weeks].seconds:.1f} s; tables that differ: {different}",
            )
        )  # fmt: skip
    ratio = times(added[DECADE].seconds / added[YEAR].seconds)
    return [
        *found,
        Row(f"a new week on {DECADE} / on {YEAR}", ratio, "≤ 1.2×", f"{CENTRE.calls_a_week:,} calls a week"),
    ]


def _new_week(bench: Bench, weeks: int) -> Cost:
    bench.load(bench.calls(CENTRE.calls_a_week, first=weeks * CENTRE.calls_a_week))
    return bench.pipeline("build")
