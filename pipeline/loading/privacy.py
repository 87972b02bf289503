"""Customer identifiers become keyed pseudonyms; phones and e-mails inside other text are masked. All as SQL expressions."""

from __future__ import annotations

import hashlib
import os
import secrets
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.sources.expressions import quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy

KEY_VARIABLE = "CONTACT_QUALITY_KEY"
BLOCK_BYTES = 64
PSEUDONYM_HEX = 15
"""60 bits, so that a pseudonym is a number: among ten million customers two share one with a chance of 1 in 20,000."""

SIGN_HEX, ID_HEX = 6, 16
"""24 bits: of the few hundred queues and agents of a centre no two are likely to share one. 64 bits for records."""

SPELT, SPELT_SHORT = "266696687|7378742833|86282452253", "8656696|7748283|2562533"
WITHHELD = rf"[+]?0*({SPELT})|([+]|00)({SPELT_SHORT})"
"""What carriers send where a caller withholds the number, as words on a telephone's keys: ANONYMOUS, RESTRICTED, UNAVAILABLE; and
UNKNOWN, PRIVATE, BLOCKED, which without a prefix are numbers within a town."""
DIGIT = "[0-9\u0660-\u0669\uff10-\uff19]"
"""Arabic and full-width ones too: they are typed where a form refuses numbers."""
PHONE = rf"\+?\(?{DIGIT}(?:[ ().\-‐-―]{{0,3}}{DIGIT}){{6,18}}"
AT = "[@\uff20]"
EMAIL_NAME = rf"([^\s@＠<>;,:]+){AT}[^\s@＠<>;,:]+"
EMAIL = rf"[^\s@＠<>;,:]+{AT}[^\s@＠<>;,:]+"
NUMBER = r"(^|[^0-9A-Za-z])(?:\+[1-9][0-9]{7,14}|0[1-9][0-9]{7,10})([^0-9A-Za-z]|$)"
"""A telephone number within a name that a system gave: most long numbers there are none."""
DATE = r"(18|19|20)\d\d[-./]\d?\d[-./]\d?\d|[1-9]\d{4}[.]\d+|[0-3]?\d[-./][01]?\d[-./](19|20)\d\d"
SUSPICIOUS = f"{AT}|{PHONE}"
"""What makes a text worth masking: cheap to try on distinct values."""


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


def masked(text: str, column_type: str) -> str:
    """SQL: the text with e-mails and phones taken out; an agent's e-mail keeps the name before the @."""
    if column_type == "agent":
        return _masked_agent(text)
    return f"regexp_replace(regexp_replace({text}, '{EMAIL}', '[e-mail]', 'g'), '{PHONE}', '[phone]', 'g')"


def stand_in(text: str, column_type: str, settings: Privacy, key: bytes) -> str:
    """SQL: the text masked; a phone or e-mail that is all of it, and an agent's, has a sign of its own, so that two stay two."""
    hidden = masked(text, column_type)
    signed = text if column_type != "agent" else f"regexp_replace({text}, '[^0-9]', '', 'g')"
    alone = f"{hidden} in ('[phone]', '[e-mail]')" if column_type != "agent" else f"contains({hidden}, '[phone]')"
    apart = _of_domain(text, settings, key) if column_type == "agent" else "''"
    return f"case when {alone} then {hidden} || ' ' || {_sign(signed, key, SIGN_HEX)} else {hidden} || {apart} end"


def _of_domain(agent: str, settings: Privacy, key: bytes) -> str:
    """SQL: what keeps an agent with an address of another domain than the house's apart from its own agent of that name."""
    if not settings.agent_domains:
        return "''"
    domain = f"lower(regexp_extract({agent}, '{AT}([^\\s@＠<>;,:]+)', 1))"
    own = ", ".join(quoted(domain.lower().removeprefix("@")) for domain in settings.agent_domains)
    return f"case when {domain} in ('', {own}) then '' else ' ' || {_sign(domain, key, SIGN_HEX)} end"


def id_stand_in(text: str, key: bytes) -> str:
    """SQL: the name of a record with a sign in place of telephone numbers in it: the same name has the same in every table."""
    return _without_numbers(text, _sign(text, key, ID_HEX))


def masked_file_name(text: str) -> str:
    """SQL: the name of a file without e-mails and numbers of people; days and counts in it stay."""
    return _without_numbers(f"regexp_replace({text}, '{EMAIL}', '[e-mail]', 'g')", "'[phone]'")


