"""False discovery rate over a whole page: which of many p-values may be named, so that few of the named are chance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p: ArrayLike, rate: float = 0.05) -> NDArray[np.bool_]:
    """Per p-value, of any shape: is it a discovery? At most `rate` of the discoveries are false, in expectation.

    Of m p-values the i smallest are discoveries, i the largest with p(i) <= rate * i / m. NaN is never a discovery and
    not counted in m. Source: Benjamini and Hochberg 1995, for independent or positively dependent tests.
    ValueError: p outside 0..1, or rate outside 0..1.
    """
    p = np.asarray(p, dtype=np.float64)
    if np.any((p < 0) | (p > 1)) or not 0 < rate < 1:
        raise ValueError("p and rate must lie between 0 and 1")
    ranked = np.sort(p[~np.isnan(p)])
    steps = np.arange(1, ranked.size + 1)
    passed = ranked[ranked <= rate * steps / max(ranked.size, 1)]
    return p <= (passed[-1] if passed.size else -1.0)
