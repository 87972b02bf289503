"""The rows of a table by the days and weeks of a zone, and those of a batch."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import read_contracts

OF_BATCH = "file_id in (select file_id from files where batch_id = ?)"


@dataclass(frozen=True)
class Dated:
    """The rows of a table, and the zone of the days and weeks they are of."""

    table: str
    instant: str
    zone: str

    @property
    def at(self) -> str:
        """SQL: the instant as the zone's clocks showed it."""
        return f"timezone('{self.zone}', timezone('UTC', {self.instant}))"

    @property
    def week(self) -> str:
        return f"date_trunc('week', {self.at})::timestamp"


def dated(contract: str, zone: str) -> Dated | None:
    found = read_contracts()[contract]
    return Dated(found.raw_table, found.instant, zone) if found.instant else None


def of_sources(rows: Dated) -> str:
    """SQL with a batch as parameter: rows of the sources that its files hold rows of. A mapping may name another system."""
    return f"source in (select source from {rows.table} where {OF_BATCH})"
