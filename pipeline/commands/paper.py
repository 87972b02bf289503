"""Written pages printed to PDF by a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipeline.errors import NoData, PipelineError, UsageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE_MS = 15_000
"""Of the page's own time: charts are drawn within it."""
WAIT_S = 120


def print_pages(folder: Path) -> list[Path]:
    """A PDF beside each page of a week in one language. Raises NoData without pages, UsageError without a browser,
    PipelineError for a page that the browser does not print."""
    pages = sorted(folder.glob("*.html"))
    if not pages:
        raise NoData(f"{folder}: no pages here; write the report first")
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise UsageError("printing needs a Chromium (on Debian: apt install chromium)")
    return [_print(browser, page) for page in pages]


def _print(browser: str, page: Path) -> Path:
    target = page.with_suffix(".pdf")
    options = ["--headless=new", "--disable-gpu", "--no-pdf-header-footer", f"--virtual-time-budget={PATIENCE_MS}"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    command = [browser, *options, f"--print-to-pdf={target.resolve()}", page.resolve().as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S)
    except subprocess.TimeoutExpired:
        raise PipelineError(f"{page}: {browser} did not print it within {WAIT_S} seconds") from None
    if done.returncode or not target.is_file():
        raise PipelineError(f"{page}: {browser} did not print it: {done.stderr.strip()[-200:]}")
    return target
