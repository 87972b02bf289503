"""The `csv` source: any table in any delimited, Excel, Parquet or JSON file, by a mapping file in TOML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources import feed as feeds
from pipeline.sources.mapped_fields import constant_of, field_of, version_of
from pipeline.sources.mapped_reading import SUFFIXES, stage_mapped
from pipeline.sources.mapping_check import checked
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.midnight import past_midnight
from pipeline.sources.reading import Staged
from pipeline.sources.unnamed_words import unnamed_words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def mapped_source(file: Path) -> feeds.Source:
    """The source that reads files by this mapping; raises UsageError naming file and key of what is wrong in it."""
    text = file.read_bytes()
    mapping = checked(file, text)
    name = file.parent.name if file.name == "mapping.toml" else file.stem
    return feeds.Source(
        name=name,
        title=f"{mapping.contract.title} by mapping {file.name}",
        suffixes=SUFFIXES,
        read=lambda sql, path, scratch: _read(sql, path, scratch, mapping),
        digest=hashlib.sha256(text).hexdigest()[:16],
    )


def _read(sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping) -> Iterator[tuple[Staged, feeds.Feed]]:
    staged, others, idle = stage_mapped(sql, path, scratch, mapping)
    unmeant = [f"rows left out (only, except): {others}"] if others else []
    said = [
        f"{path.name}: {text}" for text in [*staged.of_headers, *unmeant, *idle, *_left_to_defaults(staged, mapping)]
    ]
    passed_over = "; ".join(filter(None, [staged.besides, *said]))
    feed, taken = feed_of(staged, mapping), unnamed_words(sql, staged, mapping)
    yield staged, replace(feed, is_mapped=True, passed_over=passed_over, left_out=others, unnamed_words=taken)


def _left_to_defaults(staged: Staged, mapping: Mapping) -> list[str]:
    """A sentence for each column that the file seems to have and the mapping does not read, so that all rows have the default."""
    given, wanted = {*mapping.columns, *mapping.constants}, mapping.wanted
    unread = [heading for heading in staged.columns if heading not in wanted]
    return [
        f"{heading} is not read by the mapping: {name} is {str(column.default).lower()} in every row; "
        "if that is right, say so under [constants]"
        for name, column in mapping.contract.columns.items()
        if name not in given and (column.headings or column.words)
        for heading in unread
        if _is_called(heading, column.headings) or _is_told_by(staged.words.get(heading, set()), column.words)
    ]


def _is_called(name: str, headings: Iterable[str]) -> bool:
    """Whether a name of the file, or in JSON the last step of the way, is one of the headings, spelled in whatever way."""
    last = re.sub(r"[\W_]", "", name.rpartition(".")[2].casefold())
    return any(last == heading.replace(" ", "") for heading in headings)


def _is_told_by(found: set[str], words: tuple[str, ...]) -> bool:
    return len(found) > 1 and found <= {*words}


def feed_of(staged: Staged, mapping: Mapping) -> feeds.Feed:
    fields = {name: field_of(name, staged, mapping) for name in mapping.columns}
    fields = past_midnight(fields, mapping)
    fields |= {name: constant_of(name, value, mapping) for name, value in mapping.constants.items()}
    system, may_be_empty = mapping.system or mapping.contract.system, bool(mapping.only or mapping.excepted)
    feed = feeds.Feed(mapping.table, fields, system=system, may_be_empty=may_be_empty)
    return replace(feed, version=version_of(mapping.version, staged, mapping)) if mapping.version else feed
