"""A vendor's export beside our figures, row by row: which definition explains the difference, and the records behind the rest."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.drill import rows_behind
from pipeline.errors import UsageError
from pipeline.kpis import Catalogue
from pipeline.kpis.measure import Question, measure
from pipeline.results import Results

CLOCK = re.compile(r"^(\d+):(\d\d)(?::(\d\d))?$")
NUMBER = re.compile(r"^-?\d[\d\s]*(?:[.,](\d+))?\s*%?$")
THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}([.,]\d{3})+$")
"""A count is whole: its marks stand between thousands."""
SHOWN = 20
HALF = 0.5000001
"""Of the last digit a file gives: two figures that agree after rounding are the same."""
WHOLE_PERCENT = 0.01
"""No system rounds a share further: 1 and 0 are all and none."""
EXACT = 1e-9
"""Of a figure: two computers that add up in another order differ by less."""
GRAINS = ("total", "day", "week")
DAYS = ("%Y-%m-%d", "%Y-%m-%d 00:00:00", "%d.%m.%Y")
"""How CSV, Excel's dates and German or Russian hands write a day."""


@dataclass(frozen=True)
class Reconciled:
    """rows: the dimensions, theirs, ours, difference and what explains it. matches: rows each definition explains.

    explained_by: the definition that explains most rows (ours first among equals), None when none explains any.
    """

    kpi: str
    rows: list[dict[str, Any]]
    matches: dict[str, int]
    explained_by: str | None


def reconcile(
    results: Results, file: Path, name: str, by: Sequence[str], grain: str, where: str, encoding: str = "utf-8-sig"
) -> Reconciled:
    """Compare a CSV or XLSX file that has a column for each dimension (and for the period unless the grain is total) and one
    for the figure; `encoding` is that of a CSV. Raises UsageError naming the file and the column that is missing, or the cell
    that is no number."""
    if grain not in GRAINS:
        raise UsageError(f"an export is compared by {', '.join(GRAINS)}, not by {grain}")
    catalogue = results.catalogue
    others = [kpi.id for kpi in catalogue.kpis.values() if kpi.variant_of == name]
    variants = [name, *(other for other in others if set(by) <= set(catalogue.dimensions(other)))]
    keys = [*(["period"] if grain != "total" else []), *by]
    theirs = read_export(file, name, keys, catalogue, results.document("agents"), grain, encoding)
    ours = _ours(measure(results, catalogue, Question(tuple(variants), grain, tuple(by), where)), variants, keys)
    both = theirs.merge(ours, on=keys, how="outer") if keys else theirs.merge(ours, how="cross")
    fits = pd.DataFrame({v: (both["theirs"] - both[v]).abs() <= both["tolerance"] for v in variants})
    matches = {v: int(fits[v].sum()) for v in variants}
    best = max(variants, key=lambda v: matches[v])
    records = both.to_dict("records")
    fitting = [[v for v in variants if fits[v][place]] for place in range(len(records))]
    rows = [_row(results, name, keys, *pair, where) for pair in zip(records, fitting, strict=True)]
    return Reconciled(name, rows, matches, best if matches[best] else None)


def apart(found: Reconciled, keys: Sequence[str]) -> str:
    """What to say where no row of the file met one of ours: keys that are spelled otherwise. Else empty."""
    if not keys or any(not row["status"].startswith("only") for row in found.rows):
        return ""
    ours = [", ".join(str(row[key]) for key in keys) for row in found.rows if row["status"] == "only here"]
    return f"no row has the {', '.join(keys)} of one of ours" + (f", such as {ours[0]}" if ours else "")


