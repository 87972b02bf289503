"""Funnel of a share: everybody by number of contacts, and the band that people of that number usually lie in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.report import charts
from pipeline.report.cells import cell, column
from pipeline.report.charts import Chart, Key
from pipeline.report.collect import Collected
from pipeline.report.figures import row_of, title
from pipeline.report.people import lead
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words
from pipeline.statistics.funnel import LEVELS, Funnel, funnel

KPI = "fcr_7d"
FEWEST = 3


def funnel_chart(data: Collected, words: Words) -> Chart | None:
    """None with fewer than three people who have a figure."""
    kpi = data.catalogue[KPI]
    people = data.agents[(data.agents["kpi"] == KPI) & data.agents["value"].notna()]
    names = people["agent"].map(lambda agent: data.names.get(agent, agent))
    people = people.assign(name=names).sort_values("name", kind="stable")
    if len(people) < FEWEST:
        return None
    found = funnel(people["numerator"], people["denominator"])
    beyond = int((np.abs(found.outside) == len(LEVELS)).sum())
    count = words.count("unit.of_people", len(people))
    size, share = (people[part].to_numpy(dtype=float) for part in ("denominator", "value"))
    said = words.count("people.funnel_title", beyond, kpi=title(words, kpi), people=count)
    return Chart(
        id="people-funnel", title=said, alt=words("people.funnel_alt", finding=said), height=340,
        figure=_figure(words, size, share, people["name"].tolist(), found),
        table=_table(data, words, people.assign(outside=found.outside)), note=words("people.funnel_note"),
        legend=(Key("dash", "--muted", words("tradeoff.legend_line")),), said=lead(data, words), axes=("", title(words, kpi)),
    )  # fmt: skip


def _table(data: Collected, words: Words, people: pd.DataFrame) -> Table:
    kpi = data.catalogue[KPI]
    heads = [Column(words("table.name"), False), Column(words("table.rows")), column(words, kpi, True)]
    rows = [
        [
            text_cell(row["name"]),
            Cell(words.number(row["n"]), row["n"]),
            cell(words, kpi, row_of(data.agents, KPI, agent=row["agent"])),
            text_cell(_level(words, row["outside"])),
        ]
        for row in people.to_dict("records")
    ]
    return Table("people-funnel", title(words, kpi), [*heads, Column(words("people.funnel_level"), False)], rows)


def _level(words: Words, outside: int) -> str:
    side = "above" if outside > 0 else "below"
    return words("people.funnel_inside") if outside == 0 else words(f"people.funnel_{side}_{abs(int(outside))}")


def _figure(words: Words, n: np.ndarray, share: np.ndarray, names: list[str], found: Funnel) -> charts.Figure:
    grid = np.linspace(max(1.0, n.min() * 0.8), n.max() * 1.05, 60)
    lines = [(bound, level) for level in LEVELS for bound in found.limits(grid, level)]
    traces = [
        charts.points(list(grid), list(bound), [""] * len(grid), "--muted", mode="lines", hoverinfo="skip",
                      line={"color": "--muted", "width": 1, "dash": "dot" if level == LEVELS[0] else "solid"})
        for bound, level in lines
    ]  # fmt: skip
    texts = [f"{name}: {words.percent(y, 1)} ({words.number(x)})" for name, x, y in zip(names, n, share, strict=True)]
    is_out = np.abs(found.outside) == len(LEVELS)
    for wanted, colour in ((~is_out, "--faint"), (is_out, "--ink")):
        places = np.flatnonzero(wanted)
        traces.append(charts.points(list(n[places]), list(share[places]), [texts[i] for i in places], colour))
    low, high = charts.bounds([*share, *(bound for band, _ in lines for bound in (band.min(), band.max()))])
    xaxis = charts.axis(words, "count", float(grid[0]), float(grid[-1]), title={"text": words("people.funnel_axis")})
    yaxis = charts.axis(words, "share", low, min(high, 1.0))
    return charts.figure(traces, xaxis, yaxis, shapes=[charts.level(found.centre, xaxis, "--muted")], showlegend=False)
