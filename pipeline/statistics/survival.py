"""Kaplan-Meier curve: share still waiting after t, where some waits were cut off before their end was seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One element per distinct duration, in rising order, cut-off ones included; time in the unit of the durations.

    survival: P(duration > time); low, high: its limits, NaN where it is 1 or 0; at_risk: how many lasted to that time.
    """

    time: FloatArray
    survival: FloatArray
    low: FloatArray
    high: FloatArray
    at_risk: NDArray[np.int64]


def kaplan_meier(duration: ArrayLike, is_event: ArrayLike, level: float = 0.95) -> Curve:
    """Curve of durations, each ended by the event or (is_event false) cut off; at equal times events come first.

    Source: Kaplan and Meier 1958; variance of Greenwood 1926 on the scale log(-log S), which keeps the limits in 0..1
    (Kalbfleisch and Prentice 1980). Rows must be independent and cut off for reasons unrelated to the event.
    ValueError: different lengths, NaN or negative durations, or level outside 0..1.
    """
    t, ended = np.asarray(duration, dtype=np.float64), np.asarray(is_event, dtype=bool)
    if t.ndim != 1 or t.shape != ended.shape or not np.all(t >= 0) or not 0 < level < 1:
        raise ValueError("durations >= 0 and events must be one-dimensional, of one length, and 0 < level < 1")
    time, place = np.unique(t, return_inverse=True)
    events = np.bincount(place, weights=ended, minlength=time.size)
    at_risk = t.size - np.cumsum(np.bincount(place, minlength=time.size)) + np.bincount(place, minlength=time.size)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        known = np.where((survival > 0) & (survival < 1), survival, np.nan)
        factor = np.exp(special.ndtri(0.5 + level / 2) * np.sqrt(greenwood) / -np.log(known))
    return Curve(time, survival, known**factor, known ** (1 / factor), at_risk)


def at(curve: Curve, t: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Survival and its limits `(survival, low, high)` at times t >= 0, in the shape of t.

    1 before the first duration; NaN after the last one unless nobody was left, and everywhere on an empty curve.
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
