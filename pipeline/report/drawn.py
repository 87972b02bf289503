"""The report's charts outside of its pages: plotly figures in the colours of the day, under what pages say around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from pipeline.report.charts import Chart, Figure, Key, plain
from pipeline.report.collect import Collected
from pipeline.report.data_quality import banner, warnings
from pipeline.report.names_apart import apart
from pipeline.report.pages import all_pages, charts_of
from pipeline.report.words import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDTH = 820
SIZE, TITLE_SIZE, AXIS_LETTER = 12, 15, 7
"""Pixels of letters, the last across, in the name of an axis."""
LETTERS, TITLE_LETTERS = 114, 84
"""Of a line above a chart, Cyrillic ones too."""
LINE, ABOVE = 1.3 * SIZE, 14
"""Pixels of a line, and above the first."""
ACROSS, UP = 18, 20
"""Pixels for the names of axes that a page does not name."""
SIGNS = {"dot": "●", "diamond": "◆", "square": "■", "dash": "╌╌", "name": "Aa"}
GAP, BESIDE = 4 * "\xa0", 7
"""Between keys of a legend; letters that a sign and a gap take."""


def figures(data: Collected, words: Words) -> dict[str, go.Figure]:
    """Every chart of a week's report, by its id."""
    shown = [chart for page in all_pages(data, words).values() for chart in charts_of(page.context)]
    always = _of_every_page(data, words)
    return {chart.id: drawn(chart.below(*always)) for chart in shown}


def _of_every_page(data: Collected, words: Words) -> list[str]:
    """The week, that it is simulated, and which checks did not pass."""
    found = warnings(data, words)
    checks = f"{words.count('finding.checks', len(found))}: {banner(found)}" if found else ""
    week = words("page.week", number=int(data.week[-2:]), days=words.week(data.week))
    return [f"{week}.", words("page.simulated") if data.is_simulated else "", checks]


def drawn(chart: Chart) -> go.Figure:
    """One chart, under its finding, what its colours mean, and what else is to be known of it."""
    import plotly.graph_objects as go

    colours, lines = palette(), _lines(chart)
    layout = chart.figure["layout"] | _frame(chart, len(lines))
    figure = go.Figure(_coloured({"data": apart(chart.figure["data"], layout), "layout": layout}, colours))
    axis = {"gridcolor": colours["--hair"], "linecolor": colours["--line"], "zeroline": False}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    paper = dict.fromkeys(("paper_bgcolor", "plot_bgcolor"), colours["--paper"])
    place = {"x": 0.01, "xanchor": "left", "y": 1, "yanchor": "top", "pad": {"t": ABOVE}}
    title = {"text": "<br>".join(lines), "font": {"size": SIZE}, **place}
    return figure.update_layout(title=title, font={"color": colours["--text"]}, showlegend=False, **paper)


def _lines(chart: Chart) -> list[str]:
    """What stands above a chart, as markup of plotly."""
    muted = f"<span style='color:{palette()['--muted']}'>{{}}</span>"
    title = [
        f"<span style='font-size:{TITLE_SIZE}px'>{plain(line)}</span>" for line in wrap(chart.title, TITLE_LETTERS)
    ]
    said = wrap(" ".join(filter(None, [*chart.said, chart.note])), LETTERS)
    return [*title, *_legend(chart.legend), *(muted.format(plain(line)) for line in said)]


def _legend(keys: Sequence[Key]) -> list[str]:
    """Keys, as many on a line as it holds."""
    lines: list[list[Key]] = []
    for key in keys:
        if lines and sum(len(one.text) + BESIDE for one in [*lines[-1], key]) <= LETTERS:
            lines[-1].append(key)
        else:
            lines.append([key])
    return [GAP.join(_key(key) for key in line) for line in lines]


def _key(key: Key) -> str:
    return f"<span style='color:{palette()[key.colour]}'>{SIGNS[key.mark]}</span> {plain(key.text)}"


def _frame(chart: Chart, lines: int) -> Figure:
    """Size, margins and names of axes of a chart with so many lines above it."""
    layout = chart.figure["layout"]
    margin, across = layout["margin"], wrap(chart.axes[0], LETTERS)
    up = wrap(chart.axes[1], (chart.height - margin["t"] - margin["b"]) // AXIS_LETTER)
    top, below = round(ABOVE + LINE * lines + margin["t"]), ACROSS * len(across)
    wide = {"t": top, "b": margin["b"] + below, "l": margin["l"] + UP * len(up)}
    axes = {name: layout[name] | _named(said) for name, said in (("xaxis", across), ("yaxis", up)) if said}
    return axes | {"width": WIDTH, "height": chart.height - margin["t"] + top + below, "margin": margin | wide}


def _named(lines: list[str]) -> Figure:
    return {"title": {"text": "<br>".join(map(plain, lines)), "font": {"size": SIZE}}}


@cache
def palette() -> dict[str, str]:
    """The page's colour tokens by day, from its style sheet."""
    style = resources.files(__package__).joinpath("assets", "report.css").read_text("utf-8")
    by_day = style[: style.index("@media")]
    return dict(re.findall(r"(--[\w-]+): (#\w+);", by_day))


def _coloured(part: Any, colours: dict[str, str]) -> Any:
    if isinstance(part, str):
        return colours.get(part, part)
    if isinstance(part, list):
        return [_coloured(item, colours) for item in part]
    if isinstance(part, dict):
        return {key: _coloured(item, colours) for key, item in part.items()}
    return part
