"""Values as SQL writes them."""

from __future__ import annotations


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: object) -> str:
    """A path as SQL that names this one file: in DuckDB a name is a pattern, and calls[1].csv would be calls1.csv."""
    return quoted("".join(f"[{character}]" if character in "[*?" else character for character in str(path)))
