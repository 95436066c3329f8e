"""Counts from words: negative binomial and binomial quantiles, one word one count.

Each function takes numbers or whole arrays and never falls as the word grows, so that two plans on the same words
stay paired. Where fewer than five are expected the distribution is inverted exactly, since a normal curve would be
biased; above that a normal quantile with its skewness term, and without the variance that rounding adds, is within
0.02 % of the mean and 0.2 % of the variance (tested). Only + − × ÷ √ floor and tables are used: the same bits on every machine.

An equation takes numbers or whole arrays. Arrays are driven here; the engine's compiled rows are a second, lane by lane,
driver of the same equations (`placeplan.engine.counts`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.recorded import one_step
from placeplan.core.streams import Floats, log_ratio, normal, uniform32
from placeplan.core.walks import walk

SMALL = 5.0
"""Expected count (of the rarer outcome, or in units of the dispersion) below which inversion is exact."""
CLUSTERED, CLUSTERED_SMALL = 2.0, 9.0
"""Above this dispersion the normal curve's skewness term would turn round sooner: inversion is exact for longer."""
_FINE = 256
_LONGEST = 702
_LAST = 2.0**32 - 1.0


@cache
def exp_table() -> Floats:
    """``exp(−i / 256)`` for whole i, by repeated multiplication in blocks; read-only."""
    step, one = 0.99610136947011749, 0.367879441171442322
    fine = np.cumprod(np.concatenate([[1.0], np.full(_FINE - 1, step)]))
    whole = np.cumprod(np.concatenate([[1.0], np.full(_LONGEST, one)]))
    table: Floats = (whole[:, None] * fine).ravel()
    table.flags.writeable = False
    return table


def exp_cell(x: Any) -> Any:
    """Where ``exp(−x)`` stands in the table, a whole number; beyond x = 700 it is taken as there."""
    return np.floor(np.minimum(x, 700.0) * _FINE)


def exp_rest(x: Any, cell: Any) -> Any:
    """``exp`` of what the table's cell leaves of −x, by its series."""
    rest = cell * (1.0 / _FINE) - np.minimum(x, 700.0)
    return ((((rest * (1.0 / 120.0) + 1.0 / 24.0) * rest + 1.0 / 6.0) * rest + 0.5) * rest + 1.0) * rest + 1.0


@one_step
def exp_minus(x: Floats) -> Floats:
    """``exp(−x)`` for x ≥ 0, to a relative 1e-13 up to x = 700, the same bits on every machine.

    >>> [float(f"{v:.9g}") for v in exp_minus(np.array([0.0, 1.5, 30.0]))]
    [1.0, 0.22313016, 9.35762297e-14]
    """
    cell = exp_cell(x)
    result: Floats = exp_table().take(cell.astype(np.intp)) * exp_rest(x, cell)
    return result


@one_step
def exp(x: Any) -> Any:
    """``exp(x)``, to a relative 1e-13 for x within ±700, the same bits on every machine; numbers or arrays.

    >>> [float(f"{v:.12g}") for v in (exp(0.0), exp(1.0), exp(-0.02))]
    [1.0, 2.71828182846, 0.980198673307]
    """
    x = np.asarray(x, dtype=np.float64)
    less = exp_minus(np.abs(x))
    return np.where(x < 0.0, less, 1.0 / less)[()]


