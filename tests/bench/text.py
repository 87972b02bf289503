"""200,000 distinct messages through the whole lexical path, beside a plain reference: one compiled `re` alternation per feature
over the raw text. The scan's counts are equal; the ratio is of messages a second, of one run, on one core.
"""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path

from pipeline.pec.lexicons import Entry, read_lexicons, read_parts
from pipeline.pec.normal import normalise
from pipeline.pec.scan import Scanner
from pipeline.pec.score import Scorer
from tests.bench.timing import Row, times

MESSAGES = 200_000
BATCH, SHARE = 3000, 100
GAP = r"(?:[^\w.!?…\n]+\w+){0,4}?[^\w.!?…\n]+"
DATA = Path(__file__).parents[1] / "data" / "exam"


def messages() -> list[str]:
    """Sentences of the exam's letters, put together anew, each message with a number of its own."""
    rng = random.Random(1)
    lines = [
        json.loads(line) for file in sorted(DATA.glob("pairs_*.jsonl")) for line in file.read_text("utf-8").splitlines()
    ]
    sentences = [
        s for pair in lines for part in ("warm", "cold") for s in re.split(r"(?<=[.!?])\s+|\n+", pair[part]) if s
    ]
    return [f"{n}. " + " ".join(rng.choices(sentences, k=rng.randint(2, 9))) for n in range(MESSAGES)]


def plain_reference(texts: list[str], features: set[str]) -> dict[str, list[int]]:
    """What one would write without knowing better: an alternation a feature, over the text as it was written."""
    patterns = {}
    for feature in sorted(features):
        entries = [entry for entry in read_lexicons() if entry.feature == feature]
        parts = sorted(entries, key=lambda entry: max(map(len, entry.patterns)), reverse=True)
        patterns[feature] = re.compile(r"(?<![^\W_])(?:" + "|".join(map(_spelled, parts)) + ")", re.IGNORECASE)
    return {feature: [len(pattern.findall(text)) for text in texts] for feature, pattern in patterns.items()}


def _spelled(entry: Entry) -> str:
    """Any signs between words, ё for е, a group for each part, some words for a gap, and the end of a word where the pattern has it."""
    said = GAP.join(_grouped(part.strip(), entry.language) for part in entry.pattern.split("…"))
    return said + ("" if entry.kind == "stem" else r"(?![^\W_])")


def _grouped(pattern: str, language: str) -> str:
    before, mark, rest = pattern.partition("<")
    bare = "".join("[её]" if c in "её" else c if c.isalnum() else r"[\W_]+" for c in before.lower())
    if not mark:
        return bare
    name, _, after = rest.partition(">")
    said = sorted(read_parts()[language][name], key=lambda part: ("<" in part, len(part)), reverse=True)
    return bare + "(?:" + "|".join(_grouped(part, language) for part in said) + ")" + _grouped(after, language)


def rows() -> list[Row]:
    texts = messages()
    scorer = Scorer()
    began = time.perf_counter()
    for begin in range(0, len(texts), BATCH):
        scorer.read(texts[begin : begin + BATCH])
    ours = len(texts) / (time.perf_counter() - began)
    sample = texts[:: max(1, len(texts) // (len(texts) // SHARE))][: len(texts) // SHARE]
    began = time.perf_counter()
    spoken = {name for name, feature in scorer.features.items() if feature.role == "agent" and not feature.structure}
    plain = plain_reference(sample, spoken)
    theirs = len(sample) / (time.perf_counter() - began)
    scanner = Scanner([entry for entry in read_lexicons() if entry.feature in spoken])
    scanned = scanner.counts(scanner.hits(normalise(sample[:200])), 200)
    unequal = [name for name in plain if scanned[:, scanner.features.index(name)].tolist() != plain[name][:200]]
    said = f"{ours:,.0f} messages a second; the scan's counts of {len(plain)} features equal but for {', '.join(unequal) or 'none'}"
    return [Row("letters scored / by a plain alternation of words", times(ours / theirs), "≥ 50×", said)]
