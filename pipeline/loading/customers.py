"""Customer identifiers become keyed pseudonyms, the same for the many spellings of one. All as SQL expressions."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipeline.sources.expressions import quoted

if TYPE_CHECKING:
    from pipeline.settings import Privacy

PSEUDONYM_HEX = 15
"""60 bits, so that a pseudonym is a number: among ten million customers two share one with a chance of 1 in 20,000."""
SPELT, SPELT_SHORT = "266696687|7378742833|86282452253", "8656696|7748283|2562533"
WITHHELD = rf"[+]?0*({SPELT})|([+]|00)({SPELT_SHORT})"
"""What carriers send where a caller withholds the number, as words on a telephone's keys: ANONYMOUS, RESTRICTED, UNAVAILABLE; and
UNKNOWN, PRIVATE, BLOCKED, which without a prefix are numbers within a town."""


def normal_identifiers(spellings: str, privacy: Privacy) -> str:
    """SQL: (spelling, normal) of the rows of `spellings`: one spelling for the many of a phone, e-mail or account.

    NULL for nobody. A phone loses its punctuation and international prefix, the "(0)" after it and, where the settings say how,
    its trunk prefix. The steps are nested so that none is computed twice.
    """
    nobody = ", ".join(map(quoted, _words_for_nobody()))
    return f"""
    with lowered as (select spelling, lower(trim(spelling)) as name from ({spellings})),
    addressed as (
        select spelling, case
            when contains(name, '<') and contains(name, '>') then regexp_extract(name, '<(.*)>', 1) else name end as name
        from lowered),
    bare as (
        select spelling, case
            when contains(name, ':') then regexp_replace(name, '^(sips?|tel|mailto):', '') else name end as name
        from addressed),
    named as (
        select spelling, case
            when starts_with(name, 'anonymous@') or ends_with(name, '.invalid') then 'anonymous'
            when contains(name, '@') and regexp_matches(name, '^[+]?[0-9]+@') then split_part(name, '@', 1)
            else name end as name
        from bare),
    dialled as (
        select spelling, name, translate(case
            when starts_with(name, '+') or starts_with(name, '00') then replace(name, '(0)', '') else name end, '+() ./-', '')
            as digits from named),
    judged as (select *,
        regexp_full_match(case when starts_with(name, '+') then '+' else '' end || digits, '{WITHHELD}') as is_withheld,
        regexp_full_match(digits, '[0-9]{{7,}}') and regexp_full_match(name, '[+]?[0-9 ()./-]+') as is_phone
        from dialled)
    select spelling, case
        when name in ({nobody}) or is_withheld then null when is_phone then {_international(privacy)} else name end as normal
    from judged"""


@cache
def _words_for_nobody() -> list[str]:
    file = resources.files(__package__).joinpath("nobody.toml")
    return [word for words in tomllib.loads(file.read_text("utf-8")).values() for word in words]


def _international(privacy: Privacy) -> str:
    country, trunk = privacy.phone_country_code, privacy.phone_trunk_prefix
    national = f"when starts_with(digits, '{trunk}') then '{country}' || substr(digits, {len(trunk) + 1}) "
    return (
        f"case when starts_with(name, '+') then digits when starts_with(digits, '00') then substr(digits, 3) "
        f"{national if country and trunk else ''}else digits end"
    )


def pseudonym(text: str) -> str:
    """SQL with two parameters (inner pad, outer pad): the first 60 bits of hmac.new(key, text, sha256)."""
    digest = f"sha256(?::blob || unhex(sha256(?::blob || encode({text}))))"
    return f"cast('0x' || left({digest}, {PSEUDONYM_HEX}) as bigint)"
