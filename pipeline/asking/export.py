"""Published facts, figures and definitions for other tools: one DuckDB file, a workbook, CSV files, or the catalogue alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipeline.asking.doubts import marked_sql
from pipeline.drill import PSEUDONYMS
from pipeline.errors import UsageError
from pipeline.kpis import Catalogue
from pipeline.results import Results
from pipeline.spreadsheet_text import harmless, harmless_sql
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    import pandas as pd
    import xlsxwriter

Progress = Callable[[str], None]
Doubted = Sequence[str]
"""KPIs of which single people's figures are marked as in doubt."""
MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold."""
LONGEST_TEXT = 32_767
INSTANT, BUTTON = 19, 4
"""Signs of an instant, which a narrower column shows as ####, and of the button that filters a column."""
MARK = "\ufeff"
"""Tells spreadsheets that a file is UTF-8; DuckDB writes it where it begins the first column's name."""
AGENT_COLUMNS = ("agent", "name", "team", "hired_on", "left_on", "has_experience")


@dataclass(frozen=True)
class Exported:
    """`left_out` says what of a table is not in the export."""

    table: str
    rows: int
    left_out: str = ""


def export(results: Results, to: Path, progress: Progress = lambda step: None, doubted: Doubted = ()) -> list[Exported]:
    """Write everything published to `to`; existing files of those names are replaced when all the new ones are whole.

    FILE.duckdb, FILE.xlsx, FILE.json (the catalogue alone), or a folder of CSV files. Instants are UTC, shares 0 to 1.
    `progress` hears of each table. doubted: see `pipeline.asking.doubts.in_doubt`. Raises UsageError for another kind of file.
    """
    ways: dict[str, Callable[[Results, Path, Progress, Doubted], list[Exported]]] = {
        ".duckdb": _write_duckdb,
        ".xlsx": _write_workbook,
        ".json": _write_catalogue,
    }
    is_folder = not to.suffix or to.is_dir()
    if not is_folder and to.suffix.lower() not in ways:
        raise UsageError(f"{to}: an export is a .duckdb, .xlsx or .json file, or a folder for CSV files")
    home = to if is_folder else to.parent
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home, prefix=".export-") as fresh:
        write = _write_folder if is_folder else ways[to.suffix.lower()]
        written = write(results, Path(fresh) if is_folder else Path(fresh, to.name), progress, doubted)
        for file in Path(fresh).iterdir():
            file.replace(home / file.name)
    return written


