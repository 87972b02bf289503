"""Differences within strata, pooled over the strata."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special


@dataclass(frozen=True)
class Difference:
    """First less second, with limits; NaN where there is too little data."""

    value: float
    low: float
    high: float


def apart_within(values: ArrayLike, is_first: ArrayLike, stratum: ArrayLike) -> tuple[float, float]:
    """Mean of the first kind less that of the other within strata, and its standard error if kinds were assigned by lot
    within strata.

    Mantel-Haenszel weights n1 n2 / (n1 + n2); variance of drawing without replacement (Cochran 1977, 2.2), which holds
    for many thin strata and few thick ones alike. One element per row; NaN where no stratum has rows of both kinds.
    """
    value, first = np.asarray(values, dtype=np.float64), np.asarray(is_first, dtype=bool)
    place = np.unique(np.asarray(stratum), return_inverse=True)[1]
    n, m = np.bincount(place), np.bincount(place, weights=first)
    off = value - (np.bincount(place, weights=value) / n)[place]
    weights = m * (n - m) / n
    if not weights.sum():
        return float("nan"), float("nan")
    spread = float((weights * np.bincount(place, weights=off**2) / np.maximum(n - 1, 1)).sum())
    return float(off[first].sum() / weights.sum()), float(np.sqrt(spread) / weights.sum())


def drawn_apart(values: ArrayLike, is_drawn: ArrayLike, stratum: ArrayLike) -> tuple[float, float]:
    """How far the drawn rows lie above the rest of their stratum, and the two-sided p under random drawing within
    strata.

    One element per row; NaN where no stratum was drawn from in part, or all its values are equal.
    """
    apart, error = apart_within(values, is_drawn, stratum)
    return (apart, 2 * float(special.ndtr(-abs(apart) / error))) if error > 0 else (float("nan"), float("nan"))
