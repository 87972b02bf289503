"""What a refusal shows of a header: nothing of a customer, nothing that steers a terminal, and what to do."""

from pathlib import Path

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


@pytest.mark.parametrize("encoding", ["utf-16le", "utf-16be"])
def test_text_of_two_bytes_a_sign_is_told(tmp_path: Path, encoding: str) -> None:
    error = load(tmp_path, CALLS, "id;at;outcome\n1;2026-05-04 10:00;answered\n".encode(encoding))[0].error
    assert error and error.endswith(f'it looks like UTF-16: [reader] encoding = "{encoding}"')
    assert error.isprintable()
