"""Funnel plot with over-dispersion: which units differ from the centre by more than units usually do.

Source: Spiegelhalter 2005 (Funnel plots for comparing institutional performance) and Spiegelhalter et al. 2012
(Statistical methods for healthcare regulation), as in R's FunnelPlotR. NaN is a unit of which nothing is known; it takes
no part in the centre or in the dispersion.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
Bounds = tuple[FloatArray, FloatArray]

LEVELS = (1.96, 3.09)  # 95 % and 99.8 %, two-sided
TRIM = 0.1  # share of z-scores winsorised at each end before the dispersion is estimated


@dataclass(frozen=True)
class Funnel:
    """Funnel of shares, on the angular scale asin(sqrt(share)). z, p, outside: one element per unit. centre: a share.

    z = (y - centre) / sqrt(s^2 + tau2) on the scale of the funnel, p its two-sided normal p; NaN where unknown.
    outside: how many of LEVELS |z| exceeds, with the sign of z; 0 where unknown.
    phi: mean square of the winsorised naive z (1: chance alone). tau2: variance between units, in squared
    radians.
    """

    centre: float
    z: FloatArray
    p: FloatArray
    outside: NDArray[np.int8]
    phi: float
    tau2: float

    def limits(self, n: ArrayLike, z: ArrayLike = 1.96) -> Bounds:
        """Shares `(low, high)` between which units of n contacts lie, n and z broadcast; NaN where n == 0."""
        n, z = np.asarray(n, dtype=np.float64), np.asarray(z, dtype=np.float64)
        half = z * np.sqrt(_angle_error(n) ** 2 + self.tau2)
        angle = np.arcsin(np.sqrt(self.centre))
        # sin^2 rises again below 0 and falls again above pi/2
        return np.sin(np.clip(angle - half, 0, np.pi / 2)) ** 2, np.sin(np.clip(angle + half, 0, np.pi / 2)) ** 2


def funnel(successes: ArrayLike, n: ArrayLike) -> Funnel:
    """Funnel of shares, one element per unit; the centre is the share of all contacts together, NaN without any.

    ValueError: different shapes, or successes outside 0..n.
    """
    k, n = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if k.ndim != 1 or k.shape != n.shape or np.any((k < 0) | (k > n)):
        raise ValueError("successes and n must be one-dimensional, of one length, and successes lie in 0..n")
    known = (n > 0) & ~np.isnan(k)
    centre = float(k[known].sum() / n[known].sum()) if known.any() else float("nan")
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.arcsin(np.sqrt(k / n))
    return Funnel(centre, *_dispersed(y, _angle_error(n), float(np.arcsin(np.sqrt(centre)))))


def _dispersed(
    y: FloatArray, s: FloatArray, centre: float
) -> tuple[FloatArray, FloatArray, NDArray[np.int8], float, float]:
    naive = (y - centre) / s
    known = ~np.isnan(naive)
    phi, tau2 = _dispersion(naive[known], s[known])
    z = (y - centre) / np.sqrt(s**2 + tau2)
    beyond = sum((np.abs(z) > level).astype(np.int8) for level in LEVELS) * np.sign(np.nan_to_num(z))
    return z, 2 * special.ndtr(-np.abs(z)), np.asarray(beyond, dtype=np.int8), phi, tau2


def _dispersion(z: FloatArray, s: FloatArray) -> tuple[float, float]:
    """phi and tau2 of known units; one unit alone shows no variance between units."""
    if z.size == 0:
        return float("nan"), 0.0
    phi = float(np.mean(np.clip(z, *np.quantile(z, [TRIM, 1 - TRIM])) ** 2))
    w = s**-2.0
    free = w.sum() - (w**2).sum() / w.sum()
    return phi, max(0.0, float((z.size * phi - (z.size - 1)) / free)) if z.size > 1 else 0.0


def _angle_error(n: FloatArray) -> FloatArray:
    return 1 / (2 * np.sqrt(np.where(n > 0, n, np.nan)))
