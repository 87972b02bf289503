"""Hits that do not count: words quoted from others, names, what is denied or said of the writer."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from pipeline.pec.lexicons import Feature
from pipeline.pec.names import is_first_name, is_patronymic
from pipeline.pec.normal import Batch, codes_of, normalise
from pipeline.pec.scan import Hits, Scanner, plain
from pipeline.pec.sentences import bounds, sentence
from pipeline.pec.spoken import is_said_to_reader
from pipeline.pec.words import COMMA, OPENERS, word_before

Array = np.ndarray[Any, np.dtype[Any]]
QUOTATION = re.compile(
    r'(?<!\S)"{1,2}(?=[^\s"])[^"\n]{1,300}(?<=\S)"{1,2}(?!\w)|«[^«»]{1,500}»|“[^“”]{1,500}”|„[^„“”]{1,500}[“”]'
)
"""Of straight signs the first stands before a word, the last behind one; exports double them."""
ENDS = ".!?…:;–—-"
ENDING = re.compile(r"[.!?…\n]")
CONTEXT = 40
"""Characters beside a hit in which a word of denial stands."""


def spans(batch: Batch, hits: Hits) -> tuple[Array, Array]:
    """From where to where each hit goes in its text as it was written, to the end of its word."""
    last = batch.spaces[np.searchsorted(batch.spaces, hits.end)] - 1
    at = batch.raw_begins[hits.text]
    return batch.origin[hits.start] - at, batch.origin[last] - at + 1


def counting(
    scanner: Scanner, features: dict[str, Feature], batch: Batch, texts: Sequence[str], role: str, signed: Array
) -> Hits:
    """The hits that count in letters of a role. `signed`: of `signatures`."""
    hits = _said(scanner, features, batch, texts, role)
    if role == "customer":
        return hits
    return _counted_once(scanner, features, _beside_signatures(scanner, features, batch, hits, signed))


def _said(scanner: Scanner, features: dict[str, Feature], batch: Batch, texts: Sequence[str], role: str) -> Hits:
    """Without what is denied, another's, a name, or within a sentence that it should open."""
    hits = _opening(scanner, batch, scanner.hits(batch))
    kept = np.ones(len(hits), dtype=bool)
    begins, ends = spans(batch, hits)
    for n in np.flatnonzero(_are_doubtful(scanner, features, batch, hits)).tolist():
        entry, text = scanner.entries[hits.entry[n]], texts[hits.text[n]]
        feature, start, end = features[entry.feature], int(begins[n]), int(ends[n])
        kept[n] = not (
            _is_denied(feature, batch.text, int(hits.start[n]), int(hits.end[n]))
            or (feature.is_strict and is_anothers(text, start, end))
            or (feature.is_threat and _is_asked(text, end))
            or (role == "agent" and not _is_addressed(feature, text, start))
            or (feature.is_aimed and not is_aimed(text, start, end))
            or (entry.kind == "opening" and not _tells(batch, int(hits.start[n]), text[end:]))
        )
    return _chosen(hits, kept)


def _opening(scanner: Scanner, batch: Batch, hits: Hits) -> Hits:
    """Without openings that no sentence's end and no comma precedes."""
    before = batch.raw[batch.origin[hits.start - 1]]
    return _chosen(hits, ~scanner.is_opening[hits.entry] | np.isin(before, [*OPENERS, COMMA]))


def _beside_signatures(scanner: Scanner, features: dict[str, Feature], batch: Batch, hits: Hits, signed: Array) -> Hits:
    """The hits that count in letters that persons sign there: a post or a department beside the name is no coldness."""
    column, name = scanner.column[hits.entry], signed[hits.text]
    is_nowhere, is_above = (
        np.array([features[of].where_signed == where for of in scanner.features])[column]
        for where in ("nowhere", "above")
    )
    is_below = batch.origin[hits.start] - batch.raw_begins[hits.text] >= name
    return _chosen(hits, (name < 0) | ~(is_nowhere | (is_above & is_below)))


def _counted_once(scanner: Scanner, features: dict[str, Feature], hits: Hits) -> Hits:
    """Words within other words count for the longer alone, of two as long for the heavier; strict features count beside any."""
    found = [features[name] for name in scanner.features]
    is_strict, weight = (
        np.array(of)[scanner.column[hits.entry]]
        for of in zip(*((f.is_strict, abs(f.weight)) for f in found), strict=True)
    )
    order = np.lexsort((-weight, -hits.end, hits.start))
    reach, kept = np.maximum.accumulate(hits.end[order]), is_strict.copy()
    kept[order[:1]] = True
    kept[order[1:]] |= hits.end[order[1:]] > reach[:-1]
    return _chosen(hits, kept)


