"""The `csv` source: any table in any delimited, Excel, Parquet or JSON file, by a mapping file in TOML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Column
from pipeline.sources import expressions as sql_of
from pipeline.sources import feed as feeds
from pipeline.sources.durations import seconds
from pipeline.sources.mapped_reading import SUFFIXES, stage_mapped
from pipeline.sources.mapping_check import checked
from pipeline.sources.mapping_file import ANY_OTHER, MappedColumn, Mapping
from pipeline.sources.reading import Staged
from pipeline.sources.row_places import nth_of, other_row_of
from pipeline.sources.row_words import conditions, present
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INSTANT = Column(type="instant", meaning="when a record was changed")


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
    said = [f"{path.name}: {text}" for text in [*unmeant, *idle, *_left_to_defaults(staged, mapping)]]
    passed_over = "; ".join(filter(None, [staged.besides, *said]))
    yield staged, replace(feed_of(staged, mapping), passed_over=passed_over, left_out=others)


def _left_to_defaults(staged: Staged, mapping: Mapping) -> list[str]:
    """A sentence for each column that the file seems to have and the mapping does not read, so that all rows have the default."""
    given = {*mapping.columns, *mapping.constants}
    return [
        f"{heading} is not read by the mapping: {name} is {str(column.default).lower()} in every row; "
        "if that is right, say so under [constants]"
        for name, column in mapping.contract.columns.items()
        if name not in given
        for heading in staged.columns
        if _is_called(heading, column.headings) and heading not in mapping.wanted
    ]


def _is_called(name: str, headings: Iterable[str]) -> bool:
    """Whether a name of the file, or in JSON the last step of the way, is one of the headings, spelled in whatever way."""
    last = re.sub(r"[\W_]", "", name.rpartition(".")[2].casefold())
    return any(last == heading.replace(" ", "") for heading in headings)


def feed_of(staged: Staged, mapping: Mapping) -> feeds.Feed:
    fields = {name: _field(name, staged, mapping) for name in mapping.columns}
    for name, value in mapping.constants.items():
        column = mapping.contract.columns[name]
        as_written = MappedColumn(source_columns=(name,), decimal=".")
        fields[name] = _read_as(quoted(value), column, as_written, mapping)
    system, may_be_empty = mapping.system or mapping.contract.system, bool(mapping.only or mapping.excepted)
    feed = feeds.Feed(mapping.table, fields, system=system, may_be_empty=may_be_empty)
    return replace(feed, version=_version(mapping.version, staged, mapping)) if mapping.version else feed


def _version(mapped: MappedColumn, staged: Staged, mapping: Mapping) -> feeds.Field:
    """The instant of the last change or, without a format, a counter."""
    parts = [present(staged.columns[source], mapping.reader.null) for source in mapped.names]
    text = f"({' || chr(32) || '.join(parts)})"
    written = sql_of.with_offsets(text, mapping.zones)
    at = _value(written, INSTANT, mapped, mapping.reader.decimal)
    counter = "" if mapped.formats else f"try_cast({text} as bigint), "
    return feeds.Field(f"coalesce({counter}epoch_ms({at}))", text)


def _field(name: str, staged: Staged, mapping: Mapping) -> feeds.Field:
    mapped = mapping.columns[name]
    parts = [other_row_of(name)] if mapped.row else _parts(mapped.names, staged, mapping)
    column = mapping.contract.columns[name]
    text = _joined(parts, column)
    if mapped.nth:
        text = f"({text} || {nth_of(name)})"
    if mapped.otherwise:
        other = _joined(_parts(mapped.otherwise, staged, mapping), column)
        text = f"case when {conditions(staged, mapped.where, mapping.reader.null)} then {text} else {other} end"
    text = _one_of_several(text, mapped) if mapped.split else text
    text = f"coalesce({text}, '')" if "" in mapped.values else text
    if "" in mapped.values.values():
        text = f"case when {_translated(text, column, mapped.values)} is distinct from '' then {text} end"
    if mapped.where and not mapped.otherwise and not mapped.row:
        text = f"case when {conditions(staged, mapped.where, mapping.reader.null)} then {text} end"
    if mapped.differ:
        one, other = (staged.columns[name] for name in mapped.differ)
        text = f"case when {one} is distinct from {other} then {text} end"
    if mapped.plus:
        return _later(text, present(staged.columns[mapped.plus], mapping.reader.null), column, mapped, mapping)
    if mapped.sum or mapped.less:
        return _reckoned(parts, _parts(mapped.less, staged, mapping), text, column, mapped, mapping.reader.decimal)
    return _read_as(text, column, mapped, mapping)


def _parts(names: Sequence[str], staged: Staged, mapping: Mapping) -> list[str]:
    return [present(staged.columns[name], mapping.reader.null) for name in names]


def _joined(parts: list[str], column: Column) -> str:
    if len(parts) == 1:
        return parts[0]
    return (
        sql_of.day_and_time(parts)
        if column.type in ("instant", "date")
        else f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
    )


def _later(text: str, after: str, column: Column, mapped: MappedColumn, mapping: Mapping) -> feeds.Field:
    """An instant told by the time that passed since another; none where that is empty. Clocks may have been set in between."""
    since = _read_as(text, column, mapped, mapping)
    utc = since.value
    if since.local:
        located = f"timezone('UTC', timezone({quoted(mapping.timezone)}, {since.value}))"
        utc = f"case when {since.local.unless} then {since.value} else {located} end"
    passed = seconds(after, mapped.unit, mapped.decimal or mapping.reader.decimal)
    return feeds.Field(f"{utc} + ({passed}) * interval '1' second", f"({text}) || ' + ' || ({after})")


def _one_of_several(text: str, mapped: MappedColumn) -> str:
    """The first or the last that says something; NULL where none does."""
    several = f"list_filter(string_split({text}, {quoted(mapped.split)}), lambda part: trim(part) <> '')"
    return f"trim({several}[{1 if mapped.take == 'first' else -1}])"


def _reckoned(
    parts: list[str], less: list[str], text: str, column: Column, mapped: MappedColumn, decimal: str | None
) -> feeds.Field:
    """The text's number, or the sum of the parts, less that of the others, rounded: 3.3 - 1.1 - 2.2 is nought."""
    value = _sum(parts, column, mapped, decimal) if mapped.sum else _value(text, column, mapped, decimal)
    shown = text
    if less:
        value = f"round(({value}) - ({_sum(less, column, mapped, decimal)}), 6)"
        shown = f"concat_ws(' - ', {', '.join([text, *less])})"
    return feeds.Field(
        f"case when {text} is not null then {value} end", f"case when {text} is not null then {shown} end"
    )


