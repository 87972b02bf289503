"""What could not be read as a record, and how many line breaks there are in one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reject:
    """Where it is, how many lines it took, and why. `ordinal`: its place among the records and empty lines of the file."""

    line: int
    records: int
    column: str | None
    rule: str
    ordinal: int = 0


def breaks_in(columns: list[str]) -> str:
    """SQL: the line breaks in the columns of a row."""
    joined = "(" + " || ".join(f"coalesce({column}, '')" for column in columns) + ")"
    return f"length({joined}) - length(replace({joined}, chr(10), ''))"


def without_blanks(text: str) -> str:
    """SQL: a text of several lines without the empty ones, which are nobody's."""
    return f"regexp_replace(replace({text}, chr(13), ''), '\\n+', chr(10), 'g')"
