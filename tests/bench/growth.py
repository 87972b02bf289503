"""Building and publishing of longer and longer histories of one centre, in bounded memory."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

from tests.bench.data import MILLION
from tests.bench.timing import Cost, Row, times
from tests.bench.warehouses import LIMIT, Bench

COMPARED = 10
"""Millions from which memory is short: the first such size is built with plenty of it too."""


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
    compared = next((size for size in millions if size >= COMPARED), millions[-1])
    return [*found, _beside_plenty(Bench(folder / f"{compared:g}m", folder / "files"), compared, cost[compared])]


def _build(bench: Bench, size: float) -> Cost:
    bench.fill(int(size * MILLION))
    return bench.pipeline("build")


def _beside_plenty(bench: Bench, size: float, bounded: Cost) -> Row:
    bench.limit("8GB")
    bench.forget_results()
    free = bench.pipeline("build")
    bench.limit(LIMIT)
    ratio = times(bounded.seconds / free.seconds)
    return Row(f"{size:g} M calls in {LIMIT} / in 8 GB", ratio, "≤ 1.5×", f"peak {free.peak_mb:,.0f} MB in 8 GB")
