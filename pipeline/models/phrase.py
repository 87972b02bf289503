"""What a letter says, as a pattern, and as the SQL that models put in place of the phrase's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.sql_text import quoted


@dataclass(frozen=True)
class Phrase:
    """`pattern` finds it; what `harmless` finds is struck out before, for it only looks so. `says` and `leaves` are examples."""

    pattern: str
    harmless: str
    says: tuple[str, ...]
    leaves: tuple[str, ...]

    @classmethod
    def read(cls, entry: Mapping[str, Any], parts: Mapping[str, str]) -> Phrase:
        pattern, harmless = (_filled(_joined(entry.get(key, ())), parts) for key in ("pattern", "harmless"))
        return cls(pattern, harmless, tuple(entry["says"]), tuple(entry["not"]))

    @property
    def quoted(self) -> str:
        """SQL: the pattern."""
        return quoted(self.pattern)

    @property
    def text(self) -> str:
        """SQL: the letter's body without what is harmless."""
        return f"regexp_replace(body, {quoted(self.harmless)}, ' ', 'g')" if self.harmless else "body"

    @property
    def said(self) -> str:
        """SQL: whether the body says it. Nothing is struck out of letters without the pattern, which most are."""
        found = f"regexp_matches(body, {self.quoted})"
        if not self.harmless:
            return found
        return f"case when {found} then regexp_matches({self.text}, {self.quoted}) else false end"


def read_parts(entries: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Parts of patterns by name; one may name those before it."""
    parts: dict[str, str] = {}
    for name, entry in entries.items():
        parts[name] = f"(?:{_filled(_joined(entry), parts)})"
    return parts


def _joined(pattern: str | Sequence[str]) -> str:
    return pattern if isinstance(pattern, str) else "|".join(pattern)


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace(f"<{name}>", part)
    return pattern
