"""The weeks already written into a folder, and the index that lists them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import UsageError
from pipeline.findings.centre import Centre
from pipeline.findings.changes import JUDGED
from pipeline.findings.look import look
from pipeline.report.figures import RESOLUTION, SPEED, first_known
from pipeline.report.pages import render
from pipeline.report.tables import Cell
from pipeline.report.words import LOCALES, Words
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.weeks import arrived_week

SIGNATURE = "report.json"
SHOWN = (("offered",), ("service_level",), SPEED, ("pec_rate",), RESOLUTION, ("effort_per_resolved",))
"""Of each the first that the data allow."""


@dataclass(frozen=True)
class WrittenWeek:
    week: str
    days: str
    languages: list[str]
    figures: list[Cell]


def signature(results: Results) -> str:
    """Tells pages of one warehouse from those of another that were written into the same folder: each has a key of its own."""
    return str(results.manifest["pages_signature"])


def refuse_foreign(results: Results, out: Path) -> None:
    """Raises UsageError where `out` holds pages of another warehouse; those of a simulated one, or of none that they name, may be
    written over."""
    own = signature(results)
    for file in sorted(out.glob(f"*/{SIGNATURE}")):
        document = _document(file)
        if document.get("warehouse", own) != own and not document.get("is_simulated"):
            raise UsageError(
                f"{out}: {file.parent.name} in it is of another warehouse and is not written over; choose "
                'another folder: --out FOLDER, or reports = "FOLDER" in the settings'
            )


def written_weeks(results: Results, out: Path) -> list[dict[str, Any]]:
    """What report.json says of each week of this warehouse that has pages, newest first."""
    read = [_read(out / week) for week in reversed(results.weeks)]
    return [document for document in read if document.get("warehouse") == signature(results)]


def written_languages(folder: Path) -> list[str]:
    """Those in which a week has pages."""
    return [language for language in LOCALES if (folder / language / "index.html").is_file()]


def places(out: Path, documents: list[dict[str, Any]], own: str) -> dict[str, str]:
    """Week -> its first page, in another language where it has none in its `own`."""
    found = {document["week"]: written_languages(out / document["week"]) for document in documents}
    return {week: f"{week}/{own if own in told else next(iter(told), own)}/index.html" for week, told in found.items()}


def left_profiles(results: Results, settings: Settings, out: Path) -> list[Path]:
    """Folders beside the weeks with pages of this warehouse that are of no profile of the settings, as of one since removed."""
    found = {
        file.parents[1]
        for file in out.glob(f"*/*/{SIGNATURE}")
        if _document(file).get("warehouse") == signature(results)
    }
    names = {profile.name for profile in settings.profiles}
    return sorted(folder for folder in found if folder.name not in names)


def index_page(
    results: Results,
    settings: Settings,
    words: Words,
    out: Path,
    documents: list[dict[str, Any]],
    languages: Sequence[str],
) -> str:
    """All weeks that have pages, with the figures of today; those that were published otherwise say so."""
    written = [document["week"] for document in documents]
    today = _today(results, settings)
    context = {
        "words": words,
        "language": words.language,
        "title": settings.report.title or words("page.title"),
        "assets": "assets",
        "languages": languages,
        "feed": f"feed-{words.language}.xml",
        "is_simulated": bool(results.manifest["is_simulated"]),
        "weeks": [_written(results, words, out, document, today) for document in documents],
        "heads": [results.catalogue[name].title[words.language] for name in today.columns],
        "unwritten": [week for week in results.weeks if week not in written],
        "command": "make report WEEK=" if results.manifest["is_simulated"] else "python -m pipeline report --week ",
    }
    return render("weeks.html", context)


def _document(file: Path) -> dict[str, Any]:
    """Nothing of one that was cut short as it was written, or that is another tool's."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _read(folder: Path) -> dict[str, Any]:
    """Pages of an older kind, without figures in report.json, are not listed."""
    file = folder / SIGNATURE
    content = _document(file) if file.is_file() else {}
    return content if "headline" in content else {}


def _today(results: Results, settings: Settings) -> pd.DataFrame:
    """The figures shown, by week: a column a KPI, without the weeks whose outcomes or judgements have not come in."""
    figures = results.frame("select kpi, week, n, value from kpi_values where grain = 'week' and cut = ''")
    shown = [first_known(figures, names) or names[0] for names in SHOWN]
    today = figures.pivot(index="week", columns="kpi", values="value").reindex(index=results.weeks, columns=shown)
    records = (
        figures.pivot(index="kpi", columns="week", values="n").reindex(index=shown, columns=results.weeks).fillna(0)
    )
    centre = replace(look(results, settings, results.weeks[-1]), history=results.weeks)
    return today.apply(lambda of: of.where(of.index.isin(_known_weeks(centre, of.name, records.loc[of.name].tolist()))))


def _known_weeks(centre: Centre, name: str, records: list[float]) -> list[str]:
    """The weeks whose figure moves no more: its outcomes are known, or about as many judgements have come in as usual."""
    kpi = centre.results.catalogue[name]
    is_judged = kpi.of in JUDGED and not kpi.ripe_days
    return centre.history[: arrived_week(records) + 1] if is_judged else centre.known_weeks(name)


def _written(results: Results, words: Words, out: Path, document: dict[str, Any], today: pd.DataFrame) -> WrittenWeek:
    week = document["week"]
    published = {one["kpi"]: one["value"] for one in document["headline"] if one["week"] == week}
    languages = written_languages(out / week)
    values = today.loc[week].dropna().to_dict()
    cells = [_figure(results, words, name, values.get(name), published.get(name)) for name in today.columns]
    return WrittenWeek(week, words.week(week), languages, cells)


def _figure(results: Results, words: Words, name: str, value: float | None, published: float | None) -> Cell:
    """Today's figure; where the week's page says another one, that too."""
    unit = results.catalogue[name].unit
    text = "–" if value is None else words.figure(unit, value)
    was = "" if published is None else words.figure(unit, published)
    restated = words("index.restated", value=was) if was and was != text else ""
    return Cell(text, value, aside=restated, is_absent=value is None)
