"""Slopes overall and within strata, with limits by leaving out each person: held against regressions."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.statistics.slopes import slopes


def two_strata(noise=0.2, seed=8):
    """Within a stratum y falls by 1 per x; the stratum of larger x has larger y. Every tenth row is of one person."""
    rng = np.random.default_rng(seed)
    stratum = np.repeat(["short", "long"], 50)
    x = rng.normal(np.where(stratum == "long", 10, 5), 1)
    return x, -x + np.where(stratum == "long", 12, 0) + rng.normal(0, noise, 100), stratum, np.arange(100) % 10


def test_slopes_turn_round_within_strata():
    found = slopes(*two_strata())
    assert 0.8 < found.overall < 1.2 and found.within == pytest.approx(-1, abs=0.1)
    assert found.is_simpson
    assert found.within_low < -1 < found.within_high


def test_slopes_that_may_be_zero_are_no_paradox():
    found = slopes(*two_strata(noise=20))
    assert found.within_low < 0 < found.within_high
    assert not found.is_simpson
    x, _, stratum, person = two_strata()
    assert not slopes(x, -x, stratum, person).is_simpson


def test_a_slope_that_is_sure_within_strata_alone_turns_nothing_round():
    x, y, stratum, person = two_strata()
    found = slopes(x, y - np.where(stratum == "long", 5.6, 0), stratum, person)
    assert found.overall_low < 0 < found.overall and found.within_high < 0
    assert not found.is_simpson


def refitted(x, y, stratum, person, weight):
    """Slope within strata and its limits, fitted anew without each person."""

    def fit(kept):
        design = np.column_stack([x, *(stratum == name for name in np.unique(stratum[kept]))]).astype(float)
        return GLM(y[kept], design[kept], var_weights=weight[kept]).fit().params[0]

    people = np.unique(person)
    slope, without = fit(person == person), np.array([fit(person != who) for who in people])
    error = np.sqrt((len(people) - 1) / len(people) * ((without - slope) ** 2).sum())
    half = stats.t.ppf(0.975, len(people) - 1) * error
    return slope, slope - half, slope + half


def test_slopes_and_limits_are_those_of_regressions_without_each_person():
    """Also where somebody has two rows of a stratum, and another is alone in one."""
    x, y, stratum, person = two_strata()
    weight = np.random.default_rng(9).integers(1, 9, 100)
    stratum = np.where(person == 9, "own", stratum)
    found = slopes(np.append(x, [1, np.nan, 3]), np.append(y, [9, 1, 9]), np.append(stratum, ["long"] * 3), np.append(person, [0, 0, 11]), np.append(weight, [0, 1, 0]))  # fmt: skip
    assert (found.within, found.within_low, found.within_high) == pytest.approx(refitted(x, y, stratum, person, weight))
    everything = refitted(x, y, np.repeat("all", 100), person, weight)
    assert (found.overall, found.overall_low, found.overall_high) == pytest.approx(everything)


def test_errors_are_taken_off_also_where_each_person_is_left_out():
    """Against sums over every pair of rows of a stratum, computed anew without each person."""
    x, y, stratum, person = two_strata()
    rng = np.random.default_rng(10)
    weight, variance, covariance = rng.integers(1, 9, 100), rng.uniform(0, 0.1, 100), rng.uniform(-0.1, 0.1, 100)

    def fit(kept):
        top = bottom = 0.0
        for name in np.unique(stratum):
            own = kept & (stratum == name)
            w = weight[own] / weight[own].sum()
            rest = w * (1 - w) * weight[own].sum()
            xs, ys = x[own] - w @ x[own], y[own] - w @ y[own]
            top += weight[own] @ (xs * ys) - rest @ covariance[own]
            bottom += weight[own] @ xs**2 - rest @ variance[own]
        return top / bottom

    slope, without = fit(person >= 0), np.array([fit(person != who) for who in range(10)])
    half = stats.t.ppf(0.975, 9) * np.sqrt(9 / 10 * ((without - slope) ** 2).sum())
    found = slopes(x, y, stratum, person, weight, variance, covariance)
    assert (found.within, found.within_low, found.within_high) == pytest.approx((slope, slope - half, slope + half))


def test_where_all_that_differs_is_error_there_is_no_slope():
    found = slopes([1, 2, 3, 4], [2, 1, 4, 3], list("aaaa"), list("pqrs"), x_variance=[9] * 4)
    assert np.isnan([found.within, found.within_low, found.overall, found.overall_high]).all()


@pytest.mark.parametrize(
    ("x", "y", "stratum"),
    [([], [], []), ([3, 3, 3, 3], [1, 2, 3, 4], list("aabb")), ([0.1] * 9, range(9), list("a" * 9))],
    ids=["nothing", "x never varies", "x never varies but for float noise"],
)
def test_slopes_that_cannot_be_known(x, y, stratum):
    found = slopes(x, y, stratum, range(len(stratum)))
    assert np.isnan([found.overall, found.within, found.overall_low, found.within_high]).all()
    assert not found.is_simpson


@pytest.mark.parametrize(
    ("x", "y", "stratum", "person"),
    [([0.1, 0.2], [1, 2], "aa", "pq"), ([0.1, 0.7, 0.3], [1, 2, 4], "aaa", "ppp"), ([0.1, 0.2, 0.3, 0.3], [1, 2, 4, 3], "aabb", "ppqr")],
    ids=["two rows", "one person", "only one person's x varies"],
)  # fmt: skip
def test_a_slope_of_one_persons_rows_has_no_limits(x, y, stratum, person):
    found = slopes(x, y, list(stratum), list(person))
    assert not np.isnan(found.within) and np.isnan([found.within_low, found.within_high]).all()


def test_every_row_a_stratum_of_its_own_leaves_only_the_overall_slope():
    found = slopes([1, 2, 3, 4], [2, 4, 6, 9], list("abcd"), list("pqrs"))
    assert found.overall == pytest.approx(2.3)
    assert np.isnan(found.within)
