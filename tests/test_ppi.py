"""A machine's scores joined with people's verdicts: coverage in simulation, by band of the true rate."""

import numpy as np
import pytest

from pipeline.statistics.intervals import wilson
from pipeline.statistics.ppi import error_difference, joined_rates, labels_for

AGENTS, CONTACTS = 40, 150
BANDS = ((0.3, 0.45), (0.45, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 0.95))


def centre(rng: np.random.Generator, labels: int, noise: float, bias: float = 0.0) -> tuple[np.ndarray, ...]:
    """A centre of agents of different warmth; the machine sees each contact dimly, `bias` of them wrongly."""
    true = np.clip(rng.beta(5, 3, AGENTS), 0.05, 0.99)
    agent = np.repeat(np.arange(AGENTS), CONTACTS)
    odds = np.log(true / (1 - true))[agent] + rng.normal(0, 0.6, len(agent))
    human = (rng.random(len(agent)) < 1 / (1 + np.exp(-odds))).astype(float)
    score = 1 / (1 + np.exp(-(1.2 * (2 * human - 1) + bias + rng.normal(0, noise, len(agent)))))
    verdict = np.full(len(agent), np.nan)
    for one in range(AGENTS):
        chosen = rng.choice(np.flatnonzero(agent == one), labels, replace=False)
        verdict[chosen] = human[chosen]
    return agent.astype(str), score, verdict, human


@pytest.mark.parametrize("labels", [5, 10, 20, 40, 80])
@pytest.mark.parametrize("noise", [1.0, 4.0], ids=["sees well", "sees dimly"])
def test_coverage_by_band_of_the_true_rate(labels: int, noise: float, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(labels)
    true, hit = [], []
    for _ in range(40):
        agent, score, verdict, human = centre(rng, labels, noise)
        joined = joined_rates(agent, score, verdict)
        rate = np.array([human[agent == name].mean() for name in joined.groups])
        true.append(rate)
        hit.append((joined.low <= rate) & (rate <= joined.high))
    rates, hits = np.concatenate(true), np.concatenate(hit)
    said = {f"{a}-{b}": hits[(rates >= a) & (rates < b)] for a, b in BANDS}
    with capsys.disabled():
        bands = ", ".join(f"{band} {found.mean():.3f}" for band, found in said.items())
        print(f"\ncoverage at {labels} labels, noise {noise}: {hits.mean():.3f}; {bands}")
    assert hits.mean() >= 0.93
    assert all(found.mean() >= 0.90 for found in said.values() if len(found) >= 50)


@pytest.mark.parametrize("noise", [1.0, 8.0], ids=["sees well", "is of no use"])
def test_one_cold_person_among_warm_ones_is_covered(noise: float) -> None:
    """Their verdicts vary four times as much as the others': with the others' spread the interval held the truth in 71 to 76 %."""
    rng, hits = np.random.default_rng(9), []
    agent = np.repeat(np.arange(12), 200)
    for _ in range(300):
        human = (rng.random(len(agent)) < np.where(agent == 0, 0.5, 0.93)).astype(float)
        score = 1 / (1 + np.exp(-(2 * human - 1 + rng.normal(0, noise, len(agent)))))
        judged = np.concatenate([rng.choice(np.flatnonzero(agent == one), 20, replace=False) for one in range(12)])
        verdict = np.full(len(agent), np.nan)
        verdict[judged] = human[judged]
        joined = joined_rates(agent.astype(str), score, verdict)
        hits.append(joined.low[0] <= human[agent == 0].mean() <= joined.high[0])
    assert np.mean(hits) >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / 300)


def test_where_all_verdicts_are_alike_the_interval_is_wilsons() -> None:
    joined = joined_rates(["a"] * 5000 + ["b"] * 5000, np.zeros(10_000), ([1.0] * 40 + [np.nan] * 4960) * 2)
    low = float(wilson(40, 40)[0])
    assert (
        joined.rate.tolist() == [1, 1]
        and joined.low == pytest.approx([low] * 2, abs=0.001)
        and (joined.high == 1).all()
    )


