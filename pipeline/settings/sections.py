"""The smaller sections of pipeline.toml."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parseaddr
from typing import Literal

from pydantic import Field, field_validator, model_validator

from pipeline.settings.section import MOST, LocalPath, Section, checked_path


class Engine(Section):
    """Where models and KPIs are computed, and the limits of the DuckDB process, which loads in either case.

    `rows_at_once`: a longer history is computed in stretches of weeks with about so many calls each.
    `master`: a Spark master (spark://host:7077, local[4]) or a Spark Connect address (sc://host:15002). `conf`: Spark's own.
    `exchange`: a folder that both this process and the cluster see under one path, or a store by its URL, in which each
    warehouse has a folder of its own; default: beside the results.
    """

    name: Literal["duckdb", "spark"] = "duckdb"
    memory_limit: str = Field(default="600MB", pattern=r"(?i)^\d*[1-9]\d*(\.\d+)? ?[mgt](i?b)?$", examples=['"600MB"'])
    threads: int | None = Field(default=None, ge=1, le=1024)
    rows_at_once: int = Field(default=3_000_000, ge=1, le=MOST)
    master: str = Field(default="local[*]", min_length=1)
    exchange: str | None = None
    conf: dict[str, str] = Field(default_factory=dict)

    @field_validator("exchange")
    @classmethod
    def folder_or_store(cls, value: str | None) -> str | None:
        return value if value is None or "://" in value else str(checked_path(value))


class Parameters(Section):
    """Numbers that KPI definitions name in braces."""

    answer_within_s: float = Field(default=20, gt=0, le=86400)
    short_abandon_s: float = Field(default=5, ge=0, le=86400)
    heavy_contacts: int = Field(default=20, ge=1, le=MOST)
    taken_up_within_h: float = Field(default=10, gt=0, le=8760)
    acknowledged_within_min: float = Field(default=15, gt=0, le=525600)
    overtaken_after_min: float = Field(default=60, ge=0, le=525600)
    solved_within_days: int = Field(default=7, ge=1, le=30)


class Admission(Section):
    """When a whole file is refused: more bad rows than both limits, or so many fewer than it had when it was last loaded."""

    bad_share_limit: float = Field(default=0.25, ge=0, le=1)
    bad_rows_allowed: int = Field(default=10, ge=0, le=MOST)


class Pec(Section):
    """`lexicons`: a folder with a company's own words, {language}/{feature}.tsv, added to ours."""

    lexicons: LocalPath | None = None


class Criterion(Section):
    """One line of a scorecard; a critical one below half makes the whole evaluation 0. An empty score is not applicable."""

    weight: float = Field(default=1, ge=0, le=MOST)
    min: float | None = None
    max: float | None = None
    critical: bool = False

    @model_validator(mode="after")
    def has_a_range(self) -> Criterion:
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError(f"min = {self.min:g} is not below max = {self.max:g}")
        return self


class Scorecard(Section):
    """Criteria by the names that evaluations use; several of one name follow each other by `valid_from`, a day of the site's
    zone. Two cards must not name the same criterion."""

    name: str = Field(min_length=1)
    valid_from: date | None = None
    criteria: dict[str, Criterion] = Field(examples=["{ weight = 2 }"])

    @field_validator("criteria")
    @classmethod
    def weighs(cls, value: dict[str, Criterion]) -> dict[str, Criterion]:
        if not any(criterion.weight for criterion in value.values()):
            raise ValueError("one criterion with a weight above 0 is wanted")
        return value


class Cases(Section):
    """When a customer's contact goes on with a case rather than opens one: so many days after the last contact ended,
    answered or not."""

    within_days: Literal[1, 3, 7, 30] = 7
    same_topic: bool = False
    same_channel: bool = False


class Costs(Section):
    """What an hour of work costs: with it, hours are told in money too."""

    hour: float | None = Field(default=None, gt=0, le=MOST)
    currency: str = ""


class Report(Section):
    languages: tuple[Literal["en", "ru"], ...] = Field(default=("en", "ru"), min_length=1)
    title: str = ""
    small_group: int = Field(default=5, ge=1, le=MOST, description="persons' figures on fewer rows are not shown")


class Profile(Section):
    """An audience with a folder of its own, reports/{name}/: who is named in it, numbered or left out, and of which teams.

    Without names, teams and groups of fewer people than `smallest_team` are left out, too.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", examples=['"everyone"'])
    agents: Literal["named", "numbered", "left_out"] = "left_out"
    teams: tuple[str, ...] = ()
    small_group: int = Field(default=5, ge=1, le=MOST)
    smallest_team: int = Field(default=4, ge=1, le=MOST)

    @field_validator("name")
    @classmethod
    def no_folder_of_the_report(cls, value: str) -> str:
        if value == "assets":
            raise ValueError("assets is a folder of the report itself")
        return value


class Mail(Section):
    """Where the weekly letter goes. `profile`: whose eyes it is for, as in [[profiles]]; without one it names people.
    `link`: where readers find the folder of reports. The password of `user` comes from CONTACT_QUALITY_SMTP_PASSWORD."""

    profile: str = ""

    sender: str = ""
    to: tuple[str, ...] = ()
    link: str = ""
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""

    @field_validator("sender", "to")
    @classmethod
    def addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for said in (value,) if isinstance(value, str) else value:
            if said and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(said)[1]):
                raise ValueError(f"'{said}' is no address such as head@bank.example")
        return value

    @field_validator("link")
    @classmethod
    def served(cls, value: str) -> str:
        if value and not re.match(r"(https?|file)://\S", value):
            raise ValueError(f"'{value}' is no address such as https://reports.bank.example")
        return value

    @field_validator("host")
    @classmethod
    def named_alone(cls, value: str) -> str:
        if re.search(r"[/\s]", value) or value.count(":") == 1:
            raise ValueError(f"'{value}' is no name such as smtp.bank.example; its port is mail.port")
        return value
