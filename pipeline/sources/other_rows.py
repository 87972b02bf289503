"""What another row of the file says for a column of a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.sources.mapping_column import MappedColumn
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.meant_rows import conditions, present, records, said_of
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def other_row_of(name: str) -> str:
    """SQL: what another row of the file says for a column."""
    return f"other_{name}"


def read_other_rows(
    sql: DuckDBPyConnection, staged: Staged, name: str, mapped: MappedColumn, mapping: Mapping
) -> list[str]:
    """A column of `stage` with what the first row says that bears this row's own words where the mapping says, and fits its
    `where`; a sentence if no row has such another.

    In a log of events a call enters queues more than once, and what became of an entry stands between it and the next: so a row
    that is no record belongs to the last record of its words above it, and where none is there to any.
    """
    sql.execute(f"alter table stage add column {other_row_of(name)} varchar")
    found = sql.execute(
        f"update stage set {other_row_of(name)} = told.said from ({_first(staged, mapped, mapping)}) told "
        "where stage.rowid = told.place"
    ).fetchone()
    told = ", ".join(f'"{theirs}" = "{own}"' for theirs, own in mapped.row.items())
    return [] if found != (0,) else [f"{name}: row = {{ {told} }} finds no other row"]


def _first(staged: Staged, mapped: MappedColumn, mapping: Mapping) -> str:
    """SQL: by the place of each record what the first row says that belongs to it, or else one that belongs to none."""
    said, is_record = said_of(staged, mapped, mapping.reader.null), records(staged, mapping)
    meant = conditions(staged, mapped.where, mapping.reader.null) or "true"
    keys = [f"key{n}" for n in range(len(mapped.row))]
    return f"""
        with record as (
            select {_keys(staged, mapped.row.values(), mapping)}, rowid as place from stage where {is_record}
        ), other as (
            select {_keys(staged, mapped.row, mapping)}, rowid as place, {said} as said, {is_record} as is_record
            from stage where {meant} and {said} is not null
        ), owned as (
            select *, last_value(record ignore nulls) over (partition by {", ".join(keys)} order by place) as owner
            from (select *, place as record from record union all by name select * from other where not is_record)
            where {" and ".join(f"{key} is not null" for key in keys)}
        ), own as (
            select owner, arg_min(said, place) as said from owned where said is not null group by owner
        ), shared as (
            select {", ".join(keys)}, arg_min(said, place) as said
            from (from owned where owner is null union all by name from other where is_record) group by all
        )
        select record.place, coalesce(own.said, shared.said) as said from record
        left join own on own.owner = record.place
        left join shared on {_alike(mapped)}
        where coalesce(own.said, shared.said) is not null"""


def _keys(staged: Staged, names: Iterable[str], mapping: Mapping) -> str:
    words = (present(staged.columns[name], mapping.reader.null) for name in names)
    return ", ".join(f"{word} as key{n}" for n, word in enumerate(words))


def _alike(mapped: MappedColumn) -> str:
    return " and ".join(f"shared.key{n} = record.key{n}" for n in range(len(mapped.row)))
