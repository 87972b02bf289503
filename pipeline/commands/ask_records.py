"""The commands that ask for records: those behind a number or a finding, those that explain a vendor's other figure."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.options import Chosen, FirstDay, LastDay, Listing, OneWeek, chosen, settings_of
from pipeline.commands.terminal import Format, show
from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()
BESIDE = frozenset(
    "source week day half_hour direction is_offered is_queued is_answered is_abandoned is_refused is_transferred "
    "is_customer_made is_identified has_login conversation_id answer_within_s".split()
)
"""Columns of the rows behind a number that a table on a terminal has no room for; CSV and JSON have them."""

VendorFile = Annotated[
    Path, typer.Argument(help="a vendor's export, CSV or XLSX, with a column for each dimension and one for the figure")
]
HeadedKpi = Annotated[
    str, typer.Option(help="the KPI in the file; if its column has another heading: aht='Avg Handle'")
]
HeadedDimensions = Annotated[str, typer.Option(help="dimensions, e.g. queue or team,agent or queue='Queue Name'")]
FileGrain = Annotated[str, typer.Option(help="total, day or week; for day and week the file has a column of that name")]
Encoding = Annotated[
    str,
    typer.Option(
        metavar="cp1252",
        help="encoding of a CSV that is not UTF-8: cp1252 from a German Windows, cp1251 from a Russian one",
    ),
]


@app.command()
def rows(
    context: typer.Context,
    kpi: Annotated[str | None, typer.Argument(help="KPI id, unless you name a finding")] = None,
    finding: Annotated[str | None, typer.Option(help="id of a finding of the week; `findings` lists them")] = None,
    week: Annotated[
        str | None, typer.Option(metavar="2026-W47", help="one ISO week; default for findings: the last complete one")
    ] = None,
    first: FirstDay = None,
    last: LastDay = None,
    where: Chosen = None,
    met: Annotated[bool | None, typer.Option("--met/--unmet", help="only rows that met the KPI, or did not")] = None,
    form: Listing = Format.table,
) -> None:
    """The records behind a number or a finding.

    Each has the reference that leads to it in the source system. Times are UTC.

    Example: python -m pipeline rows service_level --week 2026-W47 --where queue=service --unmet
    """
    from pipeline.asking.explore import Exploration

    if (kpi is None) == (finding is None):
        raise UsageError("wanted: a KPI, or --finding with the id of one")
    if finding and (first or last or where or met is not None):
        raise UsageError("a finding knows its rows: nothing but --week goes with --finding")
    explored = Exploration(settings_of(context))
    frame = (
        explored.records(finding, week) if finding else explored.rows(str(kpi), week, met, first, last, chosen(where))
    )
    show(frame.to_dict("records"), form, _tabled(frame) if form is Format.table else list(frame))


@app.command()
def reconcile(
    context: typer.Context,
    file: VendorFile,
    kpi: HeadedKpi,
    by: HeadedDimensions = "",
    week: OneWeek = None,
    first: FirstDay = None,
    last: LastDay = None,
    grain: FileGrain = "total",
    encoding: Encoding = "utf-8-sig",
    form: Listing = Format.table,
) -> None:
    """Compare a vendor's export with our figures.

    Names the definition that explains the difference, and the records behind the rest.

    Example: python -m pipeline reconcile export.csv --kpi service_level --by queue --week 2026-W47
    """
    from pipeline.asking.explore import Exploration
    from pipeline.asking.reconcile import apart, key_columns
    from pipeline.asking.reconcile import reconcile as compare
    from pipeline.asking.vendor_export import headed

    explored = Exploration(settings_of(context))
    dimensions = tuple(filter(None, by.split(",")))
    found = compare(explored.results, file, kpi, dimensions, grain, explored.period(week, first, last), encoding)
    keys = key_columns(grain, [headed(dimension)[0] for dimension in dimensions])
    columns = [*keys, "theirs", "ours", "difference", "status", "explained_by", "records"]
    show(found.rows, form, columns if form is not Format.json else [*columns, "first_records"])
    counted = ", ".join(f"{name} {n}" for name, n in found.matches.items() if n) or "no definition"
    print(
        f"{found.kpi}: of {len(found.rows)} rows, explained by {counted}; best: {found.explained_by or 'none'}",
        file=sys.stderr,
    )
    if strangers := apart(found, keys):
        print(f"{file}: {strangers}", file=sys.stderr)


def _tabled(frame: pd.DataFrame) -> list[str]:
    """The columns for a terminal: none without a value, and always when it was, if only by the half-hour or the day."""
    known = [column for column in frame if frame[column].notna().any()]
    shown = [column for column in known if column not in BESIDE]
    if any(column.endswith("_at") for column in shown):
        return shown
    return [column for column in ("half_hour", "day") if column in known][:1] + shown
