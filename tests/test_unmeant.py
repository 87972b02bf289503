"""`only` and `except` of a mapping leave rows out; a file of which they leave out far more than ever has another word for what is meant."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from tests.mapped import CALLS, load
from tests.tables import written_files

MAPPING = CALLS.replace("[columns]", 'only = { taken = ["yes"] }\n[columns]')


def rows(day: int, **words: int) -> str:
    taken = [word for word, count in words.items() for _ in range(count)]
    return "id,at,outcome,taken\n" + "".join(
        f"{day}-{n},2026-05-{day:02} 10:00,answered,{word}\n" for n, word in enumerate(taken)
    )


def test_a_file_with_another_word_for_what_is_meant_is_refused(tmp_path: Path) -> None:
    load(tmp_path, MAPPING, rows(4, yes=50, no=10), "1.csv")
    error = load(tmp_path, MAPPING, rows(11, Answered=50, no=10), "2.csv")[0].error
    assert error and "only and except leave out 60 of 60 rows, of files before at most 17%" in error
    assert load(tmp_path, MAPPING, rows(11, yes=40, no=20), "2.csv")[0].error is None


def test_of_the_first_file_all_rows_but_not_many_may_be_left_out(tmp_path: Path) -> None:
    error = load(tmp_path, MAPPING, rows(4, no=11), "1.csv")[0].error
    assert error and "only and except leave out 11 of 11 rows: the file may have another word" in error
    assert load(tmp_path, MAPPING, rows(4, no=10), "1.csv")[0].error is None
    assert load(tmp_path, MAPPING, rows(11, yes=10, no=90), "2.csv")[0].error is None


def test_another_mapping_may_leave_out_more_of_a_file_that_was_loaded(tmp_path: Path) -> None:
    text = rows(4, yes=50, no=50)
    load(tmp_path, MAPPING.replace('"yes"', '"yes", "no"'), text)
    assert load(tmp_path, MAPPING, text)[0].error is None


def test_what_is_left_of_a_file_that_was_written_over_tells_nothing_of_its_words(tmp_path: Path) -> None:
    """Of its first day three rows are left in the books; twenty were left out of all its days."""
    for first, word in ((4, "yes"), (5, "yes"), (6, "Answered")):
        days = "".join(rows(day, **{word: 3}, no=2).partition("\n")[2] for day in range(first, first + 10))
        error = load(tmp_path, MAPPING, "id,at,outcome,taken\n" + days)[0].error
        assert (error is None) == (word == "yes")
    assert error and "only and except leave out 50 of 50 rows, of files before at most 40%" in error


def test_rows_with_an_empty_field_may_be_meant(tmp_path: Path) -> None:
    mapping = MAPPING.replace('["yes"]', '[""]')
    text = "id,at,outcome,taken\n" + "".join(f"{n},2026-05-04 10:00,answered,{w}\n" for n, w in enumerate(("", "no")))
    assert [row["call_id"] for row in load(tmp_path, mapping, text)[1]] == ["0"]


def test_words_that_any_other_takes_are_told_when_they_first_come(tmp_path: Path) -> None:
    """Of kinds, which several rows have, and in no other case than the named ones; nobody's number is shown or kept."""
    mapping = CALLS.replace('"outcome"', '{ from = "taken", values = { yes = "answered", "*" = "abandoned" } }')
    first = rows(4, yes=3, YES=2, no=4, gone=2, once=1, **{"+41446681800": 2})
    second = rows(5, yes=3, no=4, busy=2, gone=2)
    told = [load(tmp_path, mapping, text, f"{n}.csv")[0].remark for n, text in enumerate([first, second, second])]
    assert told[:2] == [
        '0.csv: outcome: "*" of values takes for the first time no (4), [hidden] (2), gone (2)',
        '1.csv: outcome: "*" of values takes for the first time busy (2)',
    ]
    assert told[2] is None
    assert not any(b"446681800" in file.read_bytes() for file in written_files(tmp_path) if file.suffix != ".csv")


def test_a_column_with_many_words_holds_no_kinds(tmp_path: Path) -> None:
    mapping = CALLS.replace('"outcome"', '{ from = "taken", values = { yes = "answered", "*" = "abandoned" } }')
    assert load(tmp_path, mapping, rows(4, **{f"call {n}": 2 for n in range(21)}))[0].remark is None
    times = {f"1767{n}": 2 if n == 100 else 1 for n in range(100, 110)}
    assert load(tmp_path, mapping, rows(5, yes=30, **times), "times.csv")[0].remark is None


ALL_ANSWERED = "{}.csv: all {} calls by voice that export has brought were answered: if it exports answered calls alone"


def test_a_source_of_answered_calls_alone_is_told(tmp_path: Path) -> None:
    """From a hundred of a channel on, in whatever files; one call that nobody answered ends it."""
    mapping = CALLS.replace(
        '"outcome"', '{ from = "taken", values = { yes = "answered", no = "abandoned", rang = "no_call" } }'
    )
    files = [rows(4, yes=99, rang=1), rows(5, yes=1), rows(6, no=1), rows(7, yes=1)]
    told = [load(tmp_path, mapping, text, f"{n}.csv")[0].remark for n, text in enumerate(files)]
    assert told[1] and told[1].startswith(ALL_ANSWERED.format(1, 100)) and [told[0], *told[2:]] == [None] * 3
    (tmp_path / "many").mkdir()
    assert load(tmp_path / "many", mapping, rows(4, yes=500))[0].remark.startswith(ALL_ANSWERED.format("rows", 500))


