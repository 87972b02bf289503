"""The report of a week as a user asks for it, with what is to be said besides: what it lacks, what the settings misspell."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import zones
from pipeline.commands.terminal import from_here, working

if TYPE_CHECKING:
    from pipeline.results import Results
    from pipeline.settings import Settings


def report_week(settings: Settings, week: str | None, lang: str | None, out: Path | None) -> Path:
    from pipeline.report import write_report
    from pipeline.report.archive import left_profiles
    from pipeline.results import open_results

    chosen = languages(settings, lang)
    results = open_results(settings.results)
    warn_of_teams(results, settings)
    if week is None:
        say_what_lacks(results)
    pages = out or settings.reports
    with working("writing the report"):
        index = write_report(results, settings, week, chosen, pages)
    for folder in left_profiles(results, settings, pages):
        print(
            f"warning: {folder} is of no profile in the settings: its pages stay as they are until you delete it",
            file=sys.stderr,
        )
    return from_here(index)


def say_what_lacks(results: Results, now: datetime | None = None) -> None:
    """Why the report is not of the newest week, and whether nothing came of the one that has just ended."""
    if silence := _silence(results, now or datetime.now(UTC).replace(tzinfo=None)):
        print(f"warning: {silence}", file=sys.stderr)
    newest = max(results.weeks, default="")
    if newest and newest > results.last_complete_week:
        print(
            f"{newest} is not whole, or a source has not delivered all of it: the report is of {results.last_complete_week}; "
            f"`--week {newest}` writes that week as it stands",
            file=sys.stderr,
        )


def _silence(results: Results, now: datetime) -> str:
    """Nothing is said of the sample, whose days are long gone."""
    zone, until = results.manifest["timezone"], datetime.fromisoformat(results.manifest["until"])
    due = zones.week_before(zones.week_of(now, zone))
    if results.manifest["is_simulated"] or zones.week_of(until, zone) >= due:
        return ""
    day = (until + zones.offset_at(zone, until)).date()
    return f"the newest record is of {day}, {(now - until).days} days ago; nothing has come since"


def languages(settings: Settings, lang: str | None) -> tuple[str, ...]:
    """One language or those of the settings."""
    return (lang,) if lang is not None else settings.report.languages


def warn_of_teams(results: Results, settings: Settings) -> None:
    """A profile's team without any figure is perhaps misspelt."""
    known = results.frame("select distinct team from kpi_values where team is not null order by team")["team"].tolist()
    for profile in settings.profiles:
        for team in profile.teams:
            if team not in known:
                there = ", ".join(known) or "none"
                print(f"warning: profile {profile.name}: no team '{team}'; there are {there}", file=sys.stderr)
