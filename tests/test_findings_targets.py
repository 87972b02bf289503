"""Whom a handle-time target would reward and a target of quality would not: people who surely stand there, against chance."""

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.centre import FEWEST
from pipeline.findings.judging import Measure, judge
from pipeline.findings.record import Records
from pipeline.findings.targets import QUALITY, by_chance, evened, sort_people, verdict_on
from pipeline.statistics.intervals import wilson

MARGINS = {"aht": 20.0, "settled": 0.05, "pec": 0.10}
"""Half of each range."""
PEOPLE = """
agent   aht  settled  pec  sorted_as
ada     250    0.60      0.60  quick poor
ben     285    0.60      0.60  poor
cleo    250    0.71      0.60  quick
dora    300    0.75      0.60  -
emil    300    0.75      0.55  -
fay     350    0.75      0.72  slow good
gil     350    0.60      0.75  slow poor
"""


def figures_of(table: pd.DataFrame) -> pd.DataFrame:
    rows = table.melt("agent", list(MARGINS), "kpi").assign(n=400)
    half = rows["kpi"].map(MARGINS)
    return rows.assign(low=rows["value"] - half, high=rows["value"] + half)


def test_who_is_surely_anything_lies_clear_of_the_middle_person() -> None:
    head, *lines = (line.split(maxsplit=4) for line in PEOPLE.strip().splitlines())
    table = pd.DataFrame(lines, columns=head).astype(dict.fromkeys(MARGINS, float))
    people = sort_people(figures_of(table), QUALITY)
    flags = {name: people[f"is_{name}"] for name in ("quick", "slow", "poor", "good")}
    found = [" ".join(name for name, flag in flags.items() if flag[who]) or "-" for who in table["agent"]]
    assert found == table["sorted_as"].tolist()
    assert by_chance(people, QUALITY) == 4 * 0.05


def page(rng: np.random.Generator, agents: int, hasty: int) -> pd.DataFrame:
    """People of different pace who are alike in quality, but for so many hasty ones."""
    is_hasty = np.arange(agents) < hasty
    values = {"aht": 300 + rng.normal(0, 60, agents) - 150 * is_hasty}
    limits = {"aht": (values["aht"] - 15, values["aht"] + 15)}
    for kpi, n, share in (("settled", 400, 0.75 - 0.12 * is_hasty), ("pec", 40, 0.6 - 0.2 * is_hasty)):
        met = rng.binomial(n, share)
        values[kpi], limits[kpi] = met / n, wilson(met, np.full(agents, n))
    parts = [
        pd.DataFrame({"agent": range(agents), "kpi": kpi, "n": 400, "value": value, "low": low, "high": high})
        for (kpi, value), (low, high) in zip(values.items(), limits.values(), strict=True)
    ]
    return sort_people(pd.concat(parts), QUALITY)


def test_people_alike_in_quality_are_hardly_ever_wronged_and_hasty_ones_are_seen_rewarded() -> None:
    rng = np.random.default_rng(1)
    alike, hasty = ([verdict_on(page(rng, 40, n), QUALITY) for _ in range(60)].count("seen") for n in (0, 6))
    assert (alike <= 6, hasty >= 54) == (True, True)


@pytest.mark.parametrize(("wrong", "verdict"), [(5, "seen"), (4, "no_detectable_change")])
def test_as_many_wronged_as_chance_puts_there_once_in_twenty_pages_are_seen(wrong: int, verdict: str) -> None:
    """Of forty quick people chance calls two poor in one of two qualities, five and more in 4.8 % of pages."""
    people = pd.DataFrame({"is_quick": True, "is_slow": False, "is_good": False, "is_poor": np.arange(40) < wrong})
    assert verdict_on(people, QUALITY) == verdict


def test_who_is_given_short_topics_that_customers_come_back_with_is_not_poor_for_it() -> None:
    """Eight of forty take mostly the topic of which half the customers come back; one of the eight settles fewer than the others."""
    rng = np.random.default_rng(2)
    agent = np.repeat(np.arange(40), 400)
    is_short = rng.random(agent.size) < np.where(agent < 8, 0.8, 0.1)
    chance = 0.85 - 0.35 * is_short - 0.2 * (agent == 0)
    rows = pd.DataFrame(
        {"agent": agent, "topic": np.where(is_short, "short", "long"), "channel": "voice", "hour": "10"}
    )
    rows = rows.assign(week=rng.integers(0, 12, agent.size), weekday=rng.integers(0, 5, agent.size))
    rows["outcome"] = (rng.random(agent.size) < chance).astype(float)
    settled = evened(judge(Measure("settled", "k", "share", "higher", "binomial", rows, Records("t", "true")), FEWEST))
    pace = pd.DataFrame({"agent": range(40), "kpi": "aht", "n": 400, "value": [200.0] * 8 + [300.0] * 32})
    pace = pace.assign(low=pace["value"] - 20, high=pace["value"] + 20)
    people = sort_people(pd.concat([pace, settled]), ("settled",))
    assert people["is_quick"].sum() == 8 and people["is_poor"][0]
    assert (people["is_quick"] & people["is_poor"]).sum() <= 3
