"""The newest value of a series beside the prediction of least squares from the period before."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from pipeline.statistics.forecast import UNKNOWN, surprise

WEEKS = [5.0, 7, 6, 8, 7, 9, 6, 7, 8, 6, 7, 9, 8, 12, 4]


def by_hand(x: np.ndarray, y: np.ndarray, now: float) -> tuple[float, float]:
    """What least squares predict beside `now`, and the error of the prediction."""
    design = np.column_stack([np.ones(len(x)), x])
    effects, rest = np.linalg.lstsq(design, y)[:2]
    at = np.array([1, now])
    return at @ effects, float(np.sqrt(rest[0] / (len(x) - 2) * (1 + at @ np.linalg.inv(design.T @ design) @ at)))


def test_a_prediction_and_its_error_are_those_of_least_squares() -> None:
    found = surprise(WEEKS)
    expected, error = by_hand(np.array(WEEKS[:-2]), np.array(WEEKS[1:-1]), WEEKS[-2])
    assert (found.expected, found.error, found.free) == (pytest.approx(expected), pytest.approx(error), 11)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 11, expected, error))
    assert found.within(0.99) == pytest.approx(stats.t.interval(0.99, 11, expected, error))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(WEEKS[-1] - expected) / error, 11))


def test_no_pair_spans_a_missing_week() -> None:
    pairs = np.array([*pairwise(WEEKS[:-1])])
    found = surprise([*WEEKS[:2], np.nan, *WEEKS[2:]])
    expected, error = by_hand(*np.delete(pairs, 1, axis=0).T, WEEKS[-2])
    assert (found.expected, found.error) == pytest.approx((expected, error))


def test_fewer_than_eleven_pairs_or_no_newest_week_tell_nothing() -> None:
    assert surprise(WEEKS[-13:]) is not UNKNOWN and surprise(WEEKS[-12:]) is UNKNOWN
    assert surprise([*WEEKS, np.nan]) is UNKNOWN and surprise([*WEEKS[:-2], np.nan, 4]) is UNKNOWN
    assert surprise([3.0] * 15) is UNKNOWN, "weeks that never differ have no error"


def test_the_error_is_as_wide_and_no_smaller_than_told() -> None:
    plain = surprise(WEEKS)
    assert surprise(WEEKS, wider=1.5).error == pytest.approx(1.5 * plain.error)
    assert surprise(WEEKS, least=0.1).error == plain.error, "weeks stray by more than that"
    twice = surprise(WEEKS, least=10.0).error / surprise(WEEKS, least=5.0).error
    assert twice == pytest.approx(2) and surprise(WEEKS, least=5.0).error > plain.error
