"""Everybody's figure beside the one expected from their case mix, and who may be named for the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.findings.record import Records
from pipeline.statistics.case_mix import Family, expected, variance_inflation
from pipeline.statistics.comparable import groups
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.unusual import Unusual, unusual_means, unusual_shares

Array = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
RATE = 0.02
"""Of pages on which people differ by chance alone, the share that names somebody."""
FEWEST_PEOPLE = 3
"""People of one comparable group below which these are not compared."""
STRATA = ("topic", "channel", "hour", "week", "weekday")
"""What an outcome may depend on, whoever took the contact: additive effects of the case mix."""
PASSING = ("week", "weekday")
"""Strata with many levels of few contacts each, most of them alike: their effects are shrunk."""


@dataclass(frozen=True)
class Measure:
    """A figure of persons. rows: week, agent, outcome and the strata. better: the good side, None where there is none.

    behind: the same rows as published; `telling` are those of outcome 1, and `order` is the outcome if it is no share.
    """

    name: str
    kpi: str
    unit: str
    better: str | None
    family: Family
    rows: pd.DataFrame
    behind: Records


@dataclass(frozen=True)
class Judged:
    """One measure of everybody: arrays by agent. centre: the figure of all rows, which people with many rows move."""

    measure: Measure
    agents: list[str]
    n: Array
    value: Array
    centre: float
    found: Unusual

    @property
    def usual(self) -> float:
        """What the middle person would have with the case mix of the whole centre; verdicts compare with it."""
        return self.centre + self.found.middle

    def beyond(self, place: int) -> float:
        return float(self.found.excess[place]) - self.found.middle


def judge(measure: Measure, fewest: int) -> Judged:
    """Everybody with at least `fewest` rows, compared with what the strata of those rows lead one to expect."""
    rows = _comparable(measure.rows.groupby("agent").filter(lambda own: len(own) >= fewest))
    if not len(rows):
        return Judged(measure, [], *(np.zeros(0),) * 2, float("nan"), unusual_shares(*(np.zeros((0, 1)),) * 3))
    rows = _levelled(pd.concat([_expecting(own, measure.family) for _, own in rows.groupby("group")]), measure.family)
    rows = rows.assign(rest=rows["outcome"] - rows["expected"])
    rows = rows.assign(square=rows["rest"] ** 2)
    n, seen, told, rest, square = (
        rows.pivot_table(index="agent", columns="week", values=column, aggfunc=how, fill_value=0).sort_index()
        for column, how in (
            ("outcome", "size"),
            ("outcome", "sum"),
            ("expected", "sum"),
            ("rest", "sum"),
            ("square", "sum"),
        )
    )
    wider = rows.groupby("agent")["inflation"].first()  # in the order of the tables
    is_share = measure.family == "binomial"
    found = unusual_shares(seen, told, n, wider) if is_share else unusual_means(rest, square, n, wider)
    size, total = (table.to_numpy(dtype=float).sum(axis=1) for table in (n, seen))
    return Judged(measure, n.index.tolist(), size, total / size, float(rows["outcome"].mean()), found)


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of people whose work is comparable with that of at least two others, with the `group` of each."""
    rows = rows.assign(group=groups(rows["agent"], _strata(rows)))
    return rows[rows.groupby("group")["agent"].transform("nunique") >= FEWEST_PEOPLE]


def _expecting(rows: pd.DataFrame, family: Family) -> pd.DataFrame:
    return rows.assign(
        expected=expected(rows["outcome"], rows["agent"], _strata(rows), family, PASSING),
        inflation=variance_inflation(rows["agent"], _strata(rows), PASSING),
    )


def _levelled(rows: pd.DataFrame, family: Family) -> pd.DataFrame:
    """Shifts expectations so that all groups' middle persons coincide; the mean of a small group follows an odd one in
    it."""
    own = rows.assign(excess=rows["outcome"] - rows["expected"]).groupby(["group", "agent"])["excess"].mean()
    shift = own.groupby("group").median() - own.median()
    level = rows["expected"] + rows["group"].map(shift)
    return rows.assign(expected=level.clip(0, 1) if family == "binomial" else level)


def _strata(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """The strata, with the evaluator if the rows name one."""
    return {name: rows[name].fillna("") for name in (*STRATA, "evaluator") if name in rows}


def name(found: Sequence[Unusual]) -> list[Flags]:
    """Per measure, who may be named, with false discoveries over all measures and people held at RATE."""
    sizes = [one.p.size for one in found]
    flags = benjamini_hochberg(np.concatenate([one.p for one in found]) if found else [], RATE)
    return np.split(flags, np.cumsum(sizes)[:-1]) if found else []
