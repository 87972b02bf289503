"""Business hours as the tables that ticket models name: of the settings' schedules, and of those that sources deliver."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline import business_time
from pipeline.business_time import WEEK_MIN, Hours
from pipeline.settings.key_errors import nearest, require_known
from pipeline.zone_names import iana_name

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings
    from pipeline.settings.tickets import Schedule

AHEAD = timedelta(days=400)
"""How far business hours are laid out beyond the data's end, so that a target still running has its instant."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Named = tuple[str, str]
"""A source and the name of a schedule of its own."""


def schedule_frames(warehouse: Warehouse, settings: Settings, first: date, until: datetime) -> dict[str, pd.DataFrame]:
    """Frames by the name models use. Raises UsageError where the settings name a schedule that there is not."""
    keys = _keys(warehouse, settings)
    segments, openings = business_time.tables(
        _hours(warehouse, settings, keys, first, until), first, (until + AHEAD).date()
    )
    # sources deliver schedules of their own, so that the settings alone cannot tell
    if wanted := settings.tickets.schedule:
        known = sorted({business_time.ALWAYS, *segments["schedule"]})
        require_known("tickets.schedule", "schedule", wanted, known, f"there are {', '.join(known)}")
    return {
        "business_segments": segments,
        "business_openings": openings,
        "source_schedules": _source_schedules(keys),
    }


def unknown_schedule(warehouse: Warehouse, settings: Settings) -> str:
    """What to say before loading where the settings name a schedule that there is not yet; empty where there is."""
    wanted = settings.tickets.schedule
    known = {business_time.ALWAYS, *(one.name for one in settings.schedules), *_keys(warehouse, settings).values()}
    if not wanted or wanted in known:
        return ""
    near = nearest(wanted, sorted(known)) or f"there are {', '.join(sorted(known))}."
    return f"tickets.schedule: no schedule '{wanted}' yet; {near} Unless a file brings it, nothing can be built"


def _hours(
    warehouse: Warehouse, settings: Settings, keys: dict[Named, str], first: date, until: datetime
) -> list[Hours]:
    """The schedules of the settings, and those that sources delivered, by their `keys`. One in a zone that nobody knows has no
    hours."""
    last = (until + AHEAD).date()
    found = [_of_settings(schedule, settings.timezone, first, last) for schedule in settings.schedules]
    closed: dict[Named, set[date]] = defaultdict(set)
    for row in warehouse.records("select source, schedule, starts_on, ends_on from raw_schedule_holidays"):
        days = range((row["ends_on"] - row["starts_on"]).days + 1)
        closed[row["source"], row["schedule"]] |= {row["starts_on"] + timedelta(days=n) for n in days}
    weeks: dict[tuple[Named, str], set[tuple[int, int]]] = defaultdict(set)
    for row in warehouse.records(
        "select source, schedule, timezone, starts_min, ends_min from raw_schedule_hours order by all"
    ):
        named, zone = (row["source"], row["schedule"]), iana_name(row["timezone"])
        if zone and named in keys:
            weeks[named, zone] |= set(_since_monday(row["starts_min"], row["ends_min"]))
    found += [
        Hours(keys[named], zone, tuple(sorted(spans)), frozenset(closed[named]))
        for (named, zone), spans in weeks.items()
    ]
    return found


def _keys(warehouse: Warehouse, settings: Settings) -> dict[Named, str]:
    """Each schedule of a source, where the settings have none of its name -> what tables call its hours: the name alone is of the
    first source that has it, and of tickets of sources that have none of it."""
    rows = warehouse.records("select distinct source, schedule from raw_schedule_hours order by all")
    own = {schedule.name for schedule in settings.schedules}
    keys: dict[Named, str] = {}
    for source, name in ((row["source"], row["schedule"]) for row in rows if row["schedule"] not in own):
        keys[source, name] = f"{name} ({source})" if name in keys.values() else name
    return keys


def _source_schedules(keys: dict[Named, str]) -> pd.DataFrame:
    import pandas as pd  # loading asks for a schedule, and has no other need of it

    rows = [(source, name, key) for (source, name), key in keys.items()]
    return pd.DataFrame(rows, columns=["source", "schedule", "hours"], dtype="string")


def _since_monday(starts: int, ends: int) -> list[tuple[int, int]]:
    """Minutes since Sunday as minutes since Monday: what lies on Sunday comes last."""
    sunday = 24 * 60
    parts = [(starts, min(ends, sunday)), (max(starts, sunday), ends)]
    return [((a - sunday) % WEEK_MIN, (a - sunday) % WEEK_MIN + b - a) for a, b in parts if a < b]


def _of_settings(schedule: Schedule, site_zone: str, first: date, last: date) -> Hours:
    spans = [
        (place * 24 * 60 + starts, place * 24 * 60 + ends)
        for place, day in enumerate(DAYS)
        for starts, ends in schedule.minutes(day)
    ]
    whole = [part for span in spans for part in _within_the_week(*span)]
    holidays = business_time.holidays_of(schedule.holidays, first, last) if schedule.holidays else frozenset()
    return Hours(
        schedule.name,
        schedule.timezone or site_zone,
        tuple(sorted(whole)),
        holidays | frozenset(schedule.closed),
        schedule.valid_from or date.min,
    )


def _within_the_week(starts: int, ends: int) -> list[tuple[int, int]]:
    """Sunday night runs on into Monday."""
    return [(starts, ends)] if ends <= WEEK_MIN else [(starts, WEEK_MIN), (0, ends - WEEK_MIN)]
