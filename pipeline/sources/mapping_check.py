"""Every mistake in a mapping file, by the name of the file and of the key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from pipeline.contracts import read_contracts
from pipeline.errors import UsageError
from pipeline.settings.key_errors import explain, nearest, not_toml
from pipeline.sources import expressions as sql_of
from pipeline.sources.formats import passed_over
from pipeline.sources.mapping_column import MappedColumn
from pipeline.sources.mapping_file import FIELD, FILE, SHEET, VALUE, Mapping

EXAMPLES = {
    "instant": 'write e.g. format = "%d.%m.%Y %H:%M:%S"; "epoch" and "epoch_ms", alone, are seconds and milliseconds since 1970, '
    '"excel" days as a spreadsheet counts them',
    "date": 'write e.g. format = "%d.%m.%Y"; "excel", alone, are days as a spreadsheet counts them',
    "seconds": 'write unit = "hh:mm:ss"',
}
COUNTED = {**dict.fromkeys(sql_of.EPOCHS, ("instant",)), sql_of.SERIAL: ("instant", "date")}
"""Formats that stand alone, and the columns that are counted so."""
LATER = 'a time that passed is added to an instant: { from = "Created", plus = "First reply after", unit = "hh:mm:ss" }'
HEEDED = '%z reads an offset, and a name that zones gives one: zones = { EST = "-05:00" }; UTC may be spelled out'
UNPIVOTED = f'each row becomes several records, told apart by their {FIELD}: columns read "{FIELD}" and "{VALUE}"'
ONLY_TIMES = "only times have a format"
NUMBERS = ("seconds", "number", "integer")


def checked(file: Path, text: bytes) -> Mapping:
    try:
        mapping = Mapping(**tomllib.loads(text.decode("utf-8-sig")))
        ZoneInfo(mapping.timezone)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise not_toml(file, text, error) from None
    except ValidationError as error:
        raise UsageError(f"{file}: {explain(error, Mapping)}") from None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{file}: timezone: no time zone '{mapping.timezone}'; e.g. Europe/Zurich, UTC") from None
    if mapping.table not in read_contracts():
        raise UsageError(
            f"{file}: table: no canonical table '{mapping.table}'; there are {', '.join(read_contracts())}"
        )
    _check_names(file, mapping)
    for name, mapped in mapping.columns.items():
        _check_words(f"{file}: columns.{name}.values", [word for word in mapped.values.values() if word], mapping, name)
        _check_column(f"{file}: columns.{name}", mapped, mapping.contract.columns[name].type)
        _check_zones(f"{file}: columns.{name}.format", mapped, mapping)
    if mapping.version:
        _check_version(f"{file}: version", mapping.version)
    for name, value in mapping.constants.items():
        _check_words(f"{file}: constants.{name}", [value], mapping, name)
    return mapping


def _check_names(file: Path, mapping: Mapping) -> None:
    canonical, given = mapping.contract.columns, {*mapping.columns, *mapping.constants}
    unknown = sorted(given - set(canonical))
    if unknown:
        meant = [f"{name} ({near})" if (near := nearest(name, canonical)) else name for name in unknown]
        raise UsageError(f"{file}: columns: {mapping.table} has no column {', '.join(meant)}")
    twice = sorted(set(mapping.columns) & set(mapping.constants))
    if twice:
        raise UsageError(f"{file}: constants: {', '.join(twice)} stands under columns too")
    lacking = [name for name, c in canonical.items() if c.required and c.default is None and name not in given]
    if lacking:
        raise UsageError(f"{file}: columns: {mapping.table} needs {', '.join(lacking)}")

    if mapping.unpivot and not {FIELD, VALUE} <= mapping.read:
        raise UsageError(f"{file}: unpivot: {UNPIVOTED}")
    if not mapping.unpivot and {FIELD, VALUE} & mapping.read:
        raise UsageError(f"{file}: columns: {FIELD} and {VALUE} are of records that unpivot makes")
    unused = sorted(set(mapping.renamed) - mapping.wanted)
    if unused:
        raise UsageError(f"{file}: renamed: no column of the mapping is read from {', '.join(unused)}")
    named = {*mapping.in_its_words(mapping.reader.names), FILE, SHEET}
    unnamed = sorted(mapping.wanted - named) if mapping.reader.names else []
    if unnamed:
        raise UsageError(f"{file}: reader.names: {', '.join(unnamed)} is not among them")


def _check_words(where: str, words: list[str], mapping: Mapping, name: str) -> None:
    column = mapping.contract.columns[name]
    allowed = (*sql_of.TRUE_WORDS, *sql_of.FALSE_WORDS) if column.type == "flag" else column.values
    wrong = sorted({word for word in words if word not in allowed}) if allowed else []
    if wrong:
        raise UsageError(f"{where}: {', '.join(wrong)} is none of {', '.join(allowed)}")


def _check_column(where: str, mapped: MappedColumn, type_: str) -> None:
    if mapped.sum and type_ not in NUMBERS:
        raise UsageError(f"{where}.sum: only numbers and durations can be added")
    if mapped.less and type_ not in NUMBERS:
        raise UsageError(f"{where}.less = {[*mapped.less]}: only from numbers and durations something can be taken off")
    if mapped.nth and type_ != "id":
        raise UsageError(f"{where}.nth: only ids can be numbered")
    if mapped.passed and type_ != "instant":
        way, how = ("minus", "before") if mapped.minus else ("plus", "after")
        raise UsageError(f"{where}.{way}: only an instant can be so long {how} another")
    alike = {"down": mapped.names if mapped.down else (), "row": (*mapped.row, *mapped.row.values())}
    if key := next((key for key, names in alike.items() if FILE in names), None):
        raise UsageError(f'{where}.{key}: "{FILE}" is the same in every row: it finds no other')
    if mapped.unit != "s" and type_ == "instant" and not mapped.passed:
        raise UsageError(f"{where}.unit: {LATER}")
    if mapped.formats:
        _check_formats(f"{where}.format", mapped, type_)


def _check_version(where: str, mapped: MappedColumn) -> None:
    if more := mapped.model_fields_set - {"source_columns", "formats"}:
        raise UsageError(f"{where}.{min(more)}: a version has from and format")
    _check_column(where, mapped, "instant")


def _check_zones(where: str, mapped: MappedColumn, mapping: Mapping) -> None:
    named = [(text, zone) for text in mapped.formats for zone in mapping.zones if f" {zone} " in f"{text} "]
    for text, zone in named:
        raise UsageError(f'{where}: zones puts an offset for {zone}: write "{text.replace(f" {zone}", " %z")}"')


def _check_formats(where: str, mapped: MappedColumn, type_: str) -> None:
    import duckdb

    if len(mapped.formats) == 1 and type_ in COUNTED.get(mapped.formats[0], ()):
        return
    if wrong := next((name for name in mapped.formats if "%" not in name), None):
        raise UsageError(f"{where}: '{wrong}' is no format of this column: {EXAMPLES.get(type_, ONLY_TIMES)}")
    if unheeded := next(filter(None, map(passed_over, mapped.formats)), None):
        raise UsageError(f"{where}: {unheeded} would be passed over: {HEEDED}")
    if any(re.search("%-?I", name) and "%p" not in name for name in mapped.formats):
        raise UsageError(f"{where}: %I counts to twelve and needs %p, AM or PM; %H counts to 24")
    try:
        duckdb.connect().execute(f"select {sql_of.instant(chr(39) * 2, mapped.formats)}")
    except duckdb.Error as error:
        raise UsageError(f"{where}: {str(error).splitlines()[0]}") from None
