"""One file on its way into the warehouse: what it gives each table is tried, and takes the place of what it gave before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.contracts import Contract, read_contracts
from pipeline.errors import RefusedFile
from pipeline.loading import admit, remarks, versions
from pipeline.loading.accounts import Account, booked, most_left_out
from pipeline.loading.answered_alone import answered_alone
from pipeline.loading.earlier import REST, Delivered, earlier, give_way, keep_rests
from pipeline.loading.faults import Faults
from pipeline.loading.files import InputFile
from pipeline.loading.first_unnamed import first_unnamed
from pipeline.loading.own_names import named_by_customers
from pipeline.loading.precision import is_to_minute
from pipeline.loading.refusals import refuse_if_list_shrunk, refuse_if_mostly_bad, refuse_if_shrunk, refuse_if_unmeant
from pipeline.loading.scales import on_scales_of
from pipeline.loading.swapped_days import swapped_days
from pipeline.sources.feed import Feed, Source
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """A file, and the name under which the warehouse knows it."""

    warehouse: Warehouse
    settings: Settings
    source: Source
    file: InputFile
    name: str
    batch: int
    content: str
    digest: str
    key: bytes


@dataclass(frozen=True)
class _Entry:
    """In the books: what the file gives one table, under a number of its own; `before`: what it gave that table before."""

    delivery: Delivery
    contract: Contract
    feed: Feed
    file_id: int
    before: Delivered


def deliver(delivery: Delivery) -> list[Account]:
    """All that the file holds, in one transaction; the first table is staged before it, where no rollback is kept ready."""
    with TemporaryDirectory(dir=delivery.warehouse.scratch) as scratch:
        return _deliver_through(delivery, Path(scratch))


def _deliver_through(delivery: Delivery, scratch: Path) -> list[Account]:
    """`scratch` takes the copies that are made in reading."""
    warehouse = delivery.warehouse
    reading = delivery.source.read(warehouse.sql, delivery.file.path, scratch)
    first = next(reading, None)
    if first is None:
        raise RefusedFile(f"{delivery.file.path}: holds no records")
    accounts: list[Account] = []
    with warehouse.transaction():
        fed: set[tuple[str, str]] = set()
        for staged, feed in chain([first], reading):
            accounts.append(_admit(_entry(delivery, feed), staged))
            fed.add((feed.contract, feed.part))
        _withdraw_others(delivery, fed)
    return accounts


def _entry(delivery: Delivery, feed: Feed) -> _Entry:
    warehouse, source = delivery.warehouse, delivery.source.name
    contract = on_scales_of(delivery.settings.scorecards, read_contracts()[feed.contract])
    before = earlier(warehouse, source, delivery.name, contract.name, feed.part, delivery.content)
    return _Entry(delivery, contract, feed, next_id(warehouse), before)


def _admit(entry: _Entry, staged: Staged) -> Account:
    warehouse, contract, file_id = entry.delivery.warehouse, entry.contract, entry.file_id
    faults, cut = _tried(entry, staged)
    faults.store(warehouse, file_id)
    register(warehouse, [_row(entry, faults)])
    outcome = _in_place_of_before(entry, faults)
    delivery, name, before = entry.delivery, entry.delivery.file.name, entry.before
    said = [
        *cut,
        *first_unnamed(warehouse, delivery.key, delivery.source.name, entry.feed.unnamed_words, name),
        remarks.set_aside(faults, name),
        *remarks.outdone(warehouse, contract, file_id, not before.is_same_content, entry.feed.is_mapped),
        *(answered_alone(warehouse, file_id, name) if contract.name == "calls" else []),
        *swapped_days(warehouse, contract, file_id, name, entry.feed.is_mapped),
        remarks.gone(warehouse, contract, name, file_id, outcome.removed),
        remarks.stays(warehouse, contract, name, before.known),
    ]
    return replace(
        booked(warehouse, file_id, name),
        replaced=outcome.replaced,
        removed=outcome.removed,
        passed_over=entry.feed.passed_over or None,
        remark="; ".join(filter(None, said)) or None,
    )


def _tried(entry: _Entry, staged: Staged) -> tuple[Faults, list[str]]:
    """The sound records in the raw table, what was wrong with the others, and what is remarked of identifiers among them."""
    delivery, contract, feed = entry.delivery, entry.contract, entry.feed
    warehouse, settings = delivery.warehouse, delivery.settings
    candidates = admit.prepare(warehouse, contract, feed, staged, settings.privacy, delivery.key)
    faults = admit.admit(warehouse, candidates, feed.system or delivery.source.name, entry.file_id)
    faults = replace(faults, is_mapped=feed.is_mapped)
    cut = remarks.cut(warehouse, candidates, delivery.file.name)
    named = named_by_customers(warehouse, candidates, delivery.file.name)
    admit.forget(warehouse, contract)
    if faults.read or not feed.may_be_empty:
        refuse_if_mostly_bad(delivery.file.path, faults, settings.admission, contract.is_whole)
    return faults, [*cut, *named]


def _in_place_of_before(entry: _Entry, faults: Faults) -> versions.Outcome:
    """The new records take the place of those that the file gave before, unless they are too few for it."""
    delivery, contract, before = entry.delivery, entry.contract, entry.before
    warehouse, path, limits = delivery.warehouse, delivery.file.path, delivery.settings.admission
    if entry.feed.left_out and not before.is_same_content:
        usual = most_left_out(warehouse, entry.file_id, limits.bad_rows_allowed)
        refuse_if_unmeant(path, entry.feed.left_out, faults.read, usual, limits)
    give_way(warehouse, contract, before, entry.file_id)
    outcome = versions.settle(warehouse, contract, entry.file_id)
    if before.is_same_content:
        outcome = replace(outcome, removed=0)
    if contract.must_keep:
        refuse_if_shrunk(path, outcome, limits)
    if contract.is_whole:
        refuse_if_list_shrunk(path, outcome.held, faults.sound, limits)
    warehouse.sql.execute(
        "update files set replaced = ?, removed = ? where file_id = ?",
        [outcome.replaced, outcome.removed, entry.file_id],
    )
    versions.recount(warehouse, contract)
    keep_rests(warehouse, [*before.known, *before.rests])
    return outcome


def next_id(warehouse: Warehouse) -> int:
    """The number of the next entry in the books."""
    return int(warehouse.value("select coalesce(max(file_id), 0) + 1 from files"))


def _row(entry: _Entry, faults: Faults) -> dict[str, object]:
    found = {
        "rows_read": faults.read, "quarantined": faults.records, "due_at": faults.due_at,
        "is_to_minute": is_to_minute(entry.delivery.warehouse, entry.contract, entry.file_id),
    }  # fmt: skip
    return entry_of(entry.delivery, entry.contract, entry.feed, entry.file_id) | found


def entry_of(delivery: Delivery, contract: Contract, feed: Feed, file_id: int) -> dict[str, object]:
    """The row of `files` of a file of one sound record."""
    return {
        "file_id": file_id, "batch_id": delivery.batch, "source": delivery.source.name, "name": delivery.name,
        "contract": contract.name, "digest": delivery.digest, "rows_read": 1, "quarantined": 0, "is_undone": False,
        "part": feed.part, "lay_as": delivery.file.name, "content": delivery.content, "due_at": None, "left_out": feed.left_out,
        "is_to_minute": False,
    }  # fmt: skip


def register(warehouse: Warehouse, rows: list[dict[str, object]]) -> None:
    """Put entries of one batch into the books."""
    batch = [rows[0]["batch_id"], rows[0]["source"]]
    warehouse.sql.execute("insert or ignore into batches values (?, ?, now()::timestamp, 'loaded', null)", batch)
    places = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
    values = [value for row in rows for value in row.values()]
    warehouse.sql.execute(f"insert into files ({', '.join(rows[0])}) values {places}", values)


def _withdraw_others(delivery: Delivery, fed: set[tuple[str, str]]) -> None:
    """Take out what the last delivery of the file had put into tables that this one has nothing for, but for a list that a
    document of other content lacks: nothing of it has changed lately."""
    warehouse = delivery.warehouse
    query = (
        "select file_id, contract, coalesce(part, '') as part, content from files "
        "where source = ? and name = ? and digest <> ? and not is_undone"
    )
    for row in warehouse.records(query, [delivery.source.name, delivery.name, REST]):
        contract = read_contracts()[row["contract"]]
        if (row["contract"], row["part"]) in fed:
            continue
        if row["part"] and contract.covers_span and row["content"] != delivery.content:
            keep_rests(warehouse, [row["file_id"]])
        else:
            versions.withdraw(warehouse, contract, row["file_id"])
            for table in ("files", "quarantine"):
                warehouse.sql.execute(f"delete from {table} where file_id = ?", [row["file_id"]])
