"""What people's rows tell: limits that hold though the rows of one person resemble one another."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.findings.record import RELATIONS_LEVEL
from pipeline.findings.tradeoff import cells_of, slopes_of
from pipeline.statistics.clustered import (
    Share,
    apart,
    difference_within,
    score,
    share,
    share_limits,
    together,
    welch,
)
from pipeline.statistics.intervals import mean_interval, wilson
from pipeline.statistics.slopes import slopes
from pipeline.statistics.stratified import drawn_apart


def test_a_share_of_people_who_are_all_alike_is_certain() -> None:
    """As certain as independent rows are."""
    found = share([5, 10, 20], [10, 20, 40])
    assert (found.value, found.error, found.people) == (0.5, pytest.approx(0.5 / 70**0.5), 3)


@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("tickets", [5, 20])
def test_shares_of_tickets_are_covered_where_all_rows_of_one_are_alike(tickets: int, rate: float) -> None:
    """Wilson over the rows covers 60 to 85 %."""
    rng, tries = np.random.default_rng(1), 4000
    rows = rng.integers(1, 7, (tries, tickets))
    met = rows * (rng.random(rows.shape) < rate)
    sums = (met, rows, met * met, rows * rows, rows * met)
    low, high = share_limits(np.full(tries, tickets), *(of.sum(axis=1) for of in sums))
    assert ((low <= rate) & (rate <= high)).mean() >= 0.89
    low, high = wilson(met.sum(axis=1), rows.sum(axis=1))
    assert ((low <= rate) & (rate <= high)).mean() < 0.86


def test_where_nothing_or_all_is_met_units_count() -> None:
    low, high = share_limits([5, 5, 1], [0, 12, 1], [12, 12, 3], [0, 30, 1], [30, 30, 9], [0, 30, 3])
    assert (low, high) == (
        pytest.approx(wilson([0, 5, 1 / 3], [5, 5, 1])[0]),
        pytest.approx(wilson([0, 5, 1 / 3], [5, 5, 1])[1]),
    )


def test_one_person_says_nothing_of_people() -> None:
    assert np.isnan(share([5], [10]).error) and np.isnan(share([5], [10]).limits()).all()


@pytest.mark.parametrize(
    ("people", "rows", "usual", "sd"),
    [(3, 300, 0.75, 0.0), (3, 300, 0.75, 0.05), (12, 300, 0.75, 0.05), (3, 12, 0.95, 0.0), (6, 5, 0.95, 0.0)],
)
def test_newcomers_who_are_as_good_are_rarely_called_different(people: int, rows: int, usual: float, sd: float) -> None:
    """5 % is promised; contacts taken as independent called 24 % of bands different at sd .05."""
    rng, wrong, tries = np.random.default_rng(1), 0, 1000
    for _ in range(tries):
        rates = np.clip(usual + sd * rng.standard_normal(people + 30), 0, 1)
        met, n = rng.binomial(rows, rates), np.full(people + 30, rows)
        gap = apart(share(met[:people], n[:people]), share(met[people:], n[people:]))
        wrong += gap.low > 0 or gap.high < 0
    assert wrong / tries < 0.07


def test_welch_is_that_of_scipy() -> None:
    one, other = np.array([3, 4, 4, 5, 2.0]), np.array([2, 2, 3, 1, 4, 2, 3.0])
    means = [Share(own.mean(), float(stats.sem(own)), len(own)) for own in (one, other)]
    assert welch(*means) == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue)


def test_a_score_is_as_sure_as_people_are_alike() -> None:
    """Of eight answers by four people, 3 in the mean: people who all said 3, and people who said 2 or 4 twice."""
    alike, apart_ = (score((1, 5), 8, 24, 4, spread) for spread in (0, 16))
    assert alike.value == apart_.value == 3
    assert alike.error == pytest.approx((5 / 4 * 4) ** 0.5 / 9) and apart_.error == pytest.approx(
        (5 / 4 * 20) ** 0.5 / 9
    )


def test_groups_together_weigh_as_many_as_their_rows() -> None:
    found = together([Share(2.0, 0.3, 5), Share(4.0, 0.4, 7)], [10, 30])
    assert (found.value, found.people) == (3.5, 12) and found.error == pytest.approx(np.hypot(0.3 / 4, 0.4 * 3 / 4))


def crossed(rng: np.random.Generator, gain: float) -> tuple[np.ndarray, ...]:
    """40 people on 6 topics, each with a skill for half of them."""
    person, topic = np.repeat(np.arange(40), 480), np.tile(np.repeat(np.arange(6), 80), 40)
    has = (person + topic) % 2 == 0
    rate = 0.6 + 0.04 * topic / 6 + rng.normal(0, 0.05, 40)[person] + gain * has
    return (rng.random(len(person)) < rate).astype(float), topic, person, has


def test_a_skill_that_half_of_everybodys_topics_have_is_seen_and_none_is_not() -> None:
    rng = np.random.default_rng(2)
    found = [difference_within(*crossed(rng, gain)) for gain in (0.03, 0.0) for _ in range(60)]
    seen = np.array([one.low > 0 for one in found])
    assert seen[:60].mean() > 0.8 and seen[60:].mean() < 0.1


def test_people_whom_nobody_can_be_compared_with_do_not_make_it_surer() -> None:
    """Three skilled people on a topic that others work on, and twenty on a topic of their own."""
    rng, wrong = np.random.default_rng(4), 0
    person = np.repeat(np.arange(43), 100)
    topic, has = np.where(person < 23, 0, 1), (person < 3) | (person >= 23)
    for _ in range(300):
        rate = 0.75 + rng.normal(0, 0.05, 43)[person]
        found = difference_within((rng.random(len(person)) < rate).astype(float), topic, person, has)
        wrong += found.low > 0 or found.high < 0
    assert wrong / 300 < 0.07


def test_the_difference_is_that_of_mantel_and_haenszel() -> None:
    outcome, topic, person, has = crossed(np.random.default_rng(3), 0.03)
    x, n, y, m = (np.bincount(topic, weights=part) for part in (outcome * has, has, outcome * ~has, ~has))
    expected = ((x * m - y * n) / (n + m)).sum() / (n * m / (n + m)).sum()
    assert difference_within(outcome, topic, person, has).value == pytest.approx(expected)
    assert np.isnan(difference_within([1, 0], ["a", "b"], ["kim", "lee"], [True, False]).value)


def test_people_who_are_all_alike_make_a_difference_as_sure_as_independent_rows() -> None:
    """Two of each kind, each with one yes and one no: eight rows of which four are yes."""
    found = difference_within([1, 0] * 4, ["a"] * 8, np.repeat(list("klmn"), 2), np.repeat([True, False], 4))
    assert found.value == 0 and found.high == pytest.approx(stats.t.ppf(0.975, 1) * (2 * 2 / 7) ** 0.5 / 2)


def thin(rng: np.random.Generator, people: int, rows: int, topics: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row's person, and its topic in one of twelve weeks: a few rows each."""
    return np.repeat(np.arange(people), rows), rng.integers(0, 12 * topics, people * rows)


