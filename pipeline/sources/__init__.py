"""Log formats: one module each, files -> canonical rows, nothing else. `REGISTRY` names them all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.sources import amazon_connect_ctr, asterisk_queue_log, letters, technion_bank
from pipeline.sources.bundle import bundle_names, bundle_source
from pipeline.sources.feed import Feed, Field, Source
from pipeline.sources.mapping import mapped_source
from pipeline.sources.mapping_file import find_mapping, shipped_names

__all__ = ["REGISTRY", "Feed", "Field", "Source", "find_source", "shipped_mappings"]

LETTERS, QUEUE_LOG = "letters", "asterisk_queue_log"
REGISTRY: dict[str, Callable[[], Source]] = {
    "amazon_connect_ctr": amazon_connect_ctr.source,
    QUEUE_LOG: asterisk_queue_log.source,
    "technion_bank": technion_bank.source,
    **{name: partial(bundle_source, name) for name in bundle_names()},
}


def find_source(
    name: str, mapping_file: str | None = None, own_addresses: tuple[str, ...] = (), timezone: str = "UTC"
) -> Source:
    """The source of that name; `own_addresses` are those of the house, for letters, `timezone` the site's, for queue logs.

    `csv` wants a mapping; a shipped mapping's own name is a source too.

    Raises UsageError that lists what there is.
    """
    if mapping_file is not None:
        if name in (*REGISTRY, LETTERS):
            raise UsageError(f"--mapping goes with --source csv; {name} has a fixed format")
        return mapped_source(find_mapping(mapping_file))
    if name == QUEUE_LOG:
        return asterisk_queue_log.source(timezone)
    if name in REGISTRY:
        return REGISTRY[name]()
    if name == LETTERS:
        return letters.source(own_addresses)
    if name == "csv":
        raise UsageError("--source csv wants --mapping FILE, which says what its columns mean")
    if name in shipped_names():
        return mapped_source(find_mapping(name))
    there = ", ".join([*REGISTRY, LETTERS, *shipped_names()])
    raise UsageError(f"no source '{name}'; there are csv (with --mapping FILE, as a folder's mapping.toml), {there}")


def shipped_mappings() -> list[Path]:
    return [find_mapping(name) for name in shipped_names()]
