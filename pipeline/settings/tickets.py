"""What pipeline.toml says of tickets: business hours, service level agreements, and the department's published rules."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator

from pipeline.settings.section import Section, checked_zone, number, refuse_odd

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
DAY_MIN = 24 * 60
LONGEST_MIN = 10 * 365 * DAY_MIN


class Schedule(Section):
    """Business hours: `hours` by day, e.g. mon = ["08:00-12:00", "13:00-18:00"]; several entries of one name follow
    each other by `valid_from`. `holidays` is a country, or a part of it, of the holidays package: "CH", "CH-ZH".
    """

    name: str = Field(min_length=1)
    timezone: str = ""
    valid_from: date | None = None
    hours: dict[Day, tuple[str, ...]] = Field(examples=['{ mon = ["08:00-18:00"] }'])
    holidays: str = ""
    closed: tuple[date, ...] = ()

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        return checked_zone(value) if value else value

    @field_validator("holidays")
    @classmethod
    def known_place(cls, value: str) -> str:
        if value:
            from pipeline.business_time import holidays_of

            try:
                holidays_of(value, date(2026, 1, 1), date(2026, 1, 1))
            except LookupError as error:
                raise ValueError(f"no holidays of '{value}': {error}") from None
        return value

    @field_validator("hours")
    @classmethod
    def readable(cls, value: dict[Day, tuple[str, ...]]) -> dict[Day, tuple[str, ...]]:
        spans = [(day, span) for day in DAYS for span in value.get(day, ())]
        if not spans:
            raise ValueError('at no time open; { mon = ["08:00-18:00"] } is an example')
        _refuse_overlap(spans)
        return value

    def minutes(self, day: str) -> list[tuple[int, int]]:
        """Open stretches of a day in minutes; one that ends before it begins ends on the next day."""
        return [_minutes(span) for name, of in self.hours.items() if name == day for span in of]


def _refuse_overlap(spans: list[tuple[Day, str]]) -> None:
    """Raises ValueError for two stretches of a week, the first of which may go on into the next day or week."""
    opened = []
    for day, span in spans:
        starts, ends = _minutes(span)
        midnight = DAYS.index(day) * DAY_MIN
        opened.append((midnight + starts, midnight + ends, f"{day} {span}"))
    opened.sort()
    next_week = [(opens + 7 * DAY_MIN, closes, one) for opens, closes, one in opened[:1]]
    for (_, closes, one), (opens, _, other) in pairwise([*opened, *next_week]):
        if opens < closes:
            raise ValueError(f"{one} and {other} overlap")


def _minutes(span: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", span.replace(" ", ""))
    if not match:
        raise ValueError(f"'{span}' is no stretch of a day such as 08:00-12:00")
    starts, ends = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if max(starts, ends) > DAY_MIN or starts == ends:
        raise ValueError(f"'{span}' is no stretch of a day such as 08:00-12:00")
    return starts, ends if ends > starts else ends + DAY_MIN


Minutes = Annotated[int, BeforeValidator(number), Field(ge=1, le=LONGEST_MIN)]
Measure = Literal["first_reply", "next_reply", "requester_wait", "agent_work", "full_resolution"]


class Sla(Section):
    """A policy: minutes allowed by measure and priority ("any": whichever), e.g. first_reply = { urgent = 60, any = 480 }.

    The first policy whose channels and customer groups fit a ticket is its own; none named means all.
    """

    name: str = Field(min_length=1)
    channels: tuple[str, ...] = ()
    customer_groups: tuple[str, ...] = ()
    is_business: bool = True
    targets: dict[Measure, dict[str, Minutes]] = Field(examples=["{ any = 480 }"])

    @field_validator("targets")
    @classmethod
    def each_priority_once(cls, value: dict[Measure, dict[str, int]]) -> dict[Measure, dict[str, int]]:
        for allowed in value.values():
            refuse_odd([priority.lower() for priority in allowed])
        return value


class Tickets(Section):
    """`schedule` is of tickets that name none; empty: every hour counts. `schedule_reading`: where a ticket changed schedule,
    "each" stretch counts by its own, or the "last" one for all. `robots` are agents that are no people, by id or name.
    `own_addresses` tell letters of the house from those of customers: "support@bank.test", "@bank.test".
    """

    schedule: str = ""
    schedule_reading: Literal["each", "last"] = "each"
    urgent: tuple[str, ...] = ("urgent",)
    robots: tuple[str, ...] = ()
    official_channels: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()

    @field_validator("own_addresses")
    @classmethod
    def addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"[^@\s]*@[^@\s]+", address):
                raise ValueError(
                    f"'{address}' is no address; '@{address.strip('@') or 'bank.example'}' is all of that domain"
                )
        return value


class Regulation(Section):
    """`off`: KPI ids of the published rules that are not this department's; their parameters stand under [parameters]."""

    off: tuple[str, ...] = ()
