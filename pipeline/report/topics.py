"""Queues, topics and channels, those with calls and those of tickets and letters: speed, outcomes, and the weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.kpis import Kpi
from pipeline.report.cells import cell, column, line_cell
from pipeline.report.collect import LINE_WEEKS, REPLIES, RETURNS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, first_known, known, row_of, series, title, why_unripe
from pipeline.report.subjects import Places
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.targets import beside_target, misses, telling
from pipeline.report.tiles import Group, choose
from pipeline.report.words import Words

CALLED: Group = ("offered", "service_level", "abandonment", "asa", SPEED)
WRITTEN: Group = ("tickets_created", "first_reply_p50", ("sla_met", "sla_met_stated"), "backlog", "solved_per_opened")
OUTCOMES: Group = ("pec_rate", RESOLUTION, "effort_per_resolved", "repeat_7d")
LINES = {CALLED: "service_level", WRITTEN: "backlog"}
"""Which of them the weeks before are shown of."""


def missed(data: Collected, words: Words) -> list[str]:
    """Queues and channels whose service level of the week misses a target of their own, each with both."""
    own = [one for one in data.service_levels if one.target is not None and not (one.queue and one.channel)]
    groups = [("queue", one.queue) if one.queue else ("channel", one.channel) for one in own]
    return list(filter(None, (_missed(data, words, dimension, str(name)) for dimension, name in groups)))


def _missed(data: Collected, words: Words, dimension: str, name: str) -> str:
    kpi, target = data.catalogue["service_level"], data.target("service_level", dimension, name)
    row = row_of(data.of_cut(dimension), kpi.id, period=data.week, **{dimension: name})
    if row is None or target is None or not misses(kpi, row["value"], target):
        return ""
    value = beside_target(words, kpi, row, target)
    told = words("answer.kpi_of", kpi=title(words, kpi), name=words.named(dimension, name))
    return words("answer.miss", kpi=told, value=value, target=words.target(kpi.unit, target))


def lead(data: Collected, words: Words) -> str:
    """Of which weeks the figures are, and what those of judged contacts count."""
    week, replies = data.ripe[RETURNS], data.ripe[REPLIES] if data.written else None
    too = words("topics.replies_too") if replies == week else ""
    told = words("topics.lead", days=words.week(week), replies=too) if week else ""
    told = told or words("topics.lead_no_ripe", why=why_unripe(data, words, RETURNS))
    parts = [told, words("topics.replies", days=words.week(replies)) if replies and replies != week else ""]
    if first_known(data.of_cut(""), ("pec_rate",)):
        parts.append(words("topics.judged", n=words.number(data.small_group)))
    return " ".join(filter(None, parts))


def cut_tables(data: Collected, words: Words, dimension: str, places: Places) -> list[Table]:
    """Queues, topics or channels that had calls, then those that had none: what tells of one says nothing of the other."""
    frame = data.of_cut(dimension)
    names = {str(name) for name in frame.loc[frame["period"] == data.week, dimension].dropna().unique()}
    called = names & {str(name) for name in frame.loc[(frame["kpi"] == "offered") & (frame["value"] > 0), dimension]}
    tables = [_table(data, words, dimension, places, CALLED, sorted(called))] if called else []
    if uncalled := sorted(names - called):
        table = _table(data, words, dimension, places, WRITTEN, uncalled)
        caption = words(f"topics.{dimension}s_uncalled") if called else table.caption
        tables.append(replace(table, id=f"{dimension}s-uncalled", caption=caption))
    return tables


def _table(data: Collected, words: Words, dimension: str, places: Places, speed: Group, names: Sequence[str]) -> Table:
    """One row a queue, topic or channel, by name; only columns in which one of them has something."""
    line = data.catalogue[LINES[speed]]
    heads = [Column(words(f"topics.{dimension}"), False)]
    columns = [[text_cell(words.named(dimension, name), places(dimension, name)) for name in names]]
    for kpi in kpis_of(data, speed + OUTCOMES):
        most = decimals_of(data, words, kpi, dimension, names)
        cells = [figure_cell(data, words, kpi, dimension, name, most) for name in names]
        heads.append(column(words, kpi, any(cell.low is not None for cell in cells)))
        columns.append(cells)
    heads.append(Column(words("topics.line", kpi=title(words, line)), False))
    columns.append([_line_cell(data, words, line, dimension, name) for name in names])
    told = [n for n, cells in enumerate(columns) if not all(cell.is_absent for cell in cells)]
    rows = list(zip(*(columns[n] for n in told), strict=True))
    return Table(f"{dimension}s", words(f"topics.{dimension}s"), [heads[n] for n in told], rows)


def kpis_of(data: Collected, group: Group) -> list[Kpi]:
    return [data.catalogue[choose(data, name)] for name in group]


def _line_cell(data: Collected, words: Words, kpi: Kpi, dimension: str, name: str) -> Cell:
    line = series(data, kpi.id, data.week, dimension, name)
    return line_cell(words, kpi, line.compared[-LINE_WEEKS:])


def decimals_of(data: Collected, words: Words, kpi: Kpi, dimension: str, names: Sequence[str]) -> int | None:
    """Decimals of a column: whole percents, unless one of its figures would look like the target that it misses."""
    least = 0 if kpi.unit == "share" else None
    if not _is_held(data, kpi, dimension):
        return least
    told = [(row, data.target(kpi.id, dimension, name)) for name in names if (row := _row(data, kpi, dimension, name))]
    held = [(row["value"], target) for row, target in told if known(row["value"]) and target is not None]
    return max((telling(words, kpi, value, target, least) or 0 for value, target in held), default=least)


def figure_cell(data: Collected, words: Words, kpi: Kpi, dimension: str, name: str, digits: int | None) -> Cell:
    """The newest figure of a KPI whose outcomes are known."""
    if data.week_of(kpi.id) is None:
        return Cell(words(f"why.{data.why_unripe(kpi.id)}"), is_absent=True)
    found = cell(words, kpi, _row(data, kpi, dimension, name), digits, with_n=True)
    aside = "; ".join(filter(None, (found.aside, _target(data, words, kpi, dimension, name, found))))
    return replace(found, aside=aside)


def _row(data: Collected, kpi: Kpi, dimension: str, name: str) -> Mapping[str, Any] | None:
    week = data.week_of(kpi.id)
    return row_of(data.of_cut(dimension), kpi.id, period=week, **{dimension: name}) if week else None


def _is_held(data: Collected, kpi: Kpi, dimension: str) -> bool:
    """Whether queues or channels have targets of their own, for what is held to them."""
    has_own = any(one.target is not None for one in data.service_levels)
    return has_own and kpi.id == "service_level" and dimension != "topic"


def _target(data: Collected, words: Words, kpi: Kpi, dimension: str, name: str, found: Cell) -> str:
    """What the service level of a queue or channel is held to, where these have targets of their own."""
    target = data.target(kpi.id, dimension, name)
    if not _is_held(data, kpi, dimension) or target is None or not isinstance(found.value, float):
        return ""
    met = words("tile.missed" if misses(kpi, found.value, target) else "tile.met")
    return words("topics.target", value=words.target(kpi.unit, target), met=met)
