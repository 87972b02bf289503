"""What a log format yields: for each canonical column the SQL of its value and of the text it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sources.expressions import Ambiguous
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NOTHING = "null"
"""The text of a field that the file does not have."""


@dataclass(frozen=True)
class LocalTime:
    """Wall-clock time of a zone. `unless`: SQL, true where the value is UTC already."""

    zone: str
    ambiguous: Ambiguous = "first"
    unless: str = "false"


@dataclass(frozen=True)
class Field:
    """`value`: SQL over `stage`, NULL where the text cannot be read. `text`: SQL of the text, NULL where there is none.

    `local`: the value is local time still to be turned into UTC. `is_opaque`: a number made by the source system, which
    is no phone however long it is. `lookup`: SQL of the join by which `value` is found, nothing where the row itself has it.
    """

    value: str
    text: str
    local: LocalTime | None = None
    is_opaque: bool = False
    lookup: str = ""


@dataclass(frozen=True)
class Feed:
    """Rows of `stage` as rows of one canonical table.

    `version`: the source's own of a record, the higher wins; 0 where it says none. `malformed`: (rule, SQL that is true for a
    record that cannot be understood at all). `part`: tells feeds of one file into the same table apart. `system`: whose ids
    its rows use, where it is not the source's. `may_be_empty`: its rows are some of the file's, perhaps none. `passed_over`:
    what else the file holds that is known and not wanted, and why.
    """

    contract: str
    fields: dict[str, Field]
    version: Field = Field("0", NOTHING)
    malformed: tuple[tuple[str, str], ...] = ()
    part: str = ""
    system: str = ""
    may_be_empty: bool = False
    passed_over: str = ""
    left_out: int = 0
    """Rows that are not meant, by what a mapping says of them."""
    is_mapped: bool = False
    """Read by a mapping of the house's own, which it can change."""
    unnamed_words: dict[str, dict[str, int]] = field(default_factory=dict)
    """By column the words of the file that nobody named, which a mapping takes for one thing, with how many rows have each."""


@dataclass(frozen=True)
class Source:
    """One log format. `read` yields what a file holds, one canonical table after the other.

    Each time the records are in the table `stage`, as Staged says, and Feed says what its columns mean. `known_as`: path and name
    of a file -> the name under which the warehouse knows it again.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[DuckDBPyConnection, Path, Path], Iterator[tuple[Staged, Feed]]]
    digest: str = ""
    known_as: Callable[[Path, str], str] = lambda path, name: name
    single: tuple[str, ...] = ()
    """Endings of files that hold one record each, of which `read_many` makes a row each, in their order."""
    read_many: Callable[[DuckDBPyConnection, list[Path], Path], tuple[Staged, Feed]] | None = None
