"""Tables and what can be taken away of them: spreadsheets, workbooks, the records behind a figure."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pipeline.report.cases import page as cases_page
from pipeline.report.cells import column
from pipeline.report.collect import Collected
from pipeline.report.collect_figures import withhold_small
from pipeline.report.definitions import definitions
from pipeline.report.figures import row_of
from pipeline.report.pages import all_pages, tables_of
from pipeline.report.rows_behind import row_files
from pipeline.report.tables import Cell, Column, Table, csv_text, rest_script
from pipeline.report.tiles import tile, tiles
from pipeline.report.words import Words
from pipeline.report.workbook import sheet_names, workbook
from pipeline.results import Results
from tests.simulated import LANGUAGES

AHT = "Average handle time"
ENDS = "", ", lower bound", ", upper bound"


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


def test_every_row_has_an_address_of_its_own() -> None:
    rows = [[Cell(name)] for name in ("Anna Keller", "Пётр", "Anna  Keller", "<b>")]
    assert Table("agents", "A", [Column("Name", False)], rows).anchors == [
        "agents-anna-keller", "agents-пётр", "agents-anna-keller-2", "agents-b"
    ]  # fmt: skip


def test_a_table_holds_rows_that_its_page_does_not_show() -> None:
    table = Table("t", "T", [Column("name")], [[Cell(str(n), n)] for n in range(18)], most=15)
    assert len(table.shown) == 15 and table.has_rest and table.is_long
    assert len(csv_text(table, Words("en")).splitlines()) == 19 and rest_script(table).count('["t-') == 3


def test_a_file_for_spreadsheets_runs_no_formula() -> None:
    rows = [[Cell("=1+1", "=1+1"), Cell("50%", 0.5, 0.25, 0.75)], [Cell("@x", "@x"), Cell("–", is_absent=True)]]
    table = Table("t", "T", [Column("Name", False), Column("Share", has_interval=True)], rows)
    assert csv_text(table, Words("en")).splitlines() == [
        '\ufeffName,Share,"Share, lower bound","Share, upper bound"',
        "'=1+1,0.5,0.25,0.75",
        "'@x,,,",
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ['Name,Share,"Share, lower bound","Share, upper bound"', '"one; two, 1.5",1.5,0.25,1e-07']),
        ("ru", ["Name;Share;Share, нижняя граница;Share, верхняя граница", '"one; two, 1.5";1,5;0,25;1e-07']),
    ],
)
def test_a_file_for_spreadsheets_is_written_as_that_of_its_language_reads_it(language: str, lines: list[str]) -> None:
    rows = [[Cell("one; two, 1.5", "one; two, 1.5"), Cell("150%", 1.5, 0.25, 1e-7)]]
    table = Table("t", "T", [Column("Name", False), Column("Share", has_interval=True)], rows)
    assert csv_text(table, Words(language)).lstrip("\ufeff").splitlines() == lines


def test_each_chart_of_speed_and_quality_has_a_sheet_that_says_which(data: Collected) -> None:
    for language in LANGUAGES:
        tables = tables_of(all_pages(data, Words(language))["index"].context)
        names = sheet_names([table.caption for table in tables])
        assert {"tradeoff-pec", "trend-pec_rate"} <= {table.id for table in tables}
        assert not any(re.search(r"-\d$", name) for name in names)


def test_sheets_are_called_as_their_tables_and_told_apart() -> None:
    captions = [
        "Команды", "Уровень сервиса по получасам дня, неделя вместе", "Дела: [всего] 15/60", "'Agents'", "agents", "?", "x" * 40
    ]  # fmt: skip
    assert sheet_names(captions) == [
        "Команды", "Уровень сервиса по получасам", "Дела всего 15 60", "Agents", "agents-2", "-", "x" * 31
    ]  # fmt: skip
    assert sheet_names(["y" * 40] * 12)[-1] == "y" * 28 + "-12"
    tables = [Table(f"t{n}", text, [Column("Name", False)], [[Cell("x", "x")]]) for n, text in enumerate(captions)]
    assert workbook(tables, Words("en"))


def test_files_say_of_whom_a_figure_is_in_doubt() -> None:
    """As the page shows it grey: of people, not of teams, nor where there is no figure."""
    figures = [
        Cell("67%", 0.67, 0.45, 0.83, is_doubted=True),
        Cell("60%", 0.6, 0.5, 0.7),
        Cell("–", None, None, None, "", True, True),
    ]
    rows = [
        [Cell(name, name), figure, Cell("4", 4)] for name, figure in zip(("Ann", "Rigi", "Ben"), figures, strict=True)
    ]
    table = Table("t", "T", [Column("Name", False), Column("PEC", has_interval=True), Column("Rows")], rows)
    plain = Table("u", "U", [Column("Name", False)], [[Cell("Ann", "Ann")]])
    heads, *told = csv.reader(io.StringIO(csv_text(table, Words("en"))))
    assert heads == ["\ufeffName", *(f"PEC{end}" for end in (*ENDS, ", doubt")), "Rows"]
    assert [row[4] for row in told] == ["evaluators disagree: no ground for a judgement", "", ""]
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(workbook([table, plain], Words("en"))))
    notes = [sheets.get_sheet_by_index(n).to_python()[1][0] for n in (0, 1)]
    assert notes == [Words("en")("table.doubted"), ""]


def test_files_say_the_unit_of_bare_numbers(data: Collected) -> None:
    kpis = [data.catalogue[name] for name in ("aht", "service_level", "csat")]
    table = Table("t", "T", [column(Words("en"), kpis[0], True), *(column(Words("ru"), kpi) for kpi in kpis[1:])])
    level, csat = "Уровень сервиса (0–1)", "Удовлетворённость клиентов"
    assert csv_text(table, Words("en")).splitlines() == [
        "\ufeff" + ",".join([*(f'"{AHT} (s){end}"' if end else f"{AHT} (s)" for end in ENDS), level, csat])
    ]
    [[clock, *_]] = [
        row for row in cases_page(data, Words("en"))["figures"].rows if row[0].text == "Effort per resolved case"
    ]
    assert clock.value == "Effort per resolved case (s)"


def test_the_centre_has_one_effort_a_case_and_people_two(data: Collected) -> None:
    """The first and the last to answer are of the same centre."""
    shown = cases_page(data, Words("en"))
    figures = [row[0].text for row in shown["figures"].rows]
    heads = [column.title for column in shown["shift"].table.columns]
    both = "Effort per resolved case", "Effort per case closed"
    assert [name in figures for name in both] == [True, False] and set(both) <= set(heads)


def test_cases_and_first_contacts_are_told_apart(data: Collected) -> None:
    shown = cases_page(data, Words("en"))
    figures = {row[0].text: row[1].value for row in shown["figures"].rows}
    assert figures["First-contact resolution"] > figures["Settled at the first contact"]
    assert "counts cases" in shown["first"] and "only answered contacts" in shown["first"]
    assert data.ledger is not None
    centre = data.ledger.centre
    anonymous = replace(data.ledger, centre=centre[centre["kpi"] != "fcr_7d"])
    assert cases_page(replace(data, ledger=anonymous), Words("en"))["first"] == ""


def test_effort_says_what_it_is_divided_by(data: Collected) -> None:
    assert data.ledger is not None
    row = row_of(data.ledger.centre, "effort_per_case")
    [said] = [
        r[2].text for r in cases_page(data, Words("en"))["figures"].rows if r[0].text == "Effort per resolved case"
    ]
    assert row and row["denominator"] < row["n"]
    assert said == f"{row['denominator']:,.0f} resolved, of {row['n']:,.0f} cases"
    effort = tile(data, Words("en"), "effort_per_resolved")
    assert re.fullmatch(r"[\d,]+ without a return, of [\d,]+ contacts", effort.rows)


@pytest.mark.parametrize(
    ("kpi", "n", "numerator", "denominator", "value", "said"),
    [
        ("offered", 2022, 2022, None, 2022, "2,022"),
        ("service_level", 2022, 1535, 2022, 0.7592, "75.9% (n = 2,022; 1,535 of 2,022)"),
        ("pec_rate", 50, 28.333333, 50, 0.56667, "57% (n = 50; 28.3 of 50)"),
        ("pec_rate", 50, 27.999999, 50, 0.56, "56% (n = 50; 28 of 50)"),
        ("aht", 1881, 917605, 1881, 487.83, "8:08 (n = 1,881; 254.9 h / 1,881)"),
        ("wait_p90", 1881, None, None, 131, "2:11 (n = 1,881)"),
        ("login_s", 1343, 2056081, None, 2056081, "571.1 h (n = 1,343)"),
        ("calls_per_hour", 1835, 1835, 2076117, 3.1819, "3.2 (n = 1,835; 1,835 / 576.7 h)"),
    ],
)  # fmt: skip
def test_a_definition_tells_the_headline_and_what_it_is_made_of(
    data: Collected, kpi: str, n: int, numerator: float | None, denominator: float | None, value: float, said: str
) -> None:
    row = {"kpi": kpi, "cut": "", "period": data.week, "n": n, "numerator": numerator, "denominator": denominator}
    found = definitions(replace(data, weekly=pd.DataFrame([row | {"value": value, "why": None}])), Words("en"))
    assert found[kpi].numbers == said


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


def test_files_have_every_range_that_pages_show(data: Collected) -> None:
    tables = [table for page in all_pages(data, Words("en")).values() for table in tables_of(page.context)]
    ranged = {
        (table.id, table.columns[place].has_interval)
        for table in tables
        for row in table.rows
        for place, cell in enumerate(row)
        if cell.low is not None
    }
    assert ranged and [name for name, is_in_files in ranged if not is_in_files] == []
