"""Every way in which a record can be unsound, as SQL over its parsed columns: understood, readable, then by the rules."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import Column, Contract
from pipeline.loading.shapes import CUT
from pipeline.sources.feed import NOTHING, Feed, Field
from pipeline.zones import FIRST_YEAR

UNREADABLE = {
    "instant": "not_a_time",
    "date": "not_a_date",
    "seconds": "not_a_duration",
    "number": "not_a_number",
    "integer": "not_a_whole_number",
    "flag": "not_yes_or_no",
    "enum": "unknown_value",
}
IN_THE_FUTURE = "in_the_future"
AHEAD = "interval 1 day"
LATEST = f"now()::timestamp + {AHEAD}"
MAY_BE_AHEAD = (
    "valid_from",
    "valid_to",
    "starts_at",
    "ends_at",
    "due_at",
    "starts_on",
    "ends_on",
    "hired_on",
    "left_on",
)
VERSION = "version"
WITHIN = f"(^| ){CUT}( |$)"
"""Alone, or in an id of several columns."""


@dataclass(frozen=True)
class RowTest:
    """`fails`: SQL over the parsed columns, true for an unsound record.

    `carried`: SQL over `stage` that it needs beside them.
    """

    column: str | None
    rule: str
    fails: str
    carried: str = ""


def row_tests(contract: Contract, feed: Feed, fields: dict[str, Field]) -> list[RowTest]:
    """The tests of a record in the order they are tried: the first that fails names the fault."""
    tests = [
        RowTest(None, rule, f"carried_{number}", f"({condition}) as carried_{number}")
        for number, (rule, condition) in enumerate(feed.malformed)
    ]
    for name, field in fields.items():
        tests += _reading_tests(name, contract.columns[name], field)
    if feed.version.text != NOTHING:
        unread = f"({feed.version.text}) is not null and ({feed.version.value}) is null"
        tests.append(RowTest(VERSION, UNREADABLE["instant"], "is_version_unread", f"({unread}) as is_version_unread"))
    return tests + [RowTest(rule.column, rule.name, f"not ({rule.check})") for rule in contract.row_rules()]


def _reading_tests(name: str, column: Column, field: Field) -> list[RowTest]:
    if field.text == NOTHING:
        return []
    tests = []
    if column.type in UNREADABLE:
        has = f"has_{name}"
        fails = f"({has} and {name} is null)"
        tests.append(RowTest(name, UNREADABLE[column.type], fails, f"({field.text}) is not null as {has}"))
    elif column.type != "person":
        tests.append(RowTest(name, "nul_character", f"contains({name}, chr(0))"))
    if column.type == "id":
        tests.append(
            RowTest(name, "cut_by_a_spreadsheet", f"contains({name}, '+') and regexp_matches({name}, '{WITHIN}')")
        )
    if column.type == "instant" and name not in MAY_BE_AHEAD:
        tests.append(RowTest(name, f"before_{FIRST_YEAR}", f"{name} < timestamp '{FIRST_YEAR}-01-01'"))
    if column.type in ("instant", "date") and name not in MAY_BE_AHEAD:
        tests.append(RowTest(name, IN_THE_FUTURE, f"{name} > {LATEST}"))
    return tests
