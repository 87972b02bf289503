"""Values of dimensions that somebody asks for: which there are, and figures of those alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipeline.drill import Where, listed
from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.results import Results

SAID = 8
"""Values named where the one asked for does not exist."""
SEVERAL = "of several values each needs a --where of its own, in Python they are a list"


class Beside:
    """Published results with tables beside them that SQL may name."""

    def __init__(self, results: Results, tables: Mapping[str, pd.DataFrame]) -> None:
        self.results, self.tables = results, tables

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        return self.results.frame(sql, **tables, **self.tables)


def values_of(results: Results, kpis: Iterable[str], dimension: str) -> dict[str, str]:
    """Every value of a dimension among the records that the KPIs are counted from, of all time, in order; agents by name."""
    facts = sorted({fact for kpi in kpis for fact in results.catalogue.facts_of(kpi)})
    selects = " union ".join(f"select {dimension} as value from {fact} where {dimension} is not null" for fact in facts)
    names = results.names if dimension == "agent" else {}
    return {value: names.get(value, value) for value in results.frame(f"{selects} order by value")["value"]}


def refuse_unknown(results: Results, kpis: Iterable[str], where: Where) -> None:
    """Raises UsageError for values asked for that no record has, with those that there are. Nothing of dimensions that no KPI
    has."""
    said = []
    for dimension, values in listed(where).items():
        having = [kpi for kpi in kpis if dimension in results.catalogue.dimensions(kpi)]
        known = values_of(results, having, dimension) if having else {}
        missing = [value for value in values if having and value and value not in known]
        said += [f"no {dimension} '{value}'; there are {_some(known, value)}" for value in missing]
        said += [SEVERAL] if any("," in value for value in missing) else []
    if said:
        raise UsageError("; ".join(said))


def _some(known: Mapping[str, str], value: str) -> str:
    """The first of the values, those that hold the one asked for before the others; people with their names."""
    said = [key if key == name else f"{key} ({name})" for key, name in known.items()]
    said.sort(key=lambda text: value.casefold() not in text.casefold())
    return (", ".join(said[:SAID]) or "none") + (", ..." if len(said) > SAID else "")