@pytest.mark.parametrize(
    ("people", "rows", "topics", "share"),
    [(10, 170, 10, 0.02), (24, 400, 20, 0.02), (40, 12, 20, None), (40, 25, 20, None)],
)
def test_a_row_alone_of_its_kind_in_its_stratum_is_not_certain(
    people: int, rows: int, topics: int, share: float | None
) -> None:
    """Rare rows of anybody, or all those of a quarter of the people, where these differ from one another by eight points."""
    rng, wrong = np.random.default_rng(2), 0
    for _ in range(120):
        person, stratum = thin(rng, people, rows, topics)
        is_first = rng.random(len(person)) < share if share else person < people / 4
        rate = 0.7 + (0.08 * rng.normal(size=people)).clip(-0.3, 0.3)[person]
        found = difference_within((rng.random(len(person)) < rate).astype(float), stratum, person, is_first)
        wrong += found.low * found.high > 0
    assert wrong / 120 < 0.08


def test_rare_rows_that_do_differ_are_seen_in_thin_strata() -> None:
    rng, found = np.random.default_rng(2), 0
    for _ in range(40):
        person, stratum = thin(rng, 24, 400, 6)
        is_first = rng.random(len(person)) < 0.02
        outcome = (rng.random(len(person)) < 0.2 + 0.1 * is_first).astype(float)
        found += difference_within(outcome, stratum, person, is_first).low > 0
    assert found >= 30


def paces(rng: np.random.Generator, agents: int, gain: float) -> tuple[np.ndarray, ...]:
    """Cells of agents by six topics, 100 contacts each: a pace (20 %) and a quality (5 points) of everybody's own on all topics.
    `gain`: share settled that a pace slower by 20 % goes with."""
    pace = rng.normal(size=(agents, 1))
    settled = np.clip(rng.uniform(0.6, 0.8, 6) + 0.05 * rng.normal(size=(agents, 1)) + gain * pace, 0, 1)
    minutes = rng.uniform(3, 8, 6) * np.exp(0.2 * pace + 0.06 * rng.normal(size=(agents, 6)))
    agent, topic = np.indices((agents, 6))
    shares = rng.binomial(100, settled) / 100
    return minutes.ravel(), shares.ravel(), topic.ravel(), agent.ravel(), np.full(agents * 6, 100)


