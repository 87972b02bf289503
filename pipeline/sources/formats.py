"""Formats of instants, parts as `strptime` names them: which say an offset, and the SQL that reads a text by them.

What languages call months and halves of the day is in `month_words.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pipeline.sql_text import quoted

UTC = r"(?i)(?<![a-z])(utc|gmt|z)(?![a-z]| ?[+-])"
"""What spells UTC out, where no offset from it follows."""
OFFSET = r"(?i)(utc|gmt) ?[+-]\d[\d:]*|[+-]\d\d(:?\d\d)?$"


def value_by(text: str, formats: tuple[str, ...]) -> str:
    """SQL: the text by the first kind of format that fits: UTC where it says its offset, else local time."""
    offset, utc, local = _kinds(formats)
    parsed = [f"timezone('UTC', {_strptime(text, offset)})"] if offset else []
    parsed += [_strptime(text, kind) for kind in (utc, local) if kind]
    return parsed[0] if len(parsed) == 1 else f"coalesce({', '.join(parsed)})"


def is_utc_by(text: str, formats: tuple[str, ...]) -> str:
    """SQL: true where the text is read by a format that says an offset."""
    *stating, local = _kinds(formats)
    if not local:
        return "true"
    return " or ".join(f"{_strptime(text, kind)} is not null" for kind in stating if kind) or "false"


def passed_over(format: str) -> str:
    """What of a format tells a zone and would not be heeded; nothing where all of it is."""
    if "%Z" in format:
        return "%Z"
    told = re.search(OFFSET, _spelled_out(format))
    return told[0] if told else ""


def _kinds(formats: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Those with a part for an offset, those that spell UTC out, and the others."""
    offset = [f for f in formats if "%z" in f]
    utc = [f for f in formats if f not in offset and re.search(UTC, _spelled_out(f))]
    return offset, utc, [f for f in formats if f not in offset and f not in utc]


def _spelled_out(format: str) -> str:
    """What a format holds beside its parts, with a sign in the place of each."""
    return re.sub(r"%-?.", "%", format)


def _strptime(text: str, formats: list[str]) -> str:
    """DuckDB's `%f` reads six digits at most; .NET writes seven, Oracle nine behind seconds with a point before them."""
    read = _in_words(text, formats)
    if not any("%f" in name for name in formats):
        return read
    names = ", ".join(map(quoted, formats))
    six_digits = f"regexp_replace({text}, '([:.]\\d\\d[.,]\\d{{6}})\\d{{1,3}}', '\\1')"
    return f"coalesce({read}, try_strptime({six_digits}, [{names}]))"


def _in_words(text: str, formats: list[str]) -> str:
    """SQL: the text as it stands, or else with what it calls months and halves of the day in DuckDB's words; a point behind one
    may be of the word or of the format, and is left out of both."""
    read = f"try_strptime({text}, [{', '.join(map(quoted, formats))}])"
    called = [re.sub(r"(%[bp])\.", r"\1", name.replace("%B", "%b")) for name in formats if re.search("%[bBp]", name)]
    if not called:
        return read
    for word, others in _words().items():
        text = f"regexp_replace({text}, {quoted(_one_of([word, *others]))}, '\\1{word}\\2')"
    return f"coalesce({read}, try_strptime({text}, [{', '.join(map(quoted, called))}]))"


def _one_of(words: list[str]) -> str:
    """A regular expression: one of the words with what is around it; a letter goes on, a point behind belongs to it."""
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return rf"(?i)(^|\PL)(?:{longest_first})\.?(\PL|$)"


@cache
def _words() -> dict[str, list[str]]:
    told = tomllib.loads(resources.files(__package__).joinpath("month_words.toml").read_text("utf-8"))
    words: dict[str, list[str]] = told["months"] | told["halves"]
    return words
