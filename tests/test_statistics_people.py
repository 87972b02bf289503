"""Comparing agents: shrinkage, discoveries and ranks. Known answers, truths and oracles; what all refuse."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.statistics.case_mix import expected
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.funnel import funnel
from pipeline.statistics.ranks import rank_intervals
from pipeline.statistics.shrinkage import shrink
from pipeline.statistics.slopes import slopes
from pipeline.statistics.spread import degrees_of_freedom, robust_scale, spread_between
from pipeline.statistics.unusual import unusual_shares

# Shrinkage ------------------------------------------------------------------------------------------------------------


def test_shrink_known_answer():
    """w = 1 each, Q = 8, tau2 = (8 - 2) / (3 - 1) = 3, B = 3 / 4."""
    found = shrink([2, 4, 6, np.nan], [1, 1, 1, 1])
    assert (found.tau2, found.centre) == (pytest.approx(3), pytest.approx(4))
    assert found.value == pytest.approx([2.5, 4, 5.5, np.nan], nan_ok=True)
    assert found.reliability == pytest.approx([0.75, 0.75, 0.75, np.nan], nan_ok=True)


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [3.0, 3.5]])
def test_no_more_variance_than_chance_is_all_centre(values):
    found = shrink(values, [1.0] * len(values))
    assert found.tau2 == 0
    assert found.value == pytest.approx([found.centre] * len(values))
    assert (found.reliability == 0).all()


def test_shrunken_values_are_nearer_the_truth_and_reliability_is_their_share_of_signal():
    rng = np.random.default_rng(4)
    truth, s = rng.normal(70, 4, 30_000), rng.uniform(2, 8, 30_000)
    seen = rng.normal(truth, s)
    found = shrink(seen, s)
    assert found.tau2 == pytest.approx(16, rel=0.05)
    assert np.mean((found.value - truth) ** 2) < 0.6 * np.mean((seen - truth) ** 2)
    assert np.polyfit(found.value, truth, 1)[0] == pytest.approx(1, abs=0.05)
    assert np.isnan(shrink([np.nan], [1]).value).all()


# Discoveries ----------------------------------------------------------------------------------------------------------

P_VALUES = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0]  # fmt: skip


def test_benjamini_and_hochbergs_own_example():
    assert benjamini_hochberg(P_VALUES).tolist() == [True] * 4 + [False] * 11


def test_discoveries_agree_with_statsmodels_and_leave_nan_out():
    rng = np.random.default_rng(5)
    for rate in (0.01, 0.05, 0.2):
        p = rng.beta(0.3, 1, 60)
        holed = np.append(p, [np.nan] * 6).reshape(6, 11)
        found = benjamini_hochberg(holed, rate)
        assert found.ravel()[:60].tolist() == multipletests(p, rate, "fdr_bh")[0].tolist()
        assert not found.ravel()[60:].any()


@pytest.mark.parametrize("p", [[], [np.nan], [0.06], [[0.9, np.nan]]])
def test_nothing_to_discover(p):
    found = benjamini_hochberg(p)
    assert not found.any() and found.shape == np.shape(p)


def test_forty_identical_agents_are_named_in_few_weeks():
    p = np.random.default_rng(6).random((1000, 40))
    assert 0.03 < np.mean([benjamini_hochberg(week).any() for week in p]) < 0.07


# Ranks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "errors", "low", "high"),
    [
        ([10, 30, 20], [0.01, 0.01, 0.01], [3, 1, 2], [3, 1, 2]),
        ([10, 10, 30], [0, 0, 0], [2, 2, 1], [3, 3, 1]),
        ([10, np.nan, 30], [1, 1, 1], [2, 0, 1], [2, 0, 1]),
        ([5, 5, 5, 5], [1, 1, 1, 1], [1, 1, 1, 1], [4, 4, 4, 4]),
        ([], [], [], []),
    ],
)
def test_rank_intervals_known_answers(values, errors, low, high):
    found = rank_intervals(values, errors)
    assert [part.tolist() for part in found] == [low, high]
    assert all(part.dtype == np.int64 for part in found)


def test_rank_intervals_hold_the_true_places():
    rng = np.random.default_rng(7)
    held = []
    for seed in range(40):
        truth = rng.normal(0, 1, 20)
        place = stats.rankdata(-truth)
        found = shrink(rng.normal(truth, 0.5), np.full(20, 0.5))
        low, high = rank_intervals(found.value, 0.5 * np.sqrt(found.reliability), draws=500, seed=seed)
        held.append((low <= place) & (place <= high))
    assert 0.92 < np.mean(held) < 0.99


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel([6], [5]),
        lambda: funnel([1, 2], [5]),
        lambda: shrink([1, 2], [1]),
        lambda: benjamini_hochberg([1.2]),
        lambda: benjamini_hochberg([0.2], rate=5),
        lambda: rank_intervals([1], [-1]),
        lambda: rank_intervals([1], [1], level=95),
        lambda: slopes([1, 2], [1, 2], ["a", "a"], ["p"]),
        lambda: slopes([1], [1], ["a"], ["p"], [-1]),
        lambda: expected([2], [1], {}, "binomial"),
        lambda: expected([1, 0], [1, 2], {"topic": ["a"]}, "binomial"),
    ],
)
def test_impossible_numbers_are_refused(call):
    with pytest.raises(ValueError, match=r"must|given"):
        call()


def test_everybody_is_compared_with_the_middle_person() -> None:
    """One login of 12,000 contacts at 60 % pulls the mean below the worst of twelve others, 73.5 where the rest settle 80 %."""
    rows = np.array([12_000] + [1_500] * 12)
    settled = rows * np.array([0.6] + [0.8] * 11 + [0.735])
    expected = rows * settled.sum() / rows.sum()
    found = unusual_shares(settled[:, None], expected[:, None], rows[:, None])
    assert found.excess[-1] > 0 and found.excess[-1] < found.middle, "above the mean, below the middle person"
    assert found.p[0] < 0.001, "the login itself is told"


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0], 0.0),
        ([1.0, 3.0], 2 * 2.2219 * 0.399),  # the one distance there is
        ([0.0, 1.0, 3.0, 7.0], 2.2219 * 0.512 * 3.0),  # h = 3, third of the distances 1 2 3 4 6 7
        ([5.0] * 6 + [1.0, 90.0, -90.0], 0.0),
    ],
)
def test_the_robust_scale_is_a_quartile_of_distances(values: list[float], scale: float) -> None:
    assert robust_scale(np.array(values)) == pytest.approx(scale)


@pytest.mark.parametrize("n", [9, 10, 40, 5_000])
def test_of_normal_values_the_robust_scale_is_the_standard_deviation(n: int) -> None:
    rng = np.random.default_rng(n)
    assert np.mean([robust_scale(rng.normal(3, 2, n)) for _ in range(200)]) == pytest.approx(2, rel=0.05)


def test_the_spread_between_people_is_recovered_whatever_each_ones_error() -> None:
    """Errors of people differ by a factor of twenty."""
    rng, found = np.random.default_rng(11), []
    for _ in range(100):
        error = np.exp(rng.uniform(np.log(0.02), np.log(0.4), 60))
        people = rng.normal(0, 0.1, 60)
        found.append(spread_between(rng.normal(people, error) / error, error) ** 0.5)
    assert np.mean(found) == pytest.approx(0.1, rel=0.1)
    assert spread_between(np.array([0.1, -0.2, 0.3]), np.ones(3)) == 0


def test_tails_of_people_are_the_binomials_also_between_whole_numbers() -> None:
    """Everybody has the middle's share but two; deviations against scipy's binomial, p of nobody differing."""
    n = np.full((9, 1), 50.0)
    k = np.array([[30.0]] * 7 + [[12.0], [48.0]])
    found = unusual_shares(k, np.full((9, 1), 30.0), n)
    assert found.spread == 0
    expect = [stats.norm.isf(tail) for tail in (stats.binom.cdf(12, 50, 0.6), stats.binom.sf(47, 50, 0.6))]
    assert found.p[-2:] == pytest.approx(2 * stats.t.sf(expect, degrees_of_freedom(9)), rel=1e-6)
    between = [
        unusual_shares(np.array([[30.0]] * 8 + [[low]]), np.full((9, 1), 30.0), n).p[-1] for low in (12, 12.5, 13)
    ]
    assert between == sorted(between) and len(set(between)) == 3


@pytest.mark.parametrize(("inflation", "worth"), [(1.0, (24, 100)), (2.0, (12, 50))])
def test_limits_of_a_persons_share_are_wilsons_beside_the_expectation(inflation: float, worth: tuple[int, int]) -> None:
    """Twice the variance is half the rows; without a single one met, plus or minus two errors held the truth too seldom."""
    met, n = np.array([[24.0], [0.0], [30.0]]), np.full((3, 1), 100.0)
    found = unusual_shares(met, np.full((3, 1), 30.0), n, inflation)
    for place, successes in ((0, worth[0]), (1, 0)):
        low, high = stats.binomtest(successes, worth[1]).proportion_ci(method="wilson")
        assert (found.low[place], found.high[place]) == pytest.approx((low - 0.3, high - 0.3))
