"""When customers come back, and how people shift from handle time to effort per resolved case, as charts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.report import charts
from pipeline.report.charts import Chart
from pipeline.report.collect import Collected
from pipeline.report.collect_cases import Ledger
from pipeline.report.figures import cell, column, known, row_of
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words
from pipeline.statistics.survival import Curve, at

DAYS = (0.0, 1 / 24, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 23, 26, 29.9)
TOLD = (1, 7, 29.9)


def away(words: Words, curve: Curve) -> Chart:
    """Share of customers who have come back, by days since their contact; whoever is not yet known counts until then."""
    stays, low, high = at(curve, DAYS)
    back, lows, highs = 1 - stays, 1 - high, 1 - low
    told = [words.percent(1 - float(at(curve, [day])[0][0])) for day in TOLD]
    said = words("cases.away_title", day=told[0], week=told[1], month=told[2])
    texts = [
        words("cases.away_hover", days=words.number(d, 1), share=words.percent(b, 1))
        for d, b in zip(DAYS, back, strict=True)
    ]
    xaxis = charts.axis(words, "count", 0, 30, title={"text": words("cases.away_days")})
    yaxis = charts.axis(words, "share", 0, float(np.nanmax(back)) * 1.15)
    line = charts.points(DAYS, list(back), texts, "--ink", mode="lines", line={"color": "--ink", "width": 2})
    rows = [
        [Cell(words.number(d, 1), d), Cell(words.percent(b, 1), float(b), float(lo), float(hi), words.span("share", lo, hi))]
        if known(float(lo)) else [Cell(words.number(d, 1), d), Cell(words.percent(b, 1), float(b))]
        for d, b, lo, hi in zip(DAYS[1:], back[1:], lows[1:], highs[1:], strict=True)
    ]  # fmt: skip
    heads = [Column(words("cases.away_days")), Column(words("cases.away_share"), has_interval=True)]
    table = Table("cases-away", words("cases.away_table"), heads, rows)
    return Chart(
        "cases-away",
        said,
        words("cases.away_alt", finding=said),
        260,
        charts.figure([line], xaxis, yaxis),
        table,
        words("cases.away_note"),
    )


def shifted(found: Ledger) -> pd.DataFrame:
    """People with both figures: their places by handle time and by effort per resolved case, and handle time / (1 - repeats)."""
    enough = found.agents[found.agents["n"] >= 30]
    both = enough.pivot(index="agent", columns="kpi", values="value").reindex(
        columns=["aht", "effort_per_case", "repeat_7d"]
    )
    both = both.dropna(subset=["aht", "effort_per_case"])
    places = both[["aht", "effort_per_case"]].rank(method="first").astype(int)
    return both.assign(
        from_place=places["aht"], to_place=places["effort_per_case"], effective=both["aht"] / (1 - both["repeat_7d"])
    ).reset_index()


def shift(data: Collected, words: Words, found: Ledger, shifts: pd.DataFrame) -> Chart:
    """Each person a line from the place by handle time to the place by effort: places have no intervals, the table does."""
    moved = (shifts["to_place"] - shifts["from_place"]).abs()
    far = moved >= max(3, len(shifts) // 4)
    said = words(
        "cases.shift_title", moved=words.number(int(far.sum())), people=words.count("unit.of_people", len(shifts))
    )
    traces = [_line(data, words, row, is_far) for row, is_far in zip(shifts.to_dict("records"), far, strict=True)]
    xaxis = charts.named_axis([0, 1], [words("cases.by_aht"), words("cases.by_effort")], range=[-0.15, 1.15])
    yaxis = charts.named_axis(
        [1, len(shifts)], [words("cases.least"), words("cases.most")], autorange="reversed", automargin=True
    )
    figure = charts.figure(traces, xaxis, yaxis, showlegend=False)
    height = max(260, 14 * len(shifts))
    return Chart(
        "cases-shift",
        said,
        words("cases.shift_alt", finding=said),
        height,
        figure,
        _shift_table(data, words, found, shifts),
        words("cases.shift_note"),
    )


def _line(data: Collected, words: Words, row: dict[Any, Any], is_far: bool) -> charts.Figure:
    colour = "--ink" if is_far else "--faint"
    name = data.names.get(row["agent"], row["agent"])
    text = f"{name}: {words.figure('s', row['aht'])} → {words.figure('s', row['effort_per_case'])}"
    style = {"mode": "lines+markers", "line": {"color": colour, "width": 2 if is_far else 1}, "marker": {"size": 6}}
    return charts.points([0, 1], [row["from_place"], row["to_place"]], [text, text], colour, **style)


def _shift_table(data: Collected, words: Words, found: Ledger, shifts: pd.DataFrame) -> Table:
    kpis = [data.catalogue[name] for name in ("aht", "effort_per_case", "effort_per_case_closed")]
    heads = [
        Column(words("table.name"), False), *(column(words, kpi, True) for kpi in kpis), Column(words("cases.effective")),
        Column(words("cases.place_aht")), Column(words("cases.place_effort")),
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
        places = [Cell(words.number(row[p]), row[p]) for p in ("from_place", "to_place")]
        rows.append([text_cell(data.names.get(row["agent"], row["agent"])), *figures, shown, *places])
    return Table("cases-shift", words("cases.shift_table"), heads, rows)