def catalogue_document(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every KPI with its titles and meanings in both languages, formula, unit, dimensions and source."""
    return [
        {
            "kpi": name,
            **{f"title_{lang}": text for lang, text in kpi.title.items()},
            **{f"meaning_{lang}": text for lang, text in kpi.meaning.items()},
            "formula": kpi.formula(),
            "unit": kpi.unit,
            "better": kpi.better,
            "dimensions": ", ".join(catalogue.dimensions(name)),
            "grains": ", ".join(catalogue.grains(name)),
            "ripe_days": kpi.ripe_days,
            "seen_days": kpi.seen_days,
            "variant_of": kpi.variant_of,
            **{f"source_{lang}": text for lang, text in kpi.source.items()},
            "definition": catalogue.definition(name),
        }
        for name, kpi in catalogue.kpis.items()
    ]


def _frames(results: Results) -> dict[str, pd.DataFrame]:
    """What is exported beside the published tables."""
    import pandas as pd

    return {
        "definitions": pd.DataFrame(catalogue_document(results.catalogue)),
        "agents": pd.DataFrame(results.document("agents"), columns=list(AGENT_COLUMNS)),
    }


def _columns(results: Results, table: str) -> list[tuple[str, str]]:
    """Name and type of the columns that may leave."""
    described = results.frame(f"describe {table}")
    pairs = zip(described["column_name"], described["column_type"], strict=True)
    return [(name, kind) for name, kind in pairs if name not in PSEUDONYMS]


def _selected(results: Results, table: str, doubted: Doubted) -> str:
    return f"select {', '.join(name for name, _ in _columns(results, table))} from {_published(table, doubted)}"


def _published(table: str, doubted: Doubted) -> str:
    """SQL: the table, people's figures that are in doubt marked as such."""
    return f"(select * replace ({marked_sql(doubted)} as why) from {table})" if table == "kpi_values" else table


def _write_duckdb(results: Results, file: Path, progress: Progress, doubted: Doubted = ()) -> list[Exported]:
    frames = _frames(results)
    results.run(f"attach {quoted(str(file))} as export")
    try:
        for table in results.tables:
            progress(table)
            results.run(f"create table export.{table} as {_selected(results, table, doubted)}")
        for name, frame in frames.items():
            dates = ", ".join(f"cast({column} as date) as {column}" for column in frame if column.endswith("_on"))
            columns = f"* replace ({dates})" if dates else "*"
            results.run(f"create table export.{name} as select {columns} from {name}_frame", **{f"{name}_frame": frame})
    finally:
        results.run("detach export")
    return _counted(results, frames)


def _write_folder(results: Results, folder: Path, progress: Progress, doubted: Doubted) -> list[Exported]:
    frames = _frames(results)
    for table in results.tables:
        progress(table)
        columns = [
            f'{harmless_sql(name) if kind == "VARCHAR" else name} as "{MARK * (not place)}{name}"'
            for place, (name, kind) in enumerate(_columns(results, table))
        ]
        shown = f"select {', '.join(columns)} from {_published(table, doubted)}"
        results.run(f"copy ({shown}) to {quoted(str(folder / f'{table}.csv'))} (header)")
    for name, frame in frames.items():
        frame.map(harmless).to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    _write_catalogue(results, folder / "catalogue.json", progress)
    return _counted(results, frames)


def _write_catalogue(results: Results, file: Path, progress: Progress, doubted: Doubted = ()) -> list[Exported]:
    progress("definitions")
    entries = catalogue_document(results.catalogue)
    file.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return [Exported("definitions", len(entries))]


def _write_workbook(results: Results, file: Path, progress: Progress, doubted: Doubted = ()) -> list[Exported]:
    import xlsxwriter

    frames = _frames(results)
    counts = _counted(results, frames)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True,
               "remove_timezone": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}  # fmt: skip
    with xlsxwriter.Workbook(str(file), options) as book:
        return [_write_sheet(book, results, one, frames.get(one.table), progress, doubted) for one in counts]


def _write_sheet(
    book: xlsxwriter.Workbook,
    results: Results,
    table: Exported,
    frame: pd.DataFrame | None,
    progress: Progress,
    doubted: Doubted,
) -> Exported:
    """One table on a sheet of its own; of the stored figures those of whole weeks."""
    weekly = " where grain = 'week' and value is not null" if table.table == "kpi_values" else ""
    if (_rows(results, table.table + weekly) if frame is None else len(frame)) > MOST_ROWS:
        return replace(table, left_out="more rows than a sheet holds: a folder or a .duckdb file has them")
    progress(table.table)
    shown = results.frame(_selected(results, table.table, doubted) + weekly) if frame is None else frame
    sheet = book.add_worksheet(table.table)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(shown):
        sheet.set_column(place, place, max(len(name) + BUTTON, INSTANT if name.endswith(("_at", "day")) else 0))
    sheet.write_row(0, 0, list(shown), book.add_format({"bold": True}))
    for number, row in enumerate(shown.astype(object).where(shown.notna(), None).itertuples(index=False), start=1):
        sheet.write_row(number, 0, [value[:LONGEST_TEXT] if isinstance(value, str) else value for value in row])
    sheet.autofilter(0, 0, max(len(shown), 1), max(len(shown.columns) - 1, 0))
    return replace(table, rows=len(shown), left_out="figures of hours and days, and absent ones" if weekly else "")


def _counted(results: Results, frames: dict[str, pd.DataFrame]) -> list[Exported]:
    facts = [Exported(table, _rows(results, table)) for table in results.tables]
    return [*(Exported(name, len(frame)) for name, frame in frames.items()), *facts]


def _rows(results: Results, table: str) -> int:
    return int(results.frame(f"select count(*) as n from {table}")["n"].iloc[0])
