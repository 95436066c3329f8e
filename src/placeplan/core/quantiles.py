"""Counts from words: negative binomial and binomial quantiles, one word one count.

Each function takes numbers or whole arrays and never falls as the word grows, so that two plans on the same words
stay paired. Where fewer than about a dozen are expected the distribution is inverted exactly, since a normal curve
would be biased (by 2.7 % at a mean of 1); above that a normal quantile with its skewness term and the variance that
rounding adds taken out. Only + − × ÷ √ floor and tables are used: the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from placeplan.core.streams import Floats, Half, log_ratio, normal_table

SMALL = 12.0
"""Expected count (of the rarer outcome, or in units of the dispersion) below which inversion is exact."""
_FINE = 16
_LONGEST = 702


@cache
def _exp_table() -> Floats:
    """``exp(−i / 16)`` for whole i, by repeated multiplication in blocks; read-only."""
    sixteenth, one = 0.939413062813475786, 0.367879441171442322
    fine = np.cumprod(np.concatenate([[1.0], np.full(_FINE - 1, sixteenth)]))
    whole = np.cumprod(np.concatenate([[1.0], np.full(_LONGEST, one)]))
    table: Floats = (whole[:, None] * fine).ravel()
    table.flags.writeable = False
    return table


def exp_minus(x: Floats) -> Floats:
    """``exp(−x)`` for x ≥ 0, to a relative 1e-13 up to x = 700, the same bits on every machine.

    >>> [float(f"{v:.9g}") for v in exp_minus(np.array([0.0, 1.5, 30.0]))]
    [1.0, 0.22313016, 9.35762297e-14]
    """
    x = np.minimum(x, 700.0)
    cell = np.floor(x * _FINE)
    rest = cell / _FINE - x
    series: Any = 1.0 + rest / 8
    for order in range(7, 0, -1):
        series = 1.0 + rest / order * series
    result: Floats = _exp_table().take(cell.astype(np.intp)) * series
    return result


def negative_binomial(word32: Any, mean: Any, dispersion: Any) -> Any:
    """Counts with a mean and a ratio of variance to mean; dispersion 1 is Poisson.

    Args:
        word32: 32-bit words, ``[entity, lane]`` (or one number).
        mean: expected counts ≥ 0, any shape that broadcasts against the words.
        dispersion: variance ÷ mean ≥ 1, broadcasting likewise.

    Returns:
        Whole numbers as float64, in the common shape.

    Raises:
        ValueError: where a dispersion is below 1.

    Worked: the median of a Poisson of mean 3.5 is 3; of 60 admissions a day with twice the variance, 60.

    >>> float(negative_binomial(2**31, 3.5, 1.0)), float(negative_binomial(2**31, 60.0, 2.0))
    (3.0, 60.0)
    """
    mean, dispersion = np.asarray(mean, dtype=np.float64), np.asarray(dispersion, dtype=np.float64)
    if (dispersion < 1.0).any():
        raise ValueError("a dispersion below 1 has no negative binomial")
    word = np.asarray(word32, dtype=np.uint32)
    variance = mean * dispersion
    skew = (2.0 * dispersion - 1.0) / 6.0
    count = _near_normal(word, mean, variance, skew)
    np.maximum(count, 0.0, out=count)
    small = mean < SMALL * dispersion
    if small.any():
        _replace(count, small, _invert_negative_binomial, (word, mean, dispersion, log_ratio(dispersion)))
    return count[()]


def binomial(word32: Any, n: Any, p: Any) -> Any:
    """How many of n happen, each with probability p.

    Args:
        word32: 32-bit words, ``[entity, lane]`` (or one number).
        n: whole numbers ≥ 0 (as floats), broadcasting against the words.
        p: probabilities in [0, 1], broadcasting likewise.

    Returns:
        Whole numbers in [0, n] as float64, in the common shape.

    Worked: of 3 patients who each leave with probability 0.5 the median is 1, of 400 with probability 0.2 it is 80.

    >>> float(binomial(2**31 - 1, 3.0, 0.5)), float(binomial(2**31, 400.0, 0.2)), float(binomial(0, 5.0, 1.0))
    (1.0, 80.0, 5.0)
    """
    n, p = np.asarray(n, dtype=np.float64), np.asarray(p, dtype=np.float64)
    word = np.asarray(word32, dtype=np.uint32)
    mean = n * p
    other = n - mean
    variance = mean * (1.0 - p)
    skew = (1.0 - 2.0 * p) / 6.0
    count = _near_normal(word, mean, variance, skew)
    np.maximum(count, 0.0, out=count)
    np.minimum(count, n, out=count)
    small = np.minimum(mean, other) < SMALL
    if small.any():
        _replace(count, small, _invert_binomial, (word, n, p))
    return count[()]


def _near_normal(word: Half, mean: Floats, variance: Floats, skew: Floats) -> Floats:
    """``floor(mean + a z + skew (z² − 1) + ½)``, where a leaves the variance as it should be.

    Cornish–Fisher to the skewness (sd × skewness ÷ 6 is `skew`); the skewness term adds 2 skew² to the variance and
    rounding adds 1/12, so ``a = √(variance − 2 skew² − 1/12)``.
    """
    spread = np.sqrt(np.maximum(variance - (2.0 * skew * skew + 1.0 / 12.0), 0.0))
    z = normal_table().take(word >> np.uint32(16))
    count = np.multiply(z, skew, out=np.empty(np.broadcast_shapes(z.shape, mean.shape, spread.shape)))
    count += spread
    count *= z
    count += mean - skew + 0.5
    return np.floor(count, out=count)


def _replace(count: Floats, small: Any, invert: Callable[..., Floats], inputs: tuple[Any, ...]) -> None:
    """Put exact counts where few are expected, working on that part of the arrays alone."""
    at = np.flatnonzero(np.broadcast_to(small, count.shape))
    parts = [np.broadcast_to(a, count.shape).ravel().take(at) for a in inputs]
    count.reshape(-1)[at] = invert(*parts)


def _invert_negative_binomial(word: Half, mean: Floats, dispersion: Floats, log_ratio: Floats) -> Floats:
    """Exact inversion: P(0) = d^(−mean/(d−1)), P(k+1) = P(k) (mean + k (d−1)) / (d (k+1)); flat arrays."""
    u = (word.astype(np.float64) + 0.5) * 2.0**-32
    return _walk(u, exp_minus(mean * log_ratio), mean / dispersion, 1.0 - 1.0 / dispersion)


def _invert_binomial(word: Half, n: Floats, p: Floats) -> Floats:
    """Exact inversion on the rarer outcome: P(0) = (1−q)^n, P(k+1) = P(k) (n−k)/(k+1) × q/(1−q); flat arrays."""
    turned = p > 0.5
    q = np.where(turned, 1.0 - p, p)
    u = (np.where(turned, ~word, word) + 0.5) * 2.0**-32
    odds = q / (1.0 - q)
    found = _walk(u, exp_minus(n * q * log_ratio(1.0 - q)), n * odds, -odds)
    return np.where(turned, n - found, found)


def _walk(u: Floats, first: Floats, base: Floats, more: Floats) -> Floats:
    """Smallest k whose cumulative probability reaches u, where ``P(k+1) = P(k) (base + k more) / (k + 1)``.

    Those found drop out, so that the work follows the sum of the counts. A walk whose probabilities have run out
    (rounding kept the sum just below u) ends there.
    """
    count = np.zeros_like(u)
    at: Any = np.flatnonzero(u > first)
    u, chance, base, more = (a.take(at) for a in (u, first, base, more))
    total, found, factor, k = chance.copy(), np.ones_like(u), base.copy(), 1
    while at.size:
        chance *= factor
        chance /= k
        total += chance
        factor += more
        going = total < u
        found += going
        if k % 4 == 0:
            going &= chance > 0.0
            count[at] = found
            on = np.flatnonzero(going)
            at, u, chance, total, more, factor, found = (
                a.take(on) for a in (at, u, chance, total, more, factor, found)
            )
        k += 1
    return count
