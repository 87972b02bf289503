"""The page of a team: its figures and its people's beside the centre's, what was found of them, whom to call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.findings.centre import FEWEST
from pipeline.kpis import Kpi
from pipeline.report import evaluators
from pipeline.report.cells import cell, decimals, line_cell
from pipeline.report.collect import LINE_WEEKS, Collected
from pipeline.report.cut_page import kpi_cell
from pipeline.report.figures import Same, row_of
from pipeline.report.findings_page import list_table
from pipeline.report.people import WARMTH, counts, doubt, frame_of, shown_kpis
from pipeline.report.said import Said, said_of
from pipeline.report.subjects import Subject
from pipeline.report.tables import Cell, Column, Table
from pipeline.report.whiskers import whiskers
from pipeline.report.words import Words
from pipeline.weeks import thin_weeks, with_gaps


@dataclass(frozen=True)
class Person:
    """A part of the page: where it is found, what was found of somebody, the figures."""

    anchor: str
    name: str
    said: list[Said]
    figures: Table


def page(data: Collected, words: Words, subject: Subject) -> dict[str, Any]:
    own = _narrowed(data, subject)
    people = [_person(data, words, subject, agent) for agent in subject.people]
    about = [f for f in data.findings if f.whom.get("team") == subject.key and subject.key]
    return {
        "doubt": doubt(own, words),
        "said": [said_of(words, finding, data.catalogue, data.names) for finding in about],
        "figures": _figures(data, words, f"{subject.file}-figures", words("subject.figures"), "team", subject.key)
        if subject.key
        else None,
        "charts": whiskers(own, words, subject.file) if subject.people else [],
        "lists": _lists(data, words, subject),
        "people": people,
        "fewest": FEWEST,
    }


def _narrowed(data: Collected, subject: Subject) -> Collected:
    """The people of the page and their team alone, beside the whole centre."""
    agents = data.agents[data.agents["agent"].isin(subject.people)]
    return replace(data, agents=agents, teams=data.teams[data.teams["team"] == subject.key])


def _person(data: Collected, words: Words, subject: Subject, agent: str) -> Person:
    about = [f for f in data.findings if f.whom.get("agent") == agent]
    anchor, name = subject.anchors[agent], data.names.get(agent, agent)
    return Person(
        anchor,
        name,
        [said_of(words, finding, data.catalogue, data.names) for finding in about],
        _figures(data, words, f"{subject.file}-{anchor}", words("subject.figures_of", name=name), "agent", agent),
    )


def _figures(data: Collected, words: Words, name: str, caption: str, dimension: str, key: str) -> Table:
    """A row a KPI: of a team its newest week, then the pooled weeks with their interval, the whole centre in the same weeks, the
    last weeks as a line. A person's single week holds too little."""
    kpis = [*counts(data), *shown_kpis(data)]
    newest = [Column(words("subject.newest"))] if dimension == "team" else []
    weeks = words.count("unit.counted_weeks", len(data.pooled))
    heads = [
        Column(words("subject.figure"), False), *newest, Column(weeks, has_interval=True), Column(words("subject.centre")),
        Column(words("subject.line"), False),
    ]  # fmt: skip
    rows = [_row(data, words, kpi, dimension, key) for kpi in kpis]
    return Table(name, caption, heads, rows)


def _row(data: Collected, words: Words, kpi: Kpi, dimension: str, key: str) -> list[Cell]:
    own, centre = row_of(frame_of(data, dimension), kpi.id, **{dimension: key}), row_of(data.centre, kpi.id)
    line = _line(data, kpi, dimension, key)
    is_doubted = dimension == "agent" and kpi.id == WARMTH and evaluators.are_at_odds(data.warmth)
    return [
        kpi_cell(words, kpi),
        *([_newest(data, words, kpi, line)] if dimension == "team" else []),
        replace(cell(words, kpi, own, decimals(kpi)), is_doubted=is_doubted),
        Cell("–", is_absent=True)
        if kpi.kind == "count"
        else cell(words, kpi, centre and {**centre, "low": None}, decimals(kpi)),
        line_cell(words, kpi, line),
    ]


def _newest(data: Collected, words: Words, kpi: Kpi, line: NDArray[np.float64]) -> Cell:
    """The last week of the line that is known, named where it is not the reported one."""
    known = np.flatnonzero(~np.isnan(line))
    if not known.size:
        return Cell("–", is_absent=True)
    week, value = _weeks(data)[known[-1]], float(line[known[-1]])
    other = "" if week == data.week else words("subject.week_of", day=words.short_week(week))
    return Cell(words.figure(kpi.unit, value, decimals(kpi)), value, aside=other)


def _line(data: Collected, kpi: Kpi, dimension: str, key: str) -> NDArray[np.float64]:
    """The last weeks, as `series` has them of the centre: NaN where outcomes or judgements are to come, or records are few."""
    weeks, last = _weeks(data), data.week_of(kpi.id) or ""
    values, records = _weekly(Same(data.lines), weeks).get((kpi.id, dimension, key), np.full((2, len(weeks)), np.nan))
    is_later = np.array([week > last or week in data.unripe[kpi.id] for week in weeks], dtype=bool)
    known = dict(zip(weeks, np.where(is_later, np.nan, records), strict=True))
    thin = thin_weeks(known) if kpi.is_of_records else frozenset()
    return np.where(is_later | np.isin(weeks, list(thin)), np.nan, values)


def _weeks(data: Collected) -> tuple[str, ...]:
    """Those of the lines, the reported one last."""
    return tuple(with_gaps(tuple(data.history))[-LINE_WEEKS:])


@lru_cache(maxsize=2)
def _weekly(same: Same, weeks: tuple[str, ...]) -> dict[tuple[str, str, str], NDArray[np.float64]]:
    """KPI, dimension and key -> values and numbers of records, week by week, NaN where there is none."""
    lines = same.frame[same.frame["period"].isin(weeks)].reset_index(drop=True)
    who = lines["agent"].where(lines["cut"] == "agent", lines["team"])
    place, told = pd.Index(weeks).get_indexer(lines["period"]), lines[["value", "n"]].to_numpy(dtype=float).T
    found = {}
    for key, rows in lines.groupby(["kpi", "cut", who.rename("who")]).indices.items():
        found[key] = np.full((2, len(weeks)), np.nan)
        found[key][:, place[rows]] = told[:, rows]
    return found


def _lists(data: Collected, words: Words, subject: Subject) -> list[Table]:
    """Monday's lists, as far as these people were the last to deal with the customer."""
    own = {name: frame[frame["agent"].isin(subject.people)] for name, frame in data.lists.items()}
    return [list_table(data, words, name, frame, subject.file) for name, frame in own.items() if len(frame)]
