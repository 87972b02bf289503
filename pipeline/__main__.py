"""The command line: `python -m pipeline`, or `contact-quality`. Thin: each command calls one stage."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import NoData, PipelineError, Stopped, UsageError
from pipeline.terminal import Format, counting, show, working

if TYPE_CHECKING:
    from pipeline.load import Account, InputFile
    from pipeline.results import Results
    from pipeline.settings import Settings
    from pipeline.sources import Source
    from pipeline.warehouse import Warehouse

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Call-centre KPIs beside personal emotional contact, resolution and effort: logs in, weekly report out.",
)
Listing = Annotated[Format, typer.Option("--format", help="table, csv or json")]
Week = Annotated[
    str | None, typer.Option("--week", metavar="2026-W47", help="ISO week; default: the last complete one")
]


@app.callback()
def main_options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="settings file; default: pipeline.toml here")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="warehouse file; results lie beside it")] = None,
) -> None:
    context.obj = (config, warehouse)


def settings_of(context: typer.Context) -> Settings:
    from pipeline.settings import read_settings

    config, warehouse = context.obj
    return read_settings(config, warehouse)


@app.command()
def load(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="log files, or folders of them")],
    source: Annotated[str, typer.Option(help="log format, see `sources`")],
    mapping: Annotated[str | None, typer.Option(help="mapping file for --source csv, or a shipped one's name")] = None,
    form: Listing = Format.table,
) -> None:
    """Load log files into the warehouse: admit, quarantine, account.

    Example: python -m pipeline load logs/queue_log* --source asterisk_queue_log
    """
    from pipeline.load import find_files
    from pipeline.sources import find_source
    from pipeline.warehouse import open_warehouse

    settings = settings_of(context)
    chosen = find_source(source, mapping)
    files = find_files(paths, chosen.suffixes)
    with open_warehouse(settings) as opened:
        accounts = _load_all(opened, settings, [(chosen, files)])
    _show_accounts(accounts, form)
    _stop_for_refused(accounts)


@app.command()
def build(context: typer.Context) -> None:
    """Rebuild what is stale, run the checks, publish.

    Example: python -m pipeline build
    """
    from pipeline.warehouse import open_warehouse

    settings = settings_of(context)
    with open_warehouse(settings) as opened:
        _build(opened, settings)


@app.command()
def check(context: typer.Context, form: Listing = Format.table) -> None:
    """Judge whether the loaded batches are believable; changes nothing that is published.

    Example: python -m pipeline check --format json
    """
    from pipeline.expectations import check_batches, stopping
    from pipeline.warehouse import open_warehouse

    settings = settings_of(context)
    with open_warehouse(settings) as opened, working("checking") as say:
        results = check_batches(opened, settings, say)
    show([vars(result) for result in results], form)
    if stopping(results):
        raise Stopped("a check stops these batches: `undo BATCH` or `accept BATCH --reason TEXT` settles it")


@app.command()
def report(
    context: typer.Context,
    week: Week = None,
    lang: Annotated[str | None, typer.Option(help="en or ru; default: every language of the settings")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the pages; default: reports")] = None,
) -> None:
    """Write the weekly report from the published results.

    Example: python -m pipeline report --week 2026-W47 --lang ru
    """
    print(_report(settings_of(context), week, lang, out))


@app.command()
def run(
    context: typer.Context,
    week: Week = None,
    lang: Annotated[str | None, typer.Option(help="en or ru; default: every language of the settings")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the pages; default: reports")] = None,
) -> None:
    """The scheduled job: load what is new in the inbox, build, write the report.

    Example: python -m pipeline run
    """
    from pipeline.inbox import find_sources, new_files
    from pipeline.warehouse import open_warehouse

    settings = settings_of(context)
    with open_warehouse(settings) as opened:
        folders = find_sources(settings.inbox)
        new = [(source, new_files(opened, settings, source, folder)) for source, folder in folders]
        accounts = _load_all(opened, settings, new)
        _show_accounts(accounts, Format.table)
        _build(opened, settings)
    print(_report(settings, week, lang, out))
    _stop_for_refused(accounts)


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
    from pipeline.kpis.measure import Question, measure

    results = _results(context)
    dimensions = tuple(filter(None, by.split(",")))
    names = tuple(kpi or _splittable(results, dimensions))
    question = Question(names, grain, dimensions, _period(results, week, first, last))
    frame = measure(results, results.catalogue, question)
    if week is None and (first or last) and not frame["n"].gt(0).any():
        raise NoData(f"no data from {first or 'the beginning'} to {last or 'the end'}")
    frame["unit"] = frame["kpi"].map(lambda name: results.catalogue[name].unit)
    columns = [
        "kpi",
        "period",
        *dimensions,
        "n",
        "numerator",
        "denominator",
        "value",
        "low",
        "high",
        "unit",
        "definition",
        "why",
    ]
    show(_counts_whole(frame[columns].to_dict("records")), form, columns)


@app.command()
def explain(context: typer.Context, kpi: str, form: Listing = Format.table) -> None:
    """What a KPI means, how it is computed, and where its definition comes from.

    Example: python -m pipeline explain service_level
    """
    from pipeline.kpis import read_catalogue

    catalogue = read_catalogue(settings_of(context).parameters)
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
        show([{"": name, " ": value} for name, value in facts.items()], form)
    else:
        show([facts], form)


@app.command()
def rows(
    context: typer.Context,
    kpi: str,
    week: Annotated[str | None, typer.Option(metavar="2026-W47", help="one ISO week")] = None,
    where: Annotated[
        list[str] | None, typer.Option(metavar="DIM=VALUE", help="e.g. agent=a017, may be repeated")
    ] = None,
    met: Annotated[bool | None, typer.Option("--met/--unmet", help="only rows that met it, or did not")] = None,
    form: Listing = Format.table,
) -> None:
    """The records behind a number, with the reference that leads to them in the source system.

    Example: python -m pipeline rows service_level --week 2026-W47 --where queue=cards --unmet
    """
    from pipeline.drill import rows_behind

    results = _results(context)
    pairs = dict(_pair(text) for text in where or [])
    frame = rows_behind(results, kpi, _period(results, week, None, None), pairs, met)
    show(frame.to_dict("records"), form, list(frame.columns))


@app.command()
def sources(form: Listing = Format.table) -> None:
    """The log formats that can be loaded.

    Example: python -m pipeline sources
    """
    from pipeline.sources import REGISTRY, find_source, shipped_mappings

    known = [find_source(name) for name in REGISTRY]
    mapped = [find_source("csv", str(file)) for file in shipped_mappings()]
    show([{"source": s.name, "reads": s.title, "files": " ".join(s.suffixes)} for s in [*known, *mapped]], form)


@app.command()
def sample(
    out: Annotated[Path, typer.Option(help="folder to write")] = Path("data/sample"),
    seed: Annotated[int, typer.Option(help="the same seed gives the same bytes")] = 20261123,
) -> None:
    """Simulate a centre whose truth is known and write its logs.

    Example: python -m pipeline sample --out data/sample
    """
    from pipeline.sample import write_sample

    truth = write_sample(out, seed)
    print(f"{out}: {truth['totals']}")


@app.command()
def batches(context: typer.Context, form: Listing = Format.table) -> None:
    """What has been loaded, the newest first.

    Example: python -m pipeline batches
    """
    from pipeline.batches import list_batches
    from pipeline.warehouse import open_warehouse

    with open_warehouse(settings_of(context)) as opened:
        show(list_batches(opened), form)


@app.command()
def undo(context: typer.Context, batch: int) -> None:
    """Take a batch's rows out of the warehouse again; build publishes without them.

    Example: python -m pipeline undo 12
    """
    from pipeline.batches import undo as undo_batch
    from pipeline.warehouse import open_warehouse

    with open_warehouse(settings_of(context)) as opened:
        files = undo_batch(opened, batch)
    print(f"batch {batch}: {files} files taken out")


@app.command()
def accept(
    context: typer.Context,
    batch: int,
    reason: Annotated[str, typer.Option(help="why it is right after all; shown on the data-quality page")],
) -> None:
    """Let a batch pass although a check stopped it.

    Example: python -m pipeline accept 12 --reason "holiday: the centre was closed for three days"
    """
    from pipeline.batches import accept as accept_batch
    from pipeline.warehouse import open_warehouse

    with open_warehouse(settings_of(context)) as opened:
        accept_batch(opened, batch, reason)
    print(f"batch {batch}: accepted")


def _load_all(warehouse: Warehouse, settings: Settings, new: list[tuple[Source, list[InputFile]]]) -> list[Account]:
    from pipeline.load import load_files

    accounts: list[Account] = []
    with counting("loading", sum(len(files) for _, files in new)) as say:
        for source, files in new:
            accounts += load_files(
                warehouse, settings, source, files, lambda account: say(f"{account.source}/{account.file}")
            )
    return accounts


def _show_accounts(accounts: list[Account], form: Format) -> None:
    columns = [
        "file",
        "source",
        "rows_read",
        "admitted",
        "quarantined",
        "duplicate",
        "replaced",
        "removed",
        "is_unchanged",
        "error",
    ]
    shown = columns if form is Format.json else [c for c in columns if c != "error"]
    if accounts or form is not Format.table:
        show([vars(account) for account in accounts], form, shown)


def _stop_for_refused(accounts: list[Account]) -> None:
    refused = [account.error for account in accounts if account.error]
    if refused:
        raise Stopped("refused:\n  " + "\n  ".join(refused))


def _build(warehouse: Warehouse, settings: Settings) -> None:
    """Check, then publish; raises Stopped, with what settles it, when a check says so."""
    from pipeline.build import build as build_results
    from pipeline.expectations import check_batches, stopping

    with working("building") as say:
        results = check_batches(warehouse, settings, say)
        stops = stopping(results)
        if stops:
            lines = [f"batch {r.batch_id}, {r.table_name}, {r.check_name}: {r.observed} {r.failing}" for r in stops]
            raise Stopped(
                "stopped by a check, nothing is published, the last report stands:\n  "
                + "\n  ".join(lines)
                + "\n`undo BATCH` takes the batch out, `accept BATCH --reason TEXT` lets it pass"
            )
        changed = build_results(warehouse, settings, [vars(result) for result in results], say)
    print("published" if changed else "nothing new: what is published is up to date", file=sys.stderr)


def _report(settings: Settings, week: str | None, lang: str | None, out: Path | None) -> Path:
    from pipeline.report import write_report
    from pipeline.results import open_results

    if lang is not None and lang not in ("en", "ru"):
        raise UsageError(f"no language '{lang}'; there are en, ru")
    languages = (lang,) if lang else settings.report.languages
    with working("writing the report"):
        return write_report(open_results(settings.results), settings, week, languages, out or settings.reports)


def _results(context: typer.Context) -> Results:
    from pipeline.results import open_results

    return open_results(settings_of(context).results)


def _period(results: Results, week: str | None, first: str | None, last: str | None) -> str:
    from datetime import date

    from pipeline.results import period_filter
    from pipeline.zones import week_start

    try:
        days = [date.fromisoformat(text) if text else None for text in (first, last)]
        if week:
            week_start(week, "UTC")
    except ValueError as error:
        raise UsageError(
            f"--week wants an ISO week like 2026-W47, --from and --to a day like 2026-11-16: {error}"
        ) from None
    if week and (first or last):
        raise UsageError("either --week or --from and --to")
    if week and week not in results.weeks:
        raise NoData(f"no data for {week}; there is {results.weeks[0]} to {results.weeks[-1]}")
    return period_filter(week, *days)


def _splittable(results: Results, dimensions: tuple[str, ...]) -> list[str]:
    catalogue = results.catalogue
    return [name for name in catalogue.kpis if set(dimensions) <= set(catalogue.dimensions(name))]


def _counts_whole(records: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Counts as whole numbers: a frame with gaps holds them as floating point."""
    for record in records:
        for name in ("n", "numerator", "denominator"):
            value = record[name]
            if isinstance(value, float) and value == value and value.is_integer():
                record[name] = int(value)
    return records


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"--where wants DIM=VALUE, not '{text}'")
    return name, value


def main() -> None:
    """Run the command line; a PipelineError is one line on stderr and its exit code."""
    try:
        app()
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
