"""The report: seconds to write it, size of its pages, and when a browser has painted them, of the sample and of 2,000 people."""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from pipeline import open_results
from pipeline.report import _write_assets
from pipeline.report.collect import Collected, collect
from pipeline.report.pages import week_pages
from pipeline.report.whole import put_folder
from pipeline.report.words import Words
from tests.bench.timing import Row

SAMPLE = "data/sample/pipeline.toml"
RUNS = 3
SLOWER = 4
PEOPLE, TEAMS = 2000, 60
LIMIT = 500_000
LARGEST = 6
"""Pages looked at."""
PAINTED = """new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""


def rows() -> list[Row]:
    subprocess.run([sys.executable, "-m", "pipeline", "--config", SAMPLE, "run"], check=True, capture_output=True)
    explored = open_results(SAMPLE)
    sample = collect(explored.results, explored.settings, None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        _write_assets(Path(folder) / "assets")
        return [
            row
            for name, data in (("the sample", sample), (f"{PEOPLE:,} people", crowd(sample)))
            for row in _of(browser, name, data, Path(folder) / name / "ru")
        ]


def _of(browser: Browser, name: str, data: Collected, folder: Path) -> list[Row]:
    """Writing one language, then its largest pages."""
    began = time.perf_counter()
    put_folder(folder, week_pages(data, Words("ru"), ("ru",), ""))
    took = time.perf_counter() - began
    pages = sorted(folder.glob("*.html"), key=lambda page: -page.stat().st_size)
    written = Row(
        f"{name}, a language", f"{took:.1f} s", "", f"{len(pages)} pages, all files {_size(folder) / 1e6:.1f} MB"
    )
    return [written, *(_page(browser, name, page) for page in pages[:LARGEST])]


def _page(browser: Browser, name: str, page: Path) -> Row:
    paints = [first_paint(browser, page, slowed) for slowed in (1, SLOWER)]
    said = f"first paint {paints[0]:.0f} ms, on a processor {SLOWER} times slower {paints[1]:.0f} ms"
    return Row(f"{name}, {page.name}", f"{page.stat().st_size / 1e3:.0f} kB", f"≤ {LIMIT / 1e3:.0f} kB", said)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def crowd(data: Collected) -> Collected:
    """The same centre with its people copied until there are PEOPLE of them, in TEAMS teams."""
    ids = list(data.names)
    copies = range(-(-PEOPLE // len(ids)))
    kept = {_copy(one, k): (one, k) for k in copies for one in ids if k * len(ids) + ids.index(one) < PEOPLE}
    teams = {name: f"Team {i % TEAMS + 1:02d}" for i, name in enumerate(kept)}
    assert data.ledger is not None
    return replace(
        data,
        names={name: f"{data.names[one]} {k}" for name, (one, k) in kept.items()},
        team_of=teams,
        agents=_copied(data.agents, "agent", kept),
        teams=_teams(data.teams),
        lines=pd.concat([_copied(data.lines[data.lines["cut"] == "agent"], "agent", kept), _teams(data.lines)]),
        written=data.written
        and replace(data.written, agents=_copied(data.written.agents, "agent", kept), teams=_teams(data.written.teams)),
        ledger=replace(
            data.ledger,
            agents=_copied(data.ledger.agents, "agent", kept),
            laid=data.ledger.laid and replace(data.ledger.laid, agents=_copied(data.ledger.laid.agents, "agent", kept)),
        ),
    )


def _copy(one: str, k: int) -> str:
    """The first copy keeps its name, for findings speak of it."""
    return f"{one}-{k}" if k else one


def _copied(frame: pd.DataFrame, column: str, kept: dict[str, tuple[str, int]]) -> pd.DataFrame:
    numbers = sorted({k for _, k in kept.values()})
    parts = [frame.assign(**{column: [_copy(one, k) for one in frame[column]]}) for k in numbers]
    whole = pd.concat(parts, ignore_index=True)
    return whole[whole[column].isin(list(kept))].reset_index(drop=True)


def _teams(frame: pd.DataFrame) -> pd.DataFrame:
    names = sorted(frame["team"].dropna().unique())
    parts = [
        frame[frame["team"] == names[i % len(names)]].assign(team=f"Team {i + 1:02d}")
        for i in range(TEAMS if names else 0)
    ]
    return pd.concat(parts, ignore_index=True) if parts else frame


def first_paint(browser: Browser, page: Path, slowed: int) -> float:
    """Milliseconds, median of RUNS, on a processor slowed so many times."""
    times = []
    for _ in range(RUNS):
        context = browser.new_context()
        tab = context.new_page()
        context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        tab.goto(page.as_uri())
        times.append(tab.evaluate(PAINTED))
        context.close()
    return statistics.median(times)
