"""The strings of one language, and numbers, dates and durations as that language writes them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any, TypeVar

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent, get_decimal_symbol
from markupsafe import Markup, escape

from pipeline.errors import UsageError

LOCALES = {"en": "en_GB", "ru": "ru_RU"}
Text = TypeVar("Text", str, Markup)
DIGITS = {"count": 0, "share": 1, "per_hour": 1, "points": 1, "stars": 2, "h": 1, "per_ticket": 2, "cycles": 1,
          "alpha": 2}  # fmt: skip
MINUS = "\u2212"
NUMERAL = f"0123456789{MINUS},.:\u202f\xa0 "
"""The signs of which numbers are made."""
LONG_S, DAYS_FROM_S = 10 * 3600, 2 * 86400
"""From here on a duration is hours with a decimal, then days: nobody reads the seconds of ten hours, or fifty hours."""
HOURS_FROM_S = 2 * 3600
"""A sum of time up to which is said in minutes."""
FEW_S = 600
"""Few minutes want a decimal."""


@cache
def read_strings(language: str) -> dict[str, str | dict[str, str]]:
    """Every string of a language by its dotted key; a counted one is a table of its plural forms."""
    text = resources.files(__package__).joinpath("locale", f"{language}.toml").read_text("utf-8")
    return {f"{part}.{key}": value for part, strings in tomllib.loads(text).items() for key, value in strings.items()}


def known_language(name: str) -> str:
    """The name; raises UsageError for one in which nothing is written."""
    if name not in LOCALES:
        raise UsageError(f"no language '{name}'; there are {', '.join(LOCALES)}")
    return name


class Words:
    """What a page says, in one language: `words("tile.target", value="80 %")`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        self.strings = read_strings(language)
        self.decimal = get_decimal_symbol(self.locale)

    def __call__(self, key: str, **values: Any) -> str:
        return _ended_once(self._text(key).format_map(values))

    def marked(self, key: str, **values: Any) -> Markup:
        """As a call, for a page: markup among the values stays markup, all else is escaped."""
        return _ended_once(escape(self._text(key)).format_map(values))

    def _text(self, key: str) -> str:
        text = self.strings[key]
        if isinstance(text, dict):
            raise KeyError(f"{key} wants a number: say it with count()")
        return text

    def count(self, key: str, n: float, digits: int = 0, **values: Any) -> str:
        """A string with its noun in the form that the number wants; a form `zero`, where there is one, says that of none."""
        forms = self.strings[key]
        if not isinstance(forms, dict):
            raise KeyError(f"{key} has no plural forms")
        form = "zero" if n == 0 and "zero" in forms else self.locale.plural_form(n)
        return forms[form].format_map({"n": self.number(n, digits), **values})

    def named(self, dimension: str, key: str) -> str:
        """A value of a dimension: a usual channel by its word, everything else by its own name."""
        return str(self.strings.get(f"channel.{key}", key)) if dimension == "channel" else key

    def number(self, value: float, digits: int = 0) -> str:
        text: str = format_decimal(round(value, digits), format=_pattern(digits), locale=self.locale)
        return text.replace("-", MINUS)

    def percent(self, share: float, digits: int = 0) -> str:
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", _pattern(digits))
        text: str = format_percent(round(share, digits + 2), format=pattern, locale=self.locale)
        return text.replace("-", MINUS)

    def figure(self, unit: str, value: float, digits: int | None = None) -> str:
        """A figure in its unit; long durations are hours or days. Nought wants no decimals unless told to."""
        places = (DIGITS.get(unit, 0) if value else 0) if digits is None else digits
        if unit == "s":
            return self._duration(value, places)
        if unit == "h":
            return self("unit.hours", value=self.number(value, places))
        return self.percent(value, places) if unit == "share" else self.number(value, places)

    def _duration(self, seconds: float, digits: int = 0) -> str:
        if abs(seconds) < LONG_S:
            return duration(seconds, digits, self.decimal)
        name, per = ("hours", 3600) if abs(seconds) < DAYS_FROM_S else ("days", 86400)
        return self(f"unit.{name}", value=self.number(seconds / per, 1 + digits))

    def target(self, unit: str, value: float) -> str:
        """A figure that somebody set, with the decimals it has, at most those of its unit: 80 %, 82.5 %, 4.5."""
        most, shift = DIGITS.get(unit, 0), 2 if unit == "share" else 0
        whole = round(value, most + shift)
        return self.figure(unit, value, next(n for n in range(most + 1) if round(value, n + shift) == whole))

    def time(self, seconds: float, low: float | None = None, high: float | None = None) -> str:
        """A sum of time as a sentence says it, in minutes or, from two hours on, in hours: 100 min."""
        is_long = abs(seconds) >= HOURS_FROM_S
        unit, per = ("unit.hours", 3600) if is_long else ("unit.minutes", 60)
        digits = int(is_long or abs(seconds) < FEW_S)
        said = [self.number(s / per, digits) for s in (seconds, low, high) if s is not None]
        text = self(unit, value=said[0])
        return self("found.interval", value=text, span=self(unit, value="–".join(said[1:]))) if len(said) == 3 else text

    def span(self, unit: str, low: float, high: float, digits: int | None = None) -> str:
        """An interval, its unit once. Bounds that look alike have a decimal more, if not of seconds; where they still do, one
        stands for both."""
        finer = (DIGITS.get(unit, 0) if digits is None else digits) + 1
        for places in (digits, *([] if unit == "s" else [finer])):
            first, last = (self.figure(unit, bound, places) for bound in (low, high))
            if first != last:
                return f"{first.removesuffix(last.lstrip(NUMERAL)).rstrip()}–{last}"
        return self.figure(unit, high, digits)

    def difference(self, unit: str, value: float, digits: int | None = None) -> str:
        """A change with its sign; shares change by percentage points."""
        places = DIGITS.get(unit, 0) if digits is None else digits
        if unit == "s":
            text, is_zero = self._duration(abs(value)), round(value) == 0
        else:
            size = abs(value) * 100 if unit == "share" else abs(value)
            text, is_zero = self.number(size, places), round(size, places) == 0
        text = self("unit.hours", value=text) if unit == "h" else text
        signed = text if is_zero else ("+" if value > 0 else MINUS) + text
        return self("unit.points_of_percent", value=signed) if unit == "share" else signed

    def listed(self, items: Sequence[str]) -> str:
        text: str = format_list(list(items), locale=self.locale)
        return text

    def week(self, week: str) -> str:
        """The days of an ISO week: 16–22 November 2026."""
        return self.weeks([week])

    def short_week(self, week: str) -> str:
        return _dated(monday_of(week), "d MMM", LOCALES[self.language]).replace(".", "")

    def weeks(self, weeks: Sequence[str]) -> str:
        """The days from the first of the weeks to the last; month and year are said once where they are the same."""
        first, last = monday_of(weeks[0]), monday_of(weeks[-1]) + timedelta(days=6)
        if first.year != last.year:
            pattern, dash = "d MMMM y", " – "
        else:
            pattern, dash = ("d", "–") if first.month == last.month else ("d MMMM", " – ")
        begins, ends = (
            _dated(day, form, LOCALES[self.language]) for day, form in ((first, pattern), (last, "d MMMM y"))
        )
        return f"{begins}{dash}{ends}"

    def day(self, day: date) -> str:
        return _dated(day, "EEE d MMM", LOCALES[self.language]).replace(".", "")

    def full_day(self, day: date) -> str:
        return _dated(day, "d MMMM y", LOCALES[self.language])

    def instant(self, at: datetime) -> str:
        return _dated(at, "d MMMM y, HH:mm", LOCALES[self.language])


@lru_cache(maxsize=4096)
def _dated(at: date, pattern: str, locale: str) -> str:
    """A page says the same few days again and again."""
    formatted = format_datetime if isinstance(at, datetime) else format_date
    text: str = formatted(at, pattern, locale=locale)
    return text


def _ended_once(text: Text) -> Text:
    """A sentence that ends with an abbreviation has one full stop: п. п."""
    return text[:-1] if text.endswith("..") and not text.endswith("...") else text


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def monday_of(week: str) -> date:
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def duration(seconds: float, digits: int = 0, decimal: str = ".") -> str:
    """Minutes and seconds, m:ss; from an hour on h:mm:ss. `digits`: decimals of the seconds."""
    sign, parts = (MINUS if round(seconds, digits) < 0 else ""), 10**digits
    whole, part = divmod(abs(math.floor(seconds * parts + 0.5)), parts)
    minutes, rest = divmod(whole, 60)
    told = f"{rest:02d}" + (f"{decimal}{part:0{digits}d}" if digits else "")
    return f"{sign}{minutes}:{told}" if minutes < 60 else f"{sign}{minutes // 60}:{minutes % 60:02d}:{told}"
