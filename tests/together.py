"""Rows of several tests, each written beside what it asks, published once: apart they stand by names of people, teams, customers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.results import Results
from tests.tables import cells, publish

IDS = {"calls": "call_id", "tickets": "ticket_id"}


class Together:
    """Readable tables, whatever columns each has of its own."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {}

    def add(self, **tables: str) -> None:
        """The rows of one test."""
        for table, text in tables.items():
            head, *rows = [cells(line) for line in text.strip().splitlines()]
            self.rows.setdefault(table, []).extend(dict(zip(head, row, strict=True)) for row in rows)

    def publish(self, folder: Path, **more: Any) -> Results:
        return publish(folder, **self.tables(), **more)

    def tables(self) -> dict[str, str]:
        """All that was added; no two tests may give a record the same id."""
        for table, name in IDS.items():
            ids = [row[name] for row in self.rows.get(table, ())]
            assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})
        return {table: _text(rows) for table, rows in self.rows.items()}


def _text(rows: list[dict[str, str]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join("  ".join(line) for line in [names, *([row.get(name, "-") for name in names] for row in rows)])
