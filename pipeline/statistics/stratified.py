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
