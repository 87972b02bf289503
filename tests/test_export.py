"""Everything published, for other tools: the same rows in every form, nothing a spreadsheet would run, no pseudonym."""

import codecs
import json
import re
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.asking.doubts import DISAGREE, in_doubt
from pipeline.asking.explore import Exploration
from pipeline.asking.export import export
from pipeline.errors import UsageError
from pipeline.results import Results
from pipeline.settings import Settings
from tests.tables import publish, publish_under

CALLS = """call_id  offered_at  wait_s  talk_s  outcome  agent  topic  customer_key  is_resolved
1  2026-03-02 09:00  10  120  answered  ann  =cmd()  k1  true
2  2026-03-02 10:00  40  240  answered  ben  bills  k2  false
3  2026-03-03 10:00  90  -  abandoned  -  bills  k1  -
4  2026-03-10 10:00  5  60  answered  ann  bills  k3  true"""
AGENTS = """agent  name  team  valid_from
ann  +Ann  red  2025-01-01 00:00
ben  Ben  blue  2025-01-01 00:00"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("[the] house"), calls=CALLS, agents=AGENTS)


def test_a_duckdb_file_stands_alone(results: Results, tmp_path: Path) -> None:
    counted = {one.table: one.rows for one in export(results, tmp_path / "out.duckdb")}
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as sql:
        assert {name: sql.execute(f"select count(*) from {name}").fetchone()[0] for name in counted} == counted
        told = sql.execute("""select d.title_en, d.unit, v.value from kpi_values v join definitions d using (kpi)
            where v.kpi = 'talk_mean' and v.grain = 'week' and v.cut = '' and v.week = '2026-W10'""").fetchall()  # fmt: skip
        names = sql.execute("select name from agents order by agent").fetchall()
        assert [str(kind) for kind in sql.sql("select hired_on, left_on from agents").types] == ["DATE", "DATE"]
    assert told == [("Talk time", "s", 180.0)] and names == [("+Ann",), ("Ben",)]
    assert counted["fact_calls"] == 4


def test_a_name_that_reads_as_a_pattern_is_written_as_it_is(results: Results, tmp_path: Path) -> None:
    export(results, tmp_path / "out[1].duckdb")
    export(results, tmp_path / "out[2]")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out[1].duckdb", "out[2]"]
    assert (tmp_path / "out[2]" / "fact_calls.csv").is_file()


def test_csv_files_hold_the_same_and_nothing_that_runs(results: Results, tmp_path: Path) -> None:
    counted = {one.table: one.rows for one in export(results, tmp_path / "out")}
    read = {file.stem: pd.read_csv(file) for file in (tmp_path / "out").glob("*.csv")}
    assert {name: len(frame) for name, frame in read.items()} == counted
    assert {file.read_bytes()[:3] for file in (tmp_path / "out").glob("*.csv")} == {codecs.BOM_UTF8}
    assert read["fact_calls"].columns[0] == duckdb.sql(f"from '{tmp_path}/out/fact_calls.csv'").columns[0] == "source"
    assert set(read["fact_calls"]["topic"]) == {"'=cmd()", "bills"} and read["agents"]["name"].tolist() == [
        "'+Ann",
        "Ben",
    ]


def test_a_workbook_holds_the_same_and_nothing_that_runs(results: Results, tmp_path: Path) -> None:
    export(results, tmp_path / "out.xlsx")
    sheets = pd.read_excel(tmp_path / "out.xlsx", sheet_name=None, engine="calamine")
    assert set(sheets["fact_calls"]["topic"]) == {"=cmd()", "bills"}
    assert sheets["fact_calls"]["talk_s"].tolist() == pytest.approx([120, 240, float("nan"), 60], nan_ok=True)
    assert set(sheets["kpi_values"]["grain"]) == {"week"} and {"definitions", "agents"} <= set(sheets)


def test_instants_have_the_room_that_a_spreadsheet_wants(results: Results, tmp_path: Path) -> None:
    export(results, tmp_path / "out.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheet = book.read(f"xl/worksheets/sheet{1 + names.index('fact_calls')}.xml").decode()
    cols = re.findall('<col min="([0-9]+)" max="([0-9]+)" width="([0-9.]+)"', sheet)
    widths = {n: float(width) for first, last, width in cols for n in range(int(first), int(last) + 1)}
    heads = list(pd.read_excel(tmp_path / "out.xlsx", sheet_name="fact_calls", engine="calamine"))
    assert widths[1 + heads.index("offered_at")] >= 19 > widths[1 + heads.index("queue")]


def test_a_sheet_holds_as_many_rows_as_are_written_to_it(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = {one.table: one for one in export(results, tmp_path / "all.xlsx")}["kpi_values"].rows
    for most, rows in ((written, written), (written - 1, len(results.frame("from kpi_values")))):
        monkeypatch.setattr("pipeline.asking.export.MOST_ROWS", most)
        told = {one.table: one for one in export(results, tmp_path / "out.xlsx")}["kpi_values"]
        assert (told.rows, "more rows than a sheet holds" in told.left_out) == (rows, most < written)


def test_the_catalogue_as_json(results: Results, tmp_path: Path) -> None:
    export(results, tmp_path / "catalogue.json")
    entries = {entry["kpi"]: entry for entry in json.loads((tmp_path / "catalogue.json").read_text("utf-8"))}
    assert entries.keys() == results.catalogue.kpis.keys()
    assert {"title_en", "title_ru", "formula", "unit", "source_en", "source_ru"} <= set(entries["pec_rate"])


@pytest.mark.parametrize("name", ["out.duckdb", "out.json", "out.xlsx"])
def test_an_older_export_is_replaced_whole(results: Results, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("something else")
    export(results, tmp_path / name)
    assert (tmp_path / name).read_bytes()[:9] != b"something" and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["out.duckdb", "out.xlsx", "out"])
def test_an_export_that_fails_leaves_the_older_one_and_nothing_of_its_own(
    results: Results, tmp_path: Path, name: str
) -> None:
    def state() -> dict[Path, int | None]:
        return {file: file.stat().st_mtime_ns if file.is_file() else None for file in tmp_path.rglob("*")}

    def full(table: str) -> None:
        if table == results.tables[-1]:
            raise OSError("no space left")

    export(results, tmp_path / name)
    before = state()
    with pytest.raises(OSError, match="no space"):
        export(results, tmp_path / name, full)
    assert state() == before


@pytest.mark.parametrize("name", ["out.duckdb", "out.xlsx", "out"])
def test_an_export_says_which_table_it_is_at(results: Results, tmp_path: Path, name: str) -> None:
    said: list[str] = []
    export(results, tmp_path / name, said.append)
    assert set(results.tables) <= set(said)


def test_no_pseudonym_of_a_customer_leaves(results: Results, tmp_path: Path) -> None:
    export(results, tmp_path / "out")
    assert "customer" in set(results.frame("describe fact_contacts")["column_name"])
    assert not [
        file.name
        for file in (tmp_path / "out").glob("*.csv")
        if "customer" in file.read_text("utf-8").splitlines()[0].split(",")
    ]


@pytest.mark.parametrize("name", ["out.duckdb", "out.xlsx", "out"])
def test_a_centre_without_a_list_of_agents_is_exported(tmp_path: Path, name: str) -> None:
    calls = "call_id  offered_at  talk_s  outcome  agent\na  2026-05-04 10:00  60  answered  kim"
    found = {one.table: one.rows for one in export(publish(tmp_path, calls=calls), tmp_path / name)}
    assert (found["fact_calls"], found["agents"]) == (1, 0)


def test_another_kind_of_file_is_refused(results: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.duckdb, \.xlsx or \.json"):
        export(results, tmp_path / "out.pdf")


def test_people_whose_evaluators_disagree_are_marked(tmp_path: Path) -> None:
    """Twelve calls that two evaluators judge apart: of a person it is said, not of a team, of other KPIs or where is no figure."""
    calls = [CALLS.splitlines()[0], "99  2026-03-10 10:00  5  60  answered  ben  bills  k3  true"]
    marks = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score  score_min  score_max"]
    for n in range(12):
        calls.append(f"{n}  2026-03-0{2 + n % 5} 09:{n:02}  10  120  answered  ann  bills  k{n}  true")
        marks += [f"{who}{n}  {n}  {who}  2026-03-09 10:00  pec  {(n + at) % 2}  0  1" for at, who in enumerate("yz")]
    settings = Settings(warehouse=tmp_path / "w.duckdb", timezone="UTC")
    tables = {"calls": "\n".join(calls), "agents": AGENTS, "evaluations": "\n".join(marks)}
    results = publish_under(settings, tmp_path, **tables)
    asked = Exploration(settings).kpis("pec_rate", "talk_mean", by="agent", week="2026-W10")
    assert asked.dropna(subset="value").set_index(["kpi", "agent"])["why"].dropna().to_dict() == {
        ("pec_rate", "ann"): DISAGREE
    }
    export(results, tmp_path / "out", doubted=in_doubt(results, settings, results.catalogue.kpis, "2026-W10"))
    told = pd.read_csv(tmp_path / "out" / "kpi_values.csv", usecols=["kpi", "cut", "agent", "why"])
    said = told.loc[told["why"] == DISAGREE, ["kpi", "cut", "agent"]].drop_duplicates()
    assert said.to_numpy().tolist() == [["pec_rate", "agent", "ann"]]
