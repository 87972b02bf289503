"""Fields of a template that were left in a letter."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

SIGNS = "{<%[_"
"""A text with none of these has no field."""


@cache
def read_fields() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("fields.toml").read_text("utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(read_fields()["patterns"]))


def left_in(text: str) -> list[tuple[int, int]]:
    """(start, end) of each."""
    if not any(sign in text for sign in SIGNS):
        return []
    return [found.span() for found in _pattern().finditer(text)]
