"""A KPI as its entry in the catalogue defines it, and the fact that it counts."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Dimension = Literal["team", "agent", "queue", "topic", "channel"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
Grain = Literal["half_hour", "hour", "day", "week", "month", "total"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
Kind = Literal["count", "share", "mean", "quantile", "max", "sum", "ratio"]
Texts = dict[str, str]
KNOWN_SHARE = 0.95
"""A figure is given when what it needs is known for at least this share of the rows that count."""


class Fact(BaseModel):
    """A table of counted things: `at` gives a row its period, `by` lists the dimensions it can be split by.

    `grains`: the grains its rows can be counted at. `units`: columns that identify a unit of rows that are not
    independent: four targets of one ticket tell less than four tickets. `is_optional`: its figures are stored only if
    it has rows; a centre without tickets has none. `settings`: name -> JSON of the settings its rows follow, where they
    are not defaults. `is_tally`: a row holds a number of things, and what a sum over the rows counts is these.
    `is_timed_from_end`: outcomes of a row are timed from the end of its contact, not from `at`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Texts
    at: str
    by: tuple[str, ...]
    grains: tuple[Grain, ...] = GRAINS
    units: tuple[str, ...] = ()
    is_optional: bool = False
    is_tally: bool = False
    is_timed_from_end: bool = False
    settings: Texts = Field(default_factory=dict)

    @property
    def held_by(self) -> tuple[str, ...]:
        """Columns that identify a unit, the same for every cut; empty where each row is one."""
        return (*self.units, *self.by) if self.units else ()


class Kpi(BaseModel):
    """One definition. Exactly one of count, met, mean, quantile, max, sum, ratio says how it is computed.

    Conditions are SQL over the fact's columns; NULL means not known. `scale` multiplies a ratio. No figure can lie
    below `least`, and none on a scale above `most`.

    `ripe_days`: days after which the outcome of a row is known. Its fact has `age_s`: how long before the end of the
    data a row began.

    `seen_days`: days before a row that must be part of the data, because an earlier contact may be missing otherwise.
    Its fact has `seen_before_s`: how long before a row the data of its source begin.

    `counts_young`: younger rows whose outcome is known count in totals all the same, being no quicker than the others.

    `not_by`: dimensions of the fact that the KPI lacks, because some of its rows have no value there (WHY_NOT_BY).

    `grains`: the only grains it has, if not all of its fact's: open tickets at the ends of weeks do not add up.

    `settings`: as a fact's, where the KPI follows more settings than its fact.

    `is_of_queue`: calls that wait together decide it, whoever answers and whatever they are about: no interval of
    independent rows.

    `is_of_customer`: the customer's next step decides it, so contacts of one customer are one observation
    (TELLING_UNITS). `is_of_day`: a mean of durations that share what makes a whole day slow, so days are the
    observations.

    `is_of_units`: each unit of the fact counts once, with the mean of its rows, however many it has. `stands_for`: SQL
    of a unit's weight in figures that are not by agent, because as many are drawn of each agent, however many contacts
    each has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Texts
    meaning: Texts
    unit: Literal["count", "share", "s", "per_hour", "points", "stars", "h", "per_ticket", "cycles"]
    source: Texts
    better: Literal["higher", "lower"] | None = None
    variant_of: str | None = None
    ripe_days: int = 0
    seen_days: int = 0
    counts_young: bool = False
    of: str = ""
    not_by: tuple[Dimension, ...] = ()
    grains: tuple[Grain, ...] = ()
    is_of_queue: bool = False
    is_of_customer: bool = False
    is_of_day: bool = False
    is_of_units: bool = False
    stands_for: str = ""
    settings: Texts = Field(default_factory=dict)
    where: str = "true"
    count: str | None = None
    met: str | None = None
    mean: str | None = None
    quantile: str | None = None
    q: float | None = None
    max: str | None = None
    sum: str | None = None
    ratio: tuple[str, str] | None = None
    scale: float = 1
    least: float = 0
    most: float | None = None

    @field_validator("source", mode="before")
    @classmethod
    def names_are_alike(cls, value: Texts | str) -> Texts:
        """A `source` given as plain text, such as a standard or a vendor's word, is the same in both languages."""
        return {"en": value, "ru": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def one_way_to_compute(self) -> Kpi:
        ways = [way for way in ("count", "met", "mean", "quantile", "max", "sum", "ratio") if getattr(self, way)]
        if len(ways) != 1:
            raise ValueError(f"{self.id}: exactly one way to compute it is wanted, found {ways}")
        if (self.quantile is None) != (self.q is None):
            raise ValueError(f"{self.id}: quantile and q go together")
        if self.is_of_units and self.kind not in ("share", "mean"):
            raise ValueError(f"{self.id}: units count once in a share or a mean alone")
        if self.is_of_day and not self.mean:
            raise ValueError(f"{self.id}: only means are told by day")
        if self.stands_for and not (self.is_of_units and self.kind == "share"):
            raise ValueError(f"{self.id}: only units of a share stand for others")
        return self

    @property
    def kind(self) -> Kind:
        kinds: tuple[Kind, ...] = ("count", "mean", "quantile", "max", "sum", "ratio")
        return next((kind for kind in kinds if getattr(self, kind)), "share")

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Both ends of the scale of what is averaged, where it has one."""
        return None if self.most is None else (self.least, self.most)

    @property
    def is_of_records(self) -> bool:
        """Whether the figure describes its records, rather than how many there are or what they add up to."""
        return self.kind not in ("count", "sum")

    @property
    def counts(self) -> str:
        """SQL that is true for the rows that count."""
        left_out = [self.young] if self.ripe_days and not self.counts_young else []
        left_out += [self.unseen] if self.seen_days else []
        counted = self.count or self.where
        return " and not ".join([f"({counted})", *left_out]) if left_out else counted

    @property
    def young(self) -> str:
        """SQL that is true for the rows whose outcome is still to come."""
        return f"(age_s < {self.ripe_days} * 86400)"

    @property
    def unseen(self) -> str:
        """SQL that is true for the rows before which the data do not reach back far enough."""
        return f"(seen_before_s < {self.seen_days} * 86400)"

    @property
    def value(self) -> str:
        """SQL of what is averaged, summed or ranked."""
        return self.mean or self.quantile or self.max or self.sum or ""

    def formula(self) -> str:
        """The definition in one line, for people who read SQL."""
        seen = f"not {self.unseen}" if self.seen_days else ""
        conditions = [asked for asked in ("" if self.where == "true" else self.where, seen) if asked]
        where = f" where {' and '.join(conditions)}" if conditions else ""
        where += ", each unit once with the mean of its rows" if self.is_of_units else ""
        where += f", but by agent each {self.stands_for} times" if self.stands_for else ""
        match self.kind:
            case "share":
                return f"share of {self.of} with {self.met}{where}"
            case "count":
                return f"count of {self.of} with {self.count}{where}"
            case "ratio":
                top, bottom = self.ratio or ("", "")
                return f"{top} / {bottom}" + (f" * {self.scale:g}" if self.scale != 1 else "")
            case "quantile":
                return f"{self.q:g} quantile of {self.value} over {self.of}{where}"
            case kind:
                return f"{kind} of {self.value} over {self.of}{where}"
