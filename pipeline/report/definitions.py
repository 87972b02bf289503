"""What every figure on the pages means and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.kpis import Kpi, catalogue_of
from pipeline.report.collect import Collected
from pipeline.report.figures import digits, known, row_of, title
from pipeline.report.needs import needs
from pipeline.report.tiles import is_on_rows
from pipeline.report.words import Words
from pipeline.settings import Settings
from pipeline.settings.service_levels import ServiceLevel, limits

INTERVALS = {
    ("share", ""): "wilson",
    ("mean", "s"): "log",
    ("mean", "h"): "log",
    ("mean", "cycles"): "log",
    ("mean", ""): "t",
    ("quantile", ""): "ranks",
    ("ratio", ""): "delta",
}


@dataclass(frozen=True)
class Definition:
    """A KPI in words: `numbers` says the headline and the rows behind it, `interval` how its uncertainty was taken."""

    id: str
    title: str
    meaning: str
    formula: str
    counted: str
    numbers: str
    interval: str
    better: str
    source: str
    digest: str
    ripe: str
    seen: str
    needs: str
    parts: list[str]


def definitions(data: Collected, words: Words) -> dict[str, Definition]:
    return {name: _definition(data, words, kpi) for name, kpi in data.catalogue.kpis.items()}


def groups(data: Collected, words: Words) -> list[tuple[str, list[Definition]]]:
    """What is counted, calls first as in the catalogue of facts, and the definitions of what counts it, by title."""
    order = [data.catalogue.facts[name].title[words.language] for name in _facts()]
    found: dict[str, list[Definition]] = {}
    for told in sorted(definitions(data, words).values(), key=lambda one: one.title):
        found.setdefault(told.counted, []).append(told)
    return sorted(found.items(), key=lambda group: order.index(group[0].partition("; ")[0]))


@cache
def _facts() -> list[str]:
    """As the catalogue has them; what is published is in order of ids."""
    return list(catalogue_of(Settings()).facts)


def _definition(data: Collected, words: Words, kpi: Kpi) -> Definition:
    week = data.week_of(kpi.id)
    row = row_of(data.of_cut(""), kpi.id, period=week) if week else None
    facts = dict.fromkeys(data.catalogue[part].of for part in kpi.ratio) if kpi.ratio else [kpi.of]
    return Definition(
        id=kpi.id,
        title=title(words, kpi),
        meaning=kpi.meaning[words.language],
        formula=kpi.formula(),
        counted="; ".join(data.catalogue.facts[fact].title[words.language] for fact in facts),
        numbers=_numbers(data, words, kpi, row),
        interval=_interval(words, kpi, any(data.catalogue.facts[fact].units for fact in facts)),
        better=words(f"better.{kpi.better or 'none'}"),
        source=kpi.source[words.language],
        digest=data.catalogue.definition(kpi.id),
        ripe=words.count("definition.ripe", kpi.ripe_days) if kpi.ripe_days else "",
        seen=words.count("definition.seen", kpi.seen_days) if kpi.seen_days else "",
        needs=needs(words, data.catalogue, kpi.id),
        parts=[title(words, data.catalogue[part]) for part in kpi.ratio or ()],
    )


def _interval(words: Words, kpi: Kpi, has_units: bool) -> str:
    if kpi.is_of_queue:
        return words("interval.of_queue")
    if kpi.stands_for:
        return words("interval.sample")
    name = INTERVALS.get((kpi.kind, kpi.unit)) or INTERVALS.get((kpi.kind, "")) or "none"
    if kpi.kind not in ("share", "mean", "ratio"):
        return words(f"interval.{name}")
    held = "customers" if kpi.is_of_customer else "days" if kpi.is_of_day else "units" if has_units else ""
    return "; ".join([words(f"interval.{name}"), *([words(f"interval.{held}")] if held else [])])


def _numbers(data: Collected, words: Words, kpi: Kpi, row: Mapping[str, Any] | None) -> str:
    """The headline, and in brackets on how many rows it rests and what was divided by what."""
    if row is None or not known(row["value"]):
        return ""
    if kpi.is_of_records:
        value = words.figure(kpi.unit, row["value"], digits(kpi, row["n"]))
    else:
        value = _amount(words, kpi.unit, row["value"])
    rows = words("definition.n", n=words.number(row["n"])) if is_on_rows(data, kpi) else ""
    made = "; ".join(part for part in (rows, _parts(data, words, kpi, row)) if part)
    return f"{value} ({made})" if made else value


def _parts(data: Collected, words: Words, kpi: Kpi, row: Mapping[str, Any]) -> str:
    """Numerator and denominator in their units, where it has both."""
    units = [data.catalogue[part].unit for part in kpi.ratio] if kpi.ratio else [kpi.unit, "count"]
    parts = [row["numerator"], row["denominator"]]
    if not all(known(part) for part in parts):
        return ""
    numerator, denominator = (_amount(words, unit, part) for unit, part in zip(units, parts, strict=True))
    key = "definition.parts_of" if kpi.kind == "share" else "definition.parts_over"
    return words(key, numerator=numerator, denominator=denominator)


def _amount(words: Words, unit: str, amount: float) -> str:
    """What was added up; a contact that several judged adds a fraction."""
    if unit == "s":
        return words.time(amount)
    if unit == "h":
        return words.figure("h", amount)
    is_whole = round(float(amount), 1).is_integer()
    return words.number(amount, 0 if is_whole else 1)


def parameters(data: Collected, words: Words) -> list[tuple[str, str, str]]:
    """Name, value and meaning of what the settings put into the definitions."""
    said = data.documents["settings"]
    own = limits((ServiceLevel(**one) for one in said["service_levels"]), said["parameters"]["answer_within_s"])
    values = [(name, name, value) for name, value in said["parameters"].items()]
    values += [("answer_within_s", f"{one.name}: answer_within_s", one.answer_within_s) for one in own]
    return [
        (shown, words.number(value, 0 if value == int(value) else 1), words(f"parameter.{name}"))
        for name, shown, value in sorted(values)
    ]


def changes(data: Collected, words: Words) -> list[dict[str, Any]]:
    """Definitions that changed, newest first."""
    found = sorted(data.documents["changes"], key=lambda change: (change["week"], change["kpi"]), reverse=True)
    return [
        change | {"title": title(words, data.catalogue[change["kpi"]]), "days": words.week(change["week"])}
        for change in found
        if change["kpi"] in data.catalogue.kpis
    ]
