"""The commands that carry results out of the house: letters, paper, files for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.options import Language, Listing, Week, settings_of
from pipeline.commands.terminal import Format, from_here, show, working
from pipeline.commands.weekly import languages, say_what_lacks
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from email.message import EmailMessage

app = typer.Typer()


@app.command()
def export(
    context: typer.Context,
    to: Annotated[
        Path, typer.Option(help="FILE.duckdb, FILE.xlsx, FILE.json (only the catalogue) or a folder for CSV")
    ],
    form: Listing = Format.table,
) -> None:
    """Export facts, KPI values and definitions to other tools.

    Example: python -m pipeline export --to contact_quality.duckdb
    """
    from pipeline.asking.doubts import in_doubt
    from pipeline.asking.export import export as write_export
    from pipeline.results import open_results

    settings = settings_of(context)
    results = open_results(settings.results)
    with working("exporting") as say:
        written = write_export(results, to, say, in_doubt(results, settings, results.catalogue.kpis))
    show([vars(table) for table in written], form)
    print(f"written: {to}", file=sys.stderr)


@app.command()
def mail(
    context: typer.Context,
    week: Week = None,
    lang: Language = None,
    out: Annotated[Path | None, typer.Option(help="folder for the .eml files; default: the one of the reports")] = None,
    send: Annotated[bool, typer.Option("--send", help="also send it through the SMTP server in the settings")] = False,
) -> None:
    """Write the week as a short letter (.eml), and send it if asked.

    Sentences, headline figures, and a picture if Chromium and kaleido are installed.

    Example: python -m pipeline mail --week 2026-W47 --send
    """
    from pipeline.commands.post import send_all
    from pipeline.report import collect_for
    from pipeline.report.mail import letter
    from pipeline.report.words import Words
    from pipeline.results import open_results

    settings = settings_of(context)
    if send and not (settings.mail.host and settings.mail.to and settings.mail.sender):
        raise UsageError("--send needs host, sender and to under [mail] in the settings")
    results = open_results(settings.results)
    if week is None:
        say_what_lacks(results)
    with working("writing the letter"):
        data = collect_for(results, settings, week, settings.mail.profile)
        letters = {one: letter(data, Words(one), settings) for one in languages(settings, lang)}
    _write_letters(letters, (out or settings.reports) / data.week)
    if send:
        send_all(settings.mail, list(letters.values()))
        print(f"sent to {', '.join(settings.mail.to)}", file=sys.stderr)


def _write_letters(letters: dict[str, EmailMessage], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language, message in letters.items():
        file = folder / f"{language}.eml"
        file.write_bytes(message.as_bytes())
        print(from_here(file))


@app.command()
def pdf(
    context: typer.Context,
    week: Week = None,
    lang: Language = None,
    out: Annotated[Path | None, typer.Option(help="folder of the reports; default: the one in the settings")] = None,
) -> None:
    """Print a week's written pages: a PDF beside each page.

    Needs Chromium on this machine.

    Example: python -m pipeline pdf --week 2026-W47
    """
    from pipeline.commands.paper import print_pages
    from pipeline.results import open_results

    settings = settings_of(context)
    chosen = week or open_results(settings.results).last_complete_week
    for language in languages(settings, lang):
        with working("printing"):
            printed = print_pages((out or settings.reports) / chosen / language)
        print("\n".join(str(from_here(page)) for page in printed))
