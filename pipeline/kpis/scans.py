"""Which scans of the facts a cube needs: one of each fact, and one more of what is told by customer or by day."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.kpis import Catalogue, Kpi
from pipeline.kpis.cube import Cube, Cut

WITH_INTERVAL = frozenset({"team", "agent", "topic"})
"""Dimensions whose figures have intervals. A queue's or the centre's figure is a census of calls that are not
independent: its own history judges it.

So does what the queue decides, however it is cut (`Kpi.is_of_queue`). A sample of the records (`Kpi.stands_for`) is no
census anywhere.
"""

TELLING_UNITS = ("week", "month", "total")
"""Grains at which contacts of one customer (`Kpi.is_of_customer`) or of one day (`Kpi.is_of_day`) are summed before an
interval is taken, in a scan of its own.

Elsewhere such KPIs have no interval: not in shorter periods, and not in stored figures, which would take a fifth longer.
"""


class Scan(NamedTuple):
    """The fact that a statement reads, and the units that its rows are summed by first; none where rows are
    independent."""

    fact: str
    units: tuple[str, ...]


class Scans:
    """The KPIs that a cube is made of, and the scan that gives the sums of each."""

    def __init__(self, catalogue: Catalogue, cube: Cube) -> None:
        self.catalogue, self.cube = catalogue, cube
        self.tells_units = _tells_units(cube)
        names = dict.fromkeys(part for name in cube.kpis for part in (catalogue[name].ratio or (name,)))
        self.parts = [catalogue[name] for name in names]

    def of(self, kpi: Kpi) -> Scan:
        """The scan that gives a KPI's sums; it is none for a ratio, whose parts have theirs."""
        unit = _unit_of(kpi)
        return Scan(kpi.of, (unit,) if unit and self.tells_units else self.catalogue.facts[kpi.of].held_by)

    def of_ratio(self, ratio: Kpi) -> Scan | None:
        """The scan that gives both parts of a ratio."""
        scans = {self.of(self.catalogue[part]) for part in ratio.ratio or ()}
        return scans.pop() if len(scans) == 1 else None

    def ratios_of(self, scan: Scan) -> dict[str, tuple[Kpi, Kpi]]:
        """The parts of the ratios that a scan gives whole."""
        asked = [self.catalogue[name] for name in self.cube.kpis]
        return {
            kpi.id: (self.catalogue[kpi.ratio[0]], self.catalogue[kpi.ratio[1]])
            for kpi in asked
            if kpi.ratio and self.of_ratio(kpi) == scan
        }

    def has_units(self, kpi: Kpi) -> bool:
        """Whether the rows that a KPI counts form units, which are then the independent observations."""
        return bool(self.of(kpi).units) and not kpi.is_of_units

    def is_judged(self, kpi: Kpi) -> bool:
        """Whether an interval is taken of a KPI in this cube at all."""
        return not kpi.is_of_queue and (self.tells_units or not _unit_of(kpi))

    def spread(self) -> set[str]:
        """The KPIs whose intervals use sums of squares of rows."""
        if not any(map(has_interval, self.cube.cuts)):
            return set()
        asked = [kpi for name in self.cube.kpis if self.is_judged(kpi := self.catalogue[name])]
        of_ratios = {part for kpi in asked if kpi.ratio and self.of_ratio(kpi) for part in kpi.ratio}
        return of_ratios | {kpi.id for kpi in asked if kpi.kind == "mean"}


def has_interval(cut: Cut) -> bool:
    """Whether the figures of a cut are of samples; a KPI of the queue has none even so."""
    return bool(WITH_INTERVAL & set(cut.by))


def _unit_of(kpi: Kpi) -> str:
    """The column of a fact whose rows of one value are one observation; none where rows are."""
    return "customer" if kpi.is_of_customer else "day" if kpi.is_of_day else ""


def _tells_units(cube: Cube) -> bool:
    """Only for a single cut: several are rolled up from their smallest groups, in which one customer or day would count
    several times."""
    return len(cube.cuts) == 1 and cube.cuts[0].grain in TELLING_UNITS and has_interval(cube.cuts[0])
