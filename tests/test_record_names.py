"""Names of records: a telephone number or a card in one has a stand-in; order numbers, instants and UUIDs stay."""

from pathlib import Path

import duckdb
import pytest

from pipeline.loading.record_names import holds_number, without_numbers
from pipeline.settings import Privacy
from tests.mapped import CALLS, load

SWISS = Privacy(phone_country_code="41", phone_trunk_prefix="0")
RUSSIAN = Privacy(phone_country_code="7", phone_trunk_prefix="8")
AMERICAN = Privacy(phone_country_code="1", phone_national_digits=10)
SILENT = Privacy()


def shown(name: str, settings: Privacy) -> str:
    asked = f"select {without_numbers('$1', chr(39) + 'N' + chr(39), settings)}, {holds_number('$1', settings)}"
    replaced, is_found = duckdb.execute(asked, [name]).fetchall()[0]
    assert bool(is_found) == (replaced != name)
    return str(replaced)


@pytest.mark.parametrize(
    ("name", "settings", "left"),
    [
        ("41446681800", SWISS, "N"),
        ("0041446681800", SILENT, "N"),
        ("call-41446681800-1", SWISS, "call-N-1"),
        ("A41446681800B", SWISS, "ANB"),
        ("41446681800@c.example", SWISS, "N@c.example"),
        ("044 668 18 00", SILENT, "N"),
        ("044-668-1800", SILENT, "N"),
        ("(044) 6681800", SILENT, "N"),
        ("+41 (0)44 668-18-00", SILENT, "N"),
        ("0041 44 668 18 00", SWISS, "N"),
        ("7 495 555 01 00", RUSSIAN, "N"),
        ("8 (495) 555-01-00", RUSSIAN, "N"),
        ("74955550100", RUSSIAN, "N"),
        ("call-81041446681800", RUSSIAN, "call-N"),
        ("call-01141446681800", AMERICAN, "call-N"),
        ("011 41 44 668 18 00", AMERICAN, "N"),
        ("8 10 41 44 668 18 00", RUSSIAN, "N"),
        ("901141446681800", AMERICAN, "901141446681800"),  # no line is known
        ("901141446681800", AMERICAN.model_copy(update={"phone_outside_line": "9"}), "N"),
        ("9 044 668 18 00", SWISS.model_copy(update={"phone_outside_line": "9"}), "N"),
        ("out-90041446681800-1", SWISS.model_copy(update={"phone_outside_line": "9"}), "out-N-1"),
        ("4111 1111 1111 1111", SILENT, "N"),
        ("CH93 0076 2011 6238 5295 7", SILENT, "N"),
        ("0446681800 0446681801", SILENT, "N N"),
        ("out-41446681800-41446681801-1", SWISS, "out-N-N-1"),
        ("044 668 18 00_044 668 18 01_044 668 18 02", SILENT, "N_N_N"),
    ],
)
def test_numbers_in_the_name_of_a_record_are_replaced(name: str, settings: Privacy, left: str) -> None:
    assert shown(name, settings) == left


@pytest.mark.parametrize("settings", [SWISS, RUSSIAN, SILENT])
@pytest.mark.parametrize(
    "name",
    [
        "12345678901", "413068955393", "4158742092", "0012345678", "1234567890123456", "1793600000123", "1793600000.123",
        "20261102101500", "20261102-000123", "02-11-2026-0001", "041-12-2026", "012-2026001234", "INC0012345", "ABC-1234-5678-9012",
        "PO20261110123456", "41-2026-11-02", "2026-11-02T10:15:00", "370a933f-ac11-4133-b9b3-051711033853",
        "uuid:08197b07-0791-4123-9157-015401422981", "s3://recordings.example/2026/370a933f-ac11-4133-b9b3-051711033853.wav", "<CAF1234567890@mail.example>", "10.0.0.1-5060",
    ],
)  # fmt: skip
def test_other_numbers_stay(name: str, settings: Privacy) -> None:
    assert shown(name, settings) == name


def test_a_record_has_one_stand_in_wherever_its_name_stands(tmp_path: Path) -> None:
    mapping = CALLS + 'conversation_id = "whole"\n'
    rows = "id,at,outcome,whole\n41446681800,2026-05-04 10:00,answered,41446681800\n12345678901,2026-05-04 10:00,answered,\n"
    first, second = load(tmp_path, mapping, rows, phone_country_code="41")[1]
    assert first["call_id"] == first["conversation_id"]
    assert first["call_id"].isalpha()
    assert second["call_id"] == "12345678901"


def test_ids_that_hold_their_own_customer_are_told(tmp_path: Path) -> None:
    mapping = CALLS + 'customer_key = "who"\n'
    rows = "".join(
        f"{name},2026-05-04 10:00,answered,{who}\n"
        for name, who in [
            ("ann@kunde.example-1", "ann@kunde.example"),
            ("446681800x", "044 668 18 00"),
            ("c3", "044 668 18 01"),
        ]
    )
    account = load(tmp_path, mapping, "id,at,outcome,who\n" + rows, phone_country_code="41", phone_trunk_prefix="0")[0]
    assert account.remark == "rows.csv: call_id: 2 hold their own customer's number or address in clear"
