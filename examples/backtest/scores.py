"""How good forecasts were: coverage, PIT, CRPS and skill, with intervals that know that errors of one trust hang together.

Small functions of plain arrays. Sources: Gneiting and Raftery 2007 (JASA 102:359), Hersbach 2000 (Weather and
Forecasting 15:559), Knüppel 2015 (JBES 33:270) on tests of PITs that depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import norm

from placeplan.core import streams

Array = np.ndarray[Any, np.dtype[np.float64]]
TIMES = 2000
"""Bootstrap samples."""


def inside(fan: Array, outcome: float, level: float) -> bool:
    """Whether what happened lies in the middle part of a fan: ``q((1 − level) / 2) ≤ outcome ≤ q((1 + level) / 2)``.

    fan: futures, ``[future]``; level: share of futures that the part holds.

    >>> fan = np.arange(101.0)
    >>> inside(fan, 76.0, 0.5), inside(fan, 76.0, 0.8)
    (False, True)
    """
    low, high = np.quantile(fan, [(1 - level) / 2, (1 + level) / 2])
    return bool(low <= outcome <= high)


def pit(fan: Array, outcome: float) -> float:
    """Where in its fan the outcome lies: ``(below + (equal + 1) / 2) / (n + 1)``, between 0 and 1.

    Uniform over many outcomes if the fans are right; without chance, so that nobody has to draw.

    >>> pit(np.array([1.0, 2.0, 3.0]), 2.5), pit(np.array([1.0, 2.0, 3.0]), 9.0)
    (0.625, 0.875)
    """
    below, equal = int(np.sum(fan < outcome)), int(np.sum(fan == outcome))
    return (below + (equal + 1) / 2) / (len(fan) + 1)


def crps(fan: Array, outcome: float) -> float:
    """Continuous ranked probability score, lower is better: ``mean |x − outcome| − Σ (2 i − n − 1) x₍ᵢ₎ / n²``.

    fan: futures, sorted here (x₍ᵢ₎ the i-th smallest, from 1), so that it takes n log n steps. In the unit of the fan; of
    a single value it is the absolute error.

    >>> crps(np.array([2.0]), 5.0), crps(np.array([0.0, 1.0]), 0.0)
    (3.0, 0.25)
    """
    x, n = np.sort(fan), len(fan)
    spread = float(np.dot(2.0 * np.arange(1, n + 1) - n - 1, x)) / n**2
    return float(np.mean(np.abs(x - outcome))) - spread


def crps_of_normal(mean: float, sd: float, outcome: float) -> float:
    """CRPS of a normal distribution in closed form: ``sd (z (2 Φ(z) − 1) + 2 φ(z) − 1 / √π)``, z = (outcome − mean) / sd.

    >>> round(crps_of_normal(0.0, 1.0, 0.0), 4)
    0.2337
    """
    z = (outcome - mean) / sd
    return float(sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi)))


def sums_by(blocks: Sequence[str], values: Sequence[float] | Array) -> Array:
    """Sum of the values of each block, in order of block.

    >>> sums_by(["b", "a", "b"], [1.0, 2.0, 4.0]).tolist()
    [2.0, 5.0]
    """
    _, which = np.unique(np.asarray(blocks), return_inverse=True)
    return np.asarray(np.bincount(which, weights=np.asarray(values, dtype=float)), dtype=float)


def ratio(above: Sequence[float] | Array, below: Sequence[float] | Array) -> float:
    """``Σ above / Σ below``: a share where `below` is 1 for each case.

    >>> ratio([1.0, 0.0, 1.0, 1.0], [1.0] * 4)
    0.75
    """
    return float(np.sum(above) / np.sum(below))


def between(
    above: Sequence[float] | Array, below: Sequence[float] | Array, blocks: Sequence[str], level: float = 0.95
) -> tuple[float, float]:
    """Interval of `ratio` by the block bootstrap: whole blocks are drawn with replacement, as many as there are.

    blocks: name of the block of each case (place and trust). Percentiles of `TIMES` samples, always the same ones. From one
    block nothing can be said: the bounds are not numbers.

    >>> between([1.0, 0.0], [1.0, 1.0], ["a", "a"])
    (nan, nan)
    >>> between([1.0, 1.0, 0.0, 0.0], [1.0] * 4, ["a", "a", "b", "b"])
    (0.0, 1.0)
    """
    up, down = sums_by(blocks, above), sums_by(blocks, below)
    n = len(up)
    if n < 2:
        return math.nan, math.nan
    keys = streams.keys(1, "block bootstrap", [str(b) for b in range(n)])
    u = streams.uniform(streams.words(keys, np.arange(TIMES, dtype=np.uint64), n))
    drawn = np.minimum((u * n).astype(int), n - 1)
    found = up[drawn].sum(axis=0) / down[drawn].sum(axis=0)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def uniform_p(pits: Sequence[float] | Array, blocks: Sequence[str]) -> float:
    """Probability of PITs at least as far from uniform, if only whole blocks are independent.

    Two things are looked at: where the middle lies, ``√3 (2 u − 1)``, and how wide it is, ``√5 (6 u² − 6 u + 1)`` (the first
    two Legendre polynomials, both 0 on average if u is uniform). With S the covariance of their sums over G blocks,
    ``T² = G m' S⁻¹ m`` and ``(G − 2) / (2 (G − 1)) T²`` goes by F(2, G − 2) (Hotelling). Not a number from under four blocks.

    >>> uniform_p([0.1, 0.9], ["a", "b"])
    nan
    """
    u = np.asarray(pits, dtype=float)
    looks = np.array([math.sqrt(3) * (2 * u - 1), math.sqrt(5) * (6 * u**2 - 6 * u + 1)])
    sums = np.array([sums_by(blocks, look) for look in looks])
    g = sums.shape[1]
    if g < 4:
        return math.nan
    covariance = np.cov(sums)
    if np.linalg.matrix_rank(covariance) < 2:
        return math.nan
    mean = sums.mean(axis=1)
    t2 = float(g * mean @ np.linalg.solve(covariance, mean))
    return float(fisher.sf((g - 2) / (2 * (g - 1)) * t2, 2, g - 2))
