"""A small line without axes: coordinates for an inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT, EDGE = 160.0, 36.0, 4.0
FEWEST_WEEKS = 4
"""Fewer fill the whole height with any difference, and their lowest and highest do not say where a figure usually lies."""


@dataclass(frozen=True)
class Sparkline:
    """The line in pieces where periods have no figure; its last point and its limits, where there are any."""

    lines: list[str]
    last: tuple[str, str] | None
    band: tuple[str, str] | None
    alt: str


def sparkline(values: Sequence[float], alt: str, limits: tuple[float, float] | None = None) -> Sparkline | None:
    """None with fewer than two known values."""
    series = np.asarray(values, dtype=float)
    known = series[~np.isnan(series)]
    if len(known) < 2:
        return None
    spread = [*known, *(limits or ())]
    low, high = min(spread), max(spread)
    rise = (HEIGHT - 2 * EDGE) / ((high - low) or 1)
    across = (WIDTH - 2 * EDGE) / (len(series) - 1)
    places = [(EDGE + i * across, HEIGHT - EDGE - (v - low) * rise) for i, v in enumerate(series)]
    last = None if np.isnan(series[-1]) else (f"{places[-1][0]:.1f}", f"{places[-1][1]:.1f}")
    band = (
        (f"{HEIGHT - EDGE - (limits[1] - low) * rise:.1f}", f"{(limits[1] - limits[0]) * rise:.1f}") if limits else None
    )
    return Sparkline(_pieces(places), last, band, alt)


def _pieces(places: list[tuple[float, float]]) -> list[str]:
    """Runs of neighbouring known points, as SVG wants them: a point alone is a line to itself."""
    pieces: list[list[str]] = [[]]
    for x, y in places:
        if np.isnan(y):
            pieces.append([])
        else:
            pieces[-1].append(f"{x:.1f},{y:.1f}")
    return [" ".join(piece if len(piece) > 1 else piece * 2) for piece in pieces if piece]