def _without_numbers(text: str, instead: str) -> str:
    """SQL: done twice, because what stands between two numbers bounds only the first of them."""
    once = f"regexp_replace({text}, '{NUMBER}', '\\1' || {instead} || '\\2', 'g')"
    return f"regexp_replace({once}, '{NUMBER}', '\\1' || {instead} || '\\2', 'g')"


def _sign(text: str, key: bytes, length: int) -> str:
    """SQL: letters only, so that no sign is taken for a number."""
    outer, inner = pads(key)
    digest = f"sha256(unhex('{outer.hex()}') || unhex(sha256(unhex('{inner.hex()}') || encode({text}))))"
    return f"translate(left({digest}, {length}), '0123456789', 'ghijklmnop')"


def _masked_agent(text: str) -> str:
    """An agent's id must stay apart from others': personnel numbers stay, of a phone its last two digits do."""
    name = f"regexp_replace({text}, '{EMAIL_NAME}', '\\1', 'g')"
    masked_phone = f"regexp_replace({name}, '{PHONE}', '[phone]' || right({name}, 2), 'g')"
    return f"case when regexp_full_match({name}, '[0-9]{{1,9}}') then {name} else {masked_phone} end"


def masked_unless_time(text: str) -> str:
    """SQL: masked as a label, but for a date at the beginning, which a phone's pattern would take for one."""
    date = f"regexp_extract({text}, '^({DATE})( |T|$)')"
    return f"({date} || {masked(f'substr({text}, length({date}) + 1)', 'label')})"


def pseudonym(text: str) -> str:
    """SQL with two parameters (inner pad, outer pad): the first 60 bits of hmac.new(key, text, sha256)."""
    digest = f"sha256(?::blob || unhex(sha256(?::blob || encode({text}))))"
    return f"cast('0x' || left({digest}, {PSEUDONYM_HEX}) as bigint)"


def pads(key: bytes) -> tuple[bytes, bytes]:
    """(outer, inner) pads of RFC 2104 for SHA-256, in the order `pseudonym` takes them."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    return bytes(b ^ 0x5C for b in block), bytes(b ^ 0x36 for b in block)


def warehouse_key(warehouse: Warehouse, privacy: Privacy) -> bytes:
    """The key of this warehouse; raises PipelineError when it is not the one the warehouse was begun with."""
    key = find_key(warehouse.path, privacy)
    fingerprint = hashlib.sha256(b"fingerprint of " + key).hexdigest()[:16]
    known = warehouse.noted("key_fingerprint")
    if known is None:
        warehouse.note("key_fingerprint", fingerprint)
    elif known != fingerprint:
        raise PipelineError(
            f"{warehouse.path}: the pseudonym key is not the one this warehouse was begun with; "
            f"with another key the same customer would be two. Restore {KEY_VARIABLE} or the key file."
        )
    return key


def find_key(warehouse_path: Path, privacy: Privacy) -> bytes:
    """From the settings, the environment, or the file beside the warehouse, which is made when there is none.
    Raises PipelineError for a file without a key in it."""
    if privacy.key is not None:
        return privacy.key.encode()
    if os.environ.get(KEY_VARIABLE):
        return os.environ[KEY_VARIABLE].encode()
    file = warehouse_path.with_name(warehouse_path.name + ".key")
    if not file.is_file():
        _make_key(file)
    key = file.read_text("utf-8").strip().encode()
    if not key:
        raise PipelineError(f"{file}: is empty: restore the key, or remove the file where nothing has been loaded yet")
    return key


def _make_key(file: Path) -> None:
    """Whole or not at all, readable by its owner alone; of two who make one at once the first has made it."""
    descriptor, whole = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_hex(32))
    try:
        os.link(whole, file)
    except FileExistsError:
        pass
    except OSError:  # a share without hard links
        Path(whole).replace(file)
    Path(whole).unlink(missing_ok=True)


def masked_reference(text: str, persons: list[str]) -> str:
    """SQL: a reference to a record or recording without the row's own customer number in it; it still leads there."""
    for person in persons:
        digits = f"regexp_replace({person}, '[^0-9]', '', 'g')"
        text = (
            f"case when length({digits}) >= 7 then replace(replace({text}, {person}, '[phone]'), {digits}, '[phone]') "
            f"when contains({person}, '@') then replace({text}, {person}, '[e-mail]') else {text} end"
        )
    return text
