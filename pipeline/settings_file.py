"""pipeline.toml -> one frozen `Settings`, whose names of KPIs and checks there are."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.kpis import catalogue_of, published_rules
from pipeline.settings import Settings
from pipeline.settings.key_errors import explain, not_toml, require_known
from pipeline.settings.section import checked_path
from pipeline.settings.tickets import Regulation

DEFAULT_FILE = Path("pipeline.toml")


def read_settings(file: Path | None = None, warehouse: Path | None = None) -> Settings:
    """Settings from `file` (default: pipeline.toml here, or all defaults); `warehouse` overrides its path.

    Raises UsageError naming the file and the key that is wrong.
    """
    chosen = file or DEFAULT_FILE
    if file is not None and not file.is_file():
        raise UsageError(f"{file}: no such settings file")
    raw = _read_toml(chosen) if chosen.is_file() else {}
    try:
        settings = Settings(**raw)
        _check_kpis(settings)
        _check_checks(settings)
    except UsageError as error:
        raise UsageError(f"{chosen}: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{chosen}: {explain(error, Settings)}") from None
    paths = _below(chosen.parent, settings)
    if (words := paths["pec"].lexicons) and not words.is_dir():
        raise UsageError(f"{chosen}: pec.lexicons: there is no folder {words}")
    if warehouse is not None:
        paths["warehouse"] = _checked("--warehouse", warehouse)
    settings = settings.model_copy(update=paths)
    _check_places(str(chosen), settings)
    return settings


def _checked(option: str, path: Path) -> Path:
    try:
        return Path(checked_path(path))
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _check_places(file: str, settings: Settings) -> None:
    """Raises UsageError for a warehouse that DuckDB does not open as a file, and for places that are in each other's way."""
    warehouse, reports, inbox = (path.absolute() for path in (settings.warehouse, settings.reports, settings.inbox))
    if "?" in str(warehouse):
        raise UsageError(f"{file}: warehouse = {warehouse}: no ? is wanted in it: DuckDB takes the rest for options")
    if warehouse.is_dir():
        raise UsageError(
            f"{file}: warehouse = {warehouse}: is a folder; a file such as data/warehouse.duckdb is wanted"
        )
    for name, place in (("warehouse", warehouse.parent), ("reports", reports)):
        if inbox.resolve() in (place.resolve(), *place.resolve().parents):
            raise UsageError(
                f"{file}: {name} = {getattr(settings, name)}: lies in the inbox {inbox}, whose folders are read as sources"
            )


def _below(base: Path, settings: Settings) -> dict[str, Any]:
    """What of the settings holds a path, seen from `base`; a store by its URL is none."""
    paths: dict[str, Any] = {name: base / getattr(settings, name) for name in ("warehouse", "inbox", "reports")}
    own = settings.pec.lexicons
    paths["pec"] = settings.pec.model_copy(update={"lexicons": base / own if own else None})
    if (exchange := settings.engine.exchange) and "://" not in exchange:
        paths["engine"] = settings.engine.model_copy(update={"exchange": str(base / exchange)})
    return paths


def _read_toml(file: Path) -> dict[str, Any]:
    text = file.read_bytes()
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise not_toml(file, text, error) from None


def _check_kpis(settings: Settings) -> None:
    """Raises UsageError for a KPI that does not exist or is no published rule, and for a share's target beyond 0 to 1."""
    kpis = catalogue_of(settings.model_copy(update={"regulation": Regulation()})).kpis
    rules = published_rules()
    for name in settings.regulation.off:
        require_known("regulation.off", "published rule", name, rules, f"there are {', '.join(rules)}")
    for name, target in settings.targets.items():
        require_known("targets", "KPI", name, kpis, "KPIS.md lists them")
        if kpis[name].unit == "share" and not 0 <= target <= 1:
            likely = f": {target / 100:g}?" if 1 < target <= 100 else ""
            raise UsageError(f"targets.{name} = {target:g}: a share from 0 to 1 is wanted{likely}")
        least, most = kpis[name].least, kpis[name].most
        if most is not None and not least <= target <= most:
            raise UsageError(f"targets.{name} = {target:g}: {least:g} to {most:g} is wanted")
        if kpis[name].unit != "points" and target < 0:
            raise UsageError(f"targets.{name} = {target:g}: 0 or more is wanted")


def _check_checks(settings: Settings) -> None:
    """Raises UsageError for a check that there is not."""
    if settings.checks:
        from pipeline.expectations import titles  # a second, for all that judging imports

        for name in settings.checks:
            require_known("checks", "check", name, titles(), "`check --format json` lists them")
