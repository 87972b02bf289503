"""SQL that turns all spellings of a duration into seconds, NULL where one cannot be read. For the load only: DuckDB's own."""

from __future__ import annotations

from pipeline.sources.expressions import number
from pipeline.sql_text import quoted

SECONDS_IN = {"s": 1.0, "ms": 0.001, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86400.0}
SHARES = {"min": 3, "h": 5, "d": 6}
"""Units whose numbers are cut: 10 s are 0.17 min or 0.00011574075 d. With so many decimals or fewer they tell whole seconds,
with more hundredths of one."""
CLOCK = r"\d+:[0-5]?\d:[0-5]?\d([.]\d+)?"
DAYS = r"\d+([.]| days?,?) ?"
"""Before a clock: as .NET, pandas and Python write what is longer than a day."""
HALF_DAY = r"(1[0-2]|0?[1-9]):\d\d:\d\d (?i:[ap]m)"
"""A spreadsheet's cell of a time, which begins at midnight."""
WORDS = {
    "d": "d|days?|tage?|д|дн|день|дня|дней|сут|сутки|суток",
    "h": "h|hrs?|hours?|std|stunden?|ч|час|часа|часов",
    "min": "m|mins?|minutes?|minuten?|м|мин|минута|минуты|минут",
    "s": "s|secs?|seconds?|sek|sekunden?|с|сек|секунда|секунды|секунд",
}


def seconds(text: str, unit: str = "s", decimal: str | None = None) -> str:
    """A duration in seconds; unit hh:mm:ss also reads mm:ss and plain seconds, hh:mm also hh:mm:ss."""
    if unit in SECONDS_IN:
        value = number(text, decimal)
        converted = value if unit == "s" else f"({value}) * {SECONDS_IN[unit]}"
        return _uncut(f"({value})", converted, SHARES[unit]) if unit in SHARES else converted
    bare = text if decimal in (None, ".") else f"replace({text}, {quoted(decimal)}, '.')"
    return {"hh:mm:ss": _clock, "hh:mm": _hours, "words": _words}[unit](bare)


def _uncut(share: str, converted: str, decimals: int) -> str:
    return f"case when {share} = round({share}, {decimals}) then round({converted}) else round({converted}, 2) end"


def _clock(bare: str) -> str:
    one, two, three = _parts(bare)
    days = f"cast(regexp_extract({bare}, '^\\d+') as double)"
    since_midnight = f"epoch(cast(try_strptime({bare}, '%I:%M:%S %p') as time))"
    return (
        f"case when regexp_full_match({bare}, '{CLOCK}') then {one} * 3600 + {two} * 60 + {three} "
        f"when regexp_full_match({bare}, '\\d+:[0-5]?\\d([.]\\d+)?') then {one} * 60 + {two} "
        f"when not contains({bare}, ':') then {one} "
        f"when regexp_full_match({bare}, '{DAYS}{CLOCK}') then {days} * 86400 + {_behind_days(bare)} "
        f"when regexp_full_match({bare}, '{HALF_DAY}') then {since_midnight} end"
    )


def _behind_days(bare: str) -> str:
    one, two, three = _parts(f"regexp_replace({bare}, '^{DAYS}', '')")
    return f"{one} * 3600 + {two} * 60 + {three}"


def _hours(bare: str) -> str:
    hours = f"regexp_replace({bare}, ' ?(?i:h|hrs?|hours?)$', '')"
    one, two, three = _parts(hours)
    return (
        f"case when regexp_full_match({hours}, '\\d+:[0-5]\\d') then {one} * 3600 + {two} * 60 "
        f"when regexp_full_match({hours}, '{CLOCK}') then {one} * 3600 + {two} * 60 + {three} end"
    )


def _parts(clock: str) -> list[str]:
    return [f"try_cast(split_part({clock}, ':', {place}) as double)" for place in (1, 2, 3)]


def _words(bare: str) -> str:
    """Days, hours, minutes and seconds in this order, each once at most; P1DT2H in ISO 8601, in which P1M is a month."""
    several = {unit: rf"(\d+([.]\d+)?\s*({words})[.]?[\s,]*)?" for unit, words in WORDS.items()}
    time = several["h"] + several["min"] + several["s"]
    whole = rf"(?i)(p{several['d']}(t{time})?|{several['d']}{time})"
    added = " + ".join(
        f"coalesce(try_cast(regexp_extract({bare}, '(?i)(\\d+([.]\\d+)?)\\s*({words})(\\PL|t\\d|$)', 1) as double), 0) "
        f"* {SECONDS_IN[unit]}"
        for unit, words in WORDS.items()
    )
    return f"case when regexp_matches({bare}, '\\d') and regexp_full_match({bare}, '{whole}') then {added} end"
