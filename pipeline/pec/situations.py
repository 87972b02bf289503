"""The situation of a letter, by the words of the customer's, and what a warm answer to it has that this one lacks."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.own_words import own_words
from pipeline.pec.lexicons import read_features
from pipeline.pec.normal import normalise


@dataclass(frozen=True)
class Situation:
    name: str
    title: dict[str, str]
    words: re.Pattern[str]
    warm: tuple[str, ...]


@cache
def read_situations() -> list[Situation]:
    """In the order in which they are tried."""
    raw = tomllib.loads(resources.files(__package__).joinpath("situations.toml").read_text("utf-8"))
    negated = "".join(f"(?<! {re.escape(words)})" for words in raw.pop("negations"))
    return [
        Situation(name, entry["title"], _said(entry["words"], negated), tuple(entry["warm"]))
        for name, entry in raw.items()
    ]


def _said(words: list[str], negated: str) -> re.Pattern[str]:
    """Any of the words at the start of a word, with none of the negations before it."""
    return re.compile(f"{negated} (?:{'|'.join(map(re.escape, words))})")


def situation_of(customers_text: str) -> Situation | None:
    """The first situation whose words the customer's letter says, what it quotes left out."""
    plain = normalise(own_words([customers_text])).text
    return next((s for s in read_situations() if s.words.search(plain)), None)


def lacking(situation: Situation | None, features: dict[str, int]) -> list[str]:
    """What a warm answer to this situation has and this one has not, in words for people."""
    if situation is None:
        return []
    titles = read_features()[1]
    return [titles[name].title["en"] for name in situation.warm if not features.get(name)]
