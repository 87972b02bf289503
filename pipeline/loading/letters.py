"""What letters quote, left out, and what they give away: contract numbers, logins, passwords, masked. All as SQL expressions."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipeline import own_words as words
from pipeline.loading import privacy
from pipeline.sql_text import holds, quoted

if TYPE_CHECKING:
    from pipeline.settings import Privacy

NUMBER = r"\s*(?:№|n°|no\.?|nr\.?|number|номер\pL*|#)?\s*(?:is|это)?\s*[:—–-]?\s*#?"
CONTRACT_WORDS = r"договор\pL*|контракт\pL*|лицев\pL+ сч[её]т\pL*|л/с|contract|account|agreement|policy"
DEFAULT_CONTRACT = r"[A-ZА-Я]{0,4}[-/]?\d[\dA-ZА-Я/-]{3,}"
MONEY = "chf|eur|usd|rub|fr\\.|руб(?:\\.|л(?:ь|я|ей|и|ях|ям))?|франк(?:а|ов|и)?|€|\\$|₽|%|процент(?:а|ов)?"
YEAR = r"(?:19|20)\d\d\s*(?:год(?:а|у)?|г\.)"
SUM = rf"(?:\d{{1,3}}(?:['’., ]\d{{3}})+|\d+)(?:[.,]\d\d?)?\s*(?:{MONEY})"
AMOUNT = rf"(?i)(?:{SUM}|{YEAR})(?:[^\pL]|$)|(?:{MONEY})\s*\d[\d'’.,]*"
"""Money, and a year that is called one: no number of a contract, though it stands behind the word."""
GAP = r"[\s\pZ]"
SIGN = ":=—–"
HARMLESS = "\ue000"
"""Stands behind a word that announces no secret, while secrets are looked for."""
SECRET = r"[^\s\pZ]+"
BARE = r"[\s\pZ|]+(?:\pL[^\s\pZ]*\d|\d{4})[^\s\pZ]*"
"""What follows a word without a sign or verb, or behind the bar of a table, is a secret where it looks like one."""
LOGIN = r"(?:[^\s\pZ]*\pL[^\s\pZ]*\d|\d{4}|[^\s\pZ]+@|\pL+[._]\pL)"
"""What is a login behind a sign or verb, too: "my login: I forgot it" gives none."""
LATIN = "[a-z][a-z_-]{2}"
"""Behind a word that is not Latin, letters that are."""


UNQUOTED, OWN = "_unquoted", "_own"
"""Columns of `stage` while letters are read."""


@cache
def read_secrets() -> dict[str, list[str]]:
    """The words of secrets.toml."""
    return tomllib.loads(resources.files(__package__).joinpath("secrets.toml").read_text("utf-8"))


def patterns(settings: Privacy) -> dict[str, str]:
    """What each sign looks like; of what is masked, the word that announces it is the first group."""
    number = settings.contract_number or DEFAULT_CONTRACT
    return {
        "contract_number": f"(?i)({CONTRACT_WORDS}){NUMBER}(?:{number})",
        "login": f"(?i)(?:{_announced('login')}(?:{_said()}{LOGIN}|{BARE})|{_announced_in_cyrillic()}{_said()}{LATIN})",
        "password": f"(?i)({_announced('password')})(?:{_said()}{SECRET}|{BARE})",
    }


def told_apart(letter: str) -> str:
    """SQL of `stage` with UNQUOTED and OWN of a letter in each row: the text without what it quotes, and that without its footer.

    Steps of their own, because many things are sought in either. A contract number may stand in the writer's footer, and is
    given; that of a quoted letter is not.
    """
    unquoted = _without(letter, words.quotes())
    own = f"rtrim({_without(UNQUOTED, words.footers())}, chr(10) || chr(13) || ' ')"
    return f"(select *, {own} as {OWN} from (select *, rowid, {unquoted} as {UNQUOTED} from stage)) as stage"


def _without(text: str, patterns: words.Patterns) -> str:
    own, marks = text, "|".join(mark for _, marks in patterns.values() for mark in marks)
    for pattern, _ in patterns.values():
        own = f"regexp_replace({own}, {quoted(pattern)}, '', 'g')"
    return f"case when {holds(text, marks)} then {own} else {text} end"


def announces_secrets(text: str) -> str:
    """SQL: true where a word stands in the text behind which a secret may follow. Cheap: whether to look for any at all."""
    said = "|".join([CONTRACT_WORDS, *read_secrets()["password"], *read_secrets()["login"]])
    stems = said.replace(r"\pL*", "")  # how a word ends finds no other, and takes long to be compiled
    return holds(text, f"(?i){stems}")


def has(sign: str, text: str, settings: Privacy) -> str:
    """SQL: true where the text has such a thing; nothing where there is no text."""
    told = _told_apart(text)
    if sign == "contract_number":
        told = f"regexp_replace({told}, {quoted(AMOUNT)}, ' ', 'g')"
    return f"regexp_matches({told}, {quoted(patterns(settings)[sign])})"


def masked(text: str, settings: Privacy) -> str:
    """SQL: the text with secrets, contract numbers, e-mails and phones taken out."""
    found = patterns(settings)
    text = _told_apart(text)
    for sign in ("password", "contract_number"):
        text = f"regexp_replace({text}, {quoted(found[sign])}, '\\1 [{sign.replace('_', ' ')}]', 'g')"
    return privacy.masked(f"replace({text}, '{HARMLESS}', '')", "text")


def _told_apart(text: str) -> str:
    """SQL: the text with a mark where an ordinary word follows as a secret would: "the password is not accepted"."""
    word = _any_of(read_secrets()["password"] + read_secrets()["login"])
    ordinary = rf"{_any_of(read_secrets()['ordinary'])}[,.;!?]*(?:{GAP}|$)"
    pattern = f"(?i)({word}{_of()})({_said()}{ordinary})"
    marked = f"regexp_replace({text}, {quoted(pattern)}, '\\1{HARMLESS}\\2', 'g')"
    return f"case when regexp_matches({text}, {quoted(f'(?i){word}')}) then {marked} else {text} end"


def _announced(kind: str) -> str:
    return _any_of(read_secrets()[kind]) + _of()


def _announced_in_cyrillic() -> str:
    return _any_of([word for word in read_secrets()["login"] if not word.isascii()]) + _of()


def _of() -> str:
    """A quotation mark that ends the word, and what the secret is for."""
    return rf"[\"'”»]?(?:{GAP}+{_any_of(read_secrets()['of'])}(?:{GAP}+[\pL\d.'-]+){{1,3}}?)?"


def _said() -> str:
    """Signs and verbs, as many as there are: "is:", "- это", "now:"."""
    verb, filler = (_any_of(read_secrets()[kind]) for kind in ("verbs", "fillers"))
    said = rf"{GAP}*[{SIGN}]|{GAP}+-|-{GAP}|{GAP}+[\"'«“„‘]|(?:{GAP}+{filler})*{GAP}+{verb}(?:{GAP}+{filler})*[\s\pZ{SIGN}-]"
    return f"(?:{said})+{GAP}*"


def _any_of(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"
