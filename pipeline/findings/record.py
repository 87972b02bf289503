"""What a finding is: one statement about a centre, with its figures, its certainty and its records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from math import log10
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal[
    "improved", "worsened", "changed", "better", "worse", "different", "seen", "no_detectable_change", "too_few",
    "untold",
]  # fmt: skip
"""The first three are about a week, the next three about a person or group; `seen` states what was counted; `untold`:
no comparison can tell."""
NAMED: frozenset[Verdict] = frozenset({"improved", "worsened", "changed", "better", "worse", "different"})
"""Verdicts that must rarely be chance: given under the false-discovery rate of the whole page."""
RELATIONS_LEVEL = 0.975
"""Level of the limits of the page's two slopes, on handle time and on occupancy: chance shows one on at most one page
in twenty."""
TELL_APART = ("measure", "kpi", "band")
"""Labels that distinguish findings of one kind."""
MOST = 20.0
"""Largest weight of a surprise, in powers of ten."""

GROUPS = {
    "newcomers": ("people", "others"),
    "experience": ("people", "others"),
    "skills_resolution_inferred": ("people", "others"),
    "skills_pec_rate": ("people", "others"),
    "leavers": ("left",),
    "before_after": ("people", "others"),
    "quarter": ("people",),
}
"""Kinds about groups of people, and the figures that count the people of each."""


@dataclass(frozen=True)
class Figure:
    """A number with its unit, its interval where it has one, and the rows it rests on.

    Intervals are of 95 %, of slopes RELATIONS_LEVEL, of what was done with teams 95 % for all of a page at once (Bonferroni).
    """

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Records:
    """The rows of a published fact that a finding counts, as SQL over its columns.

    telling: those among them that make a rate what it is; they come first. order: a figure, the largest first. keys:
    tables of text that the SQL may name.
    """

    fact: str
    counts: str
    telling: str = ""
    order: str = ""
    keys: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """The KPI that a finding rests on, its records (None if there are no single ones) and the first of them: `first`
    with all that is known of them, `rows` their names."""

    kpi: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    records: Records | None = field(default=None, compare=False, repr=False)
    first: pd.DataFrame | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Finding:
    """`kind` and `verdict` choose the wording, `figures` and `labels` fill it.

    whom: dimension -> value, empty for the whole centre. weeks: the first and last that it is about. weight: -log10 of
    the p-value where there is one, at most 20; otherwise ten times the share of the centre's contacts, cases or letters
    concerned. definition: of the KPI in the evidence. parts: what it lists one by one, never single persons.
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
    parts: tuple[dict[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Its name among the findings of a week, such as person-hurried-a005."""
        told = [self.labels[name] for name in TELL_APART if name in self.labels]
        return "-".join([self.kind, *told, *self.whom.values()])

    def document(self) -> dict[str, Any]:
        """All of it that may be written down: the first of its records, not the SQL for them."""
        plain = asdict(replace(self, evidence=replace(self.evidence, records=None, first=None)))
        del plain["evidence"]["records"], plain["evidence"]["first"]
        return {"id": self.id, **plain}


def place(finding: Finding) -> tuple[int, float, str, list[tuple[str, str]]]:
    """Sort key: what names somebody or a change first, then by weight."""
    rank = 0 if finding.verdict in NAMED else 1 if finding.verdict == "seen" else 2
    return rank, -finding.weight, finding.kind, sorted(finding.whom.items())


def seen(low: float, high: float) -> Verdict:
    """The verdict on a difference by its limits: seen if they exclude zero."""
    return "seen" if low * high > 0 else "no_detectable_change"


def weight_of(p: float) -> float:
    """Surprise in powers of ten: -log10 of p, at most MOST."""
    return MOST if p <= 10**-MOST else -log10(p)
