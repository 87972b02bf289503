"""Rank intervals: the places that a unit may truly have. A rank alone is never printed."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ranks = NDArray[np.int64]


def rank_intervals(
    values: ArrayLike, standard_errors: ArrayLike, level: float = 0.95, draws: int = 2000, seed: int = 1
) -> tuple[Ranks, Ranks]:
    """1-based places `(low, high)` of each unit, place 1 the highest value; both 0 where value or error is NaN.

    The central `level` of the places in `draws` normal draws about the values (Goldstein and Spiegelhalter 1996). Values
    as measured give intervals that are too wide where units hardly differ; shrunken values with standard errors
    s * sqrt(reliability) give the posterior ones. Equal values without error share all their places.
    ValueError: different shapes, negative errors, no draws, or level outside 0..1.
    """
    y, s = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if y.ndim != 1 or y.shape != s.shape or np.any(s < 0) or draws < 1 or not 0 < level < 1:
        raise ValueError("one-dimensional values and errors >= 0 of one length, draws and 0 < level < 1 must be given")
    known = ~np.isnan(y) & ~np.isnan(s)
    low, high = np.zeros(y.shape, dtype=np.int64), np.zeros(y.shape, dtype=np.int64)
    if known.any():
        from scipy import stats

        drawn = -np.random.default_rng(seed).normal(y[known], s[known], (draws, np.count_nonzero(known)))
        first, last = (stats.rankdata(drawn, method=ties, axis=1) for ties in ("min", "max"))
        low[known] = np.quantile(first, (1 - level) / 2, axis=0, method="lower")
        high[known] = np.quantile(last, (1 + level) / 2, axis=0, method="higher")
    return low, high
