"""Tables of tickets with their events and letters in, published results out, under chosen settings."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.tickets import Schedule
from tests.tables import publish_under

HOUR = 3600
WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:00-12:00", "13:00-17:00"))
OFFICE = Schedule(name="office", timezone="UTC", hours=WEEKDAYS)

LATER = "z  q  solved  2026-06-15 10:00  2026-06-15 12:00  kim"
"""A ticket of weeks later, behind the others of a table: so their weeks are over."""


def publish(folder: Path, settings: dict[str, Any], **tables: str) -> Results:
    return publish_under(Settings(warehouse=folder / "w.duckdb", **settings), folder, **tables)


def one(results: Results, ticket: str) -> pd.Series:
    frame = results.frame(f"select * from fact_tickets where ticket_id = '{ticket}'")
    assert len(frame) == 1
    return frame.iloc[0]
