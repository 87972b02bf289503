"""Waiting: Kaplan-Meier against statsmodels, Erlang against published figures and a simulated queue."""

import heapq
import math

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from pipeline.statistics.erlang import agents_for, patience, service_level
from pipeline.statistics.survival import Curve, at, kaplan_meier

# Survival -------------------------------------------------------------------------------------------------------------


def of_rows(duration, is_event) -> Curve:
    """At every duration, each row a unit of its own."""
    return kaplan_meier(duration, is_event, range(len(duration)), np.unique(duration))


def test_kaplan_meier_known_answer():
    curve = of_rows([6, 6, 6, 7, 10, 6], [1, 1, 1, 1, 0, 0])  # the start of Freireich's remissions
    assert curve.time.tolist() == [6, 7, 10]
    assert curve.survival == pytest.approx([0.5, 0.25, 0.25])


def test_kaplan_meier_agrees_with_statsmodels():
    rng = np.random.default_rng(1)
    wait, limit = rng.integers(1, 60, 300), rng.integers(1, 90, 300)
    duration, is_event = np.minimum(wait, limit), wait <= limit
    curve, oracle = of_rows(duration, is_event), SurvfuncRight(duration, is_event)
    survival, low, high = at(curve, oracle.surv_times)
    assert survival == pytest.approx(oracle.surv_prob)
    inner = survival > 0
    half = 1.959964 * oracle.surv_prob_se[inner] / (survival[inner] * np.log(survival[inner]))  # delta method
    assert low[inner] == pytest.approx(survival[inner] ** np.exp(-half), rel=1e-5)
    assert high[inner] == pytest.approx(survival[inner] ** np.exp(half), rel=1e-5)


@pytest.mark.parametrize(
    ("t", "survival", "has_limits"),
    [(0, 1.0, False), (1.9, 1.0, False), (2, 0.75, True), (3.5, 0.75, True), (4, 0.375, True), (5, 0.375, True), (5.1, math.nan, False), (math.nan, math.nan, False)],
)  # fmt: skip
def test_curve_is_a_step_that_ends_where_nothing_was_seen(t, survival, has_limits):
    found, low, high = at(of_rows([2, 3, 4, 5], [True, False, True, False]), t)
    assert found == pytest.approx(survival, nan_ok=True)
    assert (low < found < high) == has_limits
    assert np.isnan(low) != has_limits


def test_curve_stays_at_zero_when_all_have_ended():
    assert at(of_rows([1, 2], [1, 1]), [2, 100])[0].tolist() == [0, 0]
    assert np.isnan(at(of_rows([], []), [0, 1])).all()


def test_limits_cover_the_truth():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(1000):
        wait, limit = rng.exponential(100, 80), rng.exponential(150, 80)
        _, low, high = at(of_rows(np.minimum(wait, limit), wait <= limit), 70)
        held.append(low <= math.exp(-0.7) <= high)
    assert 0.93 < np.mean(held) < 0.97


def test_limits_by_unit_are_those_of_rows_where_nothing_is_cut_off():
    """Greenwood's, to the digit; and of rows that are each there four times those of the quarter of them."""
    wait = np.random.default_rng(3).exponential(5, 60)
    days, rows = [1.0, 5.0, 9.0], np.arange(60)
    for times in (1, 4):
        found = kaplan_meier(np.repeat(wait, times), np.ones(60 * times), np.repeat(rows, times), days)
        survival, low, high = at(of_rows(wait, np.ones(60)), days)
        assert found.time.tolist() == days and found.survival == pytest.approx(survival)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert kaplan_meier([2, 3], [1, 0], ["a", "b"], [1, 2, 3, 4]).time.tolist() == [2, 3]
    assert kaplan_meier([2, 3], [1, 1], ["a", "b"], [4]).survival.tolist() == [0]


def test_units_that_are_all_alike_are_no_surer_than_rows():
    """Four people, each of whom waits once one day and once three."""
    found = kaplan_meier([1, 3] * 4, [1] * 8, np.repeat(range(4), 2), [1, 2])
    _, low, high = at(of_rows([1, 3] * 4, [1] * 8), [1, 2])
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_limits_by_unit_cover_the_truth():
    """People of four waits, some quick and some slow, watched for a while; taken as independent 81 % of ranges do."""
    rng = np.random.default_rng(4)
    held, people = [], np.repeat(np.arange(60), 4)
    for _ in range(400):
        wait, limit = rng.exponential(np.repeat(rng.choice([20, 180], 60), 4)), rng.exponential(150, 240)
        curve = kaplan_meier(np.minimum(wait, limit), wait <= limit, people, [70])
        held.append(curve.low[0] <= (math.exp(-70 / 20) + math.exp(-70 / 180)) / 2 <= curve.high[0])
    assert 0.93 < np.mean(held) < 0.97


# Erlang C -------------------------------------------------------------------------------------------------------------


def erlang_c(load: float, agents: int) -> float:
    """Share of calls that wait where callers wait for ever, load in erlang. Source: Cooper 1981 (recursion)."""
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked / (1 - load / agents * (1 - blocked))


def service_level_c(load: float, agents: int, aht_s: float, within_s: float) -> float:
    """Share of calls answered within `within_s`."""
    return 1 - erlang_c(load, agents) * math.exp(-(agents - load) * within_s / aht_s)


