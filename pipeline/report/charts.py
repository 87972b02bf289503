"""Charts as plotly figures in plain dictionaries: no colours of their own (the page's tokens `--name` are put in when
they are drawn), no text that plotly would read as markup, numbers rounded to what a screen can show.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline.report.tables import Table
from pipeline.report.words import Words

Figure = dict[str, Any]
MARGIN = {"l": 52, "r": 24, "t": 16, "b": 40}
ALWAYS = "always"
"""`meta` of a trace whose names stand on every chart, whatever they cover."""
FEWEST = 3
"""Marks without which an axis cannot be read."""
STEPS = {
    "s": (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600),
    "h": (0.1, 0.2, 0.5, 1, 2, 3, 4, 6, 12, 24),
}


@dataclass(frozen=True)
class Key:
    """What the marks of one colour stand for."""

    mark: Literal["dot", "diamond", "square", "dash", "name"]
    colour: str
    text: str


@dataclass(frozen=True)
class Chart:
    """A figure, its finding as title, what it shows for who cannot see it, and its numbers.

    What a page says once for several charts, one shown alone has to say itself: `legend`, `said` (sentences), and
    `axes` (across, up) where the figure does not name them.
    """

    id: str
    title: str
    alt: str
    height: int
    figure: Figure
    table: Table
    note: str = ""
    legend: tuple[Key, ...] = ()
    said: tuple[str, ...] = ()
    axes: tuple[str, str] = ("", "")

    def below(self, *said: str) -> Chart:
        """With what stands above it on a page."""
        return replace(self, said=(*filter(None, said), *self.said))


def plain(text: str) -> str:
    """Text that plotly shows as it is: it reads a subset of HTML in labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def folded(text: str) -> str:
    """In two lines as alike as words allow: two such texts stand side by side on a phone."""
    breaks = [i for i, letter in enumerate(text) if letter == " "]
    at = min(breaks, key=lambda i: abs(2 * i + 1 - len(text)), default=None)
    return text if at is None else f"{text[:at]}\n{text[at + 1 :]}"


def number(value: float | None) -> float | None:
    """Five digits; None for what is not known."""
    return None if value is None or math.isnan(value) else float(f"{value:.5g}")


def numbers(values: Iterable[float | None]) -> list[float | None]:
    return [number(value) for value in values]


