"""Slope of one figure on another over all rows, and within strata: does the relation turn round (Simpson 1951)?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Slopes:
    """Slopes and their limits in units of y per unit of x; NaN where x does not vary or no row is left for the error.

    is_simpson: the two slopes have different signs and neither interval holds 0.
    """

    overall: float
    within: float
    overall_low: float
    overall_high: float
    within_low: float
    within_high: float
    is_simpson: bool


def slopes(
    x: ArrayLike, y: ArrayLike, stratum: ArrayLike, weight: ArrayLike | None = None, level: float = 0.95
) -> Slopes:
    """Weighted least squares of y on x, one element per row, without and with a mean of its own for every stratum.

    Weights are relative precisions (such as contacts behind the row); rows of weight 0 or with a NaN are left out. The
    limits are Student t with n - 2 and n - strata - 1 degrees of freedom, for independent rows.
    ValueError: different lengths, negative weights, or level outside 0..1.
    """
    labels = np.asarray(stratum)
    columns = (x, y, np.ones(labels.shape) if weight is None else weight)
    x, y, w = (np.asarray(column, dtype=np.float64) for column in columns)
    if labels.ndim != 1 or not x.shape == y.shape == w.shape == labels.shape or np.any(w < 0) or not 0 < level < 1:
        raise ValueError("columns must be one-dimensional, of one length, weights not negative, and 0 < level < 1")
    known = ~np.isnan(x) & ~np.isnan(y) & (w > 0)
    x, y, w = x[known], y[known], w[known]
    strata = np.unique(labels[known], return_inverse=True)[1]
    overall, low, high = _slope(x, y, np.zeros(x.size, dtype=np.int64), w, level)
    within, within_low, within_high = _slope(x, y, strata, w, level)
    turns = overall * within < 0 and low * high > 0 and within_low * within_high > 0
    return Slopes(overall, within, low, high, within_low, within_high, turns)


def _slope(
    x: FloatArray, y: FloatArray, group: NDArray[np.int64], w: FloatArray, level: float
) -> tuple[float, float, float]:
    """Slope and its limits, x and y taken from their weighted group means."""
    free = x.size - (int(group.max()) + 1 if x.size else 0) - 1
    x, y = _centred(x, group, w), _centred(y, group, w)
    spread = float((w * x**2).sum())
    if free < 1 or spread == 0:
        return float("nan"), float("nan"), float("nan")
    slope = float((w * x * y).sum()) / spread
    error = float(np.sqrt((w * (y - slope * x) ** 2).sum() / free / spread))
    half = float(special.stdtrit(free, 0.5 + level / 2)) * error
    return slope, slope - half, slope + half


def _centred(values: FloatArray, group: NDArray[np.int64], w: FloatArray) -> FloatArray:
    """Values less their weighted group mean; 0 when only rounding is left."""
    rest = values - (np.bincount(group, w * values) / np.bincount(group, w))[group]
    return np.where(np.abs(rest) > 1e-12 * np.abs(values).max(initial=0.0), rest, 0.0)
