"""The report's charts outside of its pages: plotly figures in the colours that pages have by day."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from pipeline.report.charts import Chart, plain
from pipeline.report.collect import Collected
from pipeline.report.pages import all_pages, charts_of
from pipeline.report.words import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDTH = 820
LETTERS = 90
"""Of a line of the title."""


def figures(data: Collected, words: Words) -> dict[str, go.Figure]:
    """Every chart of a week's report, by its id."""
    return {chart.id: drawn(chart) for page in all_pages(data, words).values() for chart in charts_of(page.context)}


def drawn(chart: Chart) -> go.Figure:
    """One chart, with its finding as title."""
    import plotly.graph_objects as go

    colours = palette()
    figure = go.Figure(_coloured(chart.figure, colours))
    axis = {"gridcolor": colours["--hair"], "linecolor": colours["--line"], "zeroline": False}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    margin = {**chart.figure["layout"]["margin"], "t": 60}
    layout = {
        "font": {"color": colours["--text"]},
        "paper_bgcolor": colours["--paper"],
        "plot_bgcolor": colours["--paper"],
    }
    title = {
        "text": "<br>".join(plain(line) for line in wrap(chart.title, LETTERS)),
        "font": {"size": 15},
        "x": 0.01,
        "xanchor": "left",
    }
    return figure.update_layout(
        title=title, width=WIDTH, height=chart.height + 44, margin=margin, showlegend=False, **layout
    )


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