def bounds(values: Iterable[float | None], pad: float = 0.06) -> tuple[float, float]:
    """The range that holds all known values, with room around them."""
    known = [v for v in values if v is not None and not math.isnan(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = (high - low) * pad or abs(high) * pad or 1.0
    return low - room, high + room


def step(span: float, unit: str, wanted: int = 5) -> float:
    """A round distance between marks."""
    rough = span / wanted
    if unit in STEPS:
        longest = STEPS[unit][-1]
        return next((s for s in STEPS[unit] if s >= rough), math.ceil(rough / longest) * longest)
    size = 10.0 ** math.floor(math.log10(rough))
    return next(f * size for f in (1, 2, 5, 10) if f * size >= rough * 0.999)


def axis(words: Words, unit: str, low: float, high: float, wanted: int = 5, **more: Any) -> Figure:
    """An axis whose marks are written as the language writes them; shares never leave 0 to 100 %."""
    if unit != "difference":
        low = max(low, 0.0)
    gap, marks = _marks(unit, low, high, wanted)
    if len(marks) < FEWEST:
        gap, marks = _marks(unit, low, high, 2 * wanted)
    digits = max(0, -math.floor(math.log10(gap * (100 if unit == "share" else 1)) + 1e-9))
    texts = [words.figure(unit, mark, digits) for mark in marks]
    return {"range": numbers([low, high]), "tickvals": numbers(marks), "ticktext": texts, "fixedrange": True, **more}


def _marks(unit: str, low: float, high: float, wanted: int) -> tuple[float, list[float]]:
    """The distance between marks, and the marks."""
    gap = step(high - low, unit, wanted)
    gap = max(gap, 1) if unit == "count" else gap
    marks = [k * gap for k in range(math.ceil(low / gap - 1e-9), math.floor(high / gap + 1e-9) + 1)]
    return gap, [m for m in marks if unit != "share" or m <= 1 + 1e-9]


def week_axis(words: Words, weeks: Sequence[str]) -> Figure:
    """Weeks by the number of their place, at most five of them named by their Monday."""
    every = max(1, math.ceil(len(weeks) / 5))
    named = [i for i in range(len(weeks)) if (len(weeks) - 1 - i) % every == 0]
    return named_axis(named, [words.short_week(weeks[i]) for i in named], range=[-0.6, len(weeks) - 0.4])


def named_axis(places: Sequence[float], names: Sequence[str], **more: Any) -> Figure:
    """An axis whose marks have names of their own."""
    return {"tickvals": list(places), "ticktext": list(names), "fixedrange": True, "showgrid": False, **more}


def joined(x: Sequence[Any], y: Sequence[Any], texts: Sequence[str], size: int) -> Figure:
    """Points with a line through them."""
    line = {"color": "--ink", "width": 2}
    return points(x, y, texts, "--ink", mode="lines+markers", line=line, marker={"size": size})


def box(x: tuple[float, float], y: tuple[float, float], colour: str) -> Figure:
    """A filled rectangle behind the data."""
    (x0, x1), (y0, y1) = x, numbers(y)
    return {
        "type": "rect",
        "layer": "below",
        "x0": x0,
        "x1": x1,
        "y0": y0,
        "y1": y1,
        "fillcolor": colour,
        "line": {"width": 0},
    }


def rule(colour: str, dash: str = "solid", **place: Any) -> Figure:
    """A straight line behind the data. Its ends are places on the axes: plotly hides others below filled rectangles."""
    return {"type": "line", "layer": "below", "line": {"color": colour, "width": 1, "dash": dash}, **place}


def level(y: float, xaxis: Figure, colour: str) -> Figure:
    """A dashed line across the whole chart."""
    x0, x1 = xaxis["range"]
    return rule(colour, "dash", x0=x0, x1=x1, y0=number(y), y1=number(y))


def upright(x: float, yaxis: Figure, colour: str, dash: str = "dot") -> Figure:
    """A line from top to bottom."""
    y0, y1 = yaxis["range"]
    return rule(colour, dash, y0=y0, y1=y1, x0=number(x), x1=number(x))


def note(text: str, x: float, y: float, **more: Any) -> Figure:
    """Text at a place; a line break in it begins a new line."""
    return {"text": plain(text).replace("\n", "<br>"), "x": number(x), "y": number(y), "showarrow": False, **more}


def points(x: Sequence[Any], y: Sequence[Any], texts: Sequence[str], colour: str, **more: Any) -> Figure:
    """Marks with a text of our own on hover."""
    marker = {"color": colour, "size": 8, **more.pop("marker", {})}
    return {
        "type": "scatter", "mode": "markers", "x": numbers(x), "y": numbers(y), "marker": marker,
        "hovertext": [plain(text) for text in texts], "hoverinfo": "text", **more,
    }  # fmt: skip


def bars(
    x: Sequence[Any], y: Sequence[Any], texts: Sequence[str], colour: str, outline: str = "", **more: Any
) -> Figure:
    """Columns with a text of our own on hover."""
    marker = {"color": colour, **({"line": {"color": outline, "width": 0.5}} if outline else {})}
    return {
        "type": "bar", "x": numbers(x), "y": numbers(y), "marker": marker,
        "hovertext": [plain(text) for text in texts], "hoverinfo": "text", **more,
    }  # fmt: skip


def whisker(low: Sequence[float], value: Sequence[float], high: Sequence[float], colour: str) -> Figure:
    """Error bars from the bounds of an interval."""
    return {
        "type": "data", "symmetric": False, "array": numbers(h - v for h, v in zip(high, value, strict=True)),
        "arrayminus": numbers(v - b for v, b in zip(value, low, strict=True)), "color": colour, "thickness": 1, "width": 0,
    }  # fmt: skip


def figure(data: list[Figure], xaxis: Figure, yaxis: Figure, **layout: Any) -> Figure:
    return {"data": data, "layout": {"xaxis": xaxis, "yaxis": yaxis, "margin": MARGIN, **layout}}
