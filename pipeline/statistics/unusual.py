"""Which people differ from what their case mix leads one to expect by more than people usually do.

Tails are exact (binomial) or Student's, because normal tails of shares near 0 or 1 name people by the dozen. A person's
weeks are not independent: the variance of their sum is estimated from the weeks themselves. Everybody is compared with
the middle person, whom a few extreme ones do not move. The spread between people is estimated robustly; for few people
it is so uncertain that Student's tails are used.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.statistics.intervals import Bounds, wilson
from pipeline.statistics.spread import degrees_of_freedom, spread_between

FloatArray = NDArray[np.float64]
LAGS = 3  # weeks over which a person's weeks are taken to hang together


@dataclass(frozen=True)
class Unusual:
    """One element per person, NaN where nothing is known. excess: observed minus expected, per row, with 95 % limits.

    middle: the excess of the middle person, with whom everybody is compared; 0 where nobody is known. p: two-sided,
    under the hypothesis that the person differs from the middle one as people usually do. spread: variance between
    people, in the unit of the excess squared.
    """

    excess: FloatArray
    low: FloatArray
    high: FloatArray
    middle: float
    p: FloatArray
    spread: float


def unusual_shares(successes: ArrayLike, expected: ArrayLike, n: ArrayLike, inflation: ArrayLike = 1.0) -> Unusual:
    """Shares of people by weeks: `successes` among n rows, `expected` of them. Successes may be fractional, such as
    means of two verdicts; their tails lie between those of whole numbers. `inflation`: factor of each person's variance
    from estimating the expectation. Limits are Wilson's of as many rows as theirs are worth. ValueError: beyond 0..n."""
    k, e, rows = _tables(successes, expected, n)
    if np.any((k < 0) | (k > rows) | (e < 0) | (e > rows)):
        raise ValueError("successes and expected must lie in 0..n")
    with np.errstate(invalid="ignore", divide="ignore"):
        own_rate = (k.sum(axis=1) + 0.5) / (e.sum(axis=1) + 0.5)  # of the expected: who is unusual varies about that
        told = np.clip(e * own_rate[:, None], 0, rows)
        wider = design_effect((k - told) / np.sqrt(told * (1 - told / rows))) * np.asarray(inflation)
        k, e, rows = k.sum(axis=1), e.sum(axis=1), rows.sum(axis=1)
        excess = (k - e) / rows
        low, high = (limit - e / rows for limit in wilson(k / wider, rows / wider))
        middle = _middle(excess)
        e = np.clip(e + rows * middle, 0, rows)
        share = np.where((e > 0) & (e < rows), e / rows, np.nan)
        error = np.sqrt(share * (1 - share) / rows)
        tail = np.where(k > e, special.betainc(k, rows - k + 1, share), special.betainc(rows - k, k + 1, 1 - share))
        return _judged(excess, middle, np.sign(k - e) * _deviate(tail), error, wider, (low, high))


def unusual_means(totals: ArrayLike, squares: ArrayLike, n: ArrayLike, inflation: ArrayLike = 1.0) -> Unusual:
    """Means of people by weeks: sums of residuals (observed minus expected), sums of their squares, and rows;
    `inflation` as for shares."""
    total, square, rows = _tables(totals, squares, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        sums, squared, count = (table.sum(axis=1) for table in (total, square, rows))
        mean, own = sums / count, (squared - sums**2 / count) / count
        wider = design_effect((total - rows * mean[:, None]) / np.sqrt(rows * own[:, None])) * np.asarray(inflation)
        middle = _middle(mean)
        variance = (squared - count * mean**2) / (count - 1)
        error = np.where((count >= 2) & (variance > 0), np.sqrt(variance / count), np.nan)
        tail = special.stdtr(count - 1, -np.abs((mean - middle) / error))
        half = 1.96 * error * np.sqrt(wider)
        limits = mean - half, mean + half
        return _judged(mean, middle, np.sign(mean - middle) * _deviate(tail), error, wider, limits)


def design_effect(z: FloatArray) -> float:
    """Variance of a person's sum over weeks, relative to independent rows; z: people by weeks, NaN without rows.

    1 where there is too little data. Weeks before and after a gap count as neighbours.
    """
    known = [person[~np.isnan(person)] for person in z]
    rest = [row - row.mean() for row in known if row.size > LAGS + 1]
    if not rest:
        return 1.0
    weeks = sum(row.size for row in rest)
    variance = sum(float((row**2).sum()) for row in rest) / (weeks - len(rest))
    long_run = float(variance)
    for lag in range(1, LAGS + 1):
        pairs = sum(row.size - lag for row in rest)
        own_mean = variance * len(rest) / weeks  # what taking each row's mean away has hidden
        long_run += 2 * (sum(float((row[lag:] * row[:-lag]).sum()) for row in rest) / pairs + own_mean)
    return max(1.0, float(long_run))


def _middle(excess: FloatArray) -> float:
    known = excess[~np.isnan(excess)]
    return float(np.median(known)) if known.size else 0.0


def _judged(
    excess: FloatArray, middle: float, z: FloatArray, error: FloatArray, wider: FloatArray, limits: Bounds
) -> Unusual:
    """z and error: of independent rows; `wider`: the factor of their variance."""
    p, spread = beside_people(z / np.sqrt(wider), error * np.sqrt(wider))
    return Unusual(excess, *limits, middle, p, spread)


def beside_people(z: FloatArray, error: FloatArray) -> tuple[FloatArray, float]:
    """Two-sided p of each person under the hypothesis of differing from the middle one as people usually do, NaN where
    nothing is known, and the variance between people, in the unit of `error` squared. z: deviations in standard errors.

    Of exact tails of few events the variance is too small: where hundreds differ in rare shares, names come too easily
    (measured: DECISIONS.md, "Rare shares among many people").
    """
    known = ~np.isnan(z) & ~np.isnan(error)
    spread = spread_between(z[known], error[known])
    beside = np.abs(z * error / np.sqrt(error**2 + spread))
    p = 2 * special.stdtr(degrees_of_freedom(int(known.sum())), -beside)
    return np.where(known, p, np.nan), spread


def _deviate(tail: FloatArray) -> FloatArray:
    """The normal quantile of a one-sided tail: 0 or more, and finite."""
    return np.asarray(-special.ndtri(np.clip(tail, 1e-300, 0.5)), dtype=np.float64)


def _tables(*columns: ArrayLike) -> list[FloatArray]:
    tables = [np.asarray(column, dtype=np.float64) for column in columns]
    if tables[0].ndim != 2 or any(table.shape != tables[0].shape for table in tables):
        raise ValueError("people by weeks: two-dimensional tables of one shape")
    return tables
