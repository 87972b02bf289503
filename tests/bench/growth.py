"""Building and publishing of longer and longer histories of one centre, in bounded memory; the longest with plenty of it too."""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path

from tests.bench.data import MILLION
from tests.bench.timing import Cost, Row, times
from tests.bench.warehouses import LIMIT, Bench

PLENTY = "8GB"


def rows(folder: Path, millions: list[float]) -> list[Row]:
    """Leaves the built warehouses for the parts that read them."""
    cost = {size: _build(Bench(folder / f"{size:g}m", folder / "files"), size) for size in millions}
    found = [
        Row(f"{size:g} M calls", f"{spent.seconds:,.0f} s", "", f"peak {spent.peak_mb:,.0f} MB, DuckDB's limit {LIMIT}")
        for size, spent in cost.items()
    ]
    for small, large in itertools.pairwise(millions):
        exponent = math.log(cost[large].seconds / cost[small].seconds) / math.log(large / small)
        found.append(Row(f"growth from {small:g} to {large:g} M, exponent", f"{exponent:.2f}", "≤ 1.2"))
    longest = millions[-1]
    return [*found, _beside_plenty(Bench(folder / f"{longest:g}m", folder / "files"), longest, cost[longest])]


def _build(bench: Bench, size: float) -> Cost:
    bench.fill(int(size * MILLION))
    return _timed(bench, f"{size:g} M calls in {LIMIT}")


def _beside_plenty(bench: Bench, size: float, bounded: Cost) -> Row:
    bench.limit(PLENTY)
    bench.forget_results()
    free = _timed(bench, f"{size:g} M calls in {PLENTY}")
    bench.limit(LIMIT)
    ratio = times(bounded.seconds / free.seconds)
    return Row(
        f"{size:g} M calls in {LIMIT} / in {PLENTY}", ratio, "≤ 1.5×", f"peak {free.peak_mb:,.0f} MB in {PLENTY}"
    )


def _timed(bench: Bench, what: str) -> Cost:
    """Says what it found at once: the rows come hours later."""
    spent = bench.pipeline("build")
    print(f"{what}: {spent.seconds:,.0f} s, peak {spent.peak_mb:,.0f} MB", file=sys.stderr, flush=True)
    return spent
