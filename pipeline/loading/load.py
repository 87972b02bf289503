"""Files of a batch, each in a transaction of its own, or many letters in one: killed anywhere, it left nothing or everything of a
file. A refused one is said."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline.errors import LacksColumns, PassedOver, RefusedFile, wants_room
from pipeline.loading import unreadable
from pipeline.loading.accounts import Account, has_content, known_accounts
from pipeline.loading.delivery import Delivery, deliver
from pipeline.loading.files import InputFile, known_as
from pipeline.loading.keys import warehouse_key
from pipeline.loading.together import AT_ONCE, deliver_together
from pipeline.sources.feed import Source

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings


LATER = ("agent_domains", "phone_national_digits", "phone_outside_line")
FAULTS_OF_A_FILE = (OSError, UnicodeError, csv.Error, duckdb.Error, RecursionError)


def load_files(
    warehouse: Warehouse,
    settings: Settings,
    source: Source,
    files: list[InputFile],
    on_file: Callable[[Account], None] = lambda account: None,
) -> list[Account]:
    """Load the files as one batch; a refused one does not stop the others."""
    named = known_as(source, files)
    accounts = [_earlier_state(source, file) for file in files if file not in set(named.values())]
    batch = int(warehouse.value("select coalesce(max(batch_id), 0) + 1 from batches") or 1)
    key = warehouse_key(warehouse, settings)
    for account in _loaded(warehouse, settings, source, named, batch, key):
        accounts.append(account)
        on_file(account)
    return accounts


def _loaded(
    warehouse: Warehouse, settings: Settings, source: Source, named: dict[str, InputFile], batch: int, key: bytes
) -> Iterator[Account]:
    waiting = iter(named.items())
    while some := dict(islice(waiting, AT_ONCE)):
        together = _loaded_together(warehouse, settings, source, some, batch, key)
        for name, file in some.items():
            if name in together:
                yield together[name]
            else:
                yield from _load_or_refuse(warehouse, settings, source, file, name, batch, key)


def _loaded_together(
    warehouse: Warehouse, settings: Settings, source: Source, files: dict[str, InputFile], batch: int, key: bytes
) -> dict[str, Account]:
    """By name the accounts of files of one record each, but for those that are known or want to be loaded alone."""
    known = {row["name"] for row in warehouse.records("select name from files where source = ?", [source.name])}
    single = {name: file for name, file in files.items() if file.path.suffix.lower() in source.single}
    try:
        deliveries = [
            _delivery(warehouse, settings, source, file, name, batch, key)
            for name, file in single.items()
            if name not in known
        ]
        return deliver_together(deliveries) if len(deliveries) > 1 else {}
    except (RefusedFile, *FAULTS_OF_A_FILE) as error:
        if wants_room(error):
            raise
        return {}


def _earlier_state(source: Source, file: InputFile) -> Account:
    return Account(file.name, source.name, passed_over=f"{file.name}: another file has the same log and more of it")


def _load_or_refuse(
    warehouse: Warehouse, settings: Settings, source: Source, file: InputFile, name: str, batch: int, key: bytes
) -> list[Account]:
    try:
        delivery = _delivery(warehouse, settings, source, file, name, batch, key)
        accounts = known_accounts(warehouse, source.name, name, delivery.digest)
        return [replace(account, file=file.name) for account in accounts] or deliver(delivery)
    except PassedOver as reason:
        return [Account(file=file.name, source=source.name, passed_over=str(reason))]
    except LacksColumns as refusal:
        if not has_content(warehouse, source.name, name, delivery.content):
            return [Account(file=file.name, source=source.name, error=unreadable.refused(file.path, refusal))]
        said = f"{file.name}: keeps what it gave by an earlier mapping, because this one cannot read it: {refusal}"
        return [Account(file=file.name, source=source.name, passed_over=said)]
    except RefusedFile as refusal:
        return [Account(file=file.name, source=source.name, error=unreadable.refused(file.path, refusal))]
    except FAULTS_OF_A_FILE as error:
        if wants_room(error):
            raise
        return [Account(file=file.name, source=source.name, error=unreadable.failed(file.path, error))]


def _delivery(
    warehouse: Warehouse, settings: Settings, source: Source, file: InputFile, name: str, batch: int, key: bytes
) -> Delivery:
    unreadable.refuse_unusual(file.path)
    return Delivery(warehouse, settings, source, file, name, batch, *digests_of(file.path, source, settings), key)


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
