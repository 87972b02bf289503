"""A mapping file in TOML: what its keys may say, and where it is found."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.contracts import Contract, read_contracts
from pipeline.errors import UsageError
from pipeline.sources import expressions as sql_of
from pipeline.sources.dialect import Dialect, one_line
from pipeline.sources.mapping_column import MappedColumn
from pipeline.sources.mapping_values import Constant, Decimal, Offset, Sign, Words
from pipeline.sources.plain_text import checked_encoding

SHIPPED = "mappings"
FILE, SHEET = "[file]", "[sheet]"
"""Columns that no file has: its own name, and that of the sheet that a row stands in."""
FIELD, VALUE = "[field]", "[value]"
"""Columns of the records that `unpivot` makes: which of its names one is of, and what stands there."""


class ReaderOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    delimiter: Sign | None = None
    quote: Annotated[str, Field(max_length=1)] = '"'
    escape: Sign | None = None
    """What stands before a quote within quotes; nothing where that is doubled."""
    encoding: str = "utf-8"
    decimal: Decimal | None = None
    null: tuple[str, ...] = ()
    sheet: str | None = None
    skip: Annotated[int, Field(ge=0, le=1000)] = 0
    """Lines of the file above its header, rows of a sheet; none of a Parquet file."""
    rows: str = ""
    """Of JSON: the way to the list whose objects are the rows, names with points between them; the top where it is empty."""
    names: tuple[str, ...] = ()
    """The columns of a file, or of a sheet, without a header, in their order."""

    @property
    def above(self) -> int:
        """Lines of the file above the text that is read: a header of our own is one more than the file has."""
        return self.skip - bool(self.names)

    @field_validator("delimiter", "quote", "escape")
    @classmethod
    def no_part_of_a_word(cls, value: str | None) -> str | None:
        if value and (value.isalnum() or value in "\r\n\0"):
            raise ValueError("stands between words: no letter, no digit, no end of a line")
        return value

    @model_validator(mode="after")
    def two_signs(self) -> ReaderOptions:
        if self.quote and self.quote == self.delimiter:
            raise ValueError("quote and delimiter are two signs")
        return self

    @field_validator("encoding")
    @classmethod
    def known_encoding(cls, value: str) -> str:
        return checked_encoding(value)


class Mapping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    timezone: str
    ambiguous: sql_of.Ambiguous = "first"
    zones: dict[str, Offset] = {}
    """Name of a zone as times end with it = its offset, which a format reads as %z."""
    version: MappedColumn | None = None
    system: str = ""
    columns: dict[str, MappedColumn]
    constants: dict[str, Constant] = {}
    filled: tuple[str, ...] = ()
    """Columns of the file without which a row is a form that nobody has filled in, and no record."""
    only: dict[str, Words] = {}
    """Column of the file = the words in it, in whatever case: a row with another, or with none, is not meant."""
    excepted: dict[str, Words] = Field(alias="except", default={})
    """Column of the file = words in it, in whatever case: a row with one of them is not meant either."""
    unpivot: dict[str, str] = {}
    """Name of ours = column of the file: each row is as many records, of FIELD and VALUE."""
    renamed: dict[str, tuple[str, ...]] = {}
    """Column of the file as this mapping calls it = its other names, in older or newer files."""
    reader: ReaderOptions = ReaderOptions()

    @property
    def contract(self) -> Contract:
        return read_contracts()[self.table]

    def dialect_of(self, path: Path) -> Dialect:
        delimiter = self.reader.delimiter or ("\t" if ".tsv" in path.suffixes else None)
        return Dialect(delimiter, self.reader.quote, self.reader.escape or "", self.reader.above)

    def decimal_of(self, source_column: str) -> str:
        """The mark that numbers of a column of the file are read with."""
        [name] = self.in_its_words([source_column])
        name = VALUE if name in self.unpivot.values() else name
        own = (
            column.decimal
            for column in self.columns.values()
            if name in (*column.names, *column.less, *column.otherwise)
        )
        return next((mark for mark in own if mark), self.reader.decimal or ".")

    @property
    def read(self) -> set[str]:
        """Columns that something is read from, of the file or made of it."""
        version = self.version.read_columns if self.version else set()
        return (
            version
            | {*self.filled, *self.only, *self.excepted}
            | {source for column in self.columns.values() for source in column.read_columns}
        )

    @property
    def wanted(self) -> set[str]:
        """Those of the file."""
        return (self.read - {FIELD, VALUE}) | {*self.unpivot.values()}

    @property
    def letters(self) -> list[str]:
        """Columns of the file that hold what people wrote."""
        told = [column for name, column in self.columns.items() if self.contract.columns[name].is_letter]
        return [*dict.fromkeys(name for column in told for name in (*column.names, *column.otherwise))]

    @property
    def indispensable(self) -> set[str]:
        """Columns of the file without which a row is no record, is not known to be meant, or stands for another."""
        version = self.version.read_columns if self.version else set()
        told = {name for name, column in self.contract.columns.items() if column.required}
        told |= {name for name, column in self.columns.items() if column.down or column.row or column.above}
        read = {source for name in told & self.columns.keys() for source in self.columns[name].read_columns}
        return (read | version | {*self.filled, *self.only, *self.excepted}) - {FIELD, VALUE}

    def in_its_words(self, names: Iterable[str]) -> list[str]:
        """A file's names of columns; those that were renamed, or have other spaces, as this mapping calls them."""
        given = list(names)
        own_names = {one_line(own): own for own in self.wanted if own not in given} | {
            next((name for other in others for name in (other, one_line(other)) if name in given), own): own
            for own, others in self.renamed.items()
            if not {own, one_line(own)} & {*given}
        }
        return [own_names.get(name) or own_names.get(one_line(name), name) for name in given]


def find_mapping(name_or_file: str) -> Path:
    """A mapping file: the path itself, or one shipped under that name. Raises UsageError when there is neither."""
    path = Path(name_or_file)
    if path.is_file():
        return path
    shipped = Path(str(resources.files(__package__).joinpath(SHIPPED, f"{name_or_file}.toml")))
    if shipped.is_file():
        return shipped
    raise UsageError(
        f"{name_or_file}: no such mapping file, and none of that name is shipped: {', '.join(shipped_names())}"
    )


def shipped_names() -> list[str]:
    return sorted(f.name.removesuffix(".toml") for f in resources.files(__package__).joinpath(SHIPPED).iterdir())
