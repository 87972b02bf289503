"""Names beside the marks of a chart of one size, where they cover nothing else that is drawn, as pages place them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.report.charts import ALWAYS, Figure

LETTER, HIGH, GAP = 6.8, 14, 6
"""Pixels: of a letter of 12 px, also Cyrillic, of a line, and beside a name."""
ABOVE = {"top": -20, "middle": -7, "bottom": 4}
"""Pixels from a mark down to the top of its name."""
BEFORE = {"left": 1.0, "center": 0.5, "right": 0.0}
"""The part of a name that stands left of its mark."""
WHISKER, MARK, NAME = 1, 100, 10_000
"""What it costs a name to cover one: of marks and lines across the chart it has none to cover, unless it stands always."""
ROOM = 3
"""Of marks whose names stand always, so many times their size: a name nearer would be read as theirs."""


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float = HIGH

    def covers(self, other: Box) -> bool:
        is_beside = self.x >= other.x + other.width or other.x >= self.x + self.width
        return not is_beside and self.y <= other.y + other.height and other.y <= self.y + self.height

    def holds(self, mark: tuple[float, float]) -> bool:
        return 0 <= mark[0] - self.x <= self.width and 0 <= mark[1] - self.y <= self.height


@dataclass(frozen=True)
class Sheet:
    """A chart and what stands on it: things with what it costs to cover them, and the names that have their place."""

    layout: Figure
    things: Sequence[tuple[int, Box]]
    names: list[Box] = field(default_factory=list)

    def with_names(self, trace: Figure) -> Figure:
        """The trace with each name where it covers least; what would cover more than whiskers is left to hover,
        of names that stand always what would cover another name."""
        sides = []
        for name, position, x, y in zip(trace["text"], trace["textposition"], trace["x"], trace["y"], strict=True):
            mark = _pixels(self.layout, x, y)
            boxes = {side: _box(name, side, mark) for side in _sides(position)}
            costs = {side: self._cost(box, mark) for side, box in boxes.items()}
            best = min(costs, key=lambda side: costs[side])
            is_shown = name and costs[best] < (NAME if _stands_always(trace) else MARK)
            self.names.extend([boxes[best]] if is_shown else [])
            sides.append(best if is_shown else "")
        texts = [name if side else "" for name, side in zip(trace["text"], sides, strict=True)]
        return trace | {"text": texts, "textposition": [side or "top right" for side in sides]}

    def _cost(self, box: Box, mark: tuple[float, float]) -> int:
        """How much a name would cover; what covers its own mark cannot be kept clear of."""
        is_over_the_edge = not 0 <= box.x <= _across(self.layout) - box.width
        covered = sum(cost for cost, thing in self.things if box.covers(thing) and not thing.holds(mark))
        return covered + NAME * (is_over_the_edge + sum(map(box.covers, self.names)))


def apart(data: Sequence[Figure], layout: Figure) -> list[Figure]:
    """The traces with each name on the side of its mark where it covers least; names that stand always choose first."""
    named = [trace for trace in data if "text" in trace.get("mode", "")]
    if not named:
        return list(data)
    whiskers = [(WHISKER, line) for trace in data for line in _whiskers(trace, layout)]
    sheet = Sheet(layout, [*((MARK, thing) for thing in (*_marks(data, layout), *_lines(layout))), *whiskers])
    in_order = sorted(named, key=_stands_always, reverse=True)
    placed = {id(trace): sheet.with_names(trace) for trace in in_order}
    return [placed.get(id(trace), trace) for trace in data]


def _stands_always(trace: Figure) -> bool:
    return bool(trace.get("meta") == ALWAYS)


def _marks(data: Sequence[Figure], layout: Figure) -> list[Box]:
    """Whatever is drawn at the points of a chart."""
    boxes = []
    for trace in data:
        size = trace["marker"]["size"] * (ROOM if _stands_always(trace) else 1) if "markers" in trace["mode"] else 0
        at = [_pixels(layout, x, y) for x, y in zip(trace["x"], trace["y"], strict=True) if size]
        boxes += [Box(x - size / 2, y - size / 2, size, size) for x, y in at]
    return boxes


def _lines(layout: Figure) -> list[Box]:
    """Those across the whole chart."""
    ends = [
        (_pixels(layout, line["x0"], line["y1"]), _pixels(layout, line["x1"], line["y0"]))
        for line in layout.get("shapes", [])
    ]
    return [_between(*both) for both in ends]


def _whiskers(trace: Figure, layout: Figure) -> list[Box]:
    """The lines through its marks, across and up."""
    boxes, none = [], {"array": [0] * len(trace["x"]), "arrayminus": [0] * len(trace["x"])}
    across, up = trace.get("error_x", none), trace.get("error_y", none)
    for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        left, right = (_pixels(layout, at, y) for at in (x - across["arrayminus"][i], x + across["array"][i]))
        top, bottom = (_pixels(layout, x, at) for at in (y + up["array"][i], y - up["arrayminus"][i]))
        boxes += [_between(left, right), _between(top, bottom)]
    return boxes


def _between(start: tuple[float, float], end: tuple[float, float]) -> Box:
    return Box(*start, end[0] - start[0], end[1] - start[1])


def _sides(position: str) -> list[str]:
    """Its own place first, then those that it has for a mirror image, then above, below and beside."""
    up, beside = position.split()
    if up == "middle":
        return [position]
    over, across = {"top": "bottom", "bottom": "top"}[up], {"left": "right", "right": "left"}[beside]
    mirrored = [position, f"{up} {across}", f"{over} {beside}", f"{over} {across}"]
    return [*mirrored, f"{up} center", f"{over} center", f"middle {beside}", f"middle {across}"]


def _box(name: str, side: str, mark: tuple[float, float]) -> Box:
    up, beside = side.split()
    width = LETTER * len(name) + GAP
    return Box(mark[0] - BEFORE[beside] * width, mark[1] + ABOVE[up], width)


def _across(layout: Figure) -> float:
    """Pixels between the left edge of the plot and its right."""
    return float(layout["width"] - layout["margin"]["l"] - layout["margin"]["r"])


def _pixels(layout: Figure, x: float, y: float) -> tuple[float, float]:
    """Of a mark, from the left and from the top of the plot."""
    (left, right), (bottom, top) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    down = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    return (x - left) / (right - left) * _across(layout), (top - y) / (top - bottom) * down
