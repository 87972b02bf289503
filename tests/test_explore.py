"""The notebooks' way to the published results: the same figures as everywhere, clear words for what does not exist."""

import json
import re
import runpy
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pipeline
from pipeline.asking.explore import Exploration
from pipeline.asking.periods import Day, named_period
from pipeline.errors import NoData, UsageError
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Settings
from tests.notebooks import outputs_of
from tests.tables import publish

ROOT = Path(__file__).parents[1]
NO_TEAM = (
    "service_level has no dimension 'team'; it has queue, topic, channel: a call that nobody answered has no agent"
)


@pytest.fixture(scope="module")
def explored(results: Results, home: Path) -> Exploration:
    file = home / "pipeline.toml"
    file.write_text(
        'timezone = "Europe/Zurich"\nwarehouse = "work/test.duckdb"\n[targets]\nservice_level = 0.8\n', "utf-8"
    )
    return pipeline.open_results(file)


def test_the_same_figure_by_name_by_rows_and_by_sql(explored: Exploration) -> None:
    week = explored.last_complete_week
    answered = explored.kpis("answered", week=week)["value"].iloc[0]
    assert answered == len(explored.rows("answered", week=week)) > 0
    assert (
        answered
        == explored.sql(f"select count(*) as n from fact_calls where is_offered and is_answered and week = '{week}'")[
            "n"
        ].iloc[0]
    )


def test_splits_grains_and_periods(explored: Exploration) -> None:
    by_team = explored.kpis("aht", by="team")
    assert {"team", "low", "high", "unit"} <= set(by_team) and len(by_team) > 1
    assert explored.kpis("offered", grain="week")["period"].tolist() == explored.weeks
    assert len(explored.kpis(by="queue")) > len(explored.kpis("offered", by=("queue",)))


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("2026-W47", None, None), "2026-W47"), ((None, "2026-11-16", date(2026, 11, 22)), "2026-11-16/2026-11-22"),
        ((None, "2026-11-16", "2026-11-16"), "2026-11-16"), ((None, "2026-11-16", None), "2026-11-16/.."),
        ((None, None, "2026-11-16"), "../2026-11-16"), ((None, None, None), "total"),
    ],
)  # fmt: skip
def test_figures_of_one_period_name_it(asked: tuple[str | None, Day, Day], named: str) -> None:
    assert named_period(*asked) == named


def test_a_week_names_itself_in_its_figures(explored: Exploration) -> None:
    week = explored.last_complete_week
    assert set(explored.kpis("answered", by="team", week=week)["period"]) == {week}
    assert set(explored.kpis("answered", by="team", week=week, grain="week")["period"]) == {week}


def test_days_are_dates_too_and_dimensions_stand_apart_as_one_likes(explored: Exploration) -> None:
    first = datetime.fromisoformat("2026-11-09 08:00")
    said = explored.kpis("answered", by="team, topic", first=first, last=first.date())
    assert said.equals(explored.kpis("answered", by=("team", "topic"), first="2026-11-09", last="2026-11-09"))


