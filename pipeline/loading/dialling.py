"""Numbers as they are dialled: for a line out of the house, abroad, within the country. All as SQL expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading import abroad
from pipeline.loading.record_names import national_lengths

if TYPE_CHECKING:
    from pipeline.settings import Privacy

SHORTEST_OPEN = 6
"""Digits of a number in a country whose numbers differ in length: long ones alone are told from other digits by theirs."""

LONG_ENOUGH = "and length(digits) > 11"
"""To be of another country: 8 10 and 010 may begin a number of this one."""


def without_outside_line(digits: str, privacy: Privacy) -> str:
    """SQL: dialled digits without those for the line, where a whole number follows them and they are not one of the country."""
    is_with = f"regexp_full_match({digits}, '{privacy.phone_outside_line}({'|'.join(_numbers(privacy))})')"
    if privacy.phone_national_digits:
        is_with += f" and length({digits}) <> {privacy.phone_national_digits}"
    return f"case when {is_with} then substr({digits}, {len(privacy.phone_outside_line) + 1}) else {digits} end"


def _numbers(privacy: Privacy) -> list[str]:
    """How a number goes on: abroad, in the country by its trunk prefix, or by its code or nothing at all."""
    least, most = national_lengths(privacy)
    least = least if least == most else SHORTEST_OPEN
    country, trunk = privacy.phone_country_code, privacy.phone_trunk_prefix
    home = [country, *([trunk] if trunk else []), *([""] if privacy.phone_national_digits else [])]
    return [
        *(rf"{prefix}[1-9][0-9]{{6,}}" for prefix in abroad.prefixes(privacy)),
        *(rf"{prefix}[1-9][0-9]{{{least - 1},{most - 1}}}" for prefix in home),
    ]


def international(privacy: Privacy) -> str:
    """SQL: the digits of a `number` from its country code on, as far as the settings say how it is dialled."""
    country, trunk, length = privacy.phone_country_code, privacy.phone_trunk_prefix, privacy.phone_national_digits
    whole = f"when length(digits) = {length} then '{country}' || digits "
    national = f"when starts_with(digits, '{trunk}') then '{country}' || substr(digits, {len(trunk) + 1}) "
    beyond = "".join(
        f"when starts_with(digits, '{prefix}') {'' if prefix == abroad.EVERYWHERE else LONG_ENOUGH} "
        f"then substr(digits, {len(prefix) + 1}) "
        for prefix in abroad.prefixes(privacy)
    )
    return (
        f"case when starts_with(number, '+') then digits {beyond}"
        f"{whole if country and length else ''}{national if country and trunk else ''}else digits end"
    )
