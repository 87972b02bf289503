"""Which words are names: those of a list, and others by where they stand."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def _words() -> dict[str, Any]:
    raw = tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text("utf-8"))
    return {name: tuple(words) if isinstance(words, list) else frozenset(words.split()) for name, words in raw.items()}


def is_first_name(word: str) -> bool:
    return word in _words()["first_en"] or word in _words()["first_ru"]


def may_be_name(word: str) -> bool:
    """Of a capitalised word behind a greeting or a farewell."""
    return is_first_name(word) or not (word in _words()["never"] or word.endswith(_words()["verbs"]))


def is_farewell(word: str) -> bool:
    return word in _words()["farewells"]


def is_addressing(word: str) -> bool:
    """Of the last word before a comma and a name: it is said to whom the name calls."""
    return word in _words()["addressing"]


def is_patronymic(word: str) -> bool:
    return word.endswith(_words()["patronymics"])


def is_title(word: str) -> bool:
    return word in _words()["titles"]
