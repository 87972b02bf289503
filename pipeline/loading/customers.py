"""Customer identifiers become keyed pseudonyms, the same for the many spellings of one. All as SQL expressions."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipeline.loading.dialling import international, without_outside_line
from pipeline.loading.keys import keyed_digest
from pipeline.loading.shapes import CUT, DATE
from pipeline.sources.expressions import whole_number
from pipeline.sql_text import holds, quoted

if TYPE_CHECKING:
    from pipeline.settings import Privacy

PSEUDONYM_HEX = 15
"""60 bits, so that a pseudonym is a number: among ten million customers two share one with a chance of 1 in 20,000."""
SPELT, SPELT_SHORT = "266696687|7378742833|86282452253", "8656696|7748283|2562533"
WITHHELD = rf"[+]?0*({SPELT})|([+]|00)({SPELT_SHORT})"
"""What carriers send where a caller withholds the number, as words on a telephone's keys: ANONYMOUS, RESTRICTED, UNAVAILABLE; and
UNKNOWN, PRIVATE, BLOCKED, which without a prefix are numbers within a town."""


PLAIN = "[+]?[0-9 ()./-]+"
"""A number as telephone systems write it: most customers are one, and nothing else is tried on them."""
BETWEEN = r"[\s\pZ\p{Cf}\p{Pd}\x{2212}]"
"""What office programs and web pages put between digits: spaces and dashes of all kinds, marks that nobody sees."""
AROUND = r";.*$|^[=\"']+|[\"']+$|[\s\pZ(]*(x|ext|доб)[.]?[\s\pZ]*\d{1,6}\)?$"
"""The extension, and what tells Excel that a number is text."""
NAMED = r"^[^(\d]*\pL[^(\d]*\((NUMBER)\)$|^(NUMBER)\([^)\d]*\pL[^)\d]*\)$".replace("NUMBER", r"[+]?(?:\d[ .-]*){7,}")
"""A number beside somebody's name, one of them in brackets."""
DATED = rf"(^|[(])({DATE})[()]"
"""A day in the place of the number, often that of a birth: many people have the same."""
SCHEMES = "sips?|tel|mailto|whatsapp|sms|callto"
LETTER = r"\pL"
SHORTEST_NUMBER = 7


def normal_identifiers(spellings: str, privacy: Privacy, by_agents: bool) -> str:
    """SQL: (spelling, normal, known_by) of the rows of `spellings`: one spelling for the many of a phone, e-mail or account, and
    what names of recordings know them by.

    NULL for nobody. A phone loses its punctuation and international prefix, the "(0)" after it and, where the settings say how,
    its trunk prefix; one of national length is of the country. `by_agents`: who dialled them got a line out of the house first.
    The steps are nested so that none is computed twice.
    """
    nobody = ", ".join(map(quoted, _words_for_nobody()))
    return f"""
    with {_undressed(spellings)},
    {_dialled(privacy, by_agents)},
    judged as (select *,
        regexp_full_match(case when starts_with(number, '+') then '+' else '' end || digits, '{WITHHELD}') as is_withheld,
        number is null and regexp_full_match(name, '{CUT}') as is_cut,
        length(digits) >= {SHORTEST_NUMBER} as is_phone
        from dialled),
    told as (select *, case
        when name in ({nobody}) or is_withheld or is_cut then null
        when is_phone then {international(privacy)} else name end as normal
        from judged)
    select spelling, normal, {_known_by(privacy)} as known_by
    from told"""


