"""A chart for each figure of people: a dot and its interval in a row for everybody, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.kpis import Kpi
from pipeline.report import charts, evaluators
from pipeline.report.cells import cell, column, decimals
from pipeline.report.charts import Chart, Key
from pipeline.report.collect import Collected
from pipeline.report.figures import axis_name, known, row_of, title
from pipeline.report.people import WARMTH, doubt, frame_of, keys, lead, shown_kpis
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

ROW, FRAME = 19, 60
MOST = 60
"""People that a chart draws; of more only those whom chance explains least, and the table under it has them all."""
LETTERS = 22
"""Of a long name beside its row."""
COLOURS = {"unclear": ("--faint", "--hair"), "clear": ("--ink", "--muted"), "team": ("--team", "--team")}


@dataclass(frozen=True)
class Row:
    """Somebody's figure; `place` is its height on the chart, `kind` how it is drawn."""

    name: str
    place: int
    kind: str
    n: int
    value: float
    low: float
    high: float


def whiskers(data: Collected, words: Words, page: str = "people") -> list[Chart]:
    """A chart for each figure that has intervals: teams on top, then people, both by name. `page`: whose charts they are."""
    kpis = [kpi for kpi in shown_kpis(data) if data.catalogue.has_interval(kpi.id)]
    return [chart for kpi in kpis if (chart := _whisker(data, words, kpi, page))]


def _whisker(data: Collected, words: Words, kpi: Kpi, page: str) -> Chart | None:
    centre = row_of(data.centre, kpi.id)
    middle = float(centre["value"]) if centre else float("nan")
    rows = _rows(data, kpi, middle)
    if not rows:
        return None
    people = [row for row in rows if row.kind != "team"]
    who, counted = ("people", people) if people else ("teams", rows)
    clear = sum(_kind(False, row.low, row.high, middle) == "clear" for row in counted)
    of = words.count(f"unit.of_{who}", len(counted))
    said = words.count("people.clear", clear, kpi=title(words, kpi), people=of)
    if are_doubted := bool(people) and kpi.id == WARMTH and evaluators.are_at_odds(data.warmth):
        rows = [row if row.kind == "team" else replace(row, kind="unclear") for row in rows]
        said = words("people.untold", kpi=title(words, kpi))
    drawn = _drawn(rows, middle)
    left_out = len(rows) - len(drawn)
    warned = [doubt(data, words)] if kpi.id == WARMTH else []
    return Chart(
        id=f"{page}-{kpi.id}",
        title=said,
        alt=words(f"people.alt_{who}", kpi=title(words, kpi), finding=said),
        height=FRAME + ROW * len(drawn),
        figure=_figure(words, kpi, drawn, middle),
        table=_table(words, kpi, rows, f"{page}-{kpi.id}", are_doubted),
        note=words("people.farthest", n=words.number(MOST), people=of) if left_out else "",
        legend=_legend(words, drawn),
        said=(*warned, *lead(data, words), words("people.chart_lead" if people else "people.chart_lead_teams")),
        axes=(axis_name(words, kpi), ""),
    )


def _legend(words: Words, drawn: Sequence[Row]) -> tuple[Key, ...]:
    team = [Key("diamond", "--team", words("tradeoff.legend_team"))] if any(r.kind == "team" for r in drawn) else []
    return *team, Key("dash", "--muted", words("tradeoff.legend_line"))


def _rows(data: Collected, kpi: Kpi, middle: float) -> list[Row]:
    """Everybody whose figure has an interval, from the top down."""
    rows = []
    for dimension in ("team", "agent"):
        for key in keys(data, dimension):
            found = row_of(frame_of(data, dimension), kpi.id, **{dimension: key})
            if found and known(found["low"]):
                name = key if dimension == "team" else data.names.get(key, key)
                kind = _kind(dimension == "team", found["low"], found["high"], middle)
                rows.append(Row(name, 0, kind, int(found["n"]), found["value"], found["low"], found["high"]))
    return _placed(rows)


def _placed(rows: Sequence[Row]) -> list[Row]:
    """The first on top."""
    return [replace(row, place=len(rows) - 1 - i) for i, row in enumerate(rows)]


def _drawn(rows: Sequence[Row], middle: float) -> list[Row]:
    """Teams and the people farthest from the centre, measured by their own uncertainty, in the order of the rows."""
    people = [row for row in rows if row.kind != "team"]
    far = sorted(people, key=lambda row: -abs(row.value - middle) / max(row.high - row.low, 1e-9))[:MOST]
    return _placed([row for row in rows if row.kind == "team" or row in far])


def _kind(is_team: bool, low: float, high: float, middle: float) -> str:
    return "team" if is_team else "clear" if low > middle or high < middle else "unclear"


def short(names: Sequence[str]) -> list[str]:
    """Long names cut at their end; where two would then be one, in their middle; where that helps neither, whole."""
    cuts = [
        [name if len(name) <= LETTERS + 1 else name[:LETTERS] + "…" for name in names],
        [name if len(name) <= LETTERS + 1 else f"{name[: LETTERS // 2]}…{name[-LETTERS // 2 :]}" for name in names],
    ]
    often = [Counter(cut) for cut in cuts]
    return [
        next((cut[place] for cut, n in zip(cuts, often, strict=True) if n[cut[place]] == 1), name)
        for place, name in enumerate(names)
    ]


def _figure(words: Words, kpi: Kpi, rows: Sequence[Row], middle: float) -> charts.Figure:
    low, high = charts.bounds([middle, *(bound for row in rows for bound in (row.low, row.high))])
    names = [charts.plain(name) for name in short([row.name for row in rows])]
    yaxis = charts.named_axis([row.place for row in rows], names, range=[-0.7, len(rows) - 0.3], automargin=True)
    traces = [_dots(words, kpi, [row for row in rows if row.kind == kind], kind) for kind in COLOURS]
    xaxis = charts.axis(words, kpi.unit, low, high, wanted=4)
    return charts.figure(
        [t for t in traces if t["x"]], xaxis, yaxis, shapes=[charts.upright(middle, yaxis, "--muted", "dash")]
    )


def _dots(words: Words, kpi: Kpi, rows: Sequence[Row], kind: str) -> charts.Figure:
    texts = [f"{row.name}: {_said(words, kpi, row)}" for row in rows]
    colour, bar = COLOURS[kind]
    shape = {"size": 9, "symbol": "diamond"} if kind == "team" else {"size": 7}
    values = [row.value for row in rows]
    bars = charts.whisker([row.low for row in rows], values, [row.high for row in rows], bar)
    return charts.points(values, [row.place for row in rows], texts, colour, marker=shape, error_x=bars)


def _said(words: Words, kpi: Kpi, row: Row) -> str:
    return (
        f"{words.figure(kpi.unit, row.value, decimals(kpi))} ({words.span(kpi.unit, row.low, row.high, decimals(kpi))})"
    )


def _table(words: Words, kpi: Kpi, rows: Sequence[Row], name: str, are_doubted: bool) -> Table:
    columns = [Column(words("table.name"), False), column(words, kpi, has_interval=True), Column(words("table.rows"))]
    figures = [
        replace(cell(words, kpi, vars(row), decimals(kpi)), is_doubted=are_doubted and row.kind != "team")
        for row in rows
    ]
    body = [
        [text_cell(row.name), figure, Cell(words.number(row.n), row.n)]
        for row, figure in zip(rows, figures, strict=True)
    ]
    return Table(name, title(words, kpi), columns, body)
