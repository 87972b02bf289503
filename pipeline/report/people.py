"""Agents and teams: each figure with its interval, by name; nobody is ranked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from pipeline.kpis import Kpi
from pipeline.report import evaluators
from pipeline.report.cells import cell, column, decimals
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.figures import RESOLUTION, SPEED, first_awaited, first_known, lacking, row_of, title, why_unripe
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

WARMTH = "pec_rate"
SHOWN = (
    SPEED,
    (WARMTH,),
    RESOLUTION,
    ("effort_per_resolved",),
    ("repeat_7d",),
    ("csat",),
    ("qa_score",),
    ("calls_per_hour",),
)
"""A tuple stands for the first of it that the data allow; what they do not allow at all is not a column."""


def lead(data: Collected, words: Words) -> tuple[str, str]:
    """Of which weeks figures of people are, and which of them are kept back."""
    weeks = words.count("unit.weeks", len(data.pooled))
    said = words("people.lead", weeks=weeks, days=words.weeks(data.pooled))
    return said, words("people.withheld", n=data.small_group)


def shown_kpis(data: Collected) -> list[Kpi]:
    names = [first_known(data.centre, group) for group in SHOWN]
    return [data.catalogue[name] for name in names if name]


def counts(data: Collected) -> list[Kpi]:
    """How many calls somebody answered, where anybody was called."""
    return [data.catalogue[name] for name in ("answered",) if first_known(data.centre, (name,))]


def missing(data: Collected, words: Words) -> list[str]:
    """What people have no figures of: because the data do not allow it, or not yet."""
    groups = [group for group in SHOWN if first_known(data.centre, group) is None]
    later = [group for group in groups if first_awaited(data.centre, group)]
    never = [group for group in groups if group not in later]
    why = why_unripe(data, words, RETURNS)
    return [
        words(f"people.{key}", kpis="; ".join(name(data, words, group[0]) for group in some), why=why)
        for key, some, name in (("missing", never, _lacking), ("missing_yet", later, _title))
        if some
    ]


def _title(data: Collected, words: Words, name: str) -> str:
    return title(words, data.catalogue[name])


def _lacking(data: Collected, words: Words, name: str) -> str:
    """The KPI and what it would need."""
    told, what = _title(data, words, name), lacking(data, words, name)
    return words("people.missing_kpi", kpi=told, what=what) if what else told


def doubt(data: Collected, words: Words) -> str:
    """Why the figures of human contact beside names say little of anybody; nothing without doubt or without such figures."""
    told = {kpi.id for kpi in shown_kpis(data)}
    is_shown = WARMTH in told and not data.agents.empty
    said = evaluators.warning(words, data.warmth) if is_shown else ""
    return said and f"{said} {words('people.doubted')}" if evaluators.are_at_odds(data.warmth) else said


def people_table(data: Collected, words: Words, dimension: str, place: Callable[[str, str], str]) -> Table:
    """`place`: dimension and key -> where more of somebody is found. Below teams stands the whole centre."""
    frame, kpis = frame_of(data, dimension), shown_kpis(data)
    counted = counts(data)
    has_team = dimension == "agent" and any(data.team_of.get(key) for key in keys(data, dimension))

    are_doubted = dimension == "agent" and evaluators.are_at_odds(data.warmth)

    def figures(of: pd.DataFrame, **who: str) -> list[Cell]:
        shown = [(kpi, cell(words, kpi, row_of(of, kpi.id, **who), decimals(kpi))) for kpi in [*counted, *kpis]]
        return [replace(told, is_doubted=are_doubted and kpi.id == WARMTH) for kpi, told in shown]

    rows = [
        [*_names(data, dimension, key, place, has_team), *figures(frame, **{dimension: key})]
        for key in keys(data, dimension)
    ]
    if dimension == "team":
        # What teams that are not shown have answered is not to be reckoned.
        uncounted = [Cell("–", is_absent=True) for _ in counted]
        whole = figures(data.centre.assign(low=None))[len(counted) :]
        rows.append([text_cell(words("subject.centre")), *uncounted, *whole])
    heads = [Column(words(f"table.{part}"), False) for part in ("name", *(["team"] if has_team else []))]
    columns = [
        *heads,
        *(column(words, kpi) for kpi in counted),
        *(column(words, kpi, has_interval=data.catalogue.has_interval(kpi.id)) for kpi in kpis),
    ]
    return Table(f"{dimension}s", words(f"people.{dimension}s"), columns, rows)


def _names(data: Collected, dimension: str, key: str, place: Callable[[str, str], str], has_team: bool) -> list[Cell]:
    name, team = data.names.get(key, key) if dimension == "agent" else key, data.team_of.get(key, "")
    of_team = [text_cell(team, place("team", team) if team else "")] if has_team else []
    return [text_cell(name, place(dimension, key)), *of_team]


def frame_of(data: Collected, dimension: str) -> pd.DataFrame:
    return data.agents if dimension == "agent" else data.teams


def keys(data: Collected, dimension: str) -> list[str]:
    """Everybody there is, by name."""
    found = frame_of(data, dimension)[dimension].dropna().unique()
    return sorted((str(key) for key in found), key=lambda key: (data.names.get(key, key), key))
