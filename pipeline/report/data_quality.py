"""What was read and what became of it, which checks passed, and how much of the picture the data show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.expectations.suites import read_suites
from pipeline.report.cells import cell, column, count_cell
from pipeline.report.collect import Collected
from pipeline.report.figures import row_of
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

COUNTS = ("rows_read", "admitted", "quarantined", "duplicate")
COVERAGE_WEEKS = 12
SHORT, LONG = 60, 300
SEEN = re.compile(r"(?<=[≥≤:] )-?[0-9]+(?:[.][0-9]+)?(?:e[+-][0-9]+)?(?=[;,]|$)")
"""A number among what a check wanted or saw: ≤ 8, calls 2026-W32: 99.2; ..."""
BEHIND = re.compile(r"(?:^|; )(.+?) [0-9]{4}-W[0-9]{2}: ([0-9.e+]+)")
"""A source and its days in what the check of age saw: calls 2026-W32: 99.2; ..."""
UNITS = {"days_behind": "unit.counted_days", "weeks_since": "unit.counted_weeks"}
"""Measures of checks that have a unit."""


@dataclass(frozen=True)
class Warning:
    """A check that did not pass, for the top of the main page."""

    text: str
    reason: str


def warnings(data: Collected, words: Words) -> list[Warning]:
    """Failed and broken checks, each once."""
    bad = [check for check in data.documents["checks"] if check["outcome"] != "passed"]
    found = {_check_words(words, check): str(check.get("accepted_reason") or "") for check in bad}
    return [Warning(text, reason) for text, reason in found.items()]


def banner(found: Sequence[Warning]) -> str:
    """The first warning as a sentence, or the beginning of a list."""
    text = found[0].text if found else ""
    return text + ("…" if len(found) > 1 else "." if text and not text.endswith("?") else "")


def _check_words(words: Words, check: Mapping[str, Any]) -> str:
    title = check.get(f"title_{words.language}") or named(words, "check", check["check_name"])
    said = _behind(words, check) or title
    return words("data.check", table=named(words, "contract", check["table_name"]), check=said)


def _behind(words: Words, check: Mapping[str, Any]) -> str:
    """Which source has brought nothing for how long; nothing of other checks, and where what was seen is withheld."""
    measure = _measures(check["table_name"]).get(check["check_name"])
    seen = (
        BEHIND.findall(check.get("failing") or "") if measure == "days_behind" and check["outcome"] == "failed" else []
    )
    days = {source: words.count("unit.counted_days", round(float(value))) for source, value in seen}
    return words.listed([words("data.behind", source=source, days=told) for source, told in days.items()])


def named(words: Words, part: str, code: str) -> str:
    """The words for a code; a code that has none is its own name."""
    key = f"{part}.{code}"
    return words(key) if key in words.strings else code.replace("_", " ")


def source_table(data: Collected, words: Words) -> Table:
    """Records by source and kind, with their sum: read = admitted + quarantined + duplicate."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for file in _files(data):
        groups.setdefault((file["source"], named(words, "contract", file["contract"] or "")), []).append(file)
    rows = [
        [text_cell(source), text_cell(kind), *_sums(words, files)] for (source, kind), files in sorted(groups.items())
    ]
    rows.append([text_cell(words("data.all")), text_cell(""), *_sums(words, _files(data))])
    heads = [Column(words("data.source"), False), Column(words("data.contract"), False), Column(words("data.files"))]
    return Table("sources", words("data.sources"), [*heads, *_count_columns(words)], rows)


