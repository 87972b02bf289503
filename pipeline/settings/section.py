"""What sections of pipeline.toml are made of, and what several of them check."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict

MOST = 1_000_000_000
"""No number of a setting is larger: what counts, draws or writes it would overflow somewhere."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def checked_zone(name: str) -> str:
    """The name of a time zone; raises ValueError for another."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone '{name}'; e.g. Europe/Zurich, UTC") from None
    return name
