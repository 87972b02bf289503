"""A mapping that is wrong names its file and key, and one that does not fit names the column."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.sources import find_source
from tests.mapped import CALLS, load


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"calls"', '"callz"', "table: no canonical table 'callz'"),
        ('call_id = "id"', 'call_no = "id"\ncall_id = "id"', "columns: calls has no column call_no (call_id?)"),
        ('outcome = "outcome"', 'outcome = { from = "outcome", values = { Y = "taken" } }', "columns.outcome.values: taken is none of answered"),
        ('outcome = "outcome"', '[constants]\noutcome = "taken"', "constants.outcome: taken is none of answered"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[constants]\noutcome = "answered"', "constants: outcome stands under columns too"),
        ('outcome = "outcome"', 'outcome = "outcome"\nis_resolved = { from = "x", values = { J = "maybe" } }', "columns.is_resolved.values: maybe"),
        ('outcome = "outcome"', "", "columns: calls needs outcome"),
        ('"UTC"', '"Mars/Olympus"', "timezone: no time zone 'Mars/Olympus'"),
        ('"UTC"', '"Europe"', "timezone: no time zone 'Europe'"),
        ('timezone = "UTC"', "", "timezone: has to be said"),
        ('"at"', '{ from = "at", format = "%Q" }', "columns.offered_at.format"),
        ('"at"', '{ from = "at", format = "unix" }', "columns.offered_at.format: 'unix' is no format of this column: write e.g. format = \"%d.%m.%Y %H:%M:%S\"; \"epoch\" and"),
        ('"at"', '{ from = "at", format = ["epoch", "%d.%m.%Y"] }', "'epoch' is no format of this column"),
        ('"at"', '{ from = "at", format = ["%d.%m.%Y", "DD.MM.YYYY"] }', "columns.offered_at.format: 'DD.MM.YYYY' is no format"),
        ('outcome = "outcome"', 'outcome = "outcome"\ntalk_s = { from = "x", format = "mm:ss" }', "talk_s.format: 'mm:ss' is no format of this column: write unit"),
        ('outcome = "outcome"', 'outcome = "outcome"\ntalk_s = { from = "x", format = "excel" }', "talk_s.format: 'excel' is no format of this column: write unit"),
        ('"at"', '{ from = "at", unit = "min" }', "columns.offered_at.unit: a time that passed is added to an instant: { from ="),
        ('outcome = "outcome"', 'outcome = "outcome"\nqueue = { from = "x", plus = "y" }', "columns.queue.plus: only an instant"),
        ('outcome = "outcome"', 'outcome = "outcome"\nqueue = { from = "x", format = "epoch" }', "queue.format: 'epoch' is no format of this column: only times"),
        ('"at"', '{ sum = ["at"] }', "columns.offered_at.sum: only numbers and durations can be added"),
        ('"at"', '{ from = "at", sum = ["at"] }', "columns.offered_at: needs either from or sum"),
        ('"at"', '{ from = "at", take = "last" }', "columns.offered_at: take needs split"),
        ('"at"', '{ from = "at", less = ["x"] }', "columns.offered_at.less = ['x']: only from numbers and durations"),
        ('"at"', '{ from = "at", else = "x" }', "columns.offered_at: else = ['x'] needs from and where"),
        ('"at"', '{ from = "at", where = { x = ["y"] }, else = "" }', "columns.offered_at: else names no column"),
        ('"at"', '{ from = "at", less = "" }', "columns.offered_at: less names no column"),
        ('"at"', '{ from = "at", where = { x = [] } }', "columns.offered_at.where.x = []: at least 1"),
        ('"id"', '{ from = "id", above = { a = ["b"] }, down = true }', "columns.call_id: above stands beside from, split, take, values and opaque alone"),
        ('"id"', '{ from = "id", row = { of = "id" }, minus = "no", where = { a = ["b"] } }', "columns.call_id: row cannot stand beside sum, less, plus, minus, differ, nth or down"),
        ('"id"', '{ from = "[file]", down = true }', 'columns.call_id.down: "[file]" is the same in every row'),
        ('"id"', '{ from = "id", row = { "[file]" = "of" } }', 'columns.call_id.row: "[file]" is the same in every row'),
        ('"at"', '{ from = "at", nth = true }', "columns.offered_at.nth: only ids can be numbered"),
        ('"id"', '{ from = "id", values = { a = "b" }, nth = true }', "columns.call_id: nth stands beside from and opaque alone"),
        ('"at"', '{ format = "epoch" }', "columns.offered_at: needs either from or sum"),
        ('timezone = "UTC"', 'timezone = "UTC"\nunpivot = { a = "x", b = "y" }', 'unpivot: each row becomes several records, told apart by their [field]'),
        ('"id"', '"[field]"', "columns: [field] and [value] are of records that unpivot makes"),
        ('outcome = "outcome"', 'outcome = "outcome"\ntalk_s = { sum = ["x"], values = { a = "1" } }', "columns.talk_s: values cannot"),
        ('"at"', '{ from = "at", unit = "days" }', "unit"),
        ('"at"', '{ form = "at" }', "columns.offered_at.form: no such key; format or from?"),
        ('"at"', '{ from = 5 }', "columns.offered_at.from = 5: text in quotes or a list of such is wanted"),
        ('"at"', '{ from = ["day", 5] }', 'columns.offered_at.from = ["day", 5]: text in quotes or a list of such is wanted'),
        ('"at"', '{ from = "at", format = 5 }', "columns.offered_at.format = 5: text in quotes or a list of such is wanted"),
        ('"at"', '{ from = "at", differ = ["x"] }', "columns.offered_at: differ needs two columns"),
        ('outcome = "outcome"', '[constants]\noutcome = ["answered"]', 'constants.outcome = ["answered"]: text in quotes is wanted'),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nencoding = "klingon"', "reader.encoding: no encoding of text 'klingon'; e.g. cp1252, cp1251, utf-16"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nencoding = "rot13"', "reader.encoding: no encoding of text 'rot13'"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nencoding = "base64"', "reader.encoding: no encoding of text 'base64'"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nskip = 99999999999999999999', "reader.skip = 99999999999999999999: 1000 or less is wanted"),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\ndelimiter = ";;"', "reader.delimiter"),
        *(
            ('outcome = "outcome"', f'outcome = "outcome"\n[reader]\n{key}', f"reader{said}")
            for key, said in [
                (r'delimiter = "\n"', ".delimiter: stands between"), (r'delimiter = "\u0000"', ".delimiter: stands between"),
                ('delimiter = "é"', ".delimiter: stands between"), ('quote = "q"', ".quote: stands between"),
                ('delimiter = "|"\nquote = "|"', ": quote and delimiter are two signs"), ('decimal = ";"', ".decimal"),
            ]
        ),
        ('outcome = "outcome"', 'outcome = "outcome"\n[reader]\nnames = ["id", "at"]', "reader.names: outcome is not among them"),
        ("[columns]", 'zones = { EST = "-5" }\n[columns]', "zones.EST: '-5' is no offset such as -05:00"),
        ("[columns]", 'zones = { EST = "America/New_York" }\n[columns]', "zones.EST: 'America/New_York' is no offset such as -05:00"),
        ('[columns]\ncall_id = "id"\noffered_at = "at"', 'zones = { EST = "-05:00" }\n[columns]\ncall_id = "id"\noffered_at = { from = "at", format = "%d.%m.%Y %H:%M EST" }', 'zones puts an offset for EST: write "%d.%m.%Y %H:%M %z"'),
        ('[columns]\ncall_id = "id"\noffered_at = "at"', 'zones = { EST = "-05:00" }\n[columns]\ncall_id = "id"\noffered_at = { from = "at", format = "%H:%M EST %Y-%m-%d" }', 'zones puts an offset for EST: write "%H:%M %z %Y-%m-%d"'),
        ('"at"', '{ from = "at", format = "%d.%m.%Y %H:%M %Z" }', "columns.offered_at.format: %Z would be passed over: %z reads an offset, and a name that zones"),
        ('"at"', '{ from = "at", format = "%d.%m.%Y %I:%M" }', "columns.offered_at.format: %I counts to twelve and needs %p"),
        ('"at"', '{ from = "at", format = "%d.%m.%Y %H:%M GMT+3" }', "columns.offered_at.format: GMT+3 would be passed over: %z reads an offset"),
        ('"at"', '{ from = "at", format = "%Y-%m-%dT%H:%M:%S+03:00" }', "columns.offered_at.format: +03:00 would be passed over"),
        ("[columns]", 'version = { from = "v", format = "%d.%m.%Y %H:%M %Z" }\n[columns]', "version.format: %Z would be passed over"),
        ("[columns]", 'renamed = { wait = ["Wait"] }\n[columns]', "renamed: no column of the mapping is read from wait"),
        ('call_id = "id"', 'call_id = "\\d"', "; text with a backslash needs single quotes"),
        ('call_id = "id"', "call_id = id", "not valid TOML: Invalid value (at line 5, column 11)"),
        *(
            ('outcome = "outcome"', f'outcome = {{ from = "x", values = {{ {word} = "answered" }} }}', 'need quotes: { "Статус" = ["Новый"] }')
            for word in ("Ответ", "Größe", "Call ended", "?")
        ),
        ('call_id = "id"', 'call_id "id"', "after a key in a key/value pair (at line 5, column 9)"),
        ('call_id = "id"', 'call_id = { from "id", unit = "s" }', "after a key in a key/value pair (at line 5, column 18)"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_names_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "wrong.toml").write_text(CALLS.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError) as refusal:
        find_source("csv", str(tmp_path / "wrong.toml"))
    assert "wrong.toml: " in str(refusal.value) and said in str(refusal.value)
    assert "; columns." not in str(refusal.value)
    assert ("need quotes" in str(refusal.value)) == ("need quotes" in said)


def test_a_mapping_with_the_mark_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbf" + CALLS.encode())
    assert find_source("csv", str(tmp_path / "marked.toml")).name == "marked"


def test_a_column_that_the_file_lacks(tmp_path: Path) -> None:
    account, rows, _ = load(tmp_path, CALLS, "id,when,outcome\n1,2026-05-04 10:00,answered\n")
    assert (
        account.error is not None and "rows.csv: line 1: column at of the mapping is not in the file" in account.error
    )
    assert "id, when, outcome" in account.error and rows == []


@pytest.mark.parametrize(("told", "sign"), [("'", ","), ("\\t", ";"), (";", ",")])
def test_another_delimiter_than_the_files_is_told(tmp_path: Path, told: str, sign: str) -> None:
    text = "id,at,outcome\n1,2026-05-04 10:00,answered\n".replace(",", sign)
    error = load(tmp_path, f'{CALLS}[reader]\ndelimiter = "{told}"\n', text)[0].error
    assert error and error.endswith(f'; the header holds no "{told}": [reader] delimiter = "{sign}"')
