"""The weeks already written into a folder, and the index that lists them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pipeline.report.pages import render
from pipeline.report.tables import Cell
from pipeline.report.words import LOCALES, Words
from pipeline.results import Results
from pipeline.settings import Settings

SIGNATURE = "report.json"
SHOWN = ("offered", "service_level", "aht", "pec_rate", "resolution_rate", "effort_per_resolved")


@dataclass(frozen=True)
class WrittenWeek:
    week: str
    days: str
    languages: list[str]
    figures: list[Cell]


def signature(settings: Settings) -> str:
    """Tells pages of one warehouse from those of another that were written into the same folder."""
    warehouse = settings.warehouse
    named = f"{warehouse.parent.name}/{warehouse.name} {settings.timezone} {settings.is_simulated}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def sign(folder: Path, settings: Settings) -> None:
    (folder / SIGNATURE).write_text(json.dumps({"warehouse": signature(settings)}) + "\n", "utf-8")


def index_page(results: Results, settings: Settings, words: Words, out: Path) -> str:
    """All weeks of this warehouse that have pages, newest first."""
    written = [week for week in reversed(results.weeks) if _is_ours(out / week, settings)]
    context = {
        "words": words,
        "language": words.language,
        "title": settings.report.title or words("page.title"),
        "assets": "assets",
        "is_simulated": bool(results.manifest["is_simulated"]),
        "weeks": [_written(results, words, out, week) for week in written],
        "heads": [results.catalogue[name].title[words.language] for name in SHOWN],
        "unwritten": [week for week in results.weeks if week not in written],
    }
    return render("weeks.html", context)


def _is_ours(folder: Path, settings: Settings) -> bool:
    file = folder / SIGNATURE
    return file.is_file() and json.loads(file.read_text("utf-8")).get("warehouse") == signature(settings)


def _written(results: Results, words: Words, out: Path, week: str) -> WrittenWeek:
    languages = [language for language in LOCALES if (out / week / language / "index.html").is_file()]
    frame = results.frame(f"select kpi, value from kpi_values where grain = 'week' and cut = '' and week = '{week}'")
    values = frame.set_index("kpi")["value"].dropna().to_dict()
    return WrittenWeek(
        week, words.week(week), languages, [_figure(results, words, name, values.get(name)) for name in SHOWN]
    )


def _figure(results: Results, words: Words, name: str, value: float | None) -> Cell:
    if value is None:
        return Cell("–", is_absent=True)
    return Cell(words.figure(results.catalogue[name].unit, value), value)