def read_export(
    file: Path,
    name: str,
    keys: Sequence[str],
    catalogue: Catalogue,
    agents: list[dict[str, Any]],
    grain: str,
    encoding: str = "utf-8-sig",
) -> pd.DataFrame:
    """Columns: the keys as ours are spelled, theirs (in our unit) and tolerance (what rounding may hide)."""
    table = _table(file, encoding)
    named = {re.sub(r"\W+", "_", str(column).strip().lower()): column for column in table}
    missing = [key for key in keys if key not in named and not (key == "period" and grain in named)]
    if missing:
        raise UsageError(f"{file}: no column '{missing[0]}'; there are {', '.join(map(str, table))}")
    columns = {key: named.get(key, named.get(grain, "")) for key in keys}
    rest = [column for column in table if column not in columns.values()]
    value = named.get(name) or named.get("value") or (rest[0] if len(rest) == 1 else None)
    if value is None:
        raise UsageError(
            f"{file}: no column '{name}' or 'value' for the figure; there are {', '.join(map(str, table))}"
        )
    frame = pd.DataFrame({key: table[column].str.strip() for key, column in columns.items()})
    if grain == "day":
        frame["period"] = frame["period"].map(_day, na_action="ignore")
    if "agent" in frame:
        frame["agent"] = frame["agent"].replace({row["name"]: row["agent"] for row in agents if row["name"]})
    return frame.assign(**_numbers(file, str(value), table[value].tolist(), catalogue[name].unit))


def _table(file: Path, encoding: str) -> pd.DataFrame:
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise UsageError(f"--encoding: there is no '{encoding}'; e.g. cp1252, cp1251, utf-16") from None
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
    """Figures in our unit: 81.3 %, 0.813 or 81,3 for a share; seconds, m:ss or h:mm:ss for a duration.

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
        first, second, third = (int(part or 0) for part in clock.groups())
        return float(first * 3600 + second * 60 + third if clock[3] else first * 60 + second), HALF
    if unit == "count" and THOUSANDS.match(text):
        text = re.sub("[.,]", "", text)
    number = NUMBER.match(text)
    if not number:
        raise UsageError(f"{file}: line {line}, column '{column}': '{text}' is no number")
    digits = len(number[1] or "")
    return float(re.sub(r"[\s%]", "", text).replace(",", ".")), HALF * 10.0**-digits


def _ours(figures: pd.DataFrame, variants: list[str], keys: list[str]) -> pd.DataFrame:
    """One row a group, one column a definition."""
    if not keys:
        return figures.set_index("kpi")["value"].to_frame().T.reset_index(drop=True)
    known = figures.dropna(subset=keys)
    return known.pivot(index=keys, columns="kpi", values="value").reindex(columns=variants).reset_index()


def _row(
    results: Results, name: str, keys: Sequence[str], record: dict[Any, Any], fitting: list[str], where: str
) -> dict[str, Any]:
    """status: same, another definition, only in the file, only here, or unexplained with the records behind ours."""
    theirs, ours = (float(record[part]) for part in ("theirs", name))
    status = (
        "same" if name in fitting else "another definition" if fitting
        else "only here" if theirs != theirs else "only in the file" if ours != ours else "unexplained"
    )  # fmt: skip
    row = {key: record[key] for key in keys} | {
        "theirs": theirs,
        "ours": ours,
        "difference": theirs - ours,
        "status": status,
    }
    row |= {"explained_by": ", ".join(fitting), "records": 0, "first_records": []}
    if status == "unexplained":
        whom = {key: str(record[key]) for key in keys if key != "period"}
        behind = rows_behind(results, name, _period(keys, record, where), whom)
        first = behind["source_ref"].head(SHOWN).tolist() if "source_ref" in behind else []
        row |= {"records": len(behind), "first_records": first}
    return row


def _period(keys: Sequence[str], record: dict[Any, Any], where: str) -> str:
    """The period of a row as SQL: weeks and days are columns of every fact."""
    if "period" not in keys:
        return where
    period = str(record["period"])
    column = "week" if "-W" in period else "cast(day as varchar)"
    return f"({where}) and {column} = '{period.replace(chr(39), '')}'"
