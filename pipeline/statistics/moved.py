"""Has the level of a weekly series moved within a quarter? Its newest four periods beside the four that lie thirteen
before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

Array = np.ndarray[Any, np.dtype[Any]]
MEAN_OF, APART = 4, 13
LEVEL = 0.95
KNOWN = 3
"""Of the four, so many must have values."""
FEWEST = 26
"""Periods with values needed to estimate the error."""
FREE = 4
"""Degrees of freedom taken by the usual course: two levels or a level and a slope, where they meet, and the choice
between both."""
SHORTEST, LINE = 3, 6
"""Shortest stretch, in periods, of a level beside another, and of a slope."""
MOST_ALIKE = 0.8
"""Cap on the autocorrelation: what remains of a course cannot tell a higher one."""


@dataclass(frozen=True)
class Moved:
    """p: two-sided. now, before: means of four periods; low, high: of their difference. NaN where it cannot be told."""

    p: float
    now: float
    before: float
    low: float
    high: float


UNKNOWN = Moved(*[float("nan")] * 5)


def moved(points: ArrayLike) -> Moved:
    """Student's t of the difference between two means of four, with the error estimated from how the series strays
    about its usual course.

    The course is one step, or a level from which on it rises or falls, whichever fits better: a change of procedure and
    a slow decline are both found. The remainder is taken to be autoregressive of order one, its correlation corrected
    for what the course took (Kendall 1954). False alarms of 2,000 simulated series, as a multiple of the nominal rate
    at p = .025: .3 to .7 without autocorrelation, .6 to 1 at .3, .6 to 1.3 at .5, all with 26 to 52 points; at .7 1.5
    with 26 and .6 with 39. NaN is a period without value. ValueError: not one-dimensional, or infinite.
    """
    series = np.asarray(points, dtype=np.float64)
    if series.ndim != 1 or np.isinf(series).any():
        raise ValueError("points must be one-dimensional and finite or NaN")
    known = ~np.isnan(series)
    now, before = series[-MEAN_OF:], series[-MEAN_OF - APART : -APART]
    if known.sum() < FEWEST or min(np.count_nonzero(~np.isnan(part)) for part in (now, before)) < KNOWN:
        return UNKNOWN
    means = float(np.nanmean(now)), float(np.nanmean(before))
    error, free = _error(series, known)
    if error == 0:
        return UNKNOWN
    gain, half = means[0] - means[1], float(special.stdtrit(free, 0.5 + LEVEL / 2)) * error
    return Moved(2 * float(special.stdtr(free, -abs(gain) / error)), *means, gain - half, gain + half)


def _error(series: Array, known: Array) -> tuple[float, float]:
    """Standard error of the difference, and its degrees of freedom."""
    at, n = np.flatnonzero(known), int(known.sum())
    rest = np.full(len(series), np.nan)
    rest[at] = min(_beside_slope(at, series[at]), _beside_step(series[at]), key=lambda one: float((one**2).sum()))
    pairs = rest[1:] * rest[:-1]
    alike = float(np.nansum(pairs) / np.nansum(rest**2)) if np.nansum(rest**2) else 0.0
    alike = min(max(alike + (FREE + (1 + FREE) * alike) / n, 0.0), MOST_ALIKE)
    longer = (1 + alike) / (1 - alike)
    variance = float(np.nansum(rest**2)) / max(n - FREE * longer, 2)
    weights = _weights(known)
    together = weights @ alike ** np.abs(np.subtract.outer(np.arange(len(series)), np.arange(len(series)))) @ weights
    return float(np.sqrt(variance * together)), max(n / longer - FREE, 2)


def _weights(known: Array) -> Array:
    """The weights with which the difference sums the periods."""
    weights = np.zeros(len(known))
    for part, sign in ((slice(-MEAN_OF, None), 1), (slice(-MEAN_OF - APART, -APART), -1)):
        weights[part] = sign * known[part] / known[part].sum()
    return weights


def _beside_slope(at: Array, values: Array) -> Array:
    """The remainder about a level and, from the best-fitting period on, a straight line; from the first period on it is
    only a line."""
    rise = np.maximum(at - at[: 1 - LINE, None], 0.0)
    rise -= rise.mean(axis=1, keepdims=True)
    slope = rise @ values / (rise**2).sum(axis=1)
    best = int((slope**2 * (rise**2).sum(axis=1)).argmax())
    rest: Array = values - values.mean() - slope[best] * rise[best]
    return rest


def _beside_step(values: Array) -> Array:
    """The remainder about two levels."""
    n, sums = len(values), np.cumsum(values)
    cuts = np.arange(SHORTEST, n - SHORTEST + 1)
    explained = sums[cuts - 1] ** 2 / cuts + (sums[-1] - sums[cuts - 1]) ** 2 / (n - cuts)
    cut = int(cuts[explained.argmax()])
    return np.concatenate([values[:cut] - values[:cut].mean(), values[cut:] - values[cut:].mean()])
