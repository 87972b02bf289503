"""Difference in differences of people: the change where something was done, less the change elsewhere at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.statistics.stratified import Difference

FloatArray = NDArray[np.float64]
Places = NDArray[np.int64]
HELD = 4.0
"""Rows that each effect is shrunk by: one over the square of half an outcome's spread."""
FEWEST_PEOPLE = 3
"""People with rows before and after that each side needs."""
FEWEST_TEAMS = 3
"""Other teams of at least FEWEST_PEOPLE that are needed to see how teams change by themselves."""


@dataclass(frozen=True)
class Change(Difference):
    """teams: the others whose own changes the limits allow for; 0 where these are too few, and limits follow people
    alone."""

    teams: int = 0


class Side(NamedTuple):
    """Per person with rows of both times: the mean after less the mean before, and its weight."""

    changes: FloatArray
    weights: FloatArray


NOTHING = Change(*(float("nan"),) * 3)


def change_apart(
    outcome: ArrayLike,
    person: ArrayLike,
    team: ArrayLike,
    stratum: ArrayLike,
    is_after: ArrayLike,
    touched: str,
    level: float = 0.95,
) -> Change:
    """By how much more an outcome changed in the `touched` team than in others; one element per row.

    Each person with rows before and after is compared with himself, adjusted for strata (`_evened`); people weigh n1 n2
    / (n1 + n2), as in a regression with a constant for each. NaN with fewer than FEWEST_PEOPLE on a side. Sources:
    Angrist and Pischke 2009, 5.2; for the error of people's changes the jackknife, Efron and Stein 1981.
    """
    y, after = np.asarray(outcome, dtype=np.float64), np.asarray(is_after, dtype=bool)
    who, teams = np.asarray(person, dtype=str), np.asarray(team, dtype=str)
    y = _evened(y, _places(2 * _places(who) + after), _places(np.asarray(stratum, dtype=str)))
    own, others = (_side(y[part], who[part], after[part]) for part in (teams == touched, teams != touched))
    if min(len(own.changes), len(others.changes)) < FEWEST_PEOPLE:
        return NOTHING
    each = [_side(y[part], who[part], after[part]) for part in (teams == name for name in set(teams) - {touched})]
    apart = [side for side in each if len(side.changes) >= FEWEST_PEOPLE]
    return _beside_teams(own, apart, level) if len(apart) >= FEWEST_TEAMS else _beside_people(own, others, level)


def _evened(y: FloatArray, cell: Places, stratum: Places) -> FloatArray:
    """Outcomes less the effects of their strata, estimated within cells (a person before or after): plain means of
    strata depend on who is in them.

    Effects are shrunk to those means where cells say little, as if they varied by half as much as outcomes do.
    """
    rows = np.zeros((int(cell.max(initial=-1)) + 1, int(stratum.max(initial=-1)) + 1))
    np.add.at(rows, (cell, stratum), 1)
    y = y - (np.bincount(stratum, weights=y) / rows.sum(axis=0))[stratum]
    means = np.bincount(cell, weights=y) / rows.sum(axis=1)
    within = np.diag(rows.sum(axis=0) + HELD) - (rows / rows.sum(axis=1, keepdims=True)).T @ rows
    effects = np.linalg.solve(within, np.bincount(stratum, weights=y) - rows.T @ means)
    return np.asarray(y - effects[stratum], dtype=np.float64)


def _places(names: NDArray[Any]) -> Places:
    return np.unique(names, return_inverse=True)[1] if len(names) else np.zeros(0, dtype=np.int64)


def _beside_people(own: Side, others: Side, level: float) -> Change:
    """Limits from the spread of people's changes: Student's t with the degrees of freedom of the side with fewer
    people."""
    (value, error), (other, other_error) = _mean(own), _mean(others)
    degrees = min(len(own.changes), len(others.changes)) - 1
    return _change(value - other, float(np.hypot(error, other_error)), degrees, level)


def _beside_teams(own: Side, others: Sequence[Side], level: float) -> Change:
    """Limits that allow for the differences between the other teams' changes beyond their people's: a team has a leader
    and shifts of its own.

    Degrees of freedom by Satterthwaite 1946, from the team's people and the other teams.
    """
    (value, error), k = _mean(own), len(others)
    means, errors = np.array([_mean(side) for side in others]).T
    chance = float((errors**2).mean())
    between = max(float(means.var(ddof=1)), chance)
    variance = error**2 + between - chance + between / k
    unsure = error**4 / (len(own.changes) - 1)
    if between > chance:
        unsure += ((1 + 1 / k) * between) ** 2 / (k - 1)
    fewest = min(len(own.changes), k) - 1
    degrees = max(fewest, variance**2 / unsure) if unsure else fewest
    return _change(value - float(means.mean()), variance**0.5, degrees, level, k)


def _change(value: float, error: float, degrees: float, level: float, teams: int = 0) -> Change:
    half = float(special.stdtrit(degrees, 0.5 + level / 2)) * error
    return Change(value, value - half, value + half, teams)


def _side(y: FloatArray, person: NDArray[np.str_], after: NDArray[np.bool_]) -> Side:
    who = _places(person)
    n, n_before = np.bincount(who, weights=after), np.bincount(who, weights=~after)
    total, total_before = np.bincount(who, weights=y * after), np.bincount(who, weights=y * ~after)
    both = (n > 0) & (n_before > 0)
    n, n_before = n[both], n_before[both]
    return Side(total[both] / n - total_before[both] / n_before, n * n_before / (n + n_before))


def _mean(side: Side) -> tuple[float, float]:
    """Weighted by how much each person's rows say; the error is from leaving each person out, because whoever bears
    most of a mean lies close to it."""
    k, weights = len(side.changes), side.weights / side.weights.sum()
    mean = float(weights @ side.changes)
    moved = weights * (side.changes - mean) / (1 - weights)
    return mean, float(np.sqrt((moved**2).sum() * (k - 1) / k))
