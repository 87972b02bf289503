"""What is asked: which KPIs, over which period, cut how; and the SQL columns that identify the rows of an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

PERIODS = {
    "half_hour": "half_hour",
    "hour": "concat(substr(half_hour, 1, 14), '00', substr(half_hour, 17))",
    "day": "cast(day as varchar)",
    "week": "week",
    "month": "substr(cast(day as varchar), 1, 7)",
    "total": "'total'",
}


@dataclass(frozen=True)
class Question:
    """Which KPIs, cut how. `where`: SQL over the columns that all facts share (week, day); `only`: over dimensions of `by`."""

    kpis: tuple[str, ...]
    grain: str = "total"
    by: tuple[str, ...] = ()
    where: str = "true"
    only: str = "true"


class Cut(NamedTuple):
    """One way to split figures: by a period of the grain, and by dimensions."""

    grain: str
    by: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (period_of(self.grain), *self.by)

    @property
    def name(self) -> str:
        return " ".join([self.grain, *self.by])


@dataclass(frozen=True)
class Cube:
    """Several cuts of the same KPIs. ValueError unless each period of the other grains lies wholly within one of the
    first grain."""

    kpis: tuple[str, ...]
    cuts: tuple[Cut, ...]
    where: str = "true"
    only: str = "true"

    def __post_init__(self) -> None:
        shortest_first = list(PERIODS)
        if any(shortest_first.index(grain) > shortest_first.index(self.cuts[0].grain) for grain in self.grains):
            raise ValueError(f"{self.cuts[0].grain} does not hold all of {', '.join(self.grains)}")

    @property
    def grains(self) -> list[str]:
        return list(dict.fromkeys(cut.grain for cut in self.cuts))

    @property
    def dimensions(self) -> list[str]:
        return list(dict.fromkeys(dimension for cut in self.cuts for dimension in cut.by))

    @property
    def counted(self) -> str:
        """SQL of the rows that are counted."""
        return self.where if self.only == "true" else f"({self.where}) and ({self.only})"

    @property
    def periods(self) -> str:
        """SQL columns: a row's period of each grain."""
        return ", ".join(f"{PERIODS[grain]} as {period_of(grain)}" for grain in self.grains)

    @property
    def sets(self) -> str:
        return ", ".join(f"({', '.join(cut.columns)})" for cut in self.cuts)

    @property
    def keys(self) -> list[str]:
        """SQL columns that identify a group: period, dimensions, and the name of the cut that it belongs to."""
        periods = [period_of(grain) for grain in self.grains]
        columns = [*periods, *self.dimensions]
        mask = " + ".join(f"{2**place} * grouping({name})" for place, name in enumerate(columns))
        named = " ".join(f"when {_mask(cut, columns)} then '{cut.name}'" for cut in self.cuts)
        return [f"coalesce({', '.join(periods)}) as period", *self.dimensions, f"case {mask} {named} end as cut"]

    @property
    def group(self) -> list[str]:
        return ["period", *self.dimensions, "cut"]

    def of_fact(self, has: tuple[str, ...]) -> Cube:
        """The cuts that are possible for a fact with these dimensions."""
        return replace(self, cuts=tuple(cut for cut in self.cuts if set(cut.by) <= set(has)))


def period_of(grain: str) -> str:
    return f"period_of_{grain}"


def _mask(cut: Cut, columns: list[str]) -> int:
    """What `grouping` says of a cut's rows: a bit for every column that is not in it."""
    return sum(2**place for place, name in enumerate(columns) if name not in cut.columns)
