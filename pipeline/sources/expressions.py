"""SQL that turns a field's text into a canonical value, NULL where it cannot be read. For the load only: DuckDB's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pipeline.sources.formats import is_utc_by, value_by
from pipeline.sql_text import quoted
from pipeline.zones import FIRST_YEAR, offset_at, offset_changes

ZONE_NAME = " (?i:UTC|GMT|[a-z]+/[a-z_/]+)$"
Ambiguous = Literal["first", "second", "quarantine"]
EPOCHS = {"epoch": 1000, "epoch_ms": 1}
"""The formats of instants that are counted from 1970 on, by the milliseconds in their unit."""
SERIAL = "excel"
"""The format of instants that are counted in days, as a spreadsheet does."""
TRUE_WORDS = ("true", "t", "1", "yes", "y", "да", "1.0")
FALSE_WORDS = ("false", "f", "0", "no", "n", "нет", "0.0")
TECHNOLOGIES = "SIP|PJSIP|IAX2?|DAHDI|Zap|SCCP|Skinny|MGCP|OOH323|H323|mISDN|CAPI|Khomp|Dongle|Local|Agent"
"""Asterisk's names for kinds of channels, which stand before an agent's own name."""


def whole_number(text: str) -> str:
    """Digits without the fraction that pandas gives them where one of the column is missing: 101.0 is 101."""
    return f"(case when ends_with({text}, '.0') then regexp_replace({text}, '^([0-9]+)[.]0$', '\\1') else {text} end)"


def single_spaced(text: str) -> str:
    """Runs of spaces of all kinds as one plain space."""
    is_odd = f"contains({text}, '  ') or contains({text}, chr(160)) or contains({text}, chr(8239))"
    return f"(case when {is_odd} then regexp_replace({text}, '[\\s\\pZ]+', ' ', 'g') else {text} end)"


def plainly_spaced(text: str) -> str:
    """No-break spaces as plain ones: browsers write a narrow one before AM, web pages a wide one before the clock."""
    return f"(case when strlen({text}) > length({text}) then translate({text}, '\u00a0\u202f', '  ') else {text} end)"


def number(text: str, decimal: str | None = None) -> str:
    """A number. Where a mark is named, spaces and the other mark (a comma beside the point, else the point) may group thousands
    and nothing else: 1.5 is no fifteen. Without one a comma may mean either, and is not read."""
    if decimal is None:
        return f"try_cast({text} as double)"
    bare = f"replace(replace(replace({text}, ' ', ''), chr(160), ''), chr(8239), '')"
    mark, other = decimal.replace("'", "''"), "," if decimal == "." else "."
    is_grouped = f"regexp_full_match({bare}, '[+-]?\\d{{1,3}}([{other}]\\d{{3}})+([{mark}]\\d*)?')"
    value = f"try_cast(replace(replace({bare}, '{other}', ''), '{mark}', '.') as double)"
    return f"case when not contains({text}, '{other}') or {is_grouped} then {value} end"


def without_percent(text: str) -> str:
    """85 % as 85: the scale of a score is said beside it."""
    return f"(case when ends_with({text}, '%') then rtrim({text}, '% \u00a0\u202f') else {text} end)"


def flag(text: str) -> str:
    true, false = (", ".join(map(quoted, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"case when lower({text}) in ({true}) then true when lower({text}) in ({false}) then false end"


def integer(text: str) -> str:
    """A whole number: DuckDB's cast alone would round 1.5."""
    return f"case when try_cast({text} as bigint) = try_cast({text} as double) then try_cast({text} as bigint) end"


def date(text: str, formats: tuple[str, ...] = ()) -> str:
    return f"cast({instant(text, formats)} as date)"


def instant(text: str, formats: tuple[str, ...] = ()) -> str:
    """A timestamp as the text states it: UTC where the text says its offset, else the file's local time.

    `timezone` makes it the same whatever the zone of the machine. A plain cast to TIMESTAMP passes over whatever follows the
    time, an offset, PM, EST or another time: so a local time must end with a digit, and no space may follow its clock. The cast
    to TIMESTAMPTZ wants no space before an offset.
    """
    spaced = plainly_spaced(text)
    if formats:
        return value_by(spaced, formats)
    joined = f"replace(replace({spaced}, ' +', '+'), ' -', '-')"
    with_offset = f"timezone('UTC', try_cast({joined} as timestamptz))"
    is_alone = f"right({text}, 1) between '0' and '9' and {spaced} not like '%:% %'"
    without = f"when {is_alone} then try_cast({spaced} as timestamp)"
    other = f"case when {_says_offset(spaced)} then {with_offset} {without} end"
    return f"case when {_is_plain(text)} then try_cast({text} as timestamp) when length({text}) >= 10 then {other} end"


