"""Figures of some weeks -> the table kpi_values: measured, or taken over where no row of their facts has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.kpis import Catalogue
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.measure import Connection, measure_cuts
from pipeline.sql_text import file_literal, quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

CUTS = (
    (Cut("week"), Cut("week", ("team",)), Cut("week", ("agent",))),
    (*(Cut("week", (of,)) for of in ("queue", "topic", "channel")), Cut("day")),
)
"""Stored, beside some KPIs by the half-hour; any other is computed from the published facts. Together stand those that few groups
hold: an agent has one team or two, a queue a handful of topics."""
HALF_HOURLY = ("offered", "answered", "abandoned", "abandonment", "service_level", "asa")
KEY = "kpi, grain, cut, period, team, agent, queue, topic, channel"


@dataclass(frozen=True)
class Published:
    """Files of figures of the weeks, and the KPIs no row of whose facts has changed since they were written."""

    files: tuple[Path, ...]
    kpis: frozenset[str]


def fill_kpi_values(
    warehouse: Warehouse,
    engine: Connection,
    catalogue: Catalogue,
    begins: dict[str, str],
    weeks: str,
    published: Published | None,
) -> None:
    """Temp table kpi_values: every stored grain of some weeks, with the week each row belongs to.

    `begins`: the first week of each optional fact that has any: before it nothing is stored of its KPIs. A KPI has a row for
    every group that any has: of what is `published` some are measured all the same, as witnesses that the groups are still those.
    """
    absent = {name for name, fact in catalogue.facts.items() if fact.is_optional and name not in begins}
    every = tuple(name for name in catalogue.kpis if not catalogue.facts_of(name) & absent)
    same = [name for name in every if published and name in published.kpis]
    witnesses = {_shape(catalogue, name): name for name in reversed(same)}
    taken = set(same) - set(witnesses.values())
    _measure(warehouse, engine, catalogue, begins, weeks, tuple(name for name in every if name not in taken))
    if published and taken:
        if _are_as_published(warehouse, published, witnesses.values()):
            _take_over(warehouse, published, taken)
        else:
            _measure(warehouse, engine, catalogue, begins, weeks, every)


def _shape(catalogue: Catalogue, name: str) -> tuple[object, ...]:
    """What decides in which groups a KPI has rows."""
    grains = catalogue.grains(name)
    return frozenset(catalogue.facts_of(name)), catalogue.dimensions(name), grains, name in HALF_HOURLY


def _measure(
    warehouse: Warehouse,
    engine: Connection,
    catalogue: Catalogue,
    begins: dict[str, str],
    weeks: str,
    kpis: tuple[str, ...],
) -> None:
    values = _measured(engine, catalogue, weeks, kpis)
    first = {name: max((begins.get(fact, "") for fact in catalogue.facts_of(name)), default="") for name in kpis}
    values["first_week"] = values["kpi"].map(first).astype("string")
    with warehouse.named(measured=values):
        warehouse.sql.execute(
            """create or replace temp table kpi_values as
            with weeks as (
                select distinct cast(day as varchar) as period, week from calendar
                union select distinct half_hour as period, week from calendar)
            select v.* exclude (first_week), coalesce(w.week, v.period) as week
            from measured v left join weeks w on w.period = v.period
            where coalesce(w.week, v.period) >= first_week"""
        )


def _measured(engine: Connection, catalogue: Catalogue, weeks: str, kpis: tuple[str, ...]) -> pd.DataFrame:
    by_the_half_hour = tuple(name for name in HALF_HOURLY if name in kpis)
    cubes = [*(Cube(kpis, cuts, weeks) for cuts in CUTS), Cube(by_the_half_hour, (Cut("half_hour"),), weeks)]
    values = pd.concat([measure_cuts(engine, catalogue, cube) for cube in cubes], ignore_index=True)
    text = ["kpi", "definition", "period", "team", "agent", "queue", "topic", "channel", "why", "grain", "cut"]
    values[text] = values[text].astype("string")
    return values


def _are_as_published(warehouse: Warehouse, published: Published, kpis: Iterable[str]) -> bool:
    """Whether the rows measured of the KPIs are those of the files."""
    compared = f"{KEY}, n, value"
    different = warehouse.value(
        f"""select count(*) from (
            select {compared} from (
                select {compared}, 1 as side from kpi_values where {_of(kpis)}
                union all select {compared}, -1 as side from {_read(published)} where {_of(kpis)})
            group by {compared} having sum(side) <> 0)"""
    )
    return not different


def _take_over(warehouse: Warehouse, published: Published, kpis: Iterable[str]) -> None:
    warehouse.sql.execute(f"insert into kpi_values by name select * from {_read(published)} where {_of(kpis)}")


def _read(published: Published) -> str:
    return f"read_parquet([{', '.join(file_literal(file) for file in published.files)}])"


def _of(kpis: Iterable[str]) -> str:
    return f"kpi in ({', '.join(quoted(name) for name in sorted(kpis))})"
