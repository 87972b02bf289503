"""A vendor's export beside our figures: each definition is recognised, the rest shows its records."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.asking.reconcile import Reconciled, _without_totals, apart, reconcile
from pipeline.asking.vendor_export import read_export
from pipeline.errors import UsageError
from pipeline.kpis.measure import Question, measure
from pipeline.results import Results
from tests.tables import publish

pytestmark = pytest.mark.usefixtures("facts_alone")

SERVICE_LEVELS = ["service_level", *(f"service_level_f{i}" for i in range(1, 7))]
HANDLE_TIMES = ["aht", "aht_contact", "aht_no_wrap", "aht_talk"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Two queues whose calls tell every definition from every other; two calls make a conversation, in which a customer gives up
    behind an agent."""
    rows = ["call_id  conversation_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  agent  queue"]
    for queue, factor in (("cards", 1), ("loans", 2)):
        waits = [
            (5, "answered"),
            (3, "abandoned"),
            (12, "answered"),
            (15, "abandoned"),
            (40, "answered"),
            (90, "abandoned"),
            (60, "overflowed"),
            (18, "answered"),
        ]
        for n, (wait, outcome) in enumerate(waits * factor + [(8, "answered")] * 4 * factor):
            talk = f"{100 * factor + 7 * n}  {3 * n}  {20 + n}" if outcome == "answered" else "-  -  -"
            agent = "ann" if outcome == "answered" else "-"
            rows.append(
                f"{queue}{n}  {queue}{n // 2}  2026-03-02 {9 + n // 6:02d}:{n % 6}0  {wait}  {talk}  {outcome}  {agent}  {queue}"
            )
    return publish(tmp_path_factory.mktemp("reconcile"), calls="\n".join(rows))


def export(folder: Path, results: Results, kpi: str, form: str) -> Path:
    """What a system that means `kpi` would hand out."""
    figures = measure(results, results.catalogue, Question((kpi,), by=("queue",)))
    file = folder / "export.csv"
    said = [f"{form.format(value)}" for value in figures["value"]]
    file.write_text(
        "Queue;Value\n" + "\n".join(f"{q};{v}" for q, v in zip(figures["queue"], said, strict=True)), "utf-8"
    )
    return file


@pytest.mark.parametrize("meant", SERVICE_LEVELS)
def test_each_service_level_is_recognised(tmp_path: Path, results: Results, meant: str) -> None:
    found = reconcile(results, export(tmp_path, results, meant, "{:.4%}"), "service_level", ("queue",), "total", "true")
    assert found.explained_by == meant
    assert found.matches[meant] == 2 and all(meant in row["explained_by"].split(", ") for row in found.rows)


@pytest.mark.parametrize("meant", HANDLE_TIMES)
def test_each_handle_time_is_recognised(tmp_path: Path, results: Results, meant: str) -> None:
    found = reconcile(results, export(tmp_path, results, meant, "{:.1f}"), "aht", ("queue",), "total", "true")
    assert (found.explained_by, found.matches[meant]) == (meant, 2)
    assert {row["status"] for row in found.rows} == {"same" if meant == "aht" else "another definition"}


@pytest.mark.parametrize("said", ["1,234", "1.234", "1\u00a0234", "1234"])
def test_a_count_is_whole_however_its_thousands_are_marked(tmp_path: Path, results: Results, said: str) -> None:
    (tmp_path / "export.csv").write_text(f'queue;value\ncards;"{said}"\n', "utf-8")
    for kpi, theirs in (("offered", [1234]), ("aht", [1.234 if said[1] in ",." else 1234])):
        table = read_export(tmp_path / "export.csv", kpi, {"queue": "queue"}, results.catalogue, [], "total")
        assert table["theirs"].tolist() == theirs


def test_the_rest_shows_its_records_and_what_only_one_side_has(tmp_path: Path, results: Results) -> None:
    file = tmp_path / "export.csv"
    file.write_text("queue,service_level\ncards,12.3%\nsavings,80%\n", "utf-8")
    found = reconcile(results, file, "service_level", ("queue",), "total", "true")
    by_queue = {row["queue"]: row for row in found.rows}
    assert {q: row["status"] for q, row in by_queue.items()} == {
        "cards": "unexplained", "loans": "only here", "savings": "only in the file",
    }  # fmt: skip
    assert by_queue["cards"]["records"] == 12 and by_queue["cards"]["first_records"]
    assert found.explained_by is None


