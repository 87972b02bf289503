"""Slope of one figure on another over all rows, and within strata: does the relation turn round (Simpson 1951)?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
ROUNDING = 1e-12
"""Relative size of what sums of fractions lose."""


@dataclass(frozen=True)
class Slopes:
    """Slopes and their limits in units of y per unit of x; NaN where x does not vary, limits also where it would not without
    one of the people.

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
    x: ArrayLike,
    y: ArrayLike,
    stratum: ArrayLike,
    person: ArrayLike,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> Slopes:
    """Weighted least squares of y on x, one element per row, without and with a mean of its own for every stratum.

    Weights are relative precisions (such as contacts behind the row); rows of weight 0 or with a NaN are left out. The
    limits follow how far the slope moves when one person is left out (jackknife), since rows of one person hang together:
    Student t with people - 1 degrees of freedom. Measured: `test_statistics_clustered.py`.
    ValueError: different lengths, negative weights, or level outside 0..1.
    """
    labels, people = np.asarray(stratum), np.asarray(person)
    columns = (x, y, np.ones(labels.shape) if weight is None else weight)
    x, y, w = (np.asarray(column, dtype=np.float64) for column in columns)
    shapes = {column.shape for column in (labels, people, x, y, w)}
    if labels.ndim != 1 or len(shapes) > 1 or np.any(w < 0) or not 0 < level < 1:
        raise ValueError("columns must be one-dimensional, of one length, weights not negative, and 0 < level < 1")
    known = ~np.isnan(x) & ~np.isnan(y) & (w > 0)
    x, y, w = x[known], y[known], w[known]
    strata, who = (np.unique(names[known], return_inverse=True)[1] for names in (labels, people))
    overall, low, high = _slope(x, y, np.zeros_like(strata), who, w, level)
    within, within_low, within_high = _slope(x, y, strata, who, w, level)
    turns = overall * within < 0 and low * high > 0 and within_low * within_high > 0
    return Slopes(overall, within, low, high, within_low, within_high, turns)


def _slope(x: FloatArray, y: FloatArray, group: Places, who: Places, w: FloatArray, level: float) -> tuple[float, ...]:
    """Slope and its limits, x and y taken from their weighted group means."""
    x, y = _centred(x, group, w), _centred(y, group, w)
    spread = float((w * x**2).sum())
    if spread == 0:
        return (float("nan"),) * 3
    slope, people = float((w * x * y).sum()) / spread, int(who.max()) + 1
    without = _without_each(x, y, group, who, w)
    error = float(np.sqrt((people - 1) / people * ((without - slope) ** 2).sum()))
    half = float(special.stdtrit(people - 1, 0.5 + level / 2)) * error if people > 1 else float("nan")
    return slope, slope - half, slope + half


def _without_each(x: FloatArray, y: FloatArray, group: Places, who: Places, w: FloatArray) -> FloatArray:
    """The slope without each person; x and y are centred in their groups, whose means move when rows go. NaN where no slope is
    left."""
    pair, place = np.unique(np.column_stack([who, group]), axis=0, return_inverse=True)
    own, x_sum, y_sum = (np.bincount(place, w * column) for column in (np.ones_like(x), x, y))
    rest = np.bincount(group, w)[pair[:, 1]] - own
    moved = np.divide(x_sum, rest, out=np.zeros_like(rest), where=rest > ROUNDING * own)
    left_x = (w * x**2).sum() - np.bincount(who, w * x**2) - np.bincount(pair[:, 0], moved * x_sum)
    left_xy = (w * x * y).sum() - np.bincount(who, w * x * y) - np.bincount(pair[:, 0], moved * y_sum)
    without: FloatArray = left_xy / np.where(left_x > ROUNDING * (w * x**2).sum(), left_x, np.nan)
    return without


def _centred(values: FloatArray, group: Places, w: FloatArray) -> FloatArray:
    """Values less their weighted group mean; 0 when only rounding is left."""
    rest = values - (np.bincount(group, w * values) / np.bincount(group, w))[group]
    return np.where(np.abs(rest) > ROUNDING * np.abs(values).max(initial=0.0), rest, 0.0)
