"""Scorecards of the settings as a table: one row a criterion of a version, valid from one local day until the next version's."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.zones import midnight

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.settings import Scorecard

EVER, NEVER = datetime(1990, 1, 1), datetime(9999, 1, 1)


def scorecard_frame(scorecards: tuple[Scorecard, ...], zone: str) -> pd.DataFrame:
    """card, criterion, weight, is_critical, score_min, score_max, valid_from, valid_to: UTC, days begin at midnight in `zone`."""
    import pandas as pd

    versions: defaultdict[str, list[Scorecard]] = defaultdict(list)
    for card in sorted(scorecards, key=lambda card: card.valid_from or date.min):
        versions[card.name].append(card)
    rows = []
    for cards in versions.values():
        for card, following in zip(cards, [*cards[1:], None], strict=True):
            begins = EVER if card.valid_from is None else midnight(card.valid_from, zone)
            ends = NEVER if following is None or following.valid_from is None else midnight(following.valid_from, zone)
            for name, criterion in card.criteria.items():
                rows.append(
                    (card.name, name, criterion.weight, criterion.critical, criterion.min, criterion.max, begins, ends)
                )
    columns = ["card", "criterion", "weight", "is_critical", "score_min", "score_max", "valid_from", "valid_to"]
    types = {
        "card": "string",
        "criterion": "string",
        "weight": "float64",
        "is_critical": "bool",
        "score_min": "float64",
        "score_max": "float64",
    }
    stamps = {"valid_from": "datetime64[us]", "valid_to": "datetime64[us]"}
    return pd.DataFrame(rows, columns=columns).astype(types | stamps)
