"""Whole mappings: those that are shipped, the README's own, and every table by the names of its columns."""

import re
import textwrap
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.contracts import read_contracts
from pipeline.engines.warehouse import open_warehouse
from pipeline.settings import Privacy, Settings
from pipeline.sources import find_source, shipped_mappings
from pipeline.sources.mapping_column import MappedColumn
from pipeline.sources.mapping_file import Mapping, ReaderOptions
from tests.mapped import KEY, load
from tests.tables import load_table

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("file", shipped_mappings(), ids=lambda file: file.stem)
def test_shipped_mappings_are_sound(file: Path) -> None:
    assert find_source(file.stem).name == file.stem


RUSSIAN = """Номер звонка;Очередь;Тема;Телефон;Фамилия;Имя;Дата;Время;Ожидание, мс;Разговор;Обработка, мин;Решено;Результат;Версия
7;Продажи;нет данных;8 912 345-67-89;Иванова;Анна;03.02.2026;10:15;12500;1:02:03;1,5;да;Отвечен;1
8;Продажи;Счёт;-;-;-;03.02.2026;10:16:30;4000;-;-;-;Пропущен;1
9;Продажи;Счёт;-;-;-;03.02.2026;10:17;4000;-;-;-;Утерян;1
"""


def test_russian_export_with_every_feature(tmp_path: Path) -> None:
    mapping = next(file for file in shipped_mappings() if file.stem == "example_calls_ru").read_text("utf-8")
    account, rows, bad = load(tmp_path, mapping, RUSSIAN.encode("cp1251"))
    assert (account.rows_read, account.admitted, bad) == (3, 2, [(4, "outcome", "unknown_value")])
    assert "1 of 3 records do not count: outcome unknown_value 'Утерян' 1; " in (account.remark or "")
    answered, lost = rows
    assert answered["offered_at"] == datetime(2026, 2, 3, 7, 15)
    assert (answered["queue"], answered["topic"], answered["agent"]) == ("Продажи", None, "Иванова Анна")
    assert (answered["wait_s"], answered["talk_s"], answered["wrap_s"]) == (12.5, 3723, 90)
    assert (answered["outcome"], answered["is_resolved"], answered["channel"]) == ("answered", True, "voice")
    assert (lost["outcome"], lost["agent"], lost["talk_s"], lost["customer_key"]) == ("abandoned", None, None, None)


def test_example_evaluations_and_agents(tmp_path: Path) -> None:
    mappings = {file.stem: file.read_text("utf-8") for file in shipped_mappings()}
    reviews = "Review,Contact,Reviewer,Reviewed,Criterion,Mark,Weight,Must pass\n1,c1,eve@x.example,04/05/2026 10:00,Personal emotional contact,4,2,x\n1,c1,eve@x.example,04/05/2026 10:00,Greeting,n/a,1,\n"
    first, second = load(tmp_path, mappings["example_evaluations"], reviews)[1]
    assert (first["criterion"], first["score"], first["weight"], first["is_critical"], first["evaluator"]) == (
        "pec",
        4,
        2,
        True,
        "eve",
    )
    assert (second["criterion"], second["score"], second["is_critical"], second["score_max"]) == (
        "Greeting",
        None,
        False,
        5,
    )
    agents = "Login,First name,Last name,Team,Hired,From,Until\nann,Ann,Lee,Red,01.03.2020,2026-05-04 08:00,2026-06-01T08:00:00+02:00\n"
    row = load(tmp_path, mappings["example_agents"], agents, "agents.csv")[1][0]
    assert (row["name"], str(row["hired_on"])[:10]) == ("Ann Lee", "2020-03-01")
    assert (row["valid_from"], row["valid_to"]) == (datetime(2026, 5, 4, 6), datetime(2026, 6, 1, 6))


def test_the_example_of_the_readme_reads_a_german_export(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    mapping = textwrap.dedent(re.findall(r"```toml\n(   table = .*?)   ```", readme, re.S)[0])
    content = """Call Id;Queue;Agent;Phone;Date;Time;Waiting;Talk;Hold;After call;Answered
1;Karten;Käthe;044 668 18 00;04.05.2026;10:00:00;12,5;0:02:05;-;0,5;Ja
2;Karten;;044 668 18 01;04.05.2026;10:01:00;60;-;-;-;Nein
"""
    account, rows, _ = load(tmp_path, mapping, content.encode("cp1252"))
    assert (account.admitted, account.error) == (2, None)
    assert [(r["agent"], r["wait_s"], r["talk_s"], r["hold_s"], r["wrap_s"], r["outcome"]) for r in rows] == [
        ("Käthe", 12.5, 125.0, 0.0, 30.0, "answered"), (None, 60.0, None, 0.0, None, "abandoned"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "model"), [("Of the whole file", Mapping), ("Of a column", MappedColumn), ("`[reader]`", ReaderOptions)]
)
def test_the_list_of_mapping_keys_has_every_key_with_its_default(heading: str, model: type[BaseModel]) -> None:
    section = (ROOT / "MAPPINGS.md").read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    assert sorted(key.strip("`") for key, *_ in rows) == sorted(fields)
    for key, _, default, example in rows:
        field = fields[key.strip("`")]
        left_out = {"—": PydanticUndefined, "nothing": None}
        assert (left_out[default] if default in left_out else read_as(field, default)) == field.default, key
        assert read_as(field, example) != field.default, key


GUIDE = (ROOT / "MAPPINGS.md").read_text("utf-8").split("# Every key")[0]
OF_MAPPING = Mapping.model_fields.keys() - {"columns"} | {"except"}


@pytest.mark.parametrize("line", re.findall(r"`(\w+ = [^`…]+)`", GUIDE))
def test_what_the_guide_to_mappings_writes_can_be_written(line: str) -> None:
    ((key, said),) = tomllib.loads(line).items()
    whole = {"table": "calls", "timezone": "UTC", "columns": {}}
    if key in OF_MAPPING:
        assert Mapping.model_validate(whole | {key: said})
    elif key in ReaderOptions.model_fields:
        assert ReaderOptions.model_validate({key: said})
    else:
        column = {"from": "x", "where": {"x": ["y"]}, key: said} if key in MappedColumn.model_fields else said
        assert Mapping.model_validate(whole | {"columns": {"agent": column}})


def read_as(field: FieldInfo, code: str) -> Any:
    return TypeAdapter(field.annotation).validate_python(tomllib.loads(f"x = {code.strip('`')}")["x"])


WORDS = {
    "instant": "2026-05-04 10:00:00", "date": "2026-05-04", "seconds": "60", "number": "1", "integer": "3", "flag": "true",
}  # fmt: skip
LATER = ("ended_at", "ends_at", "valid_to", "solved_at", "closed_at", "due_at", "kept_at")


@pytest.mark.parametrize("table", sorted(read_contracts()))
def test_every_table_loads_by_its_own_names(tmp_path: Path, table: str) -> None:
    columns = read_contracts()[table].columns
    row = [
        "2026-05-04 10:05:00"
        if name in LATER
        else "5"
        if name in ("score_max", "ends_min")
        else c.values[0]
        if c.values
        else WORDS.get(c.type, "w")
        for name, c in columns.items()
    ]
    settings = Settings(warehouse=tmp_path / "w.duckdb", privacy=Privacy(key=KEY))
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, table, "  ".join(columns) + "\n" + "  ".join(row))
        filled = warehouse.records(f"select * from raw_{table}")[0]
    assert (account.admitted, account.quarantined, account.error) == (1, {}, None)
    assert [name for name in columns if filled[name] is None] == []
