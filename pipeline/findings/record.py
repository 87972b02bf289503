"""What a finding is: one statement about a centre, with its figures, its certainty and the way to its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal[
    "improved", "worsened", "changed", "better", "worse", "different", "seen", "no_detectable_change", "too_few"
]
"""The first three are of a week, the next three of a person or group, `seen` states what was counted."""
NAMED: frozenset[Verdict] = frozenset({"improved", "worsened", "changed", "better", "worse", "different"})
"""Verdicts that must hardly ever be chance: they are given by the false-discovery rate over the whole page."""
CENTRE: dict[str, str] = {}


@dataclass(frozen=True)
class Figure:
    """A number with its unit, its 95 % interval where it has one, and the rows it rests on."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Evidence:
    """The way to the records: a KPI with its restriction, as `rows` takes them, and the first of them."""

    kpi: str
    where: dict[str, str] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Finding:
    """`kind` and `verdict` choose the wording, `figures` and `labels` fill it.

    whom: dimension -> value, empty for the whole centre. weeks: the first and the last it speaks of.
    weight: -log10 of the p-value where there is one, at most 20; else ten times the share of the centre's contacts, cases or
    letters that it concerns. definition: of the KPI in the evidence.
    """

    kind: str
    verdict: Verdict
    whom: dict[str, str]
    weeks: tuple[str, str]
    figures: dict[str, Figure]
    weight: float
    evidence: Evidence
    labels: dict[str, str] = field(default_factory=dict)
    definition: str = ""


MOST = 20.0


def weight_of(p: float) -> float:
    """Surprise in powers of ten."""
    from math import log10

    return MOST if p <= 10**-MOST else -log10(p)