def _sum(parts: list[str], column: Column, mapped: MappedColumn, decimal: str | None) -> str:
    """Empty parts are nothing; one that cannot be read, or time below nought that another would hide, leaves no sum."""
    values = [_value(part, column, mapped, decimal) for part in parts]
    if column.type == "seconds":
        values = [f"case when {value} >= 0 then {value} end" for value in values]
    return " + ".join(
        f"case when {part} is null then 0 else {value} end" for part, value in zip(parts, values, strict=True)
    )


def _read_as(text: str, column: Column, mapped: MappedColumn, mapping: Mapping) -> feeds.Field:
    written = sql_of.with_offsets(text, mapping.zones) if column.type == "instant" else text
    value = _value(written, column, mapped, mapping.reader.decimal)
    if column.type != "instant" or mapping.timezone == "UTC" or mapped.epoch:
        return feeds.Field(value, text, is_opaque=mapped.opaque)
    unless = sql_of.states_offset(written, mapped.formats)
    return feeds.Field(value, text, feeds.LocalTime(mapping.timezone, mapping.ambiguous, unless))


def _translated(text: str, column: Column, values: dict[str, str]) -> str:
    """The words that the mapping's own become. Of an enum and a flag also of other case, where those alike mean one thing."""
    otherwise = "null" if column.values else text
    if ANY_OTHER in values:
        otherwise = f"case when {text} is null then null else {quoted(values[ANY_OTHER])} end"
        values = {word: to for word, to in values.items() if word != ANY_OTHER}
    if column.type in ("enum", "flag"):
        meant: dict[str, set[str]] = {}
        for word, to in values.items():
            meant.setdefault(word.strip().lower(), set()).add(to)
        otherwise = _case(
            f"lower({text})", {word: next(iter(to)) for word, to in meant.items() if len(to) == 1}, otherwise
        )
    return _case(text, values, otherwise)


def _case(text: str, values: dict[str, str], otherwise: str) -> str:
    cases = " ".join(f"when {quoted(word)} then {quoted(to)}" for word, to in values.items())
    return f"(case {text} {cases} else {otherwise} end)" if cases else otherwise


def _value(text: str, column: Column, mapped: MappedColumn, decimal: str | None) -> str:
    if mapped.values:
        text = _translated(text, column, mapped.values)
    decimal = mapped.decimal or decimal
    match column.type:
        case "instant" if mapped.epoch:
            return sql_of.epoch(text, sql_of.EPOCHS[mapped.epoch])
        case "instant" | "date" if mapped.formats == (sql_of.SERIAL,):
            return f"cast({sql_of.serial(sql_of.number(text, decimal))} as {column.sql_type})"
        case "instant":
            return sql_of.instant(text, mapped.formats)
        case "date":
            return sql_of.date(text, mapped.formats)
        case "seconds":
            return seconds(text, mapped.unit, decimal)
        case "number":
            return sql_of.number(text, decimal)
        case "integer":
            return sql_of.integer(text)
        case "flag":
            return sql_of.flag(text)
        case "enum":
            allowed = ", ".join(map(quoted, column.values))
            return f"case when {text} in ({allowed}) then {text} end"
        case "agent":
            return sql_of.whole_number(sql_of.single_spaced(text))
        case "label":
            return sql_of.single_spaced(text)
        case _:
            return text
