"""Service level by half-hour: of the day, of the week, and how many half-hours met the target."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from pipeline.report import charts
from pipeline.report.cells import column
from pipeline.report.charts import Chart, Key
from pipeline.report.collect import Collected
from pipeline.report.figures import title
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

HALF = 0.5
"""From where a half-hour looks good where no target says it."""
NEARLY_ALL = 0.95
"""From here on a mark would cover that of everything."""
ROOM = 2.6
"""The axis of the bars reaches this many times their height, so that they stay below the line."""


@dataclass(frozen=True)
class Half:
    """A half-hour with calls, of one day or (day "") of all days together."""

    day: str
    clock: str
    met: int
    offered: int

    @property
    def share(self) -> float:
        return self.met / self.offered


def has_met(half: Half, target: float) -> bool:
    """A share exactly on the target meets it; the hair's breadth is what floats lose."""
    return half.met >= target * half.offered - 1e-9


def half_hours(data: Collected) -> list[Half]:
    """Every half-hour of the reported week that had calls, in order."""
    frame = data.half_hours
    rows = frame[(frame["kpi"] == "service_level") & (frame["denominator"] > 0)].sort_values("period")
    columns = (rows[name].tolist() for name in ("period", "numerator", "denominator"))
    return [
        Half(period[:10], period[11:16], int(met), int(offered)) for period, met, offered in zip(*columns, strict=True)
    ]


def of_the_day(halves: list[Half]) -> list[Half]:
    """The days added up."""
    return added_up([replace(half, day="") for half in halves])


def added_up(halves: list[Half]) -> list[Half]:
    """Those of one day and clock together: of queues in several zones, and of the hour that is twice in autumn."""
    groups: dict[tuple[str, str], list[Half]] = {}
    for half in sorted(halves, key=lambda half: (half.day, half.clock)):
        groups.setdefault((half.day, half.clock), []).append(half)
    return [Half(*at, sum(h.met for h in group), sum(h.offered for h in group)) for at, group in groups.items()]


def every_clock(clocks: Collection[str]) -> list[str]:
    """Those with calls and the half-hours between them, so that a time without calls has its place."""
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (min(clocks), max(clocks)))
    return sorted({*clocks, *(f"{at // 60:02d}:{at % 60:02d}" for at in range(first, last, 30))})


def by_clock(data: Collected, words: Words) -> Chart | None:
    """The days of the week added up, half-hour by half-hour."""
    halves = of_the_day(half_hours(data))
    if not halves:
        return None
    worst = max(halves, key=lambda half: half.offered - half.met)
    late, calls = worst.offered - worst.met, words.number(worst.offered)
    worst_said = words("service.clock_title", clock=worst.clock, late=words.number(late), calls=calls)
    said = worst_said if late else words("service.clock_none")
    alt = words("service.clock_alt", finding=said)
    target = words("trend.target") if "service_level" in data.targets else ""
    return Chart(
        "service-clock", said, alt, 300, _clock_figure(data, words, halves), _clock_table(data, words, halves),
        note=target, legend=_legend(data, words), axes=(words("service.half_hour"), ""),
    )  # fmt: skip


def _legend(data: Collected, words: Words) -> tuple[Key, ...]:
    level = Key("dot", "--ink", title(words, data.catalogue["service_level"]))
    return level, Key("square", "--band", words("service.offered_axis"))


def _clock_figure(data: Collected, words: Words, halves: list[Half]) -> charts.Figure:
    found = {half.clock: half for half in halves}
    clocks = every_clock(found)
    drawn = [found.get(clock) for clock in clocks]
    places, offered = list(range(len(clocks))), [half.offered if half else 0 for half in drawn]
    bars = {"type": "bar", "x": places, "y": offered, "yaxis": "y2", "marker": {"color": "--band"}, "hoverinfo": "skip"}
    shares, texts = [half and half.share for half in drawn], [_hover(words, half) if half else "" for half in drawn]
    line = charts.joined(places, shares, texts, 6)
    name = {"text": charts.plain(title(words, data.catalogue["service_level"]))}
    xaxis = _clock_axis(clocks, range=[-0.7, len(clocks) - 0.3])
    target = data.targets.get("service_level")
    # Over another y axis there is no layer between grid and marks: plotly would draw neither this chart nor the next.
    above = {"layer": "above"}
    return charts.figure(
        [bars, line],
        xaxis,
        charts.axis(words, "share", 0, 1.04, overlaying="y2", title=name),
        yaxis2=_bar_axis(words, max(offered)),
        shapes=[] if target is None else [charts.level(target, xaxis, "--target") | above],
        margin={**charts.MARGIN, "l": 64, "r": 56},
    )


