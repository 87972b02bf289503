"""pipeline.toml -> one frozen, checked `Settings`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from pipeline.errors import UsageError
from pipeline.settings.checks import check_checks, check_kpis
from pipeline.settings.key_errors import explain
from pipeline.settings.section import Section, checked_zone
from pipeline.settings.sections import (
    Admission,
    Cases,
    Costs,
    Criterion,
    Engine,
    Mail,
    Parameters,
    Pec,
    Privacy,
    Profile,
    Report,
    Scorecard,
)
from pipeline.settings.tickets import Regulation, Schedule, Sla, Tickets

__all__ = [
    "Admission", "Cases", "Costs", "Criterion", "Engine", "Mail", "Parameters", "Privacy", "Profile", "Report", "Scorecard",
    "Settings", "read_settings",
]  # fmt: skip
DEFAULT_FILE = Path("pipeline.toml")


class Settings(Section):
    """Everything a run depends on besides its input. Paths are relative to the settings file."""

    timezone: str = "UTC"
    queue_timezones: dict[str, str] = Field(default_factory=dict)
    source_timezones: dict[str, str] = Field(default_factory=dict)
    warehouse: Path = Path("data/warehouse.duckdb")
    inbox: Path = Path("data/inbox")
    reports: Path = Path("reports")
    is_simulated: bool = False
    engine: Engine = Engine()
    parameters: Parameters = Parameters()
    targets: dict[str, float] = Field(default_factory=dict)
    admission: Admission = Admission()
    privacy: Privacy = Privacy()
    checks: dict[str, Literal["stop", "warn", "off"]] = Field(default_factory=dict)
    report: Report = Report()
    schedules: tuple[Schedule, ...] = ()
    sla: tuple[Sla, ...] = ()
    tickets: Tickets = Tickets()
    pec: Pec = Pec()
    scorecards: tuple[Scorecard, ...] = ()
    regulation: Regulation = Regulation()
    cases: Cases = Cases()
    costs: Costs = Costs()
    mail: Mail = Mail()
    profiles: tuple[Profile, ...] = ()

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        return checked_zone(value)

    @field_validator("queue_timezones", "source_timezones")
    @classmethod
    def known_zones(cls, value: dict[str, str]) -> dict[str, str]:
        return {named: checked_zone(zone) for named, zone in value.items()}

    @model_validator(mode="after")
    def one_card_a_criterion(self) -> Settings:
        owner: dict[str, str] = {}
        for card in self.scorecards:
            for criterion in card.criteria:
                if owner.setdefault(criterion, card.name) != card.name:
                    raise ValueError(f"scorecards {owner[criterion]} and {card.name} both name {criterion}")
        return self

    @field_validator("profiles")
    @classmethod
    def named_apart(cls, value: tuple[Profile, ...]) -> tuple[Profile, ...]:
        if len({profile.name for profile in value}) < len(value):
            raise ValueError("two profiles have one name")
        return value

    @model_validator(mode="after")
    def letter_of_a_profile(self) -> Settings:
        if self.mail.profile and self.mail.profile not in {profile.name for profile in self.profiles}:
            raise ValueError(f"mail.profile: there is no profile {self.mail.profile}")
        return self

    @property
    def zones(self) -> tuple[str, ...]:
        """Every zone in which periods are cut, the site's first."""
        return tuple(dict.fromkeys([self.timezone, *self.queue_timezones.values()]))

    @property
    def results(self) -> Path:
        return self.warehouse.parent / f"{self.warehouse.stem}.results"


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
        check_kpis(settings)
        check_checks(settings)
    except UsageError as error:
        raise UsageError(f"{chosen}: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{chosen}: {explain(error, Settings)}") from None
    paths = _below(chosen.parent, settings)
    if (words := paths["pec"].lexicons) and not words.is_dir():
        raise UsageError(f"{chosen}: pec.lexicons: there is no folder {words}")
    if warehouse is not None:
        paths["warehouse"] = warehouse
    return settings.model_copy(update=paths)


def _below(base: Path, settings: Settings) -> dict[str, Any]:
    """What of the settings holds a path, seen from `base`; a store by its URL is none."""
    paths: dict[str, Any] = {name: base / getattr(settings, name) for name in ("warehouse", "inbox", "reports")}
    own = settings.pec.lexicons
    paths["pec"] = settings.pec.model_copy(update={"lexicons": base / own if own else None})
    if (exchange := settings.engine.exchange) and "://" not in exchange:
        paths["engine"] = settings.engine.model_copy(update={"exchange": str(base / exchange)})
    return paths


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None
