"""What a finding says of its records in numbers: how many there are, and which part of them makes its case."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.findings.record import Finding


def told(finding: Finding, better: str | None) -> dict[str, Any]:
    """Of `counted` the numbers that the finding says; `better` is the good side of its KPI."""
    figures = finding.figures
    first = next(iter(figures.values()))
    n, value = first.n or 0, first.value
    match finding.kind:
        case "person" if first.unit == "share":
            return {"rows": round(n * value if finding.labels["side"] == "above" else n * (1 - value))}
        case "nobody" | "nobody_else":
            return {"people": value}
        case "targets":
            return {"people": value, "telling_people": figures["quick_only"].value}
        case "hurried":
            return {"rows": value}
        case "promises_broken" | "after_complaint" | "abuse":
            return {"rows": figures["met"].value}
        case "topic":
            return {"rows": round(n * value)}
        case "newcomers":
            return {"rows": n, "telling": 1 - value, "people": figures["people"].value}
        case "skills_resolution_inferred" | "skills_pec_rate":
            return {"rows": n, "telling": figures["with"].value / n}
        case "staffing":
            return {"rows": figures["seen"].n}
        case "week" if first.unit == "share":
            return {"weighed": 1 - value if better == "higher" else value}
        case "week":
            return {"rows": value} if finding.labels["kpi"] in ("offered", "tickets_created") else {}
        case _:
            return {"rows": n}


def counted(rows: pd.DataFrame) -> dict[str, Any]:
    """Of evaluations the judged contacts, each with the share of its evaluations that tell; `weighed` by what it stands for."""
    telling = rows["is_telling"].astype(float) if "is_telling" in rows else pd.Series(0.0, rows.index)
    weights = pd.Series(1.0, rows.index)
    if "evaluation_id" in rows:
        contact = ["contact_source", "conversation_id", "is_written"]
        each = rows.assign(is_telling=telling).groupby([*contact, "agent"], as_index=False)
        rows = each[["is_telling", "stands_for"]].mean()
        telling, weights = rows["is_telling"], rows["stands_for"]
    people = {"people": rows["agent"].nunique(), "telling_people": rows.loc[telling > 0, "agent"].nunique()}
    weighed = (telling * weights).sum() / weights.sum() if len(rows) else 0.0
    return {"rows": len(rows), "telling": pytest.approx(telling.mean()), "weighed": pytest.approx(weighed), **people}
