"""Case mix: the effect of agents is recovered whose contacts are unequally easy, as by statsmodels."""

import numpy as np
import pytest
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.statistics.case_mix import expected, variance_inflation


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


def test_evening_out_widens_what_is_known_of_who_has_a_topic_nearly_alone():
    """By how much is the variance of adjusted means in ordinary least squares, over that of plain means; with equal mixes nothing."""
    agent, topic = np.repeat([0, 1, 2, 3], 60), np.tile(np.arange(60) % 3, 4)
    assert variance_inflation(agent, {"topic": topic}) == pytest.approx(np.ones(240))
    topic = np.where(agent == 0, np.tile(np.arange(60) < 6, 4), np.tile(np.arange(60) < 57, 4))
    found = by_agent(variance_inflation(agent, {"topic": topic}), agent)
    design = np.column_stack([agent[:, None] == np.arange(4), topic]).astype(float)
    effects = np.linalg.inv(design.T @ design)[:4, :4]
    apart = np.eye(4) - 0.25
    assert found == pytest.approx(np.maximum(1, 60 * np.diag(apart @ effects @ apart.T)), rel=1e-4)
    assert found[0] > 2 and found[1] < 1.2


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
    assert found.mean() == pytest.approx(outcome.mean())
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


def test_contacts_that_are_all_alike_expect_the_mean():
    """Whatever rounding does to it: a source of days without times has one hour, and often one topic."""
    alike = {"topic": ["t"] * 120, "channel": ["mail"] * 120, "hour": ["00"] * 120}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        outcome = (rng.random(120) < 0.7).astype(float)
        found = expected(outcome, rng.integers(0, 4, 120), alike, "binomial")
        assert found == pytest.approx(np.full(120, outcome.mean()))


def test_effects_of_weeks_with_few_rare_outcomes_are_hardly_believed() -> None:
    """Of a dozen calls a week of each of ten people six are hurried, one in each second week: other weeks are no safer for that."""
    agent, week, turn = (grid.ravel() for grid in np.indices((10, 12, 12)))
    outcome, is_odd = ((agent == 0) & (week % 2 == 0) & (turn == 0)).astype(float), week % 2 == 1
    free, held = (expected(outcome, agent, {"week": week}, "binomial", passing) for passing in ((), ("week",)))
    assert free.sum() == pytest.approx(6) and free[is_odd].sum() < 0.001
    assert held.sum() == pytest.approx(6) and held[is_odd].sum() == pytest.approx(2.7, abs=0.1)
