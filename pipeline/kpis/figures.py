"""Turns sums into figures with their intervals, or into the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.kpis import Kpi
from pipeline.kpis.definition import KNOWN_SHARE
from pipeline.kpis.groups import Array
from pipeline.kpis.sums import Sums
from pipeline.statistics import clustered, intervals

DURATIONS = ("s", "h", "cycles")
"""Units of durations, which are positive and skewed."""
WHYS = (None, "no_rows", "not_recorded", "not_yet")
"""Why there is no figure; None: there is one."""
NO_ROWS, NOT_RECORDED, NOT_YET = 1, 2, 3


@dataclass(frozen=True)
class Figure:
    """One KPI for all groups: arrays of the same length. `why`: index into WHYS."""

    n: Array
    numerator: Array
    denominator: Array
    value: Array
    low: Array
    high: Array
    why: Array


def figure_of(sums: Sums, kpi: Kpi) -> Figure:
    """The KPI for every group of the sums."""
    if kpi.ratio:
        return _ratio_figure(sums, kpi)
    n, unknown = np.nan_to_num(sums.column(kpi, "n")), np.nan_to_num(sums.unknown(kpi))
    total = _total(sums, kpi)
    nothing = np.full(len(n), np.nan)
    low, high = nothing, nothing
    if kpi.kind == "quantile":
        value, low, high = _quantile(kpi, sums.ranked(kpi), n) if n.any() else (nothing, nothing, nothing)
    else:
        value = _value(kpi, n, total)
    if kpi.kind in ("share", "mean") and sums.has_interval(kpi).any():
        low, high = _possible(
            kpi, value, (_united_interval if sums.scans.has_units(kpi) else _interval)(kpi, n, total, sums)
        )
    figure = Figure(
        n,
        total if kpi.kind in ("count", "share", "mean", "sum") else nothing,
        n if kpi.kind in ("share", "mean") else nothing,
        value,
        np.where(sums.has_interval(kpi), low, np.nan),
        np.where(sums.has_interval(kpi), high, np.nan),
        np.where(np.isnan(value), NO_ROWS, 0),
    )
    figure = _standing_for(figure, sums, kpi) if kpi.stands_for else figure
    known = _withheld(figure, (unknown > 0) & (n < KNOWN_SHARE * (n + unknown)), NOT_RECORDED)
    told = _withheld(_withheld(known, sums.is_young(kpi), NOT_YET), sums.is_unseen(kpi), NOT_RECORDED)
    return replace(told, n=np.nan_to_num(told.numerator)) if sums.catalogue.facts[kpi.of].is_tally else told


def _total(sums: Sums, kpi: Kpi) -> Array:
    """The sum over the rows, in the KPI's unit; NaN where the group has no row, and for a quantile."""
    if kpi.kind in ("count", "quantile"):
        nan_or_n: Array = sums.column(kpi, "n") if kpi.kind == "count" else np.full(len(sums.groups), np.nan)
        return nan_or_n
    return sums.column(kpi, "total") / (1000 if kpi.kind in ("mean", "sum") else 1)


def _value(kpi: Kpi, n: Array, total: Array) -> Array:
    if kpi.kind == "count":
        return total
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = total / n if kpi.kind in ("share", "mean") else total
    return np.where(n > 0, figure, np.nan)


def _quantile(kpi: Kpi, ranked: dict[str, Array], n: Array) -> tuple[Array, Array, Array]:
    below, above, low, high = ranked.values()
    place = (n - 1) * (kpi.q or 0)
    return below + (place - np.floor(place)) * (above - below), low, high


def _interval(kpi: Kpi, n: Array, total: Array, sums: Sums) -> tuple[Array, Array]:
    total = np.nan_to_num(total)
    if kpi.kind == "share":
        return intervals.wilson(total, n)
    if kpi.unit in DURATIONS:
        total = np.where(total < 0, np.nan, total)  # clocks that disagree are no reason to say nothing of all else
    squares = np.nan_to_num(sums.column(kpi, "squares")) / 1e6
    if kpi.unit in DURATIONS:
        return intervals.duration_mean_interval(n, total, squares)
    return intervals.mean_interval(n, total, squares, bounds=kpi.bounds)


def _united_interval(kpi: Kpi, n: Array, total: Array, sums: Sums) -> tuple[Array, Array]:
    """The interval for rows that form units: units are independent; where each is one row, rows are."""
    alone, of_units = _interval(kpi, n, total, sums), _limits_of_units(kpi, n, total, sums)
    is_alone = sums.column(kpi, "units") == n
    low, high = (np.where(is_alone, own, united) for own, united in zip(alone, of_units, strict=True))
    return low, high


