"""The `csv` source: any table in any delimited, Excel or Parquet file, by a mapping file in TOML."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.contracts import Column, Contract, read_contracts
from pipeline.errors import RefusedFile, UsageError
from pipeline.sources import expressions as sql_of
from pipeline.sources import feed as feeds
from pipeline.sources.reading import Dialect, Staged, harmless, plain_text, stage_delimited

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".gz", ".zst")
SHIPPED = "mappings"
Mark = Annotated[str, Field(min_length=1, max_length=1)]


class MappedColumn(BaseModel):
    """Where a canonical column comes from: `source_columns` of the file (joined by a space) and how to read them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source_columns: str | tuple[str, ...] = Field(alias="from")
    format: str | tuple[str, ...] = ()
    unit: Literal["s", "ms", "min", "h", "hh:mm:ss"] = "s"
    decimal: Mark | None = None
    values: dict[str, str] = {}

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


class ReaderOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    delimiter: Mark | None = None
    quote: Annotated[str, Field(max_length=1)] = '"'
    encoding: str = "utf-8"
    decimal: Mark = "."
    null: tuple[str, ...] = ()
    sheet: str | None = None

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
    columns: dict[str, MappedColumn]
    constants: dict[str, str | int | float | bool] = {}
    reader: ReaderOptions = ReaderOptions()

    @property
    def contract(self) -> Contract:
        return read_contracts()[self.table]

    def decimal_of(self, source_column: str) -> str:
        """The mark that numbers of a column of the file are read with."""
        own = (column.decimal for column in self.columns.values() if source_column in column.names)
        return next((mark for mark in own if mark), self.reader.decimal)

    @property
    def wanted(self) -> set[str]:
        version = {self.version} if self.version else set()
        return version | {source for column in self.columns.values() for source in column.names}


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


def mapped_source(file: Path) -> feeds.Source:
    """The source that reads files by this mapping; raises UsageError naming file and key of what is wrong in it."""
    text = file.read_bytes()
    mapping = _checked(file, text)
    name = file.parent.name if file.name == "mapping.toml" else file.stem
    return feeds.Source(
        name=name,
        title=f"{mapping.contract.title} by mapping {file.name}",
        suffixes=SUFFIXES,
        stage=lambda sql, path, scratch: _stage(sql, path, scratch, mapping),
        feed=lambda staged: _feed(staged, mapping),
        digest=hashlib.sha256(text).hexdigest()[:16],
    )


