"""Two exams of cold and warm answers to the same customer, each by somebody who does not write the lexicons.

`exam` was written before the lexicons; `unseen` by another hand, and never opened while they were written.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.pec.score import Scorer

DATA = Path(__file__).parent / "data"
SCORER = Scorer()


def lines(exam: str, name: str) -> list[dict[str, Any]]:
    files = sorted((DATA / exam).glob(f"{name}*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


@dataclass(frozen=True)
class Exam:
    pairs: list[dict[str, Any]]
    stuffed: list[dict[str, Any]]

    def texts(self, kind: str) -> list[str]:
        return [pair[kind] for pair in self.pairs]

    @property
    def names(self) -> list[str]:
        return [pair["name"] or "" for pair in self.pairs]


@pytest.fixture(params=["exam", "unseen"])
def exam(request: pytest.FixtureRequest) -> Exam:
    return Exam(lines(request.param, "pairs"), lines(request.param, "stuffed"))


def without_frame(text: str) -> str:
    """Without its first and last sentence: greeting and signature."""
    parts = re.split(r"(?<=[.!?])\s+|\n+", text)
    return " ".join(parts[1:-1]) if len(parts) > 3 else text


def test_the_exam_cannot_be_passed_by_length(exam: Exam) -> None:
    assert len(exam.pairs) >= 30 and {pair["language"] for pair in exam.pairs} == {"ru", "en"}
    longer = np.mean([len(pair["warm"]) > len(pair["cold"]) for pair in exam.pairs])
    assert 0.4 <= longer < 0.6


def test_warm_beats_cold_in_nine_of_ten(exam: Exam) -> None:
    warm = SCORER.scores(exam.texts("warm"), exam.names)
    cold = SCORER.scores(exam.texts("cold"), exam.names)
    assert (warm > cold).mean() >= 0.90


def test_in_eight_of_ten_without_greeting_and_signature(exam: Exam) -> None:
    nobody = [""] * len(exam.pairs)
    warm = SCORER.scores([without_frame(text) for text in exam.texts("warm")], nobody)
    cold = SCORER.scores([without_frame(text) for text in exam.texts("cold")], nobody)
    assert (warm > cold).mean() >= 0.80


def test_a_stuffed_cold_letter_stays_below_its_warm_twin(exam: Exam) -> None:
    twins = {pair["id"]: pair for pair in exam.pairs}
    names = [twins[row["pair"]]["name"] or "" for row in exam.stuffed]
    dressed = SCORER.scores([row["stuffed"] for row in exam.stuffed], names)
    warm = SCORER.scores([twins[row["pair"]]["warm"] for row in exam.stuffed], names)
    assert len(exam.stuffed) >= 10 and (dressed < warm).all()
