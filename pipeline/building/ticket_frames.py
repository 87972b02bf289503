"""The small tables that ticket models name: policies, and who and what the settings tell apart."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.building.schedule_frames import schedule_frames
from pipeline.building.ticket_sources import knows_solving, ticket_sources
from pipeline.business_time import ALWAYS
from pipeline.loading.robots import robot_ids
from pipeline.zones import midnight

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

AGE_BANDS = (("1", 0, 1), ("3", 1, 3), ("7", 3, 7), ("30", 7, 30), ("more", 30, 1_000_000))
"""Days since a ticket was created: up to 1, 3, 7, 30, and more, without an end."""


def ticket_frames(
    warehouse: Warehouse, settings: Settings, since: datetime, until: datetime
) -> dict[str, pd.DataFrame]:
    """Frames by the name models use. Raises UsageError where the settings name a schedule that there is not."""

    def texts(column: str, values: tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame({column: pd.Series(list(values), dtype="string")})

    first = warehouse.value("select min(created_at) from raw_tickets") or since
    begins = min(first, since).date() - timedelta(days=8)
    of, sources = settings.tickets, ticket_sources(warehouse)
    return {
        **schedule_frames(warehouse, settings, begins, until),
        "ticket_settings": pd.DataFrame(
            {"default_schedule": [of.schedule or ALWAYS], "schedule_reading": [of.schedule_reading]}, dtype="string"
        ).assign(
            solved_within_days=settings.parameters.solved_within_days, knows_solving=knows_solving(warehouse, sources)
        ),
        "followed_sources": texts("source", sources.followed),
        "status_sources": texts("source", sources.telling),
        "assigning_sources": texts("source", sources.assigning),
        "reply_sources": _reply_sources(warehouse),
        "ticket_robots": texts("agent", robot_ids(warehouse, of.robots)),
        "urgent_priorities": texts("priority", _folded(of.urgent)),
        "official_channels": texts("channel", _folded(of.official_channels)),
        "age_bands": pd.DataFrame(AGE_BANDS, columns=["band", "from_days", "to_days"]).astype({"band": "string"}),
        "sla_policies": _policies(settings),
        "sla_settings": _targets(settings),
        "day_names": _day_names(),
        "promise_days": _promise_days(settings, since.date() - timedelta(days=1), until.date() + timedelta(days=65)),
    }


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in small letters: the settings and a file may write one name in two ways."""
    return tuple(sorted({name.lower() for name in names}))


def _reply_sources(warehouse: Warehouse) -> pd.DataFrame:
    """By source, since the creation of which ticket its letters are there, and its letters or stamps of replies: without either
    nobody knows whether a ticket was replied to. What moves that instant makes all tickets since then stale."""
    frame = warehouse.sql.execute(
        """with lettered as (
            select source, ticket_id from raw_tickets
            semi join raw_messages as letters on letters.source = raw_tickets.source and conversation_id = ticket_id)
        select tickets.source, min(case when lettered.ticket_id is not null then created_at end) as letters_from,
            min(case when lettered.ticket_id is not null or first_replied_at is not null then created_at end) as replies_from
        from raw_tickets as tickets
        left join lettered using (source, ticket_id)
        group by tickets.source
        having replies_from is not null"""
    ).df()
    return frame.astype({"source": "string"})


def _policies(settings: Settings) -> pd.DataFrame:
    rows = [
        (place, sla.name, channel, group)
        for place, sla in enumerate(settings.sla)
        for channel in sla.channels or (None,)
        for group in sla.customer_groups or (None,)
    ]
    frame = pd.DataFrame(rows, columns=["place", "policy", "channel", "customer_group"])
    return frame.astype({"place": "int64", "policy": "string", "channel": "string", "customer_group": "string"})


def _targets(settings: Settings) -> pd.DataFrame:
    rows = [
        (sla.name, measure, None if priority == "any" else priority, minutes, sla.is_business, datetime(1990, 1, 1))
        for sla in settings.sla
        for measure, allowed in sla.targets.items()
        for priority, minutes in allowed.items()
    ]
    frame = pd.DataFrame(rows, columns=["policy", "measure", "priority", "target_min", "is_business", "valid_from"])
    types = {
        "policy": "string",
        "measure": "string",
        "priority": "string",
        "target_min": "int64",
        "is_business": "bool",
    }
    return frame.astype(types | {"valid_from": "datetime64[us]"})


def _promise_days(settings: Settings, first: date, last: date) -> pd.DataFrame:
    """Each local day by its place, with the instants at which it begins and ends, in UTC."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    begins = [midnight(day, settings.timezone) for day in days]
    rows = [
        (place, day.day, day.month, day.weekday(), *begins[place : place + 2]) for place, day in enumerate(days[:-1])
    ]
    frame = pd.DataFrame(rows, columns=["place", "month_day", "month", "week_day", "starts_at", "ends_at"])
    return frame.astype(dict.fromkeys(("starts_at", "ends_at"), "datetime64[us]"))


def _day_names() -> pd.DataFrame:
    """What a letter calls a day: the month, the day of the week from 0 on, or how many days ahead it is."""
    names = tomllib.loads(resources.files("pipeline.models").joinpath("day_names.toml").read_text("utf-8"))
    kinds = (("month", "months", 1), ("week_day", "week", 0), ("ahead", "ahead", 1))
    rows = [
        {"name": name, column: place}
        for column, kind, first in kinds
        for place, alike in enumerate(names[kind], first)
        for name in alike
    ]
    frame = pd.DataFrame(rows, columns=["name", *(column for column, *_ in kinds)])
    return frame.astype({"name": "string"} | dict.fromkeys(("month", "week_day", "ahead"), "Int64"))
