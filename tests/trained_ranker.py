"""A small linear model of letters, words and our features, trained on the labels of public texts: what the scorer is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.pec.score import Scorer

Array = np.ndarray[Any, np.dtype[Any]]
BEGINNING = "beginningoftext "
"""A word of its own: how a text begins tells much."""
FEATURE_WEIGHT = 0.25


class Ranker:
    """Fitted on texts and labels (any numbers: higher is more); `rank` gives numbers in the same order of more."""

    def __init__(
        self, scorer: Scorer, role: str = "agent", *, strength: float = 12.0, masked_copies: bool = False
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import Ridge
        from sklearn.pipeline import make_union

        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=4, sublinear_tf=True, max_features=120_000
        )
        words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+'?\w*|[?!.,]")
        self._grams, self._model = make_union(letters, words), Ridge(alpha=strength)
        self._scorer, self._role, self._masked_copies = scorer, role, masked_copies

    def fit(self, texts: Sequence[str], labels: Sequence[float]) -> Ranker:
        given, wanted = list(texts), list(labels)
        if self._masked_copies:
            given += [masked(text) for text in texts]
            wanted += list(labels)
        self._model.fit(self._columns(given, self._grams.fit_transform), wanted)
        return self

    def rank(self, texts: Sequence[str]) -> Array:
        ranked: Array = np.asarray(self._model.predict(self._columns(list(texts), self._grams.transform)))
        return ranked

    def _columns(self, texts: list[str], transform: Any) -> Any:
        from scipy.sparse import csr_matrix, hstack

        counts = self._scorer.read(texts, self._role).counts
        capped = [np.minimum(found, max(1, self._scorer.features[name].cap)) for name, found in sorted(counts.items())]
        grams = transform([BEGINNING + text for text in texts])
        return hstack([grams, csr_matrix(FEATURE_WEIGHT * np.stack(capped, axis=1))]).tocsr()


def cross_ranked(
    scorer: Scorer, texts: Sequence[str], labels: Sequence[float], *, folds: int = 5, **options: Any
) -> Array:
    """Each text ranked by a model that has not seen it."""
    fold = np.random.default_rng(0).permutation(len(texts)) % folds
    ranks = np.full(len(texts), np.nan)
    for one in range(folds):
        rest, here = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        model = Ranker(scorer, **options).fit([texts[int(n)] for n in rest], [labels[int(n)] for n in rest])
        ranks[here] = model.rank([texts[int(n)] for n in here])
    return ranks


def masked(text: str) -> str:
    """Every word of four letters and more with a sign for its first inner vowel, as people write what filters should not see."""
    out = []
    for word in text.split(" "):
        place = next((n for n, c in enumerate(word) if n and c.lower() in "аеиоуёaeiou"), None)
        out.append(word if place is None or len(word) < 4 else word[:place] + "*" + word[place + 1 :])
    return " ".join(out)
