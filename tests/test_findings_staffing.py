"""Half-hours in which people are missing: hardly any by chance where as many were on duty as are wanted."""

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.staffing import HALF_HOUR_S, short_of, wanted
from pipeline.statistics.erlang import agents_for, service_level

HANDLE_S, PATIENCE_S, WITHIN_S, TARGET, WEEKS = 300.0, 180.0, 20.0, 0.8, 12
EVER_S = 1e6
CALLS = np.linspace(8, 40, 40)
"""Expected in each half-hour of the week."""


def week(rng: np.random.Generator, missing: int) -> pd.DataFrame:
    """Half-hours with just as many people as are wanted, less those missing: calls come by chance and are as long by chance."""
    need = [agents_for(calls / HALF_HOUR_S, HANDLE_S, PATIENCE_S, WITHIN_S, TARGET) - missing for calls in CALLS]
    rates = zip(CALLS / HALF_HOUR_S, need, strict=True)
    lost = np.array([1 - service_level(rate, HANDLE_S, PATIENCE_S, k, EVER_S) for rate, k in rates])
    calls = rng.poisson(CALLS * WEEKS)
    handled = np.array([rng.exponential(HANDLE_S, n).sum() for n in calls])
    return pd.DataFrame({
        "slot": [str(n) for n in range(len(CALLS))], "offered": calls / WEEKS, "calls": calls, "handle_s": handled / calls,
        "agents": np.array(need, dtype=float), "people": np.array(need, dtype=float),
        "wait_s": calls * lost * PATIENCE_S, "abandoned": calls * lost, "waits": calls, "abandoned_waits": calls * lost,
    })  # fmt: skip


@pytest.mark.parametrize(("missing", "fewest", "most"), [(0, 0, 1), (2, 25, 40)])
def test_people_are_missing_only_where_chance_does_not_explain_it(missing: int, fewest: int, most: int) -> None:
    rng = np.random.default_rng(1)
    short = [len(short_of(wanted(week(rng, missing), WITHIN_S, TARGET))) for _ in range(3)]
    assert fewest <= min(short) <= max(short) <= most
