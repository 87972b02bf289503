"""The sample's report: seconds to write it, size of its pages, and when a browser has painted the first of them."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline import open_results
from pipeline.report import write_report

SAMPLE = "data/sample/pipeline.toml"
RUNS = 5
SLOWER = 4
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    subprocess.run([sys.executable, "-m", "pipeline", "--config", SAMPLE, "run"], check=True, capture_output=True)
    explored = open_results(SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        out = write_report(explored.results, explored.settings, None, ("en", "ru"), Path(folder)).parent
        took = time.perf_counter() - began
        week = next(out.glob("20*"))
        pages = {page.name: page.stat().st_size for page in week.rglob("*.html")}
        whole = sum(file.stat().st_size for file in week.rglob("*") if file.is_file())
        largest = max(pages, key=lambda name: pages[name])
        print(
            f"report: {took:.1f} s for two languages; a week {whole / 1e6:.1f} MB; largest page {largest} {pages[largest] / 1e3:.0f} kB"
        )
        for slowed in (1, SLOWER):
            print(
                f"report: first paint of the main page {first_paint(week / 'en' / 'index.html', slowed):.0f} ms at {slowed} times slower"
            )


def first_paint(page: Path, slowed: int) -> float:
    """Milliseconds, median of RUNS, on a processor slowed so many times."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        times = []
        for _ in range(RUNS):
            tab = browser.new_context().new_page()
            tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
            tab.goto(page.as_uri())
            tab.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
            times.append(tab.evaluate(PAINTED))
            tab.close()
        browser.close()
    return statistics.median(times)


if __name__ == "__main__":
    main()
