"""The command line: `python -m pipeline`, or `contact-quality`. Thin: each command calls one stage."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.ask import Listing, Week, settings_of
from pipeline.ask import app as asking
from pipeline.errors import PipelineError, Stopped, UsageError
from pipeline.terminal import Format, counting, show, working

if TYPE_CHECKING:
    from pipeline.load import Account, InputFile
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
app.add_typer(asking)


@app.callback()
def main_options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="settings file; default: pipeline.toml here")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="warehouse file; results lie beside it")] = None,
) -> None:
    context.obj = (config, warehouse)


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


def main() -> None:
    """Run the command line; a PipelineError is one line on stderr and its exit code."""
    try:
        app()
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
