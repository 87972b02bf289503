"""Tables of tickets with their events and letters in, published results out, under chosen settings."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.build import build
from pipeline.results import Results, open_results
from pipeline.settings import Settings
from pipeline.ticket_settings import Schedule
from pipeline.warehouse import open_warehouse
from tests.tables import load_table

HOUR = 3600
WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:00-12:00", "13:00-17:00"))
OFFICE = Schedule(name="office", timezone="UTC", hours=WEEKDAYS)


def publish(folder: Path, settings: dict[str, Any], **tables: str) -> Results:
    made = Settings(warehouse=folder / "w.duckdb", **settings)
    with open_warehouse(made) as warehouse:
        for table, text in tables.items():
            account = load_table(warehouse, made, folder, table, text)
            assert account.error is None and not account.quarantined, account
        build(warehouse, made, [], lambda step: None)
    return open_results(made.results)


def one(results: Results, ticket: str) -> pd.Series:
    frame = results.frame(f"select * from fact_tickets where ticket_id = '{ticket}'")
    assert len(frame) == 1
    return frame.iloc[0]
