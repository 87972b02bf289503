"""Judged contacts beside the others of the same people and weeks."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.findings.by_lot import chosen
from pipeline.results import Results
from tests.tables import publish

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
