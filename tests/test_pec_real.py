"""The scorer on public texts, read where REAL_DATA points at them; what was measured is printed."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, spearmanr

from pipeline.pec.fit import cross_fitted
from pipeline.pec.score import Scorer
from pipeline.statistics.agreement import alpha
from tests.trained_ranker import cross_ranked

REAL_DATA = os.environ.get("REAL_DATA", "")
pytestmark = pytest.mark.skipif(not REAL_DATA, reason="REAL_DATA does not point at the public logs")
SCORER = Scorer()
FORUM = Scorer(Path(__file__).parent / "data" / "forum")
"""With a list of the forum's own, as a company would add one: there a bare "why" or "not" is curt; in a warm letter it is not."""


def area(yes: np.ndarray, values: np.ndarray) -> float:
    """Area under the curve: chance that a yes has the higher value."""
    ranks = rankdata(values)
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / (yes.sum() * (~yes).sum()))


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")


@pytest.fixture(scope="module")
def requests() -> tuple[list[str], np.ndarray]:
    frame = pd.read_csv(Path(REAL_DATA) / "stack_exchange_politeness/requests.csv")
    return frame["Request"].fillna("").tolist(), frame[[f"Score{n}" for n in range(1, 6)]].to_numpy(float)


def outer_quarters(mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    polite = mean >= np.quantile(mean, 0.75)
    return polite, polite | (mean <= np.quantile(mean, 0.25))


def test_agreement_of_five_raters(requests: tuple[list[str], np.ndarray], capsys: pytest.CaptureFixture[str]) -> None:
    ratings = requests[1]
    assert round(alpha(ratings.T, "interval"), 3) == 0.288
    ceiling = np.mean([spearmanr(ratings[:, n], np.delete(ratings, n, 1).mean(1))[0] for n in range(5)])
    say(capsys, f"one rater against the mean of four: {ceiling:.3f}")
    assert round(ceiling, 3) == 0.376


def test_politeness_by_hand_made_features(
    requests: tuple[list[str], np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    texts, ratings = requests
    mean = ratings.mean(axis=1)
    counts = FORUM.read(texts).counts
    features = [f for f in FORUM.agent_features if f.name in counts]
    capped = np.stack([np.minimum(counts[f.name], f.cap) for f in features], axis=1)
    wanted = (mean - mean.min()) / (mean.max() - mean.min())
    scores = cross_fitted(capped, wanted, [f.weight for f in features], [str(n % 200) for n in range(len(texts))])
    polite, outer = outer_quarters(mean)
    found, length = spearmanr(scores, mean)[0], spearmanr([len(text) for text in texts], mean)[0]
    say(
        capsys,
        f"hand-made features, cross-validated: {found:.3f}, quartile AUC {area(polite[outer], scores[outer]):.3f}; length alone {length:.3f}",
    )
    assert found >= 0.20


@pytest.mark.slow
def test_politeness_by_the_trained_model(
    requests: tuple[list[str], np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    texts, ratings = requests
    mean = ratings.mean(axis=1)
    ranks = cross_ranked(FORUM, texts, mean.tolist())
    polite, outer = outer_quarters(mean)
    found, told = spearmanr(ranks, mean)[0], area(polite[outer], ranks[outer])
    say(capsys, f"trained model, cross-validated: {found:.3f}, quartile AUC {told:.3f}")
    assert found >= 0.30 and told >= 0.70


def comments() -> tuple[list[str], np.ndarray]:
    frame = pd.read_csv(Path(REAL_DATA) / "ru_vk_comments/half.tsv", sep="\t", quoting=3).fillna("")
    return frame["comments"].astype(str).tolist(), frame["toxicity"].astype(str).str.contains("1").to_numpy()


def test_comments_flagged_by_lexicon(capsys: pytest.CaptureFixture[str]) -> None:
    texts, toxic = comments()
    counts = SCORER.read(texts, "customer").counts
    flagged = sum(counts[name] for name in ("insult", "swear", "masked_swear")) > 0
    precision, recall = toxic[flagged].mean(), flagged[toxic].mean()
    say(capsys, f"lexicon: precision {precision:.2f}, recall {recall:.2f} on {toxic.sum()} of {len(texts)}")
    assert precision > 2 * toxic.mean()


@pytest.mark.slow
def test_comments_ranked_by_model(capsys: pytest.CaptureFixture[str]) -> None:
    texts, toxic = comments()
    ranks = cross_ranked(SCORER, texts, toxic.astype(float).tolist(), role="customer", masked_copies=True)
    say(capsys, f"model AUC {area(toxic, ranks):.3f}")
    assert area(toxic, ranks) > 0.7


def test_real_support_answers_are_cold_and_not_abusive(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_excel(Path(REAL_DATA) / "ru_support_answers/cases.xlsx", engine="calamine")
    answers = frame["Ответ сотрудника"].fillna("").astype(str).tolist()
    reading = SCORER.read(answers)
    held = {name: int((found > 0).sum()) for name, found in reading.counts.items()}
    abuse = SCORER.read(answers, "customer").counts
    false = sum(abuse[name] for name in ("insult", "swear", "masked_swear", "harassment", "violence_threat")) > 0
    say(capsys, f"{len(answers)} answers: median score {np.median(reading.score):.2f}, {held['feeling_with']} with sympathy, "
        f"{held['office_language']} in office language; false flags {false.mean():.3%}")  # fmt: skip
    assert np.median(reading.score) < 0.5 and held["feeling_with"] < 0.02 * len(answers)
    assert false.mean() <= 0.005