EXCEPT = [
    ('taken = ["TEST"]', ["yes", "-", ""]),
    ('taken = ["", "yes"]', ["test"]),
    ('taken = ["test"], id = ["0"]', ["-", ""]),
    ('taken = ["away"]', ["yes", "test", "-", ""]),
]


@pytest.mark.parametrize(("words", "left"), EXCEPT)
def test_rows_with_a_word_may_be_excepted(tmp_path: Path, words: str, left: list[str]) -> None:
    mapping = (
        CALLS.replace("[columns]", f"except = {{ {words} }}\n[columns]") + 'topic = "taken"\n[reader]\nnull = ["-"]\n'
    )
    there = ("yes", "test", "-", "")
    text = "id,at,outcome,taken\n" + "".join(f"{n},2026-05-04 10:00,answered,{w}\n" for n, w in enumerate(there))
    account, found, _ = load(tmp_path, mapping, text)
    assert [there[int(row["call_id"])] for row in found] == left and account.rows_read == len(left)
    out = len(there) - len(left)
    said = f"rows left out (only, except): {out}" if out else f"except {words} fits no row; the file has -, test, yes"
    assert account.passed_over == f"rows.csv: {said}"


def test_no_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only"):
        load(tmp_path, MAPPING.replace('["yes"]', "[]"), rows(4, yes=1))


def test_a_column_that_is_left_to_its_default_though_the_file_has_it_is_told(tmp_path: Path) -> None:
    """Not one that the mapping gives, or whose rows it chooses."""
    text = "id,at,outcome,Call_Direction,Channel,Media\n1,2026-05-04 10:00,answered,out,mail,mail\n"
    right = "; if that is right, say so under [constants]"
    said = f"rows.csv: Call_Direction is not read by the mapping: direction is inbound in every row{right}"
    for more, told in (
        ("", f"{said}; rows.csv: Channel is not read by the mapping: channel is voice in every row{right}; "
             f"rows.csv: Media is not read by the mapping: channel is voice in every row{right}"),
        ('[constants]\nchannel = "email"\n', said),
        ('direction = { from = "Call_Direction", values = { out = "outbound" } }\nchannel = { from = "Media", values = { mail = "email" } }\n', None),
    ):  # fmt: skip
        assert load(tmp_path, CALLS + more, text, name="rows.csv")[0].passed_over == told


def test_a_week_whose_days_are_read_as_months_is_told(tmp_path: Path) -> None:
    """Not one that is read as it is, nor the few calls of a small branch, nor some months."""
    lines = [f"{n},{n % 7 + 2:02}/11/2026 10:00,answered" for n in range(20)]
    months = [f"{n},{n % 7 + 2:02}/{n % 3 + 9:02}/2026 10:00,answered" for n in range(20)]
    said = "rows.csv: its calls lie on the same day of 7 months, 2026-02-11 to 2026-08-11: if they are of one week, day and month"
    for place, (format, calls, is_told) in enumerate(
        (
            ("%m/%d/%Y", lines, True),
            ("%m/%d/%Y", lines[:19], False),
            ("%d/%m/%Y", lines, False),
            ("%d/%m/%Y", months, False),
        )
    ):
        mapping = CALLS.replace('"at"', f'{{ from = "at", format = "{format} %H:%M" }}')
        (tmp_path / str(place)).mkdir()
        account, _, _ = load(tmp_path / str(place), mapping, "\n".join(["id,at,outcome", *calls]) + "\n")
        assert (account.remark or "").startswith(said) if is_told else account.remark is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Входящий", "", "ИСХОДЯЩИЙ"), "direction is inbound"),
        (("Call", "Chat", "E-Mail"), "channel is voice"),
        (("Inbound", "inbound", ""), ""),
        (("in", "Тип", "out"), "direction is inbound"),
        (("in", "out", "sideways"), ""),
    ],
)
def test_a_column_of_any_name_is_known_by_several_words_of_its_kind(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    lines = [f'{n};2026-05-04 10:00;answered;"{word}"' for n, word in enumerate(words)]
    account, _, _ = load(tmp_path, CALLS, "\n".join(["id;at;outcome;Тип", *lines]) + "\n")
    said = f"rows.csv: Тип is not read by the mapping: {told} in every row; if that is right, say so under [constants]"
    assert account.passed_over == (said if told else None)


@pytest.mark.parametrize(("words", "is_told"), [(("Reply", "Note", "Reply"), True), (("Note", "", "Note"), False)])
def test_letters_that_nobody_says_are_notes_are_told_by_the_words_of_a_column(
    tmp_path: Path, words: tuple[str, ...], is_told: bool
) -> None:
    """A note that counts as a public reply makes the first reply too early."""
    mapping = 'table = "messages"\ntimezone = "UTC"\n[columns]\nmessage_id = "id"\nsent_at = "at"\n'
    lines = [f"{n},2026-05-04 10:00,{word}" for n, word in enumerate(words)]
    account, _, _ = load(tmp_path, mapping, "\n".join(["id,at,Kind", *lines]) + "\n")
    assert ("Kind is not read by the mapping: is_public is true" in (account.passed_over or "")) == is_told
