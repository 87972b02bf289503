"""Prediction-powered inference: a machine's score of every contact, people's verdict on a few, one interval.

Angelopoulos, Duchi, Zrnic, PPI++ (arXiv 2311.01453), with the weight of the machine and the spread of its errors estimated
from all groups' labels together: with a handful of labels a group, its own spread says too little (measured: as packaged, a
nominal 95 % interval covers 53 % at five labels; pooled, 93 to 96 %). It asks that the machine errs alike in all groups:
`error_difference` tests that. Labels must be a random sample of the contacts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST = 5
"""Labels of a group below which its rate is too few to say."""
FEWEST_POOLED = 30
"""Labels of all groups together below which the spread of the machine's errors is not known."""


@dataclass(frozen=True)
class Joined:
    """By group, arrays of one length: contacts, labels, people's own rate, the joined rate and its interval.

    `weight`: how much the machine was trusted, 0 to 1. NaN where there is too little to say.
    """

    groups: Array
    contacts: Array
    labels: Array
    human: Array
    machine: Array
    rate: Array
    low: Array
    high: Array
    weight: float


def joined_rates(
    groups: ArrayLike, scores: ArrayLike, verdicts: ArrayLike, *, level: float = 0.95, fewest: int = FEWEST
) -> Joined:
    """One row a contact: its group, the machine's score (0 to 1) and people's verdict (0 or 1, NaN where nobody judged).

    ValueError: arrays of different length.
    """

    names = np.asarray(groups, dtype=str)
    score, verdict = np.asarray(scores, dtype=float), np.asarray(verdicts, dtype=float)
    if not len(names) == len(score) == len(verdict):
        raise ValueError("groups, scores and verdicts have one length")
    keys, place = np.unique(names, return_inverse=True)
    judged = ~np.isnan(verdict)
    size, labels = np.bincount(place, minlength=len(keys)), np.bincount(place[judged], minlength=len(keys))
    everywhere = np.bincount(place, weights=score, minlength=len(keys)) / np.maximum(size, 1)
    here = _mean(place[judged], score[judged], len(keys))
    human = _mean(place[judged], verdict[judged], len(keys))
    weight, error_variance = _pooled(place[judged], score[judged], verdict[judged], labels, size)
    centre = human + weight * (everywhere - here)
    with np.errstate(divide="ignore", invalid="ignore"):
        # finite population: what people judged of a group is known, the rest is guessed
        left = 1 - labels / np.maximum(size, 1)
        spread = np.sqrt(error_variance / labels * np.maximum(left, 0))
    low, high = _score_interval(np.clip(centre, 0, 1), spread, special.ndtri((1 + level) / 2))
    known = (labels >= fewest) & (labels.sum() >= FEWEST_POOLED)
    blank = np.where(known, 0.0, np.nan)
    return Joined(
        keys, size, labels, human, everywhere, np.clip(centre, 0, 1) + blank, low + blank, high + blank, weight
    )


def error_difference(groups: ArrayLike, scores: ArrayLike, verdicts: ArrayLike) -> float:
    """p of the hypothesis that the machine errs alike in all groups: that it scores contacts with the same verdict alike.

    Kruskal-Wallis of the scores over groups within each verdict, the smaller p doubled; NaN where nothing can be compared.
    """
    from scipy import stats

    names = np.asarray(groups, dtype=str)
    score, verdict = np.asarray(scores, dtype=float), np.asarray(verdicts, dtype=float)
    found = []
    for said in (0.0, 1.0):
        chosen = verdict == said
        parts = [score[chosen & (names == name)] for name in np.unique(names[chosen])]
        parts = [part for part in parts if len(part) >= 2]
        if len(parts) >= 2 and np.ptp(np.concatenate(parts)) > 0:
            found.append(float(stats.kruskal(*parts).pvalue))
    return min(1.0, 2 * min(found)) if found else float("nan")


def labels_for(half_width: float, rate: float = 0.5, level: float = 0.95) -> int:
    """Labels that make an interval this wide on either side, without help of a machine."""
    z = special.ndtri((1 + level) / 2)
    return int(np.ceil(z**2 * rate * (1 - rate) / half_width**2))


def _mean(place: Array, values: Array, size: int) -> Array:
    counts = np.bincount(place, minlength=size)
    mean: Array = np.bincount(place, weights=values, minlength=size) / np.where(counts > 0, counts, np.nan)
    return mean


def _pooled(place: Array, score: Array, verdict: Array, labels: Array, size: Array) -> tuple[float, float]:
    """Weight of the machine and variance of what it leaves unexplained, within groups, all labels together."""
    if len(score) < 2:
        return 0.0, float("nan")
    groups = int((labels > 0).sum())
    free = max(len(score) - groups, 1)
    f = score - _mean(place, score, len(labels))[place]
    y = verdict - _mean(place, verdict, len(labels))[place]
    score_variance, covariance = float((f * f).sum() / free), float((f * y).sum() / free)
    share = labels.sum() / max(size[labels > 0].sum(), 1)
    weight = float(np.clip(covariance / ((1 + share) * score_variance), 0, 1)) if score_variance > 0 else 0.0
    return weight, float(((y - weight * f) ** 2).sum() / free)


def _score_interval(centre: Array, spread: Array, z: float) -> tuple[Array, Array]:
    """Limits on the scale of shares: Wilson's, for as many labels as would give this spread, so that none leaves 0 to 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(spread**2, 1e-9)
        worth = np.maximum(0.25 / variance, 1)
        middle = (centre + z**2 / (2 * worth)) / (1 + z**2 / worth)
        half = z * np.sqrt(variance + z**2 / (4 * worth**2)) / (1 + z**2 / worth)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
