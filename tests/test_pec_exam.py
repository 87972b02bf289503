"""The frozen exam: pairs of a cold and a warm answer to the same customer, written by somebody who does not write the lexicons."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.pec.score import Scorer

DATA = Path(__file__).parent / "data"
SCORER = Scorer()


def lines(name: str) -> list[dict[str, Any]]:
    files = sorted(DATA.glob(f"{name}_*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


PAIRS = lines("letter_pairs")
NAMES = [pair["name"] or "" for pair in PAIRS]


def scores(texts: list[str], names: list[str]) -> np.ndarray:
    return SCORER.scores(texts, names)


def without_frame(text: str) -> str:
    """Without its first and last sentence: greeting and signature."""
    parts = re.split(r"(?<=[.!?])\s+|\n+", text)
    return " ".join(parts[1:-1]) if len(parts) > 3 else text


def test_the_exam_cannot_be_passed_by_length() -> None:
    assert len(PAIRS) >= 30 and {pair["language"] for pair in PAIRS} == {"ru", "en"}
    longer = np.mean([len(pair["warm"]) > len(pair["cold"]) for pair in PAIRS])
    assert 0.4 <= longer < 0.6


def test_warm_beats_cold_in_nine_of_ten() -> None:
    warm = scores([pair["warm"] for pair in PAIRS], NAMES)
    cold = scores([pair["cold"] for pair in PAIRS], NAMES)
    assert (warm > cold).mean() >= 0.90


def test_in_eight_of_ten_without_greeting_and_signature() -> None:
    warm = scores([without_frame(pair["warm"]) for pair in PAIRS], [""] * len(PAIRS))
    cold = scores([without_frame(pair["cold"]) for pair in PAIRS], [""] * len(PAIRS))
    assert (warm > cold).mean() >= 0.80


def test_a_stuffed_cold_letter_stays_below_its_warm_twin() -> None:
    twins = {pair["id"]: pair for pair in PAIRS}
    stuffed = lines("stuffed_letters")
    names = [twins[row["pair"]]["name"] or "" for row in stuffed]
    dressed = scores([row["stuffed"] for row in stuffed], names)
    warm = scores([twins[row["pair"]]["warm"] for row in stuffed], names)
    assert len(stuffed) >= 10 and (dressed < warm).all()
