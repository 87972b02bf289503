"""When a time zone changes its offset, and the calendar that cuts instants into local weeks, days and half-hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Seconds = np.ndarray[Any, np.dtype[np.int64]]

FIRST_YEAR, LAST_YEAR = 1990, datetime.now(UTC).year + 2
SLOT_S = 900
"""Every zone's offset is a multiple of a quarter of an hour, so a slot lies in one local half-hour."""


@cache
def offset_changes(zone: str) -> tuple[tuple[datetime, timedelta, timedelta], ...]:
    """(naive UTC instant, offset before, offset after) of each change since 1990, found by bisection to the minute."""
    changes = []
    low, low_offset = datetime(FIRST_YEAR, 1, 1), offset_at(zone, datetime(FIRST_YEAR, 1, 1))
    while low.year < LAST_YEAR:
        high = low + timedelta(days=14)
        if offset_at(zone, high) != low_offset:
            at = _bisect(zone, low, high)
            changes.append((at, low_offset, offset_at(zone, at)))
            high, low_offset = at, offset_at(zone, at)
        low = high
    return tuple(changes)


def _bisect(zone: str, low: datetime, high: datetime) -> datetime:
    before = offset_at(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if offset_at(zone, middle) == before else (low, middle)
    return high


def offset_at(zone: str, at: datetime) -> timedelta:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def offset_s(at: str, zone: str, since: datetime) -> str:
    """SQL: how far the zone's clock is ahead of the UTC instant `at`, which is not before `since`."""
    first = int(offset_at(zone, since).total_seconds())
    changes = [(change, int(after.total_seconds())) for change, _, after in offset_changes(zone) if change > since]
    branches = "".join(f" when {at} >= timestamp '{change}' then {after_s}" for change, after_s in reversed(changes))
    return f"(case{branches} else {first} end)" if branches else str(first)


def calendar(zone: str, first: datetime, last: datetime) -> pd.DataFrame:
    """One row per 15-minute slot from `first` to `last` (naive UTC): zone, slot, week, day, half_hour, half_hour_at.

    `slot` counts quarter-hours since 1970; `week` is the ISO week ("2026-W47"); `half_hour` states its offset, so that
    the hour that happens twice in autumn is two; `half_hour_at` is its first instant in UTC.
    """
    import numpy as np
    import pandas as pd

    slots = np.arange(_epoch(first) // SLOT_S, _epoch(last) // SLOT_S + 1, dtype=np.int64)
    offset = _offsets(zone, slots * SLOT_S)
    local_s = slots * SLOT_S + offset
    half_s = local_s - local_s % 1800
    local = pd.Series(pd.to_datetime(local_s, unit="s"))
    iso = local.dt.isocalendar()
    half = pd.Series(pd.to_datetime(half_s, unit="s")).dt.strftime("%Y-%m-%dT%H:%M")
    suffix = {int(o): _suffix(int(o)) for o in np.unique(offset)}
    return pd.DataFrame(
        {
            "zone": zone,
            "slot": slots,
            "week": iso["year"].astype(str) + "-W" + iso["week"].astype(str).str.zfill(2),
            "day": local.dt.date,
            "half_hour": half + pd.Series(offset).map(suffix),
            "half_hour_at": pd.to_datetime(half_s - offset, unit="s"),
        }
    )


def _offsets(zone: str, moments: Seconds) -> Seconds:
    """How many seconds the zone's clock is ahead of UTC at each moment (seconds since 1970)."""
    import numpy as np

    changes = offset_changes(zone)
    before_all = offset_at(zone, datetime(FIRST_YEAR, 1, 1))
    starts = np.array([_epoch(at) for at, _, _ in changes], dtype=np.int64)
    offsets = np.array([int(o.total_seconds()) for o in (before_all, *(after for _, _, after in changes))])
    ahead: Seconds = offsets[np.searchsorted(starts, moments, side="right")]
    return ahead


def _epoch(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


def _suffix(offset_s: int) -> str:
    sign, rest = ("-" if offset_s < 0 else "+"), abs(offset_s) // 60
    return f"{sign}{rest // 60:02d}:{rest % 60:02d}"


def midnight(day: date, zone: str) -> datetime:
    """First instant (naive UTC) of a local day, also of one whose clocks go forward at midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def week_start(week: str, zone: str) -> datetime:
    """First instant (naive UTC) of an ISO week in a zone. Raises ValueError for text that is no week."""
    year, _, number = week.partition("-W")
    return midnight(date.fromisocalendar(int(year), int(number), 1), zone)


def week_of(at: datetime, zone: str) -> str:
    """ISO week ("2026-W47") of a naive UTC instant in a zone."""
    year, number, _ = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{number:02d}"


def week_before(week: str, weeks: int = 1) -> str:
    """The ISO week that many weeks earlier."""
    year, _, number = week.partition("-W")
    earlier = datetime.fromisocalendar(int(year), int(number), 1) - timedelta(weeks=weeks)
    return f"{earlier.isocalendar().year}-W{earlier.isocalendar().week:02d}"
