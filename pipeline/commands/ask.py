"""The commands that only ask: figures, definitions, what can be and what has been loaded."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.commands.options import Chosen, FirstDay, LastDay, Listing, OneWeek, chosen, settings_of
from pipeline.commands.terminal import Format, show

app = typer.Typer()


@app.command()
def kpis(
    context: typer.Context,
    kpi: Annotated[list[str] | None, typer.Option("--kpi", help="KPI id; may be repeated; default: all")] = None,
    by: Annotated[str, typer.Option(help="dimensions, e.g. team,agent")] = "",
    where: Chosen = None,
    week: OneWeek = None,
    first: FirstDay = None,
    last: LastDay = None,
    grain: Annotated[str, typer.Option(help="half_hour, hour, day, week, month or total")] = "total",
    form: Listing = Format.table,
) -> None:
    """KPI figures with n and interval, from the published results. Without a period, of all data.

    Example: python -m pipeline kpis --kpi aht --kpi pec_rate --by team --week 2026-W47
    """
    from pipeline.asking.explore import Exploration

    explored = Exploration(settings_of(context))
    frame = explored.kpis(*(kpi or []), by=by, where=chosen(where), week=week, first=first, last=last, grain=grain)
    show(_counts_whole(frame.to_dict("records")), form, list(frame))


@app.command()
def explain(context: typer.Context, kpi: str, form: Listing = Format.table) -> None:
    """What a KPI means, its formula, and where it comes from.

    Example: python -m pipeline explain service_level
    """
    from pipeline.kpis import catalogue_of
    from pipeline.report.needs import needs
    from pipeline.report.words import Words

    catalogue = catalogue_of(settings_of(context))
    found = catalogue[kpi]
    facts = {
        "kpi": kpi,
        "title": found.title["en"],
        "meaning": found.meaning["en"],
        "formula": found.formula(),
        "unit": found.unit,
        "better": found.better,
        "by": ", ".join(catalogue.dimensions(kpi)),
        "grains": ", ".join(catalogue.grains(kpi)),
        "known_after_days": found.ripe_days,
        "asks_for_days_before": found.seen_days,
        "needs": needs(Words("en"), catalogue, kpi) or None,
        "source": found.source["en"],
        "settings": ", ".join(f"{name} = {value}" for name, value in catalogue.settings(kpi).items()) or None,
        "definition": catalogue.definition(kpi),
    }
    if form is Format.table:
        show([{"": name, " ": str(value)} for name, value in facts.items() if value is not None], form)
    else:
        show([facts], form)


@app.command()
def sources(form: Listing = Format.table) -> None:
    """The log formats that can be loaded.

    Example: python -m pipeline sources
    """
    from pipeline.sources import FORMATS, Site, find_source, shipped_mappings

    known = [find_source(name, site=Site(own_addresses=("@",))) for name in FORMATS]
    mapped = [find_source("csv", str(file)) for file in shipped_mappings()]
    show([{"source": s.name, "reads": s.title, "files": " ".join(s.suffixes)} for s in [*known, *mapped]], form)


@app.command()
def batches(context: typer.Context, form: Listing = Format.table) -> None:
    """What has been loaded, newest first.

    Example: python -m pipeline batches
    """
    from pipeline.engines.warehouse import open_warehouse
    from pipeline.loading.batches import list_batches

    with open_warehouse(settings_of(context)) as opened:
        show(list_batches(opened), form)


def _counts_whole(records: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Counts as whole numbers: a frame with gaps holds them as floating point."""
    for record in records:
        for name in ("n", "numerator", "denominator"):
            value = record[name]
            if isinstance(value, float) and value == value and value.is_integer():
                record[name] = int(value)
    return records
