"""Speed against one outcome as a chart: people and teams as points, the corners named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from pipeline.kpis import Kpi
from pipeline.report import charts
from pipeline.report.cells import cell, column, decimals
from pipeline.report.charts import Chart
from pipeline.report.figures import axis_name, title
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.tradeoff import Point, chance, corner_word, finding
from pipeline.report.words import Words

MOST = 150
"""People whose lines can still be told apart on one chart; the table under it has everybody."""

EDGE, ROOM = 0.04, 0.12
"""Of an axis's length beyond the last whisker, without and with names that lead there."""


def chart_of(
    words: Words, kind: str, kpis: tuple[Kpi, Kpi], middles: tuple[float, float], found: Sequence[Point], why: str
) -> Chart:
    """`why`: a reason for corners without words."""
    drawn = _farthest(found, middles)
    people = sum(not point.is_team for point in found)
    by_chance = "" if any(point.is_doubted for point in found) else chance(words, people)
    of = words.count("unit.of_people", people)
    farthest = words("tradeoff.farthest", n=words.number(MOST), people=of) if len(drawn) < len(found) else ""
    return Chart(
        id=f"tradeoff-{kind}",
        title=finding(words, kind, found),
        alt=words(
            "tradeoff.alt",
            speed=title(words, kpis[0]),
            quality=title(words, kpis[1]),
            finding=finding(words, kind, found),
        ),
        height=460,
        figure=_drawn(words, kind, kpis, middles, drawn),
        table=_table(words, kind, kpis, found),
        note=" ".join(filter(None, [why, by_chance, farthest])),
    )


def _farthest(found: Sequence[Point], middles: tuple[float, float]) -> list[Point]:
    """Teams, and the people farthest from the lines, measured by their own uncertainty; all of them where they are few."""

    def distance(point: Point) -> float:
        both = zip((point.x, point.y), middles, strict=True)
        return max(abs(value - middle) / max(high - low, 1e-9) for (value, low, high), middle in both)

    far = sorted((point for point in found if not point.is_team), key=distance, reverse=True)[:MOST]
    kept = {id(point) for point in far}
    return [point for point in found if point.is_team or id(point) in kept]


def _drawn(
    words: Words, kind: str, kpis: tuple[Kpi, Kpi], middles: tuple[float, float], found: Sequence[Point]
) -> charts.Figure:
    beside = ROOM if any(point.is_named for point in found) else EDGE
    left, right = charts.bounds([middles[0], *(bound for point in found for bound in point.x)], pad=beside)
    bottom, top = charts.bounds([middles[1], *(bound for point in found for bound in point.y)], pad=EDGE)
    room = 0.12 * (top - bottom)
    names = [{"text": charts.plain(axis_name(words, kpi))} for kpi in kpis]
    axes = charts.axis(words, kpis[0].unit, left, right, title=names[0])
    up = charts.axis(words, kpis[1].unit, bottom, top, title=names[1])
    up["range"] = charts.numbers([bottom - room, top + room])
    groups = [
        _marks(words, kind, kpis, [p for p in found if not p.is_team and not p.is_clear], "--faint", "--hair"),
        _marks(words, kind, kpis, [p for p in found if not p.is_team and p.is_clear], "--ink", "--muted"),
        _marks(words, kind, kpis, sorted((p for p in found if p.is_team), key=lambda p: p.x), "--team", "--team"),
    ]
    lines = [charts.upright(middles[0], up, "--muted", "dash"), charts.level(middles[1], axes, "--muted")]
    margin = {**charts.MARGIN, "l": 64, "b": 56}
    corners = _corners(words, kind) if all(point.is_worded for point in found) else []
    return charts.figure([g for g in groups if g["x"]], axes, up, shapes=lines, annotations=corners, margin=margin)


def _marks(
    words: Words, kind: str, kpis: tuple[Kpi, Kpi], group: Sequence[Point], colour: str, bar: str
) -> charts.Figure:
    vx, lx, hx = ([point.x[i] for point in group] for i in range(3))
    vy, ly, hy = ([point.y[i] for point in group] for i in range(3))
    are_teams = any(point.is_team for point in group)
    texts = [_hover(words, kind, kpis, point) for point in group]
    names = [charts.plain(point.name) if point.is_team or point.is_named else "" for point in group]
    named = {"mode": "markers+text", "text": names, "textposition": _outward(vx, vy)} if any(names) else {}
    always = {"meta": charts.ALWAYS, "textfont": {"color": colour}} if are_teams else {}
    shape = {"symbol": "diamond", "size": 12, "line": {"color": "--paper", "width": 1.5}} if are_teams else {"size": 7}
    bars = {"error_x": charts.whisker(lx, vx, hx, bar), "error_y": charts.whisker(ly, vy, hy, bar)}
    return charts.points(vx, vy, texts, colour, marker=shape, **bars, **named, **always)


def _outward(x: Sequence[float], y: Sequence[float]) -> list[str]:
    """Where each name stands: away from the middle of them all, so that neighbours do not cover each other."""
    left, low = median(x) if x else 0, median(y) if y else 0
    return [f"{'top' if b >= low else 'bottom'} {'right' if a >= left else 'left'}" for a, b in zip(x, y, strict=True)]


def _hover(words: Words, kind: str, kpis: tuple[Kpi, Kpi], point: Point) -> str:
    figures = [
        f"{title(words, kpi)}: {words.figure(kpi.unit, f[0], decimals(kpi))} ({words.span(kpi.unit, f[1], f[2], decimals(kpi))})"
        for kpi, f in zip(kpis, (point.x, point.y), strict=True)
    ]
    return "; ".join([point.name, *figures, *([corner_word(words, kind, point)] if point.is_worded else [])])


def _corners(words: Words, kind: str) -> list[charts.Figure]:
    """The name of each corner, in it."""
    style = {"xref": "paper", "yref": "paper", "font": {"size": 12, "color": "--muted"}}
    return [
        charts.note(charts.folded(words(f"corner.{kind}_{x}_{y}")), px, py, xanchor=ax, yanchor=ay, **style)
        for x, px, ax in (("low", 0.01, "left"), ("high", 0.99, "right"))
        for y, py, ay in (("low", 0.01, "bottom"), ("high", 0.99, "top"))
    ]


def _table(words: Words, kind: str, kpis: tuple[Kpi, Kpi], found: Sequence[Point]) -> Table:
    """Without a column of words where nobody has any."""
    has_words = any(point.is_worded for point in found)
    rows = [
        [
            text_cell(p.name),
            text_cell(words("table.is_team") if p.is_team else p.team),
            *_cells(words, kpis, p),
            *([text_cell(corner_word(words, kind, p))] if has_words else []),
        ]
        for p in found
    ]
    heads = [Column(words("table.name"), False), Column(words("table.team"), False)]
    figures = [column(words, kpi, has_interval=True) for kpi in kpis]
    said = [Column(words("table.corner"), False)] if has_words else []
    quality = title(words, kpis[1])
    caption = words("tradeoff.table", quality=quality[:1].lower() + quality[1:])
    return Table(f"tradeoff-{kind}", caption, [*heads, *figures, *said], rows)


def _cells(words: Words, kpis: tuple[Kpi, Kpi], point: Point) -> list[Cell]:
    both = zip(kpis, (point.x, point.y), strict=True)
    speed, quality = (
        cell(words, kpi, {"value": f[0], "low": f[1], "high": f[2], "why": None}, decimals(kpi)) for kpi, f in both
    )
    return [speed, replace(quality, is_doubted=point.is_doubted)]
