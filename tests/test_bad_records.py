"""Broken records go to quarantine with their line and reason, the others stay, and nothing is lost."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.loading.accounts import Account
from pipeline.settings import Admission
from tests.calls_csv import GOOD, HEADER, load, row

BAD = [
    (row(ended="2026-05-04 09:00:00"), "ended_at", "ends_before_start", "2026-05-04 09:00:00"),
    (row(answered="2026-05-04 10:59:00"), "answered_at", "answered_before_offered", "2026-05-04 10:59:00"),
    (row(ended="2026-05-04 11:00:10"), "ended_at", "ends_before_answer", "2026-05-04 11:00:10"),
    (row(talk="-5"), "talk_s", "negative", "-5"),
    (row(talk="90000"), "talk_s", "longer_than_a_day", "90000"),
    (row(talk="nan"), "talk_s", "longer_than_a_day", "nan"),
    (row(talk="inf"), "talk_s", "longer_than_a_day", "inf"),
    (row(talk="long"), "talk_s", "not_a_duration", "long"),
    (row(talk="4:40"), "talk_s", "not_a_duration", "4:40"),
    (row(talk="12.5.1"), "talk_s", "not_a_duration", "12.5.1"),
    (row(offered="04.05.2026 11:00"), "offered_at", "not_a_time", "04.05.2026 11:00"),
    (row(offered="2026-13-04 11:00:00"), "offered_at", "not_a_time", "2026-13-04 11:00:00"),
    (row(offered="2026-02-31 11:00:00"), "offered_at", "not_a_time", "2026-02-31 11:00:00"),
    (row(offered="soon"), "offered_at", "not_a_time", "soon"),
    (row(offered="10:15"), "offered_at", "not_a_time", "10:15"),
    (row(offered="2026-03-29 02:30:00", answered="", ended=""), "offered_at", "not_a_time", "2026-03-29 02:30:00"),
    (row(offered="2025-10-26 02:30:00", answered="", ended=""), "offered_at", "not_a_time", "2025-10-26 02:30:00"),
    (row(offered="2099-05-04 11:00:00", answered="", ended=""), "offered_at", "in_the_future", "2099-05-04 11:00:00"),
    (row(offered=""), "offered_at", "missing", None),
    (row(id=""), "call_id", "missing", None),
    (row(outcome=""), "outcome", "missing", None),
    (row(outcome="maybe"), "outcome", "unknown_value", "maybe"),
    (row(outcome="Replied"), "outcome", "unknown_value", "Replied"),
    (row(resolved="perhaps"), "is_resolved", "not_yes_or_no", "perhaps"),
    (row(agent="a\0b"), "agent", "nul_character", "a\ufffdb"),
    ("short,2026-05-04 11:00:00\n", None, "missing_columns", None),
    (row(note="a,b,c"), None, "too_many_columns", None),
    ("Total,,,,,1234,,,,,\n", "offered_at", "missing", None),
    (row(talk="+41 44 668 18 77"), "talk_s", "not_a_duration", "[phone]"),
    (row(offered="04.05.2026\u00a011:00:02"), "offered_at", "not_a_time", "04.05.2026\u00a011:00:02"),
    (row(offered="04.05.2026 11:00:02.1234567"), "offered_at", "not_a_time", "04.05.2026 11:00:02.1234567"),
    (row(offered="04.05.2026\u00a0044 668 18 00"), "offered_at", "not_a_time", "04.05.2026\u00a0[phone]"),
    (row(offered="2026-13-45 10:00:00"), "offered_at", "not_a_time", "2026-13-45 10:00:00"),
    (row(offered="1793600000000"), "offered_at", "not_a_time", "1793600000000"),
    (row(offered="1793600000"), "offered_at", "not_a_time", "1793…"),
    (row(offered="4155550000"), "offered_at", "not_a_time", "[phone]"),
    (row(offered="20261102 8h00"), "offered_at", "not_a_time", "20261102 8h00"),
    (row(offered="20261102 044 668 18 00"), "offered_at", "not_a_time", "20261102 [phone]"),
    (row(agent="a", talk="1793600000000"), "talk_s", "longer_than_a_day", "1793600000000"),
    (row(resolved="1793600000000"), "is_resolved", "not_yes_or_no", "[phone]"),
    (row(offered="46321.3388"), "offered_at", "not_a_time", "46321.3388"),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Account, list[dict[str, Any]]]:
    """All bad records behind two good ones, and a good one behind them."""
    content = HEADER + "".join([*GOOD, *(bad for bad, *_ in BAD), row(id="g3")])
    return load(tmp_path_factory.mktemp("bad"), content.encode(), admission=Admission(bad_share_limit=1))


@pytest.mark.parametrize(
    ("place", "column", "rule", "value"),
    [(place, *told) for place, (_, *told) in enumerate(BAD)],
    ids=lambda value: value if isinstance(value, str) and value.islower() and "_" in value else "",
)
def test_a_bad_record_goes_to_quarantine(
    loaded: tuple[Account, list[dict[str, Any]]], place: int, column: str | None, rule: str, value: str | None
) -> None:
    found = [(q["column_name"], q["rule"], q["value"]) for q in loaded[1] if q["line"] == 4 + place]
    assert [told[1:] for told in found] == [(rule, value)]
    assert column is None or found[0][0] == column


def test_the_others_stay(loaded: tuple[Account, list[dict[str, Any]]]) -> None:
    account, quarantine = loaded
    assert (account.rows_read, account.admitted, account.error) == (len(BAD) + 3, 3, None)
    assert [q["line"] for q in quarantine] == [4 + place for place in range(len(BAD))]


@pytest.mark.parametrize(
    ("content", "rows_read", "admitted", "quarantined"),
    [
        ("\ufeff" + HEADER + "".join(GOOD), 2, 2, {}),
        (HEADER + "".join(GOOD).rstrip("\n"), 2, 2, {}),
        ((HEADER + "".join(GOOD)).replace("\n", "\r\n"), 2, 2, {}),
        (HEADER + "\n" + GOOD[0] + "\n\n" + GOOD[1], 2, 2, {}),
        (HEADER + GOOD[0] + GOOD[0] + GOOD[1], 3, 2, {}),
        (HEADER + row(agent="<b>x</b>") + row(id="b2", agent="=HYPERLINK(1)"), 2, 2, {}),
        (HEADER + row(agent="Zoë 🙂 עברית") + GOOD[0], 2, 2, {}),
        (HEADER + row(agent="x" * 100_000) + GOOD[0], 2, 2, {}),
        (HEADER + GOOD[0] + row(note='"two\nlines"') + GOOD[1], 3, 3, {}),
        (HEADER + GOOD[0] + row(note='"open') + GOOD[1] + row(id="b3", note='closed"') + row(id="b4"), 5, 2, {"unclosed_quote": 3}),
        (HEADER + GOOD[0] + row(agent="x" * 10_000_000) + GOOD[1], 3, 2, {"line_size_over_maximum": 1}),
    ],
    ids=["byte order mark", "no last line break", "crlf", "blank lines", "twice", "markup and formula", "emoji and right to left", "very long name",
         "quoted line break", "quote left open", "ten megabytes"],
)  # fmt: skip
def test_odd_but_readable_files(
    tmp_path: Path, content: str, rows_read: int, admitted: int, quarantined: dict[str, int]
) -> None:
    account, _ = load(tmp_path, content.encode())
    assert (account.rows_read, account.admitted, account.quarantined, account.error) == (
        rows_read,
        admitted,
        quarantined,
        None,
    )


def test_bytes_that_are_no_utf8_cost_their_record_only(tmp_path: Path) -> None:
    content = HEADER.encode() + GOOD[0].encode() + row(agent="Käthe").encode("latin-1") + GOOD[1].encode()
    account, quarantine = load(tmp_path, content)
    assert (account.rows_read, account.admitted, account.quarantined) == (3, 2, {"invalid_encoding": 1})
    assert quarantine[0]["line"] == 3


def test_lines_are_right_behind_blank_ones_line_breaks_and_rejects(tmp_path: Path) -> None:
    lines = [HEADER, GOOD[0], "\n", row(id="m", note='"two\nlines"'), "short,row\n", row(id="x", talk="-1"), GOOD[1]]
    account, quarantine = load(tmp_path, "".join(lines).encode())
    assert [(q["line"], q["rule"]) for q in quarantine] == [(6, "missing_columns"), (7, "negative")]
    assert (account.rows_read, account.admitted) == (5, 3)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("blanks", [0, 1, 2])
def test_the_line_of_a_reject_behind_blank_ones(tmp_path: Path, end: str, blanks: int) -> None:
    lines = [HEADER, GOOD[0], *["\n"] * blanks, "short,row\n", row(id="x", talk="-1"), GOOD[1]]
    _, quarantine = load(tmp_path, "".join(lines).replace("\n", end).encode())
    assert [(q["line"], q["rule"]) for q in quarantine] == [(3 + blanks, "missing_columns"), (4 + blanks, "negative")]


@pytest.mark.parametrize("ends", [("\r\n", "\n"), ("\n", "\r\n"), ("\r", "\r")])
def test_lines_that_end_in_several_ways_are_lines(tmp_path: Path, ends: tuple[str, str]) -> None:
    """As two systems write them into one file, and as an old Macintosh does."""
    first, last = (line.replace("\n", end) for line, end in zip(GOOD, ends, strict=True))
    account, quarantine = load(tmp_path, (HEADER.replace("\n", ends[0]) + first + last).encode())
    assert (account.error, account.admitted, quarantine) == (None, 2, [])