def _sums(words: Words, files: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """How many files, and their records of each fate."""
    return _counts(words, [len(files), *(sum(int(file[name] or 0) for file in files) for name in COUNTS)])


def _count_columns(words: Words) -> list[Column]:
    return [Column(words(f"data.{name}")) for name in COUNTS]


def sum_sentence(data: Collected, words: Words) -> str:
    """read = admitted + set aside + duplicates, over all files."""
    sums = {name: sum(int(file[name] or 0) for file in _files(data)) for name in COUNTS}
    read, *parts = (words.number(sums[name]) for name in COUNTS)
    return words("data.sum", read=read, admitted=parts[0], quarantined=parts[1], duplicate=parts[2])


def _files(data: Collected) -> list[Mapping[str, Any]]:
    return [file for file in data.documents["account"]["files"] if not file["is_undone"]]


def _counts(words: Words, values: Sequence[int]) -> list[Cell]:
    return [Cell(words.number(value), value) for value in values]


def file_table(data: Collected, words: Words) -> Table:
    rows = [
        [text_cell(file["name"]), text_cell(file["source"]), *_counts(words, [int(file[name] or 0) for name in COUNTS])]
        for file in _files(data)
    ]
    heads = [Column(words("data.file"), False), Column(words("data.source"), False)]
    return Table("files", words("data.files_table"), [*heads, *_count_columns(words)], rows)


def quarantine_table(data: Collected, words: Words) -> Table | None:
    """Rules that kept records out, each with its first example; None when nothing was kept out."""
    rows = [
        [
            text_cell(rule["name"]),
            Cell(words.number(rule["first_line"] or 0), rule["first_line"]),
            text_cell(named(words, "rule", rule["rule"])),
            text_cell(rule["column_name"] or "–"),
            text_cell(_short(rule["first_value"])),
            Cell(words.number(rule["records"]), rule["records"]),
        ]
        for rule in data.documents["account"]["quarantine"]
    ]
    titles = (
        ("file", False),
        ("line", True),
        ("rule", False),
        ("column", False),
        ("example", False),
        ("records", True),
    )
    columns = [Column(words(f"data.{name}"), is_number) for name, is_number in titles]
    return Table("quarantine", words("data.quarantine"), columns, rows) if rows else None


def _short(value: object, limit: int = SHORT) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def check_table(data: Collected, words: Words, has_passed: bool) -> Table | None:
    """The checks that passed or those that did not, by table; None when there are none."""
    wanted = [check for check in data.documents["checks"] if (check["outcome"] == "passed") == has_passed]
    rows = [
        [
            text_cell(_check_words(words, check)),
            text_cell(words(f"outcome.{check['outcome']}")),
            text_cell(words(f"severity.{check['severity']}")),
            text_cell(_told(words, check, "observed" if check["outcome"] == "failed" else "")),
            text_cell(_told(words, check, "observed" if check["outcome"] == "broken" else "failing")),
            text_cell(check.get("accepted_reason") or "–"),
        ]
        for check in sorted(wanted, key=lambda c: (c["table_name"], c["check_name"], c["batch_id"]))
    ]
    titles = ("check_column", "outcome", "severity", "wanted", "observed", "accepted")
    columns = [Column(words(f"data.{name}"), False) for name in titles]
    name = "passed" if has_passed else "checks"
    return Table(name, words(f"data.{name}_table"), columns, rows) if rows else None


def _told(words: Words, check: Mapping[str, Any], part: str) -> str:
    """What a check wanted or saw; `observed` is the limit of one that failed, and what went wrong with one that broke."""
    text, measure = str(check.get(part) or ""), _measures(check["table_name"]).get(check["check_name"])
    if measure:
        text = SEEN.sub(lambda found: _value(words, measure, found[0]), text)
    return _short(text or None, LONG)


@cache
def _measures(contract: str) -> dict[str, str]:
    """Check -> what it measures, of the checks that judge numbers."""
    return {f"{contract}_{check.name}": check.measure for check in read_suites(contract).checks}


def _value(words: Words, measure: str, text: str) -> str:
    """A number of a check as the language writes it, in its unit where it has one."""
    value = float(text)
    digits = len(text.partition(".")[2]) if "e" not in text else 0
    unit = UNITS.get(measure)
    return words.count(unit, value, digits) if unit else words.number(value, digits)


def coverage_table(data: Collected, words: Words) -> Table:
    """How many customers are known, week by week: what repeats can be seen in."""
    kpi = data.catalogue["identified"]
    centre = data.of_cut("")
    rows = []
    for week in data.history[-COVERAGE_WEEKS:]:
        row = row_of(centre, kpi.id, period=week)
        counts = [count_cell(words, row, part) for part in ("numerator", "denominator")]
        rows.append([text_cell(words.week(week)), cell(words, kpi, row), *counts])
    heads = [Column(words("table.days"), False), column(words, kpi)]
    return Table(
        "coverage", words("data.coverage"), [*heads, Column(words("data.known")), Column(words("data.answered"))], rows
    )
