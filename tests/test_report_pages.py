"""The pages as they are written: the same bytes, small, nothing from outside as markup, charts that plotly knows."""

import json
import re
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest
from filelock import FileLock, Timeout

from pipeline.report import write_report
from pipeline.report.collect import Collected
from pipeline.report.tiles import tiles
from pipeline.report.words import Words
from pipeline.results import Results
from tests.simulated import LANGUAGES, settings_in, write_pages

PAGE_LIMIT = 500_000


@pytest.fixture(scope="module")
def written(results: Results, home: Path) -> Path:
    """A report in both languages."""
    return write_pages(results, settings_in(home), None, LANGUAGES, home / "written").parent


@pytest.fixture(scope="module")
def pages(written: Path) -> dict[str, dict[str, str]]:
    """By language and name, all that is text."""
    files = [file for language in LANGUAGES for file in (written / "2026-W46" / language).iterdir()]
    texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in (file for file in files if file.suffix != ".xlsx"):
        texts[file.parent.name][file.name] = file.read_text("utf-8")
    return texts


def test_the_same_input_gives_the_same_bytes(results: Results, home: Path, written: Path) -> None:
    def is_alone() -> None:
        with pytest.raises(Timeout):
            FileLock(home / "again" / ".lock", timeout=0).acquire()

    again = write_report(results, settings_in(home), None, LANGUAGES, home / "again", then=is_alone).parent
    files = sorted(file.relative_to(written) for file in written.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(again) for file in again.rglob("*") if file.is_file())
    assert all((written / file).read_bytes() == (again / file).read_bytes() for file in files)


def test_pages_are_small(pages: dict[str, dict[str, str]]) -> None:
    assert max(len(text.encode()) for texts in pages.values() for text in texts.values()) < PAGE_LIMIT


def test_a_table_says_what_is_missing_where_a_figure_is_not_recorded(pages: dict[str, dict[str, str]]) -> None:
    """The queue log of the first weeks has no after-call work."""
    said = "“Not recorded”: Average handle time needs calls with talk_s, hold_s and wrap_s (0 where there is none)."
    assert pages["en"]["index.html"].count(said) == 1 and "Not recorded" not in pages["en"]["tickets.html"]


def test_outcomes_are_of_the_newest_ripe_week_and_say_so(data: Collected, pages: dict[str, dict[str, str]]) -> None:
    assert (data.week, data.week_of("aht"), data.week_of("resolution_rate")) == ("2026-W46", "2026-W46", "2026-W45")
    assert data.pooled == [f"2026-W{n}" for n in range(38, 46)]
    shown = {tile.kpi.id: tile for group in tiles(data, Words("en")).values() for tile in group}
    assert shown["resolution_rate"].is_earlier and shown["resolution_rate"].week == "2–8 November 2026"
    assert "2–8 November 2026" in pages["en"]["index.html"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_lead_to_all_weeks_in_their_language(pages: dict[str, dict[str, str]], language: str) -> None:
    html = [text for name, text in pages[language].items() if name.endswith(".html")]
    links = [f'href="../../{name}"' for name in (f"index-{language}.html", f"feed-{language}.xml")]
    assert html and all(link in text for text in html for link in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_from_outside_is_markup(pages: dict[str, dict[str, str]], language: str) -> None:
    html = {name: text for name, text in pages[language].items() if name.endswith(".html")}
    assert not any("<img" in text for text in html.values())
    assert "&lt;img src=x onerror=alert(1)&gt;" in html["people.html"]


def test_pages_name_no_host_and_hold_no_script(pages: dict[str, dict[str, str]]) -> None:
    for text in (text for name, text in pages["en"].items() if name.endswith(".html")):
        bare = re.sub(r"<script type=.application/json.*?</script>", "", text, flags=re.S)
        assert "//" not in bare.replace("<!doctype", "").replace("s3://recordings.example/", "")
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


def without_tokens(part: object) -> object:
    """Colour names of the page as a colour that plotly knows."""
    if isinstance(part, dict):
        return {key: without_tokens(item) for key, item in part.items()}
    if isinstance(part, list):
        return [without_tokens(item) for item in part]
    return "#000000" if isinstance(part, str) and part.startswith("--") else part


def test_every_chart_is_one_that_plotly_knows(pages: dict[str, dict[str, str]]) -> None:
    found = [
        json.loads(text)
        for page in pages["en"].values()
        for text in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    ]
    assert len(found) > 20
    for figure in found:
        go.Figure(without_tokens(figure))


def test_colours_are_tokens_of_the_style_sheet(pages: dict[str, dict[str, str]]) -> None:
    style = Path("pipeline/report/assets/report.css").read_text("utf-8")
    used = {token for page in pages["en"].values() for token in re.findall(r'"(--[a-z-]+)"', page)}
    assert used and all(f"{token}:" in style for token in used)


def test_a_workbook_holds_the_tables_of_its_page(written: Path) -> None:
    week = written / "2026-W46" / "en"
    sheets = pd.read_excel(week / "people.xlsx", sheet_name=None, header=2, engine="calamine")
    table = pd.read_csv(week / "agents.csv", encoding="utf-8-sig")
    assert sheets["People"].columns.tolist() == table.columns.tolist()
    assert sheets["People"].iloc[:, 2].tolist() == table.iloc[:, 2].tolist()
