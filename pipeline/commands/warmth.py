"""The commands about human contact: score a text, plan judgements, prepare a talk, put an incident on file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.options import Listing, Week, settings_of
from pipeline.commands.terminal import Format, show
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.pec.plan import Assignment
    from pipeline.pec.score import Score

app = typer.Typer()
KEYS = frozenset(("id", "role", "text", "name", "reply_to"))
"""Of a letter to score; any other is mistyped, and what it tells would be passed over."""


@app.command()
def score(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(help="a text file, or JSON lines {id, role, text, name?, reply_to?}; - for standard input"),
    ],
    role: Annotated[str, typer.Option(help="who wrote it, if the line does not say: agent or customer")] = "agent",
    form: Listing = Format.table,
) -> None:
    """How warm a message is, and by which words.

    For a customer's message: what it contains.

    Example: python -m pipeline score answer.txt --format json
    """
    from pipeline.pec.score import Scorer

    scorer = Scorer(settings_of(context).pec.lexicons)
    results = scorer.explain(_messages(file, role))
    if form is Format.json:
        for result in results:
            print(json.dumps(asdict(result), ensure_ascii=False))
        return
    show([row for result in results for row in _lines(result)], form)


def _lines(result: Score) -> list[dict[str, Any]]:
    """A line for each thing that made the score, or one without any."""
    from pipeline.pec.talk import words_found

    found = words_found([(hit.feature, hit.text) for hit in result.evidence], result.features) or [""]
    return [{"id": result.id, "score": result.score, "flags": ", ".join(result.flags), "found": said} for said in found]


def _messages(file: str, role: str) -> list[Any]:
    from pipeline.pec.score import Message

    if role not in ("agent", "customer"):
        raise UsageError(f"--role is agent or customer, not '{role}'")
    if file != "-" and not Path(file).is_file():
        raise UsageError(f"{file}: no such file")
    text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8", errors="replace")
    text = text.removeprefix("\ufeff")
    if not text.lstrip().startswith("{"):
        return [Message("1", text, role)]
    messages = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            messages.append(_message(line, number, role, file))
    return messages


def _message(line: str, number: int, role: str, file: str) -> Any:
    from pipeline.pec.score import Message

    try:
        row = json.loads(line)
        if unknown := sorted(row.keys() - KEYS):
            raise ValueError(f"no key '{unknown[0]}'")
        said = row.get("role") or role
        if said not in ("agent", "customer"):
            raise ValueError(f"role '{said}' is neither agent nor customer")
        more = {name: str(row.get(name) or "") for name in ("name", "reply_to")}
        return Message(str(row.get("id", number)), str(row["text"]), said, **more)
    except (ValueError, KeyError, AttributeError) as error:
        raise UsageError(f"{file}: line {number}: needs {{id, role, text, name?, reply_to?}}: {error}") from None


@app.command("plan-labels")
def plan_labels(
    context: typer.Context,
    budget: Annotated[int, typer.Option(min=1, help="how many judgements people can make")],
    week: Week = None,
    evaluator: Annotated[
        list[str] | None,
        typer.Option(help="who judges; may be repeated; default: evaluators in the data who are still there"),
    ] = None,
    out: Annotated[Path, typer.Option(help="folder for the sheets to fill in")] = Path("labels"),
    form: Listing = Format.table,
) -> None:
    """Draw the contacts to judge next, and write the sheets.

    Draws only contacts that nobody has judged. Fill in pec (1 or 0) and put the sheets into data/inbox/labels/; half-filled
    sheets are loaded too. The table shows the number for each evaluator, the other formats every judgement.

    Example: python -m pipeline plan-labels --week 2026-W47 --budget 120
    """
    from datetime import date

    from pipeline.pec import plan, sheets
    from pipeline.pec.pool import pool_of
    from pipeline.results import open_results

    results = open_results(settings_of(context).results)
    chosen = week or results.last_complete_week
    pool = pool_of(results, evaluator or (), date.today())
    drawn = plan.plan_of_week(results, chosen, budget, pool)
    files = sheets.write_sheets(drawn, out, chosen, date.today())
    to_hear = plan.ten_to_listen(plan.answered_contacts(results, chosen), chosen)
    listen = sheets.write_listen(to_hear, out, chosen)
    show(plan.dealt(drawn) if form is Format.table else [asdict(assignment) for assignment in drawn], form)
    _tell_plan(drawn, pool.left_out, files, listen)


def _tell_plan(drawn: Sequence[Assignment], left_out: dict[str, str], files: Sequence[Path], listen: Path) -> None:
    from pipeline.statistics.ppi import LABELS_WIDTH, labels_for

    for who, why in left_out.items():
        print(f"not dealt to {who}, who {why}", file=sys.stderr)
    agents = len({assignment.agent for assignment in drawn})
    print(
        f"{len(drawn)} judgements of {agents} agents in {', '.join(map(str, files))}; "
        f"an interval of {100 * LABELS_WIDTH:.0f} points either way needs {labels_for(LABELS_WIDTH)} per agent without text, "
        "fewer with it; "
        f"ten contacts to listen to in {listen}",
        file=sys.stderr,
    )


@app.command()
def coach(context: typer.Context, agent: str, week: Week = None, form: Listing = Format.table) -> None:
    """An agent's own warmest and coldest letters of a week.

    With what made them so, and in how many of all the week's letters it is found. For a talk, not for a ranking.

    Example: python -m pipeline coach a017 --week 2026-W47
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.pec.talk import letters_of
    from pipeline.results import open_results

    settings = settings_of(context)
    chosen = week or open_results(settings.results).last_complete_week
    with open_warehouse(settings) as opened:
        told = letters_of(opened, open_results(settings.results), agent, str(chosen), settings.report.small_group)
    show(told, form)


@app.command()
def incident(context: typer.Context, conversation: str, form: Listing = Format.table) -> None:
    """An abusive contact for the file.

    Who, when, the words as evidence, and the customer's contacts before and after.

    Example: python -m pipeline incident T-52105 --format csv
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.pec.talk import incident_of
    from pipeline.results import open_results

    settings = settings_of(context)
    with open_warehouse(settings) as opened:
        show(incident_of(opened, open_results(settings.results), conversation), form)
