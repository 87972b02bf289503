"""A period as somebody asks for it, a week or days, as SQL over any fact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import NoData, UsageError
from pipeline.zones import week_of, week_start

if TYPE_CHECKING:
    from pipeline.results import Results


Day = str | date | None


def asked_period(results: Results, week: str | None, first: Day, last: Day, facts: Iterable[str] = ()) -> str:
    """SQL for one ISO week, for days from `first` to `last` inclusive, or for everything.

    Raises UsageError, or NoData where none of the `facts` (of all where none is named) has a row on these days.
    """
    days = [_day(said) for said in (first, last)]
    week = known_week(str(week)) if week else None
    if week and (first or last):
        raise UsageError("either a week or days")
    if week and week not in results.weeks:
        raise NoData(f"no data for {week}; there is {results.weeks[0]} to {results.weeks[-1]}")
    if days[0] and days[1] and days[0] > days[1]:
        raise UsageError(f"the first day, {days[0]}, is after the last, {days[1]}")
    period = _condition(week, *days)
    if (first or last) and not _has_rows(results, period, facts or results.catalogue.facts):
        raise NoData(f"no data from {first or 'the beginning'} to {last or 'the end'}")
    return period


def named_period(week: str | None, first: Day, last: Day) -> str:
    """What a figure of all that was asked for is of: a week, a day, days as ISO writes them (".." for an open end) or "total"."""
    if week:
        return known_week(str(week))
    days = [str(_day(said) or "..") for said in (first, last)]
    return "total" if days == ["..", ".."] else "/".join(dict.fromkeys(days))


def _day(said: Day) -> date | None:
    """Of ISO's other spellings none: that of a week would be its Monday."""
    text = f"{said:%Y-%m-%d}" if isinstance(said, date) else said and str(said)
    try:
        if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{text}' is no day such as 2026-11-16") from None


def known_week(text: str) -> str:
    """The ISO week as results name it; raises UsageError for text that is none."""
    try:
        return week_of(week_start(text, "UTC"), "UTC")
    except ValueError:
        raise UsageError(f"'{text}' is no ISO week such as 2026-W47") from None


def _condition(week: str | None, first: date | None, last: date | None) -> str:
    parts = [f"week = '{week}'"] if week else []
    parts += [f"day >= date '{first}'"] if first else []
    parts += [f"day <= date '{last}'"] if last else []
    return " and ".join(parts) or "true"


def _has_rows(results: Results, period: str, facts: Iterable[str]) -> bool:
    return any(len(results.frame(f"select 1 from {fact} where {period} limit 1")) for fact in facts)
