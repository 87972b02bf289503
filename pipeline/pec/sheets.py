"""A plan of judgements as files: sheets that evaluators fill in, and contacts for a manager to listen to."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.errors import UsageError
from pipeline.pec.plan import TEXTS, Assignment, sign
from pipeline.spreadsheet_text import harmless

SHEET = ("evaluation_id", "conversation_id", "evaluator", "agent", "channel", "topic", "source_ref", "recording_ref",
         "probability", "evaluated_at", "pec")  # fmt: skip
LOOKED_AT = ("channel", "topic", "source_ref", "recording_ref")


def write_sheets(plan: Sequence[Assignment], folder: Path, week: str, day: date) -> list[Path]:
    """One CSV and one workbook that evaluators fill in (pec: 1 or 0); the shipped mapping `labels` loads them.

    day: stands as the day of judging until somebody writes another. Each plan has names of its own: a file of another plan's
    name would take that one's judgements out of the warehouse. Raises UsageError where its sheets are there already.
    """
    name = f"labels-{week}-{sign(*sorted(a.evaluation_id for a in plan))[:6]}"
    files = [folder / f"{name}.csv", folder / f"{name}.xlsx"]
    for file in files:
        if file.exists():
            raise UsageError(f"{file} is there already, perhaps half filled in: move it, or delete it, to have it anew")
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(assignment, week, day) for assignment in plan]
    _write_csv(rows, files[0])
    _write_workbook(rows, files[1])
    return files


def write_listen(contacts: Sequence[dict[str, object]], folder: Path, week: str) -> Path:
    """The contacts to listen to, as a CSV."""
    file = folder / f"listen-{week}.csv"
    pd.DataFrame(contacts, columns=list(TEXTS)).map(harmless).to_csv(file, index=False)
    return file


def _row(a: Assignment, week: str, day: date) -> list[object]:
    """In the order of SHEET."""
    return [
        f"{week}-{a.evaluation_id}", a.conversation_id, a.evaluator, a.agent, a.channel, a.topic, a.source_ref,
        a.recording_ref, a.probability, day.isoformat(), "",
    ]  # fmt: skip


def _write_csv(rows: Sequence[list[object]], file: Path) -> None:
    with file.open("x", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([SHEET, *(map(_guarded, SHEET, row) for row in rows)])


def _write_workbook(rows: Sequence[list[object]], file: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("labels")
        for n, row in enumerate([list(SHEET), *rows]):
            sheet.write_row(n, 0, row)
        sheet.data_validation(1, len(SHEET) - 1, len(rows), len(SHEET) - 1, {"validate": "list", "source": [0, 1]})
        sheet.autofilter(0, 0, len(rows), len(SHEET) - 1)
        sheet.freeze_panes(1, 0)


def _guarded(column: str, value: object) -> object:
    """What is only looked at is made harmless; by ids, evaluator and agent a sheet is known when it comes back."""
    return harmless(value) if column in LOOKED_AT else value
