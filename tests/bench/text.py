"""200,000 distinct messages through the whole lexical path, beside a plain reference: one compiled `re` alternation per feature
over the raw text. The counts are equal; the ratio is of messages a second, of one run, on one core.
"""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path

import numpy as np

from pipeline.pec.lexicons import read_lexicons
from pipeline.pec.scan import literals
from pipeline.pec.score import Scorer
from tests.bench.timing import Row, times

MESSAGES = 200_000
BATCH, SHARE = 3000, 100
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
    entries = [entry for entry in read_lexicons() if entry.feature in features]
    patterns = {}
    for feature in sorted(features):
        parts = sorted(
            {key[1:] for _, key in literals([e for e in entries if e.feature == feature])}, key=len, reverse=True
        )
        patterns[feature] = re.compile(r"(?<![^\W_])(?:" + "|".join(map(_spelled, parts)) + ")", re.IGNORECASE)
    return {feature: [len(pattern.findall(text)) for text in texts] for feature, pattern in patterns.items()}


def _spelled(part: str) -> str:
    """Any signs between words, ё for е, and the end of a word where the pattern has it."""
    bare = "".join(r"[\W_]+" if c == " " else "[её]" if c == "е" else re.escape(c) for c in part.strip())
    return bare + (r"(?![^\W_])" if part.endswith(" ") else "")


def rows() -> list[Row]:
    texts = messages()
    scorer = Scorer()
    began = time.perf_counter()
    counts = [scorer.read(texts[begin : begin + BATCH]).counts for begin in range(0, len(texts), BATCH)]
    ours = len(texts) / (time.perf_counter() - began)
    sample = texts[:: max(1, len(texts) // (len(texts) // SHARE))][: len(texts) // SHARE]
    began = time.perf_counter()
    spoken = {name for name, feature in scorer.features.items() if feature.role == "agent" and not feature.structure}
    plain = plain_reference(sample, spoken)
    theirs = len(sample) / (time.perf_counter() - began)
    places = [texts.index(text) for text in sample[:200]]
    together = {name: np.concatenate([part[name] for part in counts]) for name in counts[0]}
    unequal = [name for name in plain if [int(together[name][p]) for p in places] != plain[name][:200]]
    said = (
        f"{ours:,.0f} messages a second; counts of {len(plain)} features equal but for {', '.join(unequal) or 'none'}"
    )
    return [Row("letters scored / by a plain alternation of words", times(ours / theirs), "≥ 50×", said)]
