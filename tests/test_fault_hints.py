"""A fault whose value tells how it is written names the key of a mapping that reads it."""

import pytest

from pipeline.loading.faults import AS_TEXT, Fault, Faults
from pipeline.loading.remarks import set_aside

HINTS = [
    ("not_a_time", "2026-05-04 11:00 EST", 'zones = { EST = "-05:00" } and, in a format, %z'),
    ("not_a_time", "11:00:00 EST 2026-05-04", 'zones = { EST = "-05:00" } and, in a format, %z'),
    *(("not_a_duration", value, 'unit = "words"') for value in ("3m 12s", "3 мин 12 сек", "PT3M12S", "192 sec")),
    *(("not_a_duration", value, 'unit = "hh:mm:ss", hours and minutes "hh:mm"') for value in ("00:03:12", "04:25 hrs")),
    ("unquoted_value", "", '[reader] escape = "\\\\" where a backslash'),
    ("unknown_value", "Missed", '"*" is any other'),
    *((rule, value, "[reader] null = ") for rule in ("not_a_time", "not_a_duration", "not_a_number") for value in ("-", "—", "N/A")),
    *(("not_a_number", value, 'split = " ", before a sign split = "/"') for value in ("4 - good", "4/5", "5 stars")),
    ("score_outside_scale", "0", "csat goes from 1 to 5"),
    ("solved_before_created", "2026-05-04", "leave this column out of the mapping"),
    ("not_a_number", "Very satisfied", 'values = { "…" = "…" }'),
    ("not_a_time", "2026-05-04 11:00 + 1h 30m", 'unit = "words"'),
    ("not_a_time", "2026-05-04 11:00 + 1:30", 'hours and minutes "hh:mm"'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "value", "hint"), HINTS)
def test_a_value_tells_what_reads_it(rule: str, value: str, hint: str) -> None:
    assert hint in Faults([Fault(2, "x", rule, value)], sound=0).mended_by()


def test_what_was_set_aside_of_a_file_is_told_by_its_commonest_words() -> None:
    """A total at the end of a long file is not."""
    lost = [Fault(line, "outcome", "unknown_value", "Missed") for line in range(2, 12)]
    total = Fault(999, "offered_at", "missing", None)
    said = "x.csv: 11 of 1000 records do not count: outcome unknown_value 'Missed' 10, offered_at missing 1; "
    assert set_aside(Faults([*lost, total], sound=989), "x.csv").startswith(said)
    assert set_aside(Faults([total], sound=999), "x.csv") == ""


def test_what_reads_a_value_is_told_where_a_mapping_reads_the_file() -> None:
    """A vendor's format has none that one could change; what a spreadsheet spoiled is spoiled in any."""
    faults = [Fault(2, "x", "not_a_time", "04.05.2026 10:00"), Fault(3, "id", "cut_by_a_spreadsheet", "4E+09")]
    assert 'format = "%d.%m.%Y' in Faults(faults, sound=0).mended_by()
    assert Faults(faults, sound=0, is_mapped=False).mended_by() == f"; {AS_TEXT}"


def test_words_of_few_records_are_not_told() -> None:
    """Where columns are shifted they are customers' names, each of some records."""
    names = [Fault(line, "talk_s", "not_a_duration", f"Name {line // 3}") for line in range(2, 502)]
    assert Faults(names, sound=500).commonest() == "talk_s not_a_duration 500"
