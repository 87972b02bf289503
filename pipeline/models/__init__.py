"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipeline.portable import check_portable


@cache
def read_model(name: str) -> str:
    """The model's SELECT, patterns of phrases.toml in place of their names in braces.

    Refused when it uses what another engine would not understand.
    """
    sql = resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    if "{" in sql:
        sql = sql.format_map({name: entry["pattern"].replace("'", "''") for name, entry in read_phrases().items()})
    check_portable(sql, f"{name}.sql")
    return sql


@cache
def read_phrases() -> dict[str, dict[str, str]]:
    """What letters say, by sign: pattern, and examples of what says it and what does not."""
    return tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text("utf-8"))
