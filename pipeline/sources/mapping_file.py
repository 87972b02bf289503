"""A mapping file in TOML: what its keys may say, where it is found, and every mistake in it by name."""

from __future__ import annotations

import codecs
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.contracts import Contract, read_contracts
from pipeline.errors import UsageError
from pipeline.key_errors import explain
from pipeline.sources import expressions as sql_of
from pipeline.sources.reading import Dialect

SHIPPED = "mappings"
EXAMPLES = {
    "instant": 'write e.g. format = "%d.%m.%Y %H:%M:%S"; "epoch" and "epoch_ms", alone, are seconds and milliseconds since 1970',
    "date": 'write e.g. format = "%d.%m.%Y"',
    "seconds": 'write unit = "hh:mm:ss"',
}
ONLY_TIMES = "only times have a format"
Mark = Annotated[str, Field(min_length=1, max_length=1)]


class MappedColumn(BaseModel):
    """Where a canonical column comes from: `source_columns` of the file (joined by a space) and how to read them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source_columns: str | tuple[str, ...] = Field(alias="from")
    format: str | tuple[str, ...] = ()
    unit: Literal["s", "ms", "min", "h", "hh:mm:ss"] = "s"
    decimal: Mark | None = None
    values: dict[str, str] = {}
    """Words of the file and what they become; "" is an empty field."""
    where: dict[str, tuple[str, ...]] = {}
    """Read only in records in which these columns of the file have one of these values."""
    opaque: bool = False
    """A number made by the source system: no phone, however long it is."""

    @model_validator(mode="before")
    @classmethod
    def only_names(cls, entry: Any) -> Any:
        return {"from": entry} if isinstance(entry, (str, list)) else entry

    @property
    def names(self) -> tuple[str, ...]:
        return (self.source_columns,) if isinstance(self.source_columns, str) else self.source_columns

    @property
    def formats(self) -> tuple[str, ...]:
        return (self.format,) if isinstance(self.format, str) else self.format

    @property
    def epoch(self) -> str | None:
        """The format of instants that are counted from 1970 on."""
        return next((name for name in self.formats if name in sql_of.EPOCHS), None)


class ReaderOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    delimiter: Mark | None = None
    quote: Annotated[str, Field(max_length=1)] = '"'
    encoding: str = "utf-8"
    decimal: Mark | None = None
    null: tuple[str, ...] = ()
    sheet: str | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    """Lines of the file above its header, rows of a sheet; none of a Parquet file."""

    @field_validator("encoding")
    @classmethod
    def known_encoding(cls, value: str) -> str:
        try:
            codecs.lookup(value)
        except LookupError as error:
            raise ValueError(str(error)) from None
        return value


class Mapping(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    timezone: str
    ambiguous: sql_of.Ambiguous = "first"
    version: str | None = None
    system: str = ""
    columns: dict[str, MappedColumn]
    constants: dict[str, str | int | float | bool] = {}
    filled: tuple[str, ...] = ()
    """Columns of the file without which a row is a form that nobody has filled in, and no record."""
    reader: ReaderOptions = ReaderOptions()

    @property
    def contract(self) -> Contract:
        return read_contracts()[self.table]

    def dialect_of(self, path: Path) -> Dialect:
        delimiter = self.reader.delimiter or ("\t" if ".tsv" in path.suffixes else None)
        return Dialect(delimiter, self.reader.quote, above=self.reader.skip)

    def decimal_of(self, source_column: str) -> str:
        """The mark that numbers of a column of the file are read with."""
        own = (column.decimal for column in self.columns.values() if source_column in column.names)
        return next((mark for mark in own if mark), self.reader.decimal or ".")

    @property
    def wanted(self) -> set[str]:
        version = {self.version} if self.version else set()
        return (
            version
            | {*self.filled}
            | {source for column in self.columns.values() for source in (*column.names, *column.where)}
        )


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


def checked(file: Path, text: bytes) -> Mapping:
    try:
        mapping = Mapping(**tomllib.loads(text.decode("utf-8")))
        ZoneInfo(mapping.timezone)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{file}: {explain(error, Mapping)}") from None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{file}: timezone: no time zone '{mapping.timezone}'; e.g. Europe/Zurich, UTC") from None
    if mapping.table not in read_contracts():
        raise UsageError(
            f"{file}: table: no canonical table '{mapping.table}'; there are {', '.join(read_contracts())}"
        )
    _check_names(file, mapping)
    for name in mapping.columns:
        _check_words(f"{file}: columns.{name}.values", list(mapping.columns[name].values.values()), mapping, name)
        if mapping.columns[name].formats:
            _check_formats(f"{file}: columns.{name}.format", mapping.columns[name], mapping.contract.columns[name].type)
    for name, value in mapping.constants.items():
        _check_words(f"{file}: constants.{name}", [spelled(value)], mapping, name)
    return mapping


def _check_names(file: Path, mapping: Mapping) -> None:
    canonical, given = mapping.contract.columns, {*mapping.columns, *mapping.constants}
    unknown = sorted(given - set(canonical))
    if unknown:
        raise UsageError(f"{file}: columns: {mapping.table} has no column {', '.join(unknown)}")
    twice = sorted(set(mapping.columns) & set(mapping.constants))
    if twice:
        raise UsageError(f"{file}: constants: {', '.join(twice)} stands under columns too")
    lacking = [name for name, c in canonical.items() if c.required and c.default is None and name not in given]
    if lacking:
        raise UsageError(f"{file}: columns: {mapping.table} needs {', '.join(lacking)}")


def _check_words(where: str, words: list[str], mapping: Mapping, name: str) -> None:
    column = mapping.contract.columns[name]
    allowed = (*sql_of.TRUE_WORDS, *sql_of.FALSE_WORDS) if column.type == "flag" else column.values
    wrong = sorted({word for word in words if word not in allowed}) if allowed else []
    if wrong:
        raise UsageError(f"{where}: {', '.join(wrong)} is none of {', '.join(allowed)}")


def _check_formats(where: str, mapped: MappedColumn, type_: str) -> None:
    import duckdb

    if mapped.formats == (mapped.epoch,) and type_ == "instant":
        return
    if wrong := next((name for name in mapped.formats if "%" not in name), None):
        raise UsageError(f"{where}: '{wrong}' is no format of this column: {EXAMPLES.get(type_, ONLY_TIMES)}")
    try:
        duckdb.connect().execute(f"select {sql_of.instant(chr(39) * 2, mapped.formats)}")
    except duckdb.Error as error:
        raise UsageError(f"{where}: {str(error).splitlines()[0]}") from None


def spelled(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
