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

    text, number, instant = "string", "float64", "datetime64[us]"
    types = {
        "card": text, "criterion": text, "weight": number, "is_critical": "bool", "score_min": number, "score_max": number,
        "valid_from": instant, "valid_to": instant,
    }  # fmt: skip
    return pd.DataFrame(_rows(scorecards, zone), columns=[*types]).astype(types)


def _rows(scorecards: tuple[Scorecard, ...], zone: str) -> list[tuple[object, ...]]:
    """A criterion each; of cards of one name each lasts until the next."""
    versions: defaultdict[str, list[Scorecard]] = defaultdict(list)
    for card in sorted(scorecards, key=lambda card: card.valid_from or date.min):
        versions[card.name].append(card)
    rows: list[tuple[object, ...]] = []
    for cards in versions.values():
        for card, following in zip(cards, [*cards[1:], None], strict=True):
            begins = EVER if card.valid_from is None else midnight(card.valid_from, zone)
            ends = NEVER if following is None or following.valid_from is None else midnight(following.valid_from, zone)
            for name, criterion in card.criteria.items():
                rows.append(
                    (card.name, name, criterion.weight, criterion.critical, criterion.min, criterion.max, begins, ends)
                )
    return rows
