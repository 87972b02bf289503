"""Days and months in each other's place: what is of one week stands on one day of several months then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import Contract

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

RECORDS, MONTHS, DAYS = 20, 3, 2
"""From so many records on, of so many months, on so few days of them: in UTC one day may be two."""


def swapped_days(warehouse: Warehouse, contract: Contract, file_id: int, name: str, is_mapped: bool) -> list[str]:
    """A sentence where a file of calls or tickets, of which each begins on a day of its own, seems to be so."""
    if not contract.begins_once:
        return []
    [found] = warehouse.records(
        f"select count(*) as records, count(distinct date_trunc('month', {contract.instant})) as months, "
        f"count(distinct day({contract.instant})) as days, min({contract.instant}) as first, max({contract.instant}) as last "
        f"from {contract.raw_table} where file_id = {file_id}"
    )
    if found["records"] < RECORDS or found["months"] < MONTHS or found["days"] > DAYS:
        return []
    place = "change places in the mapping's format" if is_mapped else "have changed places in the export"
    return [
        f"{name}: its {contract.name} lie on the same day of {found['months']} months, {found['first']:%Y-%m-%d} to "
        f"{found['last']:%Y-%m-%d}: if they are of one week, day and month {place}"
    ]
