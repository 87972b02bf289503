"""The folder of reports: its index, feed and neighbours, whose warehouse a week is of, one writer at a time."""

import json
import re
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from filelock import FileLock

from pipeline.commands.standing_pages import Pages
from pipeline.commands.weekly import report_week
from pipeline.errors import Stopped, UsageError
from pipeline.loading.keys import key_file
from pipeline.report.archive import left_profiles, signature
from pipeline.results import Results
from pipeline.settings import Privacy, Profile
from tests.simulated import LANGUAGES, settings_in, write_pages


@pytest.fixture
def bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is about folders and the index: nothing in the pages."""
    monkeypatch.setattr("pipeline.report.week_pages", lambda *_: {"index.html": ""})
    monkeypatch.setattr("pipeline.report.row_files", lambda *_: {})


@pytest.mark.usefixtures("bare_pages")
def test_the_index_the_feed_and_the_pages_know_all_weeks(results: Results, home: Path) -> None:
    out, (first, second) = home / "neighbours", results.weeks[-3:-1]
    for week in (first, second):
        write_pages(results, settings_in(home), week, ("en",), out)
    assert json.loads((out / "assets" / "weeks.js").read_text("utf-8").split("=")[1].strip(" ;\n")) == [first, second]
    entries = ElementTree.parse(out / "feed.xml").findall("{http://www.w3.org/2005/Atom}entry")
    links = [entry.find("{http://www.w3.org/2005/Atom}link").attrib["href"] for entry in entries]  # type: ignore[union-attr]
    assert links == [f"{week}/en/index.html" for week in (second, first)] and all(
        (out / link).is_file() for link in links
    )


@pytest.mark.usefixtures("bare_pages")
def test_each_language_has_an_index_and_a_feed_of_its_own(results: Results, home: Path) -> None:
    out, (first, second) = home / "spoken", results.weeks[-3:-1]
    for week, languages in ((first, ("en",)), (second, LANGUAGES)):
        write_pages(results, settings_in(home), week, languages, out)
    read = {name: (out / f"{name}").read_text("utf-8") for name in ("index.html", "index-en.html", "index-ru.html")}
    assert read["index.html"] == read["index-en.html"] and 'href="index-ru.html"' in read["index.html"]
    assert '<html lang="ru">' in read["index-ru.html"] and 'href="index-en.html"' in read["index-ru.html"]
    assert 'href="feed-ru.xml"' in read["index-ru.html"]
    feed = (out / "feed-ru.xml").read_text("utf-8")
    assert re.findall('href="(.*?)"', feed) == [f"{second}/ru/index.html", f"{first}/en/index.html"]


@pytest.mark.usefixtures("bare_pages")
def test_the_index_lists_the_weeks_of_this_warehouse_only(results: Results, home: Path) -> None:
    out, settings = home / "weeks", settings_in(home)
    other = Results(results.folder, results.manifest | {"pages_signature": "of another"})
    write_pages(other, settings, "2026-W44", ("en",), out)
    write_pages(results, settings, "2026-W45", LANGUAGES, out)
    index = write_pages(results, settings, "2026-W46", ("en",), out).read_text("utf-8")
    assert re.findall(r'href="(2026-W\d\d/..)/', index) == ["2026-W46/en", "2026-W45/en", "2026-W45/ru"]


@pytest.mark.usefixtures("bare_pages")
def test_a_week_is_written_anew_in_all_languages_that_it_has_pages_in(
    results: Results, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, settings, (before, week) = home / "languages", settings_in(home), results.weeks[-3:-1]
    for one in (before, week):
        write_pages(results, settings, one, LANGUAGES, out)
    monkeypatch.setattr("pipeline.report.week_pages", lambda data, words, languages, *_: {"index.html": str(languages)})
    write_pages(results, settings, week, ("ru",), out)
    assert {(out / week / one / "index.html").read_text() for one in LANGUAGES} == {"('ru', 'en')"}
    assert not (out / before / "en" / "index.html").read_text()


@pytest.mark.usefixtures("bare_pages")
def test_pages_of_a_profile_that_was_removed_are_named(results: Results, home: Path) -> None:
    out, settings = home / "left", settings_in(home).model_copy(update={"privacy": Privacy()})
    both = settings.model_copy(update={"profiles": (Profile(name="heads"), Profile(name="leads"))})
    write_pages(results, both, results.weeks[-2], ("en",), out)
    assert left_profiles(results, both, out) == []
    assert left_profiles(results, both.model_copy(update={"profiles": both.profiles[:1]}), out) == [out / "leads"]
    assert not key_file(settings.warehouse).exists()  # who only reads needs no key, and makes none


@pytest.mark.usefixtures("bare_pages")
def test_a_figure_restated_since_its_report_is_marked(results: Results, home: Path) -> None:
    out = home / "restated"
    week = results.weeks[-2]
    write_pages(results, settings_in(home), week, ("en",), out)
    assert "published as" not in (out / "index.html").read_text("utf-8")
    document = json.loads((out / week / "report.json").read_text("utf-8"))
    next(one for one in document["headline"] if one["kpi"] == "offered")["value"] = 7
    (out / week / "report.json").write_text(json.dumps(document), "utf-8")
    write_pages(results, settings_in(home), results.weeks[-3], ("en",), out)
    assert (out / "index.html").read_text("utf-8").count("published as 7<") == 1


@pytest.mark.usefixtures("bare_pages")
def test_pages_of_another_warehouse_are_not_written_over_unless_they_are_simulated(
    results: Results, home: Path
) -> None:
    out, simulated = home / "shared", settings_in(home)
    own = simulated.model_copy(update={"is_simulated": False})
    real = Results(results.folder, results.manifest | {"is_simulated": False, "pages_signature": "of another"})
    week = results.weeks[-2]
    write_pages(results, simulated, results.weeks[-3], ("en",), out)
    (out / "lint").mkdir()
    (out / "lint" / "report.json").write_text('[{"rule": "E501"}]', "utf-8")
    (out / "2024-W01").mkdir()
    (out / "2024-W01" / "report.json").write_text('{"week": "2024-W01", "is_simulated": false}', "utf-8")
    index = write_pages(real, own, week, ("en",), out).read_text("utf-8")
    assert f"python -m pipeline report --week {results.weeks[-1]}" in index and "make report" not in index
    with pytest.raises(UsageError, match=f"{week} in it is of another warehouse .*--out FOLDER"):
        write_pages(results, simulated, week, ("en",), out)
    assert (out / "index.html").read_text("utf-8") == index
    write_pages(real, own, week, ("en",), out)


def test_one_report_is_written_at_a_time(results: Results, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.report.PATIENCE_S", 0)
    out = home / "taken"
    out.mkdir()
    with FileLock(out / ".lock"), pytest.raises(Stopped, match="another report is still being written"):
        write_pages(results, settings_in(home), None, ("en",), out)
    assert not (out / "index.html").exists()


def test_what_is_odd_in_profiles_is_said_where_pages_stand_too(
    results: Results, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, gone = home / "odd", home / "odd" / "gone" / results.weeks[-2] / "report.json"
    gone.parent.mkdir(parents=True)
    gone.write_text(json.dumps({"warehouse": signature(results)}), "utf-8")
    misspelt = (Profile(name="heads", teams=("Rigl",)),)
    settings = settings_in(home).model_copy(update={"profiles": misspelt, "reports": folder})
    Pages(results, settings, None, settings.report.languages, folder).note()
    report_week(settings, None, None, None, is_wanted_anew=False)
    said = capsys.readouterr().err
    assert "no team 'Rigl'" in said and f"{folder / 'gone'} is of no profile" in said and "stay as they are\n" in said


def test_pages_stand_until_anything_they_are_made_of_changes(
    results: Results, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = metadata.version
    folder, settings = home / "standing", settings_in(home)
    page = folder / "2026-W46" / "en" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("a page", "utf-8")
    noted = Pages(results, settings, None, LANGUAGES, folder)
    assert not noted.stand()
    noted.note()
    assert noted.stand() and Pages(results, settings, None, LANGUAGES, folder).stand()
    newer = Results(results.folder, results.manifest | {"last_complete_week": "2026-W45"})
    renamed = settings.model_copy(update={"report": settings.report.model_copy(update={"title": "Another"})})
    others = [(newer, settings, None, LANGUAGES), (results, renamed, None, LANGUAGES)]
    others += [(results, settings, "2026-W45", LANGUAGES), (results, settings, None, ("en",))]
    assert not any(Pages(*other, folder).stand() for other in others)
    monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == "plotly" else version(name))
    assert not Pages(results, settings, None, LANGUAGES, folder).stand()
    page.with_suffix(".pdf").write_text("printed", "utf-8")
    assert noted.stand()
    page.unlink()
    assert not noted.stand()
    noted.note()
    page.write_text("somebody's own", "utf-8")
    assert not noted.stand()