def test_a_figure_that_we_cannot_tell_says_why_and_a_total_is_no_queue(tmp_path: Path, results: Results) -> None:
    (tmp_path / "e.csv").write_text("queue,repeat\ncards,8%\nsavings,7%\nTotal,8%\n", "utf-8")
    found = reconcile(results, tmp_path / "e.csv", "repeat_7d", ("queue",), "total", "true")
    assert {row["queue"]: row["status"] for row in found.rows} == {
        "cards": "not available here: not yet", "loans": "only here", "savings": "only in the file",
    }  # fmt: skip


def test_a_spreadsheet_by_week_with_clock_times(tmp_path: Path, results: Results) -> None:
    value = measure(results, results.catalogue, Question(("aht",), "week")).dropna(subset=["value"]).iloc[0]
    minutes, seconds = divmod(round(value["value"]), 60)
    pd.DataFrame({"Week": [value["period"], None], "AHT": [f"{minutes}:{seconds:02d}", None]}).to_excel(
        tmp_path / "e.xlsx", index=False, engine="xlsxwriter"
    )
    found = reconcile(results, tmp_path / "e.xlsx", "aht", (), "week", "true")
    assert [row["status"] for row in found.rows] == ["same"]


@pytest.mark.parametrize(
    ("kpi", "said", "statuses"),
    [
        ("service_level", ["{:.4f}", "0.5"], ["same", "unexplained"]),
        ("service_level", ["1", "0"], ["unexplained", "unexplained"]),
        ("aht", ["{:.1f}", "{:.0f}"], ["same", "unexplained"]),
        ("aht", ["{!r}", "{!r}"], ["same", "same"]),
    ],
    ids=["zeros dropped", "all and none", "seconds and tenths", "every digit"],
)
def test_a_column_is_rounded_as_its_finest_cell(
    tmp_path: Path, results: Results, kpi: str, said: list[str], statuses: list[str]
) -> None:
    values = measure(results, results.catalogue, Question((kpi,), by=("queue",)))["value"] * (1 + 1e-12)
    cells = [form.format(float(value)) for form, value in zip(said, values, strict=True)]
    (tmp_path / "export.csv").write_text(f"queue,value\ncards,{cells[0]}\nloans,{cells[1]}\n", "utf-8")
    found = reconcile(results, tmp_path / "export.csv", kpi, ("queue",), "total", "true")
    assert [row["status"] for row in found.rows] == statuses, found.rows


@pytest.mark.parametrize(
    ("kpi", "said", "value", "step"),
    [
        ("aht", "2:30", 150, 1),
        ("aht", "0:02:30", 150, 1),
        ("first_reply_p50", "2:30", 2.5, 1 / 60),
        ("first_reply_p50", "2:30:00", 2.5, 1 / 3600),
        ("service_level", "0.5%", 0.005, 0.001),
        ("service_level", "0.5", 0.5, 0.01),
    ],
)
def test_figures_are_read_in_our_unit(
    tmp_path: Path, results: Results, kpi: str, said: str, value: float, step: float
) -> None:
    """Rounding may hide half a step of the last digit, of a share at most half a percent."""
    (tmp_path / "export.csv").write_text(f"queue,value\ncards,{said}\n", "utf-8")
    read = read_export(tmp_path / "export.csv", kpi, {"queue": "queue"}, results.catalogue, [], "total")
    assert read["theirs"].tolist() == [value]
    assert read["tolerance"].tolist() == pytest.approx([step / 2])


@pytest.mark.parametrize("said", ["2026-03-02", "02.03.2026", "excel"])
def test_a_day_is_one_however_it_is_written(tmp_path: Path, results: Results, said: str) -> None:
    value = measure(results, results.catalogue, Question(("aht",), "day"))["value"].iloc[0]
    table = pd.DataFrame({"Day": [pd.Timestamp("2026-03-02") if said == "excel" else said], "AHT": [round(value, 1)]})
    file = tmp_path / ("e.xlsx" if said == "excel" else "e.csv")
    table.to_excel(file, index=False, engine="xlsxwriter") if said == "excel" else table.to_csv(file, index=False)
    assert [row["status"] for row in reconcile(results, file, "aht", (), "day", "true").rows] == ["same"]


