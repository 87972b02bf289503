"""When customers come back, and how people shift from handle time to effort per resolved case, as charts."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pipeline.findings.ledger import AWAY_DAYS
from pipeline.report import charts
from pipeline.report.cells import cell, column
from pipeline.report.charts import Chart
from pipeline.report.collect import Collected
from pipeline.report.collect_cases import Ledger
from pipeline.report.figures import known, row_of
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words
from pipeline.statistics.ranks import rank_intervals
from pipeline.statistics.shrinkage import shrink
from pipeline.statistics.survival import Curve, at

DAYS = (0.0, *AWAY_DAYS)
TOLD = (1, 7, 29.9)


def away(words: Words, curve: Curve) -> Chart:
    """Share of customers who have come back, by days since their contact; whoever is not yet known counts until then."""
    days = [day for day in DAYS if known(float(at(curve, [day])[0][0]))]
    stays, low, high = at(curve, days)
    back, lows, highs = 1 - stays, 1 - high, 1 - low
    told = [words.percent(back[days.index(day)]) if day in days else words("cases.away_unknown") for day in TOLD]
    said = words("cases.away_title", day=told[0], week=told[1], month=told[2])
    texts = [
        words("cases.away_hover", days=words.number(d, 1), share=words.percent(b, 1))
        for d, b in zip(days, back, strict=True)
    ]
    xaxis = charts.axis(words, "count", 0, 30, title={"text": words("cases.away_days")})
    yaxis = charts.axis(words, "share", 0, max(0.1, float(max(back)) * 1.15))
    line = charts.points(days, list(back), texts, "--ink", mode="lines", line={"color": "--ink", "width": 2})
    table = _away_table(words, np.column_stack([days, back, lows, highs])[1:])
    return Chart(
        "cases-away",
        said,
        words("cases.away_alt", finding=said),
        260,
        charts.figure([line], xaxis, yaxis),
        table,
        words("cases.away_note"),
        axes=("", words("cases.away_share")),
    )


def _away_table(words: Words, shares: np.ndarray[Any, np.dtype[np.float64]]) -> Table:
    """shares: a row a day: the day, the share that is back by then, its interval."""
    rows = [[Cell(words.number(day, 1), day), _share(words, *share)] for day, *share in shares.tolist()]
    heads = [Column(words("cases.away_days")), Column(words("cases.away_share"), has_interval=True)]
    return Table("cases-away", words("cases.away_table"), heads, rows)


def _share(words: Words, share: float, low: float, high: float) -> Cell:
    said = words.percent(share, 1)
    return Cell(said, share, low, high, words.span("share", low, high)) if known(low) else Cell(said, share)


LETTERS = 16
"""Of a line under an end of the slopes, so that both fit a phone."""
SHIFTED = ("aht", "effort_per_case")
LABELLED = 12
"""Names beside lines that do not cover each other; of more, those who shift farthest."""
LEAST_PX = 260
"""Height of the chart; more only where there are lines to tell apart."""
MOST = 60
"""Lines that can still be told apart; of more people those who shift farthest are drawn, the table has them all."""


def shifted(found: Ledger) -> pd.DataFrame:
    """People with both figures, each with the places it may truly stand on (low to high, 1: least), and handle time /
    (1 - repeats). A figure's place is that of its shrunken value; `has_moved`: the two ranges do not meet, wide enough
    for all people at once, since of a hundred people two ranges of 95 % part by chance on many pages."""
    enough = found.agents[(found.agents["n"] >= 30) & found.agents["low"].notna()]
    wide = enough.pivot(index="agent", columns="kpi", values=["value", "low", "high"])
    people = pd.DataFrame(index=wide.index)
    surely = {}
    for kpi in SHIFTED:
        if ("value", kpi) not in wide:
            return people.iloc[:0].reset_index()
        people[kpi] = wide["value", kpi]
        error = (wide["high", kpi] - wide["low", kpi]) / (2 * 1.96)
        lows, highs = _ranges(people[kpi], error)
        surely[kpi] = _ranges(people[kpi], error, _apart_level(len(people)))
        people[f"{kpi}_low"], people[f"{kpi}_high"] = lows, highs
        people[f"{kpi}_middle"] = (lows + highs) / 2
    people = people.dropna(subset=list(SHIFTED))
    repeats = found.agents[found.agents["kpi"] == "repeat_7d"].set_index("agent")["value"]
    (low, high), (other_low, other_high) = surely.values()
    moved = ((high < other_low) | (other_high < low)).reindex(people.index)
    return people.assign(has_moved=moved, effective=people["aht"] / (1 - repeats)).reset_index()


def _ranges(values: pd.Series, error: pd.Series, level: float = 0.95) -> list[pd.Series]:
    """Between which places each person truly stands, the smallest value first."""
    shrunk = shrink(values, error)
    ends = rank_intervals(-shrunk.value, error * np.sqrt(shrunk.reliability), level)
    return [pd.Series(places, values.index) for places in ends]


def _apart_level(people: int) -> float:
    """Of two ranges each, so that chance parts anybody's on one page in twenty: their errors together are sqrt(2) of one."""
    return max(0.95, 2 * float(ndtr(ndtri(1 - 0.025 / people) / np.sqrt(2))) - 1)