def _clock_axis(clocks: list[str], **more: object) -> charts.Figure:
    every = max(1, -(-len(clocks) // 8))
    return charts.named_axis(list(range(len(clocks)))[::every], clocks[::every], **more)


def _bar_axis(words: Words, most: int) -> charts.Figure:
    """Marks as far as the bars reach."""
    name = {"text": words("service.offered_axis")}
    axis = charts.axis(words, "count", 0, most, 2, side="right", showgrid=False, title=name)
    return axis | {"range": [0, most * ROOM]}


def _hover(words: Words, half: Half) -> str:
    calls = words.count("rows.fact_calls", half.offered)
    return words("service.hover", clock=half.clock, value=words.percent(half.share), calls=calls)


def _clock_table(data: Collected, words: Words, halves: list[Half]) -> Table:
    heads = [Column(words("service.half_hour"), False)]
    heads += [column(words, data.catalogue[name]) for name in ("offered", "service_level")]
    rows = [
        [text_cell(half.clock), Cell(words.number(half.offered), half.offered), _share(words, half)] for half in halves
    ]
    return Table("service-clock", words("service.clock_table"), heads, rows)


def _share(words: Words, half: Half | None) -> Cell:
    if half is None:
        return Cell(words("service.no_calls"), is_absent=True)
    return Cell(words.percent(half.share), half.share)


def heatmap(data: Collected, words: Words) -> Chart | None:
    """Every half-hour of the week as one field."""
    halves = half_hours(data)
    grid = {(half.day, half.clock): half for half in added_up(halves)}
    if not grid:
        return None
    days, clocks = sorted({day for day, _ in grid}), every_clock({clock for _, clock in grid})
    target = data.targets.get("service_level")
    said = _heat_title(words, halves, target)
    alt = words("service.heat_alt", finding=said)
    drawn = _heat_figure(words, grid, days, clocks, HALF if target is None else target)
    table, axes = _heat_table(words, grid, days, clocks), (words("service.half_hour"), "")
    return Chart("service-heat", said, alt, 90 + 34 * len(days), drawn, table, axes=axes)


def _heat_title(words: Words, halves: list[Half], target: float | None) -> str:
    few = words.number(sum(not has_met(half, HALF if target is None else target) for half in halves))
    if target is None:
        return words("service.heat_title", few=few, all=words.number(len(halves)))
    return words("service.heat_missed", few=few, all=words.number(len(halves)), target=words.target("share", target))


Grid = dict[tuple[str, str], Half]


def _heat_figure(words: Words, grid: Grid, days: list[str], clocks: list[str], good_from: float) -> charts.Figure:
    """Colours change sides where a half-hour begins to be good."""
    fields = [[grid.get((day, clock)) for clock in clocks] for day in days]
    names = [day_name(words, day) for day in days]
    turn = min(max(good_from, 0.01), 0.99)
    marks = {0.0: words.percent(0), 1.0: words.percent(1)} if turn < NEARLY_ALL else {0.0: words.percent(0)}
    marks[turn] = words.target("share", good_from)
    bar = {"thickness": 10, "outlinewidth": 0, "tickvals": list(marks), "ticktext": list(marks.values())}
    heat = {
        "type": "heatmap",
        "z": [[charts.number(half.share) if half else None for half in row] for row in fields],
        "hovertext": [
            [f"{name}, {_hover(words, h)}" if h else "" for h in row] for name, row in zip(names, fields, strict=True)
        ],
        "hoverinfo": "text",
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, "--heat-low"], [turn, "--heat-mid"], [1, "--heat-high"]],
        "colorbar": bar,
        "xgap": 1,
        "ygap": 1,
    }
    yaxis = charts.named_axis(
        list(range(len(days))), [f"{name} " for name in names], autorange="reversed", automargin=True
    )
    return charts.figure([heat], _clock_axis(clocks) | {"automargin": True}, yaxis)


def day_name(words: Words, day: str) -> str:
    return words.day(date.fromisoformat(day))


def _heat_table(words: Words, grid: Grid, days: list[str], clocks: list[str]) -> Table:
    columns = [Column(words("service.half_hour"), False), *(Column(day_name(words, day)) for day in days)]
    rows = [[text_cell(clock), *(_share(words, grid.get((day, clock))) for day in days)] for clock in clocks]
    return Table("service-heat", words("service.heat_table"), columns, rows)