def test_a_file_none_of_whose_keys_is_ours_is_told_so(tmp_path: Path, results: Results) -> None:
    said = []
    for day in ("2/3/26", "2.3.2026"):
        (tmp_path / "e.csv").write_text(f"day,aht\n{day},200\n", "utf-8")
        said.append(apart(reconcile(results, tmp_path / "e.csv", "aht", (), "day", "true"), ["period"]))
    assert said == ["no row has the period of one of ours, such as 2026-03-02", ""]
    assert apart(Reconciled("aht", [{"status": "only here"}], {}, None), []) == ""


def test_a_total_is_told_by_any_of_its_keys_unless_one_of_ours_is_called_so() -> None:
    theirs = pd.DataFrame({"team": ["Red", "Red", "ALL", "Total"], "queue": ["cards", "All", "cards", "cards"]})
    ours = pd.DataFrame({"team": ["Red", "Total"], "queue": ["cards", "cards"]})
    assert _without_totals(theirs, ours, ["team", "queue"])["team"].tolist() == ["Red", "Total"]


def test_a_file_as_german_excel_writes_it(tmp_path: Path, results: Results) -> None:
    file = tmp_path / "e.csv"
    file.write_text("Queue;Servicelevel in %\nGeschäftskunden;59,4\n;\ncards;56,0\n", "cp1252")
    asked = (results, file, "service_level", ("queue",), "total", "true")
    for encoding, says in (
        ("utf-8-sig", "is not utf-8 text: `--encoding cp1252`"),
        ("cp125", "no encoding of text 'cp125'"),
        ("rot13", "no encoding of text 'rot13'"),
    ):
        with pytest.raises(UsageError, match=says):
            reconcile(*asked, encoding)
    rows = reconcile(*asked, "cp1252").rows
    assert {row["queue"]: row["theirs"] for row in rows if row["theirs"] == row["theirs"]} == {
        "Geschäftskunden": 0.594, "cards": 0.56,
    }  # fmt: skip
    assert {row["queue"] for row in rows} == {"Geschäftskunden", "cards", "loans"}


def test_only_grains_that_a_file_can_have_are_compared(tmp_path: Path, results: Results) -> None:
    (tmp_path / "e.csv").write_text("month,aht\n2026-03,200\n", "utf-8")
    with pytest.raises(UsageError, match="by total, day, week, not by month"):
        reconcile(results, tmp_path / "e.csv", "aht", (), "month", "true")


def test_columns_alike_but_for_their_signs_are_told_apart(tmp_path: Path, results: Results) -> None:
    file = tmp_path / "e.csv"
    file.write_text("queue,SL %,SL #\ncards,80%,5\nloans,70%,6\n", "utf-8")
    found = reconcile(results, file, "service_level=SL %", ("queue",), "total", "true")
    assert [row["theirs"] for row in found.rows] == [0.8, 0.7]
    with pytest.raises(UsageError, match="no column 'SL'"):
        reconcile(results, file, "service_level=SL", ("queue",), "total", "true")


def test_columns_may_have_the_vendors_headings(tmp_path: Path, results: Results) -> None:
    """Beside others, of which one is called as ours."""
    file = tmp_path / "e.csv"
    file.write_text("Split,Queue Name,Queue,SL %,value\n1,cards,x,58.3,7\n2,loans,y,58.3,7\n", "utf-8")
    found = reconcile(results, file, "service_level=SL %", ("queue=Queue Name",), "total", "true")
    assert (found.kpi, found.explained_by) == ("service_level", "service_level")
    assert [(row["queue"], row["theirs"]) for row in found.rows] == [("cards", 0.583), ("loans", 0.583)]
    for kpi, by, says in (("aht=AHT", "queue", "no column 'AHT'"), ("aht=SL %", "queue=Skill", "no column 'Skill'")):
        with pytest.raises(UsageError, match=says):
            reconcile(results, file, kpi, (by,), "total", "true")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("team,value\nRed,1", "no column 'queue'"),
        ("queue,one,two\ncards,1,2", "no column 'service_level' or 'value'"),
        ("queue,value\ncards,many", "line 2, column 'value': 'many' is no number"),
    ],
)
def test_what_a_file_lacks_is_named(tmp_path: Path, results: Results, text: str, says: str) -> None:
    file = tmp_path / "export.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=says):
        reconcile(results, file, "service_level", ("queue",), "total", "true")
