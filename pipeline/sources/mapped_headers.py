"""Whether a file has the columns that a mapping names, and what to write where it has not."""

from __future__ import annotations

import csv
import json
from collections.abc import Set
from contextlib import suppress
from functools import partial
from pathlib import Path

from pipeline.errors import LacksColumns, RefusedFile
from pipeline.sources.dialect import (
    DELIMITERS,
    LONGEST_LINE,
    Dialect,
    header_in,
    header_of,
    hidden_names,
    one_line,
    seems_a_record,
)
from pipeline.sources.mapping_file import SHEET, Mapping
from pipeline.sources.plain_text import NOT_UTF8, first_lines, wide_hint

LINES_SEARCHED = 21
"""The first line, and as many as a title, a period and an empty line may take."""
NAMELESS = (
    '; line 1 seems to be a record: the columns of a file without a header are told by [reader] names = ["…", "…"]'
)

BY_PLACE = (
    "; its columns seem to stand at fixed places, which is not read: open it in a spreadsheet program as text in columns of "
    "fixed width and save it as CSV"
)
TWO_LINES = "; the columns of a header in two lines are told by [reader] names and skip"
OF_SHEETS = "; only a workbook has sheets"
OF_JSON = "; it seems to be JSON: its name must end with .json, or .jsonl where each line is an object"


def check_header(path: Path, text: Path, dialect: Dialect, mapping: Mapping, needed: Set[str]) -> None:
    further_down = partial(_further_down, text, dialect, mapping, needed)
    try:
        names = header_of(text, dialect).names
    except RefusedFile as empty:
        raise RefusedFile(f"{empty}{further_down()}") from None
    if not needed <= {*mapping.in_its_words(names)}:
        sought = {one_line(name) for name in needed}
        hint = (
            further_down()
            or _by_place(text, names, sought)
            or _other_delimiter(names, dialect, sought)
            or _two_lines(names)
        )
        refuse_missing(path, mapping.in_its_words(names), needed, dialect.above + 1, hint)


def _other_delimiter(names: list[str], dialect: Dialect, needed: Set[str]) -> str:
    """What to write where the whole header is one name, because what stands between names is another sign."""
    if len(names) > 1:
        return ""
    apart = [
        sign
        for sign in dict.fromkeys(names[0])
        if not sign.isalnum() and needed <= {one_line(part) for part in names[0].split(sign)}
    ]
    likely = next(iter(apart), max(DELIMITERS, key=names[0].count))
    if likely not in names[0] or not (apart or dialect.delimiter):
        return ""
    said, other = (json.dumps(sign, ensure_ascii=False) for sign in (dialect.delimiter, likely))
    return f"{f'; the header holds no {said}:' if dialect.delimiter else ';'} [reader] delimiter = {other}"


def _by_place(text: Path, names: list[str], needed: Set[str]) -> str:
    """What to do where nothing but spaces stands between the names, several in a row."""
    is_apart = "  " in next(iter(first_lines(text)), "").strip()
    return BY_PLACE if len(names) == 1 and is_apart and all(name in names[0] for name in needed) else ""


def _two_lines(names: list[str]) -> str:
    """What to write where names lack or repeat, as of groups of columns."""
    return TWO_LINES if len({*filter(None, names)}) < len(names) - 1 else ""


def refuse_missing(path: Path, names: list[str], needed: Set[str], line: int, hint: str) -> None:
    missing, has = sorted(needed - {*names}), ", ".join(filter(None, names))
    if missing:
        hint = hint or (f"; {NOT_UTF8}" if "\ufffd" in has else "")
        is_record = any(map(seems_a_record, names))
        hint = wide_hint(has) or hint or (OF_JSON if has[:1] in ("[", "{") else NAMELESS if is_record else "")
        hint = hint or (
            OF_SHEETS
            if missing[0] == SHEET
            else f'; where it is called otherwise: renamed = {{ "{missing[0]}" = ["…"] }}'
        )
        raise LacksColumns(
            f"{path}: line {line}: column {', '.join(missing)} of the mapping is not in the file"
            f"{'' if is_record else f', which has {hidden_names(has)}'}{hint}"
        )


def _further_down(text: Path, dialect: Dialect, mapping: Mapping, needed: Set[str]) -> str:
    """What to write where the header is one of the lines behind the first: a title and a period may stand above it."""
    with text.open(encoding="utf-8-sig", errors="replace", newline="\n") as source:
        lines = [source.readline(LONGEST_LINE) for _ in range(LINES_SEARCHED)]
    for above in range(1, LINES_SEARCHED):
        with suppress(csv.Error):
            if needed <= {*mapping.in_its_words(header_in(lines[above:], dialect).names)}:
                number = dialect.above + above + 1
                return f"; the mapping's columns are in line {number}: [reader] skip = {number - 1}"
    return ""