@one_step
def negative_binomial(word32: Any, mean: Any, dispersion: Any, rate: Any = None) -> Any:
    """Counts with a mean and a ratio of variance to mean; dispersion 1 is Poisson.

    Args:
        word32: 32-bit words, ``[entity, lane]`` (or one number).
        mean: expected counts ≥ 0, any shape that broadcasts against the words.
        dispersion: variance ÷ mean ≥ 1, broadcasting likewise.
        rate: `negative_binomial_rate` of the same dispersion, where it is known already.

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
    return _drawn(NEGATIVE_BINOMIAL, word32, mean, dispersion, rate)


@one_step
def negative_binomial_rate(dispersion: Any) -> Any:
    """``ln(d) / (d − 1)``, by which a mean lowers the chance of none: ``P(0) = exp(−mean × rate)``.

    >>> round(float(negative_binomial_rate(1.0)), 9), round(float(negative_binomial_rate(1.4)), 9)
    (1.0, 0.841180592)
    """
    return log_ratio(dispersion)


@one_step
def binomial(word32: Any, n: Any, p: Any, rate: Any = None) -> Any:
    """How many of n happen, each with probability p.

    Args:
        word32: 32-bit words, ``[entity, lane]`` (or one number).
        n: whole numbers ≥ 0 (as floats), broadcasting against the words.
        p: probabilities in [0, 1], broadcasting likewise.
        rate: `binomial_rate` of the same p, where it is known already.

    Returns:
        Whole numbers in [0, n] as float64, in the common shape.

    Worked: of 3 patients who each leave with probability 0.5 the median is 1, of 400 with probability 0.2 it is 80.

    >>> float(binomial(2**31 - 1, 3.0, 0.5)), float(binomial(2**31, 400.0, 0.2)), float(binomial(0, 5.0, 1.0))
    (1.0, 80.0, 5.0)
    """
    return _drawn(BINOMIAL, word32, np.asarray(n, dtype=np.float64), np.asarray(p, dtype=np.float64), rate)


@one_step
def binomial_rate(p: Any) -> Any:
    """``−ln(1 − q)`` of the rarer outcome q, by which each one tried lowers the chance of none: ``P(0) = exp(−n × rate)``.

    >>> round(float(binomial_rate(0.5)), 9), round(float(binomial_rate(0.9)), 9)
    (0.693147181, 0.105360516)
    """
    q = np.minimum(p, 1.0 - p)
    return q * log_ratio(1.0 - q)


def near_normal(z: Any, mean: Any, variance: Any, skew: Any) -> Any:
    """``floor(mean + a z + skew (z² − 1) + ½)``, where a leaves the variance as it should be.

    Cornish–Fisher to the skewness (sd × skewness ÷ 6 is `skew`); the skewness term adds 2 skew² to the variance and
    rounding adds 1/12, so ``a = √(variance − 2 skew² − 1/12)``.
    """
    spread = np.sqrt(np.maximum(variance - (2.0 * skew * skew + 1.0 / 12.0), 0.0))
    return np.floor((z * skew + spread) * z + (mean - skew + 0.5))


def negative_binomial_skew(dispersion: Any) -> Any:
    """Standard deviation × skewness ÷ 6, which hangs on the dispersion alone: ``(2 d − 1) / 6``."""
    return (2.0 * dispersion - 1.0) / 6.0


def negative_binomial_slope(dispersion: Any) -> Any:
    """What each step adds to the walk's factor: ``1 − 1 / d``."""
    return 1.0 - 1.0 / dispersion


def negative_binomial_few(mean: Any, dispersion: Any) -> Any:
    """Whether so few are expected that the distribution is inverted.

    >>> negative_binomial_few(6.0, 1.0), negative_binomial_few(6.0, 1.5)
    (False, True)
    """
    return mean < (SMALL + (CLUSTERED_SMALL - SMALL) * (dispersion > CLUSTERED)) * dispersion


def negative_binomial_many(z: Any, mean: Any, dispersion: Any, skew: Any) -> Any:
    """Near-normal count for a standard normal z, at least 0."""
    return np.maximum(near_normal(z, mean, mean * dispersion, skew), 0.0)


def negative_binomial_walk(word: Any, mean: Any, dispersion: Any, rate: Any, slope: Any) -> Any:
    """What the walk takes: P(0) = d^(−mean/(d−1)), P(k+1) = P(k) (mean + k (d−1)) / (d (k+1)).

    Returns:
        The uniform, the x of ``P(0) = exp(−x)``, and the walk's base and more.
    """
    return uniform32(word), mean * rate, mean / dispersion, slope


def negative_binomial_back(found: Any, _mean: Any, _dispersion: Any) -> Any:
    """The count is what the walk found."""
    return found


def binomial_skew(p: Any) -> Any:
    """Standard deviation × skewness ÷ 6, which hangs on p alone: ``(1 − 2 p) / 6``."""
    return (1.0 - 2.0 * p) / 6.0


def binomial_slope(p: Any) -> Any:
    """What each step takes from the walk's factor: the odds of the rarer outcome.

    >>> float(binomial_slope(0.2)), float(binomial_slope(0.5))
    (0.25, 1.0)
    """
    q = np.minimum(p, 1.0 - p)
    return q / (1.0 - q)


