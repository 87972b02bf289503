"""A record for each of several columns of a row: questions of a survey, criteria of a scorecard, fields of a ticket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.sources.mapping_file import FIELD, VALUE
from pipeline.sources.reading import Staged
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def unpivoted(sql: DuckDBPyConnection, staged: Staged, unpivot: dict[str, str], where: str = "true") -> Staged:
    """`stage` with FIELD, a name of ours, and VALUE, what the row says in the column of that name, in the order of the file.

    `where`: SQL of `value`. A column that the file lacks gives no records.
    """
    parts = " union all ".join(
        f"select {staged.line} as line, stage.rowid as place, {number} as turn, stage.*, {quoted(field)} as field, "
        f"{staged.columns[name]} as value from {staged.table} where {where.format(value=staged.columns[name])}"
        for number, (field, name) in enumerate(unpivot.items())
        if name in staged.columns
    )
    sql.execute(
        f"create or replace temp table fields as select * exclude (place, turn) from ({parts}) order by place, turn"
    )
    sql.execute("drop table stage")
    sql.execute("alter table fields rename to stage")
    return replace(staged, columns=staged.columns | {FIELD: "field", VALUE: "value"}, table="stage", line="stage.line")
