"""What people see while work goes on, and listings as table, CSV or JSON."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.spreadsheet_text import harmless

if TYPE_CHECKING:
    from rich.console import Console

Say = Callable[[str], None]
LEAST_WIDTH = 6
"""Characters a column, its gap among them, below which words of a table fall apart into letters."""
INSTANT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?(?:[+-]\d\d:\d\d)?)$")


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


@contextlib.contextmanager
def working(title: str) -> Iterator[Say]:
    """A line that names the step: a moving one on a terminal, plain lines on stderr otherwise."""
    if not sys.stderr.isatty():
        yield lambda step: print(f"{title}: {step}", file=sys.stderr, flush=True)
        return
    from rich.console import Console

    with Console(stderr=True).status(title) as status:
        yield lambda step: status.update(f"{title}: {step}")


@contextlib.contextmanager
def counting(title: str, total: int) -> Iterator[Say]:
    """A progress bar over `total` steps on a terminal, plain lines on stderr otherwise."""
    if not sys.stderr.isatty():
        yield lambda step: print(f"{title}: {step}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda step: progress.update(task, advance=1, description=f"{title}: {step}")


def from_here(path: Path) -> Path:
    """A path as one would type it: relative where it lies below this folder, else whole, and without detours."""
    whole = path.resolve()
    return whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole


def show(records: Sequence[dict[str, Any]], form: Format, columns: Sequence[str] | None = None) -> None:
    """Print a listing on stdout, or "no rows" on stderr. JSON keeps numbers and null; CSV is safe to open in a spreadsheet."""
    if not records:
        print("no rows", file=sys.stderr)
    names = list(columns or (records[0] if records else []))
    plain = [{name: _plain(record.get(name)) for name in names} for record in records]
    if form is Format.json:
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    elif form is Format.csv:
        print(as_csv(plain, names), end="")
    elif plain:
        _show_table(plain, names)


def as_csv(records: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    """CSV with a header; text that a spreadsheet would run as a formula is prefixed by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(_flat(record[name])) for name in names] for record in records)
    return out.getvalue()


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, tuple)) else value


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (datetime, date)):
        return None if value != value else value.isoformat()
    if hasattr(value, "item"):
        return _plain(value.item())
    return None if value is None or type(value).__name__ in ("NAType", "NaTType") else value


def _show_table(records: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 200)
    if console.width < LEAST_WIDTH * len(names):
        _show_one_by_one(console, records, names)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        is_number = any(isinstance(record[name], (int, float)) for record in records)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for record in records:
        table.add_row(*(Text(_cell(record[name])) for name in names))
    console.print(table)


def _show_one_by_one(console: Console, records: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """Each record by itself, what is known of it one a line."""
    from rich.text import Text

    widest = max(map(len, names))
    for record in records:
        lines = [f"{name:<{widest}}  {_cell(record[name])}" for name in names if record[name] is not None]
        console.print(Text("\n".join([*lines, ""])), soft_wrap=True)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "-"
    return f"{value:,}" if isinstance(value, int) else INSTANT.sub(r"\1 \2", str(value))
