"""KPI x period x dimensions -> figures with intervals: each fact is scanned once for all that adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.kpis import DIMENSIONS, GRAINS, Catalogue
from pipeline.kpis.figures import figure_of
from pipeline.kpis.sql import Cube, Question
from pipeline.kpis.sums import Connection, Sums

__all__ = ["Connection", "Question", "measure", "measure_cuts"]
FIGURE = ("n", "numerator", "denominator", "value", "low", "high", "why")


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
    sums = Sums(engine, catalogue, Cube(kpis, grain, cuts, where))
    figures = [figure_of(sums, catalogue[name]) for name in kpis]
    size = len(sums.groups)
    groups = sums.groups.take(np.tile(np.arange(size), len(figures))).reset_index(drop=True)
    places = np.repeat(np.arange(len(kpis)), size)
    columns = {
        "kpi": pd.array(kpis, dtype="str").take(places),
        "definition": pd.array([catalogue.definition(name) for name in kpis], dtype="str").take(places),
        **{name: groups[name].array if name in groups else None for name in ("period", *DIMENSIONS, "cut")},
        **{name: np.concatenate([getattr(figure, name) for figure in figures]) for name in FIGURE},
    }
    frame = pd.DataFrame(columns, index=groups.index, copy=False)
    has_cut = np.concatenate([sums.has_cut(name) for name in kpis])
    return frame if has_cut.all() else frame[has_cut].reset_index(drop=True)


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
