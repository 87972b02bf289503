"""SQL that turns a field's text into a canonical value, NULL where it cannot be read. For the load only: DuckDB's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pipeline.zones import FIRST_YEAR, offset_at, offset_changes

Ambiguous = Literal["first", "second", "quarantine"]
SECONDS_IN = {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0}
TRUE_WORDS = ("true", "t", "1", "yes", "y", "да", "1.0")
FALSE_WORDS = ("false", "f", "0", "no", "n", "нет", "0.0")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def number(text: str, decimal: str = ".") -> str:
    """A decimal number; spaces that group thousands are passed over."""
    bare = f"replace(replace({text}, ' ', ''), chr(160), '')"
    if decimal != ".":
        bare = f"replace(replace({bare}, '.', ''), {quoted(decimal)}, '.')"
    return f"try_cast({bare if decimal != '.' else text} as double)"


def seconds(text: str, unit: str = "s", decimal: str = ".") -> str:
    """A duration in seconds; unit hh:mm:ss also reads mm:ss and plain seconds."""
    if unit == "hh:mm:ss":
        part = "try_cast(split_part({0}, ':', {1}) as double)"
        hours, minutes, rest = (part.format(text, i) for i in (1, 2, 3))
        return (
            f"case length({text}) - length(replace({text}, ':', '')) when 2 then {hours} * 3600 + {minutes} * 60 + {rest} "
            f"when 1 then {hours} * 60 + {minutes} when 0 then {hours} end"
        )
    factor = SECONDS_IN[unit]
    value = number(text, decimal)
    return value if factor == 1 else f"{value} * {factor}"


def flag(text: str) -> str:
    def words(of: tuple[str, ...]) -> str:
        return ", ".join(quoted(word) for word in of)

    return f"case when lower({text}) in ({words(TRUE_WORDS)}) then true when lower({text}) in ({words(FALSE_WORDS)}) then false end"


def integer(text: str) -> str:
    return f"try_cast({text} as bigint)"


def date(text: str, formats: tuple[str, ...] = ()) -> str:
    return f"cast({_parsed(text, formats)} as date)"


def instant(text: str, formats: tuple[str, ...] = ()) -> str:
    """A timestamp as the text states it: UTC where the text says its offset, else the file's local time."""
    parsed = _parsed(text, formats)
    return f"cast({parsed} as timestamp)" if any("%z" in f for f in formats) else parsed


def states_offset(text: str, formats: tuple[str, ...] = ()) -> str:
    """True where the text itself says its offset from UTC."""
    if formats:
        return str(any("%z" in f for f in formats)).lower()
    return f"(contains({text}, 'Z') or contains({text}, '+') or contains(substr({text}, 12), '-'))"


def epoch(text: str) -> str:
    """Seconds since 1970, with or without a fraction, as naive UTC."""
    return f"make_timestamp(cast(round(try_cast({text} as double) * 1000) as bigint) * 1000)"


def _parsed(text: str, formats: tuple[str, ...]) -> str:
    if not formats:
        return f"case when length({text}) >= 10 then try_cast({text} as timestamp) end"
    return f"try_strptime({text}, [{', '.join(quoted(f) for f in formats)}])"


def local_to_utc(local: str, zone: str, ambiguous: Ambiguous) -> str:
    """Local wall-clock time of `zone` to UTC, as a CASE over the zone's changes of offset, the newest first.

    Local time that never was (spring) is NULL. `local` should be a plain column: it is repeated in every branch.
    """
    branches = []
    for at, before, after in reversed(offset_changes(zone)):
        skipped_or_twice = sorted([at + before, at + after])
        inside = "null" if after > before else _twice(local, before, after, ambiguous)
        branches.append(f"when {local} >= timestamp '{skipped_or_twice[1]}' then {_shift(local, after)}")
        branches.append(f"when {local} >= timestamp '{skipped_or_twice[0]}' then {inside}")
    first = _shift(local, offset_at(zone, datetime(FIRST_YEAR, 1, 1)))
    return f"case {' '.join(branches)} else {first} end" if branches else first


def _twice(local: str, before: timedelta, after: timedelta, ambiguous: Ambiguous) -> str:
    """An hour that happened twice: `first` reads it with the offset before the change, `second` with the one after."""
    return {"first": _shift(local, before), "second": _shift(local, after), "quarantine": "null"}[ambiguous]


def _shift(local: str, offset: timedelta) -> str:
    return f"{local} - interval {int(offset.total_seconds())} second"
