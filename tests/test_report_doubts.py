"""What is absent is said in words, and what is doubtful is warned of: checks that failed, evaluators who disagree."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.pec.lexicons import read_features
from pipeline.report import team_page
from pipeline.report.collect import Collected
from pipeline.report.collect_pec import Warmth
from pipeline.report.data_quality import check_table, warnings
from pipeline.report.evaluators import agreed, table, warning
from pipeline.report.mail import _pictured
from pipeline.report.main_page import main_page
from pipeline.report.pages import PAGES, week_pages
from pipeline.report.pec import _feature_table, page, warm_and_cold
from pipeline.report.people import doubt, people_table
from pipeline.report.subjects import Places
from pipeline.report.tables import Cell, Table
from pipeline.report.tiles import tiles
from pipeline.report.whiskers import whiskers
from pipeline.report.words import Words
from pipeline.statistics.intervals import wilson
from tests.simulated import LANGUAGES, collect_once, results_with, settings_in, write_pages


def test_what_is_absent_is_said_in_words_and_never_zero(centre: Path, tmp_path: Path) -> None:
    """A queue log alone: no after-call work, no evaluations, no customers."""
    shutil.copytree(centre / "sample", tmp_path / "sample")
    bare_results = results_with(tmp_path, "asterisk_queue_log")
    bare = collect_once(bare_results, settings_in(tmp_path), None)
    shown = {tile.kpi.id: tile for group in tiles(bare, Words("en")).values() for tile in group}
    assert shown["talk_mean"].value and "aht" not in shown
    assert (shown["pec_rate"].value, shown["pec_rate"].why) == (
        "",
        "the data contain nothing that this figure counts; it needs evaluations with the criterion pec",
    )
    headings = [panel.title for panel in main_page(bare, Words("en"), Places(bare))["panels"]]
    assert headings[0] == "Personal emotional contact (PEC) and talk time"
    index = write_pages(bare_results, settings_in(tmp_path), None, ("en",), tmp_path / "out").read_text("utf-8")
    assert "Talk time</th>" in index and "Average handle time</th>" not in index
    page = main_page(bare, Words("ru"), Places(bare))
    assert page["panels"] and all(panel.chart or panel.why for panel in page["panels"])
    for language in LANGUAGES:
        pages = week_pages(bare, Words(language), LANGUAGES, "")
        assert {f"{name}.html" for name in PAGES} <= pages.keys()
        assert not [name for name, text in pages.items() if re.search(r"\b(nan|NaT)\b", str(text))]


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
    assert "1 data check failed" in pages["index.html"]
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
    said = "calls: nothing new from a for 99 days and nothing new from b for 12 days"
    assert said in [one.text for one in warnings(doubtful, Words("en"))]
    withheld = replace(data, documents=data.documents | {"checks": [behind | {"failing": "", "title_en": "it lags"}]})
    assert [one.text for one in warnings(withheld, Words("en"))] == ["calls: it lags"]
    assert seen["ru"] == [
        ["≤ 8 дней", "a 2026-W32: 99,2 дня; b 2026-W33: 12 дней"],
        ["≤ 0,05", "a: 0,062"],
        ["≥ 1.5", "a 2026-W32: 99.2; b 2026-W33: 12"],
    ]


@pytest.mark.parametrize(("second", "warns"), [([1, 0] * 10, False), ([0, 1] * 10, True), ([1, 0] * 4, False)])
def test_evaluators_who_disagree_are_warned_of(data: Collected, second: list[int], warns: bool) -> None:
    """Not where they agree, nor where they judged too little together; wherever human contact stands beside names."""
    given = {"first": [1, 0] * 10, "second": second}
    rows = [(who, f"c{n}", pec) for who, verdicts in given.items() for n, pec in enumerate(verdicts)]
    assert data.warmth is not None
    found = replace(
        data.warmth,
        verdicts=pd.DataFrame(rows, columns=["evaluator", "conversation_id", "pec"]).assign(team=1, agent="a"),
    )
    words = Words("en")
    assert bool(warning(words, found)) == warns
    doubtful = replace(data, warmth=found)
    noted = {chart.id: chart.said[0] for chart in whiskers(doubtful, words) if "Evaluators" in chart.said[0]}
    assert set(noted) == ({"people-pec_rate"} if warns else set())
    pictured = _pictured(doubtful, words)
    assert pictured and pictured.id == ("tradeoff-resolution" if warns else "tradeoff-pec")
    assert doubt(doubtful, words) == noted.get("people-pec_rate", "")
    assert doubt(replace(doubtful, agents=data.agents[:0]), words) == ""
    assert grey_columns(people_table(doubtful, words, "agent", Places(data))) == ({PEC} if warns else set())
    assert grey_columns(people_table(doubtful, words, "team", Places(data))) == set()
    assert ("are grey for this reason" in doubt(doubtful, words)) == warns
    team = next(page for page in Places(data).subjects if page.people)
    shown = team_page.page(doubtful, words, team)
    greyed = {row[0].text for person in shown["people"] for row in person.figures.rows if row[1].is_doubted}
    assert greyed == ({PEC} if warns else set())
    assert not any(cell.is_doubted for row in shown["figures"].rows for cell in row)


def test_where_nobody_was_called_no_column_counts_calls(data: Collected) -> None:
    centre = data.centre.assign(value=data.centre["value"].mask(data.centre["kpi"] == "answered"))
    for dimension in ("agent", "team"):
        called, uncalled = (
            people_table(of, Words("en"), dimension, Places(data)) for of in (data, replace(data, centre=centre))
        )
        titles = [column.title for column in called.columns]
        assert (
            [column.title for column in uncalled.columns]
            == [title for title in titles if title != "Answered calls"]
            != titles
        )
        assert {len(row) for row in uncalled.rows} == {len(uncalled.columns)}


PEC = "Personal emotional contact (PEC)"


def grey_columns(shown: Table) -> set[str]:
    """The heads of columns in which every figure is doubted; one that is so in part has none."""
    cells = zip(shown.columns, zip(*shown.rows, strict=True), strict=True)
    return {head.title for head, column in cells if all(cell.is_doubted for cell in column)}


VERDICT = ["evaluator", "conversation_id", "pec", "evaluated_at"]


def test_shares_of_evaluators_have_ranges_and_few_judgements_say_nothing() -> None:
    """One judged eight contacts in the first half and four in the second, another a single one."""
    days = pd.date_range("2026-05-01", periods=13)
    rows = [("many", f"c{n}", float(n >= 3), days[0 if n < 8 else n]) for n in range(12)]
    verdicts = pd.DataFrame([*rows, ("one", "c12", 0.0, days[12])], columns=VERDICT)
    found = table(Words("en"), Warmth([], pd.DataFrame(), pd.DataFrame(), verdicts))
    assert found
    many, one = found.rows
    low, high = wilson(9, 12)
    assert (many[2].value, many[2].low, many[2].high) == (0.75, float(low), float(high))
    assert [cell.is_absent for cell in many[2:5]] == [False, False, True]
    assert {cell.text for cell in one[2:5]} == {"too few to say"}


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (10, "1.00 (0.37 to 1.00) over 10 contacts that two or more judged: too few"),
        (60, "to 1.00) over 60 contacts that two or more judged: reliable"),
    ],
)
def test_agreement_is_called_reliable_where_its_whole_range_is(data: Collected, n: int, said: str) -> None:
    rows = [(who, f"c{k}", k % 10 < 7) for who in ("first", "second") for k in range(n)]
    assert data.warmth is not None
    verdicts = pd.DataFrame(rows, columns=["evaluator", "conversation_id", "pec"]).assign(team=1, agent="a")
    assert said in agreed(Words("en"), replace(data.warmth, verdicts=verdicts.astype({"pec": float})))


@pytest.mark.parametrize(
    ("is_judged", "said"),
    [
        ("n % 3 == 0", ""),
        ("score < 0.3", "gives them 0.50 less"),
        ("score > 0.6", "gives them 0.50 more"),
        ("n < 9", ""),
    ],
)
def test_judged_contacts_unlike_the_others_are_warned_of(data: Collected, is_judged: str, said: str) -> None:
    """Of a hundred contacts, a week's or another's: judged are every third, the coldest, the warmest, or too few to join."""
    contacts = pd.DataFrame({"n": range(100)}).assign(score=lambda rows: rows["n"] % 10 / 10, agent="ann", team="Rigi")
    contacts = contacts.assign(
        stratum=1, week=["2026-W45", "2026-W46"] * 50, source="mail", ticket_id=contacts["n"].astype(str)
    )
    contacts["verdict"] = (contacts["n"] % 2.0).where(contacts.eval(is_judged))
    assert data.warmth is not None
    doubt = page(replace(data, warmth=replace(data.warmth, contacts=contacts)), Words("en"), Places(data))[
        "joined_doubt"
    ]
    assert said in doubt and bool(said) == bool(doubt)


@pytest.mark.parametrize(
    ("last", "said"), [(1, "agree on all 30 contacts that two or more judged"), (0, "too few contacts to say")]
)
def test_a_rare_no_is_no_disagreement(data: Collected, last: int, said: str) -> None:
    """Alpha is unknown where every verdict is the same, and nought where one of thirty differs."""
    given = {"first": [1] * 30, "second": [1] * 29 + [last]}
    rows = [(who, f"c{n}", pec) for who, verdicts in given.items() for n, pec in enumerate(verdicts)]
    assert data.warmth is not None
    found = replace(
        data.warmth,
        verdicts=pd.DataFrame(rows, columns=["evaluator", "conversation_id", "pec"]).assign(team=1, agent="a"),
    )
    assert said in agreed(Words("en"), found)
    assert not warning(Words("en"), found)


def test_a_verdict_is_of_the_letters_of_its_own_source(data: Collected) -> None:
    """Two systems may give a ticket the same number."""
    contacts = pd.DataFrame({"source": ["jira", "zendesk"], "ticket_id": ["100", "100"], "verdict": [1.0, 0.0]})
    letters = pd.DataFrame({"source": ["zendesk", "jira", "own"], "ticket_id": ["100"] * 3})
    assert data.warmth is not None
    warm, cold = warm_and_cold(replace(data.warmth, contacts=contacts, letters=letters))
    assert (warm["source"].tolist(), cold["source"].tolist()) == (["jira"], ["zendesk"])


def test_what_warm_letters_hold_more_often_has_a_range_over_people(data: Collected) -> None:
    """Two of twenty people greet by name, always, and are found warm: ten times as many letters of theirs make it no surer, but for
    n / (n - 1) of 80 letters and of 800."""
    assert data.warmth is not None
    features = {f.name: 0 for f in read_features()[1].values() if f.role == "agent"}

    def told(each: int) -> Cell:
        rows = [{"agent": f"a{n}", "ticket_id": f"{n}-{k}"} for n in range(20) for k in range(each)]
        letters = pd.DataFrame(rows).assign(**features, source="own", message_id=range(len(rows)))
        letters["greeting"] = letters["agent"].isin(["a0", "a1"]).astype(int)
        warm = letters["agent"].isin([f"a{n}" for n in range(10)]).astype(float)
        contacts = letters[["source", "ticket_id"]].assign(verdict=warm)
        table = _feature_table(Words("en"), replace(data.warmth, contacts=contacts, letters=letters))
        assert table is not None and table.columns[3].has_interval
        return table.rows[0][3]

    few, many = told(4), told(40)
    assert few.text == many.text == "+20 pp" and few.low is not None and few.low < 0
    assert many.low is not None and few.high is not None and many.high is not None
    half = (few.high - few.low) / (many.high - many.low)
    assert half == pytest.approx((80 / 79 / (800 / 799)) ** 0.5)
