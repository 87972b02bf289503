"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pipeline.models.phrase import Phrase, read_parts

CALL_END = """greatest(ended_at, coalesce(answered_at, offered_at + coalesce(wait_s, 0) * interval '1' second)
    + (coalesce(talk_s, 0) + coalesce(hold_s, 0)) * interval '1' second)"""
"""SQL: the instant that a call of a file lasts to, at the latest; in models `{call_end}`."""
IS_OFFERED = "direction = 'inbound' and outcome not in ('no_call', 'ivr_ended', 'refused_closed', 'refused_full')"
"""SQL: whether a leg waited for a person; in models `{is_offered}`."""


@cache
def read_model(name: str) -> str:
    """The model's SELECT, phrases of phrases.toml, CALL_END and IS_OFFERED in place of their names in braces.

    That another engine understands it is the tests' business: parsing all models takes half a second of each run.
    """
    sql = resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    return sql.format_map({"call_end": CALL_END, "is_offered": IS_OFFERED, **read_phrases()}) if "{" in sql else sql


@cache
def read_feeds() -> dict[str, tuple[frozenset[str], ...]]:
    """By model, what feeds it: it has no row unless one table of each set has one."""
    listed = tomllib.loads(resources.files(__package__).joinpath("fed.toml").read_text("utf-8"))
    return {model: tuple(frozenset(clause.split(" or ")) for clause in clauses) for model, clauses in listed.items()}


@cache
def read_phrases() -> dict[str, Phrase]:
    """What letters say, by sign."""
    entries = tomllib.loads(resources.files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    parts = read_parts(entries.pop("parts"))
    return {sign: Phrase.read(entry, parts) for sign, entry in entries.items()}