def day_and_time(parts: list[str]) -> str:
    """Several texts as one. The midnight that databases and spreadsheets put behind a day goes where a time follows."""
    joined = f"({' || chr(32) || '.join(parts)})"
    midnight = "[ T](0?0:00(:00([.,]0+)?)?|12:00(:00)? AM) (\\d?\\d:\\d\\d)"
    return (
        f"(case when {joined} like '%:00% %:%' then regexp_replace({joined}, '{midnight}', ' \\5') else {joined} end)"
    )


def with_offsets(text: str, zones: dict[str, str]) -> str:
    """A time with the offset of the zone that it names in the name's place, at its end or within; as it stands where it names
    none."""
    cases = " ".join(
        f"when ends_with({text}, {quoted(f' {name}')}) then left({text}, -{len(name)}) || {quoted(offset)} "
        f"when contains({text}, {quoted(f' {name} ')}) then replace({text}, {quoted(f' {name} ')}, {quoted(f' {offset} ')})"
        for name, offset in zones.items()
    )
    return f"(case {cases} else {text} end)" if cases else text


def states_offset(text: str, formats: tuple[str, ...] = ()) -> str:
    """True where the text itself says its offset from UTC: as a number, as UTC, or by the name of a place.

    Short names of zones are not taken for one: BST is British in one country and Bangladesh's in another.
    """
    spaced = plainly_spaced(text)
    if formats:
        return is_utc_by(spaced, formats)
    return f"(case when {_is_plain(text)} then false else {_says_offset(spaced)} end)"


def _is_plain(text: str) -> str:
    """True of a date and a time to the second and no more, as most systems write them: nothing else is tried on them."""
    return f"(strlen({text}) = 19 and {text} like '____-__-_____:__:__' and {text}[-1] between '0' and '9')"


def _says_offset(text: str) -> str:
    named = f"(right({text}, 1) > '9' and regexp_matches({text}, '{ZONE_NAME}'))"
    return f"(ends_with({text}, 'Z') or contains({text}, '+') or contains(substr({text}, 12), '-') or {named})"


def epoch(text: str, unit_ms: int = EPOCHS["epoch"]) -> str:
    """Units of so many milliseconds since 1970, with or without a fraction, as naive UTC; NULL beyond what a calendar holds."""
    return f"try(make_timestamp(cast(round(try_cast({text} as double) * {unit_ms}) as bigint) * 1000))"


def serial(days: str) -> str:
    """Days since a spreadsheet's day 0, as the local time; `days`: SQL of the number. A number that was cut tells whole seconds
    (46146.41667) or hundredths of one (46146.4166667)."""
    number = f"({days})"
    cut = f"when {number} = round({number}, 6) then 1000 when {number} = round({number}, 7) then 10"
    unit_ms = f"(case {cut} else 1 end)"
    return (
        "try(timestamp '1899-12-30' + "
        f"to_milliseconds(cast(round({number} * 86400000 / {unit_ms}) as bigint) * {unit_ms}))"
    )


def local_to_utc(local: str, zone: str, ambiguous: Ambiguous) -> str:
    """Local wall-clock time of `zone` to UTC, as nested CASEs that halve the zone's changes of offset.

    Local time that never was (spring) is NULL; an hour that was twice (autumn) is read as `ambiguous` says: `first` with
    the offset before the change, `second` with the one after. `local` should be a plain column: it is repeated in every branch.
    """
    steps: list[tuple[datetime, timedelta | None]] = []
    for at, before, after in offset_changes(zone):
        inside = None if after > before else {"first": before, "second": after, "quarantine": None}[ambiguous]
        begins, ends = sorted([at + before, at + after])
        steps += [(begins, inside), (ends, after)]
    return f"{local} - to_seconds({_stepwise(local, offset_at(zone, datetime(FIRST_YEAR, 1, 1)), steps)})"


def _stepwise(local: str, first: timedelta | None, steps: list[tuple[datetime, timedelta | None]]) -> str:
    """SQL: `first`, and from each of the steps on its offset: a time is held against few of many."""
    if not steps:
        return _seconds(first)
    middle = len(steps) // 2
    at, offset = steps[middle]
    later, earlier = _stepwise(local, offset, steps[middle + 1 :]), _stepwise(local, first, steps[:middle])
    return f"case when {local} >= '{at}' then {later} else {earlier} end"


def _seconds(offset: timedelta | None) -> str:
    return "null" if offset is None else str(int(offset.total_seconds()))


def agent_of_channel(text: str, technologies: str = TECHNOLOGIES) -> str:
    """SQL: whose channel of Asterisk it is: `1001` of `SIP/1001-0000002a` and of `Local/1001@from-queue/n`. Other names stay."""
    channel = f"(?s)^(?i:{technologies})/(.*?)(-[0-9a-f]{{8}})?(@[^@]*|/n)?$"
    return f"case when contains({text}, '/') then regexp_replace({text}, '{channel}', '\\1') else {text} end"
