"""Find, read, admit or quarantine, account. One file is one transaction: killed anywhere, it left nothing or everything."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from pipeline.contracts import read_contracts
from pipeline.errors import LacksColumns, PassedOver, RefusedFile, wants_room
from pipeline.loading import admit, remarks, unreadable, versions
from pipeline.loading.accounts import Account, has_content, known_accounts, quarantine_counts
from pipeline.loading.earlier import REST, earlier, give_way, keep_rests
from pipeline.loading.files import InputFile, known_as
from pipeline.loading.keys import warehouse_key
from pipeline.loading.refusals import refuse_if_list_shrunk, refuse_if_mostly_bad, refuse_if_shrunk
from pipeline.loading.scales import on_scales_of
from pipeline.sources.feed import Feed, Source
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings


LATER = ("agent_domains", "phone_national_digits")


def load_files(
    warehouse: Warehouse,
    settings: Settings,
    source: Source,
    files: list[InputFile],
    on_file: Callable[[Account], None] = lambda account: None,
) -> list[Account]:
    """Load the files as one batch, each in a transaction of its own; a refused one does not stop the others."""
    named = known_as(source, files)
    accounts = [_earlier_state(source, file) for file in files if file not in set(named.values())]
    batch = int(warehouse.value("select coalesce(max(batch_id), 0) + 1 from batches") or 1)
    key = warehouse_key(warehouse, settings.privacy)
    for name, file in named.items():
        for account in _load_or_refuse(warehouse, settings, source, file, name, batch, key):
            accounts.append(account)
            on_file(account)
    return accounts


def _earlier_state(source: Source, file: InputFile) -> Account:
    return Account(file.name, source.name, passed_over=f"{file.name}: another file has the same log and more of it")


def _load_or_refuse(
    warehouse: Warehouse, settings: Settings, source: Source, file: InputFile, name: str, batch: int, key: bytes
) -> list[Account]:
    try:
        unreadable.refuse_unusual(file.path)
        content, digest = digests_of(file.path, source, settings)
        known = [replace(account, file=file.name) for account in known_accounts(warehouse, source.name, name, digest)]
        return known or _load(_Delivery(warehouse, settings, source, file, name, batch, content, digest, key))
    except PassedOver as reason:
        return [Account(file=file.name, source=source.name, passed_over=str(reason))]
    except LacksColumns as refusal:
        if not has_content(warehouse, source.name, name, content):
            return [Account(file=file.name, source=source.name, error=unreadable.refused(file.path, refusal))]
        said = f"{file.name}: keeps what it gave by an earlier mapping, because this one cannot read it: {refusal}"
        return [Account(file=file.name, source=source.name, passed_over=said)]
    except RefusedFile as refusal:
        return [Account(file=file.name, source=source.name, error=unreadable.refused(file.path, refusal))]
    except (OSError, UnicodeError, csv.Error, duckdb.Error, RecursionError) as error:
        if wants_room(error):
            raise
        return [Account(file=file.name, source=source.name, error=unreadable.failed(file.path, error))]


def digests_of(path: Path, source: Source, settings: Settings) -> tuple[str, str]:
    """Of the content, and of everything the rows depend on: content, mapping, privacy settings."""
    # What came later and says nothing is left out: files that were loaded before there was such a setting are no news.
    unsaid = {name for name in LATER if not getattr(settings.privacy, name)}
    privacy = settings.privacy.model_dump_json(exclude=unsaid)
    content, digest = hashlib.sha256(), hashlib.sha256(f"{source.name} {source.digest} {privacy}".encode())
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            content.update(chunk)
            digest.update(chunk)
    return content.hexdigest(), digest.hexdigest()


@dataclass(frozen=True)
class _Delivery:
    """A file on its way into the warehouse, and the name under which that knows it."""

    warehouse: Warehouse
    settings: Settings
    source: Source
    file: InputFile
    name: str
    batch: int
    content: str
    digest: str
    key: bytes


def _load(delivery: _Delivery) -> list[Account]:
    """All that the file holds, in one transaction; the first table is staged before it, where no rollback is kept ready."""
    with TemporaryDirectory(dir=delivery.warehouse.scratch) as scratch:
        return _load_through(delivery, Path(scratch))


def _load_through(delivery: _Delivery, scratch: Path) -> list[Account]:
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
            accounts.append(_admit(delivery, staged, feed))
            fed.add((feed.contract, feed.part))
        _withdraw_others(delivery, fed)
    return accounts


def _admit(delivery: _Delivery, staged: Staged, feed: Feed) -> Account:
    warehouse, source, file = delivery.warehouse, delivery.source.name, delivery.file
    limits = delivery.settings.admission
    contract = on_scales_of(delivery.settings.scorecards, read_contracts()[feed.contract])
    candidates = admit.prepare(warehouse, contract, feed, staged, delivery.settings.privacy, delivery.key)
    before = earlier(warehouse, source, delivery.name, contract.name, feed.part, delivery.content)
    file_id = int(warehouse.value("select coalesce(max(file_id), 0) + 1 from files"))
    faults = admit.admit(warehouse, candidates, feed.system or source, file_id)
    cut = remarks.cut(warehouse, candidates, file.name)
    admit.forget(warehouse, contract)
    read = faults.records + faults.sound
    if read or not feed.may_be_empty:
        refuse_if_mostly_bad(file.path, faults, read, limits, contract.is_whole)
    faults.store(warehouse, file_id)
    _register(delivery, file_id, contract.name, feed.part)
    give_way(warehouse, contract, before, file_id)
    outcome = versions.settle(warehouse, contract, file_id)
    if contract.must_keep and not before.is_same_content:
        refuse_if_shrunk(file.path, outcome, limits)
    if contract.is_whole:
        refuse_if_list_shrunk(file.path, outcome.held, faults.sound, limits)
    warehouse.sql.execute(
        "update files set rows_read = ?, quarantined = ?, replaced = ?, removed = ?, due_at = ? where file_id = ?",
        [read, faults.records, outcome.replaced, outcome.removed, faults.due_at, file_id],
    )
    versions.recount(warehouse, contract)
    keep_rests(warehouse, before)
    admitted, duplicate = warehouse.sql.execute(
        "select admitted, duplicate from files where file_id = ?", [file_id]
    ).fetchall()[0]
    counts = quarantine_counts(warehouse, file_id)
    said = [
        *cut,
        *remarks.outdone(warehouse, contract, file_id),
        remarks.stays(warehouse, contract, file.name, before.known),
    ]
    return Account(
        file.name, source, contract.name, read, admitted, counts, duplicate, outcome.replaced, outcome.removed,
        passed_over=feed.passed_over or None, remark="; ".join(filter(None, said)) or None,
    )  # fmt: skip


def _withdraw_others(delivery: _Delivery, fed: set[tuple[str, str]]) -> None:
    """Take out what the last delivery of the file had put into tables that this one has nothing for."""
    warehouse = delivery.warehouse
    query = (
        "select file_id, contract, coalesce(part, '') as part from files "
        "where source = ? and name = ? and digest <> ? and not is_undone"
    )
    for row in warehouse.records(query, [delivery.source.name, delivery.name, REST]):
        if (row["contract"], row["part"]) not in fed:
            versions.withdraw(warehouse, read_contracts()[row["contract"]], row["file_id"])
            for table in ("files", "quarantine"):
                warehouse.sql.execute(f"delete from {table} where file_id = ?", [row["file_id"]])


def _register(delivery: _Delivery, file_id: int, contract: str, part: str) -> None:
    sql, source = delivery.warehouse.sql, delivery.source.name
    sql.execute(
        "insert or ignore into batches values (?, ?, now()::timestamp, 'loaded', null)", [delivery.batch, source]
    )
    sql.execute(
        "insert into files values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, false, ?, ?, ?, null)",
        [
            file_id,
            delivery.batch,
            source,
            delivery.name,
            contract,
            delivery.digest,
            part,
            delivery.file.name,
            delivery.content,
        ],
    )
