"""Weights from labels: signs stay, priors hold with few labels, truth is found with many."""

import numpy as np
import pytest

from pipeline.pec.fit import calibrated, cross_fitted, fit_weights, reliability

TRUE = np.array([1.2, -0.8, 0.0, 0.5])
PRIORS = [1.0, -1.0, 0.5, 0.5]


def labelled(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 3, (n, 4)).astype(float)
    return counts, (rng.random(n) < 1 / (1 + np.exp(-(counts @ TRUE - 0.5)))).astype(float)


def test_many_labels_find_the_truth_and_few_leave_the_priors() -> None:
    many, few = fit_weights(*labelled(20_000), PRIORS), fit_weights(*labelled(6), PRIORS)
    assert np.abs(many.weights - TRUE).max() < 0.12
    assert np.abs(few.weights - PRIORS).max() < 0.5


def test_a_weight_never_turns_against_its_prior() -> None:
    counts, labels = labelled(3000)
    assert (np.sign(fit_weights(counts, 1 - labels, PRIORS).weights) * np.sign(PRIORS) >= 0).all()


def test_lenient_evaluators_are_told_from_warm_letters() -> None:
    counts, _ = labelled(6000)
    rng = np.random.default_rng(2)
    who = np.where(np.arange(6000) % 2 == 0, "mild", "strict")
    odds = counts @ TRUE + np.where(who == "mild", 1.0, -1.0)
    fitted = fit_weights(counts, (rng.random(6000) < 1 / (1 + np.exp(-odds))).astype(float), PRIORS, who.tolist())
    assert fitted.leniency["mild"] - fitted.leniency["strict"] == pytest.approx(2.0, abs=0.25)


def test_cross_fitting_leaves_out_the_employee() -> None:
    counts, labels = labelled(400)
    groups = [str(n % 20) for n in range(400)]
    scores = cross_fitted(counts, labels, PRIORS, groups)
    assert not np.isnan(scores).any()
    turned = labels.copy()
    turned[[n for n in range(400) if groups[n] == "3"]] = 0
    again = cross_fitted(counts, turned, PRIORS, groups)
    mine = [n for n in range(400) if groups[n] == "3"]
    assert np.allclose(scores[mine], again[mine])


@pytest.mark.parametrize("order", [1, -1])
def test_equal_scores_stay_in_one_bin(order: int) -> None:
    """Of forty without a hit, one in four is warm, whoever comes first."""
    scores, labels = [0.4] * 40 + [0.6, 0.7] * 5, [0] * 30 + [1] * 20
    found = reliability(scores[::order], labels[::order])
    assert [(round(mean, 3), share, n) for mean, share, n in found] == [(0.4, 0.25, 40), (0.65, 1.0, 10)]


def test_calibration_and_reliability() -> None:
    rng = np.random.default_rng(3)
    true = rng.random(5000)
    labels = (rng.random(5000) < true).astype(float)
    odds = np.log(np.clip(true, 1e-3, 1 - 1e-3) / (1 - np.clip(true, 1e-3, 1 - 1e-3)))
    slope, intercept = calibrated(1 / (1 + np.exp(-(2 * odds + 1))), labels)
    assert slope == pytest.approx(0.5, abs=0.05) and intercept == pytest.approx(-0.5, abs=0.1)
    assert all(abs(mean - share) < 0.05 for mean, share, _ in reliability(true, labels))
    assert calibrated([0.5] * 10, [1] * 10) == (1.0, 0.0)
    for each, is_known in ((20, True), (19, False)):
        assert (calibrated([0.6, 0.3] * each, [1, 0] * each) != (1.0, 0.0)) == is_known
    with pytest.raises(ValueError, match="a row a label"):
        fit_weights([[1.0]], [1, 0], [1])
