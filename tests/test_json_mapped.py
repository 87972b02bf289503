"""JSON of any make by a mapping: what becomes a row, what its columns are called, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import RefusedFile
from pipeline.sources.json_lists import begins_a_list, items_of
from pipeline.sources.json_mapped import is_json
from tests.mapped import load

CALLS = """
table = "calls"
timezone = "UTC"
[reader]
rows = "{rows}"
[columns]
call_id = "{at}id"
conversation_id = "{top}id"
offered_at = {{ from = "{at}at", format = "epoch" }}
queue = "{at}queue.name"
agent = {{ from = "{at}users.name", split = ";", take = "last" }}
outcome = {{ from = "{at}answered", values = {{ true = "answered", false = "abandoned" }} }}
"""
LEGS = [
    {"id": 11, "at": 1767600000, "queue": {"name": "Sales"}, "answered": False},
    {"id": 12, "at": 1767600060.5, "queue": None, "users": [{"name": "Ann"}, {"name": "Bob"}], "answered": True},
]
AT_TOP = CALLS.format(rows="", at="", top="")
OF_LEGS = CALLS.format(rows="legs", at="legs.", top="")
OF_NUMBERS = CALLS.format(rows="found.*.legs", at="found.*.legs.", top="found.*.")
OF_DATA = CALLS.format(rows="data.calls.legs", at="data.calls.legs.", top="data.calls.")
ALONE = [("11", "11", 0, "Sales", None, "abandoned"), ("12", "12", 60, None, "Bob", "answered")]
TOGETHER = [("11", "7", 0, "Sales", None, "abandoned"), ("12", "7", 60, None, "Bob", "answered")]
CALL = {"id": 7, "at": 1, "answered": True, "legs": LEGS}


def lines(*documents: Any) -> str:
    return "\n".join(map(json.dumps, documents))


@pytest.mark.parametrize(
    ("mapping", "content", "name", "expected"),
    [
        pytest.param(AT_TOP, lines(*LEGS), "rows.jsonl", ALONE, id="one a line"),
        pytest.param(AT_TOP, f"\ufeff{json.dumps(LEGS, indent=1)}", "rows.json", ALONE, id="a list"),
        pytest.param(AT_TOP, lines(LEGS), "rows.json", ALONE, id="a list in one line"),
        pytest.param(OF_LEGS, lines(CALL, {"id": 8, "legs": []}), "rows.ndjson", TOGETHER, id="a list in each line"),
        pytest.param(OF_NUMBERS, lines({"found": {"0": CALL, "2": {"id": 8, "legs": []}, "total": 2}}), "rows.json", TOGETHER, id="under numbers"),
        pytest.param(OF_DATA, json.dumps({"data": {"calls": [CALL]}}, indent=1), "rows.json", TOGETHER, id="lists in lists"),
    ],
)  # fmt: skip
def test_objects_become_rows(tmp_path: Path, mapping: str, content: str, name: str, expected: list[Any]) -> None:
    account, rows, _ = load(tmp_path, mapping, content, name)
    assert account.error is None
    began = min((row["offered_at"] for row in rows), default=None)
    assert [
        (
            r["call_id"],
            r["conversation_id"],
            int((r["offered_at"] - began).total_seconds()),
            r["queue"],
            r["agent"],
            r["outcome"],
        )
        for r in rows
    ] == expected
    assert [row["line"] for row in rows] == list(range(1, len(expected) + 1))


def test_signs_are_read_in_the_encoding_of_the_file_and_half_a_sign_costs_no_file(tmp_path: Path) -> None:
    """Texts that are cut after so many units of UTF-16 end with half an emoji."""
    queues = ["Продажи", "Sales \ud83d"]
    told = [json.dumps(LEGS[1] | {"id": n, "queue": {"name": q}}, ensure_ascii=n == 1) for n, q in enumerate(queues)]
    mapping = AT_TOP.replace("[reader]", '[reader]\nencoding = "cp1251"')
    account, rows, _ = load(tmp_path, mapping, "\n".join(told).encode("cp1251"), "rows.jsonl")
    assert (account.error, [row["queue"] for row in rows]) == (None, ["Продажи", "Sales ?"])


def test_json_is_told_by_the_end_of_a_name(tmp_path: Path) -> None:
    names = ("a.json", "a.JSONL.gz", "a.ndjson.zst", "a.json.csv", "a.json.xlsx", "a.csv.gz")
    assert [is_json(tmp_path / name) for name in names] == [True, True, True, False, False, False]


def test_what_the_rows_have_and_the_mapping_leaves_to_its_default_is_told(tmp_path: Path) -> None:
    account, _, _ = load(
        tmp_path, OF_LEGS, lines({"id": 7, "legs": [leg | {"callDirection": "out"} for leg in LEGS]}), "rows.json"
    )
    told = "legs.callDirection is not read by the mapping: direction is inbound in every row"
    assert account.passed_over and told in account.passed_over


def test_what_no_object_has_is_empty_and_told_if_a_record_can_do_without_it(tmp_path: Path) -> None:
    account, rows, _ = load(
        tmp_path, AT_TOP, lines({"id": 11, "at": 1767600000, "answered": False, "queue": {}}), "rows.json"
    )
    assert [(row["call_id"], row["queue"], row["agent"]) for row in rows] == [("11", None, None)]
    assert account.passed_over == "rows.json: no object has queue.name, users.name: empty in every row"


def test_changes_of_a_history_are_no_columns_by_their_ids(tmp_path: Path) -> None:
    """There would be as many as changes: such a file took eight times as long."""
    changed = [{"id": 70 + n, "field": "state", "value": "open"} for n in range(2)]
    account, _, _ = load(
        tmp_path, AT_TOP + 'talk_s = "changes.70"\n', lines({**LEGS[1], "changes": changed}), "rows.jsonl"
    )
    assert account.passed_over == "rows.jsonl: no object has changes.70: empty in every row"


@pytest.mark.parametrize("label", ["name", "key", "id"])
def test_values_in_a_list_are_columns_by_what_they_are_called(tmp_path: Path, label: str) -> None:
    """What is called twice has both values in one field; a place of the same name stays what it is."""
    metrics = [{label: "tTalk", "value": 9}, {label: "tHeld", "value": 2}, {label: "tHeld", "value": 3}]
    mapping = (
        AT_TOP
        + 'talk_s = "metrics.tTalk"\nhold_s = { from = "metrics.tHeld", split = ";" }\ndisposition = "metrics.value"\n'
    )
    called = [{**LEGS[1], "metrics": metrics}, {**LEGS[1], "id": 13, "metrics": []}]
    _, rows, _ = load(tmp_path, mapping, lines(*called), "rows.jsonl")
    found = [(row["talk_s"], row["hold_s"], row["disposition"]) for row in rows]
    assert found == [(9, 2, "9;2;3"), (None, None, None)]


@pytest.mark.parametrize(
    ("mapping", "content", "told"),
    [
        (AT_TOP, lines(LEGS[0], {"id": 12})[:-1], "rows.json: line 2: is no JSON"),
        (AT_TOP, "id,at", "rows.json: line 1: is no JSON"),
        (AT_TOP, lines({"id": 11, "queue": {"name": "A"}, "answered": True}), "column at of the mapping is not in the file"),
        (AT_TOP.replace("[reader]", 'only = { kind = ["call"] }\n[reader]'), lines(LEGS), "column kind of the mapping is not in"),
        (OF_DATA, lines(CALL), ': [reader] rows = "data.calls.legs" leads to no object in id, at, answered, legs.id'),
        (AT_TOP, lines({"0": {"call": LEGS[0]}}), 'objects under numbers are rows by [reader] rows = "*": *.call.id'),
        (AT_TOP, lines({"data": {"calls": LEGS}}), '; objects further down are rows by [reader] rows = "data.calls", their columns begin with it: data.calls.'),
        (OF_LEGS, lines({"id": 7, "legs": []}), '[reader] rows = "legs" leads to no object in id, legs'),
        (AT_TOP, "[]", "rows.json: holds no records"),
        (AT_TOP, '[{"id": "Анна"}]'.encode("cp1251"), 'rows.json: it is not UTF-8 text: [reader] encoding = '),
    ],
)  # fmt: skip
def test_what_cannot_be_rows_is_refused(tmp_path: Path, mapping: str, content: str | bytes, told: str) -> None:
    account, rows, _ = load(tmp_path, mapping, content, "rows.json")
    assert account.error and told in account.error
    assert rows == []


LISTS = {
    "objects": (json.dumps(LEGS, indent=1), LEGS),
    "in one line": (f"\ufeff {json.dumps(LEGS)}\n", LEGS),
    "one": ('[{"id": 1}]', [{"id": 1}]),
    "none": (" [ ] ", []),
    "of lists": ('[[{"id": 1}], [] ,{"id": 2}]', [[{"id": 1}], [], {"id": 2}]),
    "not all objects": ('[{"id": 1}, null, 5, {"id": 2}]', [{"id": 1}, None, "5", {"id": 2}]),
    "one a line": ('[{"id": 1}]\n[{"id": 2}]', [{"id": 1}, {"id": 2}]),
    "cut short": ('[{"id": 1}, {"id": 2}', ""),
    "without a comma": ('[{"id": 1} {"id": 2}]', ""),
    "with one too many": ('[{"id": 1},]', ""),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_is_read_object_by_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """However little of it is read at once."""
    monkeypatch.setattr("pipeline.sources.json_lists.CHUNK", 5)
    (text, expected), file = LISTS[case], tmp_path / "rows.json"
    file.write_text(text, "utf-8")
    assert begins_a_list(file)
    if expected == "":
        with pytest.raises(RefusedFile, match=r"rows\.json: line 1: is no JSON"):
            list(items_of(file, "rows.json"))
    else:
        as_read = json.loads(json.dumps(expected), parse_int=str)
        assert list(items_of(file, "rows.json")) == as_read


def test_a_list_is_not_read_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('[{"id": 1}, {"id": 2}, nonsense', "utf-8")
    items = items_of(tmp_path / "rows.json", "rows.json")
    assert next(items) == {"id": "1"} and next(items) == {"id": "2"}


@pytest.mark.parametrize(
    ("column", "agents", "says"),
    [
        ("told.by.name", ["Ann", None, None], ""),
        ("told", ['{"by": {"name": "Ann"}}', "{no JSON", "Bob"], "told is JSON itself, whose parts have names of their own: told.by.name"),
    ],
)  # fmt: skip
def test_a_text_that_is_json_is_read_on(tmp_path: Path, column: str, agents: list[str | None], says: str) -> None:
    mapping = AT_TOP.replace('{ from = "users.name", split = ";", take = "last" }', f'"{column}"')
    told = (json.dumps({"by": {"name": "Ann"}}), "{no JSON", "Bob")
    calls = (LEGS[0] | {"id": number, "told": text} for number, text in enumerate(told, 1))
    account, rows, _ = load(tmp_path, mapping, lines(*calls), "rows.jsonl")
    assert [row["agent"] for row in rows] == agents
    assert account.passed_over == (f"rows.jsonl: {says}" if says else None)
