"""The longest modules begin first, so that two workers end together; the simulated centre is published once for both."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from filelock import FileLock

from pipeline.building import week_figures
from pipeline.engines.engine_config import NO_WAITING
from pipeline.kpis import Catalogue
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.measure import Connection, measure_cuts
from pipeline.pec import score
from pipeline.report.collect import Collected
from pipeline.results import Results, open_results
from tests.simulated import SOURCES, collect_once, results_of, settings_in

LONGEST = (
    "test_whole_way.py", "test_report_browser.py", "test_kills.py", "test_incremental.py", "test_incremental_tickets.py",
    "test_report_pages.py", "test_report_index.py", "test_report_doubts.py", "test_findings_page.py", "test_versions.py",
)  # fmt: skip

EACH_PUBLISHES = (
    "test_before_after.py", "test_cases.py", "test_findings_counts.py",
    "test_export.py", "test_findings_judges.py", "test_ids_of_systems.py", "test_incremental.py", "test_ledger.py",
    "test_lists.py", "test_namesakes.py", "test_pec_joined.py", "test_report_weeks.py", "test_scorecards.py",
    "test_service_levels.py", "test_ticket_histories.py", "test_ticket_letters.py", 
    "test_ticket_resolution.py", "test_ticket_schedules.py", "test_ticket_taken.py", "test_versions.py",
)  # fmt: skip
"""Modules whose tests publish a centre of their own in each case (`tmp_path`): all but the first case of these are slow ones."""

IN_MEMORY, MEMORY, ROOM = Path("/dev/shm"), Path("/proc/meminfo"), 8 << 30
AVAILABLE = re.compile(r"MemAvailable: +([0-9]+) kB")
if (
    IN_MEMORY.is_dir()
    and min(shutil.disk_usage(IN_MEMORY).free, 1024 * int(AVAILABLE.findall(MEMORY.read_text())[0])) > ROOM
):
    # Tests write thousands of small files, each synchronised with the disk.
    tempfile.tempdir = os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

OWN, OURS = score.Scorer, cache(score.Scorer)
# Our lexicons are compiled once in a process: half a second, in each publication of letters.
score.Scorer = lambda own=None: OWN(own) if own else OURS()

NO_WAITING["threads"] = (
    1  # two workers have two cores; the commands that tests start as processes of their own take both
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first: dict[object, pytest.Item] = {}
    for item in items:
        test = (item.path, getattr(item, "originalname", item.name))
        publishes = item.path.name in EACH_PUBLISHES and "tmp_path" in item.fixturenames
        if publishes and first.setdefault(test, item) is not item:
            item.add_marker(pytest.mark.slow)
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the simulated centre, published by the worker that wants it first: to be copied, not to be written in."""
    base = tmp_path_factory.getbasetemp()
    first = (base if worker_id == "master" else base.parent) / "centre"
    with FileLock(f"{first}.lock"):
        if not first.exists():
            results_of(first, *SOURCES)
    return first


@pytest.fixture(scope="session")
def home(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of one's own."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copytree(centre, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def results(home: Path) -> Results:
    return open_results(settings_in(home).results)


@pytest.fixture(scope="session")
def data(results: Results, home: Path) -> Collected:
    return collect_once(results, settings_in(home), None)


STORED = week_figures._measured


def _one_of_each_fact(engine: Connection, catalogue: Catalogue, weeks: str, kpis: tuple[str, ...]) -> pd.DataFrame:
    """Of weeks and days alone."""
    counts_last = sorted(kpis, key=lambda name: catalogue[name].kind == "count")
    one_of = {catalogue[name].of: name for name in counts_last if not catalogue[name].ratio}
    cube = Cube(tuple({"offered", *one_of.values()}), (Cut("week"), Cut("day")), weeks)
    values = measure_cuts(engine, catalogue, cube)
    return values.astype(dict.fromkeys(values.select_dtypes(exclude="number"), "string"))


@pytest.fixture(scope="module")
def facts_alone() -> Iterator[None]:
    """Hardly any of the figures that are stored, which take a third of the time of a small publication: for modules that ask
    the facts."""
    with mock.patch.object(week_figures, "_measured", _one_of_each_fact):
        yield


@pytest.fixture
def facts_alone_here() -> Iterator[None]:
    """The same, in a test of a module whose others ask figures."""
    with mock.patch.object(week_figures, "_measured", _one_of_each_fact):
        yield


@pytest.fixture
def every_figure() -> Iterator[None]:
    """All figures, in a test of such a module."""
    with mock.patch.object(week_figures, "_measured", STORED):
        yield
