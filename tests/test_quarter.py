"""What moved within a quarter: the newest four weeks beside the four that lie thirteen before them."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.findings import changes, quarter
from pipeline.findings.centre import Centre
from pipeline.findings.look import look
from pipeline.findings.record import Evidence, Figure, Finding, Verdict
from pipeline.report.answers import better, where
from pipeline.report.collect import Collected
from pipeline.report.words import Words
from pipeline.settings import Settings
from pipeline.statistics.moved import UNKNOWN, _beside_slope, _beside_step, moved
from tests.tables import publish

MONDAY = datetime(2025, 11, 3)
WEEKS = 30
ROUND = (0, 7, -5, 3, -8, 6, -2)
"""Seconds by which weeks stray."""


def weeks_of(seed: int, alike: float, weeks: int = 39) -> np.ndarray:
    """Normal weeks of which each resembles the one before."""
    shocks = np.random.default_rng(seed).standard_normal(weeks + 30) * np.sqrt(1 - alike**2)
    line = [0.0]
    for shock in shocks:
        line.append(alike * line[-1] + shock)
    return np.array(line[-weeks:])


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.5])
def test_series_that_do_not_move_are_rarely_said_to(alike: float) -> None:
    assert np.mean([moved(weeks_of(seed, alike)).p < 0.05 for seed in range(600)]) < 0.06


@pytest.mark.parametrize(
    "course",
    [
        pytest.param(0.3 * np.arange(39), id="a line"),
        pytest.param(0.4 * np.maximum(np.arange(39) - 20, 0), id="a slope"),
        pytest.param(4.0 * (np.arange(39) >= 32), id="a step"),
    ],
)
def test_what_moves_is_found_with_its_size(course: np.ndarray) -> None:
    found = [moved(weeks_of(seed, 0.2) + course) for seed in range(200)]
    true = course[-4:].mean() - course[-17:-13].mean()
    assert np.mean([one.p < 0.01 for one in found]) > 0.7
    assert np.mean([one.low <= true <= one.high for one in found]) > 0.9
    assert np.mean([one.now - one.before for one in found]) == pytest.approx(true, abs=0.2)


def test_weeks_without_a_figure_are_passed_over() -> None:
    line = weeks_of(1, 0.0) + 5.0 * (np.arange(39) >= 30)
    gappy = line.copy()
    gappy[[5, 24, 37]] = np.nan
    assert moved(gappy).p < 1e-4
    gappy[36] = np.nan
    assert moved(gappy) is UNKNOWN, "two of four weeks are no mean of four"


@pytest.mark.parametrize("points", [[], [2.0] * 40, [float("nan")] * 40])
def test_no_weeks_or_none_that_differ_tell_nothing(points: list[float]) -> None:
    assert moved(points) is UNKNOWN


def test_half_a_year_is_the_least_that_tells_anything() -> None:
    line = weeks_of(1, 0.0)
    assert moved(line[-25:]) is UNKNOWN and moved(line[-26:]) is not UNKNOWN


def test_a_course_is_no_step_of_two_weeks_and_no_slope_of_five() -> None:
    """What so few weeks do is how the series strays."""
    for steps, is_course in ((3, True), (2, False)):
        assert np.allclose(_beside_step(1.0 * (np.arange(30) >= 30 - steps)), 0) == is_course
    for weeks, is_course in ((6, True), (5, False)):
        rising = np.maximum(np.arange(30.0) - 30 + weeks, 0)
        assert np.allclose(_beside_slope(np.arange(30), rising), 0) == is_course


def test_what_is_infinite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        moved([1.0, float("inf")])


def centre_of(folder: Path, shorter: dict[str, int], since: int, slower: int = 0, away: int = -1) -> Centre:
    """Thirty weeks, three teams of two; talks of a team are so much shorter since a week, all are `slower` seconds longer each week.
    In the week `away` a2 does not work."""
    agents = [
        "agent  name  team  valid_from",
        *(f"{team}{n}  {team}{n}  {team}  2025-01-01" for team in "abc" for n in (1, 2)),
    ]
    calls = ["call_id  customer_key  offered_at  talk_s  hold_s  wrap_s  outcome  agent  topic"]
    for week in range(WEEKS):
        for place, who in enumerate(f"{team}{n}" for team in "abc" for n in (1, 2)):
            if (who, week) == ("a2", away):
                continue
            stray = ROUND[(week * (2 + place) + place) % 7] + slower * week
            talk = 300 + stray - (shorter.get(who[0], 0) if week >= since else 0)
            for day in range(5):
                at = MONDAY + timedelta(weeks=week, days=day, hours=8 + place)
                calls.append(
                    f"{who}-{week}-{day}  {who}{week}{day}  {at:%Y-%m-%d %H:%M}  {talk}  0  0  answered  {who}  bill"
                )
    return look(publish(folder, calls="\n".join(calls), agents="\n".join(agents)), Settings())


def named(centre: Centre, kpi: str) -> list[tuple[str, str]]:
    return [(f.whom.get("team", ""), f.verdict) for f in quarter.find(centre) if f.labels["kpi"] == kpi]


def test_a_team_that_moved_alone_is_named_and_the_others_are_not(tmp_path: Path) -> None:
    centre = centre_of(tmp_path, {"a": 90}, since=23, away=14)
    assert ("a", "changed") in named(centre, "aht")
    assert not {team for team, _ in named(centre, "aht")} & {"b", "c"}, "they did nothing"
    [found] = [f for f in quarter.find(centre) if f.whom and f.labels["kpi"] == "aht"]
    assert found.figures["people"].value == 1, "in the smallest of the weeks that are compared"
    gain = found.figures["gain"]
    assert gain.value == found.figures["now"].value - found.figures["before"].value == pytest.approx(-90, abs=5)
    assert gain.low is not None and gain.high is not None and gain.low < -90 < gain.high < 0
    assert (
        found.evidence.records
        and len(centre.frame(f"select 1 from fact_contacts where week >= '{found.weeks[0]}'")) > 0
    )


def test_a_slow_decline_is_told_though_no_week_surprises(tmp_path: Path) -> None:
    centre = centre_of(tmp_path, {}, since=0, slower=4)
    assert named(centre, "aht") == [("", "changed")], "all went the same way: no team did"
    assert not any("people" in f.figures for f in quarter.find(centre)), "the centre points at nobody"
    assert {f.verdict for f in changes.find(centre) if f.labels["kpi"] == "aht"} == {"no_detectable_change"}


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    return centre_of(tmp_path_factory.mktemp("still"), {}, since=0)


def test_where_nothing_moved_in_a_quarter_nothing_is_told(still: Centre) -> None:
    assert not quarter.find(still)


def test_the_first_page_tells_them_once_worst_first_and_what_holds_them_all(data: Collected) -> None:
    moves = [
        moved_finding("talk_mean", "changed", 327, 285),
        moved_finding("aht", "changed", 385, 336),
        moved_finding("repeat_7d", "worsened", 0.243, 0.182),
        moved_finding("aht", "changed", 200, 300, team="Sihl"),
    ]
    told = replace(data, findings=[*(f for f in data.findings if f.kind == "week"), *moves])
    lines = [one.text for one in better(told, Words("en"))]
    assert [line for line in lines if "quarter" in line] == [
        "Worse than a quarter ago: Repeats within 7 days 24.3%, was 18.2%.",
        "Different from a quarter ago: Average handle time 6:25, was 5:36.",
    ]
    assert lines[0].startswith("Compared with the weeks just before, no detectable change in")
    assert not [line for line in lines if "stand out" in line and "Repeats within 7 days (" in line]
    assert "Sihl (Average handle time 3:20, was 5:00)" in "".join(one.text for one in where(told, Words("en")))


def moved_finding(kpi: str, verdict: Verdict, now: float, before: float, team: str = "") -> Finding:
    unit = "share" if now < 1 else "s"
    figures = {"now": Figure(now, unit), "before": Figure(before, unit)}
    whom = {"team": team} if team else {}
    return Finding("quarter", verdict, whom, ("2026-W43", "2026-W46"), figures, 3.0, Evidence(kpi), {"kpi": kpi})


def test_weeks_are_known_once_a_kpi_and_thin_ones_of_a_team_are_compared_with_none(
    still: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = replace(still)
    rows, thin = centre.weekly_of_teams, centre.history[5]
    few = (rows["team"] == "a") & (rows["period"] == thin)
    copies = [rows.assign(team=rows["team"] + str(n)) for n in range(9)]
    centre.__dict__["weekly_of_teams"] = pd.concat([rows.assign(n=rows["n"].mask(few, 1)), *copies])
    asked, known = [], Centre.known_weeks
    monkeypatch.setattr(Centre, "known_weeks", lambda centre, name: asked.append(name) or known(centre, name))
    aht = {course.team: course.line for course in quarter._courses(centre) if course.kpi.id == "aht"}
    assert max(Counter(asked).values()) <= 2, "not for each of thirty teams"
    assert aht["a"].index[aht["a"].isna()].tolist() == [thin] and aht["b"].notna().all() and len(aht) == 31
