"""SQL: core_* (clean, joined) and fact_* (one row per counted thing), portable between engines."""

from __future__ import annotations

from functools import cache
from importlib import resources

from pipeline.portable import check_portable


@cache
def read_model(name: str) -> str:
    """The model's SELECT; refused when it uses what another engine would not understand."""
    sql = resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
    check_portable(sql, f"{name}.sql")
    return sql
