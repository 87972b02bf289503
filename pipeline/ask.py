"""The commands that only ask: figures, definitions, the rows behind a number, what can be and what has been loaded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import UsageError
from pipeline.terminal import Format, show

if TYPE_CHECKING:
    from pipeline.explore import Exploration
    from pipeline.results import Results
    from pipeline.settings import Settings

app = typer.Typer()
BESIDE = frozenset(
    "source week day half_hour direction is_offered is_queued is_answered is_abandoned is_refused is_transferred "
    "is_customer_made is_identified conversation_id".split()
)
"""Columns of the rows behind a number that a table on a terminal has no room for; CSV and JSON have them."""
SAID = 8
"""Values named where the one asked for does not exist."""
Listing = Annotated[Format, typer.Option("--format", help="table, csv or json")]
Week = Annotated[
    str | None, typer.Option("--week", metavar="2026-W47", help="ISO week; default: the last complete one")
]


def settings_of(context: typer.Context) -> Settings:
    """The settings that the options before the command choose."""
    from pipeline.settings import read_settings

    config, warehouse = context.obj  # set by the options before the command
    return read_settings(config, warehouse)


@app.command()
def kpis(
    context: typer.Context,
    kpi: Annotated[list[str] | None, typer.Option("--kpi", help="KPI id, may be repeated; default: all")] = None,
    by: Annotated[str, typer.Option(help="dimensions, e.g. team,agent")] = "",
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="one ISO week")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day")] = None,
    grain: Annotated[str, typer.Option(help="half_hour, hour, day, week, month or total")] = "total",
    form: Listing = Format.table,
) -> None:
    """KPI figures from the published results, with n and interval; all data unless a period is given.

    Example: python -m pipeline kpis --kpi aht --kpi pec_rate --by team --week 2026-W47
    """
    from pipeline.explore import Exploration

    explored = Exploration(settings_of(context))
    frame = explored.kpis(*(kpi or []), by=by, week=week, first=first, last=last, grain=grain)
    show(_counts_whole(frame.to_dict("records")), form, list(frame))


@app.command()
def explain(context: typer.Context, kpi: str, form: Listing = Format.table) -> None:
    """What a KPI means, how it is computed, and where its definition comes from.

    Example: python -m pipeline explain service_level
    """
    from pipeline.kpis import read_catalogue

    settings = settings_of(context)
    catalogue = read_catalogue(settings.parameters, settings.regulation.off)
    found = catalogue[kpi]
    facts = {
        "kpi": kpi,
        "title": found.title["en"],
        "meaning": found.meaning["en"],
        "formula": found.formula(),
        "unit": found.unit,
        "better": found.better,
        "by": ", ".join(catalogue.dimensions(kpi)),
        "known_after_days": found.ripe_days,
        "source": found.source,
        "definition": catalogue.definition(kpi),
    }
    if form is Format.table:
        show([{"": name, " ": str(value)} for name, value in facts.items() if value is not None], form)
    else:
        show([facts], form)


@app.command()
def rows(
    context: typer.Context,
    kpi: Annotated[str | None, typer.Argument(help="KPI id, unless a finding is asked for")] = None,
    finding: Annotated[str | None, typer.Option(help="id of a finding of the week, see `findings`")] = None,
    week: Annotated[
        str | None, typer.Option(metavar="2026-W47", help="one ISO week; of findings, default: the last complete one")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day")] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="DIM=VALUE", help="e.g. agent=a017, may be repeated")
    ] = None,
    met: Annotated[bool | None, typer.Option("--met/--unmet", help="only rows that met it, or did not")] = None,
    form: Listing = Format.table,
) -> None:
    """The records behind a number or a finding, with the reference that leads to them in the source system; times are UTC.

    Example: python -m pipeline rows service_level --week 2026-W47 --where queue=service --unmet
    """
    from pipeline.explore import Exploration

    if (kpi is None) == (finding is None):
        raise UsageError("wanted: a KPI, or --finding with the id of one")
    if finding and (first or last or where or met is not None):
        raise UsageError("a finding knows its rows: nothing but --week goes with --finding")
    explored, pairs = Exploration(settings_of(context)), dict(_pair(text) for text in where or [])
    frame = explored.records(finding, week) if finding else explored.rows(str(kpi), week, met, first, last, **pairs)
    shown = [c for c in frame if c not in BESIDE and frame[c].notna().any()] if form is Format.table else list(frame)
    show(frame.to_dict("records"), form, shown)
    if frame.empty and kpi:
        _say_unknown(explored, kpi, pairs)


@app.command()
def findings(
    context: typer.Context,
    week: Annotated[
        str | None, typer.Option(metavar="2026-W47", help="ISO week; default: the last complete one")
    ] = None,
    lang: Annotated[str, typer.Option(help="language of the sentences: en or ru")] = "en",
    form: Listing = Format.table,
) -> None:
    """What there is to say about a week, the weightiest first: verdict, sentence, figures with intervals, evidence.

    Example: python -m pipeline findings --week 2026-W47 --format json
    """
    from pipeline.findings import find_all
    from pipeline.report.said import sentence
    from pipeline.report.words import LOCALES, Words

    if lang not in LOCALES:
        raise UsageError(f"no language '{lang}'; there are {', '.join(LOCALES)}")
    results, words = _results(context), Words(lang)
    names = {row["agent"]: row["name"] or row["agent"] for row in results.document("agents")}
    found = find_all(results, settings_of(context), week)
    said = [f.document() | {"text": sentence(words, f, results.catalogue, names)} for f in found]
    show(said, form, ["verdict", "text", "id"] if form is Format.table else None)


@app.command()
def lists(
    context: typer.Context,
    week: Annotated[
        str | None, typer.Option(metavar="2026-W47", help="as of the end of this week; default: the last")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--list", help="unresolved, promises, breaches or lost; default: all")
    ] = None,
    form: Listing = Format.table,
) -> None:
    """Whom to call on Monday: three contacts and unresolved, promises due, overdue tickets, lost callers nobody reached.

    Times are the site's, with their offset from UTC.

    Example: python -m pipeline lists --list unresolved --format csv
    """
    from pipeline.findings.centre import look
    from pipeline.findings.lists import COLUMNS, LISTS, monday

    if only and only not in LISTS:
        raise UsageError(f"no list '{only}'; there are {', '.join(LISTS)}")
    results = _results(context)
    zone = str(results.manifest["timezone"])
    found = monday(look(results, settings_of(context), week))
    chosen = {name: frame for name, frame in found.items() if name == (only or name)}
    rows = [{"list": name, **row} for name, frame in chosen.items() for row in frame.to_dict("records")]
    for row in rows:
        row["since"] = row["since"].tz_localize("UTC").tz_convert(zone)
    show(rows, form, ["list", *COLUMNS])


@app.command()
def reconcile(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="a vendor's export, CSV or XLSX: a column a dimension and one for the figure")
    ],
    kpi: Annotated[str, typer.Option(help="the KPI that the file says it holds")],
    by: Annotated[str, typer.Option(help="dimensions, e.g. queue or team,agent")] = "",
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="one ISO week")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day")] = None,
    grain: Annotated[
        str, typer.Option(help="total, or day or week: then the file has a column of that name")
    ] = "total",
    form: Listing = Format.table,
) -> None:
    """Compare a vendor's export with our figures: which definition explains the difference, and the records behind the rest.

    Example: python -m pipeline reconcile export.csv --kpi service_level --by queue --week 2026-W47
    """
    from pipeline.explore import Exploration
    from pipeline.reconcile import reconcile as compare

    explored = Exploration(settings_of(context))
    dimensions = tuple(filter(None, by.split(",")))
    found = compare(explored.results, file, kpi, dimensions, grain, explored.period(week, first, last))
    keys = [*(["period"] if grain != "total" else []), *dimensions]
    columns = [*keys, "theirs", "ours", "difference", "status", "explained_by", "records"]
    show(found.rows, form, columns if form is not Format.json else [*columns, "first_records"])
    counted = ", ".join(f"{name} {n}" for name, n in found.matches.items() if n) or "no definition"
    print(
        f"{kpi}: of {len(found.rows)} rows, explained by {counted}; best: {found.explained_by or 'none'}",
        file=sys.stderr,
    )


@app.command()
def sources(form: Listing = Format.table) -> None:
    """The log formats that can be loaded.

    Example: python -m pipeline sources
    """
    from pipeline.sources import LETTERS, REGISTRY, find_source, shipped_mappings

    known = [*(find_source(name) for name in REGISTRY), find_source(LETTERS, own_addresses=("@",))]
    mapped = [find_source("csv", str(file)) for file in shipped_mappings()]
    show([{"source": s.name, "reads": s.title, "files": " ".join(s.suffixes)} for s in [*known, *mapped]], form)


@app.command()
def batches(context: typer.Context, form: Listing = Format.table) -> None:
    """What has been loaded, the newest first.

    Example: python -m pipeline batches
    """
    from pipeline.batches import list_batches
    from pipeline.warehouse import open_warehouse

    with open_warehouse(settings_of(context)) as opened:
        show(list_batches(opened), form)


def _results(context: typer.Context) -> Results:
    from pipeline.results import open_results

    return open_results(settings_of(context).results)


def _counts_whole(records: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Counts as whole numbers: a frame with gaps holds them as floating point."""
    for record in records:
        for name in ("n", "numerator", "denominator"):
            value = record[name]
            if isinstance(value, float) and value == value and value.is_integer():
                record[name] = int(value)
    return records


def _say_unknown(explored: Exploration, kpi: str, pairs: dict[str, str]) -> None:
    """Values asked for that no record has, and which there are, those that hold what was asked for first."""
    for dimension, value in pairs.items():
        known = explored.values(kpi, dimension)
        if value and value not in known:
            said = [key if key == name else f"{key} ({name})" for key, name in known.items()]
            said.sort(key=lambda text: value.casefold() not in text.casefold())
            more = ", ..." if len(said) > SAID else ""
            print(f"no {dimension} '{value}'; there are {', '.join(said[:SAID]) or 'none'}{more}", file=sys.stderr)


def _pair(text: str) -> tuple[str, str]:
    from pipeline.kpis import DIMENSIONS

    name, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"--where wants DIM=VALUE, not '{text}'")
    if name not in DIMENSIONS:
        raise UsageError(f"--where: no dimension '{name}'; there are {', '.join(DIMENSIONS)}")
    return name, value
