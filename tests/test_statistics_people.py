"""Comparing agents: funnels, shrinkage, discoveries, ranks, slopes and case mix. Known answers, truths and oracles."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.multitest import multipletests

from pipeline.statistics.case_mix import expected
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.funnel import funnel, funnel_means
from pipeline.statistics.ranks import rank_intervals
from pipeline.statistics.shrinkage import shrink
from pipeline.statistics.slopes import slopes

# Funnel ---------------------------------------------------------------------------------------------------------------


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


def test_funnel_of_means_weights_by_precision_and_skips_the_unknown():
    found = funnel_means([5.0, 5.2, np.nan, 9.0], [0.1, 0.2, 0.1, 0.0])
    assert found.centre == pytest.approx((5.0 * 100 + 5.2 * 25) / 125)
    assert np.isnan(found.z).tolist() == [False, False, True, True]
    assert found.tau2 == 0
    assert found.limits(0.1, 2) == pytest.approx((found.centre - 0.2, found.centre + 0.2))


def test_nobody_known_is_unknown():
    found = funnel([0, 0], [0, 0])
    assert np.isnan([found.centre, found.phi, *found.z]).all()
    assert np.isnan(funnel_means([], []).centre)


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


@pytest.mark.parametrize(("dependent", "method"), [(False, "fdr_bh"), (True, "fdr_by")])
def test_discoveries_agree_with_statsmodels_and_leave_nan_out(dependent, method):
    rng = np.random.default_rng(5)
    for rate in (0.01, 0.05, 0.2):
        p = rng.beta(0.3, 1, 60)
        holed = np.append(p, [np.nan] * 6).reshape(6, 11)
        found = benjamini_hochberg(holed, rate, dependent)
        assert found.ravel()[:60].tolist() == multipletests(p, rate, method)[0].tolist()
        assert not found.ravel()[60:].any()


@pytest.mark.parametrize("p", [[], [np.nan], [0.06], [[0.9, np.nan]]])
def test_nothing_to_discover(p):
    assert not benjamini_hochberg(p).any()
    assert benjamini_hochberg(p, dependent=True).shape == np.shape(p)


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


# Slopes ---------------------------------------------------------------------------------------------------------------


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


# Case mix -------------------------------------------------------------------------------------------------------------


def centre(agents=40, per_agent=2000, seed=10):
    """Agents of unequal mix: the better the agent, the more easy contacts. Answers linear predictor parts and labels."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0, 0.5, agents)
    agent = np.repeat(np.arange(agents), per_agent)
    is_easy = rng.random(agent.size) < 1 / (1 + np.exp(-1.0 * (skill + rng.normal(0, 0.9, agents))[agent]))
    channel = rng.choice(["phone", "mail", "chat"], agent.size)
    mix = np.where(is_easy, 1.0, -1.0) + np.where(channel == "mail", -0.5, 0.2)
    return skill[agent], mix, agent, {"topic": np.where(is_easy, "easy", "hard"), "channel": channel}


def by_agent(values, agent):
    return np.bincount(agent, values) / np.bincount(agent)


def recovered(outcome, expectation, effect, agent):
    return np.polyfit(by_agent(effect, agent), by_agent(outcome - expectation, agent), 1)[0]


def test_agents_effect_is_recovered_from_means():
    skill, mix, agent, strata = centre()
    outcome = skill + mix + np.random.default_rng(11).normal(0, 1, agent.size)
    assert 0.95 < recovered(outcome, expected(outcome, agent, strata, "gaussian"), skill, agent) < 1.05
    nobody = expected(outcome, np.zeros_like(agent), strata, "gaussian")
    assert recovered(outcome, nobody, skill, agent) < 0.95


def test_agents_effect_is_recovered_from_shares():
    skill, mix, agent, strata = centre()
    chance = 1 / (1 + np.exp(-skill - mix))
    effect = chance - 1 / (1 + np.exp(-mix))
    outcome = (np.random.default_rng(12).random(agent.size) < chance).astype(float)
    found = expected(outcome, agent, strata, "binomial")
    assert found.mean() == pytest.approx(outcome.mean())
    assert 0.95 < recovered(outcome, found, effect, agent) < 1.05
    assert recovered(outcome, expected(outcome, np.zeros_like(agent), strata, "binomial"), effect, agent) < 0.95


@pytest.mark.parametrize(("family", "oracle"), [("binomial", families.Binomial()), ("gaussian", families.Gaussian())])
def test_differences_between_strata_are_those_of_statsmodels(family, oracle):
    skill, mix, agent, strata = centre(agents=5, per_agent=200)
    noise = np.random.default_rng(13).logistic(size=agent.size)
    outcome = skill + mix + noise if family == "gaussian" else (skill + mix + noise > 0).astype(float)
    is_easy, channel = strata["topic"] == "easy", strata["channel"]
    design = np.column_stack([*(agent == a for a in range(5)), is_easy, channel == "mail", channel == "chat"])
    effects = GLM(outcome, design.astype(float), family=oracle).fit().params[5:]
    found = expected(outcome, agent, strata, family)
    link = np.log(found / (1 - found)) if family == "binomial" else found
    assert link - design[:, 5:] @ effects == pytest.approx(np.full(1000, (link - design[:, 5:] @ effects)[0]), abs=1e-5)


def test_agents_and_topics_without_a_failure_do_no_harm():
    agent, topic = np.repeat([0, 1, 2], 40), np.tile(["a", "b"], 60)
    outcome = np.where(agent == 0, 1.0, np.where(agent == 1, 0.0, topic == "a"))
    outcome[[80, 81]] = [0, 1]
    found = expected(outcome, agent, {"topic": topic}, "binomial")
    assert found.mean() == pytest.approx(outcome.mean())
    assert (found[topic == "a"] > found[topic == "b"].max()).all()


def test_missing_outcomes_missing_labels_and_no_variation():
    agent, topic = [0, 0, 1, 1, 1], ["a", "b", "a", "b", None]
    found = expected([1, 0, 1, np.nan, 0], agent, {"topic": topic}, "binomial")
    assert np.isnan(found).tolist() == [False, False, False, True, False]
    assert expected([1, 1, 1, 1, 1], agent, {"topic": topic}, "binomial").tolist() == [1] * 5
    assert expected([1, 0, 1, 0, 0], agent, {}, "binomial") == pytest.approx([0.4] * 5)
    assert expected([], [], {"topic": []}, "gaussian").size == 0


def test_levels_of_many_contacts():
    rng = np.random.default_rng(14)
    agent, topic, hour = (rng.integers(0, levels, 200_000) for levels in (100, 20, 12))
    outcome = (rng.random(agent.size) < 0.5 + topic / 100).astype(float)
    found = expected(outcome, agent, {"topic": topic, "hour": hour}, "binomial")
    assert by_agent(found, topic) == pytest.approx(0.5 + np.arange(20) / 100, abs=0.02)


# Errors ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel([6], [5]),
        lambda: funnel([1, 2], [5]),
        lambda: funnel_means([1], [-1]),
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
