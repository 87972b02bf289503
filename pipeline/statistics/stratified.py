"""Difference of two shares within strata, put together over them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special


@dataclass(frozen=True)
class Difference:
    """First share minus second, with limits; NaN where no stratum has rows of both."""

    value: float
    low: float
    high: float


def difference(
    first: ArrayLike, of_first: ArrayLike, second: ArrayLike, of_second: ArrayLike, level: float = 0.95
) -> Difference:
    """Mantel-Haenszel risk difference; one element per stratum: successes and rows of both groups.

    Weights n1 n2 / (n1 + n2). Variance of Sato 1989, good for many thin strata and few thick ones alike.
    ValueError: different shapes, or successes outside 0..rows.
    """
    x, n, y, m = (np.asarray(column, dtype=np.float64) for column in (first, of_first, second, of_second))
    if not x.shape == n.shape == y.shape == m.shape or np.any((x < 0) | (x > n) | (y < 0) | (y > m)):
        raise ValueError("successes and rows must be of one shape, and successes lie in 0..rows")
    both = (n > 0) & (m > 0)
    x, n, y, m = x[both], n[both], y[both], m[both]
    if not x.size:
        return Difference(*(float("nan"),) * 3)
    total = n + m
    weights = n * m / total
    value = float(((x * m - y * n) / total).sum() / weights.sum())
    p = float(((n**2 * y - m**2 * x + n * m * (m - n) / 2) / total**2).sum())
    q = float(((x * (m - y) + y * (n - x)) / (2 * total)).sum())
    half = float(special.ndtri(0.5 + level / 2)) * float(np.sqrt(max(0.0, value * p + q))) / float(weights.sum())
    return Difference(value, value - half, value + half)


def drawn_apart(values: ArrayLike, is_drawn: ArrayLike, stratum: ArrayLike) -> tuple[float, float]:
    """By how much what was drawn lies above the rest of its stratum, and the two-sided p of drawing by lot within strata.

    The sum over strata of what was drawn less its expectation, by the variance that lots give it (Cochran 1977, 2.2). One
    element a row; NaN where no stratum was drawn from in part, or all its values are alike.
    """
    value, drawn = np.asarray(values, dtype=np.float64), np.asarray(is_drawn, dtype=bool)
    place = np.unique(np.asarray(stratum), return_inverse=True)[1]
    n, m = np.bincount(place), np.bincount(place, weights=drawn)
    off = value - (np.bincount(place, weights=value) / n)[place]
    weights = m * (n - m) / n
    spread = float((weights * np.bincount(place, weights=off**2) / np.maximum(n - 1, 1)).sum())
    if spread <= 0:
        return float("nan"), float("nan")
    beyond = float(off[drawn].sum())
    return beyond / float(weights.sum()), 2 * float(special.ndtr(-abs(beyond) / np.sqrt(spread)))
