"""Funnels: known answers, limits where z reaches the level, dispersion among units that differ."""

import numpy as np
import pytest
from scipy import stats

from pipeline.statistics.funnel import funnel


def test_funnel_known_answer():
    """Three units of 100: theta = asin(sqrt(.5)) = pi/4, s = .05; z of .5 + sin(2a)/2 at a = z s."""
    found = funnel([30, 50, 70], [100, 100, 100])
    naive = (np.arcsin(np.sqrt([0.3, 0.5, 0.7])) - np.pi / 4) / 0.05
    phi = np.mean(np.array([naive[0] * 0.8, 0, naive[2] * 0.8]) ** 2)  # the 10 % quantile lies a fifth of the way in
    tau2 = (3 * phi - 2) / (1200 - 400)  # w = 400 each
    assert (found.centre, found.phi, found.tau2) == (0.5, pytest.approx(phi), pytest.approx(tau2))
    assert found.z == pytest.approx(naive * 0.05 / np.sqrt(0.05**2 + tau2))
    assert found.p == pytest.approx(2 * stats.norm.sf(np.abs(found.z)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (50, 100, 0.403, 0.597),  # sin^2(pi/4 -+ 1.96 / 20)
        (98, 100, 0.9435, 0.9982),
        (4, 4, 0.7785, 1.0),  # cos^2(1.96 / 4): the angle stops at pi/2
        (0, 4, 0.0, 0.2214),
    ],
)
def test_limits_of_one_unit(successes, n, low, high):
    found = funnel([successes], [n])
    assert found.tau2 == 0
    assert found.limits(n) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_limits_are_where_z_reaches_the_level():
    found = funnel([60, 70, 80, 85, 95, 50], [100] * 6)
    low, high = found.limits([[100], [400]], [1.96, 3.09])
    assert low.shape == high.shape == (2, 2)
    z = (np.arcsin(np.sqrt(high[0])) - np.arcsin(np.sqrt(found.centre))) / np.sqrt(0.05**2 + found.tau2)
    assert z == pytest.approx([1.96, 3.09])
    assert (low[1] > low[0]).all() and (high[1] < high[0]).all()


def test_outside_counts_the_levels_with_their_sign():
    found = funnel([50] * 30 + [82, 28, 0], [100] * 32 + [0])
    assert found.outside.tolist()[-4:] == [0, 2, -2, 0]
    assert np.isnan([found.z[-1], found.p[-1]]).all() and np.isnan(found.limits(0)).all()


@pytest.mark.parametrize(
    ("spread", "phi", "outside"),
    [(0.0, (0.5, 0.9), (0.03, 0.07)), (0.1, (4, 6), (0.06, 0.13))],
    ids=["identical", "dispersed: winsorising sees two thirds of a normal's variance"],
)
def test_dispersion_keeps_most_units_within(spread, phi, outside):
    rng = np.random.default_rng(3)
    rates = np.clip(rng.normal(0.7, spread, (200, 40)), 0.05, 0.95)
    found = [funnel(rng.binomial(150, rate), np.full(40, 150)) for rate in rates]
    assert outside[0] < np.mean([np.abs(f.z) > 1.96 for f in found]) < outside[1]
    assert phi[0] < np.median([f.phi for f in found]) < phi[1]


def test_nobody_known_is_unknown():
    found = funnel([0, 0], [0, 0])
    assert np.isnan([found.centre, found.phi, *found.z]).all()
    assert np.isnan(funnel([], []).centre)
