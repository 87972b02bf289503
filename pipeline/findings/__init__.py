"""What there is to say about a week: typed statements with their figures, certainty and evidence. Knows no HTML."""

from __future__ import annotations

from dataclasses import replace

from pipeline.drill import records_of
from pipeline.findings import (
    before_after,
    changes,
    hurried,
    newcomers,
    outcomes,
    people,
    pressed,
    quarter,
    skills,
    staffing,
    targets,
    topics,
    tradeoff,
    wellbeing,
)
from pipeline.findings.look import look
from pipeline.findings.record import Finding, place
from pipeline.results import Results
from pipeline.settings import Settings

__all__ = ["Finding", "find_all"]
MOST = 500
"""Records that a finding carries; the most telling come first, and the command `rows` has all of them."""
SHOWN = 20
ROW = ["source", "conversation_id", "source_ref"]
"""How many of the records a finding's document names, and which columns of them."""
MODULES = (
    changes, quarter, people, tradeoff, hurried, before_after, topics, outcomes, newcomers, skills, staffing, pressed, targets,
    wellbeing,
)  # fmt: skip


def find_all(results: Results, settings: Settings, week: str | None = None) -> list[Finding]:
    """All findings, those that name somebody or a change first, then by weight. Raises NoData for a week that is not
    published."""
    centre = look(results, settings, week)
    found = [finding for module in MODULES for finding in module.find(centre)]
    found.sort(key=place)
    return [_with_first(results, finding) for finding in found]


def _with_first(results: Results, finding: Finding) -> Finding:
    if finding.evidence.records is None:
        return finding
    first = records_of(results, finding.evidence.records, MOST)
    named = first[ROW].head(SHOWN).astype(object)
    rows = tuple(named.where(named.notna(), None).to_dict("records"))
    return replace(finding, evidence=replace(finding.evidence, rows=rows, first=first))
