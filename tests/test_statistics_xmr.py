"""XmR: the golden series, each rule as a small table, gaps, verdicts, and how often they are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics import xmr as module
from pipeline.statistics.xmr import XmR, assurance, verdict, xmr

GOLDEN = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
CALM = [4.0, 6.0] * 8  # mean 5, mean moving range 2, limits -.32 and 10.32, two thirds at 1.45 and 8.55
GAP = np.nan
SERIES = st.lists(st.integers(0, 50), min_size=1, max_size=40)


def whole(points):
    """The chart with limits of all points, as printed charts have it: no point has come in the newest period."""
    return xmr([*points, GAP])


def after_calm(*points):
    """Signals of the points that follow a calm stretch, by rule."""
    chart = xmr([*CALM, *points])
    return {rule: getattr(chart, rule)[-len(points) :].tolist() for rule in ("outside", "run", "trend", "two_of_three")}


def test_golden_limits(monkeypatch):
    chart = whole(GOLDEN)
    assert (chart.mean, chart.lower, chart.upper) == pytest.approx((1.94, -0.72, 4.60), abs=0.005)
    assert np.flatnonzero(chart.is_signal).tolist() == [4]
    assert not chart.is_trial
    monkeypatch.setattr(module, "SCREEN_PER_RANGE", np.inf)
    chart = whole(GOLDEN)
    assert (chart.mean, chart.lower, chart.upper) == pytest.approx((1.94, -3.06, 6.95), abs=0.005)


def test_newest_point_has_no_vote():
    assert xmr([*CALM, 100]).upper == xmr([*CALM, 5]).upper == pytest.approx(10.32)
    assert whole([*CALM, 100]).mean > 10


@pytest.mark.parametrize(("n", "trial"), [(11, True), (12, False)])
def test_under_twelve_points_limits_are_on_trial(n, trial):
    assert whole(CALM[:n]).is_trial is trial


def test_outside_is_strict():
    upper = xmr([*CALM, 5]).upper
    assert after_calm(upper)["outside"] == [0]
    assert after_calm(np.nextafter(upper, 99) + 1e-9)["outside"] == [1]
    assert after_calm(-1)["outside"] == [-1]


@pytest.mark.parametrize(
    ("sides", "fired"),
    [
        ([1] * 8, [1] * 8),
        ([1, 1, 1, 0, 1, 1, 1, 1], [0] * 8),
        ([1, -1, -1, -1, -1, -1, -1, -1], [0, -1, -1, -1, -1, -1, -1, -1]),
        ([1] * 6, [0] * 6),
    ],
)
def test_run_of_seven_on_one_side(sides, fired):
    assert module._same_sign(np.array(sides, dtype=np.int8), 7, len(sides)).tolist() == fired


def test_trend_needs_seven_points_that_each_differ():
    assert xmr([1, 2, 3, 4, 5, 6, 7]).trend.tolist() == [1] * 7
    assert xmr([7, 1, 2, 3, 3, 4, 5, 6]).trend.tolist() == [0] * 8
    assert xmr([9, 8, 7, 6, 5, 4]).trend.tolist() == [0] * 6
    assert xmr([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]).trend.tolist() == [1] * 7 + [-1] * 6
    assert xmr([0, 9, 8, 7, 6, 5, 4, 3, 9]).trend.tolist() == [0, -1, -1, -1, -1, -1, -1, -1, 0]


@pytest.mark.parametrize(
    ("points", "fired"),
    [
        ([9, 6, 9], [1, 0, 1]),
        ([6, 9, 9], [0, 1, 1]),
        ([9, 9], [1, 1]),  # with the 6 before them
        ([9, 4, 9], [0, 0, 0]),  # one on the other side
        ([9, 6, 6, 9], [0, 0, 0, 0]),
        ([1, 4, 1], [-1, 0, -1]),
        ([11, 9, 6], [1, 1, 0]),  # outside is beyond two thirds as well
    ],
)
def test_two_of_three_beyond_two_thirds(points, fired):
    limits = XmR(5, -0.32, 10.32, False, *[np.zeros(1, np.int8)] * 4)
    offsets = np.array([6.0, *points]) - limits.mean
    near = module._direction(offsets, 2 / 3 * (limits.upper - limits.mean))
    marks = module._two_of_three(np.sign(offsets).astype(np.int8), near)
    assert marks[1:].tolist() == fired


def test_exactly_on_the_mean_is_on_no_side():
    chart = whole([4, 6] * 6 + [6, 6, 6, 5, 6, 6, 6] + [4] * 6 + [5])
    assert chart.mean == 5
    assert not chart.run.any()


def test_float_noise_is_not_a_signal():
    noisy = [0.1 + 0.2, 0.3] * 10
    assert not xmr(noisy).is_signal.any()
    assert verdict(noisy) == "no_detectable_change"
    assert verdict([*noisy, 0.4]) == "too_few"
    sides = [0.1 + 0.2] * 7 + [0.3] * 7 + [0.2, 0.4] * 4
    assert not whole(sides).run.any()


def test_gap_has_no_range_and_no_signal_and_does_not_end_a_run():
    chart = xmr([1, 2, GAP, 100, 101, GAP])
    assert (chart.upper - chart.mean) == pytest.approx(2.66)
    seven = [6, 6, 6, GAP, 6, 6, 6, 6]
    assert xmr([*[4.0] * 40, 6, 4, *seven]).run[-8:].tolist() == [1, 1, 1, 0, 1, 1, 1, 1]
    assert np.isnan(xmr([1, GAP, 2, GAP, 3]).upper)


@given(SERIES, st.sampled_from([0.001, 60.0, 3600.0]))
def test_unit_and_mirror_change_nothing(points, unit):
    plain, scaled, mirrored = xmr(points), xmr(np.array(points) * unit), xmr(-np.array(points))
    for rule in ("outside", "run", "trend", "two_of_three"):
        assert getattr(plain, rule).tolist() == getattr(scaled, rule).tolist()
        assert getattr(plain, rule).tolist() == (-getattr(mirrored, rule)).tolist()
    swap = {"improved": "worsened", "worsened": "improved"}
    assert verdict(-np.array(points), "higher") == swap.get(verdict(points, "higher"), verdict(points, "higher"))


@given(st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(GAP)), max_size=40))
def test_any_series_gives_a_chart_and_a_verdict(points):
    chart = xmr(points)
    assert not chart.is_signal[np.isnan(points)].any()
    assert np.isnan(chart.upper) or chart.lower <= chart.mean <= chart.upper
    assert verdict(points) in {"changed", "no_detectable_change", "too_few"}


@pytest.mark.parametrize(
    ("points", "better", "expected"),
    [
        ([*CALM, 5], "higher", "no_detectable_change"),
        ([*CALM, 11], "higher", "improved"),
        ([*CALM, 11], "lower", "worsened"),
        ([*CALM, -1], "lower", "improved"),
        ([*CALM, 11], None, "changed"),
        ([*CALM[:11], 11], "higher", "too_few"),
        ([*CALM[:12], 11], "higher", "improved"),
        ([*CALM, GAP], "higher", "too_few"),
        ([], "higher", "too_few"),
        ([3] * 20, "higher", "no_detectable_change"),
        ([*[3] * 20, 4], "higher", "too_few"),  # no variation to measure the change by
        ([*[3] * 20, 4, 3, 4], "higher", "too_few"),  # flat but for jumps
        ([*[10, 20] * 10, 2, 3, 4, 5, 6, 7, 8], "higher", "changed"),  # rising, and all below the mean
        ([*CALM, 11, 5], "higher", "no_detectable_change"),  # only the newest point is judged
    ],
)
def test_a_signal_of_the_newest_point_is_the_verdict(points, better, expected):
    assert verdict(points, better) == expected


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    [
        (-1, "higher", "consistently_met"),
        (-1, "lower", "consistently_missed"),
        (11, "higher", "consistently_missed"),
        (11, "lower", "consistently_met"),
        (5, "higher", "hit_or_miss"),
        (xmr([*CALM, 5]).upper, "lower", "hit_or_miss"),
        (xmr([*CALM, 5]).lower, "higher", "hit_or_miss"),
        (GAP, "higher", "too_few"),
    ],
)
def test_limits_beside_a_target_tell_whether_it_is_met(target, better, expected):
    assert assurance(xmr([*CALM, 5]), target, better) == expected


def test_trial_limits_assure_nothing():
    assert assurance(xmr([4, 6, 4, 6]), 100, "lower") == "too_few"


@pytest.mark.parametrize("bad", [[[1, 2]], [1, np.inf]])
def test_impossible_series_are_refused(bad):
    with pytest.raises(ValueError, match="points must be"):
        xmr(bad)


def alarm_share(earlier, shift=0.0, series=1500, correlation=0.0):
    noise = np.random.default_rng(earlier).standard_normal((series, earlier + 31))
    for week in range(1, noise.shape[1]):
        noise[:, week] += correlation * noise[:, week - 1]
    weeks = noise[:, 30:]
    weeks[:, -1] += shift
    return np.mean([verdict(row) == "changed" for row in weeks])


@pytest.mark.parametrize(("earlier", "low", "high"), [(12, 0.015, 0.04), (25, 0.01, 0.035)])
def test_quiet_weeks_seldom_alarm(earlier, low, high):
    assert low <= alarm_share(earlier) <= high


def test_a_jump_of_four_deviations_is_mostly_found():
    assert 0.74 <= alarm_share(12, shift=4.0) <= 0.82


@pytest.mark.slow
@pytest.mark.parametrize(
    ("earlier", "shift", "correlation", "expected"),
    [
        (12, 0.0, 0.0, 0.029),
        (25, 0.0, 0.0, 0.023),
        (51, 0.0, 0.0, 0.021),
        (25, 0.0, 0.2, 0.048),
        (25, 0.0, 0.4, 0.106),
        (12, 2.0, 0.0, 0.24),
        (12, 3.0, 0.0, 0.52),
    ],
)
def test_documented_alarm_shares(earlier, shift, correlation, expected):
    share = alarm_share(earlier, shift, 10_000, correlation)
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 10_000) + 0.001)
