"""Quantiles and sums by group, beside numpy: fractional and equal values, unknown ones, groups with nothing to rank."""

import numpy as np
import pandas as pd
import pytest

from pipeline.kpis import Catalogue, sums
from pipeline.kpis.measure import measure_cuts
from pipeline.kpis.sql import Cube, Cut
from pipeline.statistics.intervals import quantile_ranks
from tests.tables import Memory

TEXT = {"en": "t", "ru": "т"}
CATALOGUE = Catalogue.model_validate(
    {
        "facts": {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent"]}},
        "kpis": {
            name: {"id": name, "title": TEXT, "meaning": TEXT, "unit": "s", "source": "", "of": "fact_calls", **how}
            for name, how in {
                "p50": {"quantile": "wait_s", "q": 0.5, "where": "is_answered"},
                "p90": {"quantile": "wait_s", "q": 0.9, "where": "is_answered"},
                "talk_p90": {"quantile": "talk_s", "q": 0.9},
                "mean": {"mean": "wait_s", "where": "is_answered"},
                "lost": {"count": "not is_answered", "unit": "count"},
            }.items()
        },
    }
)
CUTS = ((), ("team",), ("team", "agent"))
WHOLE = Cube(("p50", "mean", "lost"), (Cut("total"),))


def calls(size: int = 600) -> pd.DataFrame:
    pick = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "week": pick.choice(["2026-W01", "2026-W02", "2026-W03"], size),
            "day": pd.Timestamp("2026-01-01"),
            "team": pick.choice(["a", "b", None], size),
            "agent": pick.choice([*"pqrstuvwxyz"], size),
            "wait_s": np.where(pick.random(size) < 0.01, np.nan, pick.integers(0, 40, size)),
            "talk_s": pick.lognormal(5, 1, size),
            "is_answered": pick.choice([True, False], size),
        }
    )


def ranked(rows: pd.DataFrame, column: str, q: float, cut: tuple[str, ...]) -> dict[tuple[str, ...], tuple[float, ...]]:
    """n, value, low and high of every group, by numpy; nobody and nothing are called -."""
    found = {}
    for key, group in rows.fillna({"team": "-"}).groupby(["week", *cut]):
        values = np.sort(group[column].dropna().to_numpy())
        low, high = (int(rank) for rank in quantile_ranks(len(values), q))
        bounds = (values[low - 1], values[high - 1]) if low and cut else (np.nan, np.nan)
        if len(values) >= 0.95 * len(group):
            found[tuple(map(str, key))] = (len(values), float(np.quantile(values, q)), *bounds)
    return found


@pytest.mark.parametrize(("held", "fewest"), [(10, 5), (1_000_000, 3)])
def test_quantiles_are_numpys_however_few_values_may_be_held(
    monkeypatch: pytest.MonkeyPatch, held: int, fewest: int
) -> None:
    monkeypatch.setattr(sums, "HELD", held)
    rows, engine = calls(), Memory(fact_calls=calls())
    figures = measure_cuts(
        engine, CATALOGUE, Cube(("p50", "p90", "talk_p90"), tuple(Cut("week", cut) for cut in CUTS))
    ).fillna({"team": "-"})
    assert len(engine.asked) == fewest, "one scan, one look, and a question for each portion of the weeks"
    answered = rows[rows["is_answered"]]
    for name, q, column, of in (
        ("p50", 0.5, "wait_s", answered),
        ("p90", 0.9, "wait_s", answered),
        ("talk_p90", 0.9, "talk_s", rows),
    ):
        for cut in CUTS:
            mine = figures[(figures["kpi"] == name) & (figures["cut"] == ",".join(cut)) & figures["why"].isna()]
            keys = list(map(tuple, mine[["period", *cut]].astype(str).to_numpy()))
            values = list(map(tuple, mine[["n", "value", "low", "high"]].to_numpy(dtype=float)))
            expected = ranked(of, column, q, cut)
            assert sorted(keys) == sorted(expected)
            np.testing.assert_allclose([expected[key] for key in keys], values, rtol=1e-12)


def test_a_group_with_nothing_to_rank_has_no_figure_but_says_why() -> None:
    rows = calls(40).assign(is_answered=False)
    figures = measure_cuts(Memory(fact_calls=rows), CATALOGUE, WHOLE).set_index("kpi")
    assert figures.loc["p50", "why"] == figures.loc["mean", "why"] == "no_rows"
    assert np.isnan(figures.loc["p50", "value"]) and figures.loc["lost", "value"] == 40


def test_rows_of_which_it_is_not_known_whether_they_count_withhold_a_figure() -> None:
    rows = calls(40).assign(is_answered=[True] * 30 + [None] * 10)
    figures = measure_cuts(Memory(fact_calls=rows), CATALOGUE, WHOLE).set_index("kpi")
    assert list(figures["why"]) == ["not_recorded"] * 3


@pytest.mark.parametrize("held", [10, 1_000_000])
def test_weeks_and_days_in_one_cube_are_those_asked_one_by_one(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(sums, "HELD", held)
    rows = calls()
    rows["day"] = pd.Timestamp("2025-12-29") + pd.to_timedelta(
        7 * (rows["week"].str[-1].astype(int) - 1) + rows.index % 7, "D"
    )
    cuts = (Cut("week"), Cut("week", ("team",)), Cut("day"))
    asked = [
        measure_cuts(Memory(fact_calls=rows), CATALOGUE, Cube(tuple(CATALOGUE.kpis), some))
        for some in (cuts, *zip(cuts))
    ]
    keys = ["kpi", "grain", "period", "cut", "team"]
    together, *alone = (figures.astype(dict.fromkeys(keys, "string")) for figures in asked)
    assert together.groupby("grain")["period"].nunique().to_dict() == {"week": 3, "day": 21}
    pd.testing.assert_frame_equal(
        together.sort_values(keys).reset_index(drop=True),
        pd.concat(alone).sort_values(keys).reset_index(drop=True),
        check_dtype=False,
    )
