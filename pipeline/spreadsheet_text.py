"""Text from outside that a spreadsheet would run as a formula: a CSV file holds it behind an apostrophe."""

from __future__ import annotations

from typing import Any

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """The value; a text that would be run with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINNINGS) else value


def harmless_sql(column: str) -> str:
    """SQL: the same of a column of text."""
    beginnings = ", ".join(f"chr({ord(one)})" for one in BEGINNINGS)
    return f"case when left({column}, 1) in ({beginnings}) then chr(39) || {column} else {column} end"
