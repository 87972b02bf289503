"""The catalogue: every KPI is an entry of a TOML file beside this one, data rather than code."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Collection
from functools import cache, reduce
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.errors import UsageError
from pipeline.kpis.definition import DIMENSIONS, GRAINS, Fact, Kpi
from pipeline.settings import Settings
from pipeline.settings.key_errors import nearest
from pipeline.settings.service_levels import limits, other_limits

__all__ = [
    "DIMENSIONS",
    "GRAINS",
    "RETURN_DAYS",
    "WHY_NOT_BY",
    "Catalogue",
    "Fact",
    "Kpi",
    "catalogue_of",
    "published_rules",
]

WHY_NOT_BY = "a call that nobody answered has no agent and no team"
RETURN_DAYS = 7
"""Days after which a contact without a return counts as settled."""


class Catalogue(BaseModel):
    """All KPIs and facts, with the parameters of the settings put in."""

    model_config = ConfigDict(frozen=True)

    kpis: dict[str, Kpi]
    facts: dict[str, Fact]

    def __getitem__(self, name: str) -> Kpi:
        if name not in self.kpis:
            listed = f"there are {', '.join(self.kpis)}"
            raise UsageError(f"no KPI '{name}'; {nearest(name, self.kpis) or listed}")
        return self.kpis[name]

    def dimensions(self, name: str) -> tuple[str, ...]:
        """The dimensions that a KPI has; a ratio has those of both its parts."""
        kpi = self[name]
        parts = [self.dimensions(part) for part in kpi.ratio] if kpi.ratio else [self.facts[kpi.of].by]
        return tuple(d for d in parts[0] if all(d in part for part in parts) and d not in kpi.not_by)

    def grains(self, name: str) -> tuple[str, ...]:
        """The grains that a KPI has; a ratio has those of both its parts."""
        kpi = self[name]
        parts = [self.grains(part) for part in kpi.ratio] if kpi.ratio else [kpi.grains or self.facts[kpi.of].grains]
        return tuple(grain for grain in parts[0] if all(grain in part for part in parts))

    def require_dimensions(self, name: str, asked: Collection[str]) -> None:
        """Raises UsageError for a dimension that does not exist or that the KPI lacks, be it that the catalogue took it
        away (`not_by`)."""
        unknown = [dimension for dimension in asked if dimension not in DIMENSIONS]
        if unknown:
            raise UsageError(f"no dimension '{unknown[0]}'; there are {', '.join(DIMENSIONS)}")
        has = self.dimensions(name)
        missing = [dimension for dimension in asked if dimension not in has]
        if missing:
            why = f": {WHY_NOT_BY}" if missing[0] in self.not_by(name) else ""
            raise UsageError(f"{name} has no dimension '{missing[0]}'; it has {', '.join(has) or 'none'}{why}")

    def not_by(self, name: str) -> set[str]:
        """The dimensions of the fact that a KPI lacks; a ratio lacks those of either part."""
        kpi = self[name]
        return set(kpi.not_by).union(*(self.not_by(part) for part in kpi.ratio or ()))

    def facts_of(self, name: str) -> set[str]:
        """The fact tables that a KPI counts."""
        kpi = self[name]
        return {kpi.of} if kpi.ratio is None else {fact for part in kpi.ratio for fact in self.facts_of(part)}

    def settings(self, name: str) -> dict[str, str]:
        """The settings that a KPI follows besides the parameters in its formula: name -> JSON, without those at their
        default."""
        facts = [self.facts[fact].settings for fact in sorted(self.facts_of(name))]
        parts = [self[part].settings for part in self[name].ratio or ()]
        return {key: told for one in (*facts, *parts, self[name].settings) for key, told in sorted(one.items())}

    def is_timed_from_end(self, name: str) -> bool:
        """Whether the outcomes that a KPI counts are timed from the end of a contact."""
        return any(self.facts[fact].is_timed_from_end for fact in self.facts_of(name))

    def has_interval(self, name: str) -> bool:
        """Whether a team's or person's figure has an interval: not if it rests on two facts, or on calls that wait
        together."""
        kpi = self[name]
        if kpi.ratio:
            return len(self.facts_of(name)) == 1
        return kpi.kind in ("share", "mean", "quantile") and not kpi.is_of_queue

    def definition(self, name: str) -> str:
        """Short digest that changes when the definition, a parameter in it or a setting that it follows changes."""
        kpi = self[name]
        parts = [self.definition(part) for part in kpi.ratio or ()]
        parts += [f"{key} {told}" for key, told in self.settings(name).items()]
        return hashlib.sha256(" ".join([kpi.formula(), *parts]).encode()).hexdigest()[:10]

    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


def catalogue_of(settings: Settings) -> Catalogue:
    """The catalogue for these settings: parameters put in place of their names in braces, KPIs that are off left out,
    and the other settings that KPIs and facts follow added."""
    raw_kpis, raw_facts = _read_files()
    parameters, off = settings.parameters, settings.regulation.off
    values = {name: f"{value:g}" for name, value in parameters.model_dump().items()}
    resolution_days, case_days = max(RETURN_DAYS, parameters.solved_within_days), settings.cases.within_days
    levels, general = settings.service_levels, parameters.answer_within_s
    values |= {
        "resolution_days": str(resolution_days),
        "case_days": str(case_days),
        "case_ripe_days": str(max(resolution_days, case_days)),
        "answer_limit": "answer_within_s" if limits(levels, general) else values["answer_within_s"],
        "other_limits": other_limits(levels, general),
        "other_limits_ru": other_limits(levels, general, "ru"),
    }
    followed = _not_default(settings)
    kpis = {
        name: Kpi(id=name, **_following(_filled(entry, values), followed))
        for name, entry in raw_kpis.items()
        if name not in off
    }
    return Catalogue(kpis=kpis, facts={name: Fact(**_following(entry, followed)) for name, entry in raw_facts.items()})


def _following(entry: dict[str, Any], followed: Callable[[str], str]) -> dict[str, Any]:
    """The entry with the values of the settings that it names."""
    told = {name: followed(name) for name in entry.get("settings", ())}
    return entry | {"settings": {name: value for name, value in told.items() if value}}


def _not_default(settings: Settings) -> Callable[[str], str]:
    """From the name of a setting ("tickets.schedule") to its value as JSON; nothing where it is the default. Which days are
    closed is no definition: a new year's list would break every trend. Nor is a target."""

    def dumped(of: Settings) -> dict[str, Any]:
        said = of.model_dump(mode="json", exclude={"schedules": {"__all__": {"closed"}}})
        return said | {"service_levels": _followed_limits(of)}

    said, default = dumped(settings), dumped(Settings())

    def value(name: str) -> str:
        ours, usual = (reduce(lambda part, key: part[key], name.split("."), of) for of in (said, default))
        return "" if ours == usual else json.dumps(ours, ensure_ascii=False)

    return value


def _followed_limits(settings: Settings) -> list[dict[str, Any]]:
    """The limits of all calls, where some have one of their own."""
    general = float(settings.parameters.answer_within_s)
    own = [one.model_dump(exclude={"target"}, exclude_none=True) for one in limits(settings.service_levels, general)]
    return [{"answer_within_s": general}, *own] if own else []


@cache
def published_rules() -> tuple[str, ...]:
    """The KPIs of a department's published rules, which settings may switch off: the file they stand in says which."""
    return tuple(tomllib.loads(resources.files(__package__).joinpath("regulation.toml").read_text("utf-8")))


@cache
def _read_files() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    kpis: dict[str, dict[str, Any]] = {}
    facts: dict[str, dict[str, Any]] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            entries = tomllib.loads(file.read_text("utf-8"))
            (facts if file.name == "facts.toml" else kpis).update(entries)
    return kpis, facts


def _filled(entry: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    def fill(item: Any) -> Any:
        if isinstance(item, str):
            return item.format_map(values)
        return {key: fill(text) for key, text in item.items()} if isinstance(item, dict) else item

    return {key: fill(item) for key, item in entry.items()}
