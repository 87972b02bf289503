"""What a finding is: one statement about a centre, with its figures, its certainty and the way to its records."""

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
"""The first three are of a week, the next three of a person or group, `seen` states what was counted; `untold`: there is no
comparison that would tell it."""
NAMED: frozenset[Verdict] = frozenset({"improved", "worsened", "changed", "better", "worse", "different"})
"""Verdicts that must hardly ever be chance: they are given by the false-discovery rate over the whole page."""
RELATIONS_LEVEL = 0.975
"""Of the limits of the page's two slopes, on handle time and on occupancy: by chance one page in twenty at most shows one."""
TELL_APART = ("measure", "kpi", "band")
"""Labels that tell findings of one kind apart."""
MOST = 20.0
"""Powers of ten above which no surprise weighs more."""

GROUPS = {
    "newcomers": ("people", "others"),
    "experience": ("people", "others"),
    "skills_resolution_inferred": ("people", "others"),
    "skills_pec_rate": ("people", "others"),
    "leavers": ("left",),
    "before_after": ("people", "others"),
    "quarter": ("people",),
}
"""Kinds that tell something of groups of people, and their figures that count the people of each."""


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
    """Which rows of a published fact a finding counts, in SQL over its columns.

    telling: of a whole population, the rows that make a rate what it is; they come first. order: a figure, the largest first.
    keys: tables of text that the SQL may name.
    """

    fact: str
    counts: str
    telling: str = ""
    order: str = ""
    keys: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """The KPI that a finding rests on, the way to its records (None: of single ones there are none) and the first of them:
    `first` with all that is known of them, `rows` their names."""

    kpi: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    records: Records | None = field(default=None, compare=False, repr=False)
    first: pd.DataFrame | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Finding:
    """`kind` and `verdict` choose the wording, `figures` and `labels` fill it.

    whom: dimension -> value, empty for the whole centre. weeks: the first and the last it speaks of.
    weight: -log10 of the p-value where there is one, at most 20; else ten times the share of the centre's contacts, cases or
    letters that it concerns. definition: of the KPI in the evidence. parts: what it counts one by one, of no single person.
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
        """All that may be written down of it: the first of its records, not the way to them."""
        plain = asdict(replace(self, evidence=replace(self.evidence, records=None, first=None)))
        del plain["evidence"]["records"], plain["evidence"]["first"]
        return {"id": self.id, **plain}


def place(finding: Finding) -> tuple[int, float, str, list[tuple[str, str]]]:
    """Where it stands among others: what names somebody or a change first, then by weight."""
    rank = 0 if finding.verdict in NAMED else 1 if finding.verdict == "seen" else 2
    return rank, -finding.weight, finding.kind, sorted(finding.whom.items())


def seen(low: float, high: float) -> Verdict:
    """Of a change by its limits: seen where they do not hold zero."""
    return "seen" if low * high > 0 else "no_detectable_change"


def weight_of(p: float) -> float:
    """Surprise in powers of ten."""
    return MOST if p <= 10**-MOST else -log10(p)
