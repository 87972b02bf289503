"""Slope of one figure on another over all rows and within strata: does the relation reverse (Simpson 1951)?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
ROUNDING = 1e-12
"""Relative rounding error of sums of fractions."""


@dataclass(frozen=True)
class Slopes:
    """Slopes and their limits in units of y per unit of x. NaN where x does not vary; limits also where it would not
    without one of the people.

    is_simpson: the two slopes have different signs, and neither interval holds 0.
    """

    overall: float
    within: float
    overall_low: float
    overall_high: float
    within_low: float
    within_high: float
    is_simpson: bool


@dataclass(frozen=True)
class _Rows:
    """The rows that slopes are fitted to, one element per row. w: weights; x_noise, xy_noise: w times the variance of
    the error of x, and times its covariance with that of y."""

    x: FloatArray
    y: FloatArray
    group: Places
    who: Places
    w: FloatArray
    x_noise: FloatArray
    xy_noise: FloatArray


def slopes(
    x: ArrayLike,
    y: ArrayLike,
    stratum: ArrayLike,
    person: ArrayLike,
    weight: ArrayLike | None = None,
    x_variance: ArrayLike | None = None,
    xy_covariance: ArrayLike | None = None,
    level: float = 0.95,
) -> Slopes:
    """Weighted least squares of y on x, one element per row, without and with a mean for every stratum.

    Weights are relative precisions (such as contacts behind the row); rows of weight 0 or with a NaN are left out.
    Where x and y are means, `x_variance` and `xy_covariance` describe their errors, which are removed because they bias
    the slope towards 0 and towards that of single contacts (Fuller 1987, section 3.1). The limits follow how far the
    slope moves when one person is left out (jackknife), because rows of one person are not independent: Student's t
    with people - 1 degrees of freedom. Measured: `test_statistics_clustered.py`. ValueError: different lengths,
    negative weights, or level outside 0..1.
    """
    labels, people = np.asarray(stratum), np.asarray(person)
    ones, none = np.ones(labels.shape), np.zeros(labels.shape)
    given = (x, y, *(d if c is None else c for c, d in ((weight, ones), (x_variance, none), (xy_covariance, none))))
    columns = [np.asarray(column, dtype=np.float64) for column in given]
    w = columns[2]
    shapes = {column.shape for column in (labels, people, *columns)}
    if labels.ndim != 1 or len(shapes) > 1 or np.any(w < 0) or not 0 < level < 1:
        raise ValueError("columns must be one-dimensional, of one length, weights not negative, and 0 < level < 1")
    known = (w > 0) & ~np.isnan(np.sum(columns, axis=0))
    at, out, w, variance, covariance = (column[known] for column in columns)
    strata, who = (np.unique(names[known], return_inverse=True)[1] for names in (labels, people))
    rows = _Rows(at, out, strata, who, w, w * variance, w * covariance)
    overall, low, high = _slope(replace(rows, group=np.zeros_like(strata)), level)
    within, within_low, within_high = _slope(rows, level)
    turns = overall * within < 0 and low * high > 0 and within_low * within_high > 0
    return Slopes(overall, within, low, high, within_low, within_high, turns)


def _slope(rows: _Rows, level: float) -> tuple[float, ...]:
    """Slope and its limits, with x and y as deviations from their weighted group means."""
    rows = replace(rows, x=_centred(rows.x, rows.group, rows.w), y=_centred(rows.y, rows.group, rows.w))
    scatter = float((rows.w * rows.x**2).sum())
    spread = scatter - _added(rows, rows.x_noise)
    if not spread > ROUNDING * scatter:
        return (float("nan"),) * 3
    slope = (float((rows.w * rows.x * rows.y).sum()) - _added(rows, rows.xy_noise)) / spread
    people, without = int(rows.who.max()) + 1, _without_each(rows)
    error = float(np.sqrt((people - 1) / people * ((without - slope) ** 2).sum()))
    half = float(special.stdtrit(people - 1, 0.5 + level / 2)) * error if people > 1 else float("nan")
    return slope, slope - half, slope + half


def _added(rows: _Rows, noise: FloatArray) -> float:
    """What errors add to a sum of products of deviations from group means."""
    mean = np.bincount(rows.group, noise * rows.w) / np.bincount(rows.group, rows.w)
    return float(noise.sum() - mean.sum())


def _without_each(rows: _Rows) -> FloatArray:
    """The slope without each person; x and y are centred in their groups, whose means move when rows are left out. NaN
    where no slope is left."""
    x, y, w, who = rows.x, rows.y, rows.w, rows.who
    pair, place = np.unique(np.column_stack([who, rows.group]), axis=0, return_inverse=True)
    own, x_sum, y_sum = (np.bincount(place, w * column) for column in (np.ones_like(x), x, y))
    rest = np.bincount(rows.group, w)[pair[:, 1]] - own
    moved = np.divide(x_sum, rest, out=np.zeros_like(rest), where=rest > ROUNDING * own)
    left_x = (w * x**2).sum() - np.bincount(who, w * x**2) - np.bincount(pair[:, 0], moved * x_sum)
    left_xy = (w * x * y).sum() - np.bincount(who, w * x * y) - np.bincount(pair[:, 0], moved * y_sum)
    left_x -= _added_without_each(rows, rows.x_noise, pair, place)
    left_xy -= _added_without_each(rows, rows.xy_noise, pair, place)
    without: FloatArray = left_xy / np.where(left_x > ROUNDING * (w * x**2).sum(), left_x, np.nan)
    return without


def _added_without_each(rows: _Rows, noise: FloatArray, pair: Places, place: Places) -> FloatArray:
    """`_added` without each person. pair: person and group, place: of each row among the pairs."""
    weights = (rows.w, noise, noise * rows.w)
    of_group = [np.bincount(rows.group, column)[pair[:, 1]] for column in weights]
    w, told, weighed = (whole - np.bincount(place, column) for whole, column in zip(of_group, weights, strict=True))
    left = told - np.divide(weighed, w, out=told.copy(), where=w > ROUNDING * of_group[0])
    change = left - (of_group[1] - of_group[2] / of_group[0])
    return np.asarray(_added(rows, noise) + np.bincount(pair[:, 0], change), dtype=np.float64)


def _centred(values: FloatArray, group: Places, w: FloatArray) -> FloatArray:
    """Values less their weighted group mean; 0 when only rounding is left."""
    rest = values - (np.bincount(group, w * values) / np.bincount(group, w))[group]
    return np.where(np.abs(rest) > ROUNDING * np.abs(values).max(initial=0.0), rest, 0.0)
