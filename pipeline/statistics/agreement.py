"""Do evaluators agree? Krippendorff's alpha with a bootstrap over the judged contacts, and each evaluator's leniency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics.intervals import mean_interval

Array = np.ndarray[Any, np.dtype[Any]]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's own bands (Content Analysis, 2004, p. 241): below the lower one no conclusion is drawn."""
DRAWS = 1000
UNSEEN = 0.5
"""Units with disagreement that are added for the lower limit: so many may have been missed."""


def alpha(ratings: ArrayLike, level: Level = "nominal") -> float:
    """1 - observed / expected disagreement of ratings, shape (raters, units), NaN where a rater has not judged.

    Judgements of human contact are nominal; published examples, by which the method is tested, use the other levels.
    NaN where no unit has two ratings or all ratings are equal. ValueError: not two-dimensional, or negative ratios.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
    """
    matrix = np.asarray(ratings, dtype=float)
    _require(matrix.ndim == 2, "ratings have two dimensions: raters and units")
    values = np.unique(matrix[~np.isnan(matrix)])
    _require(level != "ratio" or not np.any(values < 0), "ratios are not negative")
    counts = _counts(matrix, values)
    return _alpha(counts, _distances(counts, values, level))


def alpha_interval(ratings: ArrayLike) -> tuple[float, float]:
    """95 % bootstrap percentile interval of nominal alpha, resampling units; (NaN, NaN) with fewer than three units of
    two ratings, or only one value.

    A resample of equal ratings counts as 1: leaving it out would hide that so few units cannot tell agreement from
    chance. For the lower limit, half a unit on which two raters disagree is added: that none was seen does not prove
    there is none.
    """
    matrix = np.asarray(ratings, dtype=float)
    values = np.unique(matrix[~np.isnan(matrix)])
    counts = _counts(matrix, values)
    counts = counts[counts.sum(axis=1) >= 2]
    if len(counts) < 3 or len(values) < 2:
        return float("nan"), float("nan")
    distances, rng, whole = _distances(counts, values, "nominal"), np.random.default_rng(0), np.ones(len(counts))
    differing = np.isin(np.arange(len(values)), np.argsort(-counts.sum(axis=0), kind="stable")[:2])
    doubted = _drawn(np.vstack([counts, differing]), np.append(whole, UNSEEN), distances, rng)
    drawn = _drawn(counts, whole, distances, rng)
    return float(np.quantile(doubted, 0.025)), float(np.quantile(drawn, 0.975))


def _drawn(counts: Array, weights: Array, distances: Array, rng: np.random.Generator) -> Array:
    """Alpha of as many resampled units as the weights add up to; 1 where all ratings are equal."""
    times = rng.multinomial(int(weights.sum()), weights / weights.sum(), size=DRAWS)
    sizes = counts.sum(axis=1)
    within = np.einsum("uc,ck,uk->u", counts, distances, counts) / (sizes - 1)
    total, margins = times @ sizes, times @ counts
    expected = np.einsum("dc,ck,dk->d", margins, distances, margins) / (total * (total - 1))
    missed: Array = np.divide(times @ within / total, expected, out=np.zeros(DRAWS), where=expected > 0)
    return 1 - missed


@dataclass(frozen=True)
class Leniency:
    """gap: an evaluator's mean difference from the others on the `shared` units, with 95 % limits (NaN on one unit)."""

    gap: float
    low: float
    high: float
    shared: int


def leniency(evaluators: ArrayLike, units: ArrayLike, scores: ArrayLike) -> dict[str, Leniency]:
    """The leniency of each evaluator who judged units that others judged too; scores lie from 0 to 1."""
    who, what, given = np.asarray(evaluators, dtype=str), np.asarray(units, dtype=str), np.asarray(scores, dtype=float)
    _, place = np.unique(what, return_inverse=True)
    totals, sizes = np.bincount(place, weights=given), np.bincount(place)
    shared = sizes[place] > 1
    others = (totals[place] - given)[shared] / (sizes[place] - 1)[shared]
    gaps, names = given[shared] - others, who[shared]
    return {str(name): _leniency(gaps[names == name]) for name in np.unique(names)}


def _leniency(gaps: Array) -> Leniency:
    low, high = mean_interval(len(gaps), gaps.sum(), (gaps**2).sum(), bounds=(-1, 1))
    return Leniency(float(gaps.mean()), float(low), float(high), len(gaps))


def _counts(matrix: Array, values: Array) -> Array:
    """How often each value was given to each unit: shape (units, values)."""
    counted = [(matrix == value).sum(axis=0) for value in values]
    return np.array(counted, dtype=float).reshape(len(values), matrix.shape[1]).T


def _distances(counts: Array, values: Array, level: Level) -> Array:
    """Squared distance of every two values."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":
        sizes = counts[counts.sum(axis=1) >= 2].sum(axis=0)
        middles = np.cumsum(sizes) - sizes / 2
        gaps: Array = (middles[:, None] - middles[None, :]) ** 2
        return gaps
    difference = values[:, None] - values[None, :]
    if level == "interval":
        squares: Array = difference**2
        return squares
    total = values[:, None] + values[None, :]
    ratios: Array = np.divide(difference, total, out=np.zeros_like(difference), where=total != 0) ** 2
    return ratios


def _alpha(counts: Array, distances: Array) -> float:
    sizes = counts.sum(axis=1)
    paired = counts[sizes >= 2]
    sizes = sizes[sizes >= 2]
    total = sizes.sum()
    if total <= 1:
        return float("nan")
    within = np.einsum("uc,ck,uk->u", paired, distances, paired)
    observed = (within / (sizes - 1)).sum() / total
    margins = paired.sum(axis=0)
    expected = margins @ distances @ margins / (total * (total - 1))
    return float(1 - observed / expected) if expected > 0 else float("nan")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)