def shift(data: Collected, words: Words, found: Ledger, shifts: pd.DataFrame) -> Chart:
    """Each person a line from the middle of the places by handle time to that by effort; strong where the two ranges part."""
    moved, people = int(shifts["has_moved"].sum()), words.count("unit.of_people", len(shifts))
    said = words.count("cases.shift_title", moved, people=people)
    by = (shifts["aht_middle"] - shifts["effort_per_case_middle"]).abs()
    drawn = shifts.assign(by=by).sort_values(["has_moved", "by"]).tail(MOST)
    traces = [_line(data, words, row) for row in drawn.to_dict("records")]
    names = _names(data, drawn[drawn["has_moved"]].tail(LABELLED)[::-1])
    ends = ["<br>".join(wrap(words(f"cases.by_{end}"), LETTERS)) for end in ("aht", "effort")]
    xaxis = charts.named_axis([0, 1], ends, range=[-0.3, 1.9 if names else 1.3], automargin=True, tickangle=0)
    yaxis = charts.named_axis(
        [1, len(shifts)], [words("cases.least"), words("cases.most")], range=[len(shifts) + 0.7, 0.3]
    )
    margin = {**charts.MARGIN, "l": 92, "r": 12}
    figure = charts.figure([*traces, *names], xaxis, yaxis, showlegend=False, margin=margin)
    height = max(LEAST_PX, 14 * len(drawn)) if moved else LEAST_PX
    farthest = words("cases.farthest", n=words.number(MOST), people=people) if len(drawn) < len(shifts) else ""
    return Chart(
        "cases-shift",
        said,
        words("cases.shift_alt", finding=said),
        height,
        figure,
        _shift_table(data, words, found, shifts),
        " ".join(filter(None, [words("cases.shift_note"), farthest])),
    )


def _line(data: Collected, words: Words, row: dict[Any, Any]) -> charts.Figure:
    colour, width = ("--ink", 2) if row["has_moved"] else ("--faint", 1)
    name = data.names.get(row["agent"], row["agent"])
    texts = [f"{name}: {words.figure('s', row[kpi])}, {_places(words, row, kpi)}" for kpi in SHIFTED]
    style = {"mode": "lines+markers", "line": {"color": colour, "width": width}, "marker": {"size": 6}}
    return charts.points([0, 1], [row[f"{kpi}_middle"] for kpi in SHIFTED], texts, colour, **style)


def _names(data: Collected, rows: pd.DataFrame) -> list[charts.Figure]:
    """Beside the lines' ends, the most important first."""
    if rows.empty:
        return []
    names = [charts.plain(data.names.get(agent, agent)) for agent in rows["agent"]]
    style = {"mode": "text", "text": names, "textposition": ["middle right"] * len(names)}
    font = {"color": "--ink", "size": 11}
    ends = charts.points([1.03] * len(names), rows["effort_per_case_middle"], names, "--ink", textfont=font, **style)
    return [ends | {"hoverinfo": "skip"}]


def _places(words: Words, row: dict[Any, Any], kpi: str) -> str:
    return words("cases.places", places=words.span("count", row[f"{kpi}_low"], row[f"{kpi}_high"]))


def _shift_table(data: Collected, words: Words, found: Ledger, shifts: pd.DataFrame) -> Table:
    kpis = [data.catalogue[name] for name in ("aht", "effort_per_case", "effort_per_case_closed")]
    effective = words("cases.effective")
    heads = [
        Column(words("table.name"), False), *(column(words, kpi, True) for kpi in kpis),
        Column(effective, in_files=f"{effective} ({words('bare.s')})"),
        Column(words("cases.place_aht"), False), Column(words("cases.place_effort"), False),
    ]  # fmt: skip
    rows = []
    for row in sorted(shifts.to_dict("records"), key=lambda r: data.names.get(r["agent"], r["agent"])):
        figures = [cell(words, kpi, row_of(found.agents, kpi.id, agent=row["agent"])) for kpi in kpis]
        effective = row["effective"]
        shown = (
            Cell(words.figure("s", effective), effective)
            if known(effective)
            else Cell(words("why.no_rows"), is_absent=True)
        )
        places = [text_cell(_places(words, row, name)) for name in SHIFTED]
        rows.append([text_cell(data.names.get(row["agent"], row["agent"])), *figures, shown, *places])
    return Table("cases-shift", words("cases.shift_table"), heads, rows)
