"""Half-hours in which people are missing: hardly any by chance where as many were on duty as are wanted."""

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.aims import Aim, aims, goal
from pipeline.findings.staffing import short_of, wanted
from pipeline.findings.typical_week import HALF_HOUR_S
from pipeline.settings import Settings
from pipeline.settings.service_levels import ServiceLevel
from pipeline.statistics.erlang import agents_for, service_level

HANDLE_S, PATIENCE_S, WITHIN_S, TARGET, WEEKS = 300.0, 180.0, 20.0, 0.8, 12
EVER_S = 1e6
CALLS = np.linspace(8, 40, 40)
"""Expected in each half-hour of the week."""


def week(rng: np.random.Generator, missing: int) -> pd.DataFrame:
    """Half-hours with just as many people as are wanted, less those missing: calls come by chance and are as long by chance."""
    need = [agents_for(calls / HALF_HOUR_S, HANDLE_S, PATIENCE_S, {WITHIN_S: 1}, TARGET) - missing for calls in CALLS]
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
    short = [len(short_of(wanted(week(rng, missing), [Aim({WITHIN_S: 1}, TARGET)] * len(CALLS)))) for _ in range(3)]
    assert fewest <= min(short) <= max(short) <= most


def test_calls_that_wait_together_are_answered_each_within_its_own_limit() -> None:
    slots = week(np.random.default_rng(1), 0)
    at_once, later, mixed = (
        wanted(slots, [Aim(limits, TARGET)] * len(CALLS)) for limits in ({20: 1}, {120: 1}, {20: 0.75, 120: 0.25})
    )
    assert mixed["told"].tolist() == pytest.approx((0.75 * at_once["told"] + 0.25 * later["told"]).tolist())
    assert later["wanted"].sum() < mixed["wanted"].sum() < at_once["wanted"].sum()


def test_what_a_half_hour_is_to_reach_is_as_of_its_calls() -> None:
    """By day three calls of four are of sales, by night all are of the hotline, whose target is its own."""
    rows = [(16, None, 20.0, 1), (16, "sales", 20.0, 2), (16, "hotline", 10.0, 1), (40, "hotline", 10.0, 5)]
    calls = pd.DataFrame(rows, columns=["slot", "queue", "answer_within_s", "calls"])
    levels = (ServiceLevel(queue="hotline", target=0.9), ServiceLevel(channel="voice", target=0.7))
    settings = Settings(targets={"service_level": 0.6}, service_levels=levels)
    day, night = aims(settings, calls)[16], aims(settings, calls)[40]
    assert (day.limits, night.limits) == ({10: 0.25, 20: 0.75}, {10: 1})
    assert (day.target, night.target) == pytest.approx((0.75, 0.9))
    assert (goal(settings, day.target), goal(settings, 0.6), goal(Settings(), 0.8)) == (
        {"goal": "several"}, {}, {"goal": "usual"},
    )  # fmt: skip
