"""Which week a figure is of: what is ripe and delivered, and what a missing week leaves unknown."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import NoData
from pipeline.findings.changes import weekly_line
from pipeline.findings.ledger import watched_weeks
from pipeline.findings.look import look
from pipeline.kpis import catalogue_of
from pipeline.report import write_report
from pipeline.report.answers import where
from pipeline.report.archive import _known_weeks, _today
from pipeline.report.cells import line_cell
from pipeline.report.collect import Collected, collect
from pipeline.report.cut_page import page as queue_page
from pipeline.report.figures import row_before, series
from pipeline.report.main_page import _ripe_note
from pipeline.report.subjects import Subject
from pipeline.report.team_page import _figures
from pipeline.report.tiles import tiles
from pipeline.report.topics import lead
from pipeline.report.trends import trends
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Parameters, Report, Settings
from pipeline.weeks import arrived_week, delivered_weeks, ripe_weeks, thin_weeks, with_gaps, without_ragged_start
from tests.simulated import LANGUAGES, collect_once, settings_in
from tests.tables import publish


def test_a_week_is_ripe_when_it_ended_long_enough_before_the_data_do() -> None:
    weeks = ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]
    sunday_midnight = datetime(2026, 11, 22, 23)  # in Zurich
    before = sunday_midnight - timedelta(seconds=1)
    assert ripe_weeks(weeks, sunday_midnight, "Europe/Zurich", 7, weeks, {}) == ["2026-W44", "2026-W45", "2026-W46"]
    assert ripe_weeks(weeks, before, "Europe/Zurich", 7, weeks, {}) == ["2026-W44", "2026-W45"]
    assert ripe_weeks(weeks, sunday_midnight, "Europe/Zurich", 1, weeks, {}) == ["2026-W44", "2026-W45", "2026-W46"]


@pytest.mark.parametrize(
    ("counts", "thin"),
    [
        ([100, 100, 100, 100], []),
        ([100, 100, 3, 100], [2]),
        ([100, 100, 0, 0, 0, 1], [2, 3, 4, 5]),
        ([5, 100, 120, 90], []),
        ([100, 100, 100, 40, 100], []),  # a holiday
        ([100, 100, 45, 45, 45, 45], []),  # half of the centre has moved away
        ([500, 100, 100, 100], [1]),  # an archive was read in the first week
    ],
)
def test_a_week_that_was_not_delivered_says_nothing_of_returns(counts: list[int], thin: list[int]) -> None:
    weeks = [f"2026-W{10 + n}" for n in range(len(counts))]
    delivered = delivered_weeks({week: n for week, n in zip(weeks, counts, strict=True) if n})
    assert delivered == {week for n, week in enumerate(weeks) if n not in thin}
    ripe = ripe_weeks(weeks, datetime(2027, 1, 1), "UTC", 7, delivered, {})
    assert ripe == [week for n, week in enumerate(weeks) if n + 1 < len(weeks) and n + 1 not in thin]


@pytest.mark.parametrize(
    ("records", "thin"),
    [
        ([], []),
        ([100, 100, 100], []),
        ([24, 16, 257, 263, 265], [0, 1]),  # tickets alone, before calls have topics
        ([100, 100, 24, 100], [2]),
        ([100, 100, 100, 24], [3]),
        ([100, 100, 25, 0], []),  # a quarter is enough, a week without any has nothing to compare
        ([400] * 9 + [90] * 12, []),  # the centre has become smaller for good: its newest weeks are the usual ones
        ([90] * 9 + [400] * 12, list(range(9))),
    ],
)
def test_a_week_of_far_fewer_records_is_compared_with_none(records: list[int], thin: list[int]) -> None:
    weeks = [f"2026-W{10 + n}" for n in range(len(records))]
    assert thin_weeks(dict(zip(weeks, records, strict=True))) == {weeks[n] for n in thin}


@pytest.mark.parametrize(
    ("counts", "place"),
    [([100, 100, 100, 18], 2), ([100, 100, 100, 60], 3), ([5], 0), ([0, 0, 0], 2), ([100, 90, 10, 5], 1), ([], -1)],
)
def test_judgements_still_to_come_leave_the_week_before_in_the_headline(counts: list[float], place: int) -> None:
    assert arrived_week(counts) == place


def test_a_first_week_that_begins_late_is_left_out() -> None:
    assert without_ragged_start(["W1", "W2", "W3"], {"W1": 4, "W2": 0, "W3": 0}) == ["W2", "W3"]
    assert without_ragged_start(["W1", "W2"], {"W1": 0, "W2": 0}) == ["W1", "W2"]


@pytest.mark.parametrize(
    ("weeks", "shown"),
    [
        ([], []),
        (["2026-W52", "2027-W01"], ["2026-W52", "2026-W53", "2027-W01"]),
        (["2000-W01", "2026-W44", "2026-W46"], ["2000-W01", "2026-W43", "2026-W44", "2026-W45", "2026-W46"]),
    ],
)
def test_a_week_that_is_missing_has_its_place(weeks: list[str], shown: list[str]) -> None:
    assert list(with_gaps(tuple(weeks))) == shown


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Seven weeks of two calls a day, of which the fourth, 2026-W22, was not delivered."""
    days = [datetime(2026, 5, 4, 9) + timedelta(days=day) for day in range(49) if day // 7 != 3]
    head = "call_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  customer_key  agent  queue"
    rows = [f"{d.date()}-{n}  {d}  5  60  0  0  answered  {d.date()}-{n}  kim  cards" for d in days for n in (1, 2)]
    return publish(tmp_path_factory.mktemp("gappy"), calls="\n".join([head, *rows]))


def test_before_a_missing_week_nothing_is_known_of_returns(gappy: Results) -> None:
    told = collect_once(gappy, Settings(), None)
    line = series(told, "repeat_7d", told.week_of("repeat_7d"))
    assert dict(zip(line.weeks, np.isnan(line.values), strict=True)) == {
        "2026-W19": False, "2026-W20": False, "2026-W21": True, "2026-W22": True, "2026-W23": False, "2026-W24": False,
    }  # fmt: skip
    chart = next(chart for chart in trends(told, Words("en"), []) if chart.id == "trend-repeat_7d")
    assert [row[2].text for row in chart.table.rows[2:4]] == ["following weeks missing", "nothing counted"]
    before = row_before(told, "repeat_7d", "2026-W22")
    assert before and (before["value"], before["why"]) == (None, "not_followed")


def test_after_a_missing_week_and_in_the_first_one_no_contact_is_known_to_be_the_first(gappy: Results) -> None:
    told = collect_once(gappy, Settings(), None)
    line = series(told, "fcr_7d", told.week_of("fcr_7d"))
    why = [line.absence(week) if isnan else "" for week, isnan in zip(line.weeks, np.isnan(line.values), strict=True)]
    assert dict(zip(line.weeks, why, strict=True)) == {
        "2026-W19": "not_preceded", "2026-W20": "", "2026-W21": "not_followed", "2026-W22": "no_rows",
        "2026-W23": "not_preceded", "2026-W24": "",
    }  # fmt: skip
    centre = look(gappy, Settings())
    cut, thin = replace(centre, history=centre.history[1:]), replace(centre, delivered=centre.delivered - {"2026-W23"})
    assert (cut.known_weeks("fcr_7d"), thin.known_weeks("fcr_7d")) == (["2026-W24"], ["2026-W20"])


def test_weeks_that_were_never_delivered_are_told_from_such_as_are_still_to_come(gappy: Results) -> None:
    old, young = (
        replace(told, ripe=dict.fromkeys(told.ripe), findings=[])
        for told in (collect_once(gappy, Settings(), week) for week in ("2026-W21", "2026-W25"))
    )
    young = replace(young, unfollowed=dict.fromkeys(young.unfollowed, frozenset()))
    reasons = [
        "the data do not include the following weeks, in which outcomes would show.",
        "no week is old enough yet for its outcome to be known.",
    ]
    for data, reason in zip((old, young), reasons, strict=True):
        said = [
            where(data, Words("en"))[0].text,
            _ripe_note(data, Words("en"), tiles(data, Words("en"))),
            lead(data, Words("en")),
        ]
        assert [text.endswith(reason) for text in said] == [True] * 3
    tile = next(tile for tile in tiles(old, Words("en"))["quality"] if tile.kpi.id == "repeat_7d")
    assert f"{tile.why}." == reasons[0]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Sixteen weeks of calls, in the first two of them one a week and answered at once, then ten of which nine to seven were."""
    head = "call_id  offered_at  answered_at  wait_s  talk_s  outcome  queue"
    rows = []
    for week in range(16):
        monday = datetime(2026, 5, 4, 9) + timedelta(days=7 * week)
        for n in range(1 if week < 2 else 10):
            wait = 90 if n >= 9 - week % 3 else 5
            rows.append(f"{week}-{n}  {monday}  {monday + timedelta(seconds=wait)}  {wait}  60  answered  cards")
    return publish(tmp_path_factory.mktemp("grown"), calls="\n".join([head, *rows]))


def test_weeks_of_a_smaller_population_are_drawn_and_compared_with_none(grown: Results) -> None:
    centre = look(grown, Settings())
    line = weekly_line(centre, grown.catalogue["service_level"], centre.weekly)
    assert (line["value"].iloc[:2].tolist(), line["compared"].isna().tolist()) == (
        [1.0, 1.0],
        [True] * 2 + [False] * 14,
    )
    told, words = collect(grown, Settings(), None), Words("en")
    drawn = series(told, "service_level", told.week)
    assert drawn.chart.mean == pytest.approx(np.mean([(9 - week % 3) / 10 for week in range(2, 15)]))
    chart = next(chart for chart in trends(told, words, []) if chart.id == "trend-service_level")
    assert [row[3].text for row in chart.table.rows[:3]] == [words("trend.thin_week")] * 2 + [""]
    assert [trace["marker"].get("symbol") for trace in chart.figure["data"]] == [None, "circle-open"]
    assert words("trend.thin") in chart.note
    assert not series(told, "offered", told.week).thin, "how many there are is what is counted"


def test_after_a_missing_week_there_is_no_week_before(gappy: Results) -> None:
    told, words = collect_once(gappy, Settings(), "2026-W23"), Words("en")
    assert tiles(told, words)["speed"][0].change == words("tile.no_week_before")
    shown = queue_page(told, words, [], Subject("queue", "cards", "queue-cards"))["figures"].rows
    assert [row[2].text for row in shown if row[0].text == "Offered calls"] == ["nothing counted"]
    before = collect_once(gappy, Settings(), "2026-W24")
    assert before.week_of("offered") == "2026-W24" and tiles(before, words)["speed"][0].change == words(
        "tile.as_before"
    )


def test_findings_and_lines_of_people_know_the_missing_week_and_the_unknown_returns(gappy: Results) -> None:
    centre = look(gappy, Settings())
    line = weekly_line(centre, gappy.catalogue["offered"], centre.weekly)["compared"]
    assert (line.index[3], np.flatnonzero(line.isna()).tolist()) == ("2026-W22", [3])
    told = collect_once(gappy, Settings(report=Report(small_group=1)), None)
    shown = _figures(told, Words("en"), "figures", "", "agent", "kim").rows
    runs = {row[0].text: [len(run.split()) for run in row[3].line.lines] for row in shown if row[3].line}
    assert (runs["Answered calls"], runs["Repeats within 7 days"]) == ([3, 3], [2, 2])


@pytest.mark.parametrize(
    ("week", "weeks"), [("2026-W21", [19, 20]), ("2026-W24", [19, 20, 23, 24]), ("2026-W25", [19, 20, 23, 24, 25])]
)
def test_how_long_customers_stay_away_is_told_of_weeks_that_were_followed(
    gappy: Results, week: str, weeks: list[int]
) -> None:
    assert watched_weeks(look(gappy, Settings(), week)) == [f"2026-W{n}" for n in weeks]


def test_the_index_shows_no_outcome_that_is_not_known(gappy: Results) -> None:
    today = _today(gappy, Settings())
    assert today["resolution_inferred"].dropna().index.tolist() == [f"2026-W{n}" for n in (19, 20, 23, 24)]
    assert today["offered"].notna().all()


def test_the_index_shows_no_figure_whose_judgements_are_still_coming(gappy: Results) -> None:
    """The week's own page leaves it to the week before, too."""
    centre = look(gappy, Settings())
    records = [10.0, 9.0, 11.0, 10.0, 10.0, 3.0]
    assert _known_weeks(centre, "pec_rate", records) == centre.history[:-1]
    assert _known_weeks(centre, "offered", records) == centre.history


@pytest.mark.parametrize(
    ("values", "text"),
    [([0.1, 0.4, math.nan, 0.3, 0.2], "10–40% (4 weeks)"), ([0.1, 0.4, math.nan, math.nan, 0.2], "–"), ([], "–")],
)
def test_a_range_says_of_how_many_weeks_it_is_and_of_few_there_is_none(values: list[float], text: str) -> None:
    """Weeks in which a person had few records are withheld; of the two that are left a range would say little."""
    assert line_cell(Words("en"), catalogue_of(Settings())["pec_rate"], values).text == text


def test_the_note_on_outcomes_says_the_longest_that_they_are_waited_for(data: Collected) -> None:
    shown = tiles(data, Words("en"))
    slow = catalogue_of(Settings(parameters=Parameters(solved_within_days=14)))
    late = {group: [replace(tile, kpi=slow[tile.kpi.id]) for tile in some] for group, some in shown.items()}
    for these, days in ((shown, 7), (late, 14)):
        assert f"up to {days} days" in _ripe_note(data, Words("en"), these)


def test_a_week_that_is_not_published_names_those_that_are(results: Results, home: Path) -> None:
    with pytest.raises(NoData, match=r"2020-W01 is not published; there are 2026-W32, .*2026-W46"):
        write_report(results, settings_in(home), "2020-W01", LANGUAGES, home / "none")
    assert not (home / "none").exists()


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Five weeks of ten tickets on Monday morning, seven replied to within the hour, three after eight days."""
    tickets = ["ticket_id  created_at  first_replied_at  status  customer_key  agent"]
    for n in range(50):
        at = datetime(2026, 5, 4, 9) + timedelta(weeks=n // 10, minutes=n)
        tickets.append(f"t{n}  {at}  {at + timedelta(days=8 if n % 10 > 6 else 0, hours=1)}  solved  k{n}  kim")
    return publish(tmp_path_factory.mktemp("late"), tickets="\n".join(tickets))


def test_a_week_whose_contacts_go_on_is_not_known_though_it_is_over(late: Results) -> None:
    """Three of ten have no seven days after their last reply: those that are settled soon are no sample of the week."""
    told = collect(late, Settings(), "2026-W23")
    assert [told.week_of(name) for name in ("repeat_7d", "resolution_rate", "cases")] == ["2026-W21"] * 3
    assert told.week_of("first_reply_p50") == "2026-W22", "counted from the ticket's beginning"
    assert (told.pooled[-1], look(late, Settings()).ripe[-1]) == ("2026-W21", "2026-W21")
    assert watched_weeks(look(late, Settings()))[-2:] == ["2026-W22", "2026-W23"]
