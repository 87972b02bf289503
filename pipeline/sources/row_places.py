"""Rows of `stage` among those of the file: what stands above, the how many-th of those alike each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.sources.mapping_column import MappedColumn
from pipeline.sources.meant_rows import conditions, said_of
from pipeline.sources.reading import Staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def fill_down(sql: DuckDBPyConnection, staged: Staged, column: str) -> None:
    """Give the empty fields of a column of `stage` what stands above them; not across a record that could not be read, in which
    another group may begin."""
    unread = [reject.line for reject in staged.rejects]
    sql.execute(
        f"update stage set {column} = above.value from (select place, "
        "last_value(value ignore nulls) over (partition by behind order by place) as value from ("
        f"select stage.rowid as place, stage.{column} as value, unread.line as behind from {staged.table} "
        f"asof left join (select unnest(?::bigint[]) as line) unread on unread.line < {staged.line})) above "
        f"where stage.rowid = above.place and {column} is null",
        [unread],
    )


def title_of(name: str) -> str:
    """SQL: what the title of a row's group says for a column."""
    return f"above_{name}"


def read_titles(
    sql: DuckDBPyConnection, staged: Staged, name: str, mapped: MappedColumn, nulls: tuple[str, ...]
) -> None:
    """A column of `stage` with what the nearest row says, this one or above it, that fits the mapping's `above`."""
    sql.execute(f"alter table stage add column {title_of(name)} varchar")
    said = said_of(staged, mapped, nulls)
    sql.execute(f"update stage set {title_of(name)} = {said} where {conditions(staged, mapped.above, nulls)}")
    fill_down(sql, staged, title_of(name))


def nth_of(name: str) -> str:
    """SQL: what tells a row from those above it that are alike in what is read for a column; empty of the first."""
    return f"nth_{name}"


def number_alike(sql: DuckDBPyConnection, staged: Staged, name: str, alike_in: tuple[str, ...]) -> None:
    """A column of `stage` that numbers the rows of the file alike in some of its columns, from the second on; the records that
    `unpivot` makes of one row have its number."""
    alike = ", ".join(staged.columns[column] for column in alike_in)
    sql.execute(f"alter table stage add column {nth_of(name)} varchar default ''")
    sql.execute(
        f"update stage set {nth_of(name)} = ' #' || alike.nth from (select stage.rowid as place, "
        f"dense_rank() over (partition by {alike} order by {staged.line}) as nth from {staged.table}) alike "
        "where stage.rowid = alike.place and alike.nth > 1"
    )
