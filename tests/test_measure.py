"""Quantiles and sums by group, beside numpy: fractional and equal values, unknown ones, groups with nothing to rank."""

import numpy as np
import pandas as pd
import pytest

from pipeline.kpis import Catalogue, ranks
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.measure import measure_cuts
from pipeline.statistics.clustered import duration_limits, ratio_limits, share_limits
from pipeline.statistics.intervals import quantile_ranks, ratio_interval, wilson
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
    monkeypatch.setattr(ranks, "HELD", held)
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


def test_the_first_grain_of_a_cube_holds_the_others() -> None:
    with pytest.raises(ValueError, match="day does not hold all of day, week"):
        Cube(("p50",), (Cut("day"), Cut("week")))


def test_the_hour_that_happens_twice_in_autumn_is_two() -> None:
    half_hours = [f"2026-10-25 {clock}" for clock in ("02:00+02:00", "02:30+02:00", "02:00+01:00", "03:30+01:00")]
    rows = calls(4).assign(half_hour=half_hours, is_answered=False)
    found = measure_cuts(Memory(fact_calls=rows), CATALOGUE, Cube(("lost",), (Cut("hour"),)))
    hours = {"2026-10-25 02:00+01:00": 1, "2026-10-25 02:00+02:00": 2, "2026-10-25 03:00+01:00": 1}
    assert dict(zip(found["period"], found["value"], strict=True)) == hours


def test_a_group_with_nothing_to_rank_has_no_figure_but_says_why() -> None:
    rows = calls(40).assign(is_answered=False)
    figures = measure_cuts(Memory(fact_calls=rows), CATALOGUE, WHOLE).set_index("kpi")
    assert figures.loc["p50", "why"] == figures.loc["mean", "why"] == "no_rows"
    assert np.isnan(figures.loc["p50", "value"]) and figures.loc["lost", "value"] == 40


def test_rows_of_which_it_is_not_known_whether_they_count_withhold_a_figure() -> None:
    rows = calls(40).assign(is_answered=[True] * 30 + [None] * 10)
    figures = measure_cuts(Memory(fact_calls=rows), CATALOGUE, WHOLE).set_index("kpi")
    assert list(figures["why"]) == ["not_recorded"] * 3


RIPENING = {
    "returned": {"met": "wait_s > 3", "unit": "share"},
    "wait": {"mean": "wait_s", "where": "wait_s is not null"},
    "wait_p50": {"quantile": "wait_s", "q": 0.5},
    "waits": {"sum": "wait_s"},
    "over": {"count": "wait_s > 3", "unit": "count"},
    "each": {"ratio": ["waits", "over"]},
}


