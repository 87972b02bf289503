"""What the settings say of KPIs, held against the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
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
        _require("regulation.off", name, kpis)
    for name, target in settings.targets.items():
        _require("targets", name, kpis)
        if kpis[name].unit == "share" and not 0 <= target <= 1:
            likely = f": {target / 100:g}?" if 1 < target <= 100 else ""
            raise UsageError(f"targets.{name} = {target:g}: a share from 0 to 1 is wanted{likely}")
    read_catalogue(settings.parameters, settings.regulation.off)


def _require(key: str, name: str, kpis: Iterable[str]) -> None:
    if name not in kpis:
        raise UsageError(f"{key}: no KPI '{name}'; {nearest(name, kpis) or 'KPIS.md lists them'}")
