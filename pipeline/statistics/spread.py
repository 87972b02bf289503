"""How much people differ beyond chance, estimated so that the unusual ones do not mask themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.distance import pdist

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
CONSISTENT = 2.2219
"""Makes the quartile of distances a standard deviation for normal values."""
FEW = (0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872)
"""Corrections for two to nine values."""
EFFICIENCY = 0.82
"""Efficiency for normal values, as a share of a standard deviation's degrees of freedom."""
MOST = 500
"""Values whose pairwise distances are all computed; more are replaced by as many quantiles."""


def robust_scale(values: FloatArray) -> float:
    """Qn: the first quartile of the distances between two values, 0 for fewer than two. Nearly half of the values may
    be arbitrary (Rousseeuw & Croux 1993; corrections for few: Croux & Rousseeuw 1992)."""
    if values.size < 2:
        return 0.0
    if values.size > MOST:
        values = np.quantile(values, (np.arange(MOST) + 0.5) / MOST)
    half = values.size // 2 + 1
    place = half * (half - 1) // 2 - 1
    return CONSISTENT * _correction(values.size) * float(np.partition(pdist(values[:, None]), place)[place])


def spread_between(z: FloatArray, error: FloatArray) -> float:
    """Variance between people, in the unit of `error` squared: with it and chance, standardised deviations have a scale
    of 1.

    z: each person's deviation in standard errors; error: that standard error, above 0. 0 where chance explains all.
    """

    def left(spread: float) -> float:
        return robust_scale(z * error / np.sqrt(error**2 + spread)) - 1

    if left(0.0) <= 0:
        return 0.0
    beyond_doubt = (10 * float(np.abs(z).max() * error.max())) ** 2
    return float(brentq(left, 0.0, beyond_doubt))


def degrees_of_freedom(people: int) -> float:
    """Degrees of freedom of the spread estimated from so many people."""
    return EFFICIENCY * (people - 1)


def _correction(n: int) -> float:
    if n < len(FEW) + 2:
        return FEW[n - 2]
    return n / (n + 1.4) if n % 2 else n / (n + 3.8)
