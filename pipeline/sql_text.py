"""Values as SQL writes them."""

from __future__ import annotations


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def holds(text: str, pattern: str) -> str:
    """True where something that a pattern of RE2 describes, never an empty text, stands in the text, as regexp_matches tells it:
    that compiles each pattern twice, which is what a small file waits for. `text` should be short: it is written twice."""
    return f"(regexp_replace({text}, {quoted(pattern)}, '') <> {text})"


def file_literal(path: object) -> str:
    """A path as SQL to read this one file: a name is a pattern there, and calls[1].csv would be calls1.csv. What DuckDB writes or
    attaches is no pattern: `quoted`."""
    return quoted("".join(f"[{character}]" if character in "[*?" else character for character in str(path)))
