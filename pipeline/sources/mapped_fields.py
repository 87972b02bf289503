"""What a mapping says of a canonical column, as SQL over `stage`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts import Column
from pipeline.sources import expressions as sql_of
from pipeline.sources.durations import seconds
from pipeline.sources.feed import Field, LocalTime
from pipeline.sources.mapping_column import ANY_OTHER, MappedColumn
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.meant_rows import conditions, present
from pipeline.sources.other_rows import other_row_of
from pipeline.sources.reading import Staged
from pipeline.sources.row_places import nth_of, title_of
from pipeline.sql_text import quoted

INSTANT = Column(type="instant", meaning="when a record was changed")


def version_of(mapped: MappedColumn, staged: Staged, mapping: Mapping) -> Field:
    """The instant of the last change or, without a format, a counter."""
    parts = [present(staged.columns[source], mapping.reader.null) for source in mapped.names]
    text = f"({' || chr(32) || '.join(parts)})"
    written = sql_of.with_offsets(text, mapping.zones)
    at = _value(written, INSTANT, mapped, mapping.reader.decimal)
    counter = "" if mapped.formats else f"try_cast({text} as bigint), "
    return Field(f"coalesce({counter}epoch_ms({at}))", text)


def field_of(name: str, staged: Staged, mapping: Mapping) -> Field:
    mapped, column = mapping.columns[name], mapping.contract.columns[name]
    text = _said(name, staged, mapping)
    text = f"coalesce({text}, '')" if "" in mapped.values else text
    if "" in mapped.values.values():
        text = f"case when {_translated(text, column, mapped.values)} is distinct from '' then {text} end"
    text = _where_meant(text, mapped, staged, mapping)
    if mapped.passed:
        return _apart(text, present(staged.columns[mapped.passed], mapping.reader.null), column, mapped, mapping)
    if mapped.sum or mapped.less:
        parts = _parts(mapped.names, staged, mapping)
        return _reckoned(parts, _parts(mapped.less, staged, mapping), text, column, mapped, mapping.reader.decimal)
    return _read_as(text, column, mapped, mapping)


def word_of(name: str, staged: Staged, mapping: Mapping) -> str:
    """SQL: what the file says there, before `values` make anything of it."""
    return _where_meant(_said(name, staged, mapping), mapping.columns[name], staged, mapping)


def _said(name: str, staged: Staged, mapping: Mapping) -> str:
    mapped, column = mapping.columns[name], mapping.contract.columns[name]
    elsewhere = [other_row_of(name)] if mapped.row else [title_of(name)] if mapped.above else []
    text = _joined(elsewhere or _parts(mapped.names, staged, mapping), column)
    if mapped.nth:
        text = f"({text} || {nth_of(name)})"
    if mapped.otherwise:
        other = _joined(_parts(mapped.otherwise, staged, mapping), column)
        is_first = f"{text} is not null" if mapped.row else conditions(staged, mapped.where, mapping.reader.null)
        text = f"case when {is_first} then {text} else {other} end"
    return _one_of_several(text, mapped) if mapped.split else text


def _where_meant(text: str, mapped: MappedColumn, staged: Staged, mapping: Mapping) -> str:
    if mapped.where and not mapped.otherwise and not mapped.row:
        text = f"case when {conditions(staged, mapped.where, mapping.reader.null)} then {text} end"
    if mapped.differ:
        one, other = (staged.columns[name] for name in mapped.differ)
        text = f"case when {one} is distinct from {other} then {text} end"
    return text


def constant_of(name: str, value: str, mapping: Mapping) -> Field:
    as_written = MappedColumn(source_columns=(name,), decimal=".")
    return _read_as(quoted(value), mapping.contract.columns[name], as_written, mapping)


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


def _apart(text: str, time: str, column: Column, mapped: MappedColumn, mapping: Mapping) -> Field:
    """An instant told by the time between it and another; none where that is empty. Clocks may have been set in between."""
    other, sign = _read_as(text, column, mapped, mapping), "-" if mapped.minus else "+"
    utc = other.value
    if other.local:
        located = _in_zone(other.value, mapping)
        utc = f"case when {other.local.unless} then {other.value} else {located} end"
    passed = seconds(time, mapped.unit, mapped.decimal or mapping.reader.decimal)
    return Field(f"{utc} {sign} ({passed}) * interval '1' second", f"({text}) || ' {sign} ' || ({time})")


def _in_zone(local: str, mapping: Mapping) -> str:
    """Local time as UTC without a plain column at hand. DuckDB takes an hour that is twice for its second time."""
    zone, before = quoted(mapping.timezone), f"({local}) - interval 1 hour"
    second, earlier = (f"timezone('UTC', timezone({zone}, {at}))" for at in (local, before))
    return f"least({second}, {earlier} + interval 1 hour)" if mapping.ambiguous == "first" else second


def _one_of_several(text: str, mapped: MappedColumn) -> str:
    """The first or the last that says something, or all before the last; NULL where none does, and one alone is it."""
    sign = quoted(mapped.split)
    several = f"list_filter(string_split({text}, {sign}), lambda part: trim(part) <> '')"
    if mapped.take == "before_last":
        return f"nullif(trim(array_to_string({several}[:greatest(len({several}) - 1, 1)], {sign})), '')"
    return f"trim({several}[{1 if mapped.take == 'first' else -1}])"


def _reckoned(
    parts: list[str], less: list[str], text: str, column: Column, mapped: MappedColumn, decimal: str | None
) -> Field:
    """The text's number, or the sum of the parts, less that of the others, rounded: 3.3 - 1.1 - 2.2 is nought."""
    value = _sum(parts, column, mapped, decimal) if mapped.sum else _value(text, column, mapped, decimal)
    shown = text
    if less:
        value = f"round(({value}) - ({_sum(less, column, mapped, decimal)}), 6)"
        shown = f"concat_ws(' - ', {', '.join([text, *less])})"
    return Field(f"case when {text} is not null then {value} end", f"case when {text} is not null then {shown} end")


def _sum(parts: list[str], column: Column, mapped: MappedColumn, decimal: str | None) -> str:
    """Empty parts are nothing; one that cannot be read, or time below nought that another would hide, leaves no sum."""
    values = [_value(part, column, mapped, decimal) for part in parts]
    if column.type == "seconds":
        values = [f"case when {value} >= 0 then {value} end" for value in values]
    return " + ".join(
        f"case when {part} is null then 0 else {value} end" for part, value in zip(parts, values, strict=True)
    )


def _read_as(text: str, column: Column, mapped: MappedColumn, mapping: Mapping) -> Field:
    written = sql_of.with_offsets(text, mapping.zones) if column.type == "instant" else text
    value = _value(written, column, mapped, mapping.reader.decimal)
    if column.type != "instant" or mapping.timezone == "UTC" or mapped.epoch:
        return Field(value, text, is_opaque=mapped.opaque)
    unless = sql_of.states_offset(written, mapped.formats)
    return Field(value, text, LocalTime(mapping.timezone, mapping.ambiguous, unless))


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
            return sql_of.number(sql_of.without_percent(text), decimal)
        case "integer":
            return sql_of.integer(text)
        case "flag":
            return sql_of.flag(text)
        case "enum":
            allowed = ", ".join(map(quoted, column.values))
            spelled = _case(f"lower({text})", {word.lower(): word for word in column.values}, "null")
            return f"case when {text} in ({allowed}) then {text} else {spelled} end"
        case "agent":
            return sql_of.whole_number(sql_of.single_spaced(text))
        case "label":
            return sql_of.single_spaced(text)
        case _:
            return text
