"""Phones and e-mails inside other text are masked. All as SQL expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading import record_names
from pipeline.loading.keys import keyed_digest
from pipeline.loading.shapes import (
    AT,
    CLOCK,
    DATE,
    DAY,
    DIGITS,
    EMAIL,
    EMAIL_NAME,
    EPOCH,
    EPOCH_MS,
    NUMBER,
    PHONE,
    WORD,
)
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from pipeline.settings import Privacy

Person = tuple[str, str]
"""SQL of a customer's spelling in the row, and of what references know the customer by."""

APART = "\ue001"
"""Stands in days while numbers are sought: a day is no telephone number."""
SIGN_HEX, ID_HEX = 6, 16
"""24 bits: of the few hundred queues and agents of a centre no two are likely to share one. 64 bits for records."""


def masked(text: str, column_type: str) -> str:
    """SQL: the text with e-mails and numbers taken out; an agent's e-mail keeps the name before the @."""
    if column_type == "agent":
        return _masked_agent(text)
    return f"replace({_without_any(_days_apart(text))}, '{APART}', '')"


def _without_any(text: str) -> str:
    return f"regexp_replace(regexp_replace({text}, '{EMAIL}', '[e-mail]', 'g'), '{PHONE}', '[phone]', 'g')"


def _days_apart(text: str) -> str:
    """SQL: with a mark within and behind each day, over which no number reaches; done twice as in `_without_numbers`."""
    marked = text
    for _ in range(2):
        marked = f"regexp_replace({marked}, '{DAY}', '\\1\\2\\4{APART}\\3\\5{APART}\\6', 'g')"
    return f"case when regexp_matches({text}, '[0-9][.-][0-9]') then {marked} else {text} end"


def stand_in(text: str, hidden: str, column_type: str, settings: Privacy, key: bytes) -> str:
    """SQL: the text masked, which is in the column `hidden`; a phone or e-mail that is all of it, and an agent's, has a sign of
    its own, so that two stay two."""
    signed = text if column_type != "agent" else f"regexp_replace({text}, '\\P{{Nd}}', '', 'g')"
    alone = f"{hidden} in ('[phone]', '[e-mail]')" if column_type != "agent" else f"contains({hidden}, '[phone]')"
    apart = _of_domain(text, settings, key) if column_type == "agent" else "''"
    return f"case when {alone} then {hidden} || ' ' || {_sign(signed, key, SIGN_HEX)} else {hidden} || {apart} end"


def _of_domain(agent: str, settings: Privacy, key: bytes) -> str:
    """SQL: what keeps an agent with an address of another domain than the house's apart from its own agent of that name."""
    if not settings.agent_domains:
        return "''"
    domain = f"lower(regexp_extract({agent}, '{AT}({WORD})', 1))"
    own = ", ".join(quoted(domain.lower().removeprefix("@")) for domain in settings.agent_domains)
    return f"case when {domain} in ('', {own}) then '' else ' ' || {_sign(domain, key, SIGN_HEX)} end"


def id_stand_in(text: str, settings: Privacy, key: bytes) -> str:
    """SQL: the name of a record with a sign in place of telephone numbers in it: the same name has the same in every table."""
    return record_names.without_numbers(text, _sign(text, key, ID_HEX), settings)


def masked_file_name(text: str) -> str:
    """SQL: the name of a file without e-mails and numbers of people; days and counts in it stay."""
    return _without_numbers(f"regexp_replace({text}, '{EMAIL}', '[e-mail]', 'g')", "'[phone]'")


def _without_numbers(text: str, instead: str) -> str:
    """SQL: done twice, because what stands between two numbers bounds only the first of them."""
    once = f"regexp_replace({text}, '{NUMBER}', '\\1' || {instead} || '\\2', 'g')"
    return f"regexp_replace({once}, '{NUMBER}', '\\1' || {instead} || '\\2', 'g')"


def _sign(text: str, key: bytes, length: int) -> str:
    """SQL: letters only, so that no sign is taken for a number."""
    return f"translate(left({keyed_digest(text, key)}, {length}), '0123456789', 'ghijklmnop')"


def _masked_agent(text: str) -> str:
    """An agent's id must stay apart from others': personnel numbers stay, of a phone its last two digits do."""
    name = f"regexp_replace({text}, '{EMAIL_NAME}', '\\1', 'g')"
    masked_phone = f"regexp_replace({name}, '{PHONE}', '[phone]' || right({name}, 2), 'g')"
    return f"case when regexp_full_match({name}, '[0-9]{{1,9}}') then {name} else {masked_phone} end"


def masked_unless_date(text: str, dates: str = DATE) -> str:
    """SQL: masked as a label, but for a date at the beginning, which a phone's pattern would take for one."""
    date = f"regexp_extract({text}, '^({dates})(\\pZ|T|$)')"
    return f"({date} || {masked(f'substr({text}, length({date}) + 1)', 'label')})"


def masked_time(text: str) -> str:
    """SQL: masked likewise, but for digits that tell a time; of ten, which may be seconds or a phone, the first are left."""
    shown = masked_unless_date(text, f"({DATE})({CLOCK})?|{EPOCH_MS}|{DIGITS}")
    return f"case when regexp_full_match({text}, '{EPOCH}') then left({text}, 4) || '…' else {shown} end"


def names_person(text: str, persons: list[Person]) -> str:
    """SQL: true where any of what `masked_reference` seeks stands in the text."""
    held = (f"contains({text}, {spelling}) or {_is_in(text, known_by)}" for spelling, known_by in persons)
    return " or ".join(held)


def _is_in(text: str, known_by: str) -> str:
    squeezed = f"regexp_replace({text}, '[^0-9]', '', 'g')"
    return f"contains({squeezed}, {known_by}) or contains(replace(lower({text}), '%40', '@'), {known_by})"


def masked_reference(text: str, persons: list[Person], settings: Privacy) -> str:
    """SQL: a reference to a record or recording without the row's own customer in it; it still leads there.

    A number is sought with every prefix and with none. Where it stands in pieces, all that looks like one goes, and days with it.
    """
    country, trunk = settings.phone_country_code, settings.phone_trunk_prefix
    prefixes = sorted({f"+{country}", f"00{country}", country, "+", "00", trunk, ""}, key=len, reverse=True)
    for spelling, known_by in persons:
        hidden = f"case when contains({known_by}, '@') then '[e-mail]' else '[phone]' end"
        rest = text
        for sought in (*(f"'{prefix}' || {known_by}" for prefix in prefixes), spelling):
            rest = f"replace({rest}, {sought}, {hidden})"
        text = f"coalesce({rest}, {text})"
        text = f"case when {_is_in(text, known_by)} then {_without_any(text)} else {text} end"
    return text
