"""The records behind headline figures and findings, a CSV each, beside the report."""

from __future__ import annotations

import hashlib

import pandas as pd

from pipeline.drill import rows_behind
from pipeline.findings import MOST
from pipeline.findings.record import Finding
from pipeline.report.collect import Collected
from pipeline.report.tables import safe
from pipeline.report.tiles import headline
from pipeline.results import Results

SHOWN = (
    "is_telling", "is_met", "started_at", "offered_at", "created_at", "evaluated_at", "answered_on", "promised_at", "due_at",
    "kept_at", "agent", "team", "queue", "topic", "channel", "outcome", "ended_by", "wait_s", "talk_s", "handle_s",
    "first_reply_s", "return_after_s", "score", "is_pec", "is_resolved", "contacts", "complaints", "is_abusive", "source",
    "conversation_id", "source_ref", "recording_ref",
)  # fmt: skip


def row_files(results: Results, data: Collected) -> dict[str, str]:
    """File name -> CSV text, for each headline KPI that has a figure."""
    names = {name for group in headline(data).values() for name in group}
    weeks = {name: data.week_of(name) for name in sorted(names)}
    frames = {name: _records(results, name, week) for name, week in weeks.items() if week}
    return {f"{name}.csv": _text(frame) for name, frame in frames.items() if len(frame)}


def evidence_files(data: Collected) -> dict[str, str]:
    """File name -> CSV text, for each finding that counts single records: the first of those."""
    behind = {evidence_file(finding): finding.evidence.first for finding in data.findings}
    return {name: _text(records) for name, records in behind.items() if records is not None}


def evidence_file(finding: Finding) -> str:
    """The same for the same finding, since pages of all languages lead there; names of people are not fit for files."""
    return f"finding-{hashlib.sha256(finding.id.encode()).hexdigest()[:12]}.csv"


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
    texts = {name: shown[name].map(safe, na_action="ignore") for name in shown.select_dtypes(["object", "string"])}
    text: str = shown.assign(**texts).to_csv(index=False, lineterminator="\r\n")
    return "\ufeff" + text
