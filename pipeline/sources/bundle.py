"""A vendor's export as data: a bundle in TOML says which file or list of a JSON document feeds which canonical tables.

Each of its tables is a mapping with a few more keys: by which columns a file is recognised, and which columns
are changes of a field of their own.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from pipeline.errors import PassedOver, RefusedFile
from pipeline.sources.dialect import hidden_names
from pipeline.sources.feed import Feed, Source
from pipeline.sources.json_mapped import is_json
from pipeline.sources.json_tables import Row, read_documents, rows_at, write_rows
from pipeline.sources.mapped_reading import SUFFIXES, as_text, column_names, stage_file
from pipeline.sources.mapping import feed_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.meant_rows import keep_meant
from pipeline.sources.plain_text import plain_text
from pipeline.sources.reading import Staged
from pipeline.sources.unpivot import unpivoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Reread(BaseModel):
    """Where two columns of a record say the `same`, `word` in a third means another one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    word: str
    means: str
    same: tuple[str, str]

    def applied(self, row: Row) -> Row:
        one, other = (row.get(name) for name in self.same)
        is_meant = one is not None and one == other and row.get(self.column) == self.word
        return row | {self.column: self.means} if is_meant else row


class BundleTable(Mapping):
    """`file_has`, `file_lacks`: columns that tell the file; `json_list`: the list in a document.

    `reread`: of a document's records. A mapped column that a file lacks is left out: exports differ.
    """

    file_has: tuple[str, ...] = ()
    file_lacks: tuple[str, ...] = ()
    json_list: str = ""
    reread: Reread | None = None

    def fits(self, names: set[str]) -> bool:
        """Whether records with these names can be its own."""
        folded = {name.casefold() for name in self.in_its_words(names)}
        has, lacks = ({name.casefold() for name in names} for names in (self.file_has, self.file_lacks))
        return has <= folded and not lacks & folded


class Bundle(BaseModel):
    """`passed_over`: what holds nothing of use, and why: files, each by columns that tell it; lists of documents as `name[]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    tables: tuple[BundleTable, ...]
    passed_over: dict[str, tuple[str, ...]] = {}

    def in_zone(self, timezone: str) -> Bundle:
        tables = tuple(table.model_copy(update={"timezone": timezone}) for table in self.tables)
        return self.model_copy(update={"tables": tables})


def bundle_names() -> list[str]:
    return sorted(f.name.removesuffix(".toml") for f in resources.files(__package__).joinpath("bundles").iterdir())


def bundle_source(name: str, timezone: str) -> Source:
    """`timezone`: of times without an offset."""
    text = resources.files(__package__).joinpath("bundles", f"{name}.toml").read_text("utf-8")
    bundle = Bundle(**tomllib.loads(text)).in_zone(timezone)
    return Source(
        name,
        bundle.title,
        SUFFIXES,
        lambda sql, path, scratch: _read(sql, path, scratch, bundle),
        hashlib.sha256((text if timezone == "UTC" else text + timezone).encode()).hexdigest()[:16],
    )


def _read(sql: DuckDBPyConnection, path: Path, scratch: Path, bundle: Bundle) -> Iterator[tuple[Staged, Feed]]:
    documents = read_documents(plain_text(path, "utf-8", scratch), str(path)) if is_json(path) else []
    besides = _passed_over(documents, path, bundle)
    files = _json_files(documents, path, scratch, bundle) if is_json(path) else _file(sql, path, scratch, bundle)
    for number, (table, file) in enumerate(files):
        staged = _stage(sql, file, scratch, table)
        feed = feed_of(staged, _without(table, staged))
        said = [] if number else [besides, *(f"{path.name}: {text}" for text in staged.of_headers)]
        yield staged, replace(feed, part=table.json_list, system="", passed_over="; ".join(filter(None, said)))


def _passed_over(documents: list[Any], path: Path, bundle: Bundle) -> str:
    """What is said of the documents' lists that hold nothing of use."""
    lists = [(name, why) for why, told in bundle.passed_over.items() for name in told if name.endswith("[]")]
    found = [f"{name}: {why}" for name, why in lists if any(rows_at(documents, name, lambda names: False))]
    return f"{path.name}: passed over: {'; '.join(found)}" if found else ""


def _file(sql: DuckDBPyConnection, path: Path, scratch: Path, bundle: Bundle) -> Iterator[tuple[BundleTable, Path]]:
    """The tables that a file with columns feeds, told by their names."""
    text = as_text(path, scratch, bundle.tables[0])
    has = column_names(sql, text, bundle.tables[0].dialect_of(path))
    tables = [table for table in bundle.tables if table.file_has and table.fits(set(has))]
    if not tables:
        why = next((why for why, told in bundle.passed_over.items() if set(told) <= set(has)), None)
        if why:
            raise PassedOver(f"{path}: passed over: {why}")
        kinds = "; ".join(sorted({" ".join(table.file_has) for table in bundle.tables if table.file_has}))
        raise RefusedFile(
            f"{path}: line 1: columns {hidden_names(', '.join(has))}: none of this format's files, told by: {kinds}; "
            "any other table is loaded by a mapping: MAPPINGS.md"
        )
    for table in tables:
        yield table, text


def _json_files(documents: list[Any], path: Path, scratch: Path, bundle: Bundle) -> Iterator[tuple[BundleTable, Path]]:
    """The tables that JSON documents feed, each list written as a delimited file."""
    found = False
    for number, table in enumerate(bundle.tables):
        rows = list(rows_at(documents, table.json_list, table.fits)) if table.json_list else []
        rows = [table.reread.applied(row) for row in rows] if table.reread else rows
        rows = [row for row in rows if all(row.get(name, "") in of for name, of in table.only.items())]
        if any(name in row for row in rows for name in table.unpivot.values()) or (rows and not table.unpivot):
            found = True
            yield table, write_rows(rows, scratch / f"{path.name}.{number}.csv", table.wanted)
    if not found:
        if besides := _passed_over(documents, path, bundle):
            raise PassedOver(besides)
        lists = ", ".join(sorted({table.json_list for table in bundle.tables if table.json_list}))
        raise RefusedFile(f"{path}: none of the lists of this format is in it: {lists}")


def _stage(sql: DuckDBPyConnection, file: Path, scratch: Path, table: BundleTable) -> Staged:
    staged = _named_as(table, stage_file(sql, file, scratch, table))
    keep_meant(sql, staged, table)
    return unpivoted(sql, staged, table.unpivot, "{value} is not null") if table.unpivot else staged


def _named_as(table: BundleTable, staged: Staged) -> Staged:
    """Columns under the names that the bundle gives them, whatever case the file spells them in."""
    spelled = {name.casefold(): name for name in table.wanted}
    columns = {spelled.get(name.casefold(), name): column for name, column in staged.columns.items()}
    return replace(staged, columns=columns)


def _without(table: BundleTable, staged: Staged) -> BundleTable:
    """The table without the columns that the file lacks."""
    has = set(staged.columns)
    kept = {name: column for name, column in table.columns.items() if column.read_columns <= has}
    version = table.version if table.version and table.version.read_columns <= has else None
    return table.model_copy(update={"columns": kept, "version": version})
