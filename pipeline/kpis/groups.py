"""The groups of a cube (a period, dimension values and the name of the cut), to which the sums of several facts are
aligned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.kpis.cube import Cube, Cut

Array = np.ndarray[Any, np.dtype[Any]]


def keys_of(frame: pd.DataFrame, group: list[str]) -> pd.DataFrame:
    """Every group column as text, so that groups without a name match whatever else is in the column."""
    return frame.reindex(columns=group).astype("string")


def united_groups(cube: Cube, frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, list[Array]]:
    """The sorted groups that any of the frames of keys has, and for each frame the places of its rows among them."""
    keys = pd.concat([pd.DataFrame(columns=cube.group, dtype="string"), *frames])
    place = keys.groupby(cube.group, dropna=False, sort=True).ngroup().to_numpy()
    groups = keys.iloc[np.unique(place, return_index=True)[1]].reset_index(drop=True)
    if groups.empty and cube.cuts == (whole := Cut("total"),):
        groups = pd.DataFrame({"period": ["total"], "cut": [whole.name]}, dtype="string")
    ends = np.cumsum([len(frame) for frame in frames])
    return groups, np.split(place, ends)[:-1]


def places_among(groups: pd.DataFrame, keys: pd.DataFrame) -> Array:
    """Of each of the keys the place of its group, which must be one of the groups."""
    place = pd.concat([groups, keys]).groupby([*groups], dropna=False, sort=False).ngroup().to_numpy()
    return np.asarray(place[len(groups) :])


def laid_out(frame: pd.DataFrame, place: Array, groups: int) -> dict[str, Array]:
    """The columns aligned to all groups, NaN where the frame has no row."""
    laid = np.full((len(frame.columns), groups), np.nan)
    laid[:, place] = frame.to_numpy(dtype=float, na_value=np.nan).T
    return dict(zip(frame, laid, strict=True))
