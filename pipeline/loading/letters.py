"""What letters give away: contract numbers, logins and passwords, found before they are masked. All as SQL expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading import privacy
from pipeline.sources.expressions import quoted

if TYPE_CHECKING:
    from pipeline.settings import Privacy

SAID = r"\s*(?:[:=—–-]|is|это)\s*"
NUMBER = r"\s*(?:№|n°|no\.?|nr\.?|number|номер\pL*|#)?\s*(?:is|это)?\s*[:—–-]?\s*#?"
CONTRACT_WORDS = r"договор\pL*|контракт\pL*|лицев\pL+ сч[её]т\pL*|л/с|contract|account|agreement|policy"
DEFAULT_CONTRACT = r"[A-ZА-Я]{0,4}[-/]?\d[\dA-ZА-Я/-]{3,}"
LOGIN = r"(логин\pL*|login|user ?name|имя пользователя)" + SAID + r"[^\s,;]{3,}"
PASSWORD = r"(парол\pL*|password|passwd|pwd|пин-?код\pL*|pin)" + SAID + r"[^\s,;]+"


def patterns(settings: Privacy) -> dict[str, str]:
    """What each sign looks like; the word that announces it is the first group."""
    number = settings.contract_number or DEFAULT_CONTRACT
    return {
        "contract_number": f"(?i)({CONTRACT_WORDS}){NUMBER}(?:{number})",
        "login": f"(?i){LOGIN}",
        "password": f"(?i){PASSWORD}",
    }


def has(sign: str, text: str, settings: Privacy) -> str:
    """SQL: true where the text has such a thing; nothing where there is no text."""
    return f"regexp_matches({text}, {quoted(patterns(settings)[sign])})"


def masked(text: str, settings: Privacy) -> str:
    """SQL: the text with secrets, contract numbers, e-mails and phones taken out."""
    found = patterns(settings)
    for sign in ("password", "contract_number"):
        text = f"regexp_replace({text}, {quoted(found[sign])}, '\\1 [{sign.replace('_', ' ')}]', 'g')"
    return privacy.masked(text, "text")
