"""Warehouse -> facts and KPI values of the weeks that are stale -> published results.

What is stale is asked of the warehouse, not of the load that was: a run that was killed heals on the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import case_tails, zones
from pipeline.errors import NoData
from pipeline.kpis import Catalogue, read_catalogue
from pipeline.models import read_model
from pipeline.pec.store import lexicon_digest, score_new
from pipeline.publish import publish, refresh_documents
from pipeline.results import Publisher
from pipeline.scorecards import scorecard_frame
from pipeline.ticket_frames import ticket_frames

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.warehouse import Warehouse

MODELS = (
    "core_agents", "core_customers", "core_queue_legs", "core_queue_stays", "core_queue_calls", "core_queue_states",
    "core_calls",
    "core_messages", "core_ticket_threads", "core_tickets", "core_ticket_changes", "core_ticket_schedules",
    "core_ticket_states", "core_ticket_replies", "core_ticket_assignments", "core_ticket_spans", "core_ticket_stretches",
    "core_ticket_clocks", "core_letter_signs", "core_ticket_work", "core_ticket_order", "core_ticket_rules",
    "core_ticket_heads", "core_written_contacts",
    "core_contacts", "core_returns", "core_agent_stretches", "core_agent_pieces",
    "fact_calls", "fact_forecasts", "fact_contacts", "fact_agent_hours", "core_contact_of", "fact_evaluations", "fact_surveys",
    "fact_tickets", "fact_replies", "core_sla_clocks", "core_sla_targets", "core_sla_pieces", "fact_sla",
    "core_ticket_days", "fact_ticket_days", "core_promises", "fact_promises", "fact_letters", "fact_pec",
    "core_contact_signs", "core_case_links", "core_case_contacts", "fact_case_contacts", "fact_cases", "fact_case_closings",
)  # fmt: skip
"""In the order they are computed."""
ONCE_READ = frozenset({"core_ticket_spans"})
"""Models that one other reads, once: not worth a table."""
LONGEST_WINDOW = timedelta(days=30)
MARGIN = timedelta(days=1)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to rebuild: weeks from `from_week` on, which begins at `start` (None: all), reading rows since `since`."""

    from_week: str | None
    start: datetime | None
    since: datetime
    until: datetime
    mark: int


def build(warehouse: Warehouse, settings: Settings, checks: list[dict[str, Any]], progress: Progress) -> bool:
    """Rebuild and publish what is stale; False when everything was up to date already.

    Raises NoData when the warehouse holds no contact.
    """
    catalogue = read_catalogue(settings.parameters, settings.regulation.off)
    digest = _digest(catalogue, settings)
    publisher = Publisher(settings.results)
    try:
        plan = _plan(warehouse, settings, digest, bool(publisher.previous))
    except NoData:
        publisher.withdraw()
        raise
    if plan is None:
        return refresh_documents(warehouse, settings, catalogue, publisher, checks)
    compute(warehouse, settings, publisher, plan, progress)
    publish(warehouse, settings, catalogue, publisher, plan.from_week or "", plan.until, checks, progress)
    horizon = warehouse.value("select max(ended_at) from core_contacts where customer is not null")
    open_since = warehouse.value(
        "select min(created_at) from core_tickets inner join core_ticket_clocks as clocks using (ticket_no) "
        "where clocks.status not in ('solved', 'closed', 'deleted')"
    )
    with warehouse.transaction():
        warehouse.sql.execute("delete from stale where mark <= ?", [plan.mark])
        warehouse.note("build_digest", digest)
        warehouse.note("published_until", plan.until.isoformat())
        for name, instant in (("published_horizon", horizon), ("published_open_since", open_since)):
            if instant is not None:
                warehouse.note(name, instant.isoformat())
    return True


def _digest(catalogue: Catalogue, settings: Settings) -> str:
    """Of everything besides the data that facts and KPI values depend on."""
    digest = hashlib.sha256(catalogue.digest().encode())
    for name in MODELS:
        digest.update(read_model(name).encode())
    digest.update(lexicon_digest(settings.pec.lexicons).encode())
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
    return hashlib.sha256(digest.digest() + relevant.encode()).hexdigest()


