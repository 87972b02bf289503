"""What telephone numbers, cards, accounts and addresses look like in texts and in names: regular expressions of RE2.

What begins as telephone numbers do (+41, 044) may be written in any way; of other digits only what nothing else is written like.
Times, dates with slashes, amounts in threes with no-break spaces, lists and references such as 012/2026 stay.
"""

from __future__ import annotations

DIGIT = r"\p{Nd}"
"""Of all scripts: others are typed where a form refuses numbers."""
DASH = r"\-\x{2010}-\x{2015}\x{2212}"
UNSEEN = r"\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}"
JOINTS = rf"{UNSEEN}().{DASH}"
PLAIN = rf"[ {JOINTS}]{{0,3}}"
CLOSE = rf"[\t\pZ{JOINTS}]"
"""Within a line, with what web pages and office programs put there. Three of them would be the dash of "from - to"."""
WIDE = rf"[\s\pZ{JOINTS}/_:]{{1,3}}"
BREAK = rf"{CLOSE}{{0,2}}[\r\n]{{1,2}}[ \t]?"

INTERNATIONAL = rf"\+\(?[1-9](?:(?:{CLOSE}{{0,3}}[0-9]){{1,8}}{BREAK}[0-9]{{2}}|(?:[/_]?{CLOSE}{{0,3}}[0-9]){{6,}})"
"""It goes on in the next line where it is not whole yet; behind a whole one the next line is another matter."""
AREA = r"\b0(?:[1-9][0-9]{1,3}|0[1-9][0-9]{0,2})\)?"
NO_YEAR = r"(?:[3-9][0-9]|1[0-8]|2[1-9])"
NATIONAL = (
    rf"{AREA}(?:{CLOSE}{{1,2}}[0-9](?:{CLOSE}{{0,2}}[0-9]){{0,4}}{BREAK}[0-9]{{2}}"
    rf"|[/:_] ?{NO_YEAR}(?:[/:_]?{CLOSE}{{0,2}}[0-9]){{4,}}|(?:{CLOSE}{{0,2}}[0-9]){{4,}})"
)
TYPESET = (
    rf"\(?{DIGIT}(?:[\pZ{JOINTS}]{{0,2}}{DIGIT}){{2,}}[\pZ{JOINTS}]{{1,2}}(?:[0-9]{{4}}|[0-9]{{2}}[\pZ{DASH}][0-9]{{2}})\b"
    rf"|\b[0-9]{{3}}(?:[\pZ{DASH}][0-9]{{3}}){{2}}\b"
)
"""With no-break spaces: groups of four or two at the end, or three of three; others in threes are amounts."""
CARD = rf"\b(?:[3-6][0-9]{{3}}(?:{WIDE}[0-9]{{4}}){{3}}|3[0-9]{{3}}{WIDE}[0-9]{{6}}{WIDE}[0-9]{{5}})\b"
IBAN = (
    r"\b[A-Za-z]{2}[0-9]{2}(?:[A-Za-z0-9]{4}[0-9]{7}[A-Za-z0-9]{0,19}"
    rf"|(?:{WIDE}[0-9A-Z]{{4}})?(?:{WIDE}[0-9]{{4}}){{2,}}(?:(?:{CLOSE}[A-Z]{{4}})?{CLOSE}[0-9A-Z]{{0,3}}[0-9][0-9A-Z]{{0,3}}\b)*)"
)
SPELLED = "|".join((IBAN, CARD, INTERNATIONAL, NATIONAL, TYPESET))
PHONE = rf"(?:{SPELLED})(?:{PLAIN}{DIGIT})*|\+?\(?{DIGIT}(?:{PLAIN}{DIGIT}){{6,}}"

AT = r"[@\x{ff20}\x{fe6b}]"
WORD = r"[^\s\pZ@\x{ff20}\x{fe6b}<>;,:]+"
SPACE = r"[\s\pZ]?"
SPELLED_AT = rf"[(\[]{SPACE}(?i:at){SPACE}[)\]]"
DOT = rf"(?:\.|{SPACE}[(\[](?i:dot)[)\]]{SPACE})"
LABEL = r"[^\s\pZ@\x{ff20}\x{fe6b}<>;,:.()\[\]&?=/]+"
HOST = rf"{LABEL}(?:{DOT}{LABEL})*{DOT}\pL+"
EMAIL_NAME = f"({WORD}){AT}{WORD}"
EMAIL = f"{WORD}(?:{AT}{WORD}|{SPACE}(?:{AT}|%40|{SPELLED_AT}){SPACE}{HOST})"

SUSPICIOUS = rf"{EMAIL}|{PHONE}"

NUMBER = r"(^|[^0-9A-Za-z])(?:\+[1-9][0-9]{7,14}|0[1-9][0-9]{7,10})([^0-9A-Za-z]|$)"
"""A telephone number within a name that a system gave: most long numbers there are none."""
DATE = r"(18|19|20)\d\d[-./]\d?\d[-./]\d?\d|[1-9]\d{4}[.,]\d+|[0-3]?\d[-./][01]?\d[-./](19|20)\d\d"
CLOCK = r",?[\pZT]+\d?\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
"""What follows a day in a time, with a fraction that a number with a point would be taken for."""
_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_GAP = rf"\s\pZ{JOINTS}/_:"
_ALONE = (
    rf"{CLOSE}*(?:$|[^{DIGIT}\t\pZ{JOINTS}])|{CLOSE}{{4}}"
    rf"|{CLOSE}{{1,3}}(?:{_DAY}\.{_MONTH}\.20[0-9]{{2}}|20[0-9]{{2}}-{_MONTH}-{_DAY}|[0-9]{{1,2}}:[0-9]{{2}})"
    rf"|\.?[\t\pZ]{{1,2}}(?:[0-9]{{1,4}}\pZ?[\pL\p{{Sc}}%]|{DIGIT}(?:{PLAIN}{DIGIT}){{6,}})"
)
"""What may stand behind a day that is no number's beginning: no digits; another day or a time; an amount of something, or a
number that is long enough by itself."""
DAY = (
    rf"((?:^|[^+{DIGIT}{_GAP}])[{_GAP}]{{0,3}})"
    rf"(?:({_DAY}\.{_MONTH}\.)(20[0-9]{{2}}|[0-9]{{2}}{CLOCK})|(20[0-9]{{2}}-)({_MONTH}-{_DAY}))({_ALONE})"
)
"""In a text: what stands before it, no digits of a number; either half of a day of this century; what stands behind it."""
EPOCH_MS = r"1[4-9]\d{11}"
"""Milliseconds since 1970, of this century: as a telephone number it would be two digits too long."""
EPOCH = r"1[4-9]\d{8}([.]\d+)?"
DIGITS = r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])[0-5]\d[0-5]\d)?"
"""A day, or a day and its time, in digits alone."""
CUT = r"\d([.,]\d+)?[eE]\+\d{2,3}"
"""A long number as Excel shows and saves it: of its digits only the first are left."""
