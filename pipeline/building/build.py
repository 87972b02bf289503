"""Warehouse -> facts and KPI values of the weeks that are stale -> published results.

What is stale is asked of the warehouse, not of the load that was: a run that was killed heals on the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.building import case_tails
from pipeline.building.fed import Fed
from pipeline.building.plan import Plan, make_plan, portions
from pipeline.building.publish import publish, refresh_documents
from pipeline.building.publisher import Publisher
from pipeline.building.ticket_sources import knows_solving, ticket_sources
from pipeline.errors import NoData
from pipeline.kpis import Catalogue, catalogue_of
from pipeline.models import read_model
from pipeline.pec.store import lexicon_digest, score_new
from pipeline.results import layout

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

MODELS = (
    "core_agents", "core_customer_names", "core_customers", "core_queue_legs", "core_queue_stays", "core_queue_calls",
    "core_queue_member_events", "core_queue_memberships", "core_queue_states",
    "core_conversations_anew", "core_later_conversations", "core_hunts", "core_rings", "core_ring_waits", "core_legs",
    "core_calls",
    "core_handovers", "core_continued",
    "core_letter_authors", "core_messages", "core_ticket_threads", "core_ticket_openings", "core_tickets", "core_ticket_firsts",
    "core_ticket_histories", "core_ticket_events", "core_ticket_changes", "core_ticket_schedules", "core_ticket_states",
    "core_ticket_replies", "core_ticket_assignments", "core_ticket_spans", "core_ticket_stretches", "core_ticket_courses",
    "core_ticket_clocks",
    "core_letter_signs", "core_ticket_work", "core_ticket_taken", "core_ticket_order", "core_ticket_rules", "core_ticket_heads",
    "core_written_contacts",
    "core_conversations", "core_contacts", "core_horizon", "core_beginnings", "core_returns",
    "core_reached", "core_answered_alone", "core_statuses_alone",
    "core_agent_states", "core_agent_activities", "core_agent_stretches", "core_agent_pieces", "fact_agent_hours", "core_logins",
    "fact_calls",
    "fact_forecasts", "fact_contacts", "fact_letters", "core_contact_of",
    "core_evaluation_answers", "core_evaluations", "core_judged_weeks", "fact_evaluations", "fact_surveys",
    "fact_tickets", "fact_replies", "core_sla_clocks", "core_sla_targets", "core_sla_pieces", "fact_sla",
    "core_ticket_days", "core_ticket_flows", "fact_ticket_days", "core_promised_days", "core_promises",
    "fact_promises", "fact_pec",
    "core_contact_signs", "core_case_links", "core_case_steps", "core_case_contacts", "fact_case_contacts",
    "core_case_callbacks", "fact_cases", "fact_case_closings",
)  # fmt: skip
"""In the order they are computed."""
ONCE_READ = frozenset({
    "core_legs", "core_letter_authors", "core_ticket_events", "core_ticket_spans", "core_agent_activities",
    "core_case_contacts",
})  # fmt: skip
"""Models that one other reads, once: not worth a table."""
OF_SOURCES = ("core_beginnings", "core_answered_alone", "core_statuses_alone")
"""Models that tell of a source by all of its records: a new one may change weeks of long ago."""
UP_TO_CONTACTS = MODELS[: MODELS.index("core_contacts") + 1]
Progress = Callable[[str], None]


def build(warehouse: Warehouse, settings: Settings, checks: list[dict[str, Any]], progress: Progress) -> bool:
    """Rebuild and publish what is stale; False when everything was up to date already.

    Raises NoData when the warehouse holds no contact.
    """
    catalogue = catalogue_of(settings)
    digest = _digest(warehouse, catalogue, settings)
    publisher = Publisher(settings.results)
    try:
        plan = make_plan(warehouse, settings, digest, publisher.is_whole)
    except NoData:
        publisher.withdraw()
        raise
    if plan is None:
        return refresh_documents(warehouse, settings, catalogue, publisher, checks)
    from pipeline.building.week_files import Weeks  # pandas and scipy, for which a run with nothing new has no need

    score_new(warehouse, settings.pec.lexicons, progress)
    parts = portions(warehouse, settings, plan)
    weeks = Weeks(warehouse, settings, catalogue, publisher, plan.from_week or "")
    horizon = _horizon(warehouse, settings, parts, progress)
    for part in parts:
        compute(warehouse, settings, replace(part, seen_until=horizon), weeks.files("fact_case_contacts"), progress)
        weeks.write(part.weeks, progress)
    publish(weeks, plan, checks)
    _note_published(warehouse, plan, digest, horizon or _last_end(warehouse))
    return True


def _note_published(warehouse: Warehouse, plan: Plan, digest: str, horizon: datetime | None) -> None:
    """Nothing that the plan knew of is stale any more; what the next plan asks of this build."""
    open_since = warehouse.value(
        "select min(created_at) from core_tickets inner join core_ticket_clocks as clocks using (ticket_no) "
        "where clocks.status not in ('solved', 'closed', 'deleted')"
    )
    with warehouse.transaction():
        warehouse.sql.execute("delete from stale where mark <= ?", [plan.mark])
        instants = {
            "until": plan.until, "known_until": plan.known_until, "horizon": horizon, "open_since": open_since
        }  # fmt: skip
        told = {f"published_{name}": instant.isoformat() if instant else "" for name, instant in instants.items()}
        warehouse.note({"build_digest": digest} | told)


def _digest(warehouse: Warehouse, catalogue: Catalogue, settings: Settings) -> str:
    """Of everything besides the rows of their own weeks that facts and KPI values depend on."""
    sources = ticket_sources(warehouse)
    told_of_sources = [sorted(warehouse.sql.execute(read_model(name)).fetchall()) for name in OF_SOURCES]
    told = f"{case_tails.has_complaints(warehouse)}{sources}{knows_solving(warehouse, sources)}{told_of_sources}"
    digest = hashlib.sha256(f"{layout()}{catalogue.digest()}{lexicon_digest(settings.pec.lexicons)}".encode())
    relevant = settings.model_dump_json(
        include={
            "timezone",
            "queue_timezones",
            "parameters",
            "targets",
            "is_simulated",
            "schedules",
            "sla",
            "tickets",
            "regulation",
            "scorecards",
            "cases",
        }
    )
    return hashlib.sha256(digest.digest() + f"{relevant}{told}".encode()).hexdigest()


def _horizon(warehouse: Warehouse, settings: Settings, parts: list[Plan], progress: Progress) -> datetime | None:
    """The end of the last contact whose customer is known, where no single portion can tell: a return is seen up to it."""
    for part in reversed(parts):
        if len(parts) > 1:
            compute(warehouse, settings, part, {}, progress, UP_TO_CONTACTS)
            if found := _last_end(warehouse):
                return found
    return None


def _last_end(warehouse: Warehouse) -> datetime | None:
    found: datetime | None = warehouse.value("select max(ended_at) from core_contacts where customer is not null")
    return found


def compute(
    warehouse: Warehouse,
    settings: Settings,
    plan: Plan,
    cases: dict[str, Path],
    progress: Progress,
    models: tuple[str, ...] = MODELS,
) -> None:
    """The models as tables of their own names. `cases`: week -> file of fact_case_contacts, of the weeks before."""
    from pipeline.building.model_frames import prepare

    prepare(warehouse, settings, plan, cases)
    if settings.engine.name == "spark":
        from pipeline.engines.spark import open_spark

        open_spark(settings).compute(warehouse, models, ONCE_READ, progress)
        return
    warehouse.begin_models()
    fed = Fed(warehouse)
    for name in models:
        progress(f"computing {name}")
        is_fed = fed.feeds(name)
        answer = read_model(name) if is_fed else fed.nothing(name)
        kind = "temp view" if name in ONCE_READ else "table"
        place = name if name in ONCE_READ else f"{warehouse.models}.main.{name}"
        made = warehouse.sql.execute(f"create or replace {kind} {place} as {answer}").fetchall()
        if is_fed and made != [(0,)]:
            fed.filled.add(name)
