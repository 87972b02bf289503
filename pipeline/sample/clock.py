"""Instants are whole seconds since 1970 (UTC); days and weeks are those of the centre's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
DAY_S = 86_400


def instant(day: date, minute: float = 0) -> int:
    """The instant at which the wall clock shows this minute of the local day, also on the days the clocks change."""
    return int((datetime.combine(day, time(), ZONE) + timedelta(minutes=minute)).timestamp())


def local(at: int) -> datetime:
    """The wall clock at an instant."""
    return datetime.fromtimestamp(at, ZONE)


def iso_week(at: int) -> str:
    """The local ISO week, as 2026-W34."""
    year, week, _ = local(at).isocalendar()
    return f"{year}-W{week:02d}"


def utc_text(at: int, pattern: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return datetime.fromtimestamp(at, UTC).strftime(pattern)


def local_text(at: int, pattern: str) -> str:
    return local(at).strftime(pattern)
