"""Names beside the marks of a chart of one size, where they cover neither each other nor the edge, as pages place them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.report.charts import Figure

LETTER, HIGH, GAP = 6.8, 14, 6
"""Pixels: of a letter of 12 px, also Cyrillic, of a line, and beside a name."""
ABOVE = {"top": -20, "middle": -7, "bottom": 4}
"""Pixels from a mark down to the top of its name."""


class Box(NamedTuple):
    x: float
    y: float
    width: float

    def covers(self, other: Box) -> bool:
        is_beside = self.x >= other.x + other.width or other.x >= self.x + self.width
        return not is_beside and abs(self.y - other.y) <= HIGH


def apart(data: Sequence[Figure], layout: Figure) -> list[Figure]:
    """The traces with each name on the first side of its mark that is free; one that has none is left to hover."""
    kept: list[Box] = []
    return [_placed(trace, layout, kept) if "text" in trace.get("mode", "") else trace for trace in data]


def _placed(trace: Figure, layout: Figure, kept: list[Box]) -> Figure:
    places = zip(trace["text"], trace["textposition"], trace["x"], trace["y"], strict=True)
    sides = [name and _side(name, position, _pixels(layout, x, y), layout, kept) for name, position, x, y in places]
    names = [name if side else "" for name, side in zip(trace["text"], sides, strict=True)]
    return trace | {"text": names, "textposition": [side or "top right" for side in sides]}


def _side(name: str, position: str, mark: tuple[float, float], layout: Figure, kept: list[Box]) -> str:
    """The first free side, which it takes; "" where none is."""
    for side in _sides(position):
        box = _box(name, side, mark)
        if 0 <= box.x <= _across(layout) - box.width and not any(map(box.covers, kept)):
            kept.append(box)
            return side
    return ""


def _sides(position: str) -> list[str]:
    """Its own place first, then those that it has for a mirror image."""
    up, beside = position.split()
    if up == "middle":
        return [position]
    over, across = {"top": "bottom", "bottom": "top"}[up], {"left": "right", "right": "left"}[beside]
    return [position, f"{up} {across}", f"{over} {beside}", f"{over} {across}"]


def _box(name: str, side: str, mark: tuple[float, float]) -> Box:
    up, beside = side.split()
    width = LETTER * len(name) + GAP
    return Box(mark[0] - (width if beside == "left" else 0), mark[1] + ABOVE[up], width)


def _across(layout: Figure) -> float:
    """Pixels between the left edge of the plot and its right."""
    return float(layout["width"] - layout["margin"]["l"] - layout["margin"]["r"])


def _pixels(layout: Figure, x: float, y: float) -> tuple[float, float]:
    """Of a mark, from the left and from the top of the plot."""
    (left, right), (bottom, top) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    down = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    return (x - left) / (right - left) * _across(layout), (top - y) / (top - bottom) * down
