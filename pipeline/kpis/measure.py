"""KPI x period x dimensions -> figures with intervals: each fact is scanned once for everything that is a sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from pipeline.errors import UsageError
from pipeline.kpis import DIMENSIONS, GRAINS, Catalogue
from pipeline.kpis.cube import Cube, Cut, Question
from pipeline.kpis.figures import WHYS, figure_of
from pipeline.kpis.groups import Array
from pipeline.kpis.sums import Connection, Sums

__all__ = ["Connection", "Question", "measure", "measure_cuts"]
NUMBERS = ("n", "numerator", "denominator", "value", "low", "high")


def measure(engine: Connection, catalogue: Catalogue, question: Question) -> pd.DataFrame:
    """One row per KPI, period and combination of dimensions, with its definition, the NUMBERS and `why`.

    Every KPI has a row for every group that any of them has; an absent figure is NaN, and `why` says why. Raises
    UsageError for a KPI, grain or dimension that does not exist, or not together.
    """
    _check(catalogue, question)
    cube = Cube(question.kpis, (Cut(question.grain, question.by),), question.where, question.only)
    return measure_cuts(engine, catalogue, cube).drop(columns=["cut", "grain"])


def measure_cuts(engine: Connection, catalogue: Catalogue, cube: Cube) -> pd.DataFrame:
    """As `measure`, for several cuts at once, each fact scanned once for all: `cut` names a row's dimensions, `grain`
    its period.

    A KPI has no rows for a cut or grain that it lacks.
    """
    kpis, sums = cube.kpis, Sums(engine, catalogue, cube)
    has_cut = [sums.has_cut(name) for name in kpis]
    named = _with_names(sums)
    groups = pd.concat([named if has.all() else named[has] for has in has_cut], ignore_index=True)
    sizes = [int(has.sum()) for has in has_cut]
    columns = {
        "kpi": _runs(kpis, sizes),
        "definition": _runs([catalogue.definition(name) for name in kpis], sizes),
        **{name: groups[name].array if name in groups else None for name in ("period", *DIMENSIONS, "cut")},
        **_figures(sums, catalogue, kpis, has_cut),
        "grain": groups["grain"].array,
    }
    return pd.DataFrame(columns, index=groups.index, copy=False)


def _with_names(sums: Sums) -> pd.DataFrame:
    names = {"cut": [",".join(cut.by) for cut in sums.cube.cuts], "grain": [cut.grain for cut in sums.cube.cuts]}
    known = {column: pd.array(told, dtype="string") for column, told in names.items()}
    return sums.groups.assign(**{column: told.take(sums.cut_places) for column, told in known.items()})


def _runs(words: Sequence[str], sizes: list[int]) -> ExtensionArray:
    """Each word repeated as often as its size says; memory is filled, not gathered, since millions of rows are usual."""
    runs = [pa.repeat(pa.scalar(word, pa.large_string()), size) for word, size in zip(words, sizes, strict=True)]
    return pd.StringDtype(na_value=np.nan).__from_arrow__(pa.chunked_array(runs, pa.large_string()))


def _figures(sums: Sums, catalogue: Catalogue, kpis: tuple[str, ...], has_cut: list[Array]) -> dict[str, Any]:
    """The columns of numbers and `why`, filled KPI by KPI: kept apart until the end, they would take twice the memory."""
    ends = np.cumsum([0, *(some.sum() for some in has_cut)])
    columns = {name: np.empty(ends[-1]) for name in NUMBERS} | {"why": np.empty(ends[-1], dtype=np.int8)}
    for name, some, begin, end in zip(kpis, has_cut, ends, ends[1:], strict=False):
        figure = figure_of(sums, catalogue[name])
        for part, column in columns.items():
            column[begin:end] = getattr(figure, part)[slice(None) if some.all() else some]
    return columns | {"why": pd.array(WHYS, dtype="str").take(columns["why"])}


def _check(catalogue: Catalogue, question: Question) -> None:
    if question.grain not in GRAINS:
        raise UsageError(f"no grain '{question.grain}'; there are {', '.join(GRAINS)}")
    for name in question.kpis:
        if question.grain not in (grains := catalogue.grains(name)):
            raise UsageError(f"{name} does not exist by {question.grain}; ask for the grain {' or '.join(grains)}")
        catalogue.require_dimensions(name, question.by)
