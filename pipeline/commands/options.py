"""The options that several commands share, and the settings that those before the command choose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.terminal import Format
from pipeline.errors import NoData, UsageError

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.sources import Site


def _judged_week(week: str | None) -> str | None:
    if week is None:
        return None
    from pipeline.asking.periods import known_week

    return known_week(week)


def _begun_week(week: str | None) -> str | None:
    from pipeline.zones import week_start

    known = _judged_week(week)
    if known and week_start(known, "UTC") > datetime.now(UTC).replace(tzinfo=None) + AHEAD:
        raise NoData(f"no data for {known}: that week has yet to begin")
    return known


def _judged_language(language: str | None) -> str | None:
    if language is None:
        return None
    from pipeline.report.words import known_language

    return known_language(language)


AHEAD = timedelta(days=2)
"""Records may be a day ahead of the clock, and a zone's Monday begins before that of UTC."""
A_WEEK = {"metavar": "2026-W47", "callback": _judged_week}
BEGUN_WEEK = {"metavar": "2026-W47", "callback": _begun_week}
"""Judged before the command begins: `run` would load and build first."""

Listing = Annotated[Format, typer.Option("--format", help="table, csv or json")]
Week = Annotated[str | None, typer.Option("--week", help="ISO week; default: the last complete one", **A_WEEK)]
BegunWeek = Annotated[str | None, typer.Option("--week", help="ISO week; default: the last complete one", **BEGUN_WEEK)]
OneWeek = Annotated[str | None, typer.Option("--week", help="one ISO week", **A_WEEK)]
LastWeek = Annotated[
    str | None, typer.Option("--week", help="as of the end of this ISO week; default: the last", **A_WEEK)
]
FirstDay = Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day")]
LastDay = Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day")]
Chosen = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="DIM=VALUE", help="e.g. agent=a017; may be repeated, also with other values"),
]
Language = Annotated[
    str | None,
    typer.Option("--lang", help="en or ru; default: all languages in the settings", callback=_judged_language),
]
Pages = Annotated[Path | None, typer.Option("--out", help="folder for the pages; default: the one in the settings")]


def chosen(texts: list[str] | None) -> dict[str, list[str]]:
    """Dimensions and the values that `--where` names of each."""
    from pipeline.kpis import DIMENSIONS

    found: dict[str, list[str]] = {}
    for text in texts or []:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"--where needs DIM=VALUE, not '{text}'")
        if name not in DIMENSIONS:
            raise UsageError(f"--where: no dimension '{name}'; there are {', '.join(DIMENSIONS)}")
        found.setdefault(name, []).append(value)
    return found


def settings_of(context: typer.Context) -> Settings:
    """The settings that the options before the command choose."""
    from pipeline.settings_file import read_settings

    config, warehouse = context.obj  # set by the options before the command
    return read_settings(config, warehouse)


def site_of(settings: Settings) -> Site:
    """What of the settings the log formats want to know."""
    from pipeline.sources import Site

    return Site(settings.tickets.own_addresses, settings.timezone, settings.source_timezones)
