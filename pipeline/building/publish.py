"""Facts and KPI values of the stale weeks -> the published files, and the documents that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.building.people_documents import people_documents
from pipeline.building.plan import Plan
from pipeline.building.publisher import Publisher
from pipeline.kpis import Catalogue
from pipeline.loading.keys import told_of_key
from pipeline.loading.privacy import masked_file_name
from pipeline.models import read_model
from pipeline.results import layout

if TYPE_CHECKING:
    from pipeline.building.week_files import Weeks
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings


def publish(weeks: Weeks, plan: Plan, checks: list[dict[str, Any]]) -> None:
    """The manifest that names the files of all weeks, once they are written."""
    warehouse, settings, publisher = weeks.warehouse, weeks.settings, weeks.publisher
    newest = max(weeks.tables["kpi_values"], default="")
    complete = (plan.delivered and plan.delivered.complete_week) or newest
    weeks.write_empty()
    manifest = {
        "layout": layout(),
        "tables": {name: dict(sorted(files.items())) for name, files in weeks.tables.items()},
        "definitions": publisher.document("definitions", weeks.catalogue.model_dump(mode="json")),
        "documents": _documents(warehouse, settings, weeks.catalogue, publisher, checks, newest),
        "last_complete_week": max((week for week in weeks.tables["kpi_values"] if week <= complete), default=None),
        "until": plan.until.isoformat(),
        "known_until": plan.known_until.isoformat(),
        "timezone": settings.timezone,
        "is_simulated": settings.is_simulated,
        **told_of_key(warehouse, settings),
    }
    publisher.publish(manifest)


def refresh_documents(
    warehouse: Warehouse, settings: Settings, catalogue: Catalogue, publisher: Publisher, checks: list[dict[str, Any]]
) -> bool:
    """Publish what has come in and what the checks say where no figure changed; False when that is the same too."""
    manifest = dict(publisher.previous)
    warehouse.sql.execute(f"create or replace temp table core_agents as {read_model('core_agents')}")
    newest = max(manifest["tables"]["kpi_values"], default="")
    manifest["documents"] = _documents(warehouse, settings, catalogue, publisher, checks, newest)
    return publisher.publish(manifest)


def _documents(
    warehouse: Warehouse,
    settings: Settings,
    catalogue: Catalogue,
    publisher: Publisher,
    checks: list[dict[str, Any]],
    newest: str,
) -> dict[str, str]:
    contents = {
        "account": _account(warehouse),
        **people_documents(warehouse, settings.timezone),
        "checks": checks,
        "changes": changed_definitions(catalogue, publisher, newest),
        "events": warehouse.records(
            "select kind, title, team, starts_at, ends_at from raw_events order by starts_at, kind, title, team"
        ),
        "settings": settings.model_dump(
            mode="json", include={"timezone", "parameters", "targets", "service_levels", "is_simulated"}
        ),
    }
    return {name: publisher.document(name, content) for name, content in contents.items()}


def _account(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    """What became of the rows of each file, and what is wrong with those in quarantine."""
    shown = masked_file_name("coalesce(files.lay_as, files.name)")
    files = warehouse.records(
        f"select source, {shown} as name, contract, rows_read, admitted, duplicate, quarantined, batch_id, is_undone "
        "from files order by source, name"
    )
    rules = warehouse.records(
        f"select files.source, {shown} as name, q.rule, q.column_name, sum(q.records)::bigint as records, "
        "min(q.line) as first_line, arg_min(q.value, q.line) as first_value "
        "from quarantine q join files using (file_id) group by all order by all"
    )
    return {"files": files, "quarantine": rules}


def changed_definitions(catalogue: Catalogue, publisher: Publisher, week: str) -> list[dict[str, str]]:
    """Definitions that changed between publications, since when all weeks are told by the new one."""
    if not publisher.previous:
        return []
    known: list[dict[str, str]] = publisher.read(publisher.previous["documents"]["changes"]) or []
    old = _catalogue_before(publisher)
    if old is None:
        return known
    both = [name for name in catalogue.kpis if name in old.kpis]
    return known + [
        {"kpi": name, "week": week, "before": _told(old, catalogue, name), "after": _told(catalogue, old, name)}
        for name in both
        if old.definition(name) != catalogue.definition(name)
    ]


def _catalogue_before(publisher: Publisher) -> Catalogue | None:
    """None where it is gone, or of another version, whose definitions have fields that this one does not know."""
    defined = publisher.read(publisher.previous["definitions"])
    try:
        return Catalogue(**defined) if defined else None
    except ValidationError:
        return None


def _told(catalogue: Catalogue, other: Catalogue, name: str) -> str:
    """A KPI's formula, with what it follows of the settings where the other catalogue has it otherwise."""
    others = other.settings(name)
    differ = [f"{key} = {told}" for key, told in catalogue.settings(name).items() if others.get(key) != told]
    return "; ".join([catalogue[name].formula(), *differ])
