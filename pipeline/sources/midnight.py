"""Ends that a file writes with the day of their start: one that lies long before the start was on the next day."""

from __future__ import annotations

from dataclasses import replace

from pipeline.sources.feed import Field
from pipeline.sources.mapping_file import Mapping

DAY_S = 24 * 3600
LEAST_H = 8
"""So long before its start an end lies that midnight parts from it: nothing lasts over sixteen hours. What lies less before it is
a fault of clocks."""
CLOCK_FOR_NONE = ("calls",)
"""Tables in which 00:00:00 is what systems write for no time, as of calls that nobody answered; a shift does end at midnight."""


def past_midnight(fields: dict[str, Field], mapping: Mapping) -> dict[str, Field]:
    """The fields; instants that are read with the day of an earlier one are put on the next day where that tells."""
    order = [name for name in mapping.contract.in_order if name in mapping.columns]
    starts = {name: _start_of(name, order[:place], mapping) for place, name in enumerate(order)}
    return fields | {
        name: _later(fields[name], fields[start], mapping.table in CLOCK_FOR_NONE)
        for name, start in starts.items()
        if start and bool(fields[name].local) == bool(fields[start].local)  # one that `plus` tells is UTC already
    }


def _start_of(name: str, earlier: list[str], mapping: Mapping) -> str | None:
    """The first instant that is read from a column of this one, its day, and from another, its clock."""
    own = {*mapping.columns[name].source_columns}
    others = {other: {*mapping.columns[other].source_columns} for other in earlier}
    return next((other for other, of in others.items() if own & of and own - of and of - own), None)


def _later(end: Field, start: Field, may_be_none: bool) -> Field:
    before_s = f"epoch({start.value}) - epoch({end.value})"
    is_next_day = f"{before_s} between {LEAST_H * 3600} and {DAY_S}"
    if may_be_none:
        is_next_day += f" and epoch({end.value}) % {DAY_S} <> 0"
    return replace(end, value=f"(case when {is_next_day} then {end.value} + interval 1 day else {end.value} end)")
