"""Speed beside quality in one line, above all sentences: the few figures that a reader looks up first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from pipeline.report.figures import RESOLUTION, SPEED
from pipeline.report.tiles import Tile

SHOWN = frozenset(
    chain(
        ("service_level", "abandonment", *SPEED),
        ("first_reply_p50", "sla_met", "sla_met_stated", "backlog"),
        ("pec_rate", *RESOLUTION, "repeat_7d"),
    )
)
"""Of calls, of tickets where there are no calls, of quality."""


def glance(tiles: Mapping[str, Sequence[Tile]]) -> dict[str, list[Tile]]:
    """Of each group those of them that have a figure; no group without one."""
    known = {group: [tile for tile in shown if tile.value and tile.kpi.id in SHOWN] for group, shown in tiles.items()}
    return {group: shown for group, shown in known.items() if shown}
