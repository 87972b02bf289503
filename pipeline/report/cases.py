"""Cases and repeats: what settling a matter takes, under every rule, and whom a repeat is laid to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.findings.ledger import WAYS, Laid
from pipeline.kpis import Kpi
from pipeline.report import cases_charts
from pipeline.report.cells import cell, head_cell
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.collect_cases import CENTRE, Ledger
from pipeline.report.figures import Same, is_anonymous, known, known_kpis, row_of, why_unripe
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tiles import counted_rows
from pipeline.report.words import Words


def page(data: Collected, words: Words) -> dict[str, Any]:
    found = data.ledger
    if found is None:
        return {"is_empty": True, "nothing": words("cases.nothing", why=_why_unknown(data, words))}
    shifts = cases_charts.shifted(found)
    has_effort = "effort_per_case" in known_kpis(Same(found.centre))
    lead = words("cases.lead", weeks=words.count("unit.weeks", len(found.weeks)), days=words.weeks(found.weeks))
    laid = found.laid if found.laid and len(found.laid.agents) else None
    nobody = words("people.unnamed" if data.leaves_people_out else "cases.no_shift")
    if not data.ripe[RETURNS]:
        lead += " " + words("cases.early")
        nobody = words("why.prefix", reason=why_unripe(data, words, RETURNS))
    return {
        "is_empty": False,
        "lead": lead,
        "figures": _figures(data, words, found),
        "first": _first(words, found),
        "variants": _variants(words, found),
        "away": cases_charts.away(words, found.away).below(lead) if found.away else None,
        "shift": cases_charts.shift(data, words, found, shifts).below(lead) if len(shifts) > 2 else None,
        "no_shift": nobody if has_effort or not data.ripe[RETURNS] else words("cases.no_effort"),
        "laid": _laid(data, words, laid) if laid else None,
        "no_laid": nobody,
        "flips": _flips(data, words, laid) if laid else "",
        "laid_note": _laid_note(words, laid) if laid else "",
    }


def _why_unknown(data: Collected, words: Words) -> str:
    """Why it is known of no contact whether the customer came back."""
    return words("cases.anonymous") if is_anonymous(data) else why_unripe(data, words, RETURNS)


def _figures(data: Collected, words: Words, found: Ledger) -> Table:
    kpis = [data.catalogue[name] for name in CENTRE]
    rows = [_figure(data, words, kpi, row_of(found.centre, kpi.id)) for kpi in kpis]
    heads = [
        Column(words("cases.figure"), False),
        Column(words("table.value")),
        Column(words("table.rows")),
        Column(words("service.counts"), False),
    ]
    return Table("cases-figures", words("cases.figures"), heads, rows, folds=True)


def _first(words: Words, found: Ledger) -> str:
    """Why two shares of first contacts differ, where both are known."""
    return words("cases.first") if {"case_one_contact", "fcr_7d"} <= known_kpis(Same(found.centre)) else ""


def _figure(data: Collected, words: Words, kpi: Kpi, row: Mapping[str, Any] | None) -> list[Cell]:
    """With what it counts: figures that ask for the weeks before rest on fewer weeks than others."""
    said = counted_rows(data, words, kpi, row) if row is not None and known(row["value"]) else ""
    counted = Cell(said, row["n"]) if row is not None and said else Cell("–", is_absent=True)
    return [head_cell(words, kpi), cell(words, kpi, row), counted, text_cell(kpi.meaning[words.language])]


def _variants(words: Words, found: Ledger) -> Table:
    heads = [
        Column(words("cases.rule"), False), Column(words("cases.days")), Column(words("cases.cases")),
        Column(words("cases.per_case")), Column(words("cases.repeats")), Column(words("cases.ripe")),
    ]  # fmt: skip
    return Table(
        "cases-variants",
        words("cases.variants"),
        heads,
        [_variant(words, row) for row in found.variants.to_dict("records")],
    )


def _variant(words: Words, row: dict[Any, Any]) -> list[Cell]:
    per_case = row["contacts"] / row["cases"] if row["cases"] else float("nan")
    share = row["repeated"] / row["ripe"] if row["ripe"] else float("nan")
    heads = [text_cell(words(f"cases.line_{row['line']}")), Cell(words.number(row["days"]), row["days"])]
    if not row["is_known"]:
        return [*heads, *[Cell(words("cases.no_topic"), is_absent=True)] * 4]
    unseen = Cell(words("why.not_preceded"), is_absent=True)
    return [
        *heads,
        Cell(words.number(row["cases"]), row["cases"]) if row["contacts"] else unseen,
        Cell(words.number(per_case, 2), per_case) if row["contacts"] else unseen,
        Cell(words.percent(share, 1), share) if row["ripe"] else Cell(words("why.not_yet"), is_absent=True),
        Cell(words.number(row["ripe"]), row["ripe"]),
    ]


def _laid(data: Collected, words: Words, laid: Laid) -> Table:
    heads = [Column(words("table.name"), False), Column(words("cases.answered"))]
    heads += [Column(words(f"cases.way_{way}")) for way in WAYS]
    people = sorted(laid.agents.to_dict("records"), key=lambda row: data.names.get(row["agent"], row["agent"]))
    rows = [_laid_row(data, words, row) for row in people]
    return Table("cases-laid", words("cases.laid"), heads, rows)


def _laid_note(words: Words, laid: Laid) -> str:
    """What the rates are, and that more than all is no mistake where somebody has it."""
    is_over = bool((laid.agents[[f"rate_{way}" for way in WAYS]] > 1).any(axis=None))
    return " ".join([words("cases.laid_note"), *([words("cases.laid_over")] if is_over else [])])


def _laid_row(data: Collected, words: Words, row: dict[Any, Any]) -> list[Cell]:
    name, answered = data.names.get(row["agent"], row["agent"]), row["answered"]
    told = [(row[f"rate_{way}"], row[f"side_{way}"]) for way in WAYS]
    asides = ["" if side == "unclear" else words(f"cases.side_{side}") for _, side in told]
    shares = [Cell(words.percent(rate, 1), rate, aside=aside) for (rate, _), aside in zip(told, asides, strict=True)]
    return [text_cell(name), Cell(words.number(answered), answered), *shares]


def _flips(data: Collected, words: Words, laid: Laid) -> str:
    names = sorted(data.names.get(agent, agent) for agent in laid.flips)
    people = words.count("unit.of_people", len(laid.agents))
    if not names:
        return words("cases.no_flips", people=people)
    return words("cases.flips", n=words.number(len(names)), people=people, names=words.listed(names))
