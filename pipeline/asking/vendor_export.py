"""A vendor's export as a table of figures: keys spelled as ours, figures in our units, and what its rounding may hide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import UsageError
from pipeline.kpis import Catalogue
from pipeline.sources.plain_text import checked_encoding

CLOCK = re.compile(r"^(\d+):(\d\d)(?::(\d\d))?$")
NUMBER = re.compile(r"^-?\d[\d\s]*(?:[.,](\d+))?\s*%?$")
THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}([.,]\d{3})+$")
"""A count is whole: its marks stand between thousands."""
HALF = 0.5000001
"""Of the last digit a file gives: two figures that agree after rounding are the same."""
WHOLE_PERCENT = 0.01
"""No system rounds a share further: 1 and 0 are all and none."""
EXACT = 1e-9
"""Of a figure: two computers that add up in another order differ by less."""
DAYS = ("%Y-%m-%d", "%Y-%m-%d 00:00:00", "%d.%m.%Y")
"""How CSV, Excel's dates and German or Russian hands write a day."""


def headed(asked: str) -> tuple[str, str]:
    """`queue=Queue Name` -> ours and the file's own heading of it; ours twice where none is given."""
    ours, _, heading = asked.partition("=")
    return ours, heading or ours


def read_export(
    file: Path,
    name: str,
    keys: Mapping[str, str],
    catalogue: Catalogue,
    agents: list[dict[str, Any]],
    grain: str,
    encoding: str = "utf-8-sig",
) -> pd.DataFrame:
    """Columns: the keys as ours are spelled, theirs (in our unit) and tolerance (what rounding may hide).

    `keys`: ours = the file's heading. `name`: the KPI, perhaps `headed`.
    """
    table = _table(file, encoding)
    columns = _key_columns(file, table, keys, grain)
    value = _figure_column(file, table, name, set(columns.values()))
    frame = pd.DataFrame({key: table[column].str.strip() for key, column in columns.items()})
    if grain == "day":
        frame["period"] = frame["period"].map(_day, na_action="ignore")
    if "agent" in frame:
        frame["agent"] = frame["agent"].replace({row["name"]: row["agent"] for row in agents if row["name"]})
    return frame.assign(**_numbers(file, value, table[value].tolist(), catalogue[headed(name)[0]].unit))


def _by_name(table: pd.DataFrame) -> dict[str, str]:
    """The columns by their headings, and, where no two are the same so, by these in small letters, with _ for whatever is
    neither a letter nor a digit."""
    plain = Counter(_plain(str(column)) for column in table)
    alone = {_plain(str(column)): column for column in table if plain[_plain(str(column))] == 1}
    return alone | {str(column): column for column in table}


def _plain(heading: str) -> str:
    return re.sub(r"\W+", "_", heading.strip().lower())


def _key_columns(file: Path, table: pd.DataFrame, keys: Mapping[str, str], grain: str) -> dict[str, str]:
    """The column of each key; that of the period may be headed by the grain."""
    named, found = _by_name(table), {}
    for key, heading in keys.items():
        column = named.get(heading) or named.get(_plain(heading)) or (named.get(grain) if key == "period" else None)
        if column is None:
            how = f"; head it {grain}" if key == "period" else f'; where it is headed otherwise: --by "{key}=…"'
            raise UsageError(f"{file}: no column '{heading}'; there are {', '.join(map(str, table))}{how}")
        found[key] = column
    return found


def _figure_column(file: Path, table: pd.DataFrame, name: str, taken: set[str]) -> str:
    """The column of the heading told; without one that with the KPI's name, or "value", or the only one that is no key."""
    named, (kpi, heading) = _by_name(table), headed(name)
    rest = [column for column in table if column not in taken]
    value = named.get(heading) or named.get(_plain(heading))
    if heading == kpi:
        value = value or named.get("value") or (rest[0] if len(rest) == 1 else None)
    if value is None:
        there, or_value = ", ".join(map(str, table)), " or 'value'" if heading == kpi else ""
        raise UsageError(
            f"{file}: no column '{heading}'{or_value} for the figure; there are {there}; another is told by --kpi \"{kpi}=…\""
        )
    return str(value)


def _table(file: Path, encoding: str) -> pd.DataFrame:
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    try:
        checked_encoding(encoding)
    except ValueError as error:
        raise UsageError(f"--encoding: {error}") from None
    try:
        if file.suffix.lower() in (".xlsx", ".xls", ".ods"):
            return pd.read_excel(file, dtype=str, engine="calamine").dropna(how="all")
        return pd.read_csv(file, dtype=str, sep=None, engine="python", encoding=encoding).dropna(how="all")
    except UnicodeError:
        how = "`--encoding cp1252` reads what a German Windows writes, cp1251 a Russian one's"
        raise UsageError(f"{file}: is not {encoding.removesuffix('-sig')} text: {how}") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise UsageError(f"{file}: cannot be read as a table: {error}") from None


def _day(text: str) -> str:
    """As ours are spelled; what is no day stays and meets none."""
    for form in DAYS:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()
    return text


def _numbers(file: Path, column: str, cells: list[Any], unit: str) -> dict[str, np.ndarray]:
    """Figures in our unit: 81.3 %, 0.813 or 81,3 for a share; a number in our unit or h:mm:ss for a duration.

    A column is rounded as its finest cell is: most programs drop the zeros at the end of the others.
    """
    read = [_number(file, line, column, cell, unit) for line, cell in enumerate(cells, start=2)]
    values, halves = (
        (np.array(part, dtype=float) for part in zip(*read, strict=True)) if read else (np.zeros(0), np.zeros(0))
    )
    is_percent = unit == "share" and (any("%" in str(cell) for cell in cells) or bool(np.nanmax(values, initial=0) > 1))
    scale = 100 if is_percent else 1
    coarsest = HALF * WHOLE_PERCENT if unit == "share" else np.inf
    rounding = min(np.nanmin(halves, initial=np.inf) / scale, coarsest)
    return {"theirs": values / scale, "tolerance": np.fmax(rounding, EXACT * np.abs(values / scale))}


def _number(file: Path, line: int, column: str, cell: Any, unit: str) -> tuple[float, float]:
    text = "" if cell is None or cell != cell else str(cell).strip()
    if not text:
        return float("nan"), float("nan")
    if clock := CLOCK.match(text):
        return _clock(clock, unit)
    if unit == "count" and THOUSANDS.match(text):
        text = re.sub("[.,]", "", text)
    number = NUMBER.match(text)
    if not number:
        raise UsageError(f"{file}: line {line}, column '{column}': '{text}' is no number")
    digits = len(number[1] or "")
    return float(re.sub(r"[\s%]", "", text).replace(",", ".")), HALF * 10.0**-digits


def _clock(clock: re.Match[str], unit: str) -> tuple[float, float]:
    """Two parts are h:mm of what we tell in hours, else m:ss."""
    first, second, third = (int(part or 0) for part in clock.groups())
    if unit == "h":
        return first + second / 60 + third / 3600, HALF / (3600 if clock[3] else 60)
    return float(first * 3600 + second * 60 + third if clock[3] else first * 60 + second), HALF
