"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipeline.models.phrase import Phrase, read_parts


@cache
def read_model(name: str) -> str:
    """The model's SELECT, phrases of phrases.toml in place of their names in braces.

    That another engine understands it is the tests' business: parsing all models takes half a second of each run.
    """
    sql = resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    return sql.format_map(read_phrases()) if "{" in sql else sql


@cache
def read_phrases() -> dict[str, Phrase]:
    """What letters say, by sign."""
    entries = tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    parts = read_parts(entries.pop("parts"))
    return {sign: Phrase.read(entry, parts) for sign, entry in entries.items()}
