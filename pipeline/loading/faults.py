"""What was wrong with the records of one file that were not admitted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.loading.shapes import EPOCH_MS
from pipeline.sources.plain_text import NOT_UTF8
from pipeline.zones import FIRST_YEAR

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


COMMAS = (
    r"-?(?![1-9]\d{0,2}(,\d{3})+$)[\d.]*\d,\d+",
    'it has decimal commas: a mapping says so: [reader] decimal = ","',
)
EITHER = (
    r"-?[1-9]\d{0,2}(,\d{3})+",
    'a mapping says what its comma is: [reader] decimal = "," or, where it groups thousands, decimal = "."',
)
SCALE = (
    "marks go from 0 to 1 unless a mapping says otherwise: [constants] score_min = 1 and score_max = 5, "
    "or min and max of [[scorecards]]"
)
ANSWERS = (
    "csat goes from 1 to 5, nps from 0 to 10, effort from 1 to 7, resolved is 0 or 1: "
    'a mapping turns other scales into these: values = { "0" = "1", "1" = "5" }'
)
DAYS_ALONE = "a day without a time tells no hours: leave this column out of the mapping, or take one with the time"
WRITTEN = "a mapping says how it is written: format ="
TIMES = (
    (r"\d{1,2}\.\d{1,2}\.\d{4}(.*\d)?", f'{WRITTEN} "%d.%m.%Y %H:%M", %H:%M:%S where it has seconds'),
    (
        r"\d{1,2}/\d{1,2}/\d{4}(.*\d)?",
        f'{WRITTEN} "%m/%d/%Y %H:%M" or, with the day first, "%d/%m/%Y %H:%M", %H:%M:%S where it has seconds',
    ),
    (
        r"\d.*\d ?(?i:[AP]M)",
        f'{WRITTEN} "%m/%d/%Y %I:%M %p", with the parts of its day and %I:%M:%S where it has seconds',
    ),
)
MILLISECONDS = (EPOCH_MS, 'it counts milliseconds since 1970: format = "epoch_ms"')
COUNTED = (
    MILLISECONDS,
    (r"1[4-9]\d\d…", 'it counts seconds since 1970: format = "epoch"'),
    (r"[12]\d{7}( .*)?", f'{WRITTEN} "%Y%m%d %H:%M:%S"'),
    (r"[12]\d{13}", f'{WRITTEN} "%Y%m%d%H%M%S"'),
    (r"[34]\d{4}([.,]\d+)?", 'it counts days as a spreadsheet does: format = "excel"'),
)
ZONE = 'a mapping says what its zone is: zones = { EST = "-05:00" } and, in a format, %z'
QUOTES = (
    'quotes within a field that are not doubled: [reader] escape = "\\\\" where a backslash stands before them, '
    'quote = "" where none stand around fields'
)
AS_TEXT = "its digits are lost: export anew, and format the column as text before a spreadsheet saves the file"
DURATIONS = (
    (r"P?T?\d+([.,]\d+)? ?[^\W\d].*", 'a duration in words is unit = "words"'),
    (r"\d+:\d\d.*", 'hours, minutes and seconds are unit = "hh:mm:ss", hours and minutes "hh:mm"'),
)
TOLD_SHARE = 0.01
"""Of a file's records. Fewer, such as a total at its end, are told by the account alone; no word of fewer is told."""
WORDS = 'a mapping says what words mean: values = { "…" = "…" }, and "*" is any other'
NONE = 'words for nothing are [reader] null = ["-", "n/a"]'
BESIDE = 'the number before a word is split = " ", before a sign split = "/"'
NOTHING_SAID = r"(?i:[-–—.]+|n/?a|nil|none|null)"
MENDED_BY = (
    ("mark_outside_scale", r".*", SCALE),
    ("score_outside_scale", r".*", ANSWERS),
    *(
        (f"{end}_before_created", r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{2,4}", DAYS_ALONE)
        for end in ("solved", "closed", "replied")
    ),
    ("missing", r".*", 'a row that is no record is left out by filled = ["…"], a column that every record has'),
    ("unknown_value", r".*", WORDS),
    *((rule, NOTHING_SAID, NONE) for rule in ("not_a_duration", "not_a_number", "not_a_time")),
    ("not_a_number", r"\d+([.,]\d+)?( \D.*|/\d+)", BESIDE),
    ("not_a_number", rf"(?!{NOTHING_SAID}$)[^\W\d].*", WORDS),
    ("unquoted_value", r".*", QUOTES),
    ("invalid_encoding", r".*", NOT_UTF8),
    ("cut_by_a_spreadsheet", r".*", AS_TEXT),
    *(("not_a_time", *how) for how in (*TIMES, *COUNTED)),
    ("not_a_time", r"\d.*[\dM] [A-Z]{3,4}( .*)?", ZONE),
    *(("not_a_duration", *how) for how in DURATIONS),
    *(("not_a_time", rf".* \+ {pattern}", hint) for pattern, hint in DURATIONS),
    ("longer_than_a_day", r"\d{9,}|\[phone\].*", 'nanoseconds, as pandas keeps a duration, are unit = "ns"'),
    ("in_the_future", *MILLISECONDS),
    (f"before_{FIRST_YEAR}", r".*", 'where it says that there is no time, a mapping says so: values = { "0" = "" }'),
    *((rule, *how) for rule in ("not_a_duration", "not_a_number") for how in (COMMAS, EITHER)),
)
"""Rule, a pattern of the value, and what of a mapping mends it."""


@dataclass(frozen=True)
class Fault:
    line: int
    column: str | None
    rule: str
    value: str | None
    records: int = 1


@dataclass(frozen=True)
class Faults:
    """The bad records of one file, how many of its records were sound, and when the first that is ahead of the clock will be.

    `is_mapped`: a mapping of the house's own read it, and may mend them.
    """

    rows: list[Fault]
    sound: int
    due_at: datetime | None = None
    is_mapped: bool = True

    @property
    def records(self) -> int:
        return sum(fault.records for fault in self.rows)

    @property
    def read(self) -> int:
        return self.records + self.sound

    def summary(self) -> str:
        counts = Counter[str]()
        for fault in self.rows:
            counts[fault.rule] += fault.records
        return ", ".join(f"{rule} {n}" for rule, n in counts.most_common(4))

    def first(self) -> str:
        fault = min(self.rows, key=lambda f: f.line)
        value = "" if fault.value is None else f", value {fault.value!r}"
        return f"line {fault.line}, column {fault.column or '-'}, rule {fault.rule}{value}"

    def commonest(self) -> str:
        """The commonest by column and rule, each with its number; values apart that so many records have that they are words
        for kinds. Others differ from record to record: where columns are shifted, they are customers' names."""
        alike, counts = Counter[tuple[str, str, str | None]](), Counter[str]()
        for fault in self.rows:
            alike[fault.column or "-", fault.rule, fault.value] += fault.records
        for (column, rule, value), n in alike.items():
            is_kind = value is not None and n >= TOLD_SHARE * self.read
            counts[f"{column} {rule} {value!r}" if is_kind else f"{column} {rule}"] += n
        return ", ".join(f"{told} {n}" for told, n in counts.most_common(3))

    def mended_by(self) -> str:
        """What the commonest faults of exports tell of how to read them, or to write them; nothing where they tell nothing."""
        told = [
            hint
            for rule, pattern, hint in MENDED_BY
            if (self.is_mapped or hint == AS_TEXT)
            and any(fault.rule == rule and re.fullmatch(pattern, fault.value or "") for fault in self.rows)
        ]
        return "".join(f"; {hint}" for hint in dict.fromkeys(told))

    def store(self, warehouse: Warehouse, file_id: int) -> None:
        columns = [
            [getattr(fault, name) for fault in self.rows] for name in ("line", "column", "rule", "value", "records")
        ]
        warehouse.sql.execute(
            f"insert into quarantine select {file_id}, unnest($1::bigint[]), unnest($2::varchar[]), unnest($3::varchar[]), "
            "unnest($4::varchar[]), unnest($5::bigint[])",
            columns,
        )