def _undressed(spellings: str) -> str:
    """SQL, up to `named` (spelling, name): without what mail programs and telephones put around a name."""
    without_spaces = "replace(name, ' ', '')"
    return f"""lowered as (
        select spelling, case
            when regexp_full_match(spelling, '{PLAIN}') then trim({whole_number("spelling")})
            else lower(regexp_replace(spelling, '^[\\s\\pZ\\pC]+|[\\s\\pZ\\pC]+$', '', 'g')) end as name
        from ({spellings})),
    addressed as (
        select spelling, case
            when called <> name then called
            when contains(name, '<') and contains(name, '>') then regexp_extract(name, '<(.*)>', 1) else name end as name
        from (select *, case
            when ends_with(name, ')') and not regexp_matches({without_spaces}, '{DATED}')
                then regexp_replace(name, '{NAMED}', '\\1\\2') end as called
            from lowered)),
    bare as (
        select spelling, case
            when contains(name, ':') then regexp_replace(name, '^({SCHEMES}):', '') else name end as name
        from addressed),
    named as (
        select spelling, case
            when starts_with(name, 'anonymous@') or ends_with(name, '.invalid') then 'anonymous'
            when contains(name, '@') and regexp_matches(name, '^[+]?[0-9]+@') then split_part(name, '@', 1)
            else name end as name
        from bare)"""


def _dialled(privacy: Privacy, by_agents: bool) -> str:
    """SQL, from `named` to `dialled` (spelling, name, number, digits): the number that a name is, and what of it is dialled."""
    signs = quoted("+() ./-")
    digits = without_outside_line("digits", privacy) if by_agents and privacy.phone_outside_line else "digits"
    return f"""numbered as (
        select spelling, name, case
            when stripped is null then name else nullif({_plain("stripped")}, '') end as number
        from (select *, case when not regexp_full_match(name, '{PLAIN}') then {_stripped("name")} end as stripped from named)),
    in_digits as (
        select spelling, name, number, case
            when regexp_full_match(number, '[+]?[0-9]*') then ltrim(number, '+')
            when starts_with(number, '+') or starts_with(number, '00') then translate(replace(number, '(0)', ''), {signs}, '')
            else translate(number, {signs}, '') end as digits
        from numbered),
    dialled as (
        select spelling, name, number, case when starts_with(number, '+') then digits else {digits} end as digits
        from in_digits)"""


def _stripped(name: str) -> str:
    """SQL: without an extension, and without what stands between digits."""
    return f"regexp_replace(regexp_replace({name}, {quoted(AROUND)}, '', 'g'), '{BETWEEN}', '', 'g')"


def _plain(bare: str) -> str:
    """SQL: the number that somebody wrote, in plain signs; nothing where it is none."""
    signs = ", ".join(map(quoted, _other_signs()))
    plain = f"case when strlen({bare}) > length({bare}) then translate({bare}, {signs}) else {bare} end"
    return f"case when not {holds(bare, LETTER)} then regexp_extract({plain}, '^{PLAIN}$') end"


@cache
def _other_signs() -> tuple[str, str]:
    """Digits of all scripts, and the signs of a number as full-width ones; what they are in ASCII."""
    digits = [sign for sign in map(chr, range(128, 0x20000)) if sign.isdecimal()]
    return "".join(digits) + "＋（）．／", "".join(str(int(sign)) for sign in digits) + "+()./"


def _known_by(privacy: Privacy) -> str:
    """SQL: an address; of a number what follows the prefixes that names of recordings have; of an account its digits."""
    country = privacy.phone_country_code
    home = f"starts_with(normal, '{country}') and length(normal) >= {SHORTEST_NUMBER + len(country)}"
    digits = "regexp_replace(name, '[^0-9]', '', 'g')"
    return (
        f"case when normal is null then null when is_phone and {home} then substr(normal, {len(country) + 1}) "
        f"when is_phone or contains(normal, '@') then normal when length({digits}) >= {SHORTEST_NUMBER} then {digits} end"
    )


@cache
def _words_for_nobody() -> list[str]:
    file = resources.files(__package__).joinpath("nobody.toml")
    return [word for words in tomllib.loads(file.read_text("utf-8")).values() for word in words]


def pseudonym(text: str, key: bytes) -> str:
    """SQL: the first 60 bits of the text's keyed digest."""
    return f"cast('0x' || left({keyed_digest(text, key)}, {PSEUDONYM_HEX}) as bigint)"
