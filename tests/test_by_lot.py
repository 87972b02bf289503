"""Judged contacts beside the others of the same people and weeks."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from pipeline.findings.by_lot import chosen
from pipeline.results import Results
from tests.tables import Memory, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

MONDAY = datetime(2026, 5, 4, 8)


def published(folder: Path, judged: str) -> Results:
    """Six weeks of eight people with ten calls each, which take 100 to 1,000 seconds; two of ten are judged."""
    calls = ["call_id  customer_key  offered_at  talk_s  hold_s  wrap_s  outcome  agent"]
    marks = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score  score_min  score_max"]
    for n in range(6 * 8 * 10):
        week, agent, place = n // 80, n // 10 % 8, n % 10
        at, name = MONDAY + timedelta(weeks=week, hours=agent, minutes=place), f"c{n}"
        calls.append(f"{name}  k{n}  {at:%Y-%m-%d %H:%M}  {100 * (place + 1)}  0  0  answered  a{agent}")
        is_judged = place >= 8 if judged == "the longest" else (place + 3 * agent + week) % 5 == 0
        if is_judged:
            marks.append(f"e{n}  {name}  e  {at:%Y-%m-%d} 20:00  pec  1  0  1")
    return publish(folder, calls="\n".join(calls), evaluations="\n".join(marks))


@pytest.mark.parametrize(("judged", "told"), [("the longest", ["handle"]), ("by lot", [])])
def test_judged_contacts_that_differ_from_the_others_are_told(tmp_path: Path, judged: str, told: list[str]) -> None:
    results = published(tmp_path, judged)
    found = chosen(results, results.weeks)
    assert [one.name for one in found] == told
    assert [one.apart for one in found] == pytest.approx([950 - 450] * len(told))


class Stratum(NamedTuple):
    """Contacts of one person by their handle times, and which of them are judged."""

    week: str
    is_written: bool
    handle_s: range
    judged: tuple[int, ...]


SHORT, LONG = range(100, 200, 10), range(1000, 1100, 10)
FEW, MOST = (5,), (0, 1, 2, 3, 6, 7, 8, 9)
"""Places whose mean is about that of all ten."""
DRAWN = {
    "more in a week of long calls": (Stratum("w1", False, SHORT, FEW), Stratum("w2", False, LONG, MOST)),
    "more of letters, which are long": (Stratum("w1", False, SHORT, FEW), Stratum("w1", True, LONG, MOST)),
    "once in 64 draws": (Stratum("w1", False, range(100, 1700, 100), (4, 6, 9, 10, 12, 13, 14, 15)),),
    "once in 90 draws": (Stratum("w1", False, range(100, 1700, 100), (4, 7, 9, 11, 12, 13, 14, 15)),),
}


@pytest.mark.parametrize("case", DRAWN)
def test_only_what_lot_within_weeks_and_channels_hardly_gives_is_doubted(case: str) -> None:
    """Returns and lengths are two variables, so each may be doubted once in a hundred draws."""
    contacts, judged = [], []
    for place, (week, is_written, lengths, chosen_ones) in enumerate(DRAWN[case]):
        for n, handle_s in enumerate(lengths):
            told = {"conversation_id": f"{place}-{n}", "is_written": is_written}
            done = {
                "is_answered": True,
                "is_customer_made": True,
                "is_identified": False,
                "observed_s": 0,
                "return_after_s": 0,
            }
            contacts.append(told | done | {"source": "s", "agent": "kim", "week": week, "handle_s": handle_s})
            judged += [told | {"contact_source": "s", "is_pec": True}] if n in chosen_ones else []
    asked = Memory(fact_contacts=pd.DataFrame(contacts), fact_evaluations=pd.DataFrame(judged))
    assert [one.name for one in chosen(asked, ["w1", "w2"])] == (["handle"] if case == "once in 90 draws" else [])