@pytest.mark.parametrize("units", [[], ["agent"]])
@pytest.mark.parametrize("by", [(), ("team",)])
@pytest.mark.parametrize(
    ("old", "n", "expected"),
    [
        (10, [10, 10, 10, 10, 6, 10], [0.6, 4.5, 4.5, 45, 6, 7.5]),
        (5, [5, 5, 5, 5, 1, 5], [0.2, 2, 2, 10, 1, 10]),
        (4, [4, 4, 4, 4, 0, 4], None),
        (0, [0, 0, 0, 0, 0, 0], None),
    ],
)
def test_what_ripens_counts_old_rows_alone_and_is_not_known_where_most_are_young(
    units: list[str], by: tuple[str, ...], old: int, n: list[int], expected: list[float] | None
) -> None:
    """Of ten calls with waits of 0 to 9 s the first ones are a week old."""
    common = {"title": TEXT, "meaning": TEXT, "source": "", "of": "fact_calls", "unit": "s", "ripe_days": 7}
    catalogue = Catalogue.model_validate(
        {
            "facts": {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent"], "units": units}},
            "kpis": {name: {"id": name, **common, **how} for name, how in RIPENING.items()},
        }
    )
    ages = [7 * 86400] * old + [7 * 86400 - 1] * (10 - old)
    rows = pd.DataFrame({"week": "2026-W01", "team": "a", "agent": [*"pq"] * 5, "wait_s": range(10), "age_s": ages})
    found = measure_cuts(Memory(fact_calls=rows), catalogue, Cube(tuple(RIPENING), (Cut("week", by),)))
    assert found["n"].tolist() == n
    if expected is None:
        assert found["value"].isna().all() and set(found["why"]) == {"not_yet"}
    else:
        assert found["value"].tolist() == pytest.approx(expected) and found["why"].isna().all()


@pytest.mark.parametrize("units", [[], ["agent"]])
@pytest.mark.parametrize(
    ("unseen", "young", "n", "why"),
    [
        (0, 0, 10, None),
        (7, 0, 3, None),
        (8, 0, 2, "not_recorded"),
        (10, 10, 0, "not_recorded"),
        (4, 3, 3, None),
        (4, 4, 2, "not_yet"),
        (5, 5, 0, "not_yet"),
    ],
)
def test_what_asks_for_the_past_counts_rows_before_which_there_are_data(
    units: list[str], unseen: int, young: int, n: int, why: str | None
) -> None:
    """Of ten calls the first ones lie within a week of the data's beginning, the last ones within a week of its end."""
    common = {
        "title": TEXT,
        "meaning": TEXT,
        "source": "",
        "of": "fact_calls",
        "unit": "s",
        "ripe_days": 7,
        "seen_days": 7,
    }
    catalogue = Catalogue.model_validate(
        {
            "facts": {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent"], "units": units}},
            "kpis": {name: {"id": name, **common, **how} for name, how in RIPENING.items()},
        }
    )
    rows = pd.DataFrame({"week": "2026-W01", "team": "a", "agent": [*"pq"] * 5, "wait_s": range(4, 14)})
    rows["seen_before_s"] = [7 * 86400 - 1] * unseen + [7 * 86400] * (10 - unseen)
    rows["age_s"] = [7 * 86400] * (10 - young) + [7 * 86400 - 1] * young
    found = measure_cuts(Memory(fact_calls=rows), catalogue, Cube(tuple(RIPENING), (Cut("week"),)))
    assert set(found["n"]) == {n}
    assert found["value"].isna().all() and set(found["why"]) == {why} if why else found["why"].isna().all()


@pytest.mark.parametrize("held", [10, 1_000_000])
def test_weeks_and_days_in_one_cube_are_those_asked_one_by_one(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(ranks, "HELD", held)
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


def limited(
    facts: dict[str, object], kpis: dict[str, dict[str, object]], scans: int = 2, **rows: list[object]
) -> pd.DataFrame:
    """Figures of the one team that the rows are of, by KPI."""
    common = {"title": TEXT, "meaning": TEXT, "source": "", "of": "fact_calls"}
    catalogue = Catalogue.model_validate(
        {
            "facts": {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent"], **facts}},
            "kpis": {name: {"id": name, **common, **how} for name, how in kpis.items()},
        }
    )
    engine = Memory(fact_calls=pd.DataFrame({"team": "a", "agent": "p", **rows}))
    figures = measure_cuts(engine, catalogue, Cube(tuple(kpis), (Cut("total", ("team",)), Cut("total"))))
    assert len(engine.asked) == scans, "one look, one scan"
    return figures[figures["cut"] == "team"].set_index("kpi")


WEEK_S = 7 * 86400


def test_a_quarter_of_the_rows_must_be_preceded_and_nineteen_of_twenty_known() -> None:
    kpi = {"wait": {"mean": "wait_s", "unit": "points", "seen_days": 7}}
    for seen, why in ((2, None), (1, "not_recorded")):
        found = limited({}, kpi, wait_s=[1.0] * 8, seen_before_s=[WEEK_S] * seen + [0] * (8 - seen))
        assert found.fillna({"why": "-"}).loc["wait", "why"] == (why or "-")
    for known, why in ((19, None), (18, "not_recorded")):
        found = limited({}, kpi, wait_s=[1.0] * known + [None] * (20 - known), seen_before_s=[WEEK_S] * 20)
        assert found.fillna({"why": "-"}).loc["wait", "why"] == (why or "-")


def test_rows_too_near_both_ends_of_the_data_keep_no_figure_waiting() -> None:
    """Four calls of a source that began this week, beside six that are old enough of one that has been there."""
    kpi = {"wait": {"mean": "wait_s", "unit": "points", "seen_days": 7, "ripe_days": 7}}
    at = [0] * 4 + [WEEK_S] * 6
    assert limited({}, kpi, wait_s=[1.0] * 10, seen_before_s=at, age_s=at).loc["wait", ["n", "value"]].tolist() == [
        6,
        1,
    ]


def test_clocks_that_disagree_leave_a_mean_without_limits() -> None:
    """A negative sum of durations is no reason to say nothing at all, by calls or by tickets of several."""
    for facts in ({}, {"units": ["ticket"]}):
        found = limited(
            facts, {"wait": {"mean": "wait_s", "unit": "s"}}, wait_s=[-9.0] * 20 + [1.0] * 20, ticket=[*range(20)] * 2
        )
        assert found.loc["wait", "value"] == -4 and np.isnan(found.loc["wait", "low"])


def test_who_had_no_call_had_none_only_where_calls_are_known_at_all() -> None:
    """In the first week b took none; of the second no calls were delivered."""
    common = {"title": TEXT, "meaning": TEXT, "source": ""}
    kpis = {
        "lost": {"count": "true", "unit": "count", "of": "fact_calls"},
        "worked": {"sum": "hours", "unit": "h", "of": "fact_hours"},
        "rate": {"ratio": ["lost", "worked"], "unit": "per_hour"},
    }
    fact = {"title": TEXT, "at": "day", "by": ["team"]}
    entries = {name: {"id": name, **common, **how} for name, how in kpis.items()}
    catalogue = Catalogue.model_validate({"facts": {"fact_calls": fact, "fact_hours": fact}, "kpis": entries})
    calls = pd.DataFrame({"week": ["w1"] * 6, "team": "a", "day": pd.Timestamp("2026-01-01")})
    hours = pd.DataFrame(
        {"week": ["w1", "w1", "w2", "w2"], "team": [*"abab"], "hours": 2.0, "day": pd.Timestamp("2026-01-01")}
    )
    engine = Memory(fact_calls=calls, fact_hours=hours)
    found = measure_cuts(engine, catalogue, Cube(("rate",), (Cut("week", ("team",)),)))
    assert found.fillna({"value": -1})[["period", "team", "value"]].to_numpy().tolist() == [
        ["w1", "a", 3], ["w1", "b", 0], ["w2", "a", -1], ["w2", "b", -1],
    ]  # fmt: skip


def test_portions_hold_so_many_values_of_weeks_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "HELD", 10)
    assert ranks.portions("week", pd.Series({"w1": 5, "w2": 4, "w3": 5, "w4": 4})) == [
        "week between 'w1' and 'w2'",
        "week between 'w3' and 'w4'",
    ]
    assert ranks.portions("week", pd.Series({"w1": 5, "w2": 5})) == ["true"]


def test_rows_of_a_ticket_are_no_independent_rows() -> None:
    """Four rows each of 20 tickets, all met or none, and waits that differ by ticket: what is known is known of 20 tickets."""
    tickets = np.repeat(np.arange(20), 4)
    met, wait_h = tickets % 4 > 1, 1.0 + tickets
    kpis = {"kept": {"met": "is_met", "unit": "share"}, "wait": {"mean": "wait_h", "unit": "h"}}
    kpis |= {"asked": {"count": "wait_h > 5", "unit": "count"}, "work": {"sum": "wait_h", "unit": "h"}}
    kpis |= {
        "part": {"ratio": ["kept_h", "work"], "unit": "share"},
        "kept_h": {"sum": "case when is_met then wait_h else 0 end", "unit": "h"},
    }
    kpis |= {"each": {"ratio": ["work", "asked"], "unit": "h"}}
    rows = {"ticket": list(tickets), "is_met": list(met), "wait_h": list(wait_h)}
    found, alone = limited({"units": ["ticket"]}, kpis, **rows), limited({}, kpis, **rows)
    assert found["value"].tolist() == alone["value"].tolist() and found["n"].tolist() == alone["n"].tolist()
    of_ticket = 4 * (1.0 + np.arange(20))
    kept, late = 4 * (np.arange(20) % 4 > 1), 4.0 * (of_ticket > 20)
    both = kept * of_ticket / 4
    expected = {
        "kept": share_limits(20, 40, 80, (kept**2).sum(), 320, (4 * kept).sum()),
        "wait": ratio_interval(20, of_ticket.sum(), 80, (of_ticket**2).sum(), 320, (4 * of_ticket).sum()),
        "part": ratio_limits(
            20, both.sum(), of_ticket.sum(), (both**2).sum(), (of_ticket**2).sum(), (both * of_ticket).sum()
        ),
        "each": ratio_interval(
            20, of_ticket.sum(), late.sum(), (of_ticket**2).sum(), (late**2).sum(), (of_ticket * late).sum()
        ),
    }
    for name, limits in expected.items():
        assert found.loc[name, ["low", "high"]].tolist() == pytest.approx([float(bound) for bound in limits]), name
    assert found.loc["kept", "high"] - found.loc["kept", "low"] > 1.8 * (
        alone.loc["kept", "high"] - alone.loc["kept", "low"]
    )


def test_limits_stay_where_figures_can_be() -> None:
    """Nobody hands on less than nothing, a case has at least one contact, and nobody keeps more of a plan than all of it."""
    kpis = {
        "handoffs": {"mean": "n", "unit": "per_ticket"},
        "contacts": {"mean": "n + 1", "unit": "per_ticket", "least": 1},
    }
    kpis |= {
        "planned": {"sum": "1800.0", "unit": "s"},
        "kept": {"sum": "case when n = 0 then 1800.0 else 0 end", "unit": "s"},
    }
    kpis |= {"adherence": {"ratio": ["kept", "planned"], "unit": "share"}}
    for facts in ({}, {"units": ["day"]}):
        found = limited(facts, kpis, n=[0] * 30 + [1] * 2, day=[f"d{i % 16}" for i in range(32)])
        assert found.loc["adherence", "high"] == 1 and 0.8 < found.loc["adherence", "low"] < 0.9375
    found = limited({}, kpis, n=[0, 0, 0, 0, 1])
    assert found.loc[["handoffs", "contacts"], "low"].tolist() == [0, 1]
    assert found.loc["handoffs", "high"] == pytest.approx(0.755, abs=0.001)


def test_a_ticket_of_one_row_is_a_row() -> None:
    """Where each has one, rows are what is independent; the same rows twice tell less than as many tickets."""
    kpis = {"kept": {"met": "is_kept", "unit": "share"}}
    once = {"ticket": list(range(12)), "is_kept": [True] * 10 + [False] * 2}
    twice = {name: [value for value in values for _ in range(2)] for name, values in once.items()}
    alone, apart = limited({}, kpis, **once), limited({"units": ["ticket"]}, kpis, **once)
    assert apart[["low", "high"]].to_numpy().tolist() == alone[["low", "high"]].to_numpy().tolist()
    found, taken_apart = limited({"units": ["ticket"]}, kpis, **twice), limited({}, kpis, **twice)
    assert found.loc["kept", "low"] < taken_apart.loc["kept", "low"]


def test_a_calibration_session_weighs_no_more_than_a_contact() -> None:
    """Six evaluators say no of one contact, and nothing of another; four contacts are judged yes once: 80 %, not 40."""
    how = {
        "warm": {"met": "is_warm", "unit": "share"},
        "score": {"mean": "score", "unit": "points", "most": 100.0, "where": "score is not null"},
    }
    kpis = {name: {**kpi, "is_of_units": True} for name, kpi in how.items()}
    session = {"contact": [0] * 6, "is_warm": [False] * 6, "score": [70.0, 80, 90, None, None, None]}
    alone = {"contact": [1, 2, 3, 4], "is_warm": [True] * 4, "score": [100.0, 100, 90, 90]}
    found = limited({"units": ["contact"]}, kpis, **{name: session[name] + alone[name] for name in alone})
    contacts = limited({}, how, contact=[*range(5)], is_warm=[False] + [True] * 4, score=[80.0, *alone["score"]])
    numbers = ["n", "numerator", "denominator", "value", "low", "high"]
    assert found[numbers].to_numpy().tolist() == contacts[numbers].to_numpy().tolist()
    assert found.loc["warm", ["n", "value"]].tolist() == [5, 0.8] and found.loc["score", "value"] == 92


def test_what_several_said_of_a_contact_is_their_share() -> None:
    kpi = {"warm": {"met": "is_warm", "unit": "share", "is_of_units": True}}
    judged = {"contact": [1, 1, 1, 2], "is_warm": [True, False, False, True]}
    found = limited({"units": ["contact"]}, kpi, **judged).loc["warm"]
    assert found["n"] == 2 and found["value"] == pytest.approx(2 / 3, abs=1e-6)


def test_of_several_people_a_judged_contact_counts_for_as_many_as_it_stands_for() -> None:
    """Two contacts were judged of each: kim's stand for ten, bo's for ninety."""
    kpi = {"warm": {"met": "is_warm", "unit": "share", "is_of_units": True, "stands_for": "weight"}}
    judged = {"agent": ["kim", "kim", "bo", "bo"], "is_warm": [True, True, False, True], "weight": [10.0, 10, 90, 90]}
    found = limited({"units": ["contact"]}, kpi, contact=[1, 2, 3, 4], **judged).loc["warm"]
    assert found[["n", "numerator", "denominator", "value"]].tolist() == [4, 110, 200, 0.55]
    worth = 200**2 / (2 * 10**2 + 2 * 90**2)
    assert found[["low", "high"]].tolist() == pytest.approx([*map(float, wilson(0.55 * worth, worth))])


def test_what_the_queue_decides_has_no_interval() -> None:
    """A hundred calls that waited together are no hundred observations, whoever answered them."""
    kpis = {"soon": {"met": "wait_s <= 20", "unit": "share"}, "mean": {"mean": "wait_s", "unit": "s"}}
    kpis |= {"p50": {"quantile": "wait_s", "q": 0.5, "unit": "s"}}
    kpis |= {f"{name}_of_queue": {**how, "is_of_queue": True} for name, how in kpis.items()}
    for name, how in kpis.items():
        found = limited({}, {name: how}, scans=3 if how.get("q") else 2, wait_s=[float(n % 40) for n in range(100)])
        assert found["low"].isna().all() == found["high"].isna().all() == ("is_of_queue" in how), name
        assert found["value"].notna().all(), name


def test_contacts_of_one_customer_are_one_observation() -> None:
    """Twenty customers with four contacts each, who come back every time or never: a scan of many cuts leaves no interval."""
    customers = np.repeat(np.arange(20), 4)
    rows = pd.DataFrame(
        {"team": "a", "agent": "p", "week": "2026-W01", "day": pd.Timestamp("2026-01-01"), "customer": customers}
    ).assign(is_back=customers % 4 > 1, handle_s=60.0 + customers, topic=[*"xyzz"] * 20)
    common = {"title": TEXT, "meaning": TEXT, "source": "", "of": "fact_calls", "is_of_customer": True}
    kpis = {
        "back": {"met": "is_back", "unit": "share"},
        "worked": {"sum": "handle_s", "unit": "s"},
        "settled": {"count": "not is_back", "unit": "count"},
        "effort": {"ratio": ["worked", "settled"], "unit": "s"},
        "rows": {"met": "is_back", "unit": "share", "is_of_customer": False},
    }
    facts = {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent", "topic"]}}
    entries = {name: {"id": name, **common, **how} for name, how in kpis.items()}
    catalogue, engine = Catalogue.model_validate({"facts": facts, "kpis": entries}), Memory(fact_calls=rows)

    def asked(*cuts: Cut) -> pd.DataFrame:
        return measure_cuts(engine, catalogue, Cube(tuple(kpis), cuts)).set_index("kpi")

    found = asked(Cut("total", ("agent",)))
    met, worked = 4.0 * (np.arange(20) % 4 > 1), 4 * (60.0 + np.arange(20))
    limits = share_limits(20, 40, 80, (met**2).sum(), 320, (4 * met).sum())
    assert found.loc["back", ["low", "high"]].tolist() == pytest.approx([float(bound) for bound in limits])
    effort = ratio_interval(20, worked.sum(), 40, (worked**2).sum(), ((4 - met) ** 2).sum(), (worked * (4 - met)).sum())
    assert found.loc["effort", ["low", "high"]].tolist() == pytest.approx([float(bound) for bound in effort])
    assert (
        found.loc["back", "low"] < found.loc["rows", "low"] and found.loc["back", "value"] == found.loc["rows", "value"]
    )
    for cuts in ((Cut("day", ("agent",)),), (Cut("week", ("agent",)), Cut("week", ("topic",)))):
        other = asked(*cuts)
        assert other.loc[["back", "effort"], ["low", "high"]].isna().all(axis=None) and other["value"].notna().all()
        assert other.loc[["rows"], "low"].notna().all()


def test_calls_of_one_day_are_one_observation() -> None:
    """Forty quick calls a day on five days, forty slow ones on five; what one scan of many cuts stores has no interval."""
    days = pd.date_range("2026-01-05", periods=10).repeat(40)
    rows = pd.DataFrame({"team": "a", "agent": "p", "week": "2026-W02", "day": days, "topic": "x"})
    rows = rows.assign(handle_s=[100.0 + 50 * (n // 40 % 2) + n % 7 for n in range(400)])
    entry = {"title": TEXT, "meaning": TEXT, "source": "", "of": "fact_calls", "mean": "handle_s", "unit": "s"}
    entries = {"aht": {"id": "aht", **entry, "is_of_day": True}, "rows": {"id": "rows", **entry}}
    facts = {"fact_calls": {"title": TEXT, "at": "day", "by": ["team", "agent", "topic"]}}
    catalogue, engine = Catalogue.model_validate({"facts": facts, "kpis": entries}), Memory(fact_calls=rows)

    def limits(*cuts: Cut) -> list[list[float]]:
        found = measure_cuts(engine, catalogue, Cube(tuple(entries), cuts)).query("cut == 'agent'").set_index("kpi")
        assert found["value"].tolist() == pytest.approx([rows["handle_s"].mean()] * 2)
        return [found.loc[name, ["low", "high"]].tolist() for name in entries]

    x = rows.groupby("day")["handle_s"].sum()
    squares = (x**2).sum(), 10 * 40**2, 40 * x.sum(), (rows["handle_s"] ** 2).sum()
    by_day, by_call = limits(Cut("total", ("agent",)))
    assert by_day == pytest.approx([float(bound) for bound in duration_limits(10, x.sum(), 400, *squares)])
    assert by_day[1] - by_day[0] > 5 * (by_call[1] - by_call[0])
    assert limits(Cut("week", ("agent",))) == [pytest.approx(by_day), pytest.approx(by_call)]
    stored = limits(Cut("week", ("agent",)), Cut("week", ("topic",)))
    assert np.isnan(stored[0]).all() and stored[1] == pytest.approx(by_call)
