"""Differences within strata, put together over them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special


@dataclass(frozen=True)
class Difference:
    """First less second, with limits; NaN where there are too few to tell."""

    value: float
    low: float
    high: float


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
