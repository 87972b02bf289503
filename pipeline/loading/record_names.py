"""Telephone numbers and cards within a name that a system gave a record, as SQL. Most long numbers there are neither.

A run of digits is one where it begins as telephone numbers do (+, 00, 0, the country's own code) and is as long as they are.
What is grouped stands apart, and a UUID is none, though parts of it look alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading import abroad
from pipeline.loading.shapes import CARD, CLOSE, NO_YEAR, NUMBER
from pipeline.sql_text import holds

if TYPE_CHECKING:
    from pipeline.settings import Privacy

ABROAD = "[1-9][0-9]{8,12}"
"""Behind what is dialled before a number of another country."""
LETTERS = "[A-Za-z]{1,4}"
JOINT = rf"(?:{CLOSE}|/){{1,2}}"
AREA = r"\(?[1-9][0-9]{1,2}\)?"
LOCAL = rf"{JOINT}[0-9]{{3}}(?:{JOINT}[0-9]{{2}}{JOINT}[0-9]{{2}}|{JOINT}?[0-9]{{4}})"
"""Behind the area: 123 45 67, 123 4567 or 1234567."""
GROUPS = rf"{JOINT}(?:[0-9]{{2,3}}|{NO_YEAR}[0-9]{{2}})(?:{JOINT}[0-9]{{2,4}}){{2,3}}"
NATIONAL = rf"\(?0[1-9][0-9]{{1,3}}\)?(?:{JOINT}{NO_YEAR}[0-9]{{4,6}}|{JOINT}[0-9]{{3}}{JOINT}[0-9]{{4}}|{GROUPS})"
BEYOND = rf"[1-9][0-9]{{0,2}}(?:{JOINT}[0-9]{{1,4}}){{3,6}}"
"""A number in groups, from its country's code on."""
INTERNATIONAL = rf"\+{BEYOND}"
IBAN = r"[A-Z]{2}[0-9]{2}(?: [0-9A-Z]{4}){3,7}(?: [0-9A-Z]{1,3})?"
UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

LENGTHS = {
    "30": "10", "32": "8,9", "36": "8,9", "39": "9,10", "43": "10,11", "44": "10", "45": "8", "46": "7,9", "47": "8",
    "49": "10,11", "52": "10", "54": "10", "55": "10,11", "57": "10", "62": "9,11", "63": "10", "64": "8,9", "65": "8",
    "81": "9,10", "86": "11", "90": "10", "91": "10", "92": "10", "98": "10", "352": "6,9", "354": "7", "358": "8,10",
    "359": "8,9", "370": "8", "371": "8", "372": "7,8", "373": "8", "374": "8", "385": "8,9", "386": "8", "852": "8",
}  # fmt: skip
"""Digits of a telephone number behind the country's code, from and to, where they are not nine; behind +1 and +7 they are ten."""


def holds_number(text: str, settings: Privacy) -> str:
    """SQL: true where one stands outside the UUIDs in the text."""
    number = "|".join(_patterns(settings))
    rest = f"regexp_replace({text}, '{UUID}', '-', 'g')"
    return f"case when {holds(text, number)} then {holds(rest, number)} end"


def without_numbers(text: str, instead: str, settings: Privacy) -> str:
    """SQL: done twice, because what stands between two numbers bounds only the first of them."""
    replaced = text
    for pattern in _patterns(settings) * 2:
        replaced = f"regexp_replace({replaced}, '{pattern}', '\\1' || {instead} || '\\2', 'g')"
    return f"case when {holds_number(text, settings)} then {replaced} else {text} end"


def _patterns(settings: Privacy) -> tuple[str, ...]:
    country = settings.phone_country_code
    home = country + _behind(settings)
    prefixes = [*([rf"(?:00)?{country}"] if country else []), *filter(None, [settings.phone_trunk_prefix])]
    own = [f"{_spelt(prefix)}{JOINT}{BEYOND}" for prefix in abroad.prefixes(settings) if prefix != abroad.EVERYWHERE]
    home_grouped = [rf"{prefix}{JOINT}{AREA}{LOCAL}" for prefix in prefixes]
    grouped = [*own, NATIONAL, INTERNATIONAL, CARD, IBAN, *home_grouped]
    foreign = [prefix + ABROAD for prefix in abroad.prefixes(settings)]
    line = rf"(?:{settings.phone_outside_line}(?:{JOINT})?)?" if settings.phone_outside_line else ""
    in_one = rf"(^|[^0-9A-Za-z]){line}(?:{'|'.join([*foreign, *([home] if country else [])])})([^0-9A-Za-z]|$)"
    apart = rf"(^|[^0-9A-Za-z\-]){line}(?:{'|'.join(grouped)})([^0-9A-Za-z\-]|$)"
    lettered = [rf"^({LETTERS}){home}((?:{LETTERS})?)$"] if country else []
    return (NUMBER, in_one, apart, *lettered)


def _spelt(prefix: str) -> str:
    """What is dialled before a number abroad, in one or, of 8 10, in two."""
    return rf"8(?:{JOINT})?10" if prefix == abroad.BY_TRUNK["8"] else prefix


def _behind(settings: Privacy) -> str:
    """The digits behind the country's code."""
    least, most = national_lengths(settings)
    return rf"[1-9][0-9]{{{least - 1},{most - 1}}}"


def national_lengths(settings: Privacy) -> tuple[int, int]:
    """From and to how many digits a number of the country has behind its code."""
    country, told = settings.phone_country_code, settings.phone_national_digits
    length = str(told) if told else LENGTHS.get(country, "10" if len(country) == 1 else "9")
    least, _, most = length.partition(",")
    return int(least), int(most or least)
