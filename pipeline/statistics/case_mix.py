"""Case mix: the outcome to be expected from a contact's topic, channel, hour and the like, whoever takes it.

A generalised linear model with logit or identity link has an effect for every agent and for every level of every
stratum; the expectation leaves the agents' out. Without agents in the model, strata that good agents take more often
look easy, and observed minus expected shrinks (to .86 of the truth in a simulated case). The fit is iteratively
reweighted least squares (McCullagh and Nelder 1989) on sparse cells, because a dense design of 60,000 cells and 140
effects takes a minute.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, optimize, sparse, special

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Family = Literal["binomial", "gaussian"]

RIDGE = 1e-6  # in contacts: keeps the effect of an agent without a single failure finite, and moves nothing else
PASSING = 4.0
"""Precision of effects drawn around 0 with a standard deviation of .5 (of log odds, or of logarithms with a spread of 1)."""
MAX_STEPS = 100
TOLERANCE = 1e-8  # of a linear predictor, times its spread
ROUNDING = 1e-12  # times its size: what steps may differ by where nothing differs


def expected(
    outcome: ArrayLike,
    agent: ArrayLike,
    strata: Mapping[str, ArrayLike],
    family: Family,
    passing: Collection[str] = (),
) -> FloatArray:
    """Expected outcome of each contact from its strata, in the unit of the outcome; one element per contact.

    binomial: outcomes 0..1 (0/1 as a rule), gaussian: any (for durations, give logs). All agents are replaced by one of
    average effect, such that the mean expectation is the mean outcome. A NaN outcome gives NaN and is not counted; an
    outcome that never varies is its own expectation. Where an agent's contacts share no level with anyone else's, agent
    and stratum cannot be told apart, and the difference is split between them. Strata named in `passing` (weeks) have
    effects shrunk to 0, because levels of few rows or rare outcomes would absorb part of an agent's effect. ValueError:
    different lengths, infinite outcomes, or binomial ones outside 0..1. RuntimeError: no convergence.
    """
    y = np.asarray(outcome, dtype=np.float64)
    columns = [np.asarray(column) for column in (agent, *strata.values())]
    known = ~np.isnan(y)
    if y.ndim != 1 or any(column.shape != y.shape for column in columns) or np.isinf(y).any():
        raise ValueError("outcome, agent and strata must be one-dimensional, of one length, and outcomes finite")
    if family == "binomial" and not np.all((y[known] >= 0) & (y[known] <= 1)):
        raise ValueError("binomial outcomes must lie in 0..1")
    result = np.full(y.shape, np.nan)
    if known.any():
        ridges = [RIDGE, *(PASSING if name in passing else RIDGE for name in strata)]
        result[known] = _expected([pd.factorize(column[known])[0] for column in columns], y[known], family, ridges)
    return result


def variance_inflation(agent: ArrayLike, strata: Mapping[str, ArrayLike], passing: Collection[str] = ()) -> FloatArray:
    """The factor by which case-mix adjustment widens the variance of an agent's excess, at least 1; one element per
    contact.

    The expectation of a level that is mostly one agent's is estimated from that agent's own contacts and varies with
    them: the factor is the variance of adjusted means in an analysis of covariance over that of plain means. `strata`
    and `passing` as for `expected`.
    """
    codes = [pd.factorize(np.asarray(column))[0] for column in (agent, *strata.values())]
    cell = _cells(codes)
    n, first = np.bincount(cell), np.unique(cell, return_index=True)[1]
    people, *levels = (_indicators(code[first], int(code.max()) + 1) for code in codes)
    design = sparse.csr_array(sparse.hstack(levels))
    ridge = np.repeat([PASSING if name in passing else RIDGE for name in strata], [one.shape[1] for one in levels])
    size = np.asarray(people.T @ n, dtype=np.float64)
    weighted = design.multiply(n[:, None]).T.tocsr()
    shared, information = (weighted @ people).toarray(), (weighted @ design).toarray() + np.diag(ridge)
    own = np.diag(size) - shared.T @ linalg.solve(information, shared, assume_a="pos")
    variance = np.diag(linalg.inv(own + np.outer(size, size) / size.sum())) - 1 / size.sum()
    return np.asarray(np.maximum(1.0, size * variance)[codes[0]], dtype=np.float64)


def _expected(codes: list[IntArray], y: FloatArray, family: Family, ridges: list[float]) -> FloatArray:
    if np.ptp(y) == 0:
        return y
    cell = _cells(codes)
    n = np.bincount(cell)
    mean = np.bincount(cell, y) / n
    first = np.unique(cell, return_index=True)[1]
    designs = [_indicators(code[first], int(code.max()) + 1) for code in codes]
    ridge = np.repeat(ridges, [design.shape[1] for design in designs])
    effects = _fit(sparse.csr_array(sparse.hstack(designs)), mean, n, family, ridge)
    without_agent = (
        sparse.csr_array(sparse.hstack(designs[1:])) @ effects[designs[0].shape[1] :] if designs[1:] else 0 * n
    )
    return _centred(np.asarray(without_agent, dtype=np.float64), n, float(y.mean()), family)[cell]


def _cells(codes: list[IntArray]) -> IntArray:
    """A number from 0 for each combination of codes that occurs; renumbered after every column, so that none overflows."""
    cell = np.zeros(codes[0].shape, dtype=np.int64)
    for code in codes:
        cell = pd.factorize(cell * (int(code.max()) + 2) + code + 1)[0]
    return cell


def _indicators(code: IntArray, levels: int) -> sparse.csr_array:
    """One row per cell, one column per level; a missing label (-1) has none, the effect of the average."""
    rows = np.flatnonzero(code >= 0)
    return sparse.csr_array((np.ones(rows.size), (rows, code[rows])), shape=(code.size, levels))


def _fit(design: sparse.csr_array, mean: FloatArray, n: IntArray, family: Family, ridge: FloatArray) -> FloatArray:
    """Effects, one per column of the design and shrunk to 0 by its `ridge`, from the means of cells of n contacts."""
    eta = special.logit((mean * n + 0.5) / (n + 1)) if family == "binomial" else mean
    for _ in range(MAX_STEPS):
        fitted = special.expit(eta) if family == "binomial" else eta
        slope = np.maximum(fitted * (1 - fitted), 1e-10) if family == "binomial" else np.ones_like(mean)
        weighted = design.multiply((n * slope)[:, None]).T.tocsr()
        information = (weighted @ design).toarray() + np.diag(ridge)
        effects: FloatArray = linalg.solve(information, weighted @ (eta + (mean - fitted) / slope), assume_a="pos")
        previous, eta = eta, design @ effects
        if np.abs(eta - previous).max() <= TOLERANCE * np.ptp(eta) + ROUNDING * np.abs(eta).max():
            return effects
    raise RuntimeError(f"the case-mix model did not converge in {MAX_STEPS} steps")


def _centred(eta: FloatArray, n: IntArray, mean: float, family: Family) -> FloatArray:
    """Expectations from linear predictors, shifted by one constant so that their mean over contacts is `mean`."""
    if family == "gaussian":
        return eta + mean - float(np.average(eta, weights=n))
    target = float(special.logit(mean))

    def excess(shift: float) -> float:
        return float(np.average(special.expit(eta + shift), weights=n)) - mean

    # Wider by one than where the root must lie: of equal predictors that is a single point, and rounding misses it.
    shift = optimize.brentq(excess, target - float(eta.max()) - 1, target - float(eta.min()) + 1)
    return np.asarray(special.expit(eta + shift), dtype=np.float64)
