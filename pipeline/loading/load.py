"""Files of a batch, each in a transaction of its own: killed anywhere, it left nothing or everything. A refused one is said."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline.errors import LacksColumns, PassedOver, RefusedFile, wants_room
from pipeline.loading import unreadable
from pipeline.loading.accounts import Account, has_content, known_accounts
from pipeline.loading.delivery import Delivery, deliver
from pipeline.loading.files import InputFile, known_as
from pipeline.loading.keys import warehouse_key
from pipeline.sources.feed import Source

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
    key = warehouse_key(warehouse, settings)
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
        return known or deliver(Delivery(warehouse, settings, source, file, name, batch, content, digest, key))
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
