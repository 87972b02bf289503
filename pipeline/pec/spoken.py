"""Of whom a word of abuse is said: of who reads the letter, or of the writer, somebody else, a thing."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

NEAR = r"(?:[ -]++[^ ,]++){0,2}[ \"«(-]*$"
"""Up to two words, then the word that is asked about. Nothing taken is given back: a row of dashes could be shared out in too
many ways."""
WORD = re.compile(r"[\w']+(?:-\w+)?")
ELSEWHERE = ("other", "some", "self", "selves", "reported", "crime")
"""Of spoken.toml: what tells that it is not said to the reader."""
APPOSED = rf",?{NEAR}"
"""Likewise, where a comma may stand first: "I, idiot that I am"."""
LOOSE = r"(?:[ ,-]++[^ ,]++){0,2}[ ,\"«(-]*$"
"""Likewise, with any commas: "I look, it seems, an idiot"."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = tomllib.loads(resources.files(__package__).joinpath("spoken.toml").read_text("utf-8"))
    any_of = {name: f"(?:{'|'.join(words)})" for name, words in raw.items()}
    staff = rf"{any_of['your']} (?:\w+ )?{any_of['staff']}"
    return {
        "pointer": re.compile(rf"\b(?:(?P<staff>{staff})|(?P<you>{any_of['you']})|(?P<other>{any_of['other']}))\b"),
        "some": re.compile(rf"\b{any_of['some']}{NEAR}"),
        "from_you": re.compile(rf"\w*[ ,-]+{any_of['from_you']}\b"),
        "behind": re.compile(rf"\w*[ -]+{any_of['other']}\b"),
        "self": re.compile(rf"\b{any_of['self']}{APPOSED}"),
        "selves": re.compile(rf"\b{any_of['selves']}{APPOSED}"),
        "reported": re.compile(rf"\b{any_of['reported']}{LOOSE}"),
        "crime": re.compile(rf"\b{any_of['crime']}\b"),
        "elsewhere": re.compile("|".join(words.split(" ")[0] for name in ELSEWHERE for words in raw[name])),
        "you": re.compile(rf"\b(?:{any_of['you']}|{any_of['your']})\b"),
        "plural": re.compile(rf"{any_of['plural']}$"),
    }


def is_said_to_reader(said: str, start: int, end: int) -> bool:
    """Of a word from `start` to `end` of a sentence: nothing beside it says that it is of anybody else."""
    plain = said.lower().replace("ё", "е").replace("’", "'")
    before, word, behind = plain[:start], plain[start:end], plain[end:]
    of = _patterns()
    if not any(map(_tells_elsewhere, WORD.findall(plain))) or of["you"].search(word) or of["from_you"].match(behind):
        return True
    whom = list(of["pointer"].finditer(plain, 0, start))
    to_reader = max((found.start() for found in whom if found.lastgroup != "other"), default=-1)
    if _is_reported(before, word, to_reader):
        return False
    if of["some"].search(before):
        return any(found.lastgroup == "staff" for found in whom)
    if whom:
        return whom[-1].lastgroup != "other"
    return not (of["behind"].match(behind) or of["crime"].search(plain))


@lru_cache(maxsize=16_384)
def _tells_elsewhere(word: str) -> bool:
    """May it, a part of it, or words that it begins? Most sentences have none that does, and need not be read closer."""
    return any(map(_patterns()["elsewhere"].fullmatch, (word, *word.split("-"))))


def _is_reported(before: str, word: str, to_reader: int) -> bool:
    """Is it of the writer, or what somebody said or thought, and no word to the reader comes between?"""
    of = _patterns()
    writer = of["selves"] if of["plural"].search(word) else of["self"]
    found = [pattern.search(before) for pattern in (writer, of["reported"])]
    return any(place.start() > to_reader for place in found if place)
