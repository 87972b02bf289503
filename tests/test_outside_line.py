"""What agents dial for a line out of the house: 9 0041 44 668 18 00 is the customer who calls from +41 44 668 18 00."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.loading.customers import normal_identifiers
from pipeline.settings import Privacy
from tests.mapped import CALLS, load

SWISS = {"phone_country_code": "41", "phone_trunk_prefix": "0"}
RUSSIAN = {"phone_country_code": "7", "phone_trunk_prefix": "8", "phone_national_digits": 10}
AMERICAN = {"phone_country_code": "1", "phone_national_digits": 10}


@pytest.mark.parametrize(
    ("line", "country", "dialled", "normal"),
    [
        ("9", SWISS, "90446681800", "41446681800"),
        ("9", SWISS, "9 0041 44 668 18 00", "41446681800"),
        ("9", SWISS, "9-0033-1 23 45 67 89", "33123456789"),
        ("9", SWISS, "941446681800", "41446681800"),
        ("9", SWISS, "+90 532 123 45 67", "905321234567"),
        ("9", SWISS, "044 668 18 00", "41446681800"),
        ("9", SWISS, "91234567", "91234567"),  # what follows is no number
        ("0", SWISS, "00446681800", "41446681800"),
        ("0", SWISS, "0415556677", "41415556677"),  # of Lucerne, and no line was dialled
        ("0", SWISS, "0041446681800", "41446681800"),
        ("0", SWISS, "00041446681800", "41446681800"),
        ("0", {**SWISS, "phone_country_code": "49"}, "0030123456", "4930123456"),
        ("9", RUSSIAN, "9 8 800 123-45-67", "78001234567"),
        ("9", RUSSIAN, "8 800 123-45-67", "78001234567"),
        ("9", RUSSIAN, "9812345678", "79812345678"),  # a mobile number without any prefix
        ("9", RUSSIAN, "9 8 10 41 44 668 18 00", "41446681800"),
        ("9", AMERICAN, "9 1 (415) 555-0000", "14155550000"),
        ("9", AMERICAN, "9 011 41 44 668 18 00", "41446681800"),
        ("9", AMERICAN, "011 41 44 668 18 00", "41446681800"),
        ("9", AMERICAN, "94155550000", "14155550000"),
        ("9", AMERICAN, "9415555000", "19415555000"),
    ],
)
def test_the_line_out_of_the_house_is_no_part_of_a_dialled_number(
    line: str, country: dict[str, Any], dialled: str, normal: str
) -> None:
    privacy = Privacy(**country, phone_outside_line=line)
    query = normal_identifiers(f"select '{dialled}' as spelling", privacy, by_agents=True)
    assert duckdb.sql(f"select normal from ({query})").fetchall() == [(normal,)]


@pytest.mark.parametrize("line", ["9", ""])
def test_agents_alone_dial_a_line_out_of_the_house(tmp_path: Path, line: str) -> None:
    """A caller's number that begins alike is the caller's, though an agent dialled the same digits."""
    text = """id,at,outcome,way,phone
    1,2026-05-04 10:00,abandoned,inbound,0446681800
    2,2026-05-04 10:10,answered,outbound,90446681800
    3,2026-05-04 10:10,answered,callback,9 0041 44 668 18 00
    4,2026-05-04 10:20,answered,inbound,90446681800
    """.replace("    ", "")
    mapping = f'{CALLS}direction = "way"\ncustomer_key = "phone"\n'
    rows = load(tmp_path, mapping, text, **SWISS, phone_outside_line=line)[1]
    one, two, three, four = (row["customer_key"] for row in rows)
    assert (one == two == three) == bool(line) and four not in (one, three)