@pytest.mark.parametrize(
    ("by", "where", "grain"),
    [
        ("", {"team": "Rigi"}, "day"),
        ("", {"queue": ["technical", "service"]}, "total"),
        ("team", {"topic": ["billing"], "team": ["Rigi", "Sihl"]}, "total"),
        ("agent", {"topic": ""}, "month"),
    ],
    ids=str,
)
def test_figures_of_some_values_are_those_filtered_by_hand(
    explored: Exploration, by: str, where: dict[str, str | list[str]], grain: str
) -> None:
    dimensions = tuple(dict.fromkeys([*([by] if by else []), *where]))
    whole = explored.kpis(by=dimensions, grain=grain)
    wanted = {name: [asked] if isinstance(asked, str) else asked for name, asked in where.items()}
    for name, values in wanted.items():
        whole = whole[whole[name].fillna("").isin(values)]
    pd.testing.assert_frame_equal(explored.kpis(by=by, where=where, grain=grain), whole.reset_index(drop=True))
    assert len(whole)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ({"moon": "full"}, "no dimension 'moon'; there are team, agent"),
        ({"team": "Rigy"}, "no team 'Rigy'; there are "),
        ({"agent": "a99"}, r"no agent 'a99'; there are a001 \(.*\), a002"),
        ({"agent": "a01"}, r"no agent 'a01'; there are (a01\d \([^)]*\), )+.*, \.\.\.$"),
        ({"queue": ["service", "' or true --"]}, "no queue '' or true --'; there are service, technical"),
        ({"team": "Rigi,Sihl"}, "no team 'Rigi,Sihl'; there are .*; of several values each needs a --where of its own"),
        ("team=Rigi", r"where: values by dimension are wanted, such as {\"team\": .*, not 'team=Rigi'"),
        (3, "where: values by dimension are wanted"),
        ([], "where: values by dimension are wanted"),
        *(({"team": odd}, "where: team: a text or a list of such is wanted") for odd in (None, 3, [None])),
    ],
    ids=str,
)
@pytest.mark.parametrize("ask", ["kpis", "rows"])
def test_what_is_asked_of_alone_has_to_exist(explored: Exploration, ask: str, where: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        getattr(explored, ask)("aht", where=where)


def test_records_are_asked_for_as_figures_are(explored: Exploration) -> None:
    figures = explored.kpis("answered", where={"queue": ["service", "technical"]})
    assert figures["value"].sum() == len(explored.rows("answered", where={"queue": ["service", "technical"]})) > 0


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda of: of.definitions(lang="de"), "no language 'de'; there are en, ru"),
        (lambda of: of.findings(lang="de"), "no language 'de'"),
        (lambda of: of.charts(lang="de"), "no language 'de'"),
        (lambda of: of.values("aht", "agents"), "no dimension 'agents'; there are team, agent"),
        (lambda of: of.values("service_level", "team"), NO_TEAM),
        (lambda of: of.kpis("service_level", by="team"), NO_TEAM),
        (lambda of: of.kpis("service_level", where={"team": "Rigi"}), NO_TEAM),
        (lambda of: of.rows("service_level", where={"team": "Rigi"}), NO_TEAM),
        (lambda of: of.rows("aht", agent="a017"), "rows has no agent; dimensions stand in where, such as {"),
    ],
    ids=["definitions", "findings", "charts", "values", "values by", "kpis by", "kpis of", "rows of", "rows"],
)
def test_a_mistake_is_said_in_words(explored: Exploration, ask: Callable[[Exploration], object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ask(explored)


def test_a_frame_of_ones_own_stands_in_the_sql(explored: Exploration) -> None:
    mine = pd.DataFrame({"week": explored.weeks[:2], "campaign": ["a", "b"]})
    found = explored.sql(
        "select campaign, count(*) as calls from fact_calls join mine using (week) group by all", mine=mine
    )
    assert sorted(found["campaign"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"week": "2031-W01"}, NoData, "2031-W01"),
        ({"week": "last"}, UsageError, "ISO week"),
        ({"first": "2026-13-01"}, UsageError, "2026-11-16"),
        ({"last": "2026-W47"}, UsageError, "2026-11-16"),
        ({"first": "20261116"}, UsageError, "2026-11-16"),
        ({"week": "2026-W40", "first": "2026-10-01"}, UsageError, "either"),
        ({"week": "2026-W40", "last": "2026-10-01"}, UsageError, "either"),
        ({"first": "2031-01-01"}, NoData, "2031-01-01"),
        ({"by": "moon"}, UsageError, "moon"),
        ({"week": 47}, UsageError, "'47' is no ISO week"),
        ({"grain": "century"}, UsageError, "century"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_said(
    explored: Exploration, asked: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        explored.kpis("aht", **asked)


@pytest.mark.parametrize("days", [{"first": "2031-01-01"}, {"last": "2001-01-01"}], ids=str)
def test_records_of_days_without_data_are_no_empty_answer(explored: Exploration, days: dict[str, str]) -> None:
    with pytest.raises(NoData, match="no data from"):
        explored.rows("offered", **days)
    with pytest.raises(NoData, match="no data from"):
        explored.period(**days)


def test_charts_are_the_reports_own(explored: Exploration) -> None:
    charts = explored.charts()
    assert {"tradeoff-pec", "trend-aht", "service-heat", "people-aht"} <= set(charts)
    assert not [name for name, figure in charts.items() if '"--' in figure.to_json()]
    week = f"Week {explored.last_complete_week[-2:]}, {Words('en').week(explored.last_complete_week)}"
    said = {name: " ".join(re.sub("<[^>]*>", " ", figure.layout.title.text).split()) for name, figure in charts.items()}
    assert [name for name, text in said.items() if week not in text] == []
    assert [name for name, figure in charts.items() if not figure.layout.xaxis.title.text] == ["cases-shift"]
    wanted = {
        "tradeoff-pec": ["range is clear of both lines", "◆ team", "cover the same 8 weeks", "not a cause"],
            "tradeoff-resolution": ["by chance alone"],
        "people-aht": ["not shown if it rests on fewer than 5 records", "one in twenty"], "cases-shift": ["Bold lines"],
        "trend-aht": ["Letters on the charts: A"], "service-clock": ["answered within 20 seconds", "■ Offered calls"],
    }  # fmt: skip
    assert [(name, part) for name, parts in wanted.items() for part in parts if part not in said[name]] == []


def test_findings_in_words(explored: Exploration, tmp_path: Path) -> None:
    english, russian = explored.findings(), explored.findings(lang="ru")
    english.to_parquet(tmp_path / "findings.parquet")
    assert all("value" in figure for figures in english["figures"] for figure in json.loads(figures).values())
    assert len(english) == len(russian) > 0 and (english["text"] != russian["text"]).all()


def test_refresh_tells_whether_there_is_something_new(explored: Exploration) -> None:
    assert explored.refresh() is False


def test_results_that_newer_ones_took_the_place_of_ask_for_a_refresh(tmp_path: Path) -> None:
    published = publish(tmp_path, calls="call_id  offered_at  outcome\nc1  2026-05-11 10:00  answered")
    manifest, text = tmp_path / "warehouse.results" / "manifest.json", json.dumps(published.manifest)
    for file in [*manifest.parent.rglob("*calls/*.parquet"), *manifest.parent.rglob("agents*.json")]:
        file.unlink()
    newer = text.replace("UTC", "Europe/Zurich")
    for told, says in ((text, "No files found|No such file"), (newer, r"newer results .* `refresh\(\)`")):
        manifest.write_text(told)
        with pytest.raises(Exception, match=says):
            published.frame("select count(*) from fact_calls")
        with pytest.raises(Exception, match=says):
            _ = published.names


@pytest.fixture(scope="module")
def calls_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of a centre of which calls without customers are known, and nothing else."""
    folder = tmp_path_factory.mktemp("calls")
    head = "call_id  offered_at  talk_s  outcome  agent"
    publish(folder, calls="\n".join([head, *(f"{n}  2026-05-{n} 10:00  60  answered  ann" for n in (11, 18, 25))]))
    (folder / "pipeline.toml").write_text('warehouse = "warehouse.duckdb"\n', "utf-8")
    return folder / "pipeline.toml"


def test_a_notebook_of_a_first_week_says_that_no_return_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "call_id  offered_at  talk_s  hold_s  wrap_s  outcome  agent  customer_key  topic  is_resolved"
    rows = [f"{n}  2026-05-{n} 10:00  60  0  5  answered  ann  c{n}  cards  true" for n in range(11, 17)]
    publish(tmp_path, calls="\n".join([head, *rows]))
    (tmp_path / "pipeline.toml").write_text('warehouse = "warehouse.duckdb"\n', "utf-8")
    monkeypatch.setenv("CONTACT_QUALITY_CONFIG", str(tmp_path / "pipeline.toml"))
    told = runpy.run_path(str(ROOT / "notebooks" / "speed_and_quality.py"))
    assert told["wide"].empty and told["empty"].startswith("Empty: no week is known yet")
    assert "no week is known yet" in capsys.readouterr().out and told["table"].loc["any topic, any channel", 1] == 0
    runpy.run_path(str(ROOT / "notebooks" / "own_question.py"))
    said = capsys.readouterr().out
    assert "repeat_7d: no week is old enough yet" in said and "nan" not in said


def test_a_question_of_ones_own_counts_what_the_kpi_of_its_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call of the house's own is no contact that a customer made, though one may follow it."""
    head = "call_id  offered_at  talk_s  hold_s  wrap_s  outcome  agent  customer_key  direction"
    made = {"04": "c1  inbound", "05": "c1  outbound", "06": "c1  inbound", "25": "c2  inbound"}
    rows = [f"{day}  2026-05-{day} 10:00  60  0  5  answered  ann  {of}" for day, of in made.items()]
    publish(tmp_path, calls="\n".join([head, *rows]))
    (tmp_path / "pipeline.toml").write_text('warehouse = "warehouse.duckdb"\n', "utf-8")
    monkeypatch.setenv("CONTACT_QUALITY_CONFIG", str(tmp_path / "pipeline.toml"))
    told = runpy.run_path(str(ROOT / "notebooks" / "own_question.py"))
    [whole] = told["results"].kpis("repeat_7d").to_dict("records")
    assert (told["n"], told["returned"]) == (whole["n"], whole["numerator"]) == (2, 1)


@pytest.mark.parametrize(
    "name", ["start_here", "kpis", "tickets", "pec_calibration", "speed_and_quality", "own_question"]
)
def test_a_notebook_says_what_there_is_not(calls_alone: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CONTACT_QUALITY_CONFIG", str(calls_alone))
    assert runpy.run_path(str(ROOT / "notebooks" / f"{name}.py"))["results"]


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda file: file.stem)
def test_styled_tables_of_notebooks_hold_no_markup_of_names(notebook: Path) -> None:
    """Pandas escapes what it shows plain, and nothing that it styles."""
    said = notebook.read_text("utf-8")
    assert said.count(".style") == said.count('escape="html"')


@pytest.mark.slow
def test_a_notebook_runs_in_a_kernel_of_its_own(
    explored: Exploration, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others run on the sample, in the tests of the whole way."""
    monkeypatch.setenv("CONTACT_QUALITY_CONFIG", str(home / "pipeline.toml"))
    assert sum("application/vnd.plotly.v1+json" in data for data in outputs_of("start_here")) == 2


def test_days_with_records_that_no_figure_counts_are_not_without_data(tmp_path: Path) -> None:
    """The backlog stands at the ends of weeks alone, repeats are known after a week: the reason says more than "no data"."""
    tickets = "ticket_id  created_at  status\na  2026-05-04 09:00  open\nb  2026-05-19 09:00  open\n"
    publish(tmp_path, tickets=tickets)
    explored = Exploration(Settings(warehouse=tmp_path / "warehouse.duckdb", timezone="UTC"))
    [backlog] = explored.kpis("backlog", grain="week", first="2026-05-04", last="2026-05-06").to_dict("records")
    [replied] = explored.kpis("reopened", first="2026-05-19", last="2026-05-19").to_dict("records")
    assert (backlog["why"], replied["why"]) == ("no_rows", "not_yet")
