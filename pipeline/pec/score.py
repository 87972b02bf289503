"""Texts -> how warm, why, and what customers wrote: counts of named features, a capped weighted sum, evidence with its place.

Length is never a feature. What is quoted, and what comes below a signature line, is cut away before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.pec.lexicons import Feature, read_features, read_lexicons
from pipeline.pec.masked import Unmasker
from pipeline.pec.normal import Batch, is_letter, is_upper, normalise
from pipeline.pec.scan import Scanner

Array = np.ndarray[Any, np.dtype[Any]]
LONG_SENTENCE_WORDS = 22
SHOUT_LETTERS, SHOUT_SHARE = 12, 0.6
QUOTE = re.compile(
    r"(^|\n)\s*(>|-{2,}\s*(original message|исходное сообщение)|.{0,80}(пишет|писал\(?а?\)?|wrote)\s*:\s*\n)",
    re.IGNORECASE,
)
VOCATIVE = re.compile(r"(?:^|[.!?\n,]\s*)([A-ZА-ЯЁ][a-zа-яё]{2,}(?: [A-ZА-ЯЁ][a-zа-яё]+)?)(?=[,!.\n—–-])")
CLOSING = "(?:best|yours|regards|warmly|cheers|ваша?|с уважением|с теплом)"
NAME = "[A-ZА-ЯЁ][a-zа-яё]{2,}"
SIGNATURE = re.compile(rf"(?:^|\n|[.!?,]\s)\s*(?:(?i:{CLOSING})[,:\s—–-]*)?({NAME})(?: [A-ZА-ЯЁ][a-zа-яё]+)?[.!]?\s*$")
NO_NAMES = frozenset(
    "hello dear thanks thank regards yes sorry well sure please good best hi hey now then okay great tomorrow "
    "monday tuesday wednesday thursday friday saturday sunday team support service customer sincerely yours kind "
    "and but also first second here there once after before until however therefore your our the this that "
    "unfortunately здравствуйте добрый спасибо уважением привет приветствую доброе простите извините конечно хорошо "
    "завтра сегодня служба поддержка клиент пожалуйста увы кстати да нет готово ваш ваша наш наша команда отдел "
    "благодарим благодарю если когда today".split()
)  # fmt: skip


@dataclass(frozen=True)
class Message:
    """`name`: the customer's, where it is known. `role`: who wrote it."""

    id: str
    text: str
    role: str = "agent"
    name: str = ""


@dataclass(frozen=True)
class Evidence:
    """Words of the text as they were written, from `start` to `end`, and the feature they count for."""

    feature: str
    start: int
    end: int
    text: str
    say_instead: str = ""


@dataclass(frozen=True)
class Score:
    """`score`: 0 to 1, of an agent's message; `flags`: what a customer's holds. `features`: count by name."""

    id: str
    score: float | None
    features: dict[str, int]
    flags: list[str]
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """Of a batch: counts by feature and scores, by text; hits as lists of one length, `text` telling whose each is."""

    counts: dict[str, Array]
    score: Array
    text: Array
    feature: list[str]
    say_instead: list[str]
    begins: list[int]
    ends: list[int]
    said: list[str]