def test_erlang_c_golden():
    assert erlang_c(10, 14) == pytest.approx(0.17413, abs=5e-6)
    assert service_level_c(10, 14, 180, 0.33 * 60) == pytest.approx(0.88785, abs=5e-6)


def test_erlang_c_waits_of_the_busy_fixture():
    wait = erlang_c(48, 50) * 60 / (50 - 48)
    assert wait == pytest.approx(20.83, abs=0.005)
    assert service_level_c(48, 50, 60, 58.1) == pytest.approx(0.9, abs=5e-4)


@pytest.mark.parametrize(("load", "agents", "share"), [(0.5, 1, 0.5), (1, 2, 1 / 3), (499, 500, 0.9457)])
def test_erlang_c_known_answers(load, agents, share):
    assert erlang_c(load, agents) == pytest.approx(share, abs=2e-3)


# Erlang A -------------------------------------------------------------------------------------------------------------


EVER_S = 1e6


def test_erlang_a_golden():
    at_once, ever = (service_level(10 / 180, 180, 300, 14, t) for t in (0, EVER_S))
    assert (1 - at_once, 1 - ever) == (pytest.approx(0.14526, abs=5e-6), pytest.approx(0.013984, abs=5e-7))
    lost = 1 - service_level(48 / 60, 60, 120, 50, EVER_S)
    assert lost == pytest.approx(0.0309, abs=5e-5)
    assert 120 * lost == pytest.approx(3.71, abs=5e-3)  # the mean wait: patience times the share lost
    assert 48 / 50 * (1 - lost) == pytest.approx(0.930, abs=5e-4)  # occupancy


def simulated(calls_per_s, aht_s, patience_s, agents, within_s, calls=100_000, seed=3):
    """First come, first served: a call is answered when the earliest agent is free, if its patience lasts so long."""
    rng = np.random.default_rng(seed)
    arrivals = np.cumsum(rng.exponential(1 / calls_per_s, calls)).tolist()
    handle, limit = rng.exponential(aht_s, calls).tolist(), rng.exponential(patience_s, calls).tolist()
    free = [0.0] * agents
    waits, answered = np.zeros(calls), np.zeros(calls, dtype=bool)
    for call, arrival in enumerate(arrivals):
        wait = max(0.0, free[0] - arrival)
        answered[call] = wait <= limit[call]
        waits[call] = min(wait, limit[call])
        if answered[call]:
            heapq.heapreplace(free, arrival + wait + handle[call])
    return (waits > 0).mean(), 1 - answered.mean(), waits.mean(), (answered & (waits <= within_s)).mean()


@pytest.mark.parametrize(
    ("calls_per_s", "aht_s", "patience_s", "agents", "within_s"),
    [(0.05, 200, 120, 10, 20), (0.08, 200, 60, 10, 10), (0.02, 180, 600, 5, 60)],
    ids=["at capacity", "overloaded", "patient"],
)
def test_erlang_a_agrees_with_a_simulated_queue(calls_per_s, aht_s, patience_s, agents, within_s):
    found = [service_level(calls_per_s, aht_s, patience_s, agents, t) for t in (0, within_s, EVER_S)]
    p_wait, p_abandon, wait, level = simulated(calls_per_s, aht_s, patience_s, agents, within_s)
    assert found == pytest.approx([1 - p_wait, level, 1 - p_abandon], abs=0.012)
    assert patience(p_abandon, wait) == pytest.approx(patience_s, rel=0.04)


@pytest.mark.parametrize(("load", "agents"), [(10, 14), (480, 500), (700, 500), (0.01, 1), (20, 500)])
def test_erlang_a_is_consistent_at_any_size(load, agents):
    at_once, soon, ever = (service_level(load / 300, 300, 240, agents, t) for t in (0, 20, EVER_S))
    assert 0 <= at_once <= soon <= ever <= 1
    assert 0 < load / agents * ever <= 1  # occupancy


def test_endless_patience_is_erlang_c():
    at_once, soon = (service_level(10 / 180, 180, 1e7, 14, t) for t in (0, 20))
    assert 1 - at_once == pytest.approx(erlang_c(10, 14), rel=1e-3)
    assert soon == pytest.approx(service_level_c(10, 14, 180, 20), rel=1e-3)


@pytest.mark.parametrize("load", [0.2, 8, 60, 400])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_agents_for_is_the_smallest_number(load, share):
    calls = load / 240
    agents = agents_for(calls, 240, 180, {20: 1}, share)
    assert service_level(calls, 240, 180, agents, 20) >= share
    assert agents == 1 or service_level(calls, 240, 180, agents - 1, 20) < share


def test_nobody_who_gave_up_tells_no_patience():
    assert math.isnan(patience(0, 5))


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: service_level(1, 180, math.inf, 14, 20),
        lambda: service_level(1, 180, 60, 0, 20),
        lambda: service_level(1, 180, 60, 14, -1),
        lambda: service_level(100, 180, 1e9, 1, 20),
        lambda: agents_for(1, 180, 60, {20: 1}, 1.0),
        lambda: patience(1.2, 5),
        lambda: of_rows([-1], [1]),
        lambda: of_rows([1, 2], [1]),
    ],
)
def test_impossible_numbers_are_refused(call):
    with pytest.raises(ValueError, match=r"needs|must|beyond"):
        call()
