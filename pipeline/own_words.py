"""What somebody wrote in a letter: without what it quotes and what stands below a signature line, in Python and in SQL alike."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

Patterns = dict[str, tuple[str, list[str]]]
"""Pattern and marks by name, in the order in which they are taken out."""
FILLER = "\u200b"
"""Stands for each character taken out, so that places in what is left are those in the whole text. Nothing counts it."""
MARKED = r"^[ \t]*>[^\n]*\n?"


@cache
def read_own_words() -> dict[str, Any]:
    """The catalogue, its patterns with the words in place of their names in braces."""
    raw: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("own_words.toml").read_text("utf-8"))
    words = raw.pop("words")
    for entry in raw.values():
        for name, word in words.items():
            entry["patterns"] = [pattern.replace(f"{{{name}}}", word) for pattern in entry["patterns"]]
    return raw


def begins(kind: str) -> str:
    """Pattern of a line that begins so, for (?m)."""
    return rf"^(?:{'|'.join(read_own_words()[kind]['patterns'])})"


@cache
def quotes() -> Patterns:
    """What a letter quotes: lines marked with >, with the head above them; all from a head or block on."""
    marked = rf"(?m)(?:{begins('heads')}\s*)?{MARKED}(?:\s*{MARKED})*"
    return {"marked": (marked, [">"])} | {kind: _from_there(kind) for kind in ("heads", "blocks")}


@cache
def footers() -> Patterns:
    return {"footers": _from_there("footers")}


def _from_there(kind: str) -> tuple[str, list[str]]:
    return rf"(?ms){begins(kind)}.*", read_own_words()[kind]["marks"]


@cache
def _compiled() -> list[tuple[re.Pattern[str], list[str]]]:
    return [(re.compile(pattern), marks) for pattern, marks in (quotes() | footers()).values()]


def own_words(texts: Sequence[str]) -> list[str]:
    """The writers' own words in their places, with fillers in those of all else. Marks are looked for in all at once first."""
    whole, found = "\n\n".join(texts), list(texts)
    for pattern, marks in _compiled():
        if there := [mark for mark in marks if mark in whole]:
            found = [pattern.sub(_filled, t) if any(mark in t for mark in there) else t for t in found]
    return [text.rstrip(FILLER + "\n\r \t") for text in found]


def _filled(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", FILLER, match.group())
