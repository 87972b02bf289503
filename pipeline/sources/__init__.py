"""Log formats: one module each, files -> canonical rows, nothing else. `FORMATS` names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.sources import amazon_connect_ctr, asterisk_queue_log, letters, technion_bank
from pipeline.sources.bundle import bundle_names, bundle_source
from pipeline.sources.feed import Feed, Field, Source
from pipeline.sources.mapping import mapped_source
from pipeline.sources.mapping_file import find_mapping, shipped_names

__all__ = ["FORMATS", "Feed", "Field", "Site", "Source", "check_site", "find_source", "shipped_mappings"]

LETTERS, QUEUE_LOG = "letters", "asterisk_queue_log"
ZONED: dict[str, Callable[[str], Source]] = {
    QUEUE_LOG: asterisk_queue_log.source,
    **{name: partial(bundle_source, name) for name in bundle_names()},
}
"""Formats that may hold times without an offset: they want the zone of these."""
CERTAIN: dict[str, Callable[[], Source]] = {
    "amazon_connect_ctr": amazon_connect_ctr.source,
    "technion_bank": technion_bank.source,
}
"""Formats whose times have one zone."""
FORMATS = (*sorted([*CERTAIN, *ZONED]), LETTERS)


class Site(NamedTuple):
    """What files do not say of the house: its addresses, for letters; its zone, which queue logs are written in; and formats that
    are written in another."""

    own_addresses: tuple[str, ...] = ()
    timezone: str = "UTC"
    source_timezones: Mapping[str, str] = {}

    def zone_of(self, source: str) -> str:
        return self.source_timezones.get(source, self.timezone if source == QUEUE_LOG else "UTC")


def find_source(name: str, mapping_file: str | None = None, site: Site = Site()) -> Source:
    """The source of that name. `csv` wants a mapping; a shipped mapping's own name is a source too.

    Raises UsageError that lists what there is.
    """
    check_site(site)
    if mapping_file is not None:
        if name in FORMATS:
            raise UsageError(f"--mapping goes with --source csv; {name} has a fixed format")
        return mapped_source(find_mapping(mapping_file))
    if name in ZONED:
        return ZONED[name](site.zone_of(name))
    if name in CERTAIN:
        return CERTAIN[name]()
    if name == LETTERS:
        return letters.source(site.own_addresses)
    if name == "csv":
        raise UsageError("--source csv needs --mapping FILE, which says what its columns mean")
    if name in shipped_names():
        return mapped_source(find_mapping(name))
    there = ", ".join([*FORMATS, *shipped_names()])
    raise UsageError(f"no source '{name}'; there are csv (with --mapping FILE, as a folder's mapping.toml), {there}")


def check_site(site: Site) -> None:
    """Raises UsageError for a zone of what is no format that wants one."""
    if unknown := sorted(set(site.source_timezones) - set(ZONED)):
        raise UsageError(
            f"source_timezones: {unknown[0]} is none of the formats that need a zone: {', '.join(sorted(ZONED))}"
        )


def shipped_mappings() -> list[Path]:
    return [find_mapping(name) for name in shipped_names()]
