"""The groups of a cube (a period, dimension values and the name of the cut), to which the sums of several facts are
aligned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.kpis.cube import Cube, Cut

Array = np.ndarray[Any, np.dtype[Any]]


def typed(frame: pd.DataFrame, group: list[str]) -> pd.DataFrame:
    """Every group column as text, so that groups without a name match whatever else is in the column."""
    frame = frame.reindex(columns=[*group, *(c for c in frame.columns if c not in group)])
    return frame.astype(dict.fromkeys(group, "string"))


def united_groups(cube: Cube, frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, list[Array]]:
    """The sorted groups that any of the frames has, and for each frame the places of its rows among them."""
    keys = pd.concat([pd.DataFrame(columns=cube.group, dtype="string"), *(frame[cube.group] for frame in frames)])
    place = keys.groupby(cube.group, dropna=False, sort=True).ngroup().to_numpy()
    groups = keys.iloc[np.unique(place, return_index=True)[1]].reset_index(drop=True)
    if groups.empty and cube.cuts == (whole := Cut("total"),):
        groups = pd.DataFrame({"period": ["total"], "cut": [whole.name]}, dtype="string")
    ends = np.cumsum([len(frame) for frame in frames])
    return groups, np.split(place, ends)[:-1]


def laid_out(frame: pd.DataFrame, place: Array, groups: int) -> dict[str, Array]:
    """The columns aligned to all groups, NaN where the frame has no row."""
    columns = {name: np.full(groups, np.nan) for name in frame}
    for name, column in columns.items():
        column[place] = frame[name].to_numpy(dtype=float, na_value=np.nan)
    return columns
