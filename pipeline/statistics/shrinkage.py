"""Empirical-Bayes shrinkage: the best guess of each unit's true value, and how much of its figure is signal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Shrunk:
    """value, reliability: one element per unit; value and centre in the unit of the values, tau2 in its square.

    reliability = tau2 / (tau2 + s^2), 0..1: the share of a figure's variance that is between units. NaN where unknown.
    """

    value: FloatArray
    reliability: FloatArray
    centre: float
    tau2: float


def shrink(values: ArrayLike, standard_errors: ArrayLike) -> Shrunk:
    """value = B y + (1 - B) centre with B the reliability, one element per unit.

    tau2 is the moment estimate of DerSimonian and Laird 1986, the centre the mean weighted by 1 / (s^2 + tau2). With
    tau2 = 0, as always for one unit alone, every value is the centre. A unit without value, or whose standard error is
    0 or NaN, is unknown: NaN, and not counted. Source: Morris 1983; Efron and Morris 1975.
    ValueError: different shapes, or negative standard errors.
    """
    y, s = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if y.ndim != 1 or y.shape != s.shape or np.any(s < 0):
        raise ValueError("values and standard errors must be one-dimensional, of one length, and errors not negative")
    s = np.where((s > 0) & ~np.isnan(y), s, np.nan)
    known = ~np.isnan(s)
    if not known.any():
        return Shrunk(np.full(y.shape, np.nan), np.full(y.shape, np.nan), float("nan"), float("nan"))
    tau2 = between_variance(y[known], s[known])
    centre = float(np.average(y[known], weights=1 / (s[known] ** 2 + tau2)))
    reliability = tau2 / (tau2 + s**2)
    return Shrunk(reliability * y + (1 - reliability) * centre, reliability, centre, tau2)


def between_variance(y: FloatArray, s: FloatArray) -> float:
    """tau2 of known values with standard errors s > 0, in squared units of y; 0 for fewer than two."""
    if y.size < 2:
        return 0.0
    w = s**-2.0
    q = float((w * (y - np.average(y, weights=w)) ** 2).sum())
    return max(0.0, (q - (y.size - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
