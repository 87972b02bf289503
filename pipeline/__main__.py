"""The command line: `python -m pipeline`, or `contact-quality`. Thin: each command calls one stage."""

from __future__ import annotations

import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

try:
    import typer
except ModuleNotFoundError:
    print(
        "error: this python lacks the dependencies: `. .venv/bin/activate` first (`make report` makes it)",
        file=sys.stderr,
    )
    sys.exit(2)

from pipeline.commands.ask import app as asking
from pipeline.commands.ask_records import app as asking_records
from pipeline.commands.ask_week import app as asking_week
from pipeline.commands.deliver import app as delivering
from pipeline.commands.jobs import (
    check_and_build,
    load_all,
    show_accounts,
    show_checks,
    stop_for_refused,
    telling_refused,
)
from pipeline.commands.options import BegunWeek, Language, Listing, Pages, Week, settings_of, site_of
from pipeline.commands.settle import app as settling
from pipeline.commands.terminal import Format, working
from pipeline.commands.unread import say_unread
from pipeline.commands.warmth import app as warmth
from pipeline.commands.weekly import report_week
from pipeline.errors import Stopped, UsageError, exit_code, is_foreseen

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Call-centre KPIs beside personal emotional contact, resolution and effort: logs in, weekly report out.",
)
for commands in (settling, asking, asking_records, asking_week, warmth, delivering):
    app.add_typer(commands)


@app.callback()
def main_options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="settings file; default: pipeline.toml here")] = None,
    warehouse: Annotated[Path | None, typer.Option(help="warehouse file; results are beside it")] = None,
) -> None:
    context.obj = (config, warehouse)


@app.command()
def load(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="log files or folders")],
    source: Annotated[str, typer.Option(help="log format, see `sources`")],
    mapping: Annotated[str | None, typer.Option(help="mapping file for --source csv, or a shipped one's name")] = None,
    form: Listing = Format.table,
) -> None:
    """Load log files; bad records go to quarantine.

    Example: python -m pipeline load logs/queue_log* --source asterisk_queue_log
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.files import find_files
    from pipeline.sources import find_source

    settings = settings_of(context)
    chosen = find_source(source, mapping, site_of(settings))
    files = find_files(paths, chosen.suffixes)
    if not files:
        said = (
            f"{', '.join(map(str, paths))}: no file that {source} reads ({' '.join(chosen.suffixes) or 'whole files'})"
        )
        raise UsageError(said)
    with open_warehouse(settings) as opened:
        accounts = load_all(opened, settings, [(chosen, files)])
    show_accounts(accounts, form)
    stop_for_refused(accounts)


@app.command()
def build(context: typer.Context) -> None:
    """Recompute what has changed, run the checks, publish.

    Example: python -m pipeline build
    """
    from pipeline.engines.warehouse import open_warehouse

    settings = settings_of(context)
    with open_warehouse(settings) as opened:
        check_and_build(opened, settings)


@app.command()
def check(context: typer.Context, form: Listing = Format.table) -> None:
    """Check whether the loaded batches are believable. Changes nothing that is published.

    The table shows the checks that did not pass, the other formats all of them.

    Example: python -m pipeline check --format json
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.expectations import check_batches, stopping

    settings = settings_of(context)
    with open_warehouse(settings) as opened, working("checking") as say:
        results = check_batches(opened, settings, say)
    show_checks(results, form)
    if stopping(results):
        raise Stopped("a check stops these batches: `undo BATCH` or `accept BATCH --reason TEXT` settles it")


@app.command()
def report(
    context: typer.Context,
    week: Week = None,
    lang: Language = None,
    out: Pages = None,
) -> None:
    """Write the weekly report from the published results.

    Example: python -m pipeline report --week 2026-W47 --lang ru
    """
    print(report_week(settings_of(context), week, lang, out))


@app.command()
def run(
    context: typer.Context,
    week: BegunWeek = None,
    lang: Language = None,
    out: Pages = None,
) -> None:
    """The scheduled job: load new files, build, write the report.

    Example: python -m pipeline run
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.inbox import find_sources, new_files

    print(f"run of {datetime.now().astimezone():%Y-%m-%d %H:%M %z}", file=sys.stderr)
    settings = settings_of(context)
    with telling_refused() as accounts:
        with open_warehouse(settings) as opened:
            folders, refused = find_sources(settings.inbox, site_of(settings))
            say_unread(opened, settings, folders)
            new = [(source, new_files(opened, settings, source, folder)) for source, folder in folders]
            accounts += [*refused, *load_all(opened, settings, new)]
            show_accounts(accounts, Format.table)
            check_and_build(opened, settings)
        print(report_week(settings, week, lang, out, is_wanted_anew=False))


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


def main() -> None:
    """Run the command line; a PipelineError is one line on stderr and its exit code, and so is what the machine refuses. What the
    encoding of a terminal cannot show is printed by its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Exception as error:
        if not is_foreseen(error):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
