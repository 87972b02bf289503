"""Published results -> static pages: `write_report` is the way in, `collect` the only part that asks for data."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from pipeline.report import archive
from pipeline.report.collect import Collected, collect
from pipeline.report.pages import week_pages
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Settings

ASSETS = ("report.css", "report.js")


def write_report(results: Results, settings: Settings, week: str | None, languages: tuple[str, ...], out: Path) -> Path:
    """Write the pages of one week (None: the last complete one) and the index of all; gives the index's path.

    Only the week asked for is written anew. Raises NoData naming the weeks there are.
    """
    data = collect(results, settings, week)
    _write_assets(out / "assets")
    for language in languages:
        _write_week(data, settings, language, languages, out / data.week)
    archive.sign(out / data.week, settings)
    index = out / "index.html"
    index.write_text(archive.index_page(results, settings, Words(languages[0]), out), "utf-8")
    return index


def _write_week(data: Collected, settings: Settings, language: str, languages: tuple[str, ...], folder: Path) -> None:
    """A whole new folder in place of the old one, so that no page of an earlier writing stays behind."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh, place = folder / f".{language}", folder / language
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, text in week_pages(data, Words(language), languages, settings.report.title).items():
        (fresh / name).write_text(text, "utf-8", newline="")
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)


def _write_assets(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    own = resources.files(__package__).joinpath("assets")
    for name in ASSETS:
        (folder / name).write_bytes(own.joinpath(name).read_bytes())
    plotly = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    target = folder / "plotly.min.js"
    if not target.is_file() or target.read_bytes() != plotly:
        target.write_bytes(plotly)
