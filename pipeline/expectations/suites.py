"""The suites: one TOML per canonical table, and one for every table."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.contracts import read_contracts

FOR_ALL = "every_table"
WEEKLY = ("volume_ratio", "days_behind", "weeks_since")


class Check(BaseModel):
    """`measure` of the profile must lie between `min` and `max` in every week of the batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: dict[str, str]
    severity: Literal["stop", "warn", "off"]
    measure: str = ""
    min: float | None = None
    max: float | None = None


class Label(BaseModel):
    """A column each of whose values should be known: to earlier weeks, or as a time zone."""

    model_config = ConfigDict(frozen=True)

    column: str
    check: Check


class Suite(BaseModel):
    """`columns`: name -> SQL of one row, windows allowed; `measures`: name -> SQL aggregate over a source's week."""

    model_config = ConfigDict(frozen=True)

    columns: dict[str, str]
    measures: dict[str, str]
    queries: dict[str, str] = {}
    """Measures of other rows, too: name -> SQL of rows since {since}: source, instant, what is averaged by its week."""
    compares: tuple[str, ...] = ()
    """Other tables its measures name: judged again when one of them has changed."""
    tops: tuple[str, ...] = ()
    """Columns of which a week's most frequent value is measured: <column>_top, its share of the rows that have one."""
    least_rows: int = 20
    """A share of fewer rows than this proves nothing."""
    checks: tuple[Check, ...]
    of_settings: tuple[Check, ...] = ()
    """Whether rows know what the settings name (`names_of_settings`), judged as it is now and not by week."""
    labels: tuple[Label, ...]
    zones: tuple[Label, ...] = ()
    """Columns whose values should name time zones."""
    strays: tuple[Label, ...] = ()
    """Instead of a column, SQL that names what is wrong in a row and is NULL where nothing is."""
    settings: tuple[str, ...] = ()
    """What of pipeline.toml its SQL reads, as a table of that name: judged again when it has changed."""

    @property
    def all_checks(self) -> tuple[Check, ...]:
        return (*self.checks, *(label.check for label in (*self.labels, *self.zones, *self.strays)))


@cache
def read_suites(contract: str) -> Suite:
    """The table's own suite, if it has one, and the checks of every table."""
    own, everywhere = _read(contract), _read(FOR_ALL)
    is_reference = read_contracts()[contract].instant is None or contract in everywhere["reference_tables"]
    common = {name: c for name, c in everywhere["checks"].items() if not (is_reference and c["measure"] in WEEKLY)}
    checks = {**common, **own.get("checks", {})}
    return Suite(
        columns=own.get("columns", {}),
        measures=own.get("measures", {}),
        queries=own.get("queries", {}),
        compares=own.get("compares", ()),
        tops=own.get("tops", ()),
        least_rows=own.get("least_rows", 20),
        checks=tuple(Check(name=name, **entry) for name, entry in checks.items()),
        of_settings=tuple(Check(name=name, **entry) for name, entry in own.get("of_settings", {}).items()),
        labels=_labels("new", own.get("labels", {})),
        zones=_labels("unknown", own.get("zones", {})),
        strays=tuple(
            Label(column=entry["names"], check=Check(name=name, title=entry["title"], severity=entry["severity"]))
            for name, entry in own.get("strays", {}).items()
        ),
        settings=own.get("settings", ()),
    )


def _labels(kind: str, entries: dict[str, Any]) -> tuple[Label, ...]:
    return tuple(
        Label(column=column, check=Check(name=f"{kind}_{column}", **entry)) for column, entry in entries.items()
    )


def _read(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath("suites", f"{name}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
