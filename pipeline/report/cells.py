"""Figures as cells of a table, and KPIs as heads of its rows and columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.kpis import Kpi
from pipeline.report.figures import known, reason, title
from pipeline.report.sparkline import FEWEST_WEEKS, sparkline
from pipeline.report.tables import Cell, Column
from pipeline.report.words import Words

FEW = 100
"""Rows below which a figure without an interval says how few they are."""


def cell(
    words: Words, kpi: Kpi, row: Mapping[str, Any] | None, digits: int | None = None, with_n: bool = False
) -> Cell:
    """A figure with its interval, or the word for its absence; `with_n` says on how few rows one without rests."""
    if row is None or not known(row["value"]):
        return absent(words, kpi, reason(row))
    value, low, high = row["value"], row.get("low"), row.get("high")
    text = words.figure(kpi.unit, value, digits)
    if low is not None and high is not None and known(low) and known(high):
        return Cell(text, value, low, high, aside=words.span(kpi.unit, low, high, digits))
    is_small = with_n and kpi.kind in ("share", "mean", "quantile") and row["n"] < FEW
    return Cell(text, value, aside=words("table.of_n", n=words.number(row["n"])) if is_small else "")


def absent(words: Words, kpi: Kpi, code: str) -> Cell:
    """The word for why there is no figure; `code` names it in [why]."""
    return Cell(words(f"why.{code}"), is_absent=True, unrecorded=kpi.id if code == "not_recorded" else "")


def line_cell(words: Words, kpi: Kpi, values: Iterable[float]) -> Cell:
    """The last weeks as a small line, and in words their lowest and highest, and how many they are."""
    values = [float(value) for value in values]
    known_ones = [value for value in values if not math.isnan(value)]
    if len(known_ones) < FEWEST_WEEKS:
        return Cell("–", is_absent=True)
    span = words.span(kpi.unit, min(known_ones), max(known_ones), decimals(kpi))
    text = words("table.span_of", span=span, weeks=words.count("unit.weeks", len(known_ones)))
    return Cell(text, text, line=sparkline(values, text))


def decimals(kpi: Kpi) -> int:
    """Decimals of a figure beside others in a table."""
    return {"stars": 1, "per_hour": 1, "h": 1, "per_ticket": 2}.get(kpi.unit, 0)


def count_cell(words: Words, row: Mapping[str, Any] | None, part: str) -> Cell:
    """A numerator or denominator that is a count."""
    if row is None or not known(row[part]):
        return Cell("–", is_absent=True)
    return Cell(words.number(row[part]), int(row[part]))


def count_of(words: Words, n: float) -> Cell:
    return Cell(words.number(int(n)), int(n))


def share_of(words: Words, value: float, low: float | None = None, high: float | None = None) -> Cell:
    if not known(float(value)):
        return Cell(words("pec.too_few"), is_absent=True)
    if low is None or high is None:
        return Cell(words.percent(value), float(value))
    return Cell(words.percent(value), float(value), float(low), float(high), words.span("share", low, high, 0))


def difference_cell(words: Words, value: float, low: float, high: float) -> Cell:
    """A difference of two shares in points, with its limits where these are known."""
    text = words.difference("share", value, 0)
    if not known(low):
        return Cell(text, value)
    first, last = (words.difference("points", 100 * bound, 0) for bound in (low, high))
    return Cell(text, value, low, high, words("pec.from_to", low=first, high=last))


def column(words: Words, kpi: Kpi, has_interval: bool = False) -> Column:
    return Column(title(words, kpi), has_interval=has_interval, kpi=kpi.id, in_files=in_files(words, kpi))


def head_cell(words: Words, kpi: Kpi) -> Cell:
    """The KPI as the head of a row."""
    return Cell(title(words, kpi), in_files(words, kpi))


def in_files(words: Words, kpi: Kpi) -> str:
    """The title beside bare numbers: with their unit, where the page writes it with every number."""
    unit = f"bare.{kpi.unit}"
    return f"{title(words, kpi)} ({words(unit)})" if unit in words.strings else title(words, kpi)
