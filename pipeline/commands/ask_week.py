"""The commands that ask what there is to say about a week, and whom to call."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.options import LastWeek, Listing, Week, settings_of
from pipeline.commands.terminal import Format, show
from pipeline.errors import UsageError

app = typer.Typer()


@app.command()
def findings(
    context: typer.Context,
    week: Week = None,
    lang: Annotated[str, typer.Option(help="language of the sentences: en or ru")] = "en",
    form: Listing = Format.table,
) -> None:
    """What there is to say about a week, most important first.

    Verdict, sentence, figures with intervals, evidence.

    Example: python -m pipeline findings --week 2026-W47 --format json
    """
    from pipeline.findings import find_all
    from pipeline.report.said import sentence
    from pipeline.report.words import Words, known_language
    from pipeline.results import open_results

    results, words = open_results(settings_of(context).results), Words(known_language(lang))
    found = find_all(results, settings_of(context), week)
    said = [f.document() | {"text": sentence(words, f, results.catalogue, results.names)} for f in found]
    show(said, form, ["verdict", "text", "id"] if form is Format.table else None)


@app.command()
def lists(
    context: typer.Context,
    week: LastWeek = None,
    only: Annotated[
        str | None, typer.Option("--list", help="unresolved, promises, breaches, lost or letters; default: all")
    ] = None,
    form: Listing = Format.table,
) -> None:
    """Whom to call on Monday, and which letters to read.

    \b
    unresolved  customers with three or more contacts and no solution;
                the most contacts first, then the longest wait
    promises    due or overdue; the earliest due first
    breaches    overdue tickets; urgent ones first, then the longest overdue
    lost        unanswered callers nobody reached; ordered as unresolved
    letters     of the week: rude ones of agents, threats of violence and
                harassment by customers; customers' first, then the newest

    `since` is when the case's first contact began (unresolved, lost; `last_at`: the last), the promise is due, the first overdue
    target ran out or the letter was sent, in the site's time with its offset from UTC. `detail` is the case's number of contacts
    (unresolved, lost), due or overdue (promises), the overdue targets (breaches, with the ticket's `priority`) or what was found
    (letters). `queue` and `topic` are those of the contact named; `agent` had it last, or wrote the rude letter.

    Example: python -m pipeline lists --list unresolved --format csv
    """
    import pandas as pd

    from pipeline.findings.lists import COLUMNS, LISTS, monday
    from pipeline.findings.look import look
    from pipeline.results import open_results

    if only and only not in LISTS:
        raise UsageError(f"no list '{only}'; there are {', '.join(LISTS)}")
    results = open_results(settings_of(context).results)
    zone = str(results.manifest["timezone"])
    found = monday(look(results, settings_of(context), week))
    chosen = {name: frame for name, frame in found.items() if name == (only or name)}
    rows = [{"list": name, **row} for name, frame in chosen.items() for row in frame.to_dict("records")]
    for row in rows:
        for column in ("since", "last_at"):
            row[column] = None if pd.isna(row[column]) else row[column].tz_localize("UTC").tz_convert(zone)
    show(rows, form, ["list", *COLUMNS])
