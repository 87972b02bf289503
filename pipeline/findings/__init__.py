"""What there is to say about a week: typed statements with their figures, certainty and evidence. Knows no HTML."""

from __future__ import annotations

from pipeline.findings import (
    changes,
    hurried,
    newcomers,
    outcomes,
    people,
    skills,
    staffing,
    targets,
    topics,
    tradeoff,
    wellbeing,
)
from pipeline.findings.centre import look
from pipeline.findings.record import NAMED, Finding
from pipeline.results import Results
from pipeline.settings import Settings

__all__ = ["Finding", "find_all"]
MODULES = (changes, people, tradeoff, hurried, topics, outcomes, newcomers, skills, staffing, targets, wellbeing)


def find_all(results: Results, settings: Settings, week: str | None = None) -> list[Finding]:
    """Everything, what names somebody or a change first, then by weight. Raises NoData for a week that is not published."""
    centre = look(results, settings, week)
    found = [finding for module in MODULES for finding in module.find(centre)]
    return sorted(found, key=lambda f: (_rank(f), -f.weight, f.kind, sorted(f.whom.items())))


def _rank(finding: Finding) -> int:
    return 0 if finding.verdict in NAMED else 1 if finding.verdict == "seen" else 2
