"""A vendor's export beside our figures, row by row: which definition explains the difference, and the records behind the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.asking.vendor_export import headed, read_export
from pipeline.drill import rows_behind
from pipeline.errors import UsageError
from pipeline.kpis import Catalogue
from pipeline.kpis.measure import Question, measure
from pipeline.results import Results
from pipeline.sql_text import quoted

SHOWN = 20
"""References to records behind a row that nothing explains."""
GRAINS = ("total", "day", "week")
TOTALS = frozenset({"total", "grand total", "overall", "all", "sum", "итого", "всего", "gesamt", "summe"})
"""How exports name a row of all the others."""


@dataclass(frozen=True)
class Reconciled:
    """rows: the dimensions, theirs, ours, difference and what explains it. matches: rows each definition explains.

    explained_by: the definition that explains most rows (ours first among equals), None when none explains any.
    """

    kpi: str
    rows: list[dict[str, Any]]
    matches: dict[str, int]
    explained_by: str | None


def reconcile(
    results: Results, file: Path, figure: str, by: Sequence[str], grain: str, where: str, encoding: str = "utf-8-sig"
) -> Reconciled:
    """Compare a CSV or XLSX file that has a column for each dimension (and for the period unless the grain is total) and one
    for the figure, each called as ours or `headed`; `encoding` is that of a CSV. Raises UsageError naming the file and the
    column that is missing, or the cell that is no number."""
    if grain not in GRAINS:
        raise UsageError(f"an export is compared by {', '.join(GRAINS)}, not by {grain}")
    catalogue, name, dimensions = results.catalogue, headed(figure)[0], dict(map(headed, by))
    keys, definitions = key_columns(grain, [*dimensions]), _definitions(catalogue, name, dimensions)
    headings = {key: dimensions.get(key, key) for key in keys}
    theirs = read_export(file, figure, headings, catalogue, results.document("agents"), grain, encoding)
    figures = measure(results, catalogue, Question(tuple(definitions), grain, tuple(dimensions), where))
    pairs = _paired(theirs, _ours(figures, definitions, keys), keys)
    fitting = [_fitting(pair, definitions) for pair in pairs]
    rows = [_row(results, name, keys, pair, fits, where) for pair, fits in zip(pairs, fitting, strict=True)]
    matches = {one: sum(one in fits for fits in fitting) for one in definitions}
    best = max(definitions, key=matches.__getitem__)
    return Reconciled(name, rows, matches, best if matches[best] else None)


def _definitions(catalogue: Catalogue, name: str, dimensions: Collection[str]) -> list[str]:
    """The KPI and its variants that have the dimensions."""
    variants = [kpi.id for kpi in catalogue.kpis.values() if kpi.variant_of == name]
    return [name, *(variant for variant in variants if set(dimensions) <= set(catalogue.dimensions(variant)))]


def _paired(theirs: pd.DataFrame, ours: pd.DataFrame, keys: list[str]) -> list[dict[Any, Any]]:
    """Each row of either side beside that of the other, where there is one."""
    theirs = _without_totals(theirs, ours, keys)
    both = theirs.merge(ours, on=keys, how="outer") if keys else theirs.merge(ours, how="cross")
    pairs: list[dict[Any, Any]] = both.to_dict("records")
    return pairs


def _fitting(pair: dict[Any, Any], definitions: Sequence[str]) -> list[str]:
    """The definitions whose figure is theirs."""
    return [one for one in definitions if abs(pair["theirs"] - pair[one]) <= pair["tolerance"]]


def key_columns(grain: str, by: Sequence[str]) -> list[str]:
    """What tells the rows of a comparison apart."""
    return [*(["period"] if grain != "total" else []), *by]


def apart(found: Reconciled, keys: Sequence[str]) -> str:
    """What to say where no row of the file met one of ours: keys that are spelled otherwise. Else empty."""
    if not keys or any(not row["status"].startswith("only") for row in found.rows):
        return ""
    ours = [", ".join(str(row[key]) for key in keys) for row in found.rows if row["status"] == "only here"]
    return f"no row has the {', '.join(keys)} of one of ours" + (f", such as {ours[0]}" if ours else "")


def _ours(figures: pd.DataFrame, definitions: list[str], keys: list[str]) -> pd.DataFrame:
    """One row a group, one column a definition, and `why` there is no figure of the first."""
    known = figures.dropna(subset=keys).assign(group=0)
    table = known.pivot(index=["group", *keys], columns="kpi", values="value").reindex(columns=definitions)
    why = known[known["kpi"] == definitions[0]].set_index(["group", *keys])["why"]
    return table.assign(why=why).reset_index().drop(columns="group")


def _without_totals(theirs: pd.DataFrame, ours: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Their rows but those of all the others, unless one of ours has that name."""
    totals = [theirs[key].str.casefold().isin(TOTALS) & ~theirs[key].isin(ours[key]) for key in keys]
    return theirs[~np.logical_or.reduce(totals)] if totals else theirs


def _row(
    results: Results, name: str, keys: Sequence[str], pair: dict[Any, Any], fitting: list[str], where: str
) -> dict[str, Any]:
    """status: same, another definition, only in the file, only here, not available here and why, or unexplained with the records
    behind ours."""
    theirs, ours = float(pair["theirs"]), float(pair[name])
    status = _status(name, theirs, ours, fitting, pair["why"])
    row = {key: pair[key] for key in keys} | {"theirs": theirs, "ours": ours, "difference": theirs - ours}
    row |= {"status": status, "explained_by": ", ".join(fitting), "records": 0, "first_records": []}
    return row | _behind(results, name, keys, pair, where) if status == "unexplained" else row


def _behind(results: Results, name: str, keys: Sequence[str], pair: dict[Any, Any], where: str) -> dict[str, Any]:
    """How many records our figure counts, and the first of them."""
    whom = {key: str(pair[key]) for key in keys if key != "period"}
    behind = rows_behind(results, name, _period(keys, pair, where), whom)
    first = behind["source_ref"].head(SHOWN).tolist() if "source_ref" in behind else []
    return {"records": len(behind), "first_records": first}


def _status(name: str, theirs: float, ours: float, fitting: list[str], why: Any) -> str:
    if fitting:
        return "same" if name in fitting else "another definition"
    if isnan(theirs):
        return "only here"
    if isnan(ours):
        return f"not available here: {' '.join(why.split('_'))}" if isinstance(why, str) and why else "only in the file"
    return "unexplained"


def _period(keys: Sequence[str], pair: dict[Any, Any], where: str) -> str:
    """The period of a row as SQL: weeks and days are columns of every fact."""
    if "period" not in keys:
        return where
    period = str(pair["period"])
    column = "week" if "-W" in period else "cast(day as varchar)"
    return f"({where}) and {column} = {quoted(period)}"