class Scorer:
    """Compiled lexicons. `own`: a folder with a company's own."""

    def __init__(self, own: Path | None = None) -> None:
        self.bias, self.features = read_features()
        entries = read_lexicons(own)
        self._by_role = {
            role: Scanner([entry for entry in entries if self.features[entry.feature].role == role])
            for role in ("agent", "customer")
        }
        self._unmasker = Unmasker(entries)

    @cached_property
    def agent_features(self) -> list[Feature]:
        return [feature for feature in self.features.values() if feature.role == "agent"]

    def scores(self, texts: Sequence[str], names: Sequence[str] = ()) -> Array:
        """0 to 1 for each text of an agent."""
        return self.read(texts, "agent", names).score

    def weigh(self, counts: dict[str, Array], size: int) -> Array:
        """The capped weighted sum, as a probability before any calibration."""
        total = np.full(size, self.bias)
        for feature in self.agent_features:
            if feature.name in counts:
                total = total + feature.weight * np.minimum(counts[feature.name], feature.cap)
        scored: Array = 1 / (1 + np.exp(-total))
        return scored

    def read(self, texts: Sequence[str], role: str = "agent", names: Sequence[str] = ()) -> Reading:
        """Counts, scores and every hit of texts of one role, one pass over them."""
        own = [own_words(text) for text in texts]
        batch, scanner = normalise(own), self._by_role[role]
        hits = scanner.hits(batch)
        counted = scanner.counts(hits, len(own))
        counts = {name: counted[:, place] for place, name in enumerate(scanner.features)}
        masked = (
            [(n, *span) for n, text in enumerate(own) for span in self._unmasker.found(text)]
            if role == "customer"
            else []
        )
        counts |= _customer_structure(batch, own, masked) if role == "customer" else _agent_structure(batch, own, names)
        begins = batch.origin[hits.start] - batch.raw_begins[hits.text]
        ends = batch.origin[hits.end - 1] - batch.raw_begins[hits.text] + 1
        text = [*hits.text.tolist(), *(n for n, _, _ in masked)]
        spans = [*zip(begins.tolist(), ends.tolist(), strict=True), *((a, b) for _, a, b in masked)]
        spans = [(a, _word_end(own[n], b)) for n, (a, b) in zip(text, spans, strict=True)]
        return Reading(
            counts=counts,
            score=self.weigh(counts, len(own)) if role == "agent" else np.full(len(own), np.nan),
            text=np.array(text, dtype=np.int64),
            feature=[scanner.entries[e].feature for e in hits.entry] + ["masked_swear"] * len(masked),
            say_instead=[scanner.entries[e].say_instead for e in hits.entry] + [""] * len(masked),
            begins=[a for a, _ in spans],
            ends=[b for _, b in spans],
            said=[own[n][a:b] for n, (a, b) in zip(text, spans, strict=True)],
        )

    def explain(self, messages: Sequence[Message]) -> list[Score]:
        """Each message with its evidence, in the order given."""
        found: dict[int, Score] = {}
        for is_customer in (False, True):
            places = [n for n, message in enumerate(messages) if (message.role == "customer") == is_customer]
            chosen = [messages[n] for n in places]
            found |= dict(zip(places, self._explained(chosen, "customer" if is_customer else "agent"), strict=True))
        return [found[n] for n in range(len(messages))]

    def _explained(self, messages: list[Message], role: str) -> list[Score]:
        if not messages:
            return []
        reading = self.read([m.text for m in messages], role, [m.name for m in messages])
        evidence: list[list[Evidence]] = [[] for _ in messages]
        rows = zip(reading.feature, reading.begins, reading.ends, reading.said, reading.say_instead, strict=True)
        for n, row in zip(reading.text.tolist(), rows, strict=True):
            evidence[n].append(Evidence(*row))
        scored = []
        for n, message in enumerate(messages):
            features = {name: int(of[n]) for name, of in sorted(reading.counts.items()) if of[n]}
            flags = [name for name in features if role == "customer" or name in ("rude", "mockery")]
            value = round(float(reading.score[n]), 4) if role == "agent" else None
            ordered = sorted(evidence[n], key=lambda e: (e.start, e.end, e.feature))
            scored.append(Score(message.id, value, features, flags, ordered))
        return scored


def _customer_structure(batch: Batch, texts: Sequence[str], masked: Sequence[tuple[int, int, int]]) -> dict[str, Array]:
    letters, capitals = _summed(batch, is_letter(batch.raw)), _summed(batch, is_upper(batch.raw))
    rows = np.array(["!!!" in text or "???" in text for text in texts], dtype=np.int64)
    loud = (letters >= SHOUT_LETTERS) & (capitals >= SHOUT_SHARE * letters)
    disguised = np.bincount(np.array([n for n, _, _ in masked], dtype=np.int64), minlength=len(texts))
    return {"masked_swear": disguised, "shout": loud.astype(np.int64) | rows}


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isalnum():
        at += 1
    return at


def own_words(text: str) -> str:
    """The text up to what it quotes."""
    match = QUOTE.search(text) if any(mark in text for mark in (">", ":", "--")) else None
    return (text[: match.start()] if match else text).replace("\0", " ")


def _agent_structure(batch: Batch, texts: Sequence[str], names: Sequence[str]) -> dict[str, Array]:
    named = [_speaks_to(text, names[n] if names else "") for n, text in enumerate(texts)]
    words, ends = _summed(batch, batch.raw == 32), _summed(batch, np.isin(batch.raw, (33, 46, 63, 10)))
    return {
        "by_name": np.array(named, dtype=np.int64),
        "own_signature": np.array([_signs(text) for text in texts], dtype=np.int64),
        "question_back": (_summed(batch, batch.raw == 63) > 0).astype(np.int64),
        "long_sentences": (words > LONG_SENTENCE_WORDS * np.maximum(ends, 1)).astype(np.int64),
    }


def _summed(batch: Batch, what: Array) -> Array:
    """How many characters of each text are so."""
    if not len(batch):
        return np.array([], dtype=np.int64)
    summed: Array = np.add.reduceat(what.astype(np.int64), batch.raw_begins)
    return summed


def _speaks_to(text: str, name: str) -> bool:
    """By the name that is known; else by a capitalised word that stands as people are spoken to."""
    if name:
        return bool(_cases(name.split()[0]).search(text))
    spoken = (word.lower() for match in VOCATIVE.finditer(text[:160]) for word in match.group(1).split())
    return any(word not in NO_NAMES for word in spoken)


@lru_cache(maxsize=4096)
def _cases(name: str) -> re.Pattern[str]:
    """A first name in any of its cases."""
    last = name[-1].lower()
    endings = {"а": "а|ы|и|е|у|ой|ою", "я": "я|и|е|ю|ей", "й": "й|я|ю|е|ем", "ь": "ь|я|и|ю|е|ем|ью"}.get(
        last, "|а|у|ом|е|'s|s"
    )
    stem = name[:-1] if last in "аяйь" else name
    return re.compile(rf"(?<!\w){re.escape(stem)}(?:{endings})(?!\w)", re.IGNORECASE)


def _signs(text: str) -> bool:
    match = SIGNATURE.search(text[-60:])
    return bool(match and match.group(1)[0].isupper() and match.group(1).lower() not in NO_NAMES)
