"""Files of one record each, as letters of a folder are, many in one transaction: they cost what one of them does.

Only those that nothing is to be said of: sound, and under no name that the warehouse knows. The others are delivered alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.contracts import read_contracts
from pipeline.loading import admit, remarks, versions
from pipeline.loading.accounts import Account, booked
from pipeline.loading.delivery import Delivery, entry_of, next_id, register
from pipeline.loading.own_names import named_by_customers

if TYPE_CHECKING:
    from pipeline.contracts import Contract
    from pipeline.sources.feed import Feed
    from pipeline.sources.reading import Staged

AT_ONCE = 500


class _NotAll(Exception):
    """Of the files these, by their place, hold no sound record."""

    def __init__(self, places: set[int]) -> None:
        super().__init__(places)
        self.places = places


def deliver_together(deliveries: list[Delivery]) -> dict[str, Account]:
    """By name the accounts of those that were delivered: all, or all that are sound, or none."""
    with TemporaryDirectory(dir=deliveries[0].warehouse.scratch) as scratch:
        try:
            return _delivered(deliveries, Path(scratch))
        except _NotAll as found:
            sound = [delivery for place, delivery in enumerate(deliveries) if place not in found.places]
        try:
            return _delivered(sound, Path(scratch)) if sound else {}
        except _NotAll:
            return {}


def _delivered(deliveries: list[Delivery], scratch: Path) -> dict[str, Account]:
    first, count = deliveries[0], len(deliveries)
    warehouse, read_many = first.warehouse, first.source.read_many
    assert read_many is not None
    staged, feed = read_many(warehouse.sql, [delivery.file.path for delivery in deliveries], scratch)
    contract = read_contracts()[feed.contract]
    with warehouse.transaction():
        file_id = next_id(warehouse)
        _admit_all(first, contract, staged, feed, range(file_id, file_id + count))
        entries = [entry_of(delivery, contract, feed, file_id + place) for place, delivery in enumerate(deliveries)]
        register(warehouse, entries)
        versions.take_out(warehouse, contract, [])
        versions.settle(warehouse, contract, file_id, file_id + count - 1)
        versions.count_replaced(warehouse, contract, file_id, file_id + count - 1)
        versions.recount(warehouse, contract)
        return {delivery.name: _account(contract, delivery, file_id + n) for n, delivery in enumerate(deliveries)}


def _admit_all(delivery: Delivery, contract: Contract, staged: Staged, feed: Feed, file_ids: range) -> None:
    """The rows of `stage` as rows of these files, the first of the first. Raises _NotAll of those that are not sound, and of all
    where anything else is to be said: of which, nobody knows."""
    warehouse, settings = delivery.warehouse, delivery.settings
    begin = int(warehouse.value("select min(rowid) from stage"))
    candidates = admit.prepare(warehouse, contract, feed, staged, settings.privacy, delivery.key)
    own_id = f"{file_ids.start - begin} + stage_row"
    faults = admit.admit(warehouse, candidates, feed.system or delivery.source.name, own_id)
    said = [*remarks.cut(warehouse, candidates, ""), *named_by_customers(warehouse, candidates, "")]
    if said or staged.rejects or faults.read != len(file_ids):
        raise _NotAll(set(range(len(file_ids))))
    if faults.rows:
        raise _NotAll({row - begin for (row,) in warehouse.sql.execute("select stage_row from unsound").fetchall()})
    admit.forget(warehouse, contract)


def _account(contract: Contract, delivery: Delivery, file_id: int) -> Account:
    warehouse, name = delivery.warehouse, delivery.file.name
    said = remarks.outdone(warehouse, contract, file_id, is_news=True, is_mapped=False)
    account = booked(warehouse, file_id, name)
    return replace(account, remark="; ".join(filter(None, said)) or None)
