"""Published results -> static pages: `write_report` is the way in, `collect` the only part that asks for data."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

from pipeline.errors import Stopped
from pipeline.report import archive, machine
from pipeline.report.audience import seen_by
from pipeline.report.collect import Collected, collect
from pipeline.report.pages import week_pages
from pipeline.report.rows_behind import evidence_files, row_files
from pipeline.report.whole import heal, put_file, put_folder
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Settings

ASSETS = ("report.css", "report.js")
PATIENCE_S = 600
"""Seconds to wait for another report."""


def write_report(
    results: Results,
    settings: Settings,
    week: str | None,
    languages: tuple[str, ...],
    out: Path,
    then: Callable[[], object] = lambda: None,
) -> Path:
    """Write the pages of one week (None: the last complete one) and the index of all; gives the index's path. `then` is done
    before another report may write there.

    Only the week asked for is written anew, in languages that it has pages in already, too; each profile of the settings has a
    folder of its own beside the weeks. Raises NoData naming the weeks there are, UsageError for a folder with pages of another
    warehouse, Stopped while another report is being written there.
    """
    archive.refuse_foreign(results, out)
    data = collect(results, settings, week)
    with _alone_in(out):
        for profile in settings.profiles:
            theirs = seen_by(data, profile, _numbering(results))
            _write(results, settings, theirs, languages, out / profile.name)
        index = _write(results, settings, data, languages, out)
        then()
        return index


@contextlib.contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """One report is written into a folder at a time; another waits its turn."""
    from filelock import FileLock, Timeout

    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=PATIENCE_S):
            yield
    except Timeout:
        raise Stopped(f"{out}: another report is still being written there") from None


def collect_for(results: Results, settings: Settings, week: str | None, profile: str) -> Collected:
    """What the audience of that name may see of a week; all of it for ""."""
    data = collect(results, settings, week)
    audience = next((one for one in settings.profiles if one.name == profile), None)
    return seen_by(data, audience, _numbering(results)) if audience else data


def _numbering(results: Results) -> bytes:
    """Says who has which number; whoever reads the results sees the names."""
    return str(results.manifest["key_fingerprint"]).encode()


def _write(results: Results, settings: Settings, data: Collected, languages: tuple[str, ...], out: Path) -> Path:
    heal(out)
    _write_assets(out / "assets")
    languages = tuple(dict.fromkeys([*languages, *archive.written_languages(out / data.week)]))
    for language in languages:
        put_folder(out / data.week / language, week_pages(data, Words(language), languages, settings.report.title))
    put_folder(out / data.week / "rows", _record_files(results, data))
    said = machine.document(data) | {"warehouse": archive.signature(results)}
    put_file(out / data.week / archive.SIGNATURE, machine.as_text(said))
    return _write_index(results, settings, languages, out)


def _record_files(results: Results, data: Collected) -> dict[str, str]:
    return row_files(results, data) | evidence_files(data) if data.has_records else {}


def _write_index(results: Results, settings: Settings, languages: tuple[str, ...], out: Path) -> Path:
    """What lists all weeks: an index and a feed in each language, those without its name in the first, and the script by which
    pages find their neighbours."""
    written = archive.written_weeks(results, out)
    weeks = json.dumps(sorted(document["week"] for document in written))
    put_file(out / "assets" / "weeks.js", f"window.WRITTEN_WEEKS = {weeks};\n")
    spoken = {*languages, *(one for document in written for one in archive.written_languages(out / document["week"]))}
    for language in spoken:
        words, places = Words(language), archive.places(out, written, language)
        index = archive.index_page(results, settings, words, out, written, sorted(spoken))
        feed = machine.feed(written, settings.report.title or words("page.title"), words, places)
        for name in (f"-{language}", *([""] if language == languages[0] else [])):
            put_file(out / f"index{name}.html", index)
            put_file(out / f"feed{name}.xml", feed)
    return out / "index.html"


def _write_assets(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    own = resources.files(__package__).joinpath("assets")
    for name in ASSETS:
        put_file(folder / name, own.joinpath(name).read_bytes())
    plotly = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    target = folder / "plotly.min.js"
    if not target.is_file() or target.read_bytes() != plotly:
        put_file(target, plotly)
