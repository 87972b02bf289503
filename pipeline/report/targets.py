"""A figure beside its target: whether it meets that, and by how many decimals this is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.kpis import Kpi
from pipeline.report.figures import Series, digits, known
from pipeline.report.words import DIGITS, Words
from pipeline.statistics import xmr

FINEST = 4
"""Decimals that may come on top where a figure looks like its target."""


def over_weeks(words: Words, line: Series, row: Mapping[str, Any]) -> str:
    """As `held`, and whether its weeks usually meet the target."""
    said = held(words, line, row)
    if not said or line.kpi.better is None:
        return said
    assurance = xmr.assurance(line.chart, line.target, line.kpi.better)
    return said if assurance == "too_few" else f"{said}; {words(f'assurance.{assurance}')}"


def held(words: Words, line: Series, row: Mapping[str, Any]) -> str:
    """Nothing without a target, or where neither more nor less is better."""
    if np.isnan(line.target) or line.kpi.better is None:
        return ""
    met = "missed" if misses(line.kpi, line.values[-1], line.target) else "met"
    is_open = known(row["low"]) and known(row["high"]) and row["low"] <= line.target <= row["high"]
    return words(
        "tile.target",
        value=words.target(line.kpi.unit, line.target),
        met=words(f"tile.{met}_open" if is_open else f"tile.{met}"),
    )


def misses(kpi: Kpi, value: float, target: float) -> bool:
    """False, too, where there is no target (NaN) or neither more nor less is better."""
    return bool({"higher": value < target, "lower": value > target}.get(kpi.better or "", False))


def beside_target(words: Words, kpi: Kpi, row: Mapping[str, Any], target: float) -> str:
    """The figure, with as many decimals as tell it from the target that it misses."""
    places = telling(words, kpi, row["value"], target, digits(kpi, row["n"]))
    return words.figure(kpi.unit, row["value"], places)


def telling(words: Words, kpi: Kpi, value: float, target: float, places: int | None) -> int | None:
    """Decimals by which a figure does not look like the target that it misses: 79.96 % where 80 is the target."""
    if not misses(kpi, value, target):
        return places
    least = DIGITS.get(kpi.unit, 0) if places is None else places
    wanted = (
        n for n in range(least, least + FINEST) if words.figure(kpi.unit, value, n) != words.figure(kpi.unit, target, n)
    )
    found = next(wanted, least)
    return places if found == least else found
