"""KPI x period x dimensions -> figures with intervals: each fact is scanned once for all that adds up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.kpis import DIMENSIONS, GRAINS, Catalogue, Kpi
from pipeline.kpis.sql import Cube, Question, name_of, product_of, rank_sql, sum_sql, sums_of
from pipeline.statistics import intervals

__all__ = ["Question", "measure", "measure_cuts"]
Array = np.ndarray[Any, np.dtype[Any]]
WITH_INTERVAL = frozenset({"team", "agent", "topic"})
"""A queue's or the centre's figure is a census of calls that are not independent: its history judges it."""
KNOWN_SHARE = 0.95
"""A figure is given when what it needs is known for at least this share of the rows that count."""
SCALES = {"points": (0.0, 100.0), "stars": (1.0, 5.0)}
FIGURE = ("n", "numerator", "denominator", "value", "low", "high", "why")


class Connection(Protocol):
    """What `measure` needs of an engine: run SQL, give back a frame, take a frame as a table."""

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame: ...


def measure(engine: Connection, catalogue: Catalogue, question: Question) -> pd.DataFrame:
    """One row per KPI, period and combination of dimensions, with definition, n, value and the rest of FIGURE.

    Every KPI has a row for every group that any of them has; an absent figure is NaN, and `why` says why. Raises
    UsageError for a KPI, grain or dimension that does not exist.
    """
    _check(catalogue, question)
    cube = Cube(question.kpis, question.grain, (question.by,), question.where)
    return measure_cuts(engine, catalogue, cube.kpis, cube.grain, cube.cuts, cube.where).drop(columns="cut")


def measure_cuts(
    engine: Connection,
    catalogue: Catalogue,
    kpis: tuple[str, ...],
    grain: str,
    cuts: tuple[tuple[str, ...], ...],
    where: str = "true",
) -> pd.DataFrame:
    """As `measure`, for several cuts at once, each fact scanned once for all of them: `cut` names a row's dimensions.

    A KPI has no rows for a cut by a dimension that it does not have.
    """
    sums = _Sums(engine, catalogue, Cube(kpis, grain, cuts, where))
    figures = [_figure(sums, catalogue[name]) for name in kpis]
    size = len(sums.groups)
    groups = sums.groups.take(np.tile(np.arange(size), len(figures))).reset_index(drop=True)
    columns = {
        "kpi": np.repeat(np.array(kpis, dtype=object), size),
        "definition": np.repeat(np.array([catalogue.definition(name) for name in kpis], dtype=object), size),
        **{name: groups[name].array if name in groups else None for name in ("period", *DIMENSIONS, "cut")},
        **{name: np.concatenate([getattr(figure, name) for figure in figures]) for name in FIGURE},
    }
    frame = pd.DataFrame(columns, index=groups.index)
    return frame[np.concatenate([sums.has_cut(name) for name in kpis])].reset_index(drop=True)


def _check(catalogue: Catalogue, question: Question) -> None:
    if question.grain not in GRAINS:
        raise UsageError(f"no grain '{question.grain}'; there are {', '.join(GRAINS)}")
    unknown = [d for d in question.by if d not in DIMENSIONS]
    if unknown:
        raise UsageError(f"no dimension '{unknown[0]}'; there are {', '.join(DIMENSIONS)}")
    for name in question.kpis:
        missing = [d for d in question.by if d not in catalogue.dimensions(name)]
        if missing:
            possible = ", ".join(catalogue.dimensions(name)) or "none"
            raise UsageError(f"{name} cannot be split by {', '.join(missing)}; it can by {possible}")


@dataclass(frozen=True)
class _Figure:
    """One KPI for all groups: arrays of the same length. `why`: not_recorded, no_rows, or None where there is a figure."""

    n: Array
    numerator: Array
    denominator: Array
    value: Array
    low: Array
    high: Array
    why: Array


class _Sums:
    """The sums that a cube needs, each fact scanned once, all laid over the same groups."""

    def __init__(self, engine: Connection, catalogue: Catalogue, cube: Cube) -> None:
        self.engine, self.catalogue, self.cube = engine, catalogue, cube
        facts = dict.fromkeys(kpi.of for kpi in self._parts())
        scanned = {fact: self._scan(fact) for fact in facts}
        self.groups = self._groups(list(scanned.values()))
        self.with_interval = self._in_cuts({name_of(cut) for cut in cube.cuts if WITH_INTERVAL & set(cut)})
        self._ranked: dict[tuple[str, str, str], pd.DataFrame] = {}
        self._by_fact = {fact: self._laid_out(frame) for fact, frame in scanned.items()}

    def has_cut(self, kpi: str) -> Array:
        """True for the groups that a KPI has the dimensions of."""
        dimensions = set(self.catalogue.dimensions(kpi))
        return self._in_cuts({name_of(cut) for cut in self.cube.cuts if set(cut) <= dimensions})

    def _in_cuts(self, names: set[str]) -> Array:
        chosen: Array = self.groups["cut"].isin(names).to_numpy(dtype=bool)
        return chosen

    def column(self, kpi: Kpi, part: str) -> Array:
        """A sum of a KPI by group, NaN where the group has no row of its fact."""
        array: Array = self._by_fact[kpi.of][f"{kpi.id}__{part}"].to_numpy(dtype=float)
        return array

    def product(self, ratio: Kpi, fact: str) -> Array:
        array: Array = self._by_fact[fact][f"{ratio.id}__xy"].to_numpy(dtype=float) / 1000
        return array

    def ranked(self, kpi: Kpi) -> dict[str, Array]:
        """Values around a quantile's place and at the ranks that bound it, by group."""
        over = (kpi.of, kpi.where, kpi.value)
        if over not in self._ranked:
            same = [k for k in self._parts() if k.quantile and (k.of, k.where, k.value) == over]
            self._ranked[over] = self._rank(same)
        parts = ("below", "above", "rank_low", "rank_high")
        return {part: self._ranked[over][f"{kpi.id}__{part}"].to_numpy(dtype=float) for part in parts}

    def _rank(self, kpis: list[Kpi]) -> pd.DataFrame:
        sizes = np.unique(np.nan_to_num(self.column(kpis[0], "n"))).astype(np.int64)
        ranks = {"n": sizes}
        for kpi in kpis:
            ranks[f"{kpi.id}__low_rank"], ranks[f"{kpi.id}__high_rank"] = intervals.quantile_ranks(sizes, kpi.q or 0.5)
        table = pd.DataFrame(ranks)
        cuts = self.cube.of_fact(self.catalogue.facts[kpis[0].of].by).cuts
        frames = [self.engine.frame(rank_sql(kpis, self.cube, cut), ranks=table) for cut in cuts]
        return self._laid_out(self._typed(pd.concat(frames, ignore_index=True)))

    def same_fact(self, ratio: Kpi) -> str | None:
        facts = {self.catalogue[part].of for part in ratio.ratio or ()}
        return facts.pop() if len(facts) == 1 else None

    def _parts(self) -> list[Kpi]:
        names = dict.fromkeys(part for n in self.cube.kpis for part in (self.catalogue[n].ratio or (n,)))
        return [self.catalogue[name] for name in names]

    def _scan(self, fact: str) -> pd.DataFrame:
        asked = [self.catalogue[name] for name in self.cube.kpis]
        columns = [column for kpi in self._parts() if kpi.of == fact for column in sums_of(kpi)]
        columns += [product_of(self.catalogue, kpi) for kpi in asked if kpi.ratio and self.same_fact(kpi) == fact]
        cube = self.cube.of_fact(self.catalogue.facts[fact].by)
        if not cube.cuts or self.engine.frame(f"select 1 as one from {fact} limit 1").empty:
            names = [column.rpartition(" as ")[2] for column in columns]
            return self._typed(pd.DataFrame(columns=[*self.cube.group, *names], dtype=float))
        return self._typed(self.engine.frame(sum_sql(fact, columns, cube)))

    def _typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Every group column, as text, so that groups without a name meet whatever else is in the column."""
        frame = frame.reindex(columns=[*self.cube.group, *(c for c in frame.columns if c not in self.cube.group)])
        return frame.astype(dict.fromkeys(self.cube.group, "string"))

    def _groups(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        group = self.cube.group
        keys = pd.concat([frame[group] for frame in frames]).drop_duplicates()
        if keys.empty and self.cube.cuts == ((),) and self.cube.grain == "total":
            keys = pd.DataFrame({"period": ["total"], "cut": [""]}, dtype="string")
        return keys.sort_values(group, na_position="last", kind="stable").reset_index(drop=True)

    def _laid_out(self, frame: pd.DataFrame) -> pd.DataFrame:
        return self.groups.merge(frame, on=self.cube.group, how="left")


def _figure(sums: _Sums, kpi: Kpi) -> _Figure:
    if kpi.ratio:
        return _ratio_figure(sums, kpi)
    n, unknown = np.nan_to_num(sums.column(kpi, "n")), np.nan_to_num(sums.column(kpi, "unknown"))
    total = n if kpi.kind == "count" else sums.column(kpi, "total") / (1000 if kpi.kind in ("mean", "sum") else 1)
    total = np.where(np.isnan(sums.column(kpi, "n")), np.nan, total)
    nothing = np.full(len(n), np.nan)
    low, high = nothing, nothing
    if kpi.kind == "quantile":
        value, low, high = _quantile(kpi, sums.ranked(kpi), n)
    else:
        value = _value(kpi, n, total)
    if kpi.kind in ("share", "mean") and sums.with_interval.any():
        low, high = _interval(kpi, n, total, sums)
    figure = _Figure(
        n,
        total if kpi.kind in ("count", "share", "mean", "sum") else nothing,
        n if kpi.kind in ("share", "mean") else nothing,
        value,
        np.where(sums.with_interval, low, np.nan),
        np.where(sums.with_interval, high, np.nan),
        _pick(np.isnan(value), "no_rows", None),
    )
    return _withheld(figure, unknown)


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


def _interval(kpi: Kpi, n: Array, total: Array, sums: _Sums) -> tuple[Array, Array]:
    total = np.nan_to_num(total)
    if kpi.kind == "share":
        return intervals.wilson(total, n)
    squares = np.nan_to_num(sums.column(kpi, "squares")) / 1e6
    if kpi.unit == "s":
        return intervals.duration_mean_interval(n, total, squares)
    return intervals.mean_interval(n, total, squares, bounds=SCALES[kpi.unit])


def _withheld(figure: _Figure, unknown: Array) -> _Figure:
    """Blank what rests on too few known rows."""
    short = (unknown > 0) & (figure.n < KNOWN_SHARE * (figure.n + unknown))
    blank = {
        name: np.where(short, np.nan, getattr(figure, name))
        for name in ("numerator", "denominator", "value", "low", "high")
    }
    return replace(figure, **blank, why=_pick(short, "not_recorded", figure.why))


def _ratio_figure(sums: _Sums, kpi: Kpi) -> _Figure:
    top_kpi, bottom_kpi = (sums.catalogue[part] for part in kpi.ratio or ())
    top, bottom = _figure(sums, top_kpi), _figure(sums, bottom_kpi)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(bottom.numerator > 0, kpi.scale * top.numerator / bottom.numerator, np.nan)
    low, high = np.full(len(value), np.nan), np.full(len(value), np.nan)
    fact, known = sums.same_fact(kpi), ~np.isnan(value)
    if fact and sums.with_interval.any():
        parts = (
            np.maximum(top.n, bottom.n), top.numerator, bottom.numerator,
            _squares(sums, top_kpi), _squares(sums, bottom_kpi), sums.product(kpi, fact),
        )  # fmt: skip
        n, x, y, xx, yy, xy = (part[known] for part in parts)
        bounds = intervals.ratio_interval(n, x, y, xx, yy, xy)
        low[known], high[known] = kpi.scale * bounds[0], kpi.scale * bounds[1]
        low, high = (np.where(sums.with_interval, bound, np.nan) for bound in (low, high))
    why = _pick(known, None, [t or b or "no_rows" for t, b in zip(top.why, bottom.why, strict=True)])
    return _Figure(top.n, top.numerator, bottom.numerator, value, low, high, why)


def _squares(sums: _Sums, kpi: Kpi) -> Array:
    """Sum of squares of what each row adds: of a count it is the count itself."""
    return sums.column(kpi, "n") if kpi.kind == "count" else sums.column(kpi, "squares") / 1e6


def _pick(condition: Array, yes: Any, no: Any) -> Array:
    """np.where for words and None."""
    chosen: Array = np.where(condition, np.array(yes, dtype=object), np.array(no, dtype=object))
    return chosen
