"""Business hours as tables: which seconds of which day are open, and how many were open before.

The table of segments cuts every UTC day of a schedule into stretches that are wholly open or wholly closed. An instant finds
its stretch by schedule and day, and its open time is `open_before_s` plus what has passed of the stretch: the open time between
two instants is a difference. That of openings is the way back: by the hour of open time, to the instant at which it is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pipeline.zones import offset_at, offset_changes

if TYPE_CHECKING:
    import pandas as pd

ALWAYS = "always"
DAY_S, WEEK_MIN = 86_400, 7 * 24 * 60
SEGMENTS = {
    "schedule": "string", "day": "int64", "from_s": "int64", "to_s": "int64", "is_open": "bool", "open_before_s": "int64",
}  # fmt: skip
OPENINGS = {"schedule": "string"} | dict.fromkeys(("open_hour", "from_s", "open_before_s", "open_until_s"), "int64")
"""Columns and types of the tables, which may have no rows."""
Span = tuple[int, int]
"""First second and the one after the last, since 1970."""


@dataclass(frozen=True)
class Hours:
    """A schedule from a local day on: open intervals in minutes since Monday 00:00, and days on which it is closed."""

    schedule: str
    zone: str
    intervals: tuple[tuple[int, int], ...]
    closed: frozenset[date] = frozenset()
    valid_from: date = date.min


def open_spans(versions: Sequence[Hours], first: date, last: date) -> list[Span]:
    """The open stretches of one schedule from one local day to another, by the clock on its wall, joined where they meet."""
    spans: list[Span] = []
    day = first
    while day <= last:
        valid = max((v for v in versions if v.valid_from <= day), key=lambda v: v.valid_from, default=None)
        if valid and day not in valid.closed:
            spans += _of_day(valid, day)
        day += timedelta(days=1)
    return _joined(sorted(spans))


def _of_day(hours: Hours, day: date) -> Iterator[Span]:
    begins = day.weekday() * 24 * 60
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    for start, end in hours.intervals:
        low, high = max(start, begins), min(end, begins + 24 * 60)
        if low < high:
            yield from _on_the_wall(hours.zone, midnight + (low - begins) * 60, midnight + (high - begins) * 60)


def _on_the_wall(zone: str, low: int, high: int) -> Iterator[Span]:
    """The UTC seconds at which the wall shows low to high: none of an hour that is left out, both of one that is twice."""
    near = [change for change in _changes(zone) if low - 2 * DAY_S < change[0] < high + 2 * DAY_S]
    if not near:
        offset = int(offset_at(zone, datetime.fromtimestamp(low, UTC).replace(tzinfo=None)).total_seconds())
        yield low - offset, high - offset
        return
    periods = [(-(1 << 60), near[0][0], near[0][1])]
    ends = [change[0] for change in near[1:]] + [1 << 60]
    periods += [(change[0], end, change[2]) for change, end in zip(near, ends, strict=True)]
    for starts, ends_at, offset in periods:
        a, b = max(low - offset, starts), min(high - offset, ends_at)
        if a < b:
            yield a, b


@cache
def _changes(zone: str) -> list[tuple[int, int, int]]:
    """When a zone's offset changed, in seconds since 1970, with the offset before and after in seconds."""
    return [
        (int(at.replace(tzinfo=UTC).timestamp()), int(before.total_seconds()), int(after.total_seconds()))
        for at, before, after in offset_changes(zone)
    ]


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for low, high in spans:
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined


def tables(hours: Sequence[Hours], first: date, last: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(segments, openings) of every schedule between two days; of ALWAYS, whose open time is time itself, there are none.

    segments: schedule, day (days since 1970), from_s, to_s (seconds since 1970), is_open, open_before_s.
    openings: schedule, open_hour (whole hours of open time), from_s, open_before_s, open_until_s.
    """
    import pandas as pd

    low, high = (int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()) for d in (first, last))
    names = sorted({h.schedule for h in hours})
    spans = {name: open_spans([h for h in hours if h.schedule == name], first, last) for name in names}
    segments: list[tuple[object, ...]] = []
    openings: list[tuple[object, ...]] = []
    for name, found in spans.items():
        for segment in _segments(_within(found, low, high), low, high):
            segments.append((name, *segment))
            openings += [(name, *opening) for opening in _openings(segment)]
    return (
        pd.DataFrame(segments, columns=list(SEGMENTS)).astype(SEGMENTS),
        pd.DataFrame(openings, columns=list(OPENINGS)).astype(OPENINGS),
    )


def _within(spans: list[Span], low: int, high: int) -> list[Span]:
    return [(max(a, low), min(b, high)) for a, b in spans if b > low and a < high]


class Segment(NamedTuple):
    """A stretch of a UTC day that is wholly open or wholly closed."""

    day: int
    from_s: int
    to_s: int
    is_open: bool
    open_before_s: int


def _segments(spans: list[Span], low: int, high: int) -> Iterator[Segment]:
    """All of low to high, cut at the UTC midnights."""
    edges = sorted({low, high, *(edge for span in spans for edge in span), *range(low, high, DAY_S)})
    starts = dict(spans)
    open_until, before = low, 0
    for a, b in pairwise(edges):
        open_until = max(open_until, starts.get(a, open_until))
        is_open = a < open_until
        yield Segment(a // DAY_S, a, b, is_open, before)
        before += (b - a) if is_open else 0


def _openings(segment: Segment) -> Iterator[tuple[int, int, int, int]]:
    """(hour of open time, from, open before, open until) for each hour that the segment has a part of."""
    before = segment.open_before_s
    until = before + segment.to_s - segment.from_s
    if segment.is_open:
        for hour in range(before // 3600, (until - 1) // 3600 + 1):
            yield hour, segment.from_s, before, until


def holidays_of(place: str, first: date, last: date) -> frozenset[date]:
    """Public holidays of a country, or of a part of it ("CH", "CH-ZH"). Raises LookupError for a place nobody knows."""
    import holidays

    country, _, part = place.partition("-")
    try:
        known = holidays.country_holidays(country, subdiv=part or None, years=range(first.year, last.year + 1))
    except NotImplementedError as error:
        raise LookupError(str(error)) from None
    return frozenset(known)
