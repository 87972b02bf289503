"""Whom a handle-time target would reward and a target of quality would not: people who surely stand there, against chance."""

import numpy as np
import pandas as pd

from pipeline.findings.targets import by_chance, sort_people, verdict_on
from pipeline.statistics.intervals import wilson

MARGINS = {"aht": 20.0, "fcr_7d": 0.05, "pec_rate": 0.10}
"""Half of each range."""
PEOPLE = """
agent   aht  fcr_7d  pec_rate  sorted_as
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
    people = sort_people(figures_of(table))
    flags = {name: people[f"is_{name}"] for name in ("quick", "slow", "poor", "good")}
    found = [" ".join(name for name, flag in flags.items() if flag[who]) or "-" for who in table["agent"]]
    assert found == table["sorted_as"].tolist()
    assert by_chance(people) == 4 * 0.05


def page(rng: np.random.Generator, agents: int, hasty: int) -> pd.DataFrame:
    """People of different pace who are alike in quality, but for so many hasty ones."""
    is_hasty = np.arange(agents) < hasty
    values = {"aht": 300 + rng.normal(0, 60, agents) - 150 * is_hasty}
    limits = {"aht": (values["aht"] - 15, values["aht"] + 15)}
    for kpi, n, share in (("fcr_7d", 400, 0.75 - 0.12 * is_hasty), ("pec_rate", 40, 0.6 - 0.2 * is_hasty)):
        met = rng.binomial(n, share)
        values[kpi], limits[kpi] = met / n, wilson(met, np.full(agents, n))
    parts = [
        pd.DataFrame({"agent": range(agents), "kpi": kpi, "n": 400, "value": value, "low": low, "high": high})
        for (kpi, value), (low, high) in zip(values.items(), limits.values(), strict=True)
    ]
    return sort_people(pd.concat(parts))


def test_people_alike_in_quality_are_hardly_ever_wronged_and_hasty_ones_are_seen_rewarded() -> None:
    rng = np.random.default_rng(1)
    alike, hasty = ([verdict_on(page(rng, 40, n)) for _ in range(60)].count("seen") for n in (0, 6))
    assert (alike <= 6, hasty >= 54) == (True, True)