def _chosen(hits: Hits, kept: Array) -> Hits:
    return Hits(*(a[kept] for a in (hits.text, hits.entry, hits.start, hits.end)))


def _are_doubtful(scanner: Scanner, features: dict[str, Feature], batch: Batch, hits: Hits) -> Array:
    """Of strict features, openings, and what stands beside something that ends or begins as a word of denial does."""
    codes, column = codes_of(batch.text), scanner.column[hits.entry]
    word_ends = batch.spaces[np.searchsorted(batch.spaces, hits.end)]
    doubtful: Array = scanner.is_opening[hits.entry]
    for number, feature in enumerate(features[name] for name in scanner.features):
        before, after = _denials(feature)
        if feature.is_strict or feature.is_threat or before or after:
            rows = np.flatnonzero(column == number)
            lasts, firsts = [word[-2:] for word in before], [word[:2] for word in after]
            is_beside = _are(codes, hits.start[rows] - 3, lasts) | _are(codes, word_ends[rows] + 1, firsts)
            doubtful[rows] |= feature.is_strict | feature.is_threat | is_beside
    return doubtful


def _are(codes: Array, places: Array, pairs: Sequence[str]) -> Array:
    """Do two characters from there on make one of the pairs?"""
    at = np.clip(places, 0, len(codes) - 2)
    return np.isin(
        codes[at].astype(np.int64) << 16 | codes[at + 1], [ord(pair[0]) << 16 | ord(pair[1]) for pair in pairs]
    )


def _is_denied(feature: Feature, text: str, start: int, end: int) -> bool:
    before, after = _denials(feature)
    behind = text[end : end + CONTEXT].partition(" ")[2]
    return f" {text[max(0, start - CONTEXT) : start - 1]}".endswith(before) or f"{behind} ".startswith(after)


@cache
def _denials(feature: Feature) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`not_after` and `not_before` as they stand in a normalised text."""
    return tuple(f" {plain(word)}" for word in feature.not_after), tuple(f"{plain(w)} " for w in feature.not_before)


def _tells(batch: Batch, start: int, behind: str) -> bool:
    """Does it open a sentence, or stand behind a name and a comma, and ask nothing?"""
    before = int(batch.raw[batch.origin[start - 1]])
    word = word_before(batch, start) if before == COMMA else ""
    opens = before in OPENERS or is_first_name(word) or is_patronymic(word)
    return opens and not _is_asked(behind, 0)


def _is_asked(text: str, place: int) -> bool:
    ending = ENDING.search(text, place)
    return bool(ending and ending.group() == "?")


def is_aimed(text: str, start: int, end: int) -> bool:
    """Is it said of who reads it?"""
    begin, until = bounds(text, start)
    return is_said_to_reader(text[begin:until], start - begin, end - begin)


def _is_addressed(feature: Feature, text: str, start: int) -> bool:
    beside = set(feature.agents_beside)
    return not beside or not beside.isdisjoint(_words(sentence(text, start)))


@lru_cache(maxsize=64)
def _words(said: str) -> frozenset[str]:
    return frozenset(normalise([said]).text.split())


def is_anothers(text: str, start: int, end: int) -> bool:
    """Is it quoted, or may it be a name: capitalised within a sentence, or before another capitalised word?"""
    return _is_quoted(text, start, end) or (_is_capitalised(text[start:end]) and not _begins_sentence(text, start, end))


def _is_quoted(text: str, start: int, end: int) -> bool:
    found = _quotations(text)
    nth = bisect_left(found, (start, 0)) - 1
    return nth >= 0 and end < found[nth][1]


@lru_cache(maxsize=64)
def _quotations(text: str) -> list[tuple[int, int]]:
    """(start, end) of each, in order, none within another."""
    if not ('"' in text or "«" in text or "“" in text or "„" in text):
        return []
    return [found.span() for found in QUOTATION.finditer(text)]


def _is_capitalised(word: str) -> bool:
    """As a name is: "I" is none."""
    return word[:1].isupper() and word[1:2].islower()


def _begins_sentence(text: str, start: int, end: int) -> bool:
    """A line begins one too, unless a comma ends the line above: so do greetings and farewells, and a name follows."""
    before = text[:start].rstrip(' \t"«“„(*')
    is_first = not before or before[-1] in ENDS or (before[-1] == "\n" and not before.rstrip().endswith(","))
    return is_first and not text[end:].lstrip(" ")[:1].isupper()
