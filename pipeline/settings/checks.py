"""Names in the settings, held against what they name: KPIs of the catalogue, checks, schedules."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.settings.key_errors import nearest

if TYPE_CHECKING:
    from pipeline.settings import Settings


def check_kpis(settings: Settings) -> None:
    """Raises UsageError for a KPI that does not exist or is needed by another, and for a share's target beyond 0 to 1."""
    from pipeline.kpis import read_catalogue

    kpis = read_catalogue(settings.parameters).kpis
    for name in settings.regulation.off:
        _require("regulation.off", "KPI", name, kpis, "KPIS.md lists them")
    for name, target in settings.targets.items():
        _require("targets", "KPI", name, kpis, "KPIS.md lists them")
        if kpis[name].unit == "share" and not 0 <= target <= 1:
            likely = f": {target / 100:g}?" if 1 < target <= 100 else ""
            raise UsageError(f"targets.{name} = {target:g}: a share from 0 to 1 is wanted{likely}")
        if kpis[name].unit != "points" and target < 0:
            raise UsageError(f"targets.{name} = {target:g}: 0 or more is wanted")
    read_catalogue(settings.parameters, settings.regulation.off)


def check_checks(settings: Settings) -> None:
    """Raises UsageError for a check that there is not."""
    if settings.checks:
        from pipeline.expectations import titles

        for name in settings.checks:
            _require("checks", "check", name, titles(), "`check --format json` lists them")


def check_schedule(name: str, known: Collection[str]) -> None:
    """Raises UsageError for one of tickets that is none of `known`: sources deliver some, so settings alone cannot tell."""
    if name:
        _require("tickets.schedule", "schedule", name, known, f"there are {', '.join(known)}")


def _require(key: str, kind: str, name: str, known: Collection[str], otherwise: str) -> None:
    if name not in known:
        raise UsageError(f"{key}: no {kind} '{name}'; {nearest(name, known) or otherwise}")
