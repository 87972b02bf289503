"""The weekly pages: the same bytes, every text in both languages, absent figures in words, nothing from outside as markup."""

import io
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from filelock import FileLock

from pipeline.errors import NoData, Stopped, UsageError
from pipeline.findings.centre import look
from pipeline.findings.changes import _line
from pipeline.findings.ledger import watched_weeks
from pipeline.kpis import read_catalogue
from pipeline.report import charts, machine, write_report
from pipeline.report.answers import answers
from pipeline.report.archive import _today
from pipeline.report.charts import axis, plain
from pipeline.report.collect import Collected, collect, withhold_small
from pipeline.report.cut_page import page as queue_page
from pipeline.report.data_quality import check_table, warnings
from pipeline.report.drawn import drawn
from pipeline.report.evaluators import doubt
from pipeline.report.figures import series
from pipeline.report.half_hours import Half
from pipeline.report.main_page import _ripe_note, main_page
from pipeline.report.monday import monday, waiting
from pipeline.report.pages import week_pages
from pipeline.report.rows_behind import row_files
from pipeline.report.said import unlinked
from pipeline.report.service import has_met, met_lead
from pipeline.report.subjects import Places, Subject
from pipeline.report.tables import Cell, Column, Table, csv_text, rest_script
from pipeline.report.team_page import _figures
from pipeline.report.tiles import tiles
from pipeline.report.tradeoff import corner_word, points
from pipeline.report.trends import trends
from pipeline.report.words import Words, duration, read_strings
from pipeline.report.workbook import sheet_names, workbook
from pipeline.results import Results
from pipeline.settings import Parameters, Report, Settings
from pipeline.weeks import arrived_week, calendar, delivered_weeks, ripe_weeks, without_ragged_start
from tests.simulated import LANGUAGES, results_of, settings_in, write_pages
from tests.tables import publish

PAGE_LIMIT = 500_000


@pytest.fixture(scope="module")
def written(results: Results, home: Path) -> Path:
    """A report in both languages."""
    return write_pages(results, settings_in(home), None, LANGUAGES, home / "written").parent


@pytest.fixture(scope="module")
def pages(written: Path) -> dict[str, dict[str, str]]:
    """By language and name, all that is text."""
    files = [file for language in LANGUAGES for file in (written / "2026-W46" / language).iterdir()]
    texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in (file for file in files if file.suffix != ".xlsx"):
        texts[file.parent.name][file.name] = file.read_text("utf-8")
    return texts