@pytest.mark.parametrize("agents", [6, pytest.param(12, marks=pytest.mark.slow), 40])
def test_pace_and_quality_that_have_nothing_to_do_with_each_other_are_rarely_joined(agents: int) -> None:
    """5 % is promised; cells taken as independent joined them in 28 %."""
    rng, tries = np.random.default_rng(5), 1000
    found = [slopes(*paces(rng, agents, 0.0)) for _ in range(tries)]
    assert sum(one.within_low * one.within_high > 0 for one in found) / tries < 0.075


@pytest.mark.parametrize(("agents", "gain"), [(12, 0.08), (40, 0.03)])
def test_a_quality_that_goes_with_pace_is_found(agents: int, gain: float) -> None:
    rng = np.random.default_rng(6)
    found = [slopes(*paces(rng, agents, gain)) for _ in range(200)]
    assert np.mean([one.within_low > 0 for one in found]) >= 0.8


def calls_of(rng: np.random.Generator, agents: int, price: float, single: float) -> pd.DataFrame:
    """60 calls of each agent on each of four topics. Agents differ by .5 minutes, single calls by 4; a minute of the agent's
    own pace goes with `price` more settled, a minute more of a single call with `single` more."""
    pace = 0.5 * rng.normal(size=(agents, 1, 1))
    more = 4 * rng.normal(size=(agents, 4, 60))
    chance = np.clip(0.7 + price * pace + single * more, 0, 1)
    agent, topic, _ = np.indices(more.shape)
    columns = {"agent": agent, "topic": topic, "week": 0 * topic, "handle_s": 60 * (20 + pace + more)}
    columns["has_returned"] = rng.random(more.shape) > chance
    return pd.DataFrame({name: column.ravel().astype(float) for name, column in columns.items()})


@pytest.mark.parametrize("single", [pytest.param(0.0, marks=pytest.mark.slow), -0.02])
def test_what_a_minute_is_worth_is_recovered_whatever_single_calls_do(single: float) -> None:
    """The chance in means of 60 calls, taken for pace, gave half the price, a quarter where long calls are the hard ones."""
    rng, price = np.random.default_rng(8), 0.04
    found = [slopes_of(cells_of(calls_of(rng, 40, price, single))) for _ in range(150)]
    assert np.mean([one.within for one in found]) == pytest.approx(price, rel=0.12)
    held = np.mean([one.within_low < price < one.within_high for one in found])
    assert held >= RELATIONS_LEVEL - 2 * np.sqrt(0.025 * 0.975 / 150)


def test_scores_of_contacts_judged_thrice_are_as_sure_as_the_contacts() -> None:
    """Twenty contacts around 76 points, judged three times a few points apart: all rows as independent cover 84 %."""
    rng, tries = np.random.default_rng(3), 500
    contacts = rng.normal(76, 10, (tries, 20, 1))
    rows = np.clip(contacts + rng.normal(0, 4, (tries, 20, 3)), 0, 100)
    means = rows.mean(axis=2)
    low, high = mean_interval(20, means.sum(axis=1), (means**2).sum(axis=1), bounds=(0, 100))
    assert ((low <= 76) & (high >= 76)).mean() > 0.95
    low, high = mean_interval(60, rows.sum(axis=(1, 2)), (rows**2).sum(axis=(1, 2)), bounds=(0, 100))
    assert ((low <= 76) & (high >= 76)).mean() < 0.9


def test_what_was_drawn_by_lot_is_seldom_doubted_and_what_was_picked_is():
    """Forty people of 20 to 60 contacts, some colder, four of each drawn: by lot, and the coldest three times as often."""
    rng = np.random.default_rng(6)
    person = np.repeat(np.arange(40), rng.integers(20, 60, 40))
    doubted = {1.0: 0, 3.0: 0}
    for often in doubted:
        for _ in range(500):
            score = 1 / (1 + np.exp(-rng.normal(rng.normal(0, 1, 40)[person], 1)))
            haste = rng.exponential(size=len(person)) / np.where(score < np.quantile(score, 0.3), often, 1)
            order = np.lexsort((haste, person))
            drawn = np.zeros(len(person), dtype=bool)
            drawn[order[np.arange(len(person)) - np.searchsorted(person, person) < 4]] = True
            apart, chance = drawn_apart(score, drawn, person)
            doubted[often] += chance < 0.02
    assert doubted[1.0] <= 20 and doubted[3.0] >= 450 and apart < 0


def test_what_was_drawn_lies_apart_from_the_rest_of_its_stratum():
    apart, chance = drawn_apart([1, 1, 0, 0, 9], [True, True, False, False, True], ["a", "a", "a", "a", "b"])
    assert (apart, chance) == (1, pytest.approx(2 * 0.0416, abs=1e-3))  # 1 / sqrt(1 * 1/3): z = 1.73
    assert np.isnan(drawn_apart([1, 1], [True, False], [0, 0])).all() and np.isnan(drawn_apart([], [], [])).all()
