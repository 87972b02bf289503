"""The records behind headline figures and findings, a CSV each, beside the report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.drill import rows_behind
from pipeline.findings.record import Finding
from pipeline.report.collect import Collected
from pipeline.report.tables import safe
from pipeline.report.tiles import GROUPS, choose
from pipeline.results import Results

MOST = 500
"""Records of a headline's file: those to look at first come first, and the command `rows` has them all."""
FEWER = 100
"""Records of a finding's file: there are dozens of findings."""
SHOWN = (
    "is_met", "started_at", "offered_at", "evaluated_at", "answered_on", "agent", "team", "queue", "topic", "channel",
    "outcome", "wait_s", "talk_s", "handle_s", "score", "is_pec", "is_resolved", "contacts", "source", "conversation_id",
    "source_ref", "recording_ref",
)  # fmt: skip


def row_files(results: Results, data: Collected) -> dict[str, str]:
    """File name -> CSV text, for each headline KPI that has a figure."""
    names = {choose(data, name) for group in GROUPS.values() for name in group}
    weeks = {name: data.week_of(name) for name in sorted(names)}
    frames = {name: _records(results, name, week) for name, week in weeks.items() if week}
    return {f"{name}.csv": _text(frame) for name, frame in frames.items() if len(frame)}


def evidence_files(results: Results, data: Collected) -> dict[str, str]:
    """File name -> CSV text, for each finding that rests on records of its own; equal evidence is one file."""
    told = {evidence_name(data.findings, finding): finding for finding in data.findings if finding.evidence.kpi}
    return {f"{name}.csv": _text(_evidence(results, finding)) for name, finding in told.items()}


def evidence_name(findings: Sequence[Finding], finding: Finding) -> str:
    """finding-3: by place, for names of people are not fit for files; of equal evidence the first place counts."""
    asked = (finding.evidence.kpi, finding.evidence.where, finding.weeks)
    places = (i for i, one in enumerate(findings, 1) if (one.evidence.kpi, one.evidence.where, one.weeks) == asked)
    return f"finding-{next(places)}"


def _evidence(results: Results, finding: Finding) -> pd.DataFrame:
    first, last = finding.weeks
    where = {name: value for name, value in finding.evidence.where.items() if name != "week"}
    return rows_behind(results, finding.evidence.kpi, f"week between '{first}' and '{last}'", where=where, most=FEWER)


def _records(results: Results, name: str, week: str) -> pd.DataFrame:
    kpi = results.catalogue[name]
    if kpi.met is None:
        return rows_behind(results, name, f"week = '{week}'", most=MOST)
    wanted_first = kpi.better == "lower"
    parts = [
        rows_behind(results, name, f"week = '{week}'", met=met, most=MOST).assign(is_met=met)
        for met in (wanted_first, not wanted_first)
    ]
    return pd.concat([part for part in parts if len(part)] or parts[:1]).head(MOST)


def _text(frame: pd.DataFrame) -> str:
    shown = frame[[name for name in SHOWN if name in frame and frame[name].notna().any()]]
    text: str = shown.map(lambda v: safe(v) if isinstance(v, str) else v).to_csv(index=False, lineterminator="\r\n")
    return "\ufeff" + text
