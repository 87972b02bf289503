"""Kaplan-Meier curve: the share still waiting after t, where some waits are censored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One element for each of the requested increasing times that the durations reach, in their unit.

    survival: P(duration > time); low, high: its limits, NaN where it is 1 or 0.
    """

    time: FloatArray
    survival: FloatArray
    low: FloatArray
    high: FloatArray


def kaplan_meier(duration: ArrayLike, is_event: ArrayLike, units: ArrayLike, times: ArrayLike) -> Curve:
    """Curve of durations, each ended by the event or (is_event false) censored; at equal times events come first.

    Rows belong to units, and must be censored for reasons unrelated to the event. The variance of log S sums over units
    what their rows contribute (infinitesimal jackknife); without censoring and with a unit per row that is Greenwood's
    (1926), below which it is never taken. Limits are made on the scale log(-log S), which keeps them in 0..1. Sources:
    Kaplan and Meier 1958; Kalbfleisch and Prentice 1980. ValueError: different lengths, or NaN or negative durations.
    """
    t, ended = _checked(duration, is_event)
    time, place, events, at_risk = _steps(t, ended)
    survival, greenwood = _survival(events, at_risk), _greenwood(events, at_risk)
    unit = np.unique(np.asarray(units), return_inverse=True)[1]
    days = np.asarray(times, dtype=np.float64)
    is_over = survival[-1:].sum() == 0
    days = days[(days >= t.min(initial=np.inf)) & ((days <= t.max(initial=-np.inf)) | is_over)]
    steps = np.searchsorted(time, days, side="right") - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.where(ended, 1 / (at_risk - events)[place], 0)
        moved = (greenwood[np.minimum(place, step)] - np.where(place <= step, gone, 0) for step in steps)
        summed = np.array([(np.bincount(unit, weights=some) ** 2).sum() for some in moved])
    variance = np.maximum(greenwood[steps], summed)
    return Curve(days, survival[steps], *_limits(survival[steps], variance))


def _checked(duration: ArrayLike, is_event: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_]]:
    t, ended = np.asarray(duration, dtype=np.float64), np.asarray(is_event, dtype=bool)
    if t.ndim != 1 or t.shape != ended.shape or not np.all(t >= 0):
        raise ValueError("durations >= 0 and events must be one-dimensional and of one length")
    return t, ended


def _steps(
    t: FloatArray, ended: NDArray[np.bool_]
) -> tuple[FloatArray, NDArray[np.intp], FloatArray, NDArray[np.int64]]:
    """Distinct durations, each row's place among them, and by duration the events and the rows that lasted to it."""
    time, place = np.unique(t, return_inverse=True)
    rows = np.bincount(place, minlength=time.size).astype(np.int64)
    events = np.bincount(place, weights=ended, minlength=time.size).astype(np.float64)
    return time, place, events, t.size - np.cumsum(rows) + rows


def _survival(events: FloatArray, at_risk: NDArray[np.int64]) -> FloatArray:
    return np.cumprod(1 - events / at_risk, dtype=np.float64)


def _greenwood(events: FloatArray, at_risk: NDArray[np.int64]) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.cumsum(events / (at_risk * (at_risk - events))))


def _limits(survival: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """95 % limits, on the scale log(-log S); `variance` is of log S."""
    with np.errstate(divide="ignore", invalid="ignore"):
        known = np.where((survival > 0) & (survival < 1), survival, np.nan)
        factor = np.exp(special.ndtri(0.975) * np.sqrt(variance) / -np.log(known))
    return known**factor, known ** (1 / factor)


def at(curve: Curve, t: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Survival and its limits `(survival, low, high)` at times t >= 0, in the shape of t.

    1 before the curve's first time; NaN after its last one unless nobody was left, and everywhere on an empty curve.
    """
    t = np.asarray(t, dtype=np.float64)
    if curve.time.size == 0:
        return np.full(t.shape, np.nan), np.full(t.shape, np.nan), np.full(t.shape, np.nan)
    place = np.searchsorted(curve.time, t, side="right")
    unseen = np.isnan(t) | ((t > curve.time[-1]) & (curve.survival[-1] > 0))
    survival, low, high = (
        np.where(unseen, np.nan, np.append(before, column)[place])
        for before, column in ((1.0, curve.survival), (np.nan, curve.low), (np.nan, curve.high))
    )
    return survival, low, high
