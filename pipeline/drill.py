"""The rows behind a number: which records of a fact count for a KPI, and which of them met it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import UsageError
from pipeline.kpis import Catalogue, Kpi

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.findings.record import Records
    from pipeline.results import Results

Where = Mapping[str, str | Iterable[str]]
"""Dimensions and the value or values asked for; "" stands for rows of which none is known."""
EXAMPLE = '{"team": "Rigi", "queue": ["service", "sales"]}'

PSEUDONYMS = ("customer",)
"""They stay at home: a listing or an export with them could be joined with others."""
UNLISTED = (*PSEUDONYMS, "half_hour_at")
"""No page and no listing has them: half_hour says the half-hour by the local clock."""


def rows_behind(
    results: Results,
    name: str,
    period: str = "true",
    where: Where | None = None,
    met: bool | None = None,
    most: int | None = None,
) -> pd.DataFrame:
    """The fact's rows that count for the KPI in the period (SQL); `met` keeps those that met it or those that did not (of which
    it is not known is neither, as in the figure), `most` that many of the oldest.
    Rows of one instant come in the order of their values, so that the same question has the same answer.

    A ratio's rows are those of its numerator. Raises UsageError for a dimension or a choice the KPI does not have.
    """
    kpi, asked = counted(results.catalogue, name), among(where or {})
    results.catalogue.require_dimensions(name, where or {})
    conditions = [f"({period})", f"({kpi.counts})", f"({asked.sql})"]
    if met is not None:
        if kpi.met is None:
            raise UsageError(f"{name} is no share: --met and --unmet say nothing of it")
        conditions.append(f"({kpi.met}) is {'true' if met else 'false'}")
    at = results.catalogue.facts[kpi.of].at
    limit = f" limit {most}" if most is not None else ""
    sql = f"select * from {kpi.of} as one where {' and '.join(conditions)} order by {at}, one{limit}"
    return _shown(results.frame(sql, **asked.tables))


def records_of(results: Results, records: Records, most: int | None = None) -> pd.DataFrame:
    """The rows that a finding counts: the telling ones first (`is_telling`), then by the finding's order, then the newest.

    `most` keeps that many of the first.
    """
    telling = f"coalesce({records.telling}, false) as is_telling, " if records.telling else ""
    order = [
        *(["is_telling desc"] if telling else []),
        *([f"{records.order} desc nulls last"] if records.order else []),
        f"{results.catalogue.facts[records.fact].at} desc",
        "one",
    ]
    limit = f" limit {most}" if most is not None else ""
    sql = f"select {telling}one.* from {records.fact} as one where {records.counts} order by {', '.join(order)}{limit}"
    return _shown(results.frame(sql, **{name: keys.astype("string") for name, keys in records.keys.items()}))


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=[column for column in UNLISTED if column in frame])


def counted(catalogue: Catalogue, name: str) -> Kpi:
    """The KPI whose rows stand behind a figure: of a ratio its numerator."""
    kpi = catalogue[name]
    return counted(catalogue, kpi.ratio[0]) if kpi.ratio else kpi


class Among(NamedTuple):
    """SQL that is true for the rows of the values asked for, and the values as the tables that it names, never as text."""

    sql: str
    tables: dict[str, pd.DataFrame]


def among(where: Where) -> Among:
    """Rows that have one of the values in each of the dimensions; all rows where none is named."""
    import pandas as pd

    parts, tables = [], {}
    for dimension, values in listed(where).items():
        tables[f"asked_{dimension}"] = pd.DataFrame({"value": pd.array(values, dtype="string")})
        unknown = f" or {dimension} is null" if "" in values else ""
        parts.append(f"({dimension} in (select value from asked_{dimension}){unknown})")
    return Among(" and ".join(parts) or "true", tables)


def listed(where: Where) -> dict[str, list[str]]:
    """The values of each dimension as a list; none of them, no rows. Raises UsageError for anything but texts by dimension."""
    if not isinstance(where, Mapping):
        raise UsageError(f"where: values by dimension are wanted, such as {EXAMPLE}, not {where!r}")
    return {name: _texts(name, asked) for name, asked in where.items()}


def _texts(name: str, asked: object) -> list[str]:
    values = [asked] if isinstance(asked, str) else [*asked] if isinstance(asked, Iterable) else [asked]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        raise UsageError(f"where: {name}: a text or a list of such is wanted, as in {EXAMPLE}, not {asked!r}")
    return texts
