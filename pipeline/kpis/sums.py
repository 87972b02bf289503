"""Sums and ranked values by group, from which the figures of a cube are made; each fact is scanned once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd

from pipeline.kpis import Catalogue, Kpi
from pipeline.kpis.cube import Cube, Cut, period_of
from pipeline.kpis.groups import Array, keys_of, laid_out, places_among, united_groups
from pipeline.kpis.ranks import PICKS, portions, quantiles_of, rank_sql, ranks_of
from pipeline.kpis.scans import Scan, Scans, has_interval
from pipeline.kpis.sql import sum_sql

OLD_SHARE = 0.5
"""Share of a group's rows that must be old enough for a figure that ripens. In a month all but the last weeks are, in
the newest week none; in the week before still most, where the data end before a holiday."""

SEEN_SHARE = 0.25
"""Share of a group's rows before which the data must reach back for a figure that depends on the past. Less than
OLD_SHARE: no later day adds any, and in a centre's first weeks together all but the first week's rows count."""


class Connection(Protocol):
    """What `measure` needs of an engine: run SQL, return a frame, take a frame as a table."""

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame: ...


class Sums:
    """The sums that a cube needs, aligned to the same groups."""

    def __init__(self, engine: Connection, catalogue: Catalogue, cube: Cube) -> None:
        self.engine, self.catalogue, self.cube = engine, catalogue, cube
        self.scans = Scans(catalogue, cube)
        scans = dict.fromkeys(self.scans.of(kpi) for kpi in self.scans.parts)
        self._column_of: dict[Scan, dict[str, str]] = {}
        scanned = {scan: frame for scan in scans if (frame := self._scan(scan)) is not None}
        self.groups, places = united_groups(cube, [keys_of(frame, cube.group) for frame in scanned.values()])
        self.cut_places: Array = pd.Index([cut.name for cut in cube.cuts]).get_indexer(self.groups["cut"])
        self.with_interval = self._in_cuts(has_interval)
        self.of_one_person = self._in_cuts(lambda cut: "agent" in cut.by)
        self._ranked: dict[str, dict[str, Array]] = {}
        self._by_scan = {
            scan: laid_out(frame.drop(columns=cube.group, errors="ignore"), place, len(self.groups))
            for (scan, frame), place in zip(scanned.items(), places, strict=True)
        }

    def has_cut(self, kpi: str) -> Array:
        """True for the groups whose dimensions and grain the KPI has."""
        dimensions, grains = set(self.catalogue.dimensions(kpi)), self.catalogue.grains(kpi)
        return self._in_cuts(lambda cut: cut.grain in grains and set(cut.by) <= dimensions)

    def _in_cuts(self, is_wanted: Callable[[Cut], bool]) -> Array:
        chosen: Array = np.array([is_wanted(cut) for cut in self.cube.cuts], dtype=bool)[self.cut_places]
        return chosen

    def column(self, kpi: Kpi, part: str) -> Array:
        """A sum of a KPI by group, NaN where the group has no row of its fact."""
        return self._column(self.scans.of(kpi), f"{kpi.id}__{part}")

    def _column(self, scan: Scan, name: str) -> Array:
        if scan not in self._by_scan:
            return np.full(len(self.groups), np.nan)
        return self._by_scan[scan][self._column_of[scan][name]]

    def has_interval(self, kpi: Kpi) -> Array:
        """True for the groups in which a KPI's rows, or their units, are independent enough for an interval."""
        return (self.with_interval | bool(kpi.stands_for)) & self.scans.is_judged(kpi)

    def unknown(self, kpi: Kpi) -> Array:
        """Rows by group for which it is not known whether they count, or with what value."""
        return self._column(self.scans.of(kpi), "all_rows") - self.column(kpi, "n") - self.column(kpi, "excluded")

    def is_young(self, kpi: Kpi) -> Array:
        """True for the groups in which less than OLD_SHARE of the seen rows are old enough for the KPI."""
        if not kpi.ripe_days:
            return np.zeros(len(self.groups), dtype=bool)
        rows = self._seen(kpi)
        young: Array = rows - self.column(kpi, "young") < OLD_SHARE * rows
        return young

    def is_unseen(self, kpi: Kpi) -> Array:
        """True for the groups in which less than SEEN_SHARE of the rows are preceded by as much data as the KPI asks
        for."""
        unseen: Array = self._seen(kpi) < SEEN_SHARE * self._column(self.scans.of(kpi), "all_rows")
        return unseen

    def _seen(self, kpi: Kpi) -> Array:
        """Rows by group that are preceded by as much data as the KPI asks for."""
        rows = self._column(self.scans.of(kpi), "all_rows")
        return rows - self.column(kpi, "unseen") if kpi.seen_days else rows

    def is_known_period(self, scan: Scan) -> Array:
        """True for the groups in whose period the fact has any row at all: elsewhere it may not have been delivered."""
        periods, rows = self.groups["period"], self._column(scan, "all_rows")
        delivered = periods[rows > 0] if self.cube.only == "true" else self._delivered(scan.fact)
        known: Array = periods.isin(delivered.unique()).to_numpy()
        return known

    def _delivered(self, fact: str) -> pd.Series:
        """The periods in which a fact has any row."""
        names = ", ".join(map(period_of, self.cube.grains))
        rows = f"select distinct {self.cube.periods} from {fact} where {self.cube.where}"
        return self.engine.frame(f"select coalesce({names}) as period from ({rows}) as periods")["period"]

    def product(self, ratio: Kpi, scan: Scan) -> Array:
        return self._column(scan, f"{ratio.id}__xy") / 1000

    def ranked(self, kpi: Kpi) -> dict[str, Array]:
        """Values around a quantile's place and at the ranks of its limits, by group."""
        if kpi.of not in self._ranked:
            self._ranked[kpi.of] = self._rank(kpi.of, [k for k in self.scans.parts if k.quantile and k.of == kpi.of])
        return {pick: self._ranked[kpi.of][f"{kpi.id}__{pick}"] for pick in PICKS}

    def _rank(self, fact: str, kpis: list[Kpi]) -> dict[str, Array]:
        cube = self.cube.of_fact(self.catalogue.facts[fact].by)
        sizes = np.unique([np.nan_to_num(self.column(kpi, "n")) for kpi in kpis]).astype(np.int64)
        ranks = ranks_of(quantiles_of(kpis), sizes)
        frames = [
            self.engine.frame(rank_sql(fact, kpis, replace(cube, where=f"({cube.where}) and {some}")), ranks=ranks)
            for some in self._portions(kpis)
        ]
        found = pd.concat(frames, ignore_index=True)
        place = places_among(self.groups, keys_of(found, self.cube.group))
        return laid_out(found.drop(columns=self.cube.group, errors="ignore"), place, len(self.groups))

    def _portions(self, kpis: list[Kpi]) -> list[str]:
        """SQL that splits the periods of the first grain into those ranked at once."""
        ranked = {(kpi.counts, kpi.value): kpi for kpi in kpis}.values()
        held = np.sum([np.nan_to_num(self.column(kpi, "n")) for kpi in ranked], axis=0)
        grain = self.cube.cuts[0].grain
        first = self._in_cuts(lambda cut: cut.grain == grain)
        sizes = pd.Series(held[first]).groupby(self.groups["period"].to_numpy()[first]).sum().sort_index()
        return portions(grain, sizes)

    def _scan(self, scan: Scan) -> pd.DataFrame | None:
        """The sums of a fact by group; None if it has no row or lacks the cut."""
        cube = self.cube.of_fact(self.catalogue.facts[scan.fact].by)
        if not cube.cuts or self.engine.frame(f"select 1 as one from {scan.fact} limit 1").empty:
            return None
        kpis = [kpi for kpi in self.scans.parts if self.scans.of(kpi) == scan]
        sql = sum_sql(scan.fact, kpis, self.scans.ratios_of(scan), cube, self.scans.spread(), scan.units)
        self._column_of[scan] = {"all_rows": "all_rows"} | sql.columns
        return self.engine.frame(sql.text)
