"""What a batch looks like by source and week, beside the weeks before it: small frames, computed in DuckDB."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from pipeline.expectations.account import account_of
from pipeline.expectations.dated import OF_BATCH, Dated, dated, of_sources

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.expectations.suites import Suite

EARLIER_WEEKS = 8
LEAST_HISTORY = 3
"""Fewer earlier weeks than this are no history."""


def profile_of(warehouse: Warehouse, contract: str, suite: Suite, batch: int, zone: str) -> pd.DataFrame:
    """One row per source and week (of the zone, from Monday) in which the batch has rows.

    Columns: source, week, rows, volume_ratio and <measure>_rise against the median of earlier weeks (NaN without
    history, and volume_ratio of an unfinished newest week), each measure, `weeks_since` the week with rows before it, and
    those of `account_of`. A table without an instant has only source, week and these.
    """
    rows = dated(contract, zone)
    if rows is None:
        import pandas as pd

        return pd.DataFrame({"source": [contract], "week": [None]}).assign(**account_of(warehouse, contract, batch))
    first, weeks = _weeks_of(warehouse, rows, batch)
    since = first - timedelta(weeks=EARLIER_WEEKS)
    frame = _by_week(warehouse, rows, suite, since)
    for column in suite.tops:
        frame = frame.merge(_top(warehouse, rows, column, since, suite.least_rows), how="left", on=["source", "week"])
    for name, sql in suite.queries.items():
        with contextlib.suppress(duckdb.Error):  # as those of _without_broken
            asked = _asked(warehouse, rows, name, sql.replace("{since}", f"timestamp '{since}'"), suite.least_rows)
            frame = frame.merge(asked, how="left", on=["source", "week"])
    frame = _beside_earlier(frame, suite).merge(weeks, on=["source", "week"])
    if frame.empty:  # of all that it brought others count
        frame = frame.reindex([0]).assign(source=contract, week=None)
    return frame.assign(**account_of(warehouse, contract, batch))


def _beside_earlier(frame: pd.DataFrame, suite: Suite) -> pd.DataFrame:
    """The weeks in order, each with what `profile_of` says of it beside the weeks before."""
    frame = frame.sort_values(["source", "week"]).reset_index(drop=True)
    by_source = frame.groupby("source", sort=False)
    usual = _usual(by_source["rows"])
    frame["volume_ratio"] = frame["rows"] / usual.where(usual >= suite.least_rows)
    frame.loc[_is_unfinished(frame), "volume_ratio"] = float("nan")
    frame["weeks_since"] = by_source["week"].diff().dt.days / 7
    frame.loc[by_source.cumcount() < LEAST_HISTORY, "weeks_since"] = float("nan")
    for measure in suite.measures.keys() & set(frame.columns):
        frame[f"{measure}_rise"] = frame[measure] - _usual(by_source[measure])
    return frame


def _usual(groups: pd.api.typing.SeriesGroupBy) -> pd.Series:
    """Median of up to eight weeks before each, NaN where there are too few."""
    return groups.transform(lambda s: s.shift().rolling(EARLIER_WEEKS, min_periods=LEAST_HISTORY).median())


def _is_unfinished(frame: pd.DataFrame) -> pd.Series:
    """The newest week of a source, when it stops on an earlier weekday than the weeks before usually do."""
    by_source = frame.groupby("source", sort=False)
    usual = by_source["last_day"].transform(lambda s: s.shift().rolling(EARLIER_WEEKS, min_periods=1).median())
    return (frame["week"] == by_source["week"].transform("max")) & (frame["last_day"] < usual)


def _weeks_of(warehouse: Warehouse, rows: Dated, batch: int) -> tuple[datetime, pd.DataFrame]:
    weeks = warehouse.sql.execute(
        f"select source, {rows.week} as week from {rows.table} where {OF_BATCH} group by all",
        [batch],
    ).df()
    return (weeks["week"].min() if len(weeks) else datetime(2000, 1, 1)), weeks


def _by_week(warehouse: Warehouse, rows: Dated, suite: Suite, since: datetime) -> pd.DataFrame:
    try:
        return _measured(warehouse, rows, suite, since)
    except duckdb.Error:
        return _measured(warehouse, rows, _without_broken(warehouse, rows, suite, since), since)


def _measured(warehouse: Warehouse, rows: Dated, suite: Suite, since: datetime) -> pd.DataFrame:
    columns = "".join(f", {sql} as {name}" for name, sql in suite.columns.items())
    measures = "".join(
        f", case when count(*) >= {suite.least_rows} then cast({sql} as double) end as {name}"
        for name, sql in suite.measures.items()
    )
    return warehouse.sql.execute(
        f"select source, {rows.week} as week, count(*) as rows, "
        f"max(isodow({rows.at})) as last_day{measures} from (select *{columns} from {rows.table}) "
        f"where {rows.at} >= ? group by all",
        [since],
    ).df()


def _top(warehouse: Warehouse, rows: Dated, column: str, since: datetime, least: int) -> pd.DataFrame:
    """How large a share of a source's week its most frequent value has; of one that stands in a few rows nothing is said."""
    return warehouse.sql.execute(
        f"select source, week, case when max(n) > {least} then max(n) / sum(n) end as {column}_top from ("
        f"select source, {rows.week} as week, {column}, count(*) as n from {rows.table} "
        f"where {rows.at} >= ? and {column} is not null group by all) group by all",
        [since],
    ).df()


def _asked(warehouse: Warehouse, rows: Dated, name: str, sql: str, least: int) -> pd.DataFrame:
    """A measure with a query of its own; of a few rows nothing is said."""
    of_it = Dated(f"({sql}) found(source, came_at, share)", "came_at", rows.zone)
    return warehouse.sql.execute(
        f"select source, {of_it.week} as week, case when count(*) >= {least} then avg(share) end as {name} "
        f"from {of_it.table} group by all"
    ).df()


def _without_broken(warehouse: Warehouse, rows: Dated, suite: Suite, since: datetime) -> Suite:
    """Only what can be computed: Great Expectations calls the checks of a measure that has no column broken."""
    works = suite.model_copy(update={"columns": {}, "measures": {}})
    for part in ("columns", "measures"):
        for name, sql in getattr(suite, part).items():
            more = works.model_copy(update={part: {**getattr(works, part), name: sql}})
            with contextlib.suppress(duckdb.Error):
                _measured(warehouse, rows, more, since)
                works = more
    return works


def unknown_labels(warehouse: Warehouse, rows: Dated, column: str, batch: int) -> tuple[pd.DataFrame, list[str]]:
    """The batch's values of a label, and those that earlier weeks of the same source had (empty: no history)."""
    first, _ = _weeks_of(warehouse, rows, batch)
    known = warehouse.records(
        f"select distinct {column} as v from {rows.table} where {rows.at} < ? and {column} is not null and {of_sources(rows)}",
        [first, batch],
    )
    return values_of(warehouse, rows.table, column, batch), [row["v"] for row in known]


def values_of(warehouse: Warehouse, table: str, column: str, batch: int) -> pd.DataFrame:
    """The batch's values of a column of a table, a row each."""
    return warehouse.sql.execute(
        f"select distinct {column} as value from {table} where {OF_BATCH} and {column} is not null", [batch]
    ).df()