def teams(rng: np.random.Generator, unjudged: float) -> tuple[np.ndarray, ...]:
    """Twenty teams of six; who has more contacts is colder; ten labels an agent, none of some drawn by lot."""
    agent = np.repeat(np.arange(120), sizes := rng.integers(20, 400, 120))
    odds = (2 - sizes / 100 + rng.normal(0, 0.5, 120))[agent]
    human = (rng.random(len(agent)) < 1 / (1 + np.exp(-odds))).astype(float)
    score = 1 / (1 + np.exp(-(2 * human - 1 + rng.normal(0, 1, len(agent)))))
    verdict = np.full(len(agent), np.nan)
    for one in np.flatnonzero(rng.random(120) >= unjudged):
        chosen = rng.choice(np.flatnonzero(agent == one), 10, replace=False)
        verdict[chosen] = human[chosen]
    return (agent // 6).astype(str), agent.astype(str), score, verdict, human


@pytest.mark.parametrize("unjudged", [0.0, 0.4], ids=["all judged", "four of ten not"])
def test_teams_of_unequal_agents_are_covered(unjudged: float) -> None:
    hits = []
    for seed in range(40):
        team, agent, score, verdict, human = teams(np.random.default_rng(seed), unjudged)
        true = [human[team == name].mean() for name in np.unique(team)]
        both = [joined_rates(team, score, verdict, strata=strata) for strata in (agent, None)]
        hits.append([[(one.low <= true) & (true <= one.high) for one in both]])
    weighted, unweighted = np.concatenate(hits).mean(axis=(0, 2))
    assert 0.93 <= weighted <= 0.98 and unweighted < 0.85


def test_a_team_is_what_its_contacts_are() -> None:
    """Of 190 contacts of one agent 3 in 10 are warm, of 10 of another 9: the team's share is .33."""
    agent = np.array(["ann"] * 190 + ["bob"] * 10 + ["eve"] * 100)
    team = np.where(agent == "eve", "two", "one")
    verdict = np.array([1.0] * 3 + [0] * 7 + [np.nan] * 180 + [1] * 9 + [0] + [1, 0] * 10 + [np.nan] * 80)
    joined = joined_rates(team, np.full(300, 0.5), verdict, strata=agent)
    assert (joined.contacts.tolist(), joined.labels.tolist()) == ([200, 100], [20, 20])
    assert joined.human.tolist() == pytest.approx([0.33, 0.5]) and joined.rate.tolist() == pytest.approx([0.33, 0.5])


def test_where_everything_is_judged_nothing_is_left_to_guess() -> None:
    verdict = [1.0] * 30 + [0.0] * 10 + [1.0] * 20 + [0.0] * 20
    joined = joined_rates(["a"] * 40 + ["b"] * 40, np.linspace(0, 1, 80), verdict)
    for known in (joined.rate, joined.low, joined.high, joined.human_low, joined.human_high):
        assert known == pytest.approx([0.75, 0.5])


def test_the_machines_mean_alone_fails() -> None:
    agent, score, verdict, human = centre(np.random.default_rng(1), 20, 1.0, bias=1.0)
    joined = joined_rates(agent, score, verdict)
    rate = np.array([human[agent == name].mean() for name in joined.groups])
    machine = np.array([score[agent == name].mean() for name in joined.groups])
    assert (machine - rate).mean() > 0.05
    assert ((joined.low <= machine) & (machine <= joined.high)).mean() < 0.8
    assert abs((joined.rate - rate).mean()) < 0.02


def test_joining_narrows_what_people_alone_can_say() -> None:
    agent, score, verdict, _ = centre(np.random.default_rng(2), 20, 1.0)
    with_machine = joined_rates(agent, score, verdict)
    alone = joined_rates(agent, np.zeros(len(score)), verdict)
    assert alone.weight == 0 and np.allclose(alone.rate, alone.human)
    for one in (alone, with_machine):
        assert np.allclose([one.human_low, one.human_high], [alone.low, alone.high])
    assert (with_machine.high - with_machine.low).mean() < 0.8 * (alone.high - alone.low).mean()


def test_too_few_labels_say_nothing() -> None:
    joined = joined_rates(
        ["a"] * 50 + ["b"] * 50, np.full(100, 0.5), [1, 0, 1, 1] + [np.nan] * 46 + [1, 0] * 20 + [np.nan] * 10
    )
    assert np.isnan(joined.rate[0]) and not np.isnan(joined.rate[1])
    assert np.isnan(joined_rates(["a"] * 20, np.full(20, 0.5), [1.0, 0.0] * 10).rate[0])


@pytest.mark.parametrize(("labels", "is_known"), [(15, True), (14, False)])
def test_thirty_labels_tell_how_the_machine_errs(labels: int, is_known: bool) -> None:
    verdict = ([1.0, 0.0] * 8)[:labels] + [np.nan] * (40 - labels) + ([1.0, 0.0] * 8)[:15] + [np.nan] * 25
    joined = joined_rates(["a"] * 40 + ["b"] * 40, np.linspace(0, 1, 80), verdict)
    assert (~np.isnan(joined.rate)).tolist() == [is_known] * 2


def test_a_machine_that_knows_is_trusted_less_the_more_is_judged() -> None:
    """Its mean over all contacts then varies with that over the judged ones."""
    human = np.tile([1.0, 0.0], 40)
    for judged, weight in ((40, 1 / 1.5), (80, 1 / 2)):
        verdict = np.where(np.arange(80) < judged, human, np.nan)
        assert joined_rates(["a"] * 80, human, verdict).weight == pytest.approx(weight)


def test_who_was_not_judged_may_differ_as_much_as_the_others_do() -> None:
    """All 20 contacts of ann are judged, 12 warm, and of bob, 8 warm; none of the 40 of eve, half of the team's."""
    agent = ["ann"] * 20 + ["bob"] * 20 + ["eve"] * 40
    verdict = [1.0] * 12 + [0.0] * 8 + [1.0] * 8 + [0.0] * 12 + [np.nan] * 40
    joined = joined_rates(["team"] * 80, [0.5] * 80, verdict, strata=agent)
    between = 0.1**2 + 0.1**2
    half = 1.959964 * (0.5**2 * between * (1 + 1 / 2)) ** 0.5
    assert (joined.low[0], joined.high[0]) == pytest.approx((0.5 - half, 0.5 + half))


def test_a_machine_that_errs_differently_is_found() -> None:
    agent, score, verdict, _ = centre(np.random.default_rng(4), 20, 1.0)
    assert error_difference(agent, score, verdict) > 0.001
    tilted = np.where(agent.astype(int) < 10, score * 0.2, score)
    assert error_difference(agent, tilted, verdict) < 1e-6


def test_labels_wanted_for_ten_points() -> None:
    assert labels_for(0.10) == 97 and labels_for(0.10, rate=0.8) == 62
    with pytest.raises(ValueError, match="one length"):
        joined_rates(["a"], [0.5, 0.5], [1.0])


def test_one_judgement_of_each_agent_tells_no_teams_range() -> None:
    """What two people would say of one agent is not seen, so neither is chance."""
    agent, team = np.repeat(np.arange(40), 10).astype(str), np.repeat(["red", "blue"], 200)
    verdict = np.full(400, np.nan)
    verdict[::10] = np.arange(40) % 2
    joined = joined_rates(team, np.linspace(0, 1, 400), verdict, strata=agent)
    assert np.isnan(joined.low).all() and np.isnan(joined.high).all()
