"""What a file of settings may say; `pipeline.settings_file` reads one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.settings.privacy import Privacy
from pipeline.settings.section import MOST, LocalPath, Section, Zone, number, refuse_odd
from pipeline.settings.sections import (
    Admission,
    Cases,
    Costs,
    Criterion,
    Engine,
    Mail,
    Parameters,
    Pec,
    Profile,
    Report,
    Scorecard,
)
from pipeline.settings.service_levels import ServiceLevel
from pipeline.settings.tickets import Regulation, Schedule, Sla, Tickets

__all__ = [
    "Admission", "Cases", "Costs", "Criterion", "Engine", "Mail", "Parameters", "Privacy", "Profile", "Report", "Scorecard",
    "Settings",
]  # fmt: skip


class Settings(Section):
    """Everything a run depends on besides its input. Paths are relative to the settings file."""

    timezone: Zone = "UTC"
    queue_timezones: dict[str, Zone] = Field(default_factory=dict)
    source_timezones: dict[str, Zone] = Field(default_factory=dict)
    ended_sources: tuple[str, ...] = ()
    warehouse: LocalPath = Path("data/warehouse.duckdb")
    inbox: LocalPath = Path("data/inbox")
    reports: LocalPath = Path("reports")
    is_simulated: bool = False
    engine: Engine = Engine()
    parameters: Parameters = Parameters()
    targets: dict[str, Annotated[float, BeforeValidator(number), Field(ge=-MOST, le=MOST)]] = Field(
        default_factory=dict
    )
    service_levels: tuple[ServiceLevel, ...] = ()
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

    @field_validator("ended_sources")
    @classmethod
    def sources_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        refuse_odd(value)
        return value

    @field_validator("schedules", "scorecards")
    @classmethod
    def one_at_a_time(cls, value: tuple[Schedule | Scorecard, ...]) -> tuple[Schedule | Scorecard, ...]:
        begun = [(one.name, one.valid_from) for one in value]
        for name, day in begun:
            if begun.count((name, day)) > 1:
                raise ValueError(f"two are named {name} and {f'valid from {day}' if day else 'have no valid_from'}")
        return value

    @model_validator(mode="after")
    def one_card_a_criterion(self) -> Settings:
        owner: dict[str, str] = {}
        for card in self.scorecards:
            for criterion in card.criteria:
                if owner.setdefault(criterion, card.name) != card.name:
                    raise ValueError(f"scorecards {owner[criterion]} and {card.name} both name {criterion}")
        return self

    @field_validator("service_levels")
    @classmethod
    def each_calls_once(cls, value: tuple[ServiceLevel, ...]) -> tuple[ServiceLevel, ...]:
        of = [(one.queue, one.channel) for one in value]
        if twice := next((one for one in value if of.count((one.queue, one.channel)) > 1), None):
            raise ValueError(f"two are of {twice.name}")
        return value

    @field_validator("profiles", "sla")
    @classmethod
    def named_apart(cls, value: tuple[Profile | Sla, ...]) -> tuple[Profile | Sla, ...]:
        refuse_odd([one.name for one in value])
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