def binomial_few(n: Any, p: Any) -> Any:
    """Whether so few of the rarer outcome are expected that the distribution is inverted.

    >>> bool(binomial_few(40.0, 0.1)), bool(binomial_few(50.0, 0.1)), bool(binomial_few(50.0, 0.95))
    (True, False, True)
    """
    mean = n * p
    return (mean < SMALL) | (n - mean < SMALL)


def binomial_many(z: Any, n: Any, p: Any, skew: Any) -> Any:
    """Near-normal count for a standard normal z, within [0, n]."""
    mean = n * p
    return np.minimum(np.maximum(near_normal(z, mean, mean * (1.0 - p), skew), 0.0), n)


def turned(p: Any) -> Any:
    """1 where q is 1 − p, else 0: ``floor(p + ½)``.

    >>> float(turned(0.2)), float(turned(0.8))
    (0.0, 1.0)
    """
    return np.floor(p + 0.5)


def binomial_walk(word: Any, n: Any, p: Any, rate: Any, slope: Any) -> Any:
    """What the walk takes, on the rarer outcome q: P(0) = (1−q)^n, P(k+1) = P(k) (n−k)/(k+1) × q/(1−q).

    Where q is 1 − p the word is turned round, so that the count still never falls as the word grows.

    Returns:
        The uniform, the x of ``P(0) = exp(−x)``, and the walk's base and more.
    """
    return uniform32(abs(word - turned(p) * _LAST)), n * rate, n * slope, -slope


def binomial_back(found: Any, n: Any, p: Any) -> Any:
    """From how many of the rarer outcome to how many of p: ``n − found`` where that is the other one.

    >>> float(binomial_back(2.0, 9.0, 0.2)), float(binomial_back(2.0, 9.0, 0.8))
    (2.0, 7.0)
    """
    return abs(turned(p) * n - found)


class Law(NamedTuple):
    """The equations of one distribution; its two parameters are (mean, dispersion) or (n, p)."""

    rate: Callable[[Any], Any]
    """From the second parameter, like the slope and the skew: how it lowers the chance of none."""
    slope: Callable[[Any], Any]
    skew: Callable[[Any], Any]
    few: Callable[[Any, Any], Any]
    """Whether the count is found by inversion."""
    many: Callable[[Any, Any, Any, Any], Any]
    """The count for a standard normal, elsewhere, from both parameters and the skew."""
    walk: Callable[[Any, Any, Any, Any, Any], tuple[Any, Any, Any, Any]]
    """What the walk takes, from the word, both parameters, the rate and the slope."""
    back: Callable[[Any, Any, Any], Any]
    """From what the walk found to the count."""


NEGATIVE_BINOMIAL = Law(
    negative_binomial_rate,
    negative_binomial_slope,
    negative_binomial_skew,
    negative_binomial_few,
    negative_binomial_many,
    negative_binomial_walk,
    negative_binomial_back,
)
BINOMIAL = Law(binomial_rate, binomial_slope, binomial_skew, binomial_few, binomial_many, binomial_walk, binomial_back)


def _drawn(law: Law, word32: Any, first: Any, second: Any, rate: Any) -> Any:
    """Counts of a law; where few are expected the walk works on that part of the arrays alone."""
    word = np.asarray(word32, dtype=np.uint32)
    few = np.asarray(law.few(first, second))
    shape = few.shape if few.shape == word.shape else np.broadcast_shapes(word.shape, few.shape)
    found_by_walk = np.count_nonzero(few)
    every = found_by_walk == few.size
    count = np.empty(shape) if every else np.asarray(law.many(normal(word), first, second, law.skew(second)))
    if found_by_walk:
        rate = law.rate(second) if rate is None else rate
        word, first, second, rate = (_whole(np.asarray(a), shape) for a in (word, first, second, rate))
        at: Any = slice(None)
        if not every:
            at = _whole(few, shape).nonzero()[0]
            word, first, second, rate = (a.take(at) for a in (word, first, second, rate))
        u, x, base, more = law.walk(word.astype(np.float64), first, second, rate, law.slope(second))
        count.reshape(-1)[at] = law.back(walk(u, exp_minus(x), base, more), first, second)
    return count[()]


def _whole(a: Any, shape: tuple[int, ...]) -> Any:
    """An array as if it had a shape, in one row."""
    return (a if a.shape == shape else np.broadcast_to(a, shape)).reshape(-1)