def _plan(warehouse: Warehouse, settings: Settings, digest: str, has_results: bool) -> Plan | None:
    until = _until(warehouse)
    earliest = warehouse.value(
        "select least((select min(offered_at) from raw_calls), (select min(happened_at) from raw_queue_events), "
        "(select min(created_at) from raw_tickets), (select min(sent_at) from raw_messages))"
    )
    if until is None or earliest is None:
        raise NoData(f"{warehouse.path}: no calls, tickets or letters are loaded yet")
    mark = int(warehouse.value("select coalesce(max(mark), 0) from stale"))
    everything = (
        not has_results
        or warehouse.noted("build_digest") != digest
        or bool(warehouse.value("select count(*) from stale where from_at is null"))
    )
    if everything:
        return Plan(None, None, earliest - MARGIN, until, mark)
    touched = warehouse.value("select min(from_at) from stale")
    if touched is None:
        return None
    touched = min(touched, until, *_noted_instants(warehouse))
    week = zones.week_of(touched - _reach(warehouse, touched) - MARGIN, settings.timezone)
    start = min(zones.week_start(week, zone) for zone in settings.zones)
    return Plan(week, start, max(start - LONGEST_WINDOW - MARGIN, earliest - MARGIN), until, mark)


def _reach(warehouse: Warehouse, touched: datetime) -> timedelta:
    """How long before the first touched contact one may have begun whose window it falls into: a contact counts as going on for
    at most a window itself, and those that lasted over a day are letters, chats and tickets."""
    long = warehouse.value(
        "select exists (from raw_tickets where created_at between $1 and $2) or "
        "exists (from raw_messages where sent_at between $1 and $2) or "
        "exists (select 1 from raw_calls where offered_at between $1 and $2 and conversation_id is not null "
        "group by conversation_id having max(ended_at) - min(offered_at) > interval 1 day)",
        [touched - 2 * LONGEST_WINDOW - MARGIN, touched - LONGEST_WINDOW],
    )
    return 2 * LONGEST_WINDOW if long else LONGEST_WINDOW


def _noted_instants(warehouse: Warehouse) -> list[datetime]:
    """As they were when last published: the data's end, that of contacts of known customers, the oldest open ticket."""
    noted = [warehouse.noted(name) for name in ("published_until", "published_horizon")]
    noted += [warehouse.noted("published_open_since")]
    return [datetime.fromisoformat(text) for text in noted if text]


def _until(warehouse: Warehouse) -> datetime | None:
    """The data's last instant."""
    until: datetime | None = warehouse.value(
        "select greatest((select max(greatest(offered_at, ended_at)) from raw_calls), "
        "(select max(happened_at) from raw_queue_events), "
        "(select max(greatest(created_at, solved_at, closed_at)) from raw_tickets), "
        "(select max(happened_at) from raw_ticket_events), (select max(sent_at) from raw_messages))"
    )
    return until


def prepare(warehouse: Warehouse, settings: Settings, published: Publisher, plan: Plan) -> None:
    """The small tables that models may name besides raw_ and core_ ones."""
    case_tails.prepare(warehouse, settings, published, plan.start)
    sql = warehouse.sql
    until = plan.until + timedelta(days=2)
    calendar = pd.concat([zones.calendar(zone, plan.since - MARGIN, until) for zone in settings.zones])
    frames = {
        "calendar": calendar,
        "build_range": pd.DataFrame({"since": [plan.since], "until": [plan.until], "site_zone": [settings.timezone]}),
        "queue_zones": pd.DataFrame(settings.queue_timezones.items(), columns=["queue", "zone"], dtype="string"),
        "day_offsets": pd.DataFrame({"n": range((until - plan.since).days + 2)}),
    }
    frames["scorecards"] = scorecard_frame(settings.scorecards)
    frames |= ticket_frames(warehouse, settings, plan.since, plan.until)
    for name, frame in frames.items():
        sql.register(f"{name}_frame", frame)
        sql.execute(f"create or replace temp table {name} as select * from {name}_frame")
        sql.unregister(f"{name}_frame")


def compute(warehouse: Warehouse, settings: Settings, published: Publisher, plan: Plan, progress: Progress) -> None:
    """Every model as a temporary table of its own name."""
    score_new(warehouse, settings.pec.lexicons, progress)
    prepare(warehouse, settings, published, plan)
    if settings.engine.name == "spark":
        from pipeline.spark import open_spark

        open_spark(settings).compute(warehouse, MODELS, ONCE_READ, progress)
        return
    for name in MODELS:
        progress(f"computing {name}")
        kind = "view" if name in ONCE_READ else "table"
        warehouse.sql.execute(f"create or replace temp {kind} {name} as {read_model(name)}")
