"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def read_model(name: str) -> str:
    """The model's SELECT, patterns of phrases.toml in place of their names in braces.

    That another engine understands it is the tests' business: parsing all models takes half a second of each run.
    """
    sql = resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    if "{" in sql:
        sql = sql.format_map({name: entry["pattern"].replace("'", "''") for name, entry in read_phrases().items()})
    return sql


@cache
def read_phrases() -> dict[str, dict[str, str]]:
    """What letters say, by sign: pattern, and examples of what says it and what does not."""
    return tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text("utf-8"))
