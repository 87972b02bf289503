"""Sound weeks of calls, and weeks in which a column says something else: what tests of checks load and judge."""

import random
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import CheckResult, check_batches
from pipeline.loading.batches import accept
from pipeline.settings import Settings
from tests.tables import load_table

HEAD = "call_id  offered_at  answered_at  wait_s  talk_s  outcome  agent  topic  customer_key  queue  ivr_s"


def week_of_calls(week: int, calls: int = 40, **changed: str) -> str:
    """A sound week, or one in which a column always says something else."""
    rng = random.Random(week)
    rows = [HEAD]
    for number in range(calls):
        offered = pd.Timestamp("2026-01-05 09:00") + pd.Timedelta(
            days=7 * week + number % 6, seconds=rng.randrange(20_000)
        )
        row = {
            "call_id": f"w{week}n{number}", "offered_at": offered, "answered_at": offered + pd.Timedelta(seconds=10),
            "wait_s": 10, "talk_s": 200, "outcome": "answered", "agent": "ann", "topic": "bills", "customer_key": f"c{number}", "queue": "q", "ivr_s": "-",
        } | changed  # fmt: skip
        rows.append("  ".join(str(value) for value in row.values()))
    return "\n".join(rows)


SOUND = "\n".join([HEAD, *(row for week in range(5) for row in week_of_calls(week).splitlines()[1:])])
"""Five sound weeks in one batch."""


@cache
def sound_weeks() -> Path:
    """A warehouse that holds five sound weeks, judged: most tests begin with it."""
    folder = Path(tempfile.mkdtemp())
    settings = Settings(warehouse=folder / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, folder, "calls", SOUND, name="w00.csv")
        check_batches(warehouse, settings, quiet)
    return folder


def check_weeks(
    folder: Path, *weeks: str, settings: dict[str, str] | None = None, accepted: int | None = None
) -> list[CheckResult]:
    chosen = Settings(warehouse=folder / "w.duckdb", checks=settings or {})
    begun = 0
    if weeks[0] == SOUND:
        shutil.copytree(sound_weeks(), folder, dirs_exist_ok=True)
        begun = 1
    with open_warehouse(chosen) as warehouse:
        for number, text in enumerate(weeks[begun:], start=begun):
            load_table(warehouse, chosen, folder, "calls", text, name=f"w{number:02d}.csv")
        if accepted:
            accept(warehouse, accepted, "the centre moved house")
        return check_batches(warehouse, chosen, quiet)


def quiet(step: str) -> None:
    """Progress is not the subject."""


def failed(results: list[CheckResult]) -> set[str]:
    return {result.check_name for result in results if result.outcome == "failed"}
