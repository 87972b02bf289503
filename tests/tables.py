"""Small readable tables in, published results out: each test says its rows as text and reads figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.building.build import build
from pipeline.contracts import read_contracts
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.kpis.measure import Question, measure
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Cases, Settings
from pipeline.sources import find_source


def csv_of(text: str) -> str:
    """Columns apart by two or more spaces, `-` for nothing, one row a line -> CSV."""
    rows = [[("" if cell == "-" else cell) for cell in cells(line)] for line in text.strip().splitlines()]
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows) + "\n"


def cells(line: str) -> list[str]:
    import re

    return re.split(r"\s{2,}", line.strip())


def write_table(
    folder: Path, table: str, text: str, name: str = "rows.csv", timezone: str = "UTC", system: str = ""
) -> tuple[Path, Path]:
    """A CSV of the table's own column names and the mapping that reads it: (file, mapping)."""
    home = folder / table
    home.mkdir(parents=True, exist_ok=True)
    file, mapping = home / name, home / "mapping.toml"
    file.write_text(csv_of(text), "utf-8")
    columns = [name for name in cells(text.strip().splitlines()[0]) if name in read_contracts()[table].columns]
    listed = "\n".join(f'{column} = "{column}"' for column in columns)
    named = f'system = "{system}"\n' if system else ""
    mapping.write_text(f'{named}table = "{table}"\ntimezone = "{timezone}"\n[columns]\n{listed}\n', "utf-8")
    return file, mapping


def load_table(warehouse: Warehouse, settings: Settings, folder: Path, table: str, text: str, **more: Any) -> Account:
    """Load a readable table as the source of its own name."""
    file, mapping = write_table(folder, table, text, **more)
    source = find_source("csv", str(mapping))
    return load_files(warehouse, settings, source, find_files([file], source.suffixes))[0]


def written_files(folder: Path) -> list[Path]:
    """All files below a folder, of which there must be some: whatever is to be in none of them."""
    found = [file for file in folder.rglob("*") if file.is_file()]
    assert found, folder
    return found


def publish(folder: Path, timezone: str = "UTC", cases: Cases = Cases(), **tables: str) -> Results:
    """Load readable tables into a fresh warehouse, build, and open what is published."""
    return publish_under(
        Settings(warehouse=folder / "warehouse.duckdb", timezone=timezone, cases=cases), folder, **tables
    )


def publish_under(settings: Settings, folder: Path, **tables: str) -> Results:
    """As `publish`, under settings of one's own; every row must be sound."""
    with open_warehouse(settings) as warehouse:
        for table, text in tables.items():
            account = load_table(warehouse, settings, folder, table, text)
            assert account.error is None and not account.quarantined, account
        build(warehouse, settings, [], lambda step: None)
    return open_results(settings.results)


def publish_of(folder: Path, *delivered: tuple[str, str, str], **settings: Any) -> Results:
    """Load each (system, table, rows), build, and open what is published."""
    chosen = Settings(**{"warehouse": folder / "w.duckdb", "timezone": "UTC"} | settings)
    with open_warehouse(chosen) as warehouse:
        for place, (system, table, text) in enumerate(delivered):
            account = load_table(
                warehouse, chosen, folder / str(place), table, text, name=f"{place}.csv", system=system
            )
            assert account.error is None and not account.quarantined, account
        build(warehouse, chosen, [], lambda step: None)
    return open_results(chosen.results)


def figure(results: Results, kpi: str, **cut: Any) -> pd.Series:
    """The one row of a KPI for the dimensions and grain given, e.g. team="Red", week="2026-W20"."""
    grain = "week" if "week" in cut else "total"
    by = tuple(name for name in cut if name != "week")
    frame = measure(results, results.catalogue, Question((kpi,), grain, by))
    for name, value in cut.items():
        frame = frame[frame["period" if name == "week" else name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


class Memory:
    """An engine over frames, named as tables, that remembers what it was asked."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.sql, self.asked = duckdb.connect(), []
        self._name(tables)

    def _name(self, tables: dict[str, pd.DataFrame]) -> None:
        for name, table in tables.items():
            self.sql.register(name, table)

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        self.asked.append(sql)
        self._name(tables)
        return self.sql.execute(sql).df()
