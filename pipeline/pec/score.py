"""Texts -> how warm, why, and what customers wrote: counts of named features, a capped weighted sum, evidence with its place.

Length is never a feature. Only the writer's own words are read: nothing quoted, no footer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.own_words import FILLER, own_words
from pipeline.pec.fields import left_in
from pipeline.pec.lexicons import Feature, read_features, read_lexicons
from pipeline.pec.masked import MAY_INSULT, Unmasker
from pipeline.pec.normal import Batch, normalise
from pipeline.pec.scan import Hits, Scanner
from pipeline.pec.signature import signatures
from pipeline.pec.situations import lacking, situation_of
from pipeline.pec.spared import counting, is_aimed, is_anothers, spans
from pipeline.pec.structure import agent_structure, shouts
from pipeline.pec.suspects import suspects

Array = np.ndarray[Any, np.dtype[Any]]
REPROACHES = ("confronts", "rude", "mockery")
Formed = tuple[str, int, int, int]
"""Feature, text, start and end of what is found by form."""


@dataclass(frozen=True)
class Message:
    """`name`: the customer's, where it is known. `role`: who wrote it. `reply_to`: the customer's text that it answers."""

    id: str
    text: str
    role: str = "agent"
    name: str = ""
    reply_to: str = ""


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
    """`score`: 0 to 1, of an agent's message that is not empty; `flags`: what a customer's holds. `features`: count by name.

    `situation`: what the letter answered is about; `lacks`: what a warm answer to that has and this one has not.
    """

    id: str
    score: float | None
    features: dict[str, int]
    flags: list[str]
    evidence: list[Evidence] = field(default_factory=list)
    situation: str | None = None
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """Of a batch: counts by feature and scores, by text. `hits` and `formed` are what was found where, by words and by form."""

    texts: list[str]
    batch: Batch
    scanner: Scanner
    hits: Hits
    formed: list[Formed]
    counts: dict[str, Array]
    score: Array

    def evidence(self) -> list[tuple[int, Evidence]]:
        """(text, evidence) of every hit, to the end of its word."""
        hits, batch = self.hits, self.batch
        begins, ends = (places.tolist() for places in spans(batch, hits))
        entries = [self.scanner.entries[entry] for entry in hits.entry.tolist()]
        found = [
            (n, Evidence(entry.feature, a, b, self.texts[n][a:b], entry.say_instead))
            for n, entry, a, b in zip(hits.text.tolist(), entries, begins, ends, strict=True)
        ]
        return found + [(n, Evidence(name, a, b, self.texts[n][a:b])) for name, n, a, b in self.formed]


class Scorer:
    """Compiled lexicons. `own`: a folder with a company's own."""

    def __init__(self, own: Path | None = None) -> None:
        self.bias, self.features = read_features()
        entries = read_lexicons(own)
        self._by_role = {
            role: Scanner([entry for entry in entries if self._is_read(entry.feature, role)])
            for role in ("agent", "customer")
        }
        self._unmasker = Unmasker(entries)

    def _is_read(self, feature: str, role: str) -> bool:
        found = self.features[feature]
        return found.role == role or bool(role == "agent" and found.counts_as)

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
        own = own_words(texts)
        batch, scanner = normalise(own), self._by_role[role]
        signed = signatures(batch, own) if role == "agent" else np.full(len(own), -1)
        hits = counting(scanner, self.features, batch, own, role, signed)
        counted = scanner.counts(hits, len(own))
        counts = {name: counted[:, place] for place, name in enumerate(scanner.features)}
        formed = self._masked(batch, own) + (_fields(own) if role == "agent" else [])
        for name in ("masked_swear", "placeholder") if role == "agent" else ("masked_swear",):
            places = np.array([n for of, n, _, _ in formed if of == name], dtype=np.int64)
            counts[name] = counts.get(name, 0) + np.bincount(places, minlength=len(own))
        if role == "customer":
            counts["shout"] = shouts(batch, own)
        else:
            counts = self._counted_as_agents(counts) | agent_structure(
                batch, own, names, scanner.of(hits, "greeting"), signed, scanner.of(hits, *REPROACHES)
            )
        score = self.weigh(counts, len(own)) if role == "agent" else np.full(len(own), np.nan)
        return Reading(own, batch, scanner, hits, formed, counts, score)

    def _counted_as_agents(self, counts: dict[str, Array]) -> dict[str, Array]:
        """Abuse in a letter of an agent is rudeness, and weighs as two rude words: more than a greeting by name makes up for."""
        own = {name: found for name, found in counts.items() if not self.features[name].counts_as}
        for name in counts.keys() - own.keys():
            of_agents = self.features[name].counts_as
            own[of_agents] = own[of_agents] + 2 * counts[name]
        return own

    def _masked(self, batch: Batch, texts: list[str]) -> list[Formed]:
        """Disguised swearing that is the writer's own; what may be an insult, too, only where it is said of the reader."""
        read = [(n, disguise) for disguise, places in suspects(batch).items() for n in places]
        found = [(n, disguise, *span) for n, disguise in read for span in self._unmasker.found(texts[n], disguise)]
        return [
            ("masked_swear", n, start, end)
            for n, disguise, start, end in found
            if not is_anothers(texts[n], start, end) and (disguise not in MAY_INSULT or is_aimed(texts[n], start, end))
        ]

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
        for n, found in reading.evidence():
            evidence[n].append(found)
        scored = []
        for n, message in enumerate(messages):
            features = {name: int(of[n]) for name, of in sorted(reading.counts.items()) if of[n]}
            flags = [name for name in features if role == "customer" or name in ("rude", "mockery")]
            is_scored = role == "agent" and reading.texts[n].replace(FILLER, "").strip()
            value = round(float(reading.score[n]), 4) if is_scored else None
            ordered = sorted(evidence[n], key=lambda e: (e.start, e.end, e.feature))
            situation = situation_of(message.reply_to) if message.reply_to else None
            lacks = lacking(situation, features)
            name = situation.name if situation else None
            scored.append(Score(message.id, value, features, flags, ordered, name, lacks))
        return scored


def _fields(texts: Sequence[str]) -> list[Formed]:
    return [("placeholder", n, *span) for n, text in enumerate(texts) for span in left_in(text)]
