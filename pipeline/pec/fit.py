"""Weights from people's labels: each keeps the sign of its prior, shrunk towards it, cross-fitted by employee.

With few labels the priors stand; evaluators' leniency is an additive effect of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]
FOLDS = BINS = 5


@dataclass(frozen=True)
class Weights:
    """In the order of the columns; `leniency` by evaluator, in log odds."""

    bias: float
    weights: Array
    leniency: dict[str, float]

    def scores(self, counts: Array) -> Array:
        scored: Array = 1 / (1 + np.exp(-(self.bias + counts @ self.weights)))
        return scored


def fit_weights(
    counts: ArrayLike, labels: ArrayLike, priors: ArrayLike, evaluators: Sequence[str] = (), *, strength: float = 4.0
) -> Weights:
    """Logistic fit of labels (0 to 1) on capped counts, shape (texts, features).

    `strength`: how many labels a prior is worth. ValueError: shapes that do not agree.
    """
    from scipy.optimize import minimize

    x, y, prior = (np.asarray(a, dtype=float) for a in (counts, labels, priors))
    if x.ndim != 2 or x.shape != (len(y), len(prior)):
        raise ValueError("counts have a row a label and a column a prior")
    names, who = np.unique(np.asarray(evaluators or [""] * len(y), dtype=str), return_inverse=True)
    size = len(prior)

    def loss(theta: Array) -> tuple[float, Array]:
        bias, weights, lenient = theta[0], theta[1 : size + 1], theta[size + 1 :]
        odds = bias + x @ weights + lenient[who]
        error = 1 / (1 + np.exp(-odds)) - y
        value = (np.logaddexp(0, odds) - y * odds).sum()
        value += strength / 2 * (((weights - prior) ** 2).sum() + (lenient**2).sum())
        by_evaluator = np.bincount(who, weights=error, minlength=len(names)) + strength * lenient
        return value, np.concatenate([[error.sum()], x.T @ error + strength * (weights - prior), by_evaluator])

    free = (None, None)
    bounds = [free, *map(_on_its_side, prior), *[free] * len(names)]
    start = np.concatenate([[0.0], prior, np.zeros(len(names))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    leniency = dict(zip(names.tolist(), found[size + 1 :].tolist(), strict=True)) if len(evaluators) else {}
    return Weights(float(found[0]), found[1 : size + 1], leniency)


def _on_its_side(prior: float) -> tuple[int | None, int | None]:
    """Limits of a weight: it never takes the other sign than its prior."""
    if prior > 0:
        return 0, None
    return (None, 0) if prior < 0 else (0, 0)


def cross_fitted(counts: ArrayLike, labels: ArrayLike, priors: ArrayLike, groups: Sequence[str]) -> Array:
    """Scores of each text by weights that were fitted without any text of its group (its employee)."""
    x, y = np.asarray(counts, dtype=float), np.asarray(labels, dtype=float)
    names, place = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    fold = np.random.default_rng(0).permutation(len(names))[place] % min(FOLDS, max(len(names), 1))
    scores = np.full(len(y), np.nan)
    for one in np.unique(fold):
        rest, here = fold != one, fold == one
        if rest.any():
            scores[here] = fit_weights(x[rest], y[rest], priors).scores(x[here])
    return scores


def calibrated(scores: ArrayLike, labels: ArrayLike) -> tuple[float, float]:
    """(slope, intercept) of Platt's calibration on the log odds of scores; (1, 0) with fewer than 20 labels of each kind."""
    from scipy.optimize import minimize

    odds, y = np.asarray(scores, dtype=float), np.asarray(labels, dtype=float)
    odds = np.log(np.clip(odds, 1e-4, 1 - 1e-4) / (1 - np.clip(odds, 1e-4, 1 - 1e-4)))
    if min((y > 0.5).sum(), (y <= 0.5).sum()) < 20:
        return 1.0, 0.0
    smooth = np.where(y > 0.5, 1 - 1 / (len(y) + 2), 1 / (len(y) + 2))

    def loss(theta: Array) -> float:
        z = theta[0] * odds + theta[1]
        return float((np.logaddexp(0, z) - smooth * z).sum())

    slope, intercept = minimize(loss, [1.0, 0.0], method="L-BFGS-B", bounds=[(0, None), (None, None)]).x
    return float(slope), float(intercept)


def reliability(scores: ArrayLike, labels: ArrayLike) -> list[tuple[float, float, int]]:
    """(mean score, share of yes, labels) by rising score, of BINS filled as equally as can be: equal scores stay together."""
    s, y = np.asarray(scores, dtype=float), np.asarray(labels, dtype=float)
    _, place, sizes = np.unique(s, return_inverse=True, return_counts=True)
    middles = np.cumsum(sizes) - sizes / 2
    bin_of = np.floor(BINS * middles / max(len(s), 1)).astype(int)[place]
    parts = [bin_of == one for one in np.unique(bin_of)]
    return [(float(s[part].mean()), float(y[part].mean()), int(part.sum())) for part in parts]
