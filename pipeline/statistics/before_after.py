"""What changed where something was done, beside the change elsewhere at the same time: difference in differences of people."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.statistics.stratified import Difference

FEWEST_PEOPLE = 3
"""On each side, with rows before and after."""
NOTHING = Difference(*(float("nan"),) * 3)


def change_apart(
    outcome: ArrayLike,
    person: ArrayLike,
    stratum: ArrayLike,
    is_after: ArrayLike,
    is_touched: ArrayLike,
    level: float = 0.95,
) -> Difference:
    """By how much more an outcome changed where it was touched than elsewhere, one element a row.

    Each person with rows before and after is compared with himself, outcomes less the mean of their stratum; people weigh
    n1 n2 / (n1 + n2), as in a regression with a constant for each. Limits follow how people's changes differ (Student's t with
    the degrees of freedom of the side with fewer people). NaN with fewer than FEWEST_PEOPLE on a side.
    Source: Angrist and Pischke 2009, 5.2; Cochran 1977, 2.11, for the error.
    """
    y, after, touched = np.asarray(outcome, dtype=np.float64), _flags(is_after), _flags(is_touched)
    places = np.unique(np.asarray(stratum, dtype=str), return_inverse=True)[1]
    y = y - (np.bincount(places, weights=y) / np.bincount(places))[places]
    sides = [_own_changes(y[side], np.asarray(person, dtype=str)[side], after[side]) for side in (touched, ~touched)]
    if min(len(changes) for changes, _ in sides) < FEWEST_PEOPLE:
        return NOTHING
    (value, error), (other, other_error) = (_mean(*side) for side in sides)
    degrees = min(len(changes) for changes, _ in sides) - 1
    half = float(special.stdtrit(degrees, 0.5 + level / 2)) * float(np.hypot(error, other_error))
    return Difference(value - other, value - other - half, value - other + half)


def _flags(values: ArrayLike) -> NDArray[np.bool_]:
    return np.asarray(values, dtype=bool)


def _own_changes(y: np.ndarray, person: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each person with rows of both times: after less before, and its weight."""
    who = np.unique(person, return_inverse=True)[1] if len(person) else np.zeros(0, dtype=int)
    n, n_before = np.bincount(who, weights=after), np.bincount(who, weights=~after)
    total, total_before = np.bincount(who, weights=y * after), np.bincount(who, weights=y * ~after)
    both = (n > 0) & (n_before > 0)
    n, n_before = n[both], n_before[both]
    return total[both] / n - total_before[both] / n_before, n * n_before / (n + n_before)


def _mean(changes: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Weighted by what people's own rows tell, and its error."""
    k, mean = len(changes), float(np.average(changes, weights=weights))
    spread = float(((weights * (changes - mean)) ** 2).sum()) * k / (k - 1)
    return mean, float(np.sqrt(spread)) / float(weights.sum())