@pytest.fixture
def bare_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is about folders and the index: nothing in the pages."""
    monkeypatch.setattr("pipeline.report.week_pages", lambda *_: {"index.html": ""})
    monkeypatch.setattr("pipeline.report.row_files", lambda *_: {})


# The language


def test_both_languages_say_the_same_things() -> None:
    english, russian = (read_strings(language) for language in LANGUAGES)
    assert english.keys() == russian.keys()
    for key, text in english.items():
        forms = [form for t in (text, russian[key]) for form in (t.values() if isinstance(t, dict) else [t])]
        wanted = {frozenset(re.findall(r"{(\w+)}", form)) for form in forms}
        assert len(wanted) == 1, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_things_have_every_plural_form(language: str) -> None:
    tags = {*Words(language).locale.plural_form.tags, "other"}
    counted = {key: set(text) for key, text in read_strings(language).items() if isinstance(text, dict)}
    assert all(forms == tags for forms in counted.values()), counted


def test_russian_counts() -> None:
    say = Words("ru").count
    assert [say("rows.fact_calls", n) for n in (1, 2, 5, 11, 21, 22)] == [
        "1 звонок", "2 звонка", "5 звонков", "11 звонков", "21 звонок", "22 звонка"
    ]  # fmt: skip


def test_every_reason_rule_and_verdict_has_words(data: Collected) -> None:
    strings = read_strings("en")
    assert {f"parameter.{name}" for name in data.documents["settings"]["parameters"]} <= strings.keys()
    assert {f"rows.{fact}" for fact in data.catalogue.facts} <= strings.keys()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.5, "1:00"), (65, "1:05"), (-6, "−0:06"), (3599.4, "59:59"), (3661, "1:01:01")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_figures_as_each_language_writes_them() -> None:
    english, russian = Words("en"), Words("ru")
    assert [english.figure("share", 0.8127), russian.figure("share", 0.8127)] == ["81.3%", "81,3\xa0%"]
    assert [english.span("share", 0.5, 0.75, 0), russian.span("share", 0.5, 0.75, 0)] == ["50–75%", "50–75\xa0%"]
    assert [english.difference("share", -0.021), russian.difference("share", 0.021)] == ["−2.1 pp", "+2,1 п. п."]
    assert [english.week("2026-W40"), russian.week("2026-W47")] == [
        "28 September – 4 October 2026",
        "16–22 ноября 2026",
    ]
    assert english.weeks(["2026-W52", "2026-W53"]) == "21 December 2026 – 3 January 2027"


def test_sums_of_time_are_said_in_minutes_or_hours() -> None:
    english, russian = Words("en"), Words("ru")
    assert [english.time(6000), english.time(1578, 1221, 1936), english.time(204)] == [
        "100 min", "26 min (20–32 min)", "3.4 min"
    ]  # fmt: skip
    assert [russian.time(6000), russian.time(9000)] == ["100 мин", "2,5 ч"]


def test_an_abbreviation_at_the_end_of_a_sentence_has_one_full_stop() -> None:
    assert Words("ru")("answer.margins", margins="±7,1 п. п.").endswith("±7,1 п. п.")
    assert Words("ru").marked("answer.margins", margins="±7,1 п. п.").endswith("7,1 п. п.")
    assert Words("ru")("answer.margins", margins="±0:57").endswith("±0:57.")


# Which week


def test_a_week_is_ripe_when_it_ended_long_enough_before_the_data_do() -> None:
    weeks = ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]
    sunday_midnight = datetime(2026, 11, 22, 23)  # in Zurich
    before = sunday_midnight - timedelta(seconds=1)
    assert ripe_weeks(weeks, sunday_midnight, "Europe/Zurich", 7, weeks) == ["2026-W44", "2026-W45", "2026-W46"]
    assert ripe_weeks(weeks, before, "Europe/Zurich", 7, weeks) == ["2026-W44", "2026-W45"]
    assert ripe_weeks(weeks, sunday_midnight, "Europe/Zurich", 1, weeks) == ["2026-W44", "2026-W45", "2026-W46"]


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
    ripe = ripe_weeks(weeks, datetime(2027, 1, 1), "UTC", 7, delivered)
    assert ripe == [week for n, week in enumerate(weeks) if n + 1 < len(weeks) and n + 1 not in thin]


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
    assert list(calendar(tuple(weeks))) == shown


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Seven weeks of two calls a day, of which the fourth, 2026-W22, was not delivered."""
    days = [datetime(2026, 5, 4, 9) + timedelta(days=day) for day in range(49) if day // 7 != 3]
    head = "call_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  customer_key  agent  queue"
    rows = [f"{d.date()}-{n}  {d}  5  60  0  0  answered  {d.date()}-{n}  kim  cards" for d in days for n in (1, 2)]
    return publish(tmp_path_factory.mktemp("gappy"), calls="\n".join([head, *rows]))


def test_before_a_missing_week_nothing_is_known_of_returns(gappy: Results) -> None:
    told = collect(gappy, Settings(), None)
    line = series(told, "repeat_7d", told.week_of("repeat_7d"))
    assert dict(zip(line.weeks, np.isnan(line.values), strict=True)) == {
        "2026-W19": False, "2026-W20": False, "2026-W21": True, "2026-W22": True, "2026-W23": False, "2026-W24": False,
    }  # fmt: skip
    chart = next(chart for chart in trends(told, Words("en"), []) if chart.id == "trend-repeat_7d")
    assert [row[2].text for row in chart.table.rows[2:4]] == ["not known yet", "nothing counted"]


def test_after_a_missing_week_there_is_no_week_before(gappy: Results) -> None:
    told, words = collect(gappy, Settings(), "2026-W23"), Words("en")
    assert tiles(told, words)["speed"][0].change == words("tile.no_week_before")
    shown = queue_page(told, words, [], Subject("queue", "cards", "queue-cards"))["figures"].rows
    assert [row[2].text for row in shown if row[0].text == "Offered calls"] == ["nothing counted"]
    before = collect(gappy, Settings(), "2026-W24")
    assert before.week_of("offered") == "2026-W24" and tiles(before, words)["speed"][0].change == words(
        "tile.as_before"
    )


def test_findings_and_lines_of_people_know_the_missing_week_and_the_unknown_returns(gappy: Results) -> None:
    line = _line(look(gappy, Settings()), gappy.catalogue["offered"])
    assert (line.index[3], np.flatnonzero(line.isna()).tolist()) == ("2026-W22", [3])
    told = collect(gappy, Settings(report=Report(small_group=1)), None)
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


def test_outcomes_are_of_the_newest_ripe_week_and_say_so(data: Collected, pages: dict[str, dict[str, str]]) -> None:
    assert (data.week, data.week_of("aht"), data.week_of("resolution_rate")) == ("2026-W46", "2026-W46", "2026-W45")
    assert data.pooled == [f"2026-W{n}" for n in range(38, 46)]
    shown = {tile.kpi.id: tile for group in tiles(data, Words("en")).values() for tile in group}
    assert shown["resolution_rate"].is_earlier and shown["resolution_rate"].week == "2–8 November 2026"
    assert "2–8 November 2026" in pages["en"]["index.html"]


def test_the_note_on_outcomes_says_the_longest_that_they_are_waited_for(data: Collected) -> None:
    shown = tiles(data, Words("en"))
    slow = read_catalogue(Parameters(solved_within_days=14))
    late = {group: [replace(tile, kpi=slow[tile.kpi.id]) for tile in some] for group, some in shown.items()}
    for these, days in ((shown, 7), (late, 14)):
        assert f"up to {days} days" in _ripe_note(data, Words("en"), these)


def test_a_week_that_is_not_published_names_those_that_are(results: Results, home: Path) -> None:
    with pytest.raises(NoData, match=r"2020-W01 is not published; there are 2026-W32, .*2026-W46"):
        write_report(results, settings_in(home), "2020-W01", LANGUAGES, home / "none")
    assert not (home / "none").exists()


# Speed against quality

AGENTS = """
who     aht  low high  pec  low  high
quick   300  280  320  .80  .70  .90
cool    300  280  320  .20  .10  .30
slow    500  480  520  .20  .10  .30
patient 500  480  520  .80  .70  .90
touches 300  280  400  .80  .70  .90
average 400  380  420  .50  .30  .70
"""


def corners(data: Collected) -> dict[str, str]:
    """What each of AGENTS is called, where the centre stands at 400 s and .5."""
    lines = [line.split() for line in AGENTS.strip().splitlines()[1:]]
    parts = [("aht", 1), ("pec_rate", 4)]
    rows = [
        {
            "kpi": kpi,
            "agent": line[0],
            "value": float(line[i]),
            "low": float(line[i + 1]),
            "high": float(line[i + 2]),
            "why": None,
        }
        for line in lines
        for kpi, i in parts
    ]
    centre = pd.DataFrame([{"kpi": "aht", "value": 400.0, "why": None}, {"kpi": "pec_rate", "value": 0.5, "why": None}])
    small = replace(data, agents=pd.DataFrame(rows), teams=data.teams.iloc[:0], centre=centre)
    return {point.key: corner_word(Words("en"), "pec", point) for point in points(small, "aht", "pec_rate")}


def test_corners_are_named_only_where_the_whole_interval_lies(data: Collected) -> None:
    assert corners(data) == {
        "quick": "quick and warm",
        "cool": "quick but cool",
        "slow": "slow and cool",
        "patient": "unhurried and warm",
        "touches": "not clearly anywhere",
        "average": "not clearly anywhere",
    }


def test_persons_figures_on_few_rows_are_withheld_with_all_that_tells_them() -> None:
    numbers = {
        "n": [4, 5],
        "numerator": [2.0, 2.0],
        "denominator": [4.0, 5.0],
        "value": [0.5, 0.4],
        "low": [0.1, 0.1],
        "high": [0.9, 0.9],
    }
    shown = withhold_small(pd.DataFrame({"kpi": "pec_rate", "agent": ["a", "b"], "why": [None, None], **numbers}), 5)
    assert shown.loc[0, list(numbers)].isna().all() and shown.loc[0, "why"] == "too_few"
    assert shown.loc[1, "value"] == 0.4


# Charts and tables


def without_tokens(part: object) -> object:
    """Colour names of the page as a colour that plotly knows."""
    if isinstance(part, dict):
        return {key: without_tokens(item) for key, item in part.items()}
    if isinstance(part, list):
        return [without_tokens(item) for item in part]
    return "#000000" if isinstance(part, str) and part.startswith("--") else part


def test_every_chart_is_one_that_plotly_knows(pages: dict[str, dict[str, str]]) -> None:
    found = [
        json.loads(text)
        for page in pages["en"].values()
        for text in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    ]
    assert len(found) > 20
    for figure in found:
        go.Figure(without_tokens(figure))


def test_colours_are_tokens_of_the_style_sheet(pages: dict[str, dict[str, str]]) -> None:
    style = Path("pipeline/report/assets/report.css").read_text("utf-8")
    used = {token for page in pages["en"].values() for token in re.findall(r'"(--[a-z-]+)"', page)}
    assert used and all(f"{token}:" in style for token in used)


def test_a_name_that_begins_with_dashes_is_no_colour() -> None:
    dots = charts.points([1], [1], ["-- none --"], "--ink")
    figure = charts.figure([dots], axis(Words("en"), "count", 0, 2), charts.named_axis([1], ["--x"]))
    shown = drawn(charts.Chart("c", "T", "A", 200, figure, Table("t", "T", [Column("Name")], []))).to_dict()
    assert (shown["data"][0]["hovertext"], shown["layout"]["yaxis"]["ticktext"]) == (["-- none --"], ["--x"])
    assert shown["data"][0]["marker"]["color"].startswith("#")


def test_texts_in_charts_are_never_markup() -> None:
    assert plain("a & <b>b</b>") == "a &amp; &lt;b&gt;b&lt;/b&gt;"


@pytest.mark.parametrize(
    ("unit", "low", "high", "marks"),
    [
        ("share", 0.17, 1.0, ["20%", "40%", "60%", "80%", "100%"]),
        ("share", 0.41, 0.43, ["41.0%", "41.5%", "42.0%", "42.5%", "43.0%"]),
        ("s", 300, 740, ["6:00", "8:00", "10:00", "12:00"]),
        ("count", 0, 2, ["0", "1", "2"]),
    ],
)
def test_an_axis_has_marks_enough_to_be_read(unit: str, low: float, high: float, marks: list[str]) -> None:
    assert axis(Words("en"), unit, low, high, wanted=4)["ticktext"] == marks


def test_a_changed_definition_breaks_the_trend(data: Collected) -> None:
    change = {"kpi": "aht", "week": "2026-W40", "before": "a", "after": "b"}
    changed = replace(data, documents=data.documents | {"changes": [change]})
    line = series(changed, "aht", changed.week)
    assert line.weeks[line.break_at] == "2026-W40"
    assert not line.chart.is_signal[: line.break_at].any()
    chart = next(c for c in trends(changed, Words("en"), []) if c.id == "trend-aht")
    assert "28 September – 4 October 2026" in chart.note
    assert [
        s
        for s in chart.figure["layout"]["shapes"]
        if s.get("line", {}).get("dash") == "dash" and s.get("x0") == line.break_at - 0.5
    ]


def test_a_file_for_spreadsheets_runs_no_formula() -> None:
    rows = [[Cell("=1+1", "=1+1"), Cell("50%", 0.5, 0.25, 0.75)], [Cell("@x", "@x"), Cell("–", is_absent=True)]]
    table = Table("t", "T", [Column("Name", False), Column("Share", has_interval=True)], rows)
    assert csv_text(table, "low", "high").splitlines() == [
        '\ufeffName,Share,"Share, low","Share, high"',
        "'=1+1,0.5,0.25,0.75",
        "'@x,,,",
    ]


def test_every_row_has_an_address_of_its_own() -> None:
    rows = [[Cell(name)] for name in ("Anna Keller", "Пётр", "Anna  Keller", "<b>")]
    assert Table("agents", "A", [Column("Name", False)], rows).anchors == [
        "agents-anna-keller", "agents-пётр", "agents-anna-keller-2", "agents-b"
    ]  # fmt: skip


def test_a_half_hour_exactly_on_the_target_meets_it() -> None:
    assert has_met(Half("", "08:00", 8, 10), 0.8)
    assert not has_met(Half("", "08:00", 7, 10), 0.8)


def test_pages_say_the_target_that_they_apply(data: Collected) -> None:
    exact = replace(data, targets={"csat": 4.5, "service_level": 0.825})
    csat = next(tile for tile in tiles(exact, Words("en"))["quality"] if tile.kpi.id == "csat")
    assert csat.target.startswith("Target 4.5: ") and "met the target of 82.5%" in met_lead(exact, Words("en"))


# The pages


def test_the_same_input_gives_the_same_bytes(results: Results, home: Path, written: Path) -> None:
    again = write_report(results, settings_in(home), None, LANGUAGES, home / "again").parent
    files = sorted(file.relative_to(written) for file in written.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(again) for file in again.rglob("*") if file.is_file())
    assert all((written / file).read_bytes() == (again / file).read_bytes() for file in files)


def test_a_table_holds_rows_that_its_page_does_not_show() -> None:
    table = Table("t", "T", [Column("name")], [[Cell(str(n), n)] for n in range(18)], most=15)
    assert len(table.shown) == 15 and table.has_rest and table.is_long
    assert len(csv_text(table, "low", "high").splitlines()) == 19 and rest_script(table).count('["t-') == 3


@pytest.mark.parametrize(("weeks", "is_odd"), [(9, False), (30, True)])
def test_no_week_stands_out_while_too_few_are_known(data: Collected, weeks: int, is_odd: bool) -> None:
    values = np.array([10.0, 10.4] * (weeks // 2) + [90.0])
    line = replace(series(data, "offered", None), weeks=[f"2026-W{n:02d}" for n in range(len(values))], values=values)
    assert bool(line.is_odd[-1]) == is_odd


def test_a_finding_of_many_weeks_says_which(data: Collected) -> None:
    told = {answer.question: answer.said for answer in answers(data, Words("en"), unlinked)}
    assert all(said.days for said in told["where"]) and not any(said.days for said in told["better"])


@pytest.mark.parametrize(("second", "warns"), [([1, 0] * 10, False), ([0, 1] * 10, True), ([1, 0] * 4, False)])
def test_evaluators_who_disagree_are_warned_of(data: Collected, second: list[int], warns: bool) -> None:
    """Not where they agree, nor where they judged too little together."""
    given = {"first": [1, 0] * 10, "second": second}
    rows = [(who, f"c{n}", pec) for who, verdicts in given.items() for n, pec in enumerate(verdicts)]
    assert data.warmth is not None
    found = replace(data.warmth, verdicts=pd.DataFrame(rows, columns=["evaluator", "conversation_id", "pec"]))
    assert bool(doubt(Words("en"), found)) == warns


def test_one_report_is_written_at_a_time(results: Results, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.report.PATIENCE_S", 0)
    out = home / "taken"
    out.mkdir()
    with FileLock(out / ".lock"), pytest.raises(Stopped, match="another report is still being written"):
        write_pages(results, settings_in(home), None, ("en",), out)
    assert not (out / "index.html").exists()


def test_pages_are_small(pages: dict[str, dict[str, str]]) -> None:
    assert max(len(text.encode()) for texts in pages.values() for text in texts.values()) < PAGE_LIMIT


def test_a_workbook_holds_the_tables_of_its_page(written: Path) -> None:
    week = written / "2026-W46" / "en"
    sheets = pd.read_excel(week / "people.xlsx", sheet_name=None, header=2, engine="calamine")
    table = pd.read_csv(week / "agents.csv", encoding="utf-8-sig")
    assert sheets["agents"].columns.tolist() == table.columns.tolist()
    assert sheets["agents"].iloc[:, 2].tolist() == table.iloc[:, 2].tolist()


def test_sheets_of_long_names_are_told_apart() -> None:
    names = [f"person-contact-center-operator-{n:02d}" for n in range(12)] + ["Agents", "agents"]
    tables = [Table(f"team-red-{name}", "T", [Column("Name", False)], [[Cell("x", "x")]]) for name in names]
    assert workbook(tables, "low", "high", "team-red")
    sheets = sheet_names(names)
    assert (sheets[0], sheets[1], sheets[11]) == (
        "person-contact-center-operator-", "person-contact-center-operato-2", "person-contact-center-operat-12"
    )  # fmt: skip
    assert sheets[-2:] == ["Agents", "agents-2"] and all(len(name) <= 31 for name in sheets)


def test_a_headline_leads_to_its_records(results: Results, home: Path, data: Collected) -> None:
    files = row_files(results, data)
    week = data.week_of("service_level")
    level = results.frame(
        f"select * from kpi_values where kpi = 'service_level' and grain = 'week' and cut = '' and week = '{week}'"
    )
    records = pd.read_csv(io.StringIO(files["service_level.csv"].lstrip("\ufeff")))
    assert len(records) == level["denominator"].iloc[0] and records["is_met"].sum() == level["numerator"].iloc[0]
    assert records["is_met"].is_monotonic_increasing and "customer" not in records
    assert {f"{tile.kpi.id}.csv" for group in tiles(data, Words("en")).values() for tile in group if tile.value} == set(
        files
    )


def test_the_report_for_machines(data: Collected) -> None:
    said = json.loads(machine.as_text(machine.document(data)))
    assert said["week"] == data.week and len(said["findings"]) == len(data.findings)
    level = next(one for one in said["headline"] if one["kpi"] == "service_level")
    assert (
        0 < level["value"] < 1 and level["target"] == 0.8 and level["verdict"] and set(level["title"]) == set(LANGUAGES)
    )


@pytest.mark.usefixtures("bare_pages")
def test_the_index_the_feed_and_the_pages_know_all_weeks(results: Results, home: Path) -> None:
    out, (first, second) = home / "neighbours", results.weeks[-3:-1]
    for week in (first, second):
        write_pages(results, settings_in(home), week, ("en",), out)
    assert json.loads((out / "assets" / "weeks.js").read_text("utf-8").split("=")[1].strip(" ;\n")) == [first, second]
    entries = ElementTree.parse(out / "feed.xml").findall("{http://www.w3.org/2005/Atom}entry")
    links = [entry.find("{http://www.w3.org/2005/Atom}link").attrib["href"] for entry in entries]  # type: ignore[union-attr]
    assert links == [f"{week}/en/index.html" for week in (second, first)] and all(
        (out / link).is_file() for link in links
    )


@pytest.mark.usefixtures("bare_pages")
def test_a_figure_restated_since_its_report_is_marked(results: Results, home: Path) -> None:
    out = home / "restated"
    week = results.weeks[-2]
    write_pages(results, settings_in(home), week, ("en",), out)
    assert "published as" not in (out / "index.html").read_text("utf-8")
    document = json.loads((out / week / "report.json").read_text("utf-8"))
    next(one for one in document["headline"] if one["kpi"] == "offered")["value"] = 7
    (out / week / "report.json").write_text(json.dumps(document), "utf-8")
    write_pages(results, settings_in(home), results.weeks[-3], ("en",), out)
    assert (out / "index.html").read_text("utf-8").count("published as 7<") == 1


def test_the_same_week_a_year_ago(data: Collected) -> None:
    centre = data.weekly[(data.weekly["cut"] == "") & (data.weekly["period"] == data.week)]
    year = f"{int(data.week[:4]) - 1}{data.week[4:]}"
    older = replace(data, weekly=pd.concat([data.weekly, centre.assign(period=year)]))
    assert {tile.year_ago for tile in tiles(data, Words("en"))["speed"]} == {""}
    tile = tiles(older, Words("en"))["speed"][0]
    assert tile.year_ago == f"a year ago {tile.value}"


def test_monday_names_what_to_do(data: Collected) -> None:
    shown = monday(data, Words("en"))
    assert len(shown["listen"].rows) == 10 and shown["worst"].rows[0][1].value >= shown["worst"].rows[-1][1].value > 0
    assert [call.link for call in waiting(data, Words("en"))] == [
        f"findings.html#table-list-{n}" for n, f in data.lists.items() if len(f)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_from_outside_is_markup(pages: dict[str, dict[str, str]], language: str) -> None:
    html = {name: text for name, text in pages[language].items() if name.endswith(".html")}
    assert not any("<img" in text for text in html.values())
    assert "&lt;img src=x onerror=alert(1)&gt;" in html["people.html"]


def test_pages_name_no_host_and_hold_no_script(pages: dict[str, dict[str, str]]) -> None:
    for text in (text for name, text in pages["en"].items() if name.endswith(".html")):
        bare = re.sub(r"<script type=.application/json.*?</script>", "", text, flags=re.S)
        assert "//" not in bare.replace("<!doctype", "").replace("s3://recordings.example/", "")
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_what_is_absent_is_said_in_words_and_never_zero(tmp_path: Path) -> None:
    """A queue log alone: no after-call work, no evaluations, no customers."""
    bare_results = results_of(tmp_path, "asterisk_queue_log")
    bare = collect(bare_results, settings_in(tmp_path), None)
    shown = {tile.kpi.id: tile for group in tiles(bare, Words("en")).values() for tile in group}
    assert shown["talk_mean"].value and "aht" not in shown
    assert (shown["pec_rate"].value, shown["pec_rate"].why) == (
        "",
        "the data hold nothing that this figure could count",
    )
    headings = [panel.title for panel in main_page(bare, Words("en"), Places(bare))["panels"]]
    assert headings[0] == "Personal emotional contact (PEC) and talk time"
    index = write_report(bare_results, settings_in(tmp_path), None, ("en",), tmp_path / "out").read_text("utf-8")
    assert "Talk time</th>" in index and "Average handle time</th>" not in index
    page = main_page(bare, Words("ru"), Places(bare))
    assert all(panel.chart or panel.why for panel in page["panels"])
    assert all(week_pages(bare, Words(language), LANGUAGES, "") for language in LANGUAGES)


def test_checks_that_did_not_pass_stand_on_the_main_page(data: Collected) -> None:
    check = {
        "table_name": "calls",
        "check_name": "no_empty_days",
        "severity": "warn",
        "outcome": "failed",
        "observed": "2 days",
        "batch_id": 1,
        "title_en": "days without a call",
    }
    doubtful = replace(
        data, documents=data.documents | {"checks": [check, check | {"check_name": "x", "outcome": "passed"}]}
    )
    assert [warning.text for warning in warnings(doubtful, Words("en"))] == ["calls: days without a call"]
    pages = week_pages(doubtful, Words("en"), LANGUAGES, "")
    assert "1 check of the data did not pass" in pages["index.html"]
    assert "1 of 2 checks passed." in pages["data-quality.html"]


def test_what_a_check_saw_is_written_as_the_language_does_with_its_unit(data: Collected) -> None:
    behind = {
        "table_name": "calls", "check_name": "calls_behind", "severity": "warn", "outcome": "failed", "batch_id": 1,
        "observed": "≤ 8", "failing": "a 2026-W32: 99.2; b 2026-W33: 12",
    }  # fmt: skip
    share = behind | {"check_name": "calls_quarantined", "observed": "≤ 0.05", "failing": "a: 0.062"}
    unknown = behind | {"check_name": "own", "observed": "≥ 1.5"}
    doubtful = replace(data, documents=data.documents | {"checks": [behind, share, unknown]})
    seen = {}
    for language in LANGUAGES:
        table = check_table(doubtful, Words(language), False)
        seen[language] = [[cell.text for cell in row[3:5]] for row in table.rows] if table else []
    assert seen["en"][0] == ["≤ 8 days", "a 2026-W32: 99.2 days; b 2026-W33: 12 days"]
    assert seen["ru"] == [
        ["≤ 8 дней", "a 2026-W32: 99,2 дня; b 2026-W33: 12 дней"],
        ["≤ 0,05", "a: 0,062"],
        ["≥ 1.5", "a 2026-W32: 99.2; b 2026-W33: 12"],
    ]


def test_tiles_without_history_give_no_verdict(data: Collected) -> None:
    young = replace(data, history=data.history[-3:], findings=[])
    assert {tile.verdict for group in tiles(young, Words("en")).values() for tile in group} == {"too_few"}


@pytest.mark.parametrize("verdict", ["changed", "no_detectable_change"])
def test_a_verdict_is_the_findings_and_a_signal_of_the_chart_only_stands_out(data: Collected, verdict: str) -> None:
    weekly = data.weekly.copy()
    rows = weekly["kpi"].eq("aht") & weekly["cut"].eq("")
    weekly.loc[rows, "value"] = np.where(
        weekly.loc[rows, "period"] == data.week, 900.0, np.arange(rows.sum()) % 2 + 400.0
    )
    found = [replace(f, verdict=verdict) for f in data.findings if f.kind == "week" and f.labels["kpi"] == "aht"]
    shown = tiles(replace(data, weekly=weekly, findings=found), Words("en"))["speed"]
    aht = next(tile for tile in shown if tile.kpi.id == "aht")
    assert aht.verdict == ("changed" if verdict == "changed" else "stands_out")
    assert aht.signal == "above its usual band"


@pytest.mark.usefixtures("bare_pages")
def test_the_index_lists_the_weeks_of_this_warehouse_only(results: Results, home: Path) -> None:
    out, settings = home / "weeks", settings_in(home)
    other = settings.model_copy(update={"warehouse": home / "elsewhere" / "other.duckdb"})
    write_pages(results, other, "2026-W44", ("en",), out)
    write_pages(results, settings, "2026-W45", LANGUAGES, out)
    index = write_pages(results, settings, "2026-W46", ("en",), out).read_text("utf-8")
    assert re.findall(r'href="(2026-W\d\d/..)/', index) == ["2026-W46/en", "2026-W45/en", "2026-W45/ru"]


@pytest.mark.usefixtures("bare_pages")
def test_pages_of_another_warehouse_are_not_written_over_unless_they_are_simulated(
    results: Results, home: Path
) -> None:
    out, simulated = home / "shared", settings_in(home)
    own = simulated.model_copy(update={"is_simulated": False})
    real = Results(results.folder, results.manifest | {"is_simulated": False})
    week = results.weeks[-2]
    write_pages(results, simulated, results.weeks[-3], ("en",), out)
    (out / "lint").mkdir()
    (out / "lint" / "report.json").write_text('[{"rule": "E501"}]', "utf-8")
    index = write_pages(real, own, week, ("en",), out).read_text("utf-8")
    assert f"python -m pipeline report --week {results.weeks[-1]}" in index and "make report" not in index
    with pytest.raises(UsageError, match=f"{week} in it is of another warehouse .*--out FOLDER"):
        write_pages(results, simulated, week, ("en",), out)
    assert (out / "index.html").read_text("utf-8") == index
    write_pages(real, own, week, ("en",), out)
