"""What a refusal shows of a header: nothing of a customer, nothing that steers a terminal, and what to do."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.sources.dialect import hidden_names
from tests.mapped import CALLS, load

RECORD = "Hans Quagga,anna.quagga (at) kunde.example,044–668–18–00,2026-05-04 10:00\n"


def test_of_a_record_in_place_of_a_header_no_cell_is_shown(tmp_path: Path) -> None:
    error = load(tmp_path, CALLS, RECORD)[0].error
    assert error and "line 1 seems to be a record" in error
    assert not any(word in error for word in ("Quagga", "quagga", "668", "[hidden]"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Id, anna.quagga (at) kunde.example", "Id, [hidden]"),
        ("044/668–18–00, Start", "[hidden], Start"),
        ("\x1b[31mId\x07, \x85", r"\x1b[31mId\x07, \x85"),
        ("Übergabe, Дата", "Übergabe, Дата"),
    ],
)
def test_what_a_message_shows_of_names(text: str, shown: str) -> None:
    assert hidden_names(text) == shown


@pytest.mark.parametrize("head", ["Call\u00a0Id", "Call  Id", "\u200bCall Id", "\ufeffCall Id"])
@pytest.mark.parametrize("called", ["Call Id", "Call  Id"])
def test_spaces_that_look_alike_are_alike(tmp_path: Path, head: str, called: str) -> None:
    mapping = CALLS.replace('"id"', f'"{called}"')
    account, rows, _ = load(tmp_path, mapping, f"\ufeff{head},at,outcome\n7,2026-05-04 10:00,answered\n")
    assert (account.error, [row["call_id"] for row in rows]) == (None, ["7"])


def test_so_are_names_in_parquet_and_json(tmp_path: Path) -> None:
    row = {"Call\u00a0Id": "7", "at": "2026-05-04 10:00", "outcome": "answered"}
    duckdb.connect().from_df(pd.DataFrame([row])).write_parquet(str(tmp_path / "rows.parquet"))
    (tmp_path / "rows.json").write_text(json.dumps([row]))
    for name in ("rows.parquet", "rows.json"):
        account, rows, _ = load(tmp_path, CALLS.replace('"id"', '"Call Id"'), None, name)
        assert (account.error, [row["call_id"] for row in rows]) == (None, ["7"])


@pytest.mark.parametrize(
    ("reader", "told"),
    [("", '; [reader] delimiter = "~"'), ('delimiter = ","', '; the header holds no ",": [reader] delimiter = "~"')],
)
def test_another_sign_between_names_is_told(tmp_path: Path, reader: str, told: str) -> None:
    error = load(tmp_path, f"{CALLS}[reader]\n{reader}\n", "id~at~outcome\n7~2026-05-04 10:00~answered\n")[0].error
    assert error and error.endswith(told)


def test_a_text_has_no_sheets(tmp_path: Path) -> None:
    error = load(tmp_path, CALLS + 'agent = "[sheet]"\n', "id,at,outcome\n7,2026-05-04 10:00,answered\n")[0].error
    assert error and error.endswith("which has id, at, outcome; only a workbook has sheets")


def test_json_by_another_name_is_told(tmp_path: Path) -> None:
    error = load(tmp_path, CALLS, '[{"id": 7, "at": "2026-05-04 10:00", "outcome": "answered"}]')[0].error
    assert error and error.endswith(
        "it seems to be JSON: its name must end with .json, or .jsonl where each line is an object"
    )


@pytest.mark.parametrize("encoding", ["utf-16le", "utf-16be"])
def test_text_of_two_bytes_a_sign_is_told(tmp_path: Path, encoding: str) -> None:
    error = load(tmp_path, CALLS, "id;at;outcome\n1;2026-05-04 10:00;answered\n".encode(encoding))[0].error
    assert error and error.endswith(f'it looks like UTF-16: [reader] encoding = "{encoding}"')
    assert error.isprintable()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "id   at               outcome\n7    2026-05-04 10:00 answered\n",
            "its columns seem to stand at fixed places",
        ),
        ("id,Times,,,outcome\n,at,wait,talk,\n7,2026-05-04 10:00,1,2,answered\n", "[reader] names and skip"),
        ("one column of words\n7\n", "renamed"),
    ],
)
def test_what_is_no_row_of_names_with_a_sign_between_them_is_told(tmp_path: Path, text: str, told: str) -> None:
    error = load(tmp_path, CALLS, text)[0].error
    assert error and told in error
