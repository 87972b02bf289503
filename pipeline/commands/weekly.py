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


def report_week(
    settings: Settings, week: str | None, lang: str | None, out: Path | None, is_wanted_anew: bool = True
) -> Path:
    """The index of the pages. Not `is_wanted_anew`: pages that would be written as they stand are left."""
    from pipeline.commands.standing_pages import Pages
    from pipeline.report import write_report
    from pipeline.results import open_results

    results, folder, chosen = open_results(settings.results), out or settings.reports, languages(settings, lang)
    warn_of_profiles(results, settings, folder)
    if week is None:
        say_what_lacks(results)
    pages = Pages(results, settings, week, chosen, folder)
    if not is_wanted_anew and pages.stand():
        print("nothing new: the pages stay as they are", file=sys.stderr)
        return from_here(folder / "index.html")
    with working("writing the report"):
        write_report(results, settings, week, chosen, folder, then=pages.note)
    return from_here(folder / "index.html")


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


def warn_of_profiles(results: Results, settings: Settings, folder: Path) -> None:
    """A profile's team without any figure is perhaps misspelt; pages of a profile that is no more still name whom it named."""
    from pipeline.report.archive import left_profiles

    known = results.frame("select distinct team from kpi_values where team is not null order by team")["team"].tolist()
    there = ", ".join(known) or "none"
    unknown = [(profile.name, team) for profile in settings.profiles for team in profile.teams if team not in known]
    said = [f"profile {name}: no team '{team}'; there are {there}" for name, team in unknown]
    said += [
        f"{left} is of no profile in the settings: its pages stay as they are until you delete it"
        for left in left_profiles(results, settings, folder)
    ]
    for line in said:
        print(f"warning: {line}", file=sys.stderr)
