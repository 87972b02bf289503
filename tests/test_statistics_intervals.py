"""Intervals: known answers, properties and oracles. How often they cover is in test_statistics_coverage.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from pipeline.statistics import intervals
from pipeline.statistics.intervals import (
    duration_mean_interval,
    mean_interval,
    quantile_ranks,
    ratio_interval,
    wilson,
)

DURATIONS = st.lists(st.integers(1, 3600), min_size=10, max_size=60)


def sums(values, weights=None):
    x = np.asarray(values, dtype=float)
    y = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    return x.size, x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum()


def mean_sums(values):
    n, total, _, squares, *_ = sums(values)
    return n, total, squares


# Shares ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (4, 5, 0.376, 0.964),  # "4 of 5 passes is 38-96 %"
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (50, 100, 0.404, 0.596),
    ],
)
def test_wilson_known_answers(successes, n, low, high):
    assert wilson(successes, n) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_wilson_of_nothing_is_unknown_and_broadcasts():
    low, high = wilson([0, 1], [[0, 2], [1, 4]])
    assert low.shape == high.shape == (2, 2)
    assert np.isnan([low[0, 0], high[0, 0]]).all()
    assert not np.isnan(low.ravel()[1:]).any()


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_wilson_agrees_with_statsmodels_and_holds_the_share(n, share):
    k = round(share * n)
    low, high = wilson(k, n)
    assert (low, high) == pytest.approx(proportion_confint(k, n, alpha=0.05, method="wilson"), abs=1e-9)
    assert 0 <= low <= k / n <= high <= 1


@given(st.integers(1, 500), st.integers(1, 500), st.integers(2, 20))
def test_wilson_narrows_as_rows_are_added_and_is_symmetric(k, rest, times):
    n = k + rest
    width = np.subtract(*wilson(k, n)[::-1])
    assert np.subtract(*wilson(k * times, n * times)[::-1]) < width
    assert wilson(k, n) == pytest.approx(tuple(1 - np.array(wilson(rest, n))[::-1]))


# Means of scores ------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), min_size=2, max_size=50).filter(lambda v: len(set(v)) > 1))
def test_mean_interval_is_students(values):
    expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert mean_interval(*mean_sums(values)) == pytest.approx(expected)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=50))
def test_bounded_mean_interval_stays_on_the_scale_and_holds_the_mean(values):
    low, high = mean_interval(*mean_sums(values), bounds=(0, 100))
    assert 0 <= low <= np.mean(values) + 1e-9
    assert np.mean(values) - 1e-9 <= high <= 100
    assert high - low > 0


def test_equal_scores_are_not_certain():
    fives = mean_sums([5] * 10)
    assert np.isnan(mean_interval(*fives)).all()
    assert mean_interval(*fives, bounds=(1, 5)) == (pytest.approx(4.231, abs=0.001), 5.0)


@pytest.mark.parametrize("n", [0, 1, np.nan])
def test_one_score_says_nothing(n):
    assert np.isnan(mean_interval(n, 4 * n, 16 * n)).all()
    assert np.isnan(mean_interval(n, 4 * n, 16 * n, bounds=(1, 5))).all()


# Means of durations and ratios ----------------------------------------------------------------------------------------


def test_duration_known_answer():
    """n 100, mean 300, sd 210: u = .07, t = 1.984; the upper limit is wider by u^2 ((.49 + 3)(2 t^2 + 1)/6 - t^2/2)."""
    total, squares = 100 * 300, 99 * 210**2 + 100 * 300**2
    assert duration_mean_interval(100, total, squares) == (pytest.approx(261.1, abs=0.1), pytest.approx(350.1, abs=0.1))


@given(DURATIONS, st.integers(2, 100))
def test_duration_interval_holds_the_mean_and_scales_with_the_unit(values, unit):
    low, high = duration_mean_interval(*mean_sums(values))
    scaled = duration_mean_interval(*mean_sums(np.array(values) * unit))
    assert scaled == (pytest.approx(low * unit, nan_ok=True), pytest.approx(high * unit, nan_ok=True))
    assert np.isnan(low) or 0 < low < np.mean(values) < high


@given(DURATIONS)
def test_duration_interval_narrows_with_rows(values):
    width, narrower = (np.subtract(*duration_mean_interval(*mean_sums(v))[::-1]) for v in (values, values * 3))
    assert np.isnan(width) or narrower < width


@pytest.mark.parametrize(
    "values",
    [[60, 90, 45] * 3, [0.1] * 50, [0] * 50, [30] * 9 + [900]],
    ids=["nine rows", "all equal but for float noise", "all zero", "upper limit beyond ten times the mean"],
)
def test_durations_that_say_too_little(values):
    assert np.isnan(duration_mean_interval(*mean_sums(values))).all()


@given(DURATIONS)
def test_ratio_over_ones_is_the_mean(values):
    of_ones = ratio_interval(*sums(values))
    assert of_ones == pytest.approx(duration_mean_interval(*mean_sums(values)), rel=1e-6, nan_ok=True)


def test_ratio_is_the_delta_method_where_rows_are_many():
    rng = np.random.default_rng(2)
    y = (rng.random(20_000) < 0.7).astype(float)
    x = rng.lognormal(5, 0.7, y.size)
    ratio = x.sum() / y.sum()
    half = 1.96 * (x - ratio * y).std() / np.sqrt(y.size) / y.mean()
    assert ratio_interval(*sums(x, y)) == pytest.approx((ratio - half, ratio + half), rel=5e-4)


@pytest.mark.parametrize(
    ("x", "y"),
    [([60, 90, 45] * 3, [1] * 9), ([60, 90] * 10, [0] * 20), ([0] * 20, [1, 0] * 10), ([120, 240] * 10, [1, 2] * 10)],
    ids=["nine rows", "nothing below the line", "nothing above it", "no variation about the ratio"],
)
def test_ratios_that_say_too_little(x, y):
    assert np.isnan(ratio_interval(*sums(x, y))).all()


def test_ratio_known_answer():
    """400 rows, x mean 300, sd 240 (cv .8), y share .8; ratio 375; sd of d 276.7, so cv_d .922 and u .0461."""
    n, xx, xy = 400, 399 * 240**2 + 400 * 300**2, 320 * 306
    cv_d = np.sqrt((xx - 2 * 375 * xy + 375**2 * 320) / 399) / 300
    u, t, skew = cv_d / 20, 1.965927, (0.8**3 + 3 * 0.8) * (0.8 / cv_d) ** 3
    extra = u * skew * (2 * t**2 + 1) / 120 - (u * t) ** 2 / 2
    expected = (375 * np.exp(-u * t), 375 * np.exp(u * t + extra))
    assert ratio_interval(n, n * 300, 320, xx, 320, xy) == pytest.approx(expected, rel=1e-6)


def test_missing_sums_stay_missing_beside_others():
    low, _ = duration_mean_interval([100, 100, 0], [30_000, np.nan, 0], [13_365_900, np.nan, 0])
    assert np.isnan(low).tolist() == [False, True, True]


# Quantiles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "q", "ranks"),
    [
        (5, 0.5, (0, 0)),
        (6, 0.5, (1, 6)),
        (10, 0.5, (2, 9)),  # the sign test's classic
        (100, 0.5, (40, 61)),
        (35, 0.9, (0, 0)),
        (36, 0.9, (29, 36)),
        (0, 0.5, (0, 0)),
    ],
)
def test_quantile_ranks_known_answers(n, q, ranks):
    assert quantile_ranks(n, q) == ranks


@given(st.integers(0, 3000), st.floats(0.01, 0.99))
def test_quantile_ranks_cover_and_no_narrower_pair_keeps_its_tail(n, q):
    low, high = (int(rank) for rank in quantile_ranks(n, q))
    tail = 0.025
    if low == 0:
        assert high == 0
        assert min(q, 1 - q) < 0.5 or n < 10
        assert stats.binom.cdf(0, n, q) >= tail - 1e-9 or stats.binom.sf(n - 1, n, q) >= tail - 1e-9
        return
    cdf = stats.binom(n, q).cdf
    assert 1 <= low <= high <= n
    assert cdf(high - 1) - cdf(low - 1) >= 0.95 - 1e-9
    assert cdf(low) > tail - 1e-9
    assert cdf(high - 2) < 1 - tail + 1e-9


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(6, 5),
        lambda: wilson(-1, 5),
        lambda: mean_interval(10, 50, 200),  # ten values that sum to 50 have squares of at least 250
        lambda: mean_interval(10, 60, 400, bounds=(1, 5)),
        lambda: duration_mean_interval(10, -1, 400),
        lambda: ratio_interval(20, 10, -1, 10, 1, 0),
        lambda: quantile_ranks(10, 1.0),
        lambda: quantile_ranks(-1, 0.5),
    ],
)
def test_impossible_numbers_are_refused(call):
    with pytest.raises(ValueError, match=r"must|sums|outside"):
        call()


def test_limits_of_sense_are_what_the_documentation_says():
    assert (intervals.MIN_DURATIONS, intervals.MIN_RATIO_ROWS, intervals.MAX_UPPER_FACTOR) == (10, 10, 10.0)
