"""Which weeks a page speaks of: complete ones, and those whose outcomes are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from math import ceil, sqrt
from statistics import median, median_low
from typing import NamedTuple

from pipeline import zones
from pipeline.sql_text import quoted

RECENT = 8
"""Weeks that speed against quality adds up: one week of one person is two or three evaluations."""

USUAL, ENOUGH, SOME = 12, 0.5, 0.25
YEAR = 52
MONDAY, FRIDAY = 0, 4
"""Weekdays."""
LOOKED_AT = 5
"""Newest weeks by which it is judged whether the last one is complete."""
FEWEST = 20
"""Contacts a week of a source that is judged by itself, and of all weeks by which one is: fewer stop on any day."""
HOLIDAY = 1
"""Days by which one source may end before the others: its Friday may have been a holiday."""


class Delivery(NamedTuple):
    """What came of a source in a week. Weekdays from 0: of its last contact, and by which 19 of 20 had come."""

    fact: str
    source: str
    week: str
    contacts: int
    last_day: int
    busy_until: int


def last_complete_week(deliveries: Sequence[Delivery]) -> str:
    """The newest week, unless contacts stop on an earlier weekday than in the four weeks before: all of them, or, by two days
    or more, those of a source that is awaited, since the others may go on while the export of one has broken."""
    weeks = sorted({one.week for one in deliveries})[-LOOKED_AT:]
    recent = [one for one in deliveries if one.week in weeks]
    last_days = {week: max(one.last_day for one in recent if one.week == week) for week in weeks}
    together = {week: Delivery("", "", week, 0, day, day) for week, day in last_days.items()}
    return min([_complete_until(together), *(_complete_until(own, HOLIDAY) for own in _awaited(recent, weeks))])


def _awaited(recent: Sequence[Delivery], weeks: Sequence[str]) -> list[dict[str, Delivery]]:
    """By week, what came of each source that delivered in most of the weeks before the newest, if no other one of the
    same fact began where it ends, as a new telephone system does. Nothing at all is awaited of the largest source alone:
    a smaller one may be exported by the month."""
    found: dict[tuple[str, str], dict[str, Delivery]] = defaultdict(dict)
    for one in recent:
        found[one.fact, one.source][one.week] = one
    usual = {key: median(one.contacts for one in own.values()) for key, own in found.items()}
    judged = {key: own for key, own in found.items() if usual[key] >= FEWEST}
    largest = max(usual.values(), default=0)

    def is_regular(own: Mapping[str, Delivery]) -> bool:
        return len(own.keys() & weeks[:-1]) > (LOOKED_AT - 1) / 2

    def is_replaced(fact: str, own: Mapping[str, Delivery]) -> bool:
        return any(of == fact and min(other) >= max(own) for (of, _), other in judged.items())

    return [
        own
        for (fact, source), own in judged.items()
        if is_regular(own) and (weeks[-1] in own or usual[fact, source] == largest) and not is_replaced(fact, own)
    ]


def _complete_until(own: Mapping[str, Delivery], early: int = 0) -> str:
    """The newest week in which it came to its usual weekday, or at most so many days early."""
    *before, newest = sorted(own)
    usual = median_low(own[week].busy_until for week in before) if before else 0
    return newest if own[newest].last_day >= usual - early else before[-1]


def ripe_weeks(
    weeks: Sequence[str],
    known_until: datetime,
    zone: str,
    days: int,
    delivered: Container[str],
    ended: Mapping[str, datetime],
) -> list[str]:
    """The old weeks of which every week that these days reach into has been delivered."""
    after = range(1, ceil(days / 7) + 1)
    old = old_weeks(weeks, known_until, zone, days, ended)
    return [week for week in old if all(zones.week_before(week, -n) in delivered for n in after)]


def preceded_weeks(weeks: Sequence[str], days: int, whole: Container[str]) -> list[str]:
    """The weeks before which every week that these days reach back into is there whole."""
    before = range(1, ceil(days / 7) + 1)
    return [week for week in weeks if all(zones.week_before(week, n) in whole for n in before)]


def old_weeks(
    weeks: Sequence[str], known_until: datetime, zone: str, days: int, ended: Mapping[str, datetime]
) -> list[str]:
    """The weeks observed for `days`: they, and what began in them (`ended`), ended that long before the data do."""
    span = timedelta(days=days)
    return [w for w in weeks if max(week_end(w, zone), ended.get(w, datetime.min)) + span <= known_until]


def delivered_weeks(counts: Mapping[str, int]) -> set[str]:
    """The weeks with at least a quarter of the contacts that the weeks before them usually had: a holiday has more.

    A week that was not delivered, or of which a lone record strayed in, looks as if nobody had come back.
    """
    weeks = sorted(counts)
    before = {week: [counts[earlier] for earlier in weeks[max(0, n - USUAL) : n]] for n, week in enumerate(weeks)}
    return {week for week in weeks if not before[week] or counts[week] >= SOME * median(before[week])}


def thin_weeks(records: Mapping[str, float]) -> frozenset[str]:
    """The weeks with records, but under a quarter of what the newest twelve usually hold: not comparable with these.

    Such a week is of other records, as before calls came to the tickets, or its figure varies more than the others do.
    """
    known = {week: n for week, n in records.items() if n > 0}
    usual = median([known[week] for week in sorted(known)[-USUAL:]]) if known else 0
    return frozenset(week for week, n in known.items() if n < SOME * usual)


@lru_cache(maxsize=32)
def with_gaps(weeks: tuple[str, ...]) -> tuple[str, ...]:
    """The weeks with those that are missing between them; of a year and more only the last, since one wrong date makes many."""
    found = [*weeks[:1]]
    for earlier, week in pairwise(weeks):
        backwards = (zones.week_before(week, n) for n in range(1, YEAR + 1))
        missing = [*takewhile(earlier.__lt__, backwards)]
        found += missing[::-1] if len(missing) < YEAR else missing[:1]
        found.append(week)
    return tuple(found)


def in_weeks(weeks: Sequence[str]) -> str:
    """SQL: a row of the weeks."""
    return f"week in ({', '.join(map(quoted, weeks))})" if weeks else "false"


def week_end(week: str, zone: str) -> datetime:
    """First instant (naive UTC) after an ISO week in a zone."""
    return zones.week_start(zones.week_before(week, -1), zone)


def without_ragged_start(weeks: Sequence[str], first_weekdays: dict[str, int]) -> list[str]:
    """The weeks without the first one where the data begin on a later weekday than in any week after it."""
    later = [first_weekdays[week] for week in weeks[1:] if week in first_weekdays]
    if later and first_weekdays.get(weeks[0], 0) > max(later):
        return list(weeks[1:])
    return list(weeks)


def days_of_part(week: str, days: Mapping[str, tuple[date, date]], complete: str) -> tuple[date, date] | None:
    """The first and the last day of a week of which the data hold a part; None for a whole one. `days`: those of every week.

    They begin in it, on a later weekday than in the weeks after, or end in it on an earlier one than usual before it is
    `complete`. Where no other week tells, a Monday and a Friday are awaited.
    """
    first, last = days[week]
    begins = max((one.weekday() for other, (one, _) in days.items() if other != week), default=MONDAY)
    ends = max((one.weekday() for other, (_, one) in days.items() if other != week), default=FRIDAY)
    begins_late = week == min(days) and first.weekday() > begins
    ends_early = week == max(days) and (week > complete or len(days) == 1) and last.weekday() < ends
    return (first, last) if begins_late or ends_early else None


def straying(records: Sequence[float]) -> float:
    """How many times as far as usual the newest figure strays by chance, resting on fewer records than usual; at least once."""
    before = [n for n in records[:-1] if n > 0][-USUAL:]
    return max(1.0, sqrt(median(before) / records[-1])) if before and records[-1] > 0 else 1.0


def arrived_week(counts: Sequence[float]) -> int:
    """The place of the newest week that has at least half as many records as the weeks before it usually had.

    People's judgements come in days after the contact; the newest week's first few say little. -1: no week at all.
    """
    for place in range(len(counts) - 1, -1, -1):
        before = counts[max(0, place - USUAL) : place]
        if not before or counts[place] >= ENOUGH * median(before):
            return place
    return -1
