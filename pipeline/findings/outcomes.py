"""Promises broken, matters settled only after a complaint, abuse met: shares of what was counted."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.findings.centre import Centre
from pipeline.findings.record import Figure, Finding, Records
from pipeline.statistics.clustered import share_limits
from pipeline.statistics.intervals import wilson


@dataclass(frozen=True)
class Counted:
    """A share of a published fact: of the rows that `counts`, those that are `met`; named by a KPI of the catalogue.

    Only rows preceded by as much data as the KPI asks for count.
    """

    kind: str
    kpi: str
    fact: str
    counts: str
    met: str


BEGUN_BY_COMPLAINT = """select case_id from fact_case_contacts where contacts = 1 and complaints > 0
    and not (is_written
        and (source, conversation_id) in (select source, ticket_id from fact_tickets where complained_at > created_at))"""
"""SQL: cases whose first contact is the complaint: nothing was asked before. A ticket may complain later."""
SHARES = (
    Counted("promises_broken", "promises_kept", "fact_promises", "is_kept is not null", "not is_kept"),
    Counted(
        "after_complaint",
        "case_complaints",
        "fact_cases",
        "is_over and is_resolved and contacts > 1",
        f"complaints > 0 and case_id not in ({BEGUN_BY_COMPLAINT})",
    ),
    Counted("abuse", "abuse_exposure", "fact_pec", "is_heard", "is_abusive"),
)


def find(centre: Centre) -> list[Finding]:
    return [finding for share in SHARES if centre.has(share.fact) for finding in _share(centre, share)]


def _share(centre: Centre, share: Counted) -> list[Finding]:
    kpi = centre.results.catalogue.kpis.get(share.kpi)
    if kpi is None:
        return []
    seen = f" and not {kpi.unseen}" if kpi.seen_days else ""
    where = f"{share.counts}{seen} and {centre.in_ripe}"
    n, met = (_count(centre, share.fact, rows) for rows in (where, f"{where} and {share.met}"))
    if n < centre.settings.report.small_group or not met:
        return []
    low, high = _limits(centre, share, where, met, n)
    records = Records(share.fact, f"{where} and {share.met}")
    figures = {"share": Figure(met / n, "share", low, high, n), "met": Figure(met, "count", n=n)}
    return [centre.state(share.kind, "seen", share.kpi, 10 * met / n, figures, records)]


def _limits(centre: Centre, share: Counted, where: str, met: int, n: int) -> tuple[float, float]:
    """Promises of one matter are often broken together, so limits follow how matters differ."""
    units = ", ".join(centre.results.catalogue.facts[share.fact].units)
    if not units:
        low, high = wilson(met, n)
    else:
        sums = centre.frame(
            "select count(*) as units, sum(x) as x, sum(n) as n, sum(x * x) as xx, sum(n * n) as nn, sum(x * n) as xn from "
            f"(select count(*) as n, count(case when {share.met} then 1 end) as x from {share.fact} "
            f"where {where} group by {units})"
        )
        low, high = share_limits(*sums.iloc[0])
    return float(low), float(high)


def _count(centre: Centre, fact: str, where: str) -> int:
    return int(centre.frame(f"select count(*) as n from {fact} where {where}")["n"][0])