def _limits_of_units(kpi: Kpi, n: Array, total: Array, sums: Sums) -> tuple[Array, Array]:
    total = np.nan_to_num(total)
    units, n_n, squares, n_total = (np.nan_to_num(sums.column(kpi, p)) for p in ("units", "n_n", "squares", "n_total"))
    if kpi.kind == "share":
        return clustered.share_limits(units, total, n, squares, n_n, n_total)
    total = np.where(total < 0, np.nan, total)
    if kpi.is_of_day:
        of_rows = np.nan_to_num(sums.column(kpi, "squares_of_rows")) / 1e6
        return clustered.duration_limits(units, total, n, squares / 1e6, n_n, n_total / 1e3, of_rows)
    return intervals.ratio_interval(units, total, n, squares / 1e6, n_n, n_total / 1e3)


def _standing_for(figure: Figure, sums: Sums, kpi: Kpi) -> Figure:
    """Weighted figures, except by agent: each unit counts for as many as it stands for (Hajek 1971), with Wilson's
    limits at the effective number of unequally weighted units (Kish 1965, 11.7)."""
    weights, met = (sums.column(kpi, part) / 1e6 for part in ("weights", "weighed"))
    with np.errstate(invalid="ignore", divide="ignore"):
        value, worth = met / weights, weights**2 / (sums.column(kpi, "weights_squared") / 1e12)
    low, high = (np.where(sums.has_interval(kpi), bound, np.nan) for bound in intervals.wilson(value * worth, worth))
    weighed = {"numerator": met, "denominator": weights, "value": value, "low": low, "high": high}
    parts = {name: np.where(sums.of_one_person, getattr(figure, name), part) for name, part in weighed.items()}
    return replace(figure, **parts)


def _possible(kpi: Kpi, value: Array, limits: tuple[Array, Array]) -> tuple[Array, Array]:
    """Keeps limits where figures can lie: not below the least, nor above 1 where the figure is a part of a whole."""
    low, high = limits
    if kpi.unit == "share":
        high = np.minimum(high, np.maximum(value, 1))
    return np.maximum(low, np.minimum(value, kpi.least)), high


def _withheld(figure: Figure, is_short: Array, why: int) -> Figure:
    """Blanks figures for which too few rows are known, old enough, or preceded by enough data."""
    if not is_short.any():
        return figure
    blank = {
        name: np.where(is_short, np.nan, getattr(figure, name))
        for name in ("numerator", "denominator", "value", "low", "high")
    }
    return replace(figure, **blank, why=np.where(is_short, why, figure.why))


def _ratio_figure(sums: Sums, kpi: Kpi) -> Figure:
    top_kpi, bottom_kpi = (sums.catalogue[part] for part in kpi.ratio or ())
    top, bottom = figure_of(sums, top_kpi), figure_of(sums, bottom_kpi)
    if top_kpi.kind == "count":
        top = _none_is_zero(top, sums.is_known_period(sums.scans.of(top_kpi)))
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(bottom.numerator > 0, kpi.scale * top.numerator / bottom.numerator, np.nan)
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    scan, known = sums.scans.of_ratio(kpi), ~np.isnan(value)
    if scan and sums.has_interval(kpi).any():
        parts = (
            np.maximum(_independent(sums, top_kpi), _independent(sums, bottom_kpi)), top.numerator, bottom.numerator,
            _squares(sums, top_kpi), _squares(sums, bottom_kpi), sums.product(kpi, scan),
        )  # fmt: skip
        n, x, y, xx, yy, xy = (part[known] for part in parts)
        is_of_units = sums.scans.has_units(top_kpi) and kpi.unit == "share"
        limits_of = clustered.ratio_limits if is_of_units else intervals.ratio_interval
        bounds = limits_of(n, x, y, xx, yy, xy)
        limits = _possible(kpi, value[known], (kpi.scale * bounds[0], kpi.scale * bounds[1]))
        low[known], high[known] = limits
        low, high = (np.where(sums.has_interval(kpi), bound, np.nan) for bound in (low, high))
    why = np.select([known, top.why > 0, bottom.why > 0], [0, top.why, bottom.why], NO_ROWS)
    return Figure(top.n, top.numerator, bottom.numerator, value, low, high, why)


def _none_is_zero(count: Figure, is_known: Array) -> Figure:
    """A group without rows has a count of 0 where other groups have some."""
    is_none = is_known & (count.why == NO_ROWS)
    return replace(count, numerator=np.where(is_none, 0, count.numerator), why=np.where(is_none, 0, count.why))


def _independent(sums: Sums, kpi: Kpi) -> Array:
    return sums.column(kpi, "units" if sums.scans.has_units(kpi) else "n")


def _squares(sums: Sums, kpi: Kpi) -> Array:
    """Sum of squares of what each row or unit adds; for a count of rows, the count itself."""
    if kpi.kind == "count":
        return sums.column(kpi, "n_n" if sums.scans.has_units(kpi) else "n")
    return sums.column(kpi, "squares") / 1e6