def _checked(file: Path, text: bytes) -> Mapping:
    try:
        mapping = Mapping(**tomllib.loads(text.decode("utf-8")))
        ZoneInfo(mapping.timezone)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(
            f"{file}: " + "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        ) from None
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
            _check_formats(f"{file}: columns.{name}.format", mapping.columns[name].formats)
    for name, value in mapping.constants.items():
        _check_words(f"{file}: constants.{name}", [_spelled(value)], mapping, name)
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


def _check_formats(where: str, formats: tuple[str, ...]) -> None:
    import duckdb

    try:
        duckdb.connect().execute(f"select {sql_of.instant(chr(39) * 2, formats)}")
    except duckdb.Error as error:
        raise UsageError(f"{where}: {str(error).splitlines()[0]}") from None


def _stage(sql: DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping) -> Staged:
    suffix = path.suffix.lower()
    reader = mapping.reader
    if suffix == ".parquet":
        staged = _stage_parquet(sql, path, mapping)
    else:
        is_excel = suffix == ".xlsx"
        text = _excel_as_csv(path, scratch, mapping) if is_excel else plain_text(path, reader.encoding, scratch)
        delimiter = reader.delimiter or ("\t" if ".tsv" in path.suffixes else None)
        dialect = Dialect(",") if is_excel else Dialect(delimiter, reader.quote)
        has_text = any(column.type == "text" for column in mapping.contract.columns.values())
        staged = stage_delimited(sql, text, dialect, mapping.wanted, has_text)
    missing = sorted(mapping.wanted - set(staged.columns))
    if missing:
        has = ", ".join(staged.columns)
        raise RefusedFile(
            f"{path}: line 1: column {', '.join(missing)} of the mapping is not in the file, which has {harmless(has)}"
        )
    return staged


def _stage_parquet(sql: DuckDBPyConnection, path: Path, mapping: Mapping) -> Staged:
    import duckdb

    file = sql_of.file_literal(path)
    try:
        described = sql.execute(f"describe select * from read_parquet({file})").fetchall()
        columns = {str(row[0]): f"f{i}" for i, row in enumerate(described)}
        casts = ", ".join(f"{_parquet_text(row[0], row[1], mapping)} as {columns[row[0]]}" for row in described)
        sql.execute("drop table if exists stage")
        sql.execute(f"create temp table stage as select {casts} from read_parquet({file})")
    except duckdb.Error as error:
        raise RefusedFile(f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    return Staged(columns, "stage", "stage.rowid + 1", [])


def _parquet_text(name: str, sql_type: str, mapping: Mapping) -> str:
    """A column as trimmed text; its fractions with the mark that the mapping will read them with."""
    column = '"' + name.replace('"', '""') + '"'
    if sql_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        return f"replace(cast({column} as varchar), '.', {sql_of.quoted(mapping.decimal_of(name))})"
    return f"nullif(trim(cast({column} as varchar)), '')"


def _excel_as_csv(path: Path, scratch: Path, mapping: Mapping) -> Path:
    """The first sheet (or the one named) as CSV, dates and times in ISO form."""
    from python_calamine import CalamineError, CalamineWorkbook

    copy = scratch / f"{path.name}.csv"
    try:
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(mapping.reader.sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as error:
        raise RefusedFile(f"{path}: cannot be read as an Excel workbook: {error}") from None
    marks = [mapping.decimal_of(str(name).strip()) for name in rows[0]] if rows else []
    with copy.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(
            [_cell(value, mark) for value, mark in zip(row, marks, strict=True)] for row in rows
        )
    return copy


def _cell(value: Any, mark: str) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", mark)
    if isinstance(value, dt.timedelta):
        total = round(value.total_seconds())
        return f"{total // 3600:02d}:{total % 3600 // 60:02d}:{total % 60:02d}"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)


def _feed(staged: Staged, mapping: Mapping) -> feeds.Feed:
    fields = {name: _field(name, staged, mapping) for name in mapping.columns}
    for name, value in mapping.constants.items():
        column = mapping.contract.columns[name]
        as_written = MappedColumn(source_columns=name, decimal=".")
        fields[name] = _read_as(sql_of.quoted(_spelled(value)), column, as_written, mapping)
    return feeds.Feed(mapping.table, fields, _version(staged.columns[mapping.version]) if mapping.version else "0")


def _spelled(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _version(text: str) -> str:
    """A counter, or the instant of the last change."""
    return f"coalesce(try_cast({text} as bigint), epoch_ms({sql_of.instant(f'trim({text})')}), 0)"


def _field(name: str, staged: Staged, mapping: Mapping) -> feeds.Field:
    mapped = mapping.columns[name]
    parts = [_present(staged.columns[source], mapping.reader.null) for source in mapped.names]
    column = mapping.contract.columns[name]
    if len(parts) == 1:
        text = parts[0]
    elif column.type in ("instant", "date"):
        text = f"({' || chr(32) || '.join(parts)})"
    else:
        text = f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
    return _read_as(text, column, mapped, mapping)


def _read_as(text: str, column: Column, mapped: MappedColumn, mapping: Mapping) -> feeds.Field:
    value = _value(text, column, mapped, mapping.reader.decimal)
    if column.type != "instant" or mapping.timezone == "UTC":
        return feeds.Field(value, text)
    unless = sql_of.states_offset(text, mapped.formats)
    return feeds.Field(value, text, feeds.LocalTime(mapping.timezone, mapping.ambiguous, unless))


def _present(column: str, nulls: tuple[str, ...]) -> str:
    return (
        column if not nulls else f"case when {column} not in ({', '.join(map(sql_of.quoted, nulls))}) then {column} end"
    )


def _value(text: str, column: Column, mapped: MappedColumn, decimal: str) -> str:
    if mapped.values:
        cases = " ".join(f"when {sql_of.quoted(raw)} then {sql_of.quoted(to)}" for raw, to in mapped.values.items())
        text = f"(case {text} {cases} else {'null' if column.values else text} end)"
    decimal = mapped.decimal or decimal
    match column.type:
        case "instant":
            return sql_of.instant(text, mapped.formats)
        case "date":
            return sql_of.date(text, mapped.formats)
        case "seconds":
            return sql_of.seconds(text, mapped.unit, decimal)
        case "number":
            return sql_of.number(text, decimal)
        case "integer":
            return sql_of.integer(text)
        case "flag":
            return sql_of.flag(text)
        case "enum":
            allowed = ", ".join(map(sql_of.quoted, column.values))
            return f"case when {text} in ({allowed}) then {text} end"
        case _:
            return text
