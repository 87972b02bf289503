"""Erlang A: a queue in steady state whose callers give up.

Arrivals are Poisson, handle times and patience exponential; one queue, agents all alike. Times are in seconds, shares
in 0..1. Sources: Palm 1957; Garnett, Mandelbaum and Reiman 2002.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

FloatArray = NDArray[np.float64]
Limits = Mapping[float, float]
"""Limit in seconds within which calls are to be answered -> the share of calls that it applies to."""

MAX_STATES = 5_000_000  # of the queue: a load far above the agents with a patience of weeks


def service_level(calls_per_s: float, aht_s: float, patience_s: float, agents: int, within_s: float) -> float:
    """Share of calls answered within the time, by the birth-death chain of calls in the system; `patience_s` is the mean time a
    caller would wait before giving up.

    A caller who finds j waiting is reached after V = sum of Exp(agents/aht + k/patience), k = 0..j, and exp(-V/patience)
    is Beta(m, j + 1) with m = agents * patience / aht. So P(reached within t before giving up) is
    m / (m + j + 1) * I(1 - exp(-t/patience); j + 1, m + 1), I the regularised incomplete beta function.
    ValueError: a number that is not positive and finite, a negative `within_s`, or more than MAX_STATES states.
    """
    _require_positive(calls_per_s=calls_per_s, aht_s=aht_s, patience_s=patience_s, agents=agents)
    if not within_s >= 0:
        raise ValueError(f"within_s must not be negative: {within_s}")
    chain = _chain(calls_per_s, aht_s, patience_s, agents)
    queued, waiting = chain[agents:], np.arange(chain.size - agents)
    m = agents * patience_s / aht_s
    reached = m / (m + waiting + 1)
    soon = special.betainc(waiting + 1, m + 1, -math.expm1(-within_s / patience_s))
    return float(chain[:agents].sum() + queued @ (reached * soon))


def mixed_service_level(calls_per_s: float, aht_s: float, patience_s: float, agents: int, limits: Limits) -> float:
    """Share of calls answered within their own limits, all waiting together. Errors as `service_level`."""
    return sum(
        share * service_level(calls_per_s, aht_s, patience_s, agents, within_s) for within_s, share in limits.items()
    )


def agents_for(calls_per_s: float, aht_s: float, patience_s: float, limits: Limits, share: float) -> int:
    """The smallest number of agents with whom at least `share` of calls are answered within their limits, by Erlang A.

    ValueError: share not between 0 and 1, or as `service_level`.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1: {share}")

    def is_enough(agents: int) -> bool:
        return mixed_service_level(calls_per_s, aht_s, patience_s, agents, limits) >= share

    few, many = 0, 1
    while not is_enough(many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if is_enough(middle) else (middle, many)
    return many


def patience(p_abandon: float, mean_wait_s: float) -> float:
    """Mean patience in seconds that explains the abandoned share and the mean wait of all calls; NaN if none gave up.

    Source: P(abandon) = E[wait] / patience, exact in Erlang A. ValueError: p_abandon outside 0..1 or a negative wait.
    """
    if not 0 <= p_abandon <= 1 or mean_wait_s < 0:
        raise ValueError(f"p_abandon must lie in 0..1 and the wait be >= 0: {p_abandon}, {mean_wait_s}")
    return mean_wait_s / p_abandon if p_abandon > 0 else float("nan")


def _chain(calls_per_s: float, aht_s: float, patience_s: float, agents: int) -> FloatArray:
    """Probability of 0, 1, ... calls in the system, by logarithms, up to ten deviations above the mean queue."""
    overload = max(0.0, calls_per_s - agents / aht_s) * patience_s
    states = overload + 10 * math.sqrt(max(calls_per_s * patience_s, overload)) + 100
    if states > MAX_STATES:
        raise ValueError(f"a queue of {overload:.0f} callers is beyond what is computed")
    calls = np.arange(1, agents + int(states))
    leaving = np.minimum(calls, agents) / aht_s + np.maximum(calls - agents, 0) / patience_s
    logs = np.concatenate([[0.0], np.cumsum(math.log(calls_per_s) - np.log(leaving))])
    chain = np.exp(logs - logs.max())
    return np.asarray(chain / chain.sum(), dtype=np.float64)


def _require_positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not 0 < number < math.inf:
            raise ValueError(f"{name} must be positive and finite: {number}")
