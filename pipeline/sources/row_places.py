"""Rows of `stage` told by their place in the file: what stands above them, and the how many-th of those alike they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def nth_of(name: str) -> str:
    """SQL: what tells a row from those above it that are alike in what is read for a column; empty of the first."""
    return f"nth_{name}"


def number_alike(sql: DuckDBPyConnection, staged: Staged, name: str, alike_in: tuple[str, ...]) -> None:
    """A column of `stage` that numbers the rows alike in some columns of the file, from the second on."""
    alike = ", ".join(staged.columns[column] for column in alike_in)
    sql.execute(f"alter table stage add column {nth_of(name)} varchar default ''")
    sql.execute(
        f"update stage set {nth_of(name)} = ' #' || alike.nth from (select rowid as place, "
        f"row_number() over (partition by {alike} order by rowid) as nth from stage) alike "
        "where stage.rowid = alike.place and alike.nth > 1"
    )
