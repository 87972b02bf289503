"""The scales of the settings' scorecards, as the rules of evaluations know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from pipeline.settings import Criterion, Scorecard

JUDGED = "mark_outside_scale"
"""The rule that holds a mark against its scale."""


def on_scales_of(cards: tuple[Scorecard, ...], contract: Contract) -> Contract:
    """The contract, its marks held against the scale that a card says, as in the figures, and else against their row's."""
    rules = tuple(
        rule.model_copy(update={"check": _on_scales(rule.check, cards)}) if rule.name == JUDGED else rule
        for rule in contract.rules
    )
    return contract.model_copy(update={"rules": rules})


def _on_scales(check: str, cards: tuple[Scorecard, ...]) -> str:
    """Of several versions of a card the widest scale: a row is read before it is known which holds for it."""
    versions: dict[str, list[Criterion]] = {}
    for card in cards:
        for name, criterion in card.criteria.items():
            versions.setdefault(name, []).append(criterion)
    lowest = {name: [one.min for one in criteria] for name, criteria in versions.items()}
    highest = {name: [one.max for one in criteria] for name, criteria in versions.items()}
    check = check.replace("score_min", _bound("score_min", "least", lowest))
    return check.replace("score_max", _bound("score_max", "greatest", highest))


def _bound(column: str, widest: str, stated: dict[str, list[float | None]]) -> str:
    """SQL: the row's own bound, where a version says none."""
    cases = [
        f"when {quoted(name)} then {widest}({', '.join(column if b is None else repr(float(b)) for b in bounds)})"
        for name, bounds in stated.items()
    ]
    return f"case criterion {' '.join(cases)} else {column} end" if cases else column
