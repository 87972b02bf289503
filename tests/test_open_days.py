"""A holiday makes no change of what is counted by the week, and hides none for a year."""

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline.findings import changes
from pipeline.findings.look import look
from pipeline.findings.open_days import told
from pipeline.findings.record import Finding
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Settings
from tests.tables import publish

MONDAY = datetime(2026, 1, 5)
WEEKS = 16
STRAY = (0, 2, -1, 1, -2)


@pytest.mark.parametrize(
    ("week", "share", "days"),
    [
        ([20, 20, 20, 20, 20, 0, 0], 1.0, 5),
        ([20, 20, 0, 20, 20, 0, 0], 0.8, 4),
        ([20, 20, 4, 20, 20, 3, 0], 0.8, 4),
        ([20, 0, 0, 20, 20, 0, 0], 0.6, 3),
        ([20, 0, 0, 0, 20, 0, 0], None, 2),
    ],
)
def test_a_day_is_open_with_a_quarter_of_what_its_weekday_has(week: list[int], share: float | None, days: int) -> None:
    found = told(pd.DataFrame([[20] * 5 + [0, 0]] * 4 + [week]))
    assert (found.days[4], found.usual[4]) == (days, 5)
    assert found.share[4] == share if share else pd.isna(found.share[4])


def test_what_is_usual_follows_the_last_quarter() -> None:
    """Saturdays given up, and a fifth of the calls left, are no closed days for ever; nor is a quiet day of few records."""
    weeks = [[40] * 5 + [20, 1]] * 20
    given_up = told(pd.DataFrame(weeks + [[40] * 5 + [0, 2]] * 14))
    assert (given_up.days.iloc[-1], given_up.usual.iloc[-1], given_up.share.iloc[-1]) == (5, 5, 1.0)
    fewer = told(pd.DataFrame([[200] * 5 + [0, 0]] * 20 + [[40] * 5 + [0, 0]] * 14))
    assert (fewer.days.iloc[-1], fewer.share.iloc[-1]) == (5, 1.0)
    quiet = told(pd.DataFrame([[8] * 5 + [7, 1]] * 15 + [[8] * 5 + [0, 0]]))
    assert (quiet.days.iloc[-1], quiet.usual.iloc[-1]) == (5, 5)


def offered(folder: Path, last: dict[int, int], closed: dict[int, int]) -> tuple[Finding, str]:
    """Ten calls or so each working day; `closed`: weeks and the weekday without any; `last`: calls by weekday of the last week."""
    calls = ["call_id  offered_at  talk_s  outcome  agent"]
    for week in range(WEEKS):
        for day in range(5):
            usual = 0 if closed.get(week) == day else 10 + (day < 2) * STRAY[(2 * week + week // 3) % 5]
            for n in range(last.get(day, usual) if week == WEEKS - 1 else usual):
                at = MONDAY + timedelta(weeks=week, days=day, hours=8, minutes=20 * n)
                calls.append(f"{week}-{day}-{n}  {at:%Y-%m-%d %H:%M}  60  answered  kim")
    results = publish(folder, calls="\n".join(calls))
    [found] = [f for f in changes.find(look(results, Settings())) if f.labels["kpi"] == "offered"]
    return found, sentence(Words("en"), found, results.catalogue, {})


def test_a_week_with_a_holiday_is_expected_to_have_fewer(tmp_path: Path) -> None:
    found, said = offered(tmp_path, {2: 0}, {})
    assert found.verdict == "no_detectable_change"
    assert found.figures["expected"].value == pytest.approx(40, abs=2)
    assert "That week had records on 4 of the usual 5 days" in said


def test_a_week_of_hardly_any_open_day_is_held_against_none(tmp_path: Path) -> None:
    found, said = offered(tmp_path, dict.fromkeys(range(3), 0), {})
    assert (found.verdict, found.labels["reason"]) == ("untold", "closed")
    assert "not compared with other weeks: records came on 2 of the usual 5 days" in said
    assert "allowed for" not in said


def test_holidays_of_weeks_before_hide_no_change(tmp_path: Path) -> None:
    found, said = offered(tmp_path, dict.fromkeys(range(5), 15), {3: 0, 8: 4, 12: 1})
    assert (found.verdict, found.figures["value"].value) == ("changed", 75)
    assert found.figures["expected"].value == pytest.approx(50, abs=3) and "of the usual" not in said
